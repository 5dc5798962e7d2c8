/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Can a function be replaced, and is that enough? After resolve.c, called by livepatch.c.
 */
#ifndef KLPMAKE_PATCHABLE_H
#define KLPMAKE_PATCHABLE_H

#include "kernel/resolve.h"
#include "kernel/unreached.h"

/* A function that the patch replaces. */
struct replaced {
	struct resolved resolved;
	struct diag_place place; /* for messages */
	/* the new function: a section of the patch module, and an offset in it, in bytes */
	size_t new_section;
	uint64_t new_offset;
};

/*
 * Checks ALL[INDEX], knowing which other functions the patch replaces as well, and which nobody runs any more. 0, or -1
 * after messages.
 */
int patchable_check(const struct replaced *all, size_t count, size_t index,
		    const struct unreached *unreached);

#endif
