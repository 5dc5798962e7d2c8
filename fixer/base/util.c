/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory and small helpers, used by all stages.
 */
#include "base/util.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define BLOCK_SIZE (64 * 1024)

struct arena_block {
	struct arena_block *next;
	max_align_t data[];
};

void out_of_memory(void)
{
	fprintf(stderr, "%s: error: out of memory\n", program_invocation_short_name);
	exit(3); /* DIAG_SYSTEM: diag.h uses this file */
}

void memory_check(void)
{
	if (errno == ENOMEM)
		out_of_memory();
}

void *xcalloc(size_t count, size_t size)
{
	void *memory = calloc(count ? count : 1, size ? size : 1);

	if (!memory)
		out_of_memory();
	return memory;
}

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23 /* since Linux 5.14 */
#endif

void memory_populate(void *memory, size_t size)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), start = (uintptr_t)memory;
	uintptr_t first = (start + page - 1) / page * page, end = (start + size) / page * page;

	/* Where it does nothing, the faults do it. */
	if (end > first)
		madvise((char *)memory + (first - start), end - first, MADV_POPULATE_WRITE);
}

FILE *memory_open(char **text, size_t *size)
{
	FILE *stream = open_memstream(text, size);

	if (!stream)
		out_of_memory();
	return stream;
}

void memory_close(FILE *stream, char *const *text)
{
	bool failed = ferror(stream);

	/* The C library does not tell of all that it had no memory for. */
	if (fclose(stream) || failed || !*text)
		out_of_memory();
}

static void arena_add_block(struct arena *arena, size_t room)
{
	struct arena_block *block = xcalloc(1, sizeof(*block) + room);

	block->next = arena->blocks;
	arena->blocks = block;
	arena->used = 0;
	arena->room = room;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	void *memory;

	if (size > SIZE_MAX / 2)
		out_of_memory();
	size = (size + sizeof(max_align_t) - 1) / sizeof(max_align_t) * sizeof(max_align_t);
	if (!arena->blocks || size > arena->room - arena->used)
		arena_add_block(arena, size > BLOCK_SIZE ? size : BLOCK_SIZE);
	memory = (char *)arena->blocks->data + arena->used;
	arena->used += size;
	return memory;
}

char *arena_strndup(struct arena *arena, const char *text, size_t length)
{
	char *copy = arena_alloc(arena, length + 1);

	memcpy(copy, text, length);
	return copy;
}

char *arena_strdup(struct arena *arena, const char *text)
{
	return arena_strndup(arena, text, strlen(text));
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
	va_list arguments;
	char *text;
	int length;

	va_start(arguments, format);
	length = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	if (length < 0)
		out_of_memory();
	text = arena_alloc(arena, (size_t)length + 1);
	va_start(arguments, format);
	vsnprintf(text, (size_t)length + 1, format, arguments);
	va_end(arguments);
	return text;
}

void arena_free(struct arena *arena)
{
	struct arena_block *block, *next;

	for (block = arena->blocks; block; block = next) {
		next = block->next;
		free(block);
	}
	memset(arena, 0, sizeof(*arena));
}

char *hex_digits(const unsigned char *bytes, size_t size, struct arena *arena)
{
	char *text = arena_alloc(arena, 2 * size + 1);

	for (size_t i = 0; i < size; i++) {
		text[2 * i] = "0123456789abcdef"[bytes[i] >> 4];
		text[2 * i + 1] = "0123456789abcdef"[bytes[i] & 15];
	}
	return text;
}

void *array_grow(void *array, size_t count, size_t size)
{
	void *grown;

	if (count && (count & (count - 1)))
		return array; /* room up to the next power of two is there already */
	if (count > SIZE_MAX / 2 / size)
		out_of_memory();
	grown = realloc(array, (count ? 2 * count : 1) * size);
	if (!grown)
		out_of_memory();
	return grown;
}

bool string_is_same(const char *one, const char *other)
{
	return one && other ? !strcmp(one, other) : one == other;
}

bool string_starts_with(const char *text, const char *prefix)
{
	return !strncmp(text, prefix, strlen(prefix));
}

bool string_ends_with(const char *text, const char *suffix)
{
	size_t length = strlen(text), suffix_length = strlen(suffix);

	return length >= suffix_length && !strcmp(text + length - suffix_length, suffix);
}

/* FNV-1a, of eight bytes at a time: a kernel has more than a hundred thousand names. */
uint32_t string_hash(const char *text)
{
	uint64_t hash = 14695981039346656037u, word;
	size_t length = strlen(text);

	for (; length >= sizeof(word); text += sizeof(word), length -= sizeof(word)) {
		memcpy(&word, text, sizeof(word));
		hash = (hash ^ word) * 1099511628211u;
		hash ^= hash >> 32;
	}
	for (word = 0; length--;)
		word = word << 8 | (unsigned char)text[length];
	hash = (hash ^ word) * 1099511628211u;
	return (uint32_t)(hash ^ hash >> 32);
}

const char *path_base(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

unsigned int edit_distance(const char *a, const char *b, unsigned int limit)
{
	unsigned int row[65];
	size_t a_length = strlen(a), b_length = strlen(b);

	if (b_length >= ARRAY_SIZE(row) || a_length > b_length + limit ||
	    b_length > a_length + limit)
		return limit + 1;
	for (size_t j = 0; j <= b_length; j++)
		row[j] = (unsigned int)j;
	for (size_t i = 1; i <= a_length; i++) {
		unsigned int diagonal = row[0];

		row[0] = (unsigned int)i;
		for (size_t j = 1; j <= b_length; j++) {
			unsigned int change = diagonal + (a[i - 1] != b[j - 1]);

			diagonal = row[j];
			row[j] = row[j] < row[j - 1] ? row[j] + 1 : row[j - 1] + 1;
			if (change < row[j])
				row[j] = change;
		}
	}
	return row[b_length];
}
