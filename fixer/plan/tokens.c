/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tokens of C. Comes in: two texts. Goes out: are they the same, but for how many blanks and empty lines there are?
 *
 * Words, numbers and strings are tokens, and any other character for itself. What stands between two tokens counts
 * as far as it can mean something: "a ++b" is not "a + +b", u8"x" not u8 "x", and where a line ends, a statement of
 * assembler does. The preprocessor begins a line where its input does, so that moved lines make no difference.
 *
 * Names that the compiler counts up may have other numbers, if each old one has one new one:
 *
 *	int __UNIQUE_ID_x7 = a, __UNIQUE_ID_x8 = b; f(__UNIQUE_ID_x7);		before
 *	int __UNIQUE_ID_x9 = a, __UNIQUE_ID_x10 = b; f(__UNIQUE_ID_x9);		the same
 *	int __UNIQUE_ID_x9 = a, __UNIQUE_ID_x10 = b; f(__UNIQUE_ID_x10);	something else
 */
#include "plan/tokens.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/text-file.h"

static bool is_word(char byte)
{
	return isalnum((unsigned char)byte) || byte == '_' || byte == '$' || byte & 0x80;
}

static bool is_number_start(const char *at, const char *end)
{
	return isdigit((unsigned char)*at) ||
	       (*at == '.' && end - at > 1 && isdigit((unsigned char)at[1]));
}

/* Behind a word, or a number as the preprocessor has them: 1.5e+3, 1'000. */
static const char *end_of_word(const char *at, const char *end)
{
	bool is_number = is_number_start(at, end);

	for (at++; at < end; at++) {
		if (is_word(*at))
			continue;
		if (!is_number)
			break;
		if (*at == '.' || (*at == '\'' && end - at > 1 && is_word(at[1])))
			continue;
		if ((*at != '+' && *at != '-') || !strchr("eEpP", at[-1]))
			break;
	}
	return at;
}

/* Behind a string or character, which ends where its line does at the latest. */
static const char *end_of_string(const char *at, const char *end)
{
	char quote = *at++;

	while (at < end && *at != quote && *at != '\n')
		at += *at == '\\' && end - at > 1 ? 2 : 1;
	return at < end && *at == quote ? at + 1 : at;
}

/* Behind the raw string, R"x(text)x", whose word before the '"' is from AT to QUOTE; NULL: it is none. */
static const char *end_of_raw_string(const char *at, const char *quote, const char *end)
{
	static const char *const words[] = { "R", "LR", "uR", "UR", "u8R" };
	const char *open = memchr(quote, '(', (size_t)(end - quote)), *found;
	size_t length = (size_t)(quote - at), i = 0;

	while (i < ARRAY_SIZE(words) &&
	       (strlen(words[i]) != length || memcmp(at, words[i], length)))
		i++;
	if (i == ARRAY_SIZE(words) || !open)
		return NULL;
	length = (size_t)(open - quote - 1);
	for (found = open + 1; (found = memchr(found, ')', (size_t)(end - found))); found++)
		if ((size_t)(end - found) > length + 1 && found[length + 1] == '"' &&
		    !memcmp(found + 1, quote + 1, length))
			return found + length + 2;
	return NULL;
}

static enum gap pass_blanks(const char **at, const char *end)
{
	enum gap gap = GAP_NONE;

	for (; *at < end && isspace((unsigned char)**at); ++*at)
		gap = **at == '\n' || gap == GAP_LINE ? GAP_LINE : GAP_BLANK;
	return gap;
}

struct token token_next(const char **at, const char *end)
{
	struct token token = { .gap = pass_blanks(at, end) };
	const char *raw;

	if (*at == end)
		return token;
	token.text = *at;
	if (is_word(**at) || is_number_start(*at, end)) {
		*at = end_of_word(*at, end);
		raw = *at < end && **at == '"' ? end_of_raw_string(token.text, *at, end) : NULL;
		*at = raw ? raw : *at;
	} else if (**at == '"' || **at == '\'') {
		*at = end_of_string(*at, end);
	} else {
		++*at;
	}
	token.length = (size_t)(*at - token.text);
	return token;
}

/* The length without the number at the end, where it is one that the compiler counts up (__COUNTER__); 0: it is not. */
static size_t length_of_counted(struct token token)
{
	static const char *const counted[] = { "__UNIQUE_ID_", "__compiletime_assert_" };

	for (size_t i = 0; i < ARRAY_SIZE(counted); i++) {
		size_t least = strlen(counted[i]), length = token.length;

		if (length <= least || strncmp(token.text, counted[i], least))
			continue;
		while (length > least && isdigit((unsigned char)token.text[length - 1]))
			length--;
		return length < token.length ? length : 0;
	}
	return 0;
}

/* Does FROM lead to TO? It does from the first time on. */
static bool leads_to(struct name_table *table, const char *from, const char *to)
{
	struct name_entry *entry = name_table_add(table, from);

	if (!entry->text)
		entry->text = to;
	return !strcmp(entry->text, to);
}

