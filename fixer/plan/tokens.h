/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Are two texts of C the same tokens? klp-plan --same-tokens, of what the preprocessor makes of a unit before and
 * after the patch; and for users.c, of two texts of a header.
 */
#ifndef KLPMAKE_TOKENS_H
#define KLPMAKE_TOKENS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/util.h"
#include "plan/words.h"

/*
 * Preprocessed texts. Numbers that the compiler counts up, in the names of __UNIQUE_ID() and compiletime_assert(), may
 * be others.
 */
bool tokens_are_same(const char *old, size_t old_size, const char *new, size_t new_size);

/* The texts of a header, not counting what it says of the macros NAMES, in #define and #undef, and comments. */
bool tokens_are_same_but(const struct word_set *names, const char *old, size_t old_size,
			 const char *new, size_t new_size);

/*
 * Compares the files OLD and NEW, as the first function does. Returns 1 for the same, 0 for others, -1 after a message.
 */
int tokens_compare_files(const char *old, const char *new, struct arena *arena);

/*
 * TEXT without comments, and without lines that go on in the next one; without #define and #undef of NAMES, or of all
 * macros where that is NULL. A NUL is behind its *SIZE bytes. From malloc.
 */
char *tokens_plain_text(const char *text, size_t *size, const struct word_set *names);

#endif
