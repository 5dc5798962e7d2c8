/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lists the units of a DWARF file. Comes in: .debug_info. Goes out: for each unit its place, its
 * DW_AT_name and its DW_AT_comp_dir.
 *
 * This is the one part of DWARF that is not left to libdwarf: it has to pass all units, and a
 * kernel has thousands of them. Of each, it reads its header and its first entry only, with small
 * reads rather than through the mapping, where each would make 64 KiB resident. What it does not
 * know in a unit (a form of an indexed string, say) it leaves to libdwarf.
 */
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "dwarf/dwarf-file.h"

/* Bytes that are read at once: room for any unit's header and first entry, as compilers write. */
#define ENTRY_ROOM 256

struct unit_header {
	uint64_t size;		/* of the unit, with this header */
	uint64_t abbreviations; /* offset in .debug_abbrev */
	unsigned int version, type, address_size, offset_size;
};

/* The attributes that are looked for; strings NULL: not found. */
struct unit_strings {
	const char *name, *comp_dir;
	uint64_t lines;
	bool has_lines;
};

/* The value of an attribute, as far as it is of interest. */
struct value {
	const char *string;
	uint64_t offset;
};

/* What became of one unit. */
enum outcome {
	FOUND,
	NOT_A_UNIT,   /* a type unit: none of its code stands for a source file */
	PARTIAL_UNIT, /* what dwz makes: a part of several units */
	UNKNOWN_FORM, /* to be left to libdwarf */
};

static int malformed(const struct dwarf_file *dwarf, uint64_t offset, const char *what)
{
	struct diag_place place = { dwarf->elf->path, 0 };

	diag_error(&place, "dwarf",
		   "malformed DWARF: %s in the unit at offset 0x%llx of .debug_info", what,
		   (unsigned long long)offset);
	return -1;
}

/* DWARF 5, 7.5.1.1, and its predecessors. */
static void read_header(struct cursor *cursor, struct unit_header *header)
{
	uint64_t length = cursor_number(cursor, 4);

	header->offset_size = 4;
	header->size = length + 4;
	if (length == 0xffffffff) {
		header->offset_size = 8;
		header->size = cursor_number(cursor, 8) + 12;
	}
	header->version = (unsigned int)cursor_number(cursor, 2);
	header->type = DW_UT_compile;
	if (header->version >= 5) {
		header->type = (unsigned int)cursor_number(cursor, 1);
		header->address_size = (unsigned int)cursor_number(cursor, 1);
		header->abbreviations = cursor_number(cursor, header->offset_size);
	} else {
		header->abbreviations = cursor_number(cursor, header->offset_size);
		header->address_size = (unsigned int)cursor_number(cursor, 1);
	}
}

/* Leaves CURSOR, at a table of abbreviations, at the first attribute of the one with CODE. */
static bool find_abbreviation(struct cursor *cursor, uint64_t code, uint64_t *tag)
{
	uint64_t found, attribute, form;

	while ((found = cursor_uleb(cursor)) && !cursor->short_of) {
		*tag = cursor_uleb(cursor);
		cursor_skip(cursor, 1); /* whether it has children */
		if (found == code)
			return !cursor->short_of;
		do {
			attribute = cursor_uleb(cursor);
			form = cursor_uleb(cursor);
			if (form == DW_FORM_implicit_const)
				cursor_uleb(cursor);
		} while ((attribute || form) && !cursor->short_of);
	}
	return false;
}

/* The string at OFFSET of SECTION; NULL: it is not one. */
static const char *string_at(const struct dwarf_file *dwarf, const char *section_name,
			     uint64_t offset)
{
	struct dwarf_section *section = dwarf_file_section(dwarf, section_name);
	const unsigned char *data = section ? dwarf_file_section_data(dwarf, section) : NULL;

	if (!data || offset >= section->size || !memchr(data + offset, 0, section->size - offset))
		return NULL;
	return (const char *)data + offset;
}

/* Passes one attribute's value. False: the form is not known here. */
static bool read_value(const struct dwarf_file *dwarf, const struct unit_header *header,
		       uint64_t form, struct cursor *cursor, struct value *value)
{
	const unsigned char *start = cursor->at;

	switch (form) {
	case DW_FORM_strp:
		value->string =
			string_at(dwarf, ".debug_str", cursor_number(cursor, header->offset_size));
		return value->string;
	case DW_FORM_line_strp:
		value->string = string_at(dwarf, ".debug_line_str",
					  cursor_number(cursor, header->offset_size));
		return value->string;
	case DW_FORM_string:
		while (cursor_number(cursor, 1))
			;
		if (cursor->short_of)
			return false;
		value->string = arena_strdup(dwarf->arena, (const char *)start);
		return true;
	case DW_FORM_sec_offset:
		value->offset = cursor_number(cursor, header->offset_size);
		return true;
	case DW_FORM_addr:
		cursor_skip(cursor, header->address_size);
		return true;
	case DW_FORM_flag:
	case DW_FORM_data1:
		cursor_skip(cursor, 1);
		return true;
	case DW_FORM_data2:
		cursor_skip(cursor, 2);
		return true;
	case DW_FORM_data4:
		value->offset = cursor_number(cursor, 4);
		return true;
	case DW_FORM_data8:
		value->offset = cursor_number(cursor, 8);
		return true;
	case DW_FORM_udata:
	case DW_FORM_sdata:
	case DW_FORM_rnglistx:
		cursor_uleb(cursor);
		return true;
	case DW_FORM_flag_present:
	case DW_FORM_implicit_const:
		return true;
	default:
		return false;
	}
}