static bool is_same_counted(struct counted *counted, struct token old, struct token new)
{
	const char *old_name = arena_strndup(&counted->arena, old.text, old.length);
	const char *new_name = arena_strndup(&counted->arena, new.text, new.length);

	return leads_to(&counted->new_of, old_name, new_name) &&
	       leads_to(&counted->old_of, new_name, old_name);
}

bool token_is(const struct token *token, const char *text)
{
	return token->length == strlen(text) && !memcmp(token->text, text, token->length);
}

bool token_is_same(struct counted *counted, struct token old, struct token new)
{
	size_t length;

	if (!old.text || !new.text)
		return old.text == new.text;
	length = length_of_counted(old);
	if (old.gap != new.gap || length != length_of_counted(new))
		return false;
	if (length)
		return !memcmp(old.text, new.text, length) && is_same_counted(counted, old, new);
	return old.length == new.length && !memcmp(old.text, new.text, old.length);
}

void counted_free(struct counted *counted)
{
	name_table_free(&counted->new_of);
	name_table_free(&counted->old_of);
	arena_free(&counted->arena);
}

bool tokens_are_same(const char *old, size_t old_size, const char *new, size_t new_size)
{
	const char *old_end = old + old_size, *new_end = new + new_size;
	struct counted counted = { .arena = { NULL, 0, 0 } };
	struct token old_token, new_token;
	bool is_first = true, same;

	do {
		old_token = token_next(&old, old_end);
		new_token = token_next(&new, new_end);
		if (is_first)
			old_token.gap = new_token.gap;
		is_first = false;
		same = token_is_same(&counted, old_token, new_token);
	} while (same && old_token.text);
	counted_free(&counted);
	return same;
}

/* Behind a comment at AT; NULL: there is none. */
static const char *end_of_comment(const char *at, const char *end)
{
	const char *found;

	if (end - at < 2 || *at != '/' || (at[1] != '/' && at[1] != '*'))
		return NULL;
	if (at[1] == '/') {
		found = memchr(at, '\n', (size_t)(end - at));
		return found ? found : end;
	}
	found = memmem(at + 2, (size_t)(end - at) - 2, "*/", 2);
	return found ? found + 2 : end;
}

/* Copies without the ends of lines that go on in the next one. The length. */
static size_t join_lines(char *to, const char *text, size_t size)
{
	size_t length = 0;

	for (size_t i = 0; i < size; i++) {
		if (text[i] == '\\' && i + 1 < size && text[i + 1] == '\n')
			i++;
		else if (text[i] == '\\' && i + 2 < size && text[i + 1] == '\r' &&
			 text[i + 2] == '\n')
			i += 2;
		else
			to[length++] = text[i];
	}
	return length;
}

/* In place. The length. */
static size_t drop_comments(char *text, size_t size)
{
	const char *at = text, *end = text + size, *behind;
	size_t length = 0;

	while (at < end) {
		behind = end_of_comment(at, end);
		if (behind) {
			text[length++] = ' ';
			at = behind;
			continue;
		}
		behind = *at == '"' || *at == '\'' ? end_of_string(at, end) : at + 1;
		memmove(text + length, at, (size_t)(behind - at));
		length += (size_t)(behind - at);
		at = behind;
	}
	return length;
}

/* Is the line a #define or #undef of one of NAMES, or of any macro where that is NULL? */
static bool is_macro(const char *line, const char *end, const struct word_set *names)
{
	static const char *const words[] = { "define", "undef" };

	while (line < end && isspace((unsigned char)*line))
		line++;
	if (line == end || *line++ != '#')
		return false;
	while (line < end && (*line == ' ' || *line == '\t'))
		line++;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		size_t length = strlen(words[i]), name_length = 0;
		const char *name;

		if ((size_t)(end - line) <= length || strncmp(line, words[i], length) ||
		    is_word(line[length]))
			continue;
		name = word_next(line + length, end, &name_length);
		return !names || (name && word_set_has(names, word_hash(name, name_length)));
	}
	return false;
}

/* In place. The length. */
static size_t drop_macros(char *text, size_t size, const struct word_set *names)
{
	size_t length = 0, line;

	for (size_t at = 0; at < size; at += line) {
		const char *end = memchr(text + at, '\n', size - at);

		line = end ? (size_t)(end - text) + 1 - at : size - at;
		if (is_macro(text + at, text + at + line, names))
			continue;
		memmove(text + length, text + at, line);
		length += line;
	}
	return length;
}

char *tokens_plain_text(const char *text, size_t *size, const struct word_set *names)
{
	char *plain = xcalloc(*size + 1, 1);

	*size = drop_comments(plain, join_lines(plain, text, *size));
	*size = drop_macros(plain, *size, names);
	plain[*size] = '\0';
	return plain;
}
