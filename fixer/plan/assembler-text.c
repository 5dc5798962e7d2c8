/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Assembler outside of functions, as digests have it: a text on one line, a newline being "\\n". Comes in: such
 * texts. Goes out: whether two say the same, and what they export.
 */
#include "plan/assembler-text.h"

#include <ctype.h>
#include <string.h>

/*
 * Has what comes a line in it, or what __COUNTER__ gave? BTF_ID() puts both behind two underscores, after a name
 * that may have digits (include/linux/btf_ids.h).
 */
enum numbering {
	NOT_NUMBERED,
	NUMBERED,
	NUMBERED_AT_END,
};

/* A text that is being read. */
struct reader {
	const char *at;
	enum numbering numbering; /* of the word that AT is in */
};

static bool is_word(char byte)
{
	return isalnum((unsigned char)byte) || byte == '_' || byte == '.';
}

static enum numbering numbering_of(const char *word)
{
	static const char *const names[] = { "__UNIQUE_ID_", "__ADDRESSABLE_", "__addressable_",
					     "__initcall__", ".L" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (string_starts_with(word, names[i]))
			return NUMBERED;
	return string_starts_with(word, "__BTF_ID__") ? NUMBERED_AT_END : NOT_NUMBERED;
}

/* What follows the number at AT, if there is one, else AT. AT is inside of a word of that kind. */
static const char *skip_number(const char *at, enum numbering numbering)
{
	if (!isdigit((unsigned char)*at) ||
	    (numbering == NUMBERED_AT_END && (at[-1] != '_' || at[-2] != '_')))
		return at;
	while (isdigit((unsigned char)*at))
		at++;
	return at;
}

/* The next character that counts, 0 at the end. */
static char next_of(struct reader *reader)
{
	char byte;

	if (reader->numbering == NOT_NUMBERED)
		reader->numbering = numbering_of(reader->at);
	if (reader->numbering != NOT_NUMBERED)
		reader->at = skip_number(reader->at, reader->numbering);
	byte = *reader->at;
	if (!is_word(byte))
		reader->numbering = NOT_NUMBERED;
	reader->at += byte != 0;
	return byte;
}

bool assembler_text_same(const char *a, const char *b)
{
	struct reader a_reader = { a, NOT_NUMBERED }, b_reader = { b, NOT_NUMBERED };
	char byte;

	while ((byte = next_of(&a_reader)) == next_of(&b_reader))
		if (!byte)
			return true;
	return false;
}

const char *assembler_text_plain(const char *text, struct arena *arena)
{
	struct reader reader = { text, NOT_NUMBERED };
	char *plain = arena_strdup(arena, text), *to = plain;

	while ((*to = next_of(&reader)))
		to++;
	return plain;
}

/* The name behind PREFIX in a label of TEXT; NULL: there is none. */
static const char *label_with(const char *text, const char *prefix)
{
	while ((text = strstr(text, prefix))) {
		const char *end = text += strlen(prefix);

		while (is_word(*end))
			end++;
		if (*end == ':')
			return text;
	}
	return NULL;
}

/* ___EXPORT_SYMBOL() of include/linux/export.h, before and since Linux 6.4. */
const char *assembler_text_exported(const char *text)
{
	const char *name = label_with(text, "__ksymtab_");

	return name ? name : label_with(text, "__export_symbol_");
}

bool assembler_text_is_export_string(const char *text)
{
	return strstr(text, "__ksymtab_strings") && !assembler_text_exported(text);
}

bool assembler_text_exports(const char *text)
{
	return strstr(text, "__ksymtab") || assembler_text_exported(text);
}
