/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tokens of C, and whether two texts have the same. For preprocessed.c, of what the preprocessor makes of a unit before
 * and after the patch, and for users.c, of two texts of a header.
 */
#ifndef KLPMAKE_TOKENS_H
#define KLPMAKE_TOKENS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/name-table.h"
#include "base/util.h"
#include "plan/words.h"

/* What stands before a token; the end of a line counts more than a blank. */
enum gap {
	GAP_NONE,
	GAP_BLANK,
	GAP_LINE,
};

struct token {
	const char *text; /* NULL: the end */
	size_t length;
	enum gap gap;
};

/* The token from *AT on, behind which *AT is then. */
struct token token_next(const char **at, const char *end);

bool token_is(const struct token *token, const char *text);

/* Numbers of names that the compiler counts up: what each old one is now, and the other way round. Starts zeroed. */
struct counted {
	struct name_table new_of, old_of;
	struct arena arena;
};

/* Are they the same, with the numbers that there were before? */
bool token_is_same(struct counted *counted, struct token old, struct token new);
void counted_free(struct counted *counted);

/*
 * Preprocessed texts. Numbers that the compiler counts up, in the names of __UNIQUE_ID() and compiletime_assert(), may
 * be others.
 */
bool tokens_are_same(const char *old, size_t old_size, const char *new, size_t new_size);

/*
 * TEXT without comments, and without lines that go on in the next one; without #define and #undef of NAMES, or of all
 * macros where that is NULL. A NUL is behind its *SIZE bytes. From malloc.
 */
char *tokens_plain_text(const char *text, size_t *size, const struct word_set *names);

#endif
