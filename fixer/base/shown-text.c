/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text of others, as a terminal is to have it.
 */
#include "base/shown-text.h"

#include <stdlib.h>

/* The character of COUNT bytes, of which the first one has the LEAD bits, at TEXT; 0: it is not one. */
static uint32_t decode(const unsigned char *text, size_t count, unsigned char lead)
{
	static const uint32_t smallest[] = { 0, 0, 0x80, 0x800, 0x10000 };
	uint32_t value = text[0] & lead;

	for (size_t i = 1; i < count; i++) {
		if ((text[i] & 0xc0) != 0x80)
			return 0; /* the text's end, too */
		value = value << 6 | (text[i] & 0x3f);
	}
	if (value < smallest[count] || value > 0x10ffff || (value >= 0xd800 && value < 0xe000))
		return 0;
	return value;
}

/* Control characters of Unicode that terminals obey: C1, ends of lines, directions (UAX #9). */
static bool is_obeyed(uint32_t value)
{
	return value < 0xa0 || value == 0x61c || value == 0x200e || value == 0x200f ||
	       (value >= 0x2028 && value <= 0x202e) || (value >= 0x2066 && value <= 0x2069);
}

/* How many bytes at TEXT, which is not at its end, are a character that is shown as it is; 0: the first one is none. */
static size_t plain_size(const unsigned char *text)
{
	uint32_t value = 0;
	size_t size = 1;

	if (*text < 0x80)
		return (*text >= 0x20 && *text != 0x7f) || *text == '\t';
	if ((*text & 0xe0) == 0xc0)
		value = decode(text, size = 2, 0x1f);
	else if ((*text & 0xf0) == 0xe0)
		value = decode(text, size = 3, 0xf);
	else if ((*text & 0xf8) == 0xf0)
		value = decode(text, size = 4, 7);
	return value && !is_obeyed(value) ? size : 0;
}

void shown_text_write(const char *text, FILE *stream)
{
	const unsigned char *at = (const unsigned char *)text;

	while (*at) {
		size_t size = plain_size(at);

		if (size)
			fwrite(at, 1, size, stream);
		else
			fprintf(stream, "\\x%02x", *at);
		at += size ? size : 1;
	}
}

const char *shown_text(const char *text, struct arena *arena)
{
	const unsigned char *at = (const unsigned char *)text;
	FILE *stream;
	char *shown;
	size_t size;

	while (*at && (size = plain_size(at)))
		at += size;
	if (!*at)
		return text;
	stream = memory_open(&shown, &size);
	shown_text_write(text, stream);
	memory_close(stream, &shown);
	text = arena_strdup(arena, shown);
	free(shown);
	return text;
}
