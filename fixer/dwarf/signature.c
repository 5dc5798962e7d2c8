/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Types in the form that klpmake-note.h describes. Comes in: DWARF entries. Goes out: text that can
 * be compared with the plugin's, which signature-text.c does.
 */
#include "dwarf/signature.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "dwarf/die.h"
#include "elf/bytes.h"

/* Deeper types than compilers make are taken for damaged, and so are longer ones: types may be used many times in each. */
#define MAX_DEPTH  64
#define MAX_LENGTH (64 * 1024)

struct writer {
	struct die_context context;
	char *text;
	size_t length;
	int depth;
};

static void add_text(struct writer *writer, const char *text)
{
	size_t length = strlen(text);

	writer->text = realloc(writer->text, writer->length + length + 1);
	if (!writer->text)
		out_of_memory();
	memcpy(writer->text + writer->length, text, length + 1);
	writer->length += length;
}

/* KIND and the size in bytes, if it is known. */
static int spell_sized(struct writer *writer, Dwarf_Die die, char kind)
{
	Dwarf_Unsigned size;
	char text[32] = { kind };
	int result = die_number(&writer->context, die, DW_AT_byte_size, &size);

	if (result == 1)
		snprintf(text + 1, sizeof(text) - 1, "%llu", (unsigned long long)size);
	add_text(writer, text);
	return result < 0 ? -1 : 0;
}

static int spell_base(struct writer *writer, Dwarf_Die die)
{
	Dwarf_Unsigned encoding;

	if (die_number(&writer->context, die, DW_AT_encoding, &encoding) < 0)
		return -1;
	switch (encoding) {
	case DW_ATE_boolean:
		return spell_sized(writer, die, 'b');
	case DW_ATE_signed:
	case DW_ATE_signed_char:
		return spell_sized(writer, die, 's');
	case DW_ATE_unsigned:
	case DW_ATE_unsigned_char:
	case DW_ATE_UTF:
		return spell_sized(writer, die, 'u');
	case DW_ATE_float:
		return spell_sized(writer, die, 'f');
	default:
		add_text(writer, "?");
		return 0;
	}
}

static int spell_unit(struct writer *writer, struct dwarf_unit *unit);
static int type_unit(struct writer *writer, Dwarf_Die die, Dwarf_Half number,
		     struct dwarf_unit **unit);

static int spell_tagged(struct writer *writer, Dwarf_Die die, char kind)
{
	struct dwarf_unit *unit;
	Dwarf_Error error = NULL;
	char *name = NULL;
	int result = type_unit(writer, die, DW_AT_signature, &unit);

	/* A declaration, whose type unit has the rest. */
	if (result)
		return result < 0 ? -1 : spell_unit(writer, unit);
	if (spell_sized(writer, die, kind))
		return -1;
	if (dwarf_die_text(die, DW_AT_name, &name, &error) == DW_DLV_ERROR)
		return die_failed(&writer->context, error);
	add_text(writer, ":");
	add_text(writer, name ? name : "");
	add_text(writer, ";");
	return 0;
}

static int spell(struct writer *writer, Dwarf_Die type, int pointers);

static int spell_content(struct writer *writer, Dwarf_Die type)
{
	Dwarf_Error error = NULL;
	Dwarf_Half tag;

	if (dwarf_tag(type, &tag, &error) != DW_DLV_OK)
		return die_failed(&writer->context, error);
	switch (tag) {
	case DW_TAG_structure_type:
		return spell_tagged(writer, type, 'S');
	case DW_TAG_union_type:
		return spell_tagged(writer, type, 'U');
	case DW_TAG_enumeration_type:
		return spell_tagged(writer, type, 'E');
	default:
		return die_malformed(&writer->context,
				     "a type unit without a structure, union or enumeration");
	}
}

