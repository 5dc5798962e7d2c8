/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory and small helpers, used by all stages.
 */
#ifndef KLPMAKE_UTIL_H
#define KLPMAKE_UTIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/*
 * Owns all memory that lives until a program ends. No allocation here returns NULL: where memory
 * is exhausted the program says so and exits with status 3.
 */
struct arena {
	struct arena_block *blocks;
	size_t used, room; /* bytes of the first block */
};

/* Says so and exits with status 3. */
void out_of_memory(void) __attribute__((noreturn));
/*
 * After the failure of a library that does not say why: was there no memory? Then as out_of_memory(). For errno to tell, it
 * is set to 0 before.
 */
void memory_check(void);

void *arena_alloc(struct arena *arena, size_t size); /* zeroed */
char *arena_strdup(struct arena *arena, const char *text);
char *arena_strndup(struct arena *arena, const char *text, size_t length);
char *arena_printf(struct arena *arena, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void arena_free(struct arena *arena);
/* SIZE bytes as lower-case hexadecimal digits. */
char *hex_digits(const unsigned char *bytes, size_t size, struct arena *arena);

/*
 * An array that grows by doubling: returns ARRAY, moved if need be, with room for COUNT + 1
 * elements of SIZE bytes. Its memory comes from malloc.
 */
void *array_grow(void *array, size_t count, size_t size);
void *xcalloc(size_t count, size_t size);
/* All of MEMORY is about to be written: the system call that knows takes less time than a fault for each page of it. */
void memory_populate(void *memory, size_t size);

/* A stream into memory. *TEXT, from malloc and with a NUL behind its *SIZE bytes, is there when it is closed. */
FILE *memory_open(char **text, size_t *size);
void memory_close(FILE *stream, char *const *text);

/* Is [offset, offset + length) within [0, size)? Does not overflow. */
static inline bool range_is_within(uint64_t offset, uint64_t length, uint64_t size)
{
	return offset <= size && length <= size - offset;
}

/* Are both NULL, or equal? */
bool string_is_same(const char *one, const char *other);
bool string_starts_with(const char *text, const char *prefix);
bool string_ends_with(const char *text, const char *suffix);
uint32_t string_hash(const char *text);
/* The last component of a path. */
const char *path_base(const char *path);

/*
 * How many edits (a character more, less or changed) lead from A to B; a number above LIMIT where
 * they are more than LIMIT. For suggestions.
 */
unsigned int edit_distance(const char *a, const char *b, unsigned int limit);

#endif
