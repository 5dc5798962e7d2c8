/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Numbers in a file's byte order, and bytes that are read from front to back.
 */
#ifndef KLPMAKE_BYTES_H
#define KLPMAKE_BYTES_H

#include <endian.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* bytes_load() of any size, up to 8. */
uint64_t bytes_load_any(const unsigned char *at, unsigned int size, bool big_endian);

/* A kernel's DWARF has millions of the usual sizes. */
static inline uint64_t bytes_load(const unsigned char *at, unsigned int size, bool big_endian)
{
	uint64_t eight;
	uint32_t four;

	if (size == sizeof(eight)) {
		memcpy(&eight, at, sizeof(eight));
		return big_endian ? be64toh(eight) : le64toh(eight);
	}
	if (size == sizeof(four)) {
		memcpy(&four, at, sizeof(four));
		return big_endian ? be32toh(four) : le32toh(four);
	}
	return bytes_load_any(at, size, big_endian);
}

void bytes_store(unsigned char *at, uint64_t value, unsigned int size, bool big_endian);

/* Reading behind the end gives zeros and sets "short_of". */
struct cursor {
	const unsigned char *at, *end;
	bool big_endian;
	bool short_of;
};

static inline void cursor_skip(struct cursor *cursor, uint64_t length)
{
	if ((uint64_t)(cursor->end - cursor->at) < length) {
		cursor->short_of = true;
		length = (uint64_t)(cursor->end - cursor->at);
	}
	cursor->at += length;
}

static inline uint64_t cursor_number(struct cursor *cursor, unsigned int size)
{
	const unsigned char *at = cursor->at;

	cursor_skip(cursor, size);
	return cursor->short_of ? 0 : bytes_load(at, size, cursor->big_endian);
}

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
