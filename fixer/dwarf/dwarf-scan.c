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
	uint64_t size;			/* of the unit, with this header */
	uint64_t abbreviations;		/* offset in .debug_abbrev */
	uint64_t signature, type_entry; /* of a type unit */
	unsigned int version, type, address_size, offset_size;
};

/* The value of an attribute, as far as it is of interest. */
struct value {
	const char *string;
	uint64_t offset;
	bool is_index; /* OFFSET is one of a string, in the unit's table */
};

/* The attributes that are looked for; strings NULL: not found. */
struct unit_strings {
	const char *name, *comp_dir;
	struct value indexed_name, indexed_comp_dir; /* in place of these */
	uint64_t table;				     /* in .debug_str_offsets */
	uint64_t lines;
	bool has_lines;
};

/* What became of one unit. */
enum outcome {
	FOUND,
	PART,	      /* a type unit or a partial unit: none of its code stands for a source file */
	SPLIT,	      /* its information is in another file */
	UNKNOWN_FORM, /* to be left to libdwarf */
};

static int malformed(const struct dwarf_file *dwarf, uint64_t offset, const char *what)
{
	return dwarf_file_malformed(dwarf, what, "in the unit ", offset, ".debug_info");
}

/* DWARF 5, 7.5.1, and its predecessors. TYPES: it is in .debug_types. */
static void read_header(struct cursor *cursor, struct unit_header *header, bool types)
{
	uint64_t length = cursor_number(cursor, 4);

	header->offset_size = 4;
	header->size = length + 4;
	if (length == 0xffffffff) {
		header->offset_size = 8;
		header->size = cursor_number(cursor, 8) + 12;
	}
	header->version = (unsigned int)cursor_number(cursor, 2);
	header->type = types ? DW_UT_type : DW_UT_compile;
	if (header->version >= 5) {
		header->type = (unsigned int)cursor_number(cursor, 1);
		header->address_size = (unsigned int)cursor_number(cursor, 1);
		header->abbreviations = cursor_number(cursor, header->offset_size);
	} else {
		header->abbreviations = cursor_number(cursor, header->offset_size);
		header->address_size = (unsigned int)cursor_number(cursor, 1);
	}
	if (header->type == DW_UT_type) {
		header->signature = cursor_number(cursor, 8);
		header->type_entry = cursor_number(cursor, header->offset_size);
	}
}

/*
 * Behind the next of an abbreviation's attributes, from AT on, that are numbers of one byte each, as nearly all are: the
 * attribute, the form, and the value where that is in the abbreviation. All zeros are their end, at which this stops.
 */
static const unsigned char *pass_short_attributes(const unsigned char *at, const unsigned char *end)
{
	while (end - at >= 3) {
		uint16_t both = (uint16_t)(at[0] | at[1] << 8);

		if (both & 0x8080)
			break;
		if (at[1] == DW_FORM_implicit_const) {
			if (at[2] & 0x80)
				break;
			at++;
		} else if (!both) {
			break;
		}
		at += 2;
	}
	return at;
}

/* Passes the attributes of an abbreviation. */
static void pass_attributes(struct cursor *cursor)
{
	uint64_t attribute, form;

	do {
		cursor->at = pass_short_attributes(cursor->at, cursor->end);
		attribute = cursor_uleb(cursor);
		form = cursor_uleb(cursor);
		if (form == DW_FORM_implicit_const)
			cursor_uleb(cursor);
	} while ((attribute || form) && !cursor->short_of);
}

/* Leaves CURSOR, at a table of abbreviations, at the first attribute of the one with CODE. */
static bool find_abbreviation(struct cursor *cursor, uint64_t code, uint64_t *tag)
{
	uint64_t found;

	while ((found = cursor_uleb(cursor)) && !cursor->short_of) {
		*tag = cursor_uleb(cursor);
		cursor_skip(cursor, 1); /* whether it has children */
		if (found == code)
			return !cursor->short_of;
		pass_attributes(cursor);
	}
	return false;
}

/*
 * The same for the entry of a compilation unit, which DWARF 5 tells by the header: CODE and its tag are the table's first, or
 * stand behind the zeros that end another one's attributes. Where all numbers are written in as few bytes as they need, as
 * compilers do, nothing else in the table looks like that. False: it has to be looked for.
 */
