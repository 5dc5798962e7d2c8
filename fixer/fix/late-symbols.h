/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where livepatch symbols of modules cannot be. After livepatch.c, before rewrite.c.
 */
#ifndef KLPMAKE_LATE_SYMBOLS_H
#define KLPMAKE_LATE_SYMBOLS_H

#include "fix/livepatch.h"

/*
 * Refuses what MODULE needs of other modules' symbols before the kernel has resolved them, and warns
 * where a patched module could not be loaded a second time. 0, or -1 after messages.
 */
int late_symbols_check(const struct elf_file *module, const struct livepatch *livepatch,
		       const struct target *target);

#endif
