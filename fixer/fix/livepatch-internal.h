/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the parts of the plan for a module share: livepatch.c, which is the way through it, and
 * livepatch-symbols.c.
 */
#ifndef KLPMAKE_LIVEPATCH_INTERNAL_H
#define KLPMAKE_LIVEPATCH_INTERNAL_H

#include "fix/livepatch.h"

struct planner {
	struct livepatch *livepatch;
	const struct elf_file *module;
	const struct note *note;
	struct resolver *resolver;
	struct kernel_object **objects; /* modules that the patch names */
	size_t object_count;
	struct source **sources; /* by unit of the note */
};

/*
 * livepatch-symbols.c: finds out what becomes of each of the module's undefined symbols, and which
 * modules it still depends on then. 0, or -1 after messages.
 */
int livepatch_symbols_plan(struct planner *planner);

#endif
