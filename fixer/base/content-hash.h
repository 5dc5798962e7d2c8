/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A hash of 128 bits of a file's contents, against accidents; nobody is kept out by it.
 */
#ifndef KLPMAKE_CONTENT_HASH_H
#define KLPMAKE_CONTENT_HASH_H

#include <stddef.h>
#include <stdint.h>

struct content_hash {
	uint64_t one, other;
};

#define CONTENT_HASH_START                                                                         \
	{                                                                                          \
		1, 2                                                                               \
	}
#define CONTENT_HASH_DIGITS 32

/* The last bytes of a hash may be of any number, all before them of a multiple of 8. */
void content_hash_add(struct content_hash *hash, const unsigned char *bytes, size_t size);
/* TEXT gets CONTENT_HASH_DIGITS hexadecimal digits and a NUL. */
void content_hash_text(const struct content_hash *hash, char text[CONTENT_HASH_DIGITS + 1]);

#endif