static enum outcome read_strings(const struct dwarf_file *dwarf, const struct unit_header *header,
				 struct cursor *entry, struct cursor *abbreviation,
				 struct unit_strings *strings)
{
	uint64_t tag;

	if (!find_abbreviation(abbreviation, cursor_uleb(entry), &tag))
		return UNKNOWN_FORM;
	if (tag == DW_TAG_partial_unit)
		return PARTIAL_UNIT;
	if (tag != DW_TAG_compile_unit)
		return NOT_A_UNIT;
	while (!strings->name || !strings->comp_dir || !strings->has_lines) {
		uint64_t attribute = cursor_uleb(abbreviation), form = cursor_uleb(abbreviation);
		struct value value = { NULL, 0 };

		if (form == DW_FORM_implicit_const)
			cursor_uleb(abbreviation);
		if (abbreviation->short_of)
			return UNKNOWN_FORM;
		if (!attribute && !form)
			return FOUND;
		if (!read_value(dwarf, header, form, entry, &value) || entry->short_of)
			return UNKNOWN_FORM;
		if (attribute == DW_AT_name) {
			strings->name = value.string;
		} else if (attribute == DW_AT_comp_dir) {
			strings->comp_dir = value.string;
		} else if (attribute == DW_AT_stmt_list) {
			strings->lines = value.offset;
			strings->has_lines = true;
		}
	}
	return FOUND;
}

/* The same through libdwarf, for units that this file does not understand. */
static int ask_libdwarf(struct dwarf_file *dwarf, struct dwarf_unit *unit,
			struct unit_strings *strings)
{
	static const Dwarf_Half numbers[] = { DW_AT_name, DW_AT_comp_dir };
	const char **texts[] = { &strings->name, &strings->comp_dir };
	Dwarf_Error error = NULL;
	int result = 0;

	if (dwarf_file_open_unit(dwarf, unit))
		return -1;
	for (size_t i = 0; i < ARRAY_SIZE(numbers) && result != DW_DLV_ERROR; i++) {
		char *text = NULL;

		result = dwarf_die_text(unit->die, numbers[i], &text, &error);
		if (result == DW_DLV_OK)
			*texts[i] = text; /* in a section, so that it outlives the handle */
	}
	result = result == DW_DLV_ERROR ? dwarf_file_error(dwarf, unit->debug, error) : 0;
	dwarf_file_close_units(dwarf); /* UNIT is about to move */
	return result;
}

static void add_unit(struct dwarf_file *dwarf, const struct dwarf_unit *unit,
		     const struct unit_strings *strings)
{
	struct dwarf_unit *added;

	dwarf->units = array_grow(dwarf->units, dwarf->unit_count, sizeof(*dwarf->units));
	added = &dwarf->units[dwarf->unit_count++];
	*added = *unit;
	added->name = strings->name ? strings->name : "";
	added->comp_dir = strings->comp_dir ? strings->comp_dir : "";
	added->lines = strings->lines;
	added->has_lines = strings->has_lines;
}

static int scan_unit(struct dwarf_file *dwarf, struct dwarf_section *info,
		     struct dwarf_section *abbreviations, struct dwarf_unit *unit)
{
	unsigned char entry_bytes[ENTRY_ROOM];
	struct cursor entry, abbreviation;
	struct unit_strings strings = { .name = NULL };
	struct unit_header header;
	enum outcome outcome;

	if (dwarf_file_read(dwarf, info, unit->offset, entry_bytes, sizeof(entry_bytes), &entry))
		return -1;
	read_header(&entry, &header);
	if (entry.short_of || !range_is_within(unit->offset, header.size, info->size))
		return malformed(dwarf, unit->offset, "bad length");
	if (header.version < 2 || header.version > 5)
		return malformed(dwarf, unit->offset, "unknown version");
	unit->size = header.size;
	if (header.type != DW_UT_compile && header.type != DW_UT_partial)
		return 0;
	if (header.abbreviations >= abbreviations->size)
		return malformed(dwarf, unit->offset, "no abbreviations");
	abbreviation = entry;
	abbreviation.at = abbreviations->data + header.abbreviations;
	abbreviation.end = abbreviations->data + abbreviations->size;
	outcome = read_strings(dwarf, &header, &entry, &abbreviation, &strings);
	if (outcome == PARTIAL_UNIT)
		return dwarf_file_refuse_dwz(dwarf,
					     "made units of its debug information share parts");
	if (outcome == UNKNOWN_FORM && ask_libdwarf(dwarf, unit, &strings))
		return -1;
	if (outcome != NOT_A_UNIT)
		add_unit(dwarf, unit, &strings);
	return 0;
}

int dwarf_scan(struct dwarf_file *dwarf)
{
	struct dwarf_section *info = dwarf_file_section(dwarf, ".debug_info");
	struct dwarf_section *abbreviations = dwarf_file_section(dwarf, ".debug_abbrev");
	struct dwarf_unit unit = { .offset = 0 };

	if (!abbreviations)
		return malformed(dwarf, 0, "no .debug_abbrev");
	if (!dwarf_file_section_data(dwarf, abbreviations))
		return -1;
	for (; unit.offset < info->size; unit.offset += unit.size)
		if (scan_unit(dwarf, info, abbreviations, &unit))
			return -1;
	return 0;
}
