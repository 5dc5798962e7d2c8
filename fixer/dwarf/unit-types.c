/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the members of structures are, and the values of constants. Comes in: a unit's tree of DWARF entries. Goes out: types, in
 * the form that the plugin writes of those in a patch source.
 */
#include "dwarf/unit-types.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/diag.h"
#include "dwarf/die.h"

/* Deeper types than compilers make are taken for damaged. */
#define MAX_DEPTH 64

struct reading {
	const struct unit_type_reader *reader;
	struct die_context context;
	struct unit_type type;	   /* the one that is being read */
	struct arena texts;	   /* its names */
	const char *prefix;	   /* what the names of members begin with */
	uint64_t base;		   /* where the members that are being read begin, bits */
	int depth;
};

static bool is_structure(Dwarf_Half tag)
{
	return tag == DW_TAG_structure_type || tag == DW_TAG_union_type;
}

/* The entry of DIE's type, in the unit itself. 1, 0: there is none, or -1 after a message. */
static int follow_type(struct reading *reading, Dwarf_Die die, Dwarf_Die *type, Dwarf_Half *tag)
{
	Dwarf_Attribute attribute;
	Dwarf_Error error = NULL;
	Dwarf_Half form = 0;
	int result = die_attribute(&reading->context, die, DW_AT_type, &attribute);

	if (result != 1)
		return result;
	result = dwarf_whatform(attribute, &form, &error);
	dwarf_dealloc_attribute(attribute);
	if (result != DW_DLV_OK)
		return die_failed(&reading->context, error);
	if (form == DW_FORM_ref_sig8)
		return 0;
	result = die_follow(&reading->context, die, DW_AT_type, type);
	if (result == 1 && dwarf_tag(*type, tag, &error) != DW_DLV_OK) {
		dwarf_dealloc_die(*type);
		return die_failed(&reading->context, error);
	}
	return result;
}

/* DIE's type without what only qualifies it or gives it a name: as above. */
static int follow_bare_type(struct reading *reading, Dwarf_Die die, Dwarf_Die *type,
			    Dwarf_Half *tag)
{
	int result = follow_type(reading, die, type, tag);

	for (int i = 0; result == 1; i++) {
		Dwarf_Die outer = *type;

		if (*tag != DW_TAG_typedef && *tag != DW_TAG_const_type &&
		    *tag != DW_TAG_volatile_type && *tag != DW_TAG_atomic_type &&
		    *tag != DW_TAG_restrict_type)
			return 1;
		result = i == MAX_DEPTH ? die_malformed(&reading->context, "a type without an end")
					: follow_type(reading, outer, type, tag);
		dwarf_dealloc_die(outer);
	}
	return result;
}

struct array {
	struct reading *reading;
	uint64_t elements;
};

static int multiply_dimension(void *data, Dwarf_Die child, Dwarf_Half tag)
{
	struct array *array = data;
	const struct die_context *context = &array->reading->context;
	Dwarf_Unsigned count = 0;
	int result;

	if (tag != DW_TAG_subrange_type)
		return 0;
	result = die_number(context, child, DW_AT_count, &count);
	if (!result) {
		result = die_number(context, child, DW_AT_upper_bound, &count);
		/* GCC gives an array without elements the upper bound -1. */
		count++;
	}
	array->elements *= result == 1 ? count : 0;
	return result < 0 ? -1 : 0;
}

/* The size in bits of what DIE is of; UNIT_TYPE_UNKNOWN: of what the unit does not say. -1 after a message. */
static int size_of(struct reading *reading, Dwarf_Die die, uint64_t *size)
{
	struct array array = { reading, 1 };
	Dwarf_Unsigned bytes;
	Dwarf_Half tag;
	Dwarf_Die type;
	int result = follow_bare_type(reading, die, &type, &tag);

	*size = UNIT_TYPE_UNKNOWN;
	if (result != 1)
		return result;
	result = die_number(&reading->context, type, DW_AT_byte_size, &bytes);
	if (result == 1) {
		*size = 8 * bytes;
	} else if (!result && tag == DW_TAG_array_type && reading->depth < MAX_DEPTH) {
		reading->depth++;
		result = die_each_child(&reading->context, type, multiply_dimension, &array);
		if (!result)
			result = size_of(reading, type, size);
		reading->depth--;
		if (*size != UNIT_TYPE_UNKNOWN)
			*size *= array.elements;
	}
	dwarf_dealloc_die(type);
	return result < 0 ? -1 : 0;
}

/*
 * Where the bit-field DIE of SIZE bits begins, in a structure. Before DWARF 5 compilers tell it by a word that it lies in, and the
 * bits between it and that word's most significant end. 0, or -1 after a message.
 */
