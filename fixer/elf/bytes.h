/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Numbers in a file's byte order, and bytes that are read from front to back.
 */
#ifndef KLPMAKE_BYTES_H
#define KLPMAKE_BYTES_H

#include <stdbool.h>
#include <stdint.h>

uint64_t bytes_load(const unsigned char *at, unsigned int size, bool big_endian);
void bytes_store(unsigned char *at, uint64_t value, unsigned int size, bool big_endian);

/* Reading behind the end gives zeros and sets "short_of". */
struct cursor {
	const unsigned char *at, *end;
	bool big_endian;
	bool short_of;
};

uint64_t cursor_number(struct cursor *cursor, unsigned int size);
void cursor_skip(struct cursor *cursor, uint64_t length);

/* cursor_uleb() of any number of bytes. */
uint64_t cursor_long_uleb(struct cursor *cursor);

/* An unsigned LEB128 number (DWARF 5, 7.6). Most have one byte, and a kernel's DWARF has millions. */
static inline uint64_t cursor_uleb(struct cursor *cursor)
{
	if (cursor->at < cursor->end && *cursor->at < 0x80)
		return *cursor->at++;
	return cursor_long_uleb(cursor);
}

#endif
