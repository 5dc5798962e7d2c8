/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The preprocessor's directives. Comes in: C source. Goes out: its directives, one by one, in a plain form.
 *
 * A directive ends with its line, which a backslash at the end makes longer, as does a comment that goes on in the
 * next one. All other text is passed by, but for comments and strings, within which '#' means nothing.
 */
#include "plan/directives.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"

void directive_open(struct directive_reader *reader, const char *text, size_t size)
{
	memset(reader, 0, sizeof(*reader));
	reader->at = text;
	reader->end = text + size;
}

void directive_close(struct directive_reader *reader)
{
	free(reader->line);
	memset(reader, 0, sizeof(*reader));
}

static void put(struct directive_reader *reader, char byte)
{
	if (reader->length == reader->room) {
		reader->room = reader->room ? 2 * reader->room : 256;
		reader->line = realloc(reader->line, reader->room);
		if (!reader->line)
			out_of_memory();
	}
	reader->line[reader->length++] = byte;
}

/* Several blanks are as good as one, and none is needed at the beginning. */
static void put_blank(struct directive_reader *reader)
{
	if (reader->length && reader->line[reader->length - 1] != ' ')
		put(reader, ' ');
}

/* Passes a backslash with the newline that it takes away. */
static void pass_splices(struct directive_reader *reader)
{
	while (reader->end - reader->at >= 2 && *reader->at == '\\') {
		size_t length = reader->at[1] == '\r' ? 3 : 2;

		if ((size_t)(reader->end - reader->at) < length || reader->at[length - 1] != '\n')
			return;
		reader->at += length;
	}
}

/* The next byte, 0 at the end, which it stays before. A NUL of the source's is a blank. */
static char peek(struct directive_reader *reader)
{
	pass_splices(reader);
	if (reader->at >= reader->end)
		return '\0';
	return *reader->at ? *reader->at : ' ';
}

static char take(struct directive_reader *reader)
{
	char byte = peek(reader);

	reader->at += byte != '\0';
	return byte;
}

/* Passes a comment that begins at the slash before. False: there is none. */
static bool pass_comment(struct directive_reader *reader)
{
	char byte = peek(reader), before = '\0';

	if (byte == '/') {
		while (peek(reader) && peek(reader) != '\n')
			take(reader);
		return true;
	}
	if (byte != '*')
		return false;
	take(reader);
	while ((byte = take(reader))) {
		if (before == '*' && byte == '/')
			break;
		before = byte;
	}
	return true;
}

/* Passes the rest of a string or character, which ends with its line where its QUOTE was forgotten. */
static void pass_string(struct directive_reader *reader, char quote, bool keep)
{
	char byte;

	if (keep)
		put(reader, quote);
	while ((byte = peek(reader)) && byte != '\n') {
		take(reader);
		if (keep)
			put(reader, byte);
		if (byte == quote)
			return;
		if (byte != '\\' || !peek(reader) || peek(reader) == '\n')
			continue;
		byte = take(reader);
		if (keep)
			put(reader, byte);
	}
}

/* Passes the rest of a line; KEEP: it is a directive's. */
static void pass_line(struct directive_reader *reader, bool keep)
{
	char byte;

	while ((byte = take(reader)) && byte != '\n') {
		if (byte == '/' && pass_comment(reader))
			byte = ' ';
		if (byte == '"' || byte == '\'')
			pass_string(reader, byte, keep);
		else if (keep && isspace((unsigned char)byte))
			put_blank(reader);
		else if (keep)
			put(reader, byte);
	}
}

/* Passes blanks and comments at the beginning of a line. The byte behind them. */
static char pass_blanks(struct directive_reader *reader)
{
	for (;;) {
		const char *before = reader->at;
		char byte = take(reader);

		if (byte == '/' && pass_comment(reader))
			continue;
		if (!byte || byte == '\n' || !isspace((unsigned char)byte)) {
			reader->at = before;
			return byte;
		}
	}
}

const char *directive_next(struct directive_reader *reader)
{
	while (reader->at < reader->end) {
		char first = pass_blanks(reader);

		reader->length = 0;
		if (first == '#') {
			take(reader);
			pass_line(reader, true);
			if (reader->length && reader->line[reader->length - 1] == ' ')
				reader->length--;
			put(reader, '\0');
			return reader->line;
		}
		pass_line(reader, false);
	}
	return NULL;
}

const char *directive_is(const char *directive, const char *word)
{
	size_t length = strlen(word);

	if (strncmp(directive, word, length))
		return NULL;
	if (directive[length] == ' ')
		return directive + length + 1;
	/* As in "#if(A)". */
	return isalnum((unsigned char)directive[length]) || directive[length] == '_'
		       ? NULL
		       : directive + length;
}
