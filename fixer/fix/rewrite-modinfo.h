/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The .modinfo of a finished module. Part of rewrite.c's stage.
 */
#ifndef KLPMAKE_REWRITE_MODINFO_H
#define KLPMAKE_REWRITE_MODINFO_H

#include "fix/livepatch.h"

/*
 * The new contents, in ARENA, for DATA of *SIZE bytes, which becomes their size: livepatch=Y, where the
 * author did not write it, the mark of a finished module, if it has none, and only modules that it still
 * depends on. NULL and 0: the module has no .modinfo. NAME: what it is to be called; NULL: as it is.
 */
char *rewrite_modinfo(const struct livepatch *livepatch, const char *name, const void *data,
		      size_t *size, struct arena *arena);

#endif
