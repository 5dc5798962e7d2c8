/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a C file consists of: its declarations, definitions and directives, one after the other, with the names that
 * each declares. For preprocessed.c, which finds those that matter, and for headers as they are written: declarations.c
 * compares two texts of one, mentions.c finds what leads to a name.
 */
#ifndef KLPMAKE_TOP_LEVEL_H
#define KLPMAKE_TOP_LEVEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plan/tokens.h"

/* The tokens FIRST to END, END not among them, and the names FIRST_NAME to END_NAME. */
struct top_item {
	size_t first, end;
	size_t first_name, end_name;
	/*
	 * Something comes of it whether or not a name of it is used: a variable or function that others can see, a
	 * directive, and whatever is not understood, such as a macro that declares something.
	 */
	bool is_root;
};

struct top_level {
	struct token *tokens;
	struct top_item *items;
	struct token *names;
	size_t token_count, item_count, name_count;
};

/*
 * Takes the text of SIZE bytes apart, which has to outlive the result. False: it is not understood where an item ends;
 * TOP is to be freed all the same.
 */
bool top_level_read(struct top_level *top, const char *text, size_t size);
void top_level_free(struct top_level *top);

/* The same number where two items have the same tokens, and blanks between the same of them. */
uint64_t top_item_says(const struct top_level *top, const struct top_item *item);

#endif
