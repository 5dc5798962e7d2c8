/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which lines of a file are those of another one, for line-numbers.c; plan-pair.c has other things matched.
 */
#ifndef KLPMAKE_LINE_MATCH_H
#define KLPMAKE_LINE_MATCH_H

#include <stddef.h>

/*
 * The lines of a file: equal ones have equal numbers. A count is below INT_MAX / 4.
 */
struct line_list {
	const size_t *lines;
	size_t count;
};

/*
 * Finds as many lines of ONE, in their order, in OTHER as there can be. MATCHES, of as many elements as OTHER has
 * lines, all 0 before: becomes the line of ONE, counted from 1, that a line is.
 */
void line_match(const struct line_list *one, const struct line_list *other, size_t *matches);

#endif
