/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Judges what came of the diffs: klp-plan --applied. After diff.c and the driver, which applied them.
 */
#ifndef KLPMAKE_APPLIED_H
#define KLPMAKE_APPLIED_H

#include <stdio.h>

#include "base/util.h"

struct applied_options {
	const char *source; /* the folder of the kernel's source */
	const char *files;  /* that of the patched files */
	const char *
		into; /* that of the diffs, N, N.log and N.status, and of what --diff left to report */
};

/*
 * LIST has what diff.c printed; of diff N, the file N.log has what patch(1) said in the C locale, and N.status its
 * exit status. If all diffs fit, prints lines "KIND<tab>PATH" to STREAM, sorted by the path, of the files that are
 * not what they were; KIND as in diff.h. 0, or -1 after messages about all that is wrong.
 */
int applied_judge(const struct applied_options *options, const char *list, FILE *stream,
		  struct arena *arena);

#endif