/* What UNIT, a type unit, has: a structure, union or enumeration, which is not another type unit's. */
static int spell_unit(struct writer *writer, struct dwarf_unit *unit)
{
	struct die_context *context = &writer->context;
	bool is_info = strcmp(unit->section->name, ".debug_types");
	struct dwarf_unit *outer = context->unit;
	uint64_t entry = unit->type;
	Dwarf_Error error = NULL;
	Dwarf_Die type;
	int result;

	if (outer->type)
		return die_malformed(context, "a type unit that stands for another one");
	if (dwarf_file_open_unit(context->dwarf, unit))
		return -1;
	if (dwarf_scan_links(context->dwarf, unit))
		entry += unit->offset;
	context->unit = unit;
	if (dwarf_offdie_b(unit->debug, entry, is_info, &type, &error) == DW_DLV_OK) {
		result = spell_content(writer, type);
		dwarf_dealloc_die(type);
	} else {
		result = die_failed(context, error);
	}
	context->unit = outer;
	return result;
}

/* The type unit that attribute NUMBER of DIE leads to; 0: it leads to none. */
static int type_unit(struct writer *writer, Dwarf_Die die, Dwarf_Half number,
		     struct dwarf_unit **unit)
{
	struct die_context *context = &writer->context;
	Dwarf_Attribute attribute;
	Dwarf_Error error = NULL;
	Dwarf_Sig8 signature;
	Dwarf_Half form;
	int result = die_attribute(context, die, number, &attribute);

	if (result != 1)
		return result;
	if (dwarf_whatform(attribute, &form, &error) != DW_DLV_OK)
		result = die_failed(context, error);
	else if (form != DW_FORM_ref_sig8)
		result = 0;
	else if (dwarf_formsig8(attribute, &signature, &error) != DW_DLV_OK)
		result = die_failed(context, error);
	dwarf_dealloc_attribute(attribute);
	if (result != 1)
		return result;
	*unit = dwarf_scan_type(context->dwarf,
				bytes_load((unsigned char *)signature.signature, 8,
					   elf_file_is_big_endian(context->dwarf->elf)));
	return *unit ? 1 : die_malformed(context, "a signature of no type unit");
}

/* The type that DIE refers to, where that is not void by its absence. */
static int spell_target(struct writer *writer, Dwarf_Die die, int pointers)
{
	struct dwarf_unit *unit;
	Dwarf_Die type;
	int result = type_unit(writer, die, DW_AT_type, &unit);

	if (result)
		return result < 0 ? -1 : spell_unit(writer, unit);
	result = die_follow(&writer->context, die, DW_AT_type, &type);

	if (!result)
		add_text(writer, "v");
	if (result != 1)
		return result;
	result = spell(writer, type, pointers);
	dwarf_dealloc_die(type);
	return result;
}

static int spell_pointer(struct writer *writer, Dwarf_Die die, int pointers)
{
	add_text(writer, "p");
	if (!pointers)
		return spell_target(writer, die, pointers + 1);
	add_text(writer, "?");
	return 0;
}

/* A dimension of an array. */
static int spell_dimension(void *data, Dwarf_Die child, Dwarf_Half tag)
{
	struct writer *writer = data;
	Dwarf_Unsigned count;
	char text[32] = "a";
	int result;

	if (tag != DW_TAG_subrange_type)
		return 0;
	result = die_number(&writer->context, child, DW_AT_count, &count);
	if (!result) {
		result = die_number(&writer->context, child, DW_AT_upper_bound, &count);
		/* GCC gives an array without elements the upper bound -1. */
		count++;
	}
	if (result == 1 && count)
		snprintf(text, sizeof(text), "a%llu", (unsigned long long)count);
	add_text(writer, text);
	add_text(writer, ":");
	return result < 0 ? -1 : 0;
}

struct parameters {
	struct writer *writer;
	int pointers;
	bool any;
};

static int spell_parameter(void *data, Dwarf_Die child, Dwarf_Half tag)
{
	struct parameters *parameters = data;

	if (tag == DW_TAG_unspecified_parameters) {
		add_text(parameters->writer, parameters->any ? "." : "?");
		parameters->any = true;
	} else if (tag == DW_TAG_formal_parameter) {
		parameters->any = true;
		return spell_target(parameters->writer, child, parameters->pointers);
	}
	return 0;
}

