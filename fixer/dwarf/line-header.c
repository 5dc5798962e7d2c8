/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * May libdwarf read the header of a line table? Comes in: its place in .debug_line. Goes out: yes or a message. For
 * unit-files.c.
 *
 * Since DWARF 5 (6.2.4) it tells how many folders and files follow and which forms each has. libdwarf makes room for as many
 * as are told, even where they take no bytes in the table:
 *
 *	00		no forms of a file
 *	81 ff ff ff 14	5,637,144,449 of them
 */
#include "dwarf/dwarf-abbreviations.h"

static int malformed(const struct dwarf_file *dwarf, uint64_t offset, const char *what)
{
	return dwarf_file_malformed(dwarf, what, "in the line table ", offset, ".debug_line");
}

/* Passes a list of folders or files, at CURSOR: forms, a number, and as many entries. What is wrong with it; NULL: nothing. */
static const char *pass_list(const struct dwarf_unit *unit, struct cursor *cursor)
{
	uint64_t forms[UINT8_MAX], count;
	size_t form_count = (size_t)cursor_number(cursor, 1);

	for (size_t i = 0; i < form_count; i++) {
		cursor_uleb(cursor); /* what the value is for */
		forms[i] = cursor_uleb(cursor);
	}
	count = cursor_uleb(cursor);
	for (; count && !cursor->short_of; count--) {
		const unsigned char *start = cursor->at;

		for (size_t i = 0; i < form_count; i++)
			if (!dwarf_abbreviations_pass(unit, cursor, forms[i]))
				return "an unknown form";
		if (cursor->at == start && !cursor->short_of)
			return "files that take no bytes";
	}
	return cursor->short_of ? "a header that is cut off" : NULL;
}

int line_header_check(const struct dwarf_file *dwarf, const struct dwarf_unit *unit,
		      uint64_t offset)
{
	struct dwarf_section *section = dwarf_file_section(dwarf, ".debug_line");
	struct cursor cursor = { .big_endian = elf_file_is_big_endian(dwarf->elf) };
	unsigned int length_size = 4;
	const char *wrong;

	if (!section)
		return 0;
	if (!dwarf_file_section_data(dwarf, section))
		return -1;
	if (offset >= section->size)
		return malformed(dwarf, offset, "nothing");
	cursor.at = section->data + offset;
	cursor.end = section->data + section->size;
	if (cursor_number(&cursor, 4) == 0xffffffff) {
		cursor_skip(&cursor, 8);
		length_size = 8;
	}
	if (cursor_number(&cursor, 2) != 5)
		return 0;
	/* Sizes of addresses and segments, the header's length, five numbers, and how many operands opcodes have. */
	cursor_skip(&cursor, 2 + length_size + 5);
	cursor_skip(&cursor, (uint64_t)cursor_number(&cursor, 1) - 1);
	wrong = pass_list(unit, &cursor);
	if (!wrong)
		wrong = pass_list(unit, &cursor);
	return wrong ? malformed(dwarf, offset, wrong) : 0;
}
