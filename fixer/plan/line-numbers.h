/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Patched files whose unchanged lines keep their numbers. A mode of klp-plan.
 */
#ifndef KLPMAKE_LINE_NUMBERS_H
#define KLPMAKE_LINE_NUMBERS_H

#include "base/util.h"

/*
 * The table of a file PATH is PATH.lines: this name and version, a line "NUMBER<tab>COUNT<tab>LINE" for each run of
 * lines with successive numbers, in the order of the file, and "end". COUNT lines of the patched file from LINE on
 * have the numbers from NUMBER on. No number stands for two lines.
 */
#define LINE_TABLE_NAME	   "klpmake-lines"
#define LINE_TABLE_VERSION "1"
#define LINE_TABLE_END	   "end"
#define LINE_TABLE_SUFFIX  ".lines"

struct line_numbers_options {
	const char *source; /* the folder of the files as they were */
	const char *files;  /* that of the patched ones */
	const char *into;   /* where what is made of them goes */
};

/*
 * For each modified C file of LIST, lines "KIND<tab>PATH", writes INTO/PATH, the patched file with #line directives,
 * and its table. Others are left out, and those that have such directives already. 0, or -1 after messages.
 */
int line_numbers_write(const struct line_numbers_options *options, const char *list,
		       struct arena *arena);

#endif
