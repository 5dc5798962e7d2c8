/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Takes patches apart: klp-plan --diff. First of patch mode's stages; before the driver, which applies the diffs,
 * and applied.c.
 */
#ifndef KLPMAKE_DIFF_H
#define KLPMAKE_DIFF_H

#include <stdio.h>

#include "base/util.h"

/* The columns of the lines that --diff prints and --applied reads. */
enum diff_column {
	DIFF_NUMBER, /* of the diff, from 1 on: its file is called so */
	DIFF_KIND,   /* "modify", "new" or "remove" */
	DIFF_PATH,   /* of the file, relative to the source's root */
	DIFF_PATCH,
	DIFF_LINE,   /* of the patch, where the diff begins */
	DIFF_PLACES, /* the lines of the patch where the hunks begin, with commas between them */
	DIFF_COLUMNS,
};

struct diff_options {
	const char *source; /* the folder of the kernel's source */
	const char *arch;   /* the kernel's, as in arch/; NULL: not known */
	const char *into;   /* the folder for the diffs */
	bool later; /* --applied is to report what is wrong, together with what does not fit */
};

/*
 * In INTO, for --applied: a line with the name of each patch, in their order, and below it a line
 * "LINE<tab>CLASS<tab>TEXT" for each of its problems that are to be reported later.
 */
#define DIFF_PROBLEMS "problems"

/*
 * Takes PATCHES, whose names have neither tabs nor newlines, apart, in their order. Writes each diff to INTO/N, and to INTO/ignored the files, sorted, that
 * are none of the kernel's code; prints a line for each diff to STREAM. 0, or -1 after messages about all that
 * is wrong.
 */
int diff_take_apart(const struct diff_options *options, char *const *patches, size_t count,
		    FILE *stream, struct arena *arena);

#endif