static bool find_unit_abbreviation(const struct unit_header *header, struct cursor *cursor,
				   uint64_t code)
{
	unsigned char start[] = { 0, 0, (unsigned char)code, (unsigned char)(code >> 7) };
	size_t code_size = code < 0x80 ? 1 : 2, room = (size_t)(cursor->end - cursor->at);
	const unsigned char *at = cursor->at, *end = cursor->end - 1;

	if (header->version < 5 || header->type != DW_UT_compile || !code || code >= 0x4000 ||
	    room <= sizeof(start) + 1)
		return false;
	if (code_size > 1)
		start[2] |= 0x80;
	if (!memcmp(at, start + 2, code_size) && at[code_size] == DW_TAG_compile_unit) {
		cursor->at += code_size + 2;
		return true;
	}
	at += sizeof(start);
	while (at < end && (at = memchr(at, DW_TAG_compile_unit, (size_t)(end - at)))) {
		if (!memcmp(at - 2 - code_size, start, 2 + code_size) && at[1] <= DW_CHILDREN_yes) {
			cursor->at = at + 2;
			return true;
		}
		at++;
	}
	return false;
}

static void read_index(uint64_t form, struct cursor *cursor, struct value *value)
{
	value->is_index = true;
	value->offset = form == DW_FORM_strx
				? cursor_uleb(cursor)
				: cursor_number(cursor, (unsigned int)(form - DW_FORM_strx1 + 1));
}

