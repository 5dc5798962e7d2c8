/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Numbers in a file's byte order, and bytes that are read from front to back.
 */
#ifndef KLPMAKE_CURSOR_H
#define KLPMAKE_CURSOR_H

#include "elf-file.h"

uint64_t number_load(const unsigned char *at, unsigned int size, bool big_endian);
void number_store(unsigned char *at, uint64_t value, unsigned int size, bool big_endian);

static inline bool elf_file_is_big_endian(const struct elf_file *file)
{
	return file->header.e_ident[EI_DATA] == ELFDATA2MSB;
}

/* Reading behind the end gives zeros and sets "short_of". */
struct cursor {
	const unsigned char *at, *end;
	bool big_endian;
	bool short_of;
};

uint64_t cursor_number(struct cursor *cursor, unsigned int size);
/* An unsigned LEB128 number (DWARF 5, 7.6). */
uint64_t cursor_uleb(struct cursor *cursor);
void cursor_skip(struct cursor *cursor, uint64_t length);

#endif