static int bit_field_place(struct reading *reading, Dwarf_Die die, uint64_t size, uint64_t word,
			   uint64_t *place)
{
	Dwarf_Unsigned offset, bytes;
	int result = die_number(&reading->context, die, DW_AT_data_bit_offset, &offset);

	if (result == 1)
		*place = offset;
	if (result)
		return result < 0 ? -1 : 0;
	result = die_number(&reading->context, die, DW_AT_bit_offset, &offset);
	if (result != 1)
		return result < 0 ? -1 : 0;
	result = die_number(&reading->context, die, DW_AT_byte_size, &bytes);
	if (result < 0)
		return -1;
	word = result ? 8 * bytes : word;
	*place += elf_file_is_big_endian(reading->context.dwarf->elf) ? offset : word - offset - size;
	return 0;
}

/* Place and size of the member DIE; 0, or -1 after a message. */
static int read_place(struct reading *reading, Dwarf_Die die, struct unit_member *member)
{
	Dwarf_Unsigned bytes = 0, bits = 0;
	uint64_t word;
	int result = die_number(&reading->context, die, DW_AT_data_member_location, &bytes);

	/* A union's have none, nor has a bit-field since DWARF 5. */
	member->place = 8 * bytes;
	if (result < 0 || size_of(reading, die, &word) ||
	    (result = die_number(&reading->context, die, DW_AT_bit_size, &bits)) < 0)
		return -1;
	member->size = result ? bits : word;
	if (result && bit_field_place(reading, die, bits, word, &member->place))
		return -1;
	member->place += reading->base;
	return 0;
}

static die_function read_member;

/* The members of the structure TYPE that MEMBER is, or consists of, if they count as the outer one's. */
static int read_inner(struct reading *reading, Dwarf_Die type, const struct unit_member *member,
		      const char *prefix)
{
	const char *outer = reading->prefix;
	uint64_t base = reading->base;
	int result;

	if (reading->depth == MAX_DEPTH)
		return die_malformed(&reading->context, "a type that is too large");
	reading->prefix = prefix;
	reading->base = member->place;
	reading->depth++;
	result = die_each_child(&reading->context, type, read_member, reading);
	reading->depth--;
	reading->base = base;
	reading->prefix = outer;
	return result;
}

/* A member without a name, or of a type without one, has inner ones. */
static int read_part(struct reading *reading, Dwarf_Die die, const struct unit_member *member)
{
	struct die_declaration declaration;
	const char *prefix = reading->prefix;
	Dwarf_Die type, element;
	Dwarf_Half tag;
	int result = follow_type(reading, die, &type, &tag);
	bool is_array = result == 1 && tag == DW_TAG_array_type;

	while (result == 1 && tag == DW_TAG_array_type) {
		result = follow_type(reading, type, &element, &tag);
		dwarf_dealloc_die(type);
		type = element;
	}
	if (result != 1)
		return result;
	if (is_structure(tag))
		result = die_declaration(&reading->context, type, &declaration);
	else
		result = 0;
	if (!result && is_structure(tag) && !declaration.name) {
		if (member->name)
			prefix = arena_printf(&reading->texts, "%s%s", member->name,
					      is_array ? "[]." : ".");
		result = read_inner(reading, type, member, prefix);
	}
	dwarf_dealloc_die(type);
	return result < 0 ? -1 : 0;
}

static struct unit_member *add_member(struct reading *reading)
{
	struct unit_type *type = &reading->type;

	type->members = array_grow(type->members, type->count, sizeof(*type->members));
	type->members[type->count] = (struct unit_member){ .name = NULL };
	return &type->members[type->count++];
}

static int read_member(void *data, Dwarf_Die die, Dwarf_Half tag)
{
	struct reading *reading = data;
	struct die_declaration declaration;
	struct unit_member member = { .name = NULL };

	if (tag != DW_TAG_member)
		return 0;
	if (die_declaration(&reading->context, die, &declaration) ||
	    read_place(reading, die, &member))
		return -1;
	if (declaration.name) {
		member.name =
			arena_printf(&reading->texts, "%s%s", reading->prefix, declaration.name);
		*add_member(reading) = member;
	}
	return read_part(reading, die, &member);
}

static int read_constant(void *data, Dwarf_Die die, Dwarf_Half tag)
{
	struct reading *reading = data;
	struct die_declaration declaration;
	struct unit_member *member;
	Dwarf_Unsigned value;
	int result;

	if (tag != DW_TAG_enumerator)
		return 0;
	result = die_number(&reading->context, die, DW_AT_const_value, &value);
	if (result != 1 || die_declaration(&reading->context, die, &declaration))
		return result ? -1 : 0;
	if (!declaration.name)
		return 0;
	member = add_member(reading);
	member->name = arena_strdup(&reading->texts, declaration.name);
	member->value = value;
	return 0;
}

