/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which attributes a unit's entries have. Comes in: a unit's part of .debug_abbrev. Goes out: its abbreviations by their
 * numbers, and which of their attributes dwarf-tree.c has to look at. All others' values it passes, at once where their
 * sizes are known.
 */
#include <stdlib.h>

#include "dwarf/dwarf-abbreviations.h"

struct reader {
	const struct dwarf_unit *unit;
	struct dwarf_abbreviations *result;
	struct cursor cursor;
};

static int malformed(const struct dwarf_file *dwarf, const struct dwarf_unit *unit,
		     const char *what)
{
	return dwarf_file_malformed(dwarf, what, "of the unit ", unit->offset, unit->section->name);
}

/* Bytes of a value of FORM; 0: they vary, or there are none. */
static unsigned int fixed_size(const struct dwarf_unit *unit, uint64_t form)
{
	switch (form) {
	case DW_FORM_data1:
	case DW_FORM_flag:
	case DW_FORM_ref1:
	case DW_FORM_strx1:
	case DW_FORM_addrx1:
		return 1;
	case DW_FORM_data2:
	case DW_FORM_ref2:
	case DW_FORM_strx2:
	case DW_FORM_addrx2:
		return 2;
	case DW_FORM_strx3:
	case DW_FORM_addrx3:
		return 3;
	case DW_FORM_data4:
	case DW_FORM_ref4:
	case DW_FORM_strx4:
	case DW_FORM_addrx4:
	case DW_FORM_ref_sup4:
		return 4;
	case DW_FORM_data8:
	case DW_FORM_ref8:
	case DW_FORM_ref_sig8:
	case DW_FORM_ref_sup8:
		return 8;
	case DW_FORM_data16:
		return 16;
	case DW_FORM_addr:
		return unit->address_size;
	case DW_FORM_ref_addr:
		return unit->version == 2 ? unit->address_size : unit->offset_size;
	case DW_FORM_strp:
	case DW_FORM_line_strp:
	case DW_FORM_sec_offset:
	case DW_FORM_strp_sup:
	case DW_FORM_GNU_ref_alt:
	case DW_FORM_GNU_strp_alt:
		return unit->offset_size;
	default:
		return 0;
	}
}

/* Passes a value of FORM whose size varies. False: there is no such form. */
static bool pass_varying(struct cursor *cursor, uint64_t form)
{
	switch (form) {
	case DW_FORM_flag_present:
	case DW_FORM_implicit_const:
		return true;
	case DW_FORM_sdata:
	case DW_FORM_udata:
	case DW_FORM_ref_udata:
	case DW_FORM_strx:
	case DW_FORM_addrx:
	case DW_FORM_rnglistx:
	case DW_FORM_loclistx:
	case DW_FORM_GNU_addr_index:
	case DW_FORM_GNU_str_index:
		cursor_uleb(cursor);
		return true;
	case DW_FORM_string:
		while (cursor_number(cursor, 1))
			;
		return true;
	case DW_FORM_block1:
		cursor_skip(cursor, cursor_number(cursor, 1));
		return true;
	case DW_FORM_block2:
		cursor_skip(cursor, cursor_number(cursor, 2));
		return true;
	case DW_FORM_block4:
		cursor_skip(cursor, cursor_number(cursor, 4));
		return true;
	case DW_FORM_block:
	case DW_FORM_exprloc:
		cursor_skip(cursor, cursor_uleb(cursor));
		return true;
	default:
		return false;
	}
}

bool dwarf_abbreviations_pass(const struct dwarf_unit *unit, struct cursor *cursor, uint64_t form)
{
	unsigned int size;

	/* What tells its form itself does so once. */
	if (form == DW_FORM_indirect)
		form = cursor_uleb(cursor);
	size = fixed_size(unit, form);
	if (!size)
		return pass_varying(cursor, form);
	cursor_skip(cursor, size);
	return true;
}

/* A number of a declaration's place, such as compilers write it. */
static enum dwarf_use use_of_number(enum dwarf_use use, uint64_t form, bool negative)
{
	switch (form) {
	case DW_FORM_data1:
	case DW_FORM_data2:
	case DW_FORM_data4:
	case DW_FORM_udata:
		return use;
	case DW_FORM_implicit_const:
		return negative ? DWARF_USE_NONE : use;
	default:
		return DWARF_USE_NONE;
	}
}

/* What the value of ATTRIBUTE is for, of an entry with TAG; NEGATIVE: it is a constant below 0. */
static enum dwarf_use use_of(uint64_t tag, uint64_t attribute, uint64_t form, bool negative)
{
	if (attribute == DW_AT_sibling)
		return DWARF_USE_SIBLING;
	if (tag != DW_TAG_subprogram && tag != DW_TAG_variable)
		return DWARF_USE_NONE;
	switch (attribute) {
	case DW_AT_name:
		return form == DW_FORM_strp || form == DW_FORM_line_strp || form == DW_FORM_string
			       ? DWARF_USE_NAME
			       : DWARF_USE_NONE;
	case DW_AT_decl_file:
		return use_of_number(DWARF_USE_FILE, form, negative);
	case DW_AT_decl_line:
		return use_of_number(DWARF_USE_LINE, form, negative);
	default:
		return DWARF_USE_NONE;
	}
}

