/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Words of C: runs of letters, digits and underscores. Sets of them are small and asked for each word of large
 * parts of the kernel's source, so words are known by a hash of 64 bits only: that two of one hash meet is as
 * good as impossible, and would compile a file for nothing. For users.c.
 */
#ifndef KLPMAKE_WORDS_H
#define KLPMAKE_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What stands for parentheses among words' hashes. */
#define WORD_OPEN  1
#define WORD_CLOSE 2

struct word_set {
	uint64_t *hashes;      /* from malloc; 0: the place is free */
	size_t count, room;    /* ROOM is a power of two */
	uint64_t lengths[256]; /* by the first byte: a bit for each length that there is */
};

/* The next word in the text from AT to END, whose length is *LENGTH; NULL: there is none. */
const char *word_next(const char *at, const char *end, size_t *length);
/* Likewise, but not of comments and strings; what is no whole one of these is taken for code. */
const char *word_next_code(const char *at, const char *end, size_t *length);
/* Likewise, but parentheses are words, too. */
const char *word_next_in_calls(const char *at, const char *end, size_t *length);
/* Is none of 0 and those below. */
uint64_t word_hash(const char *word, size_t length);

/* False: it was there. */
bool word_set_add(struct word_set *set, const char *word, size_t length);
/* One of which only the hash is known: word_set_is_in() and word_set_has_word() do not find it. */
void word_set_add_hash(struct word_set *set, uint64_t hash);
bool word_set_has(const struct word_set *set, uint64_t hash);
bool word_set_has_word(const struct word_set *set, const char *word, size_t length);
/* Is any word of a text's code in SET? Most words need no hash: none in SET is of their length and beginning. */
bool word_set_is_in(const struct word_set *set, const char *text, size_t size);
void word_set_free(struct word_set *set);

#endif