/* Reads what DIE has and hands it on, as NAME; PLACE tells where it is defined. */
static int read_type(struct reading *reading, Dwarf_Die die, Dwarf_Half tag, const char *name,
		     const struct die_declaration *place)
{
	const struct die_context *context = &reading->context;
	struct unit_type *type = &reading->type;
	Dwarf_Bool declared = false;
	Dwarf_Error error = NULL;
	Dwarf_Unsigned number;
	int result;

	if (dwarf_hasattr(die, DW_AT_declaration, &declared, &error) != DW_DLV_OK)
		return die_failed(context, error);
	/* The rest is elsewhere. */
	if (declared)
		return 0;
	*type = (struct unit_type){ .name = name, .size = UNIT_TYPE_UNKNOWN };
	reading->prefix = "";
	reading->base = 0;
	if (place->has_file) {
		type->file = unit_file(context->dwarf, place->unit, place->file);
		type->line = (unsigned int)place->line;
	}
	result = die_number(context, die, DW_AT_byte_size, &number);
	if (result == 1)
		type->size = number;
	if (result >= 0)
		result = die_each_child(context, die,
					is_structure(tag) ? read_member : read_constant, reading);
	if (!result)
		result = reading->reader->see(type, reading->reader->data);
	free(type->members);
	arena_free(&reading->texts);
	return result;
}

static bool is_wanted(const struct reading *reading, const char *name)
{
	return reading->reader->wants(name, reading->reader->data);
}

static int see_structure(struct reading *reading, Dwarf_Die die, Dwarf_Half tag,
			 const struct die_declaration *declaration)
{
	const char *name;

	if (!declaration->name)
		return 0;
	name = arena_printf(&reading->texts, "%s %s",
			    tag == DW_TAG_structure_type ? "struct" : "union", declaration->name);
	return is_wanted(reading, name) ? read_type(reading, die, tag, name, declaration) : 0;
}

/* One that gives a structure without a name its only one. */
static int see_typedef(struct reading *reading, Dwarf_Die die,
		       const struct die_declaration *declaration)
{
	struct die_declaration inner;
	Dwarf_Half tag;
	Dwarf_Die type;
	int result;

	if (!declaration->name || !is_wanted(reading, declaration->name))
		return 0;
	result = follow_type(reading, die, &type, &tag);
	if (result != 1)
		return result;
	result = die_declaration(&reading->context, type, &inner);
	if (!result && is_structure(tag) && !inner.name)
		result = read_type(reading, type, tag, declaration->name, &inner);
	dwarf_dealloc_die(type);
	return result;
}

static die_function see_entry;

/* What units have in common, by dwz. */
static int see_imported(struct reading *reading, Dwarf_Die die)
{
	Dwarf_Die part;
	int result = die_follow(&reading->context, die, DW_AT_import, &part);

	if (result != 1)
		return result;
	if (reading->depth == MAX_DEPTH)
		result = die_malformed(&reading->context, "units that import each other");
	else {
		reading->depth++;
		result = die_each_child(&reading->context, part, see_entry, reading);
		reading->depth--;
	}
	dwarf_dealloc_die(part);
	return result;
}

static int see_entry(void *data, Dwarf_Die die, Dwarf_Half tag)
{
	struct reading *reading = data;
	struct die_declaration declaration;

	if (tag == DW_TAG_imported_unit)
		return see_imported(reading, die);
	if (!is_structure(tag) && tag != DW_TAG_typedef && tag != DW_TAG_enumeration_type)
		return 0;
	if (die_declaration(&reading->context, die, &declaration))
		return -1;
	if (tag == DW_TAG_enumeration_type)
		return is_wanted(reading, NULL) ? read_type(reading, die, tag, NULL, &declaration)
						: 0;
	return is_structure(tag) ? see_structure(reading, die, tag, &declaration)
				 : see_typedef(reading, die, &declaration);
}

int unit_each_type(struct dwarf_file *dwarf, struct dwarf_unit *unit,
		   const struct unit_type_reader *reader)
{
	struct reading reading = { .reader = reader, .context = { dwarf, unit } };
	int result;

	if (dwarf_file_open_unit(dwarf, unit))
		return -1;
	unit->in_use++;
	result = die_each_child(&reading.context, unit->die, see_entry, &reading);
	unit->in_use--;
	arena_free(&reading.texts);
	return result;
}

int unit_unsigned_size(const struct die_context *context, Dwarf_Die die, Dwarf_Unsigned *size)
{
	struct reading reading = { .context = *context };
	Dwarf_Unsigned encoding = 0;
	Dwarf_Half tag;
	Dwarf_Die type;
	int result = follow_bare_type(&reading, die, &type, &tag);

	if (result != 1)
		return result;
	result = die_number(context, type, DW_AT_encoding, &encoding);
	if (result == 1)
		result = die_number(context, type, DW_AT_byte_size, size);
	dwarf_dealloc_die(type);
	if (result != 1)
		return result;
	return encoding == DW_ATE_unsigned || encoding == DW_ATE_unsigned_char ||
	       encoding == DW_ATE_boolean;
}