static int spell_function(struct writer *writer, Dwarf_Die die, int pointers)
{
	struct parameters parameters = { writer, pointers, false };
	Dwarf_Bool prototyped = false;
	Dwarf_Error error = NULL;

	add_text(writer, "F");
	if (spell_target(writer, die, pointers))
		return -1;
	add_text(writer, "(");
	if (die_each_child(&writer->context, die, spell_parameter, &parameters))
		return -1;
	/* Assembler code, and C without a prototype: nothing is known of the parameters. */
	if (!parameters.any &&
	    dwarf_hasattr(die, DW_AT_prototyped, &prototyped, &error) != DW_DLV_OK)
		return die_failed(&writer->context, error);
	add_text(writer, parameters.any || prototyped ? ")" : "?)");
	return 0;
}

static int spell_type(struct writer *writer, Dwarf_Die die, Dwarf_Half tag, int pointers)
{
	switch (tag) {
	case DW_TAG_base_type:
		return spell_base(writer, die);
	case DW_TAG_pointer_type:
		return spell_pointer(writer, die, pointers);
	case DW_TAG_structure_type:
		return spell_tagged(writer, die, 'S');
	case DW_TAG_union_type:
		return spell_tagged(writer, die, 'U');
	case DW_TAG_enumeration_type:
		return spell_tagged(writer, die, 'E');
	case DW_TAG_array_type:
		if (die_each_child(&writer->context, die, spell_dimension, writer))
			return -1;
		return spell_target(writer, die, pointers);
	case DW_TAG_subroutine_type:
		return spell_function(writer, die, pointers);
	case DW_TAG_typedef:
	case DW_TAG_const_type:
	case DW_TAG_volatile_type:
	case DW_TAG_restrict_type:
	case DW_TAG_atomic_type:
		return spell_target(writer, die, pointers);
	default:
		add_text(writer, "?");
		return 0;
	}
}

static int spell(struct writer *writer, Dwarf_Die die, int pointers)
{
	Dwarf_Error error = NULL;
	Dwarf_Half tag;
	int result;

	if (dwarf_tag(die, &tag, &error) != DW_DLV_OK)
		return die_failed(&writer->context, error);
	if (writer->depth == MAX_DEPTH || writer->length > MAX_LENGTH)
		return die_malformed(&writer->context, "a type that is too large");
	writer->depth++;
	result = spell_type(writer, die, tag, pointers);
	writer->depth--;
	return result;
}

/*
 * The entry that has DIE's type: a function's copy refers to the function itself, a variable's
 * definition to its declaration. Frees DIE where it is not that. NULL after a message.
 */
static Dwarf_Die typed_entry(struct writer *writer, Dwarf_Die die)
{
	Dwarf_Die origin;
	int result;

	for (int i = 0; i < MAX_DEPTH; i++) {
		result = die_follow(&writer->context, die, DW_AT_abstract_origin, &origin);
		if (!result)
			result = die_follow(&writer->context, die, DW_AT_specification, &origin);
		if (!result)
			return die;
		dwarf_dealloc_die(die);
		if (result < 0)
			return NULL;
		die = origin;
	}
	die_malformed(&writer->context, "entries that stand for each other");
	return NULL;
}

/* The entry that has DEFINITION's type; NULL after a message. */
static Dwarf_Die entry_of(struct writer *writer, const struct definition *definition)
{
	Dwarf_Error error = NULL;
	Dwarf_Die die;

	if (dwarf_offdie_b(writer->context.unit->debug, definition->die, true, &die, &error) !=
	    DW_DLV_OK) {
		die_failed(&writer->context, error);
		return NULL;
	}
	return typed_entry(writer, die);
}

const char *signature_read(struct dwarf_file *dwarf, struct dwarf_unit *unit,
			   const struct definition *definition)
{
	struct writer writer = { .context = { dwarf, unit } };
	const char *signature = NULL;
	Dwarf_Die typed;
	int result;

	if (dwarf_file_open_unit(dwarf, unit))
		return NULL;
	/* Type units may be opened meanwhile. */
	unit->in_use++;
	typed = entry_of(&writer, definition);
	if (typed) {
		result = definition->kind == DEFINITION_FUNCTION ? spell_function(&writer, typed, 0)
								 : spell_target(&writer, typed, 0);
		dwarf_dealloc_die(typed);
		if (!result)
			signature = arena_strdup(dwarf->arena, writer.text);
	}
	unit->in_use--;
	free(writer.text);
	return signature;
}
