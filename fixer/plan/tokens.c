/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tokens of C. Comes in: two texts. Goes out: are they the same, whatever blanks and comments there are?
 *
 * What a token is matters only as far as two texts with the same ones have to be equal: words and numbers, strings,
 * and single characters of anything else. "a ++b" and "a + +b" would be the same; but neither does a compiler's
 * preprocessor write the one for the other, nor does a header that is to be compiled have both.
 */
#include "plan/tokens.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/text-file.h"

struct token_reader {
	const char *at, *end;
	bool in_directive; /* the end of the line is a token */
};

struct token {
	const char *text; /* NULL: the end */
	size_t length;
};

static bool is_word(char byte)
{
	return isalnum((unsigned char)byte) || byte == '_' || byte == '$' || byte & 0x80;
}

static bool is_number_start(const char *at, const char *end)
{
	return isdigit((unsigned char)*at) ||
	       (*at == '.' && end - at > 1 && isdigit((unsigned char)at[1]));
}

/* Behind a word, or a number as the preprocessor has them: 1.5e+3. */
static const char *end_of_word(const char *at, const char *end)
{
	bool is_number = is_number_start(at, end);

	for (at++; at < end; at++)
		if (!is_word(*at) && !(is_number && (*at == '.' || ((*at == '+' || *at == '-') &&
								    strchr("eEpP", at[-1])))))
			break;
	return at;
}

static const char *end_of_string(const char *at, const char *end)
{
	char quote = *at++;

	while (at < end && *at != quote && *at != '\n')
		at += *at == '\\' && end - at > 1 ? 2 : 1;
	return at < end ? at + 1 : end;
}

static bool pass_blanks(struct token_reader *reader)
{
	bool new_line = false;

	while (reader->at < reader->end && isspace((unsigned char)*reader->at)) {
		if (*reader->at == '\n') {
			if (reader->in_directive)
				break;
			new_line = true;
		}
		reader->at++;
	}
	return new_line;
}

static struct token next_token(struct token_reader *reader, bool is_first)
{
	bool new_line = pass_blanks(reader) || is_first;
	struct token token = { NULL, 0 };

	if (reader->at == reader->end)
		return token;
	token.text = reader->at;
	if (*reader->at == '\n')
		reader->in_directive = false;
	if (*reader->at == '#' && new_line)
		reader->in_directive = true;
	if (is_word(*reader->at) || is_number_start(reader->at, reader->end))
		reader->at = end_of_word(reader->at, reader->end);
	else if (*reader->at == '"' || *reader->at == '\'')
		reader->at = end_of_string(reader->at, reader->end);
	else
		reader->at++;
	token.length = (size_t)(reader->at - token.text);
	return token;
}

/* The length without the number at the end, where it is one that the compiler counts up (__COUNTER__). */
static size_t length_of_name(struct token token)
{
	static const char *const counted[] = { "__UNIQUE_ID_", "__compiletime_assert_" };

	for (size_t i = 0; i < ARRAY_SIZE(counted); i++) {
		size_t length = strlen(counted[i]);

		if (token.length <= length || strncmp(token.text, counted[i], length))
			continue;
		while (token.length > length &&
		       isdigit((unsigned char)token.text[token.length - 1]))
			token.length--;
	}
	return token.length;
}

static bool is_same(struct token old, struct token new)
{
	if (!old.text || !new.text)
		return old.text == new.text;
	if (old.length == new.length && !memcmp(old.text, new.text, old.length))
		return true;
	old.length = length_of_name(old);
	new.length = length_of_name(new);
	return old.length == new.length && !memcmp(old.text, new.text, old.length);
}

bool tokens_are_same(const char *old, size_t old_size, const char *new, size_t new_size)
{
	struct token_reader old_reader = { old, old + old_size, false };
	struct token_reader new_reader = { new, new + new_size, false };
	struct token old_token, new_token;
	bool is_first = true;

	do {
		old_token = next_token(&old_reader, is_first);
		new_token = next_token(&new_reader, is_first);
		is_first = false;
		if (!is_same(old_token, new_token))
			return false;
	} while (old_token.text);
	return true;
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

bool tokens_are_same_but(const struct word_set *names, const char *old, size_t old_size,
			 const char *new, size_t new_size)
{
	char *old_text = tokens_plain_text(old, &old_size, names);
	char *new_text = tokens_plain_text(new, &new_size, names);
	bool same = tokens_are_same(old_text, old_size, new_text, new_size);

	free(old_text);
	free(new_text);
	return same;
}

int tokens_compare_files(const char *old, const char *new, struct arena *arena)
{
	size_t old_size, new_size;
	const char *old_text = text_file_read(old, &old_size, arena);
	const char *new_text = old_text ? text_file_read(new, &new_size, arena) : NULL;

	return new_text ? tokens_are_same(old_text, old_size, new_text, new_size) : -1;
}