static void add_attribute(struct reader *reader, struct dwarf_abbreviation *abbreviation,
			  const struct dwarf_attribute *attribute)
{
	struct dwarf_abbreviations *result = reader->result;
	struct dwarf_attribute *last =
		abbreviation->count ? &result->attributes[result->attribute_count - 1] : NULL;

	if (last && !attribute->use && !last->use && attribute->size && last->size) {
		last->size += attribute->size;
		return;
	}
	result->attributes = array_grow(result->attributes, result->attribute_count,
					sizeof(*result->attributes));
	result->attributes[result->attribute_count++] = *attribute;
	abbreviation->count++;
}

/* What an attribute tells by being there. */
static void note_attribute(struct dwarf_abbreviation *abbreviation, uint64_t number, uint64_t form)
{
	switch (number) {
	case DW_AT_low_pc:
	case DW_AT_ranges:
		abbreviation->has_code = true;
		break;
	case DW_AT_declaration:
		abbreviation->is_declared = true;
		break;
	case DW_AT_artificial:
		abbreviation->has_place = true;
		break;
	case DW_AT_location:
		/* A list of locations is that of an automatic variable; __func__ is static without any. */
		if (form != DW_FORM_sec_offset && form != DW_FORM_loclistx)
			abbreviation->has_place = true;
		break;
	}
}

/* The attributes of ABBREVIATION, at the cursor. */
static void read_attributes(struct reader *reader, struct dwarf_abbreviation *abbreviation)
{
	struct cursor *cursor = &reader->cursor;
	unsigned int uses[DWARF_USE_LINE + 1] = { 0 };

	abbreviation->first = reader->result->attribute_count;
	for (;;) {
		uint64_t number = cursor_uleb(cursor);
		struct dwarf_attribute attribute = { .form = cursor_uleb(cursor) };
		bool negative = false;

		if (cursor->short_of || (!number && !attribute.form))
			break;
		if (attribute.form == DW_FORM_implicit_const) {
			attribute.constant = cursor_uleb(cursor);
			/* It has a sign: DWARF 5, 7.6. */
			negative = cursor->short_of || (cursor->at[-1] & 0x40);
		}
		attribute.size = fixed_size(reader->unit, attribute.form);
		attribute.use = use_of(abbreviation->tag, number, attribute.form, negative);
		uses[attribute.use]++;
		add_attribute(reader, abbreviation, &attribute);
		note_attribute(abbreviation, number, attribute.form);
	}
	abbreviation->is_plain = uses[DWARF_USE_NAME] == 1 && uses[DWARF_USE_FILE] == 1 &&
				 uses[DWARF_USE_LINE] == 1;
}

static int compare_codes(const void *a, const void *b)
{
	const struct dwarf_abbreviation *x = a, *y = b;

	return (x->code > y->code) - (x->code < y->code);
}

static void read_all(struct reader *reader)
{
	struct dwarf_abbreviations *result = reader->result;
	struct cursor *cursor = &reader->cursor;
	uint64_t code;

	while ((code = cursor_uleb(cursor)) && !cursor->short_of) {
		struct dwarf_abbreviation abbreviation = { .code = code };

		abbreviation.tag = cursor_uleb(cursor);
		abbreviation.children = cursor_number(cursor, 1);
		read_attributes(reader, &abbreviation);
		result->list = array_grow(result->list, result->count, sizeof(*result->list));
		result->list[result->count++] = abbreviation;
	}
}

int dwarf_abbreviations_read(const struct dwarf_file *dwarf, const struct dwarf_unit *unit,
			     struct dwarf_abbreviations *abbreviations)
{
	struct reader reader = { .unit = unit, .result = abbreviations };
	struct dwarf_section *section = dwarf_file_section(dwarf, ".debug_abbrev");

	if (!section || !dwarf_file_section_data(dwarf, section))
		return -1;
	reader.cursor.at = section->data + unit->abbreviations;
	reader.cursor.end = section->data + section->size;
	read_all(&reader);
	if (reader.cursor.short_of)
		return malformed(dwarf, unit, "abbreviations that are cut off,");
	if (abbreviations->count)
		qsort(abbreviations->list, abbreviations->count, sizeof(*abbreviations->list),
		      compare_codes);
	/* Which of them libdwarf would take is not for us to know. */
	for (size_t i = 1; i < abbreviations->count; i++)
		if (abbreviations->list[i].code == abbreviations->list[i - 1].code)
			return malformed(dwarf, unit, "two abbreviations of one number,");
	return 0;
}

void dwarf_abbreviations_free(struct dwarf_abbreviations *abbreviations)
{
	free(abbreviations->list);
	free(abbreviations->attributes);
}

/* Compilers number them from 1 on. */
const struct dwarf_abbreviation *
dwarf_abbreviations_find(const struct dwarf_abbreviations *abbreviations, uint64_t code)
{
	const struct dwarf_abbreviation *list = abbreviations->list;
	struct dwarf_abbreviation key = { .code = code };

	if (code && code <= abbreviations->count && list[code - 1].code == code)
		return &list[code - 1];
	if (!abbreviations->count)
		return NULL;
	return bsearch(&key, list, abbreviations->count, sizeof(key), compare_codes);
}
