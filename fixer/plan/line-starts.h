/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where in a C file a directive may be put, for line-numbers.c.
 */
#ifndef KLPMAKE_LINE_STARTS_H
#define KLPMAKE_LINE_STARTS_H

#include <stdbool.h>
#include <stddef.h>

/* What a line is; bits. */
enum {
	LINE_START = 1, /* a directive may stand before it */
	LINE_BRANCH =
		2, /* it is an #else, #elif or #endif: a directive before it was perhaps not read */
	LINE_NUMBERED = 4, /* it is a #line, or what the preprocessor itself writes for that */
};

/* Writes for each line of the SIZE bytes TEXT what it is; KINDS has room for all of them. */
void line_starts_find(const char *text, size_t size, unsigned char *kinds);

#endif