/* Passes one attribute's value. False: the form is not known here. */
static bool read_value(const struct dwarf_file *dwarf, const struct unit_header *header,
		       uint64_t form, struct cursor *cursor, struct value *value)
{
	const unsigned char *start = cursor->at;

	switch (form) {
	case DW_FORM_strp:
		value->string = dwarf_file_string(dwarf, ".debug_str",
						  cursor_number(cursor, header->offset_size));
		return value->string;
	case DW_FORM_line_strp:
		value->string = dwarf_file_string(dwarf, ".debug_line_str",
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
	case DW_FORM_strx:
	case DW_FORM_strx1:
	case DW_FORM_strx2:
	case DW_FORM_strx3:
	case DW_FORM_strx4:
		read_index(form, cursor, value);
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
	case DW_FORM_addrx:
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

/* The string with INDEX in the unit's table; NULL: there is none. */
static const char *string_with_index(const struct dwarf_file *dwarf,
				     const struct unit_header *header, uint64_t table,
				     uint64_t index)
{
	struct dwarf_section *section = dwarf_file_section(dwarf, ".debug_str_offsets");
	const unsigned char *data = section ? dwarf_file_section_data(dwarf, section) : NULL;

	if (!data || !table || index > UINT32_MAX ||
	    !range_is_within(table, (index + 1) * header->offset_size, section->size))
		return NULL;
	return dwarf_file_string(dwarf, ".debug_str",
				 bytes_load(data + table + index * header->offset_size,
					    header->offset_size,
					    elf_file_is_big_endian(dwarf->elf)));
}

/* The table is known only now. */
static enum outcome take_indexed(const struct dwarf_file *dwarf, const struct unit_header *header,
				 struct unit_strings *strings)
{
	if (strings->indexed_name.is_index)
		strings->name = string_with_index(dwarf, header, strings->table,
						  strings->indexed_name.offset);
	if (strings->indexed_comp_dir.is_index)
		strings->comp_dir = string_with_index(dwarf, header, strings->table,
						      strings->indexed_comp_dir.offset);
	if ((strings->indexed_name.is_index && !strings->name) ||
	    (strings->indexed_comp_dir.is_index && !strings->comp_dir))
		return UNKNOWN_FORM;
	return FOUND;
}

static void take_value(uint64_t attribute, const struct value *value, struct unit_strings *strings)
{
	switch (attribute) {
	case DW_AT_name:
		strings->name = value->string;
		strings->indexed_name = *value;
		break;
	case DW_AT_comp_dir:
		strings->comp_dir = value->string;
		strings->indexed_comp_dir = *value;
		break;
	case DW_AT_stmt_list:
		strings->lines = value->offset;
		strings->has_lines = true;
		break;
	case DW_AT_str_offsets_base:
		strings->table = value->offset;
		break;
	}
}

static enum outcome read_strings(const struct dwarf_file *dwarf, const struct unit_header *header,
				 struct cursor *entry, struct cursor *abbreviation,
				 struct unit_strings *strings)
{
	uint64_t code = cursor_uleb(entry), tag = DW_TAG_compile_unit;

	if (!find_unit_abbreviation(header, abbreviation, code) &&
	    !find_abbreviation(abbreviation, code, &tag))
		return UNKNOWN_FORM;
	if (tag != DW_TAG_compile_unit)
		return tag == DW_TAG_skeleton_unit ? SPLIT : PART;
	while (!strings->name || !strings->comp_dir || !strings->has_lines) {
		uint64_t attribute = cursor_uleb(abbreviation), form = cursor_uleb(abbreviation);
		struct value value = { NULL, 0, false };

		if (form == DW_FORM_implicit_const)
			cursor_uleb(abbreviation);
		if (abbreviation->short_of)
			return UNKNOWN_FORM;
		if (!attribute && !form)
			break;
		if (!read_value(dwarf, header, form, entry, &value) || entry->short_of)
			return UNKNOWN_FORM;
		if (attribute == DW_AT_GNU_dwo_name || attribute == DW_AT_dwo_name)
			return SPLIT;
		take_value(attribute, &value, strings);
	}
	return take_indexed(dwarf, header, strings);
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
	unit->debug = NULL;
	unit->die = NULL;
	return result;
}

static struct dwarf_unit *add_unit(struct dwarf_unit **units, size_t *count,
				   const struct dwarf_unit *unit)
{
	*units = array_grow(*units, *count, sizeof(**units));
	(*units)[*count] = *unit;
	return &(*units)[(*count)++];
}

static void add_named(struct dwarf_file *dwarf, const struct dwarf_unit *unit,
		      const struct unit_strings *strings)
{
	struct dwarf_unit *added = add_unit(&dwarf->units, &dwarf->unit_count, unit);

	added->name = strings->name ? strings->name : "";
	added->comp_dir = strings->comp_dir ? strings->comp_dir : "";
	added->lines = strings->lines;
	added->has_lines = strings->has_lines;
}

static void add_part(struct dwarf_file *dwarf, const struct dwarf_unit *unit)
{
	struct dwarf_unit *added = add_unit(&dwarf->parts, &dwarf->part_count, unit);

	added->name = added->comp_dir = "";
}

static int refuse_split(const struct dwarf_file *dwarf)
{
	struct diag_place place = { dwarf->elf->path, 0 };

	diag_error(
		&place, "no-dwarf",
		"the debug information is in .dwo files beside it (-gsplit-dwarf), which are not read");
	diag_note(NULL, "build the kernel without CONFIG_DEBUG_INFO_SPLIT");
	return -1;
}

/* What HEADER tells, which was read at UNIT's offset. */
static int take_header(const struct dwarf_file *dwarf, const struct dwarf_section *abbreviations,
		       const struct unit_header *header, bool short_of, struct dwarf_unit *unit)
{
	/* A length near 2^64 wraps when the header is added. */
	if (short_of || header->size < unit->entry ||
	    !range_is_within(unit->offset, header->size, unit->section->size))
		return malformed(dwarf, unit->offset, "bad length");
	if (header->version < 2 || header->version > 5)
		return malformed(dwarf, unit->offset, "unknown version");
	if (header->abbreviations >= abbreviations->size)
		return malformed(dwarf, unit->offset, "no abbreviations");
	if (header->address_size != 8 && header->address_size != 4)
		return malformed(dwarf, unit->offset, "bad size of addresses");
	unit->size = header->size;
	unit->version = (unsigned char)header->version;
	unit->offset_size = (unsigned char)header->offset_size;
	unit->address_size = (unsigned char)header->address_size;
	unit->abbreviations = header->abbreviations;
	unit->signature = header->signature;
	unit->type = header->type_entry;
	return 0;
}

/* A table of abbreviations. */
static struct cursor abbreviations_at(const struct dwarf_section *section, uint64_t offset,
				      bool big_endian)
{
	return (struct cursor){ .at = section->data + offset,
				.end = section->data + section->size,
				.big_endian = big_endian };
}

static int scan_unit(struct dwarf_file *dwarf, struct dwarf_section *abbreviations,
		     struct dwarf_unit *unit)
{
	bool types = !strcmp(unit->section->name, ".debug_types");
	struct unit_header header = { .type = DW_UT_compile };
	struct unit_strings strings = { .name = NULL };
	unsigned char entry_bytes[ENTRY_ROOM];
	struct cursor entry, abbreviation;
	const unsigned char *start;
	enum outcome outcome = PART;

	/* What was the one before's. */
	unit->is_tree = unit->is_malformed = false;
	unit->nodes = NULL;
	unit->node_count = 0;
	if (dwarf_file_read(dwarf, unit->section, unit->offset, entry_bytes, sizeof(entry_bytes),
			    &entry))
		return -1;
	start = entry.at;
	read_header(&entry, &header, types);
	unit->entry = (uint64_t)(entry.at - start);
	if (take_header(dwarf, abbreviations, &header, entry.short_of, unit))
		return -1;
	abbreviation = abbreviations_at(abbreviations, header.abbreviations, entry.big_endian);
	if (header.type == DW_UT_compile)
		outcome = read_strings(dwarf, &header, &entry, &abbreviation, &strings);
	if (outcome == SPLIT || header.type == DW_UT_skeleton)
		return refuse_split(dwarf);
	if (outcome == UNKNOWN_FORM && ask_libdwarf(dwarf, unit, &strings))
		return -1;
	if (outcome == PART)
		add_part(dwarf, unit);
	else
		add_named(dwarf, unit, &strings);
	return 0;
}

static int scan_section(struct dwarf_file *dwarf, const char *name,
			struct dwarf_section *abbreviations)
{
	struct dwarf_unit unit = { .section = dwarf_file_section(dwarf, name) };

	for (; unit.section && unit.offset < unit.section->size; unit.offset += unit.size)
		if (scan_unit(dwarf, abbreviations, &unit))
			return -1;
	return 0;
}

int dwarf_scan(struct dwarf_file *dwarf)
{
	struct dwarf_section *abbreviations = dwarf_file_section(dwarf, ".debug_abbrev");

	if (!abbreviations)
		return malformed(dwarf, 0, "no .debug_abbrev");
	if (!dwarf_file_section_data(dwarf, abbreviations) ||
	    scan_section(dwarf, ".debug_info", abbreviations))
		return -1;
	return scan_section(dwarf, ".debug_types", abbreviations);
}

/* Is one of the table's forms that of a reference to anywhere in .debug_info? */
static bool has_far_form(struct cursor *cursor)
{
	uint64_t attribute, form;

	while (cursor_uleb(cursor) && !cursor->short_of) {
		cursor_uleb(cursor);
		cursor_skip(cursor, 1);
		do {
			attribute = cursor_uleb(cursor);
			form = cursor_uleb(cursor);
			if (form == DW_FORM_implicit_const)
				cursor_uleb(cursor);
			if (form == DW_FORM_ref_addr)
				return true;
		} while ((attribute || form) && !cursor->short_of);
	}
	return false;
}

bool dwarf_scan_links(const struct dwarf_file *dwarf, struct dwarf_unit *unit)
{
	struct cursor cursor;

	if (!unit->links_known) {
		cursor = abbreviations_at(dwarf_file_section(dwarf, ".debug_abbrev"),
					  unit->abbreviations, false);
		unit->links = !strcmp(unit->section->name, ".debug_info") && has_far_form(&cursor);
		unit->links_known = true;
	}
	return unit->links;
}

/* Those of a list are sorted, but for parts in .debug_types, which come last. */
static struct dwarf_unit *find_unit(struct dwarf_unit *units, size_t count, uint64_t offset)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (!strcmp(units[middle].section->name, ".debug_info") &&
		    units[middle].offset <= offset)
			low = middle + 1;
		else
			high = middle;
	}
	return low && offset - units[low - 1].offset < units[low - 1].size ? &units[low - 1] : NULL;
}

struct dwarf_unit *dwarf_scan_unit(const struct dwarf_file *dwarf, uint64_t offset)
{
	struct dwarf_unit *unit = find_unit(dwarf->units, dwarf->unit_count, offset);

	return unit ? unit : find_unit(dwarf->parts, dwarf->part_count, offset);
}

struct dwarf_unit *dwarf_scan_type(const struct dwarf_file *dwarf, uint64_t signature)
{
	for (size_t i = 0; i < dwarf->part_count; i++)
		if (dwarf->parts[i].type && dwarf->parts[i].signature == signature)
			return &dwarf->parts[i];
	return NULL;
}
