/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which unit's code is at an address. Comes in: .debug_aranges, a table that the compiler makes for
 * this question (DWARF 5, 6.1.2). Goes out: a unit of dwarf-file.c.
 *
 * libdwarf's reader of this table insists that the units are in the .debug_info that it sees, but
 * its handles see one unit only.
 */
#include "cursor.h"
#include "dwarf-file.h"

static struct dwarf_unit *unit_at_offset(const struct dwarf_file *dwarf, uint64_t offset)
{
	size_t low = 0, high = dwarf->unit_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (dwarf->units[middle].offset < offset)
			low = middle + 1;
		else
			high = middle;
	}
	return low < dwarf->unit_count && dwarf->units[low].offset == offset ? &dwarf->units[low]
									     : NULL;
}

/*
 * Reads one unit's set of ranges, which starts at START; *OFFSET becomes the unit's. Leaves CURSOR
 * behind the set.
 */
static bool set_has_address(struct cursor *cursor, const unsigned char *start, uint64_t address,
			    uint64_t *offset)
{
	unsigned int offset_size = 4, address_size, segment_size;
	uint64_t length = cursor_number(cursor, 4), tuple, low, size;
	const unsigned char *end;
	bool found = false;

	if (length == 0xffffffff) {
		offset_size = 8;
		length = cursor_number(cursor, 8);
	}
	if (length > (uint64_t)(cursor->end - cursor->at))
		length = (uint64_t)(cursor->end - cursor->at);
	end = cursor->at + length;
	cursor_number(cursor, 2); /* the version */
	*offset = cursor_number(cursor, offset_size);
	address_size = (unsigned int)cursor_number(cursor, 1);
	segment_size = (unsigned int)cursor_number(cursor, 1);
	if (address_size == 8 && !segment_size) {
		/* The tuples are aligned to their size, seen from the set's start. */
		tuple = 2 * address_size;
		cursor->at += (tuple - (uint64_t)(cursor->at - start) % tuple) % tuple;
		while (!found && cursor->at < end && (size_t)(end - cursor->at) >= tuple) {
			low = cursor_number(cursor, address_size);
			size = cursor_number(cursor, address_size);
			found = address >= low && address - low < size;
		}
	}
	cursor->at = end;
	return found;
}

struct dwarf_unit *dwarf_file_unit_at(const struct dwarf_file *dwarf, uint64_t address)
{
	struct dwarf_section *section = dwarf_file_section(dwarf, ".debug_aranges");
	struct cursor cursor = { .big_endian = elf_file_is_big_endian(dwarf->elf) };
	uint64_t offset;

	if (!section || !dwarf_file_section_data(dwarf, section))
		return NULL;
	cursor.at = section->data;
	cursor.end = cursor.at + section->size;
	while (cursor.at < cursor.end)
		if (set_has_address(&cursor, cursor.at, address, &offset))
			return unit_at_offset(dwarf, offset);
	return NULL;
}
