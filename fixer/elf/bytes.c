/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Numbers in a file's byte order, and bytes that are read from front to back.
 */
#include "elf/bytes.h"

uint64_t bytes_load(const unsigned char *at, unsigned int size, bool big_endian)
{
	uint64_t value = 0;

	for (unsigned int i = 0; i < size; i++)
		value |= (uint64_t)at[big_endian ? size - 1 - i : i] << 8 * i;
	return value;
}

void bytes_store(unsigned char *at, uint64_t value, unsigned int size, bool big_endian)
{
	for (unsigned int i = 0; i < size; i++)
		at[big_endian ? size - 1 - i : i] = (unsigned char)(value >> 8 * i);
}

void cursor_skip(struct cursor *cursor, uint64_t length)
{
	if ((uint64_t)(cursor->end - cursor->at) < length) {
		cursor->short_of = true;
		length = (uint64_t)(cursor->end - cursor->at);
	}
	cursor->at += length;
}

uint64_t cursor_number(struct cursor *cursor, unsigned int size)
{
	const unsigned char *at = cursor->at;

	cursor_skip(cursor, size);
	return cursor->short_of ? 0 : bytes_load(at, size, cursor->big_endian);
}

uint64_t cursor_long_uleb(struct cursor *cursor)
{
	uint64_t value = 0;

	for (unsigned int shift = 0; cursor->at < cursor->end; shift += 7) {
		unsigned char byte = *cursor->at++;

		if (shift < 64)
			value |= (uint64_t)(byte & 0x7f) << shift;
		if (!(byte & 0x80))
			return value;
	}
	cursor->short_of = true;
	return 0;
}
