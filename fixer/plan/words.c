/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Words of C. Comes in: text. Goes out: its words, and whether they are in a set.
 */
#include "plan/words.h"

#include <stdlib.h>
#include <string.h>

#include "base/util.h"

static const bool is_word[256] = {
	['0' ... '9'] = true,
	['A' ... 'Z'] = true,
	['_'] = true,
	['a' ... 'z'] = true,
};

/* What a comment or a string may begin with. */
static const bool may_begin[256] = { ['"'] = true, ['\''] = true, ['/'] = true };

const char *word_next(const char *at, const char *end, size_t *length)
{
	const char *word;

	while (at < end && !is_word[(unsigned char)*at])
		at++;
	if (at == end)
		return NULL;
	for (word = at; at < end && is_word[(unsigned char)*at];)
		at++;
	*length = (size_t)(at - word);
	return word;
}

/* Behind a string that ends in its line, or a character; NULL: it is something else, as the apostrophe of "don't". */
static const char *end_of_string(const char *at, const char *end)
{
	const char *start = at + 1;
	char quote = *at;

	for (at++; at < end && *at != '\n'; at++) {
		if (*at == quote)
			return at + 1;
		if (quote == '\'' && (at - start > 8 || (*at == ' ' && at > start)))
			return NULL;
		at += *at == '\\';
	}
	return NULL;
}

/* Behind a comment or string at AT; else behind its character. */
static const char *pass(const char *at, const char *end)
{
	const char *behind = NULL;

	if (*at == '"' || *at == '\'')
		behind = end_of_string(at, end);
	else if (*at == '/' && end - at > 3 && at[1] == '*')
		behind = memmem(at + 2, (size_t)(end - at) - 2, "*/", 2);
	if (behind && *at == '/')
		behind += 2;
	return behind ? behind : at + 1;
}

const char *word_next_code(const char *at, const char *end, size_t *length)
{
	const char *word;

	while (at < end && !is_word[(unsigned char)*at])
		at = may_begin[(unsigned char)*at] ? pass(at, end) : at + 1;
	if (at >= end)
		return NULL;
	for (word = at; at < end && is_word[(unsigned char)*at];)
		at++;
	*length = (size_t)(at - word);
	return word;
}

const char *word_next_in_calls(const char *at, const char *end, size_t *length)
{
	while (at < end && !is_word[(unsigned char)*at]) {
		if (*at == '(' || *at == ')') {
			*length = 1;
			return at;
		}
		at = pass(at, end);
	}
	return word_next_code(at, end, length);
}

uint64_t word_hash(const char *word, size_t length)
{
	uint64_t hash = 14695981039346656037u; /* FNV-1a */

	if (length == 1 && (*word == '(' || *word == ')'))
		return *word == '(' ? WORD_OPEN : WORD_CLOSE;
	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (unsigned char)word[i]) * 1099511628211u;
	return hash > WORD_CLOSE ? hash : WORD_CLOSE + 1;
}

/* Its place, or the free one where it belongs. */
static uint64_t *place_of(const struct word_set *set, uint64_t hash)
{
	size_t i = hash & (set->room - 1);

	while (set->hashes[i] && set->hashes[i] != hash)
		i = (i + 1) & (set->room - 1);
	return &set->hashes[i];
}

static void grow(struct word_set *set)
{
	struct word_set larger = *set;

	larger.room = set->room ? 2 * set->room : 64;
	larger.hashes = xcalloc(larger.room, sizeof(*larger.hashes));
	for (size_t i = 0; i < set->room; i++)
		if (set->hashes[i])
			*place_of(&larger, set->hashes[i]) = set->hashes[i];
	free(set->hashes);
	*set = larger;
}

static uint64_t length_bit(size_t length)
{
	return (uint64_t)1 << (length < 63 ? length : 63);
}

/* False: it was there. */
static bool add(struct word_set *set, uint64_t hash)
{
	uint64_t *place;

	if (2 * set->count >= set->room)
		grow(set);
	place = place_of(set, hash);
	if (*place)
		return false;
	*place = hash;
	set->count++;
	return true;
}

bool word_set_add(struct word_set *set, const char *word, size_t length)
{
	set->lengths[(unsigned char)*word] |= length_bit(length);
	return add(set, word_hash(word, length));
}

void word_set_add_hash(struct word_set *set, uint64_t hash)
{
	add(set, hash);
}

bool word_set_has(const struct word_set *set, uint64_t hash)
{
	return set->room && *place_of(set, hash);
}

bool word_set_has_word(const struct word_set *set, const char *word, size_t length)
{
	return set->lengths[(unsigned char)*word] & length_bit(length) &&
	       word_set_has(set, word_hash(word, length));
}

bool word_set_is_in(const struct word_set *set, const char *text, size_t size)
{
	const char *end = text + size, *word;
	size_t length = 0;

	for (word = word_next_code(text, end, &length); word;
	     word = word_next_code(word + length, end, &length))
		if (word_set_has_word(set, word, length))
			return true;
	return false;
}

void word_set_free(struct word_set *set)
{
	free(set->hashes);
	memset(set, 0, sizeof(*set));
}
