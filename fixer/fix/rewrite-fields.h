/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fields of a module's structures that are written into it. Part of rewrite.c's stage.
 */
#ifndef KLPMAKE_REWRITE_FIELDS_H
#define KLPMAKE_REWRITE_FIELDS_H

#include "fix/livepatch.h"

/*
 * The contents of the module's section with that index, which are SIZE bytes of DATA: with the positions of replaced
 * functions and the names of objects that LIVEPATCH has for it, and with the module's NAME (NULL: as it is). DATA itself,
 * or a copy in ARENA.
 */
const void *rewrite_fields(const struct livepatch *livepatch, const char *name, size_t section,
			   const void *data, size_t size, struct arena *arena);

#endif
