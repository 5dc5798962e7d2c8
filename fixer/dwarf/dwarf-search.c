/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which units may have been compiled from a file? Comes in: the last component of its path. Goes out: a
 * coarse answer from the line tables, of which a no is certain. After dwarf-scan.c.
 */
#include <stdlib.h>
#include <string.h>

#include "dwarf/dwarf-search.h"

/*
 * Looks for NAME, or paths that end with it, among .debug_line_str's strings. The linker lets
 * strings share their ends, so that a reference may also lead into a longer string.
 */
static void find_names(const struct dwarf_file *dwarf, struct dwarf_search *search)
{
	struct dwarf_section *section = dwarf_file_section(dwarf, ".debug_line_str");
	const unsigned char *data = section ? dwarf_file_section_data(dwarf, section) : NULL;
	size_t length = strlen(search->name) + 1;
	const unsigned char *at = data, *start;

	while (data && search->place_count < DWARF_SEARCH_PLACES &&
	       (at = memmem(at, section->size - (size_t)(at - data), search->name, length))) {
		start = at;
		if (at > data && at[-1] == '/')
			while (start > data && start[-1])
				start--;
		search->places[search->place_count].first = (uint64_t)(start - data);
		search->places[search->place_count++].last = (uint64_t)(at - data);
		at += length;
	}
}

void dwarf_search_start(const struct dwarf_file *dwarf, struct dwarf_search *search,
			const char *name)
{
	memset(search, 0, sizeof(*search));
	search->name = name;
	find_names(dwarf, search);
}

/* Is one of the numbers of 4 bytes in HEADER, wherever it stands, a place of the name? */
static bool has_place(const struct cursor *header, const struct dwarf_search *search)
{
	for (const unsigned char *at = header->at; header->end - at >= 4; at++) {
		uint32_t number;

		memcpy(&number, at, sizeof(number));
		if (header->big_endian != (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__))
			number = __builtin_bswap32(number);
		for (size_t i = 0; i < search->place_count; i++)
			if (number >= search->places[i].first && number <= search->places[i].last)
				return true;
	}
	return false;
}

int dwarf_search_may_include(const struct dwarf_file *dwarf, const struct dwarf_search *search,
			     const struct dwarf_unit *unit)
{
	struct dwarf_section *section = dwarf_file_section(dwarf, ".debug_line");
	unsigned char *buffer = NULL, start[16];
	unsigned int version;
	struct cursor cursor;
	uint64_t length;
	int result;

	if (!section)
		return 0;
	if (!unit->has_lines || search->place_count == DWARF_SEARCH_PLACES)
		return 1;
	if (dwarf_file_read(dwarf, section, unit->lines, start, sizeof(start), &cursor))
		return -1;
	/* DWARF 5, 6.2.4, up to header_length; tables of the 64-bit format are left to libdwarf. */
	if (cursor_number(&cursor, 4) == 0xffffffff)
		return 1;
	version = (unsigned int)cursor_number(&cursor, 2);
	if (version >= 5)
		cursor_skip(&cursor, 2);
	length = cursor_number(&cursor, 4);
	if (cursor.short_of || length > section->size)
		return 1; /* let libdwarf say what is wrong */
	length += sizeof(start);
	buffer = xcalloc(length, 1);
	if (dwarf_file_read(dwarf, section, unit->lines, buffer, length, &cursor))
		result = -1;
	else if (version >= 5)
		result = has_place(&cursor, search);
	else
		result = memmem(cursor.at, (size_t)(cursor.end - cursor.at), search->name,
				strlen(search->name) + 1) != NULL;
	free(buffer);
	return result;
}
