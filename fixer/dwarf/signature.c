/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Types in the form that klpmake-note.h describes. Comes in: DWARF entries. Goes out: text that can
 * be compared with the plugin's, and C for messages.
 */
#include "dwarf/signature.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "dwarf/die.h"

/* Deeper types than compilers make are taken for damaged. */
#define MAX_DEPTH 64

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

static int spell_tagged(struct writer *writer, Dwarf_Die die, char kind)
{
	Dwarf_Error error = NULL;
	char *name = NULL;

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

/* The type that DIE refers to, where that is not void by its absence. */
static int spell_target(struct writer *writer, Dwarf_Die die, int pointers)
{
	Dwarf_Die type;
	int result = die_follow(&writer->context, die, DW_AT_type, &type);

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
	if (writer->depth == MAX_DEPTH)
		return die_failed(&writer->context, NULL);
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
	die_failed(&writer->context, NULL);
	return NULL;
}

const char *signature_read(struct dwarf_file *dwarf, struct dwarf_unit *unit,
			   const struct definition *definition)
{
	struct writer writer = { .context = { dwarf, unit } };
	const char *signature = NULL;
	Dwarf_Error error = NULL;
	Dwarf_Die die, typed;
	int result;

	if (dwarf_file_open_unit(dwarf, unit))
		return NULL;
	if (dwarf_offdie_b(unit->debug, definition->die, true, &die, &error) != DW_DLV_OK) {
		die_failed(&writer.context, error);
		return NULL;
	}
	typed = typed_entry(&writer, die);
	if (!typed)
		return NULL;
	result = definition->kind == DEFINITION_FUNCTION ? spell_function(&writer, typed, 0)
							 : spell_target(&writer, typed, 0);
	dwarf_dealloc_die(typed);
	if (!result)
		signature = arena_strdup(dwarf->arena, writer.text);
	free(writer.text);
	return signature;
}

/* What is compared next in two signatures. */
struct pair {
	const char *one, *other;
};

static const char *after_number(const char *text)
{
	return text + strspn(text, "0123456789");
}

static const char *after_type(const char *text);

/* Passes a function's parameters, to behind the ')'; NULL: malformed. */
static const char *after_parameters(const char *text)
{
	while (text && *text && *text != ')')
		text = *text == '.' ? text + 1 : after_type(text);
	return text && *text ? text + 1 : NULL;
}

/* Passes one whole type; NULL: it is malformed. */
static const char *after_type(const char *text)
{
	switch (*text++) {
	case 'v':
	case '?':
		return text;
	case 'b':
	case 's':
	case 'u':
	case 'f':
		return after_number(text);
	case 'p':
		return after_type(text);
	case 'a':
		text = after_number(text);
		return *text == ':' ? after_type(text + 1) : NULL;
	case 'S':
	case 'U':
	case 'E':
		text = strchr(text, ';');
		return text ? text + 1 : NULL;
	case 'F':
		text = after_type(text);
		return text && *text == '(' ? after_parameters(text + 1) : NULL;
	default:
		return NULL;
	}
}

static bool types_agree(struct pair *pair);

/* A number that may be missing on either side. */
static bool numbers_agree(struct pair *pair)
{
	const char *one = pair->one, *other = pair->other;
	size_t length;

	pair->one = after_number(one);
	pair->other = after_number(other);
	length = (size_t)(pair->one - one);
	if (!length || pair->other == other)
		return true;
	return (size_t)(pair->other - other) == length && !memcmp(one, other, length);
}

static bool tags_agree(struct pair *pair)
{
	size_t one, other;
	bool same;

	if (!numbers_agree(pair))
		return false;
	one = strcspn(pair->one, ";");
	other = strcspn(pair->other, ";");
	same = one == other && !memcmp(pair->one, pair->other, one);
	if (!pair->one[one] || !pair->other[other])
		return false;
	pair->one += one + 1;
	pair->other += other + 1;
	return same;
}

static bool parameters_agree(struct pair *pair)
{
	/* No prototype: any parameters. */
	if (!strncmp(pair->one, "?)", 2) || !strncmp(pair->other, "?)", 2)) {
		pair->one = after_parameters(pair->one);
		pair->other = after_parameters(pair->other);
		return pair->one && pair->other;
	}
	while (*pair->one && *pair->one != ')') {
		if (*pair->one == '.' || *pair->other == '.') {
			if (*pair->one++ != *pair->other++)
				return false;
		} else if (*pair->other == ')' || !types_agree(pair)) {
			return false;
		}
	}
	return *pair->one++ == ')' && *pair->other++ == ')';
}

static bool types_agree(struct pair *pair)
{
	char kind = *pair->one;

	if (*pair->one == '?' || *pair->other == '?') {
		pair->one = after_type(pair->one);
		pair->other = after_type(pair->other);
		return pair->one && pair->other;
	}
	if (kind != *pair->other)
		return false;
	pair->one++;
	pair->other++;
	switch (kind) {
	case 'v':
		return true;
	case 'b':
	case 's':
	case 'u':
	case 'f':
		return numbers_agree(pair);
	case 'p':
		return types_agree(pair);
	case 'a':
		return numbers_agree(pair) && *pair->one++ == ':' && *pair->other++ == ':' &&
		       types_agree(pair);
	case 'S':
	case 'U':
	case 'E':
		return tags_agree(pair);
	case 'F':
		return types_agree(pair) && *pair->one++ == '(' && *pair->other++ == '(' &&
		       parameters_agree(pair);
	default:
		return false;
	}
}

bool signature_agrees(const char *one, const char *other)
{
	struct pair pair = { one, other };

	if (!after_type(one) || !after_type(other))
		return false;
	return types_agree(&pair) && !*pair.one && !*pair.other;
}

static const char *integer_name(const char *text, size_t length)
{
	static const struct {
		const char *spelled, *name;
	} names[] = {
		{ "s1", "char" },
		{ "s2", "short" },
		{ "s4", "int" },
		{ "s8", "long" },
		{ "s16", "__int128" },
		{ "u1", "unsigned char" },
		{ "u2", "unsigned short" },
		{ "u4", "unsigned int" },
		{ "u8", "unsigned long" },
		{ "u16", "unsigned __int128" },
		{ "f4", "float" },
		{ "f8", "double" },
		{ "b1", "bool" },
		{ "v", "void" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (strlen(names[i].spelled) == length && !memcmp(names[i].spelled, text, length))
			return names[i].name;
	return "?";
}

/* A space between a type and what follows it, unless that starts with nothing or a '*'. */
static const char *joined(const char *type, const char *rest, struct arena *arena)
{
	return arena_printf(arena, "%s%s%s", type, *rest ? " " : "", rest);
}

static const char *tagged_in_c(const char *text, const char *inner, bool sizes, struct arena *arena)
{
	const char *keyword = *text == 'S' ? "struct" : *text == 'U' ? "union" : "enum";
	const char *tag = strchr(text, ':') + 1;
	const char *name = arena_strndup(arena, tag, strcspn(tag, ";"));
	const char *type = arena_printf(arena, "%s %s", keyword, *name ? name : "{...}");
	int digits = (int)(tag - text) - 2;

	if (sizes && digits)
		type = arena_printf(arena, "%s /* %.*s bytes */", type, digits, text + 1);
	return joined(type, inner, arena);
}

/* TEXT, one well-formed type, around the declarator INNER. */
static const char *type_in_c(const char *text, const char *inner, bool sizes, struct arena *arena)
{
	const char *parameters = "", *end;

	switch (*text) {
	case 'p':
		text++;
		if (*text == 'F' || *text == 'a')
			return type_in_c(text, arena_printf(arena, "(*%s)", inner), sizes, arena);
		return type_in_c(text, arena_printf(arena, "*%s", inner), sizes, arena);
	case 'a':
		end = after_number(text + 1);
		return type_in_c(end + 1,
				 arena_printf(arena, "%s[%.*s]", inner, (int)(end - text - 1),
					      text + 1),
				 sizes, arena);
	case 'S':
	case 'U':
	case 'E':
		return tagged_in_c(text, inner, sizes, arena);
	case 'F':
		end = after_type(text + 1) + 1;
		if (*end == ')')
			parameters = "void";
		while (*end != ')') {
			const char *next = *end == '.'	 ? "..."
					   : *end == '?' ? ""
							 : type_in_c(end, "", sizes, arena);

			parameters = arena_printf(arena, "%s%s%s", parameters,
						  *parameters ? ", " : "", next);
			end = *end == '.' ? end + 1 : after_type(end);
		}
		return type_in_c(text + 1, arena_printf(arena, "%s(%s)", inner, parameters), sizes,
				 arena);
	default:
		return joined(integer_name(text, (size_t)(after_type(text) - text)), inner, arena);
	}
}

const char *signature_in_c(const char *signature, const char *name, bool sizes, struct arena *arena)
{
	const char *end = after_type(signature);

	return end && !*end ? type_in_c(signature, name, sizes, arena)
			    : arena_printf(arena, "? %s", name);
}

uint64_t signature_size(const char *signature)
{
	uint64_t count = 1;
	char *end;

	while (*signature == 'a') {
		count *= strtoull(signature + 1, &end, 10); /* 0 where it is not known */
		if (*end != ':')
			return 0;
		signature = end + 1;
	}
	if (*signature == 'p')
		return 8 * count;
	return strchr("bsufSUE", *signature) ? count * strtoull(signature + 1, NULL, 10) : 0;
}
