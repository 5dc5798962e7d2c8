/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Numbers in a file's byte order, and bytes that are read from front to back.
 */
#include "elf/bytes.h"

uint64_t bytes_load_any(const unsigned char *at, unsigned int size, bool big_endian)
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
