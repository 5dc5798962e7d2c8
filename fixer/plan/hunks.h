/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Counts the hunks of the diffs in what patch(1) made of the files: klp-plan --hunks. After applied.c; the head of a
 * hunk is read for diff.c, too.
 */
#ifndef KLPMAKE_HUNKS_H
#define KLPMAKE_HUNKS_H

#include <stdbool.h>

#include "base/util.h"

struct hunks_options {
	const char *source; /* the folder of the kernel's source */
	const char *files;  /* that of the patched files */
	const char *into;   /* that of the diffs, N, and of N.file */
};

/*
 * LIST has what diff.c printed; N.file is what the file of diff N was after patch(1); none: it was gone. 0, or -1 after messages about all that the files lack, which lead to DIAG_SYSTEM.
 */
int hunks_check(const struct hunks_options *options, const char *list, struct arena *arena);

/* Reads "@@ -12,3 +12,4 @@": how many lines the hunk has on each side. False: TEXT does not begin so. */
bool hunks_read_head(const char *text, long long *old_count, long long *new_count);

#endif
