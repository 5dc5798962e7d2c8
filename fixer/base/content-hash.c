/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A hash of contents: two multiplicative ones of 64 bits beside each other, eight bytes at a time.
 */
#include "base/content-hash.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void add_word(struct content_hash *hash, uint64_t word)
{
	hash->one = (hash->one ^ word) * 0x9e3779b97f4a7c15;
	hash->one ^= hash->one >> 29;
	hash->other = (hash->other + word) * 0xd6e8feb86659fd93;
	hash->other ^= hash->other >> 32;
}

void content_hash_add(struct content_hash *hash, const unsigned char *bytes, size_t size)
{
	uint64_t word;

	for (; size >= sizeof(word); bytes += sizeof(word), size -= sizeof(word)) {
		memcpy(&word, bytes, sizeof(word));
		add_word(hash, word);
	}
	word = size;
	while (size--)
		word = word << 8 | bytes[size];
	add_word(hash, word);
}

void content_hash_text(const struct content_hash *hash, char text[CONTENT_HASH_DIGITS + 1])
{
	snprintf(text, CONTENT_HASH_DIGITS + 1, "%016" PRIx64 "%016" PRIx64, hash->one,
		 hash->other);
}
