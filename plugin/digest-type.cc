/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Types in the text of a digest. Comes in: a type of GCC. Goes out: its text, either as far as code depends on
 * it, or with the layout of what it has inside, or without all that is a structure's. digest-tree.cc, which has types
 * within everything, and digest-structure.cc stand above.
 */
#include "gcc-compat.h"
#include "digest-attribute.h"
#include "digest-text.h"
#include "digest-type.h"

static bool is_structure(tree type)
{
	return TREE_CODE(type) == RECORD_TYPE || TREE_CODE(type) == UNION_TYPE;
}

static unsigned HOST_WIDE_INT size_of(tree type)
{
	tree size = TYPE_SIZE_UNIT(type);

	return size && tree_fits_uhwi_p(size) ? tree_to_uhwi(size) : 0;
}

/* How a structure is handed over depends on what it has inside. */
static void put_handed_over(struct digest_text *out, tree type)
{
	if (is_structure(type))
		digest_type_put_layout(out, type);
	else
		digest_type_put(out, type);
}

static void put_function(struct digest_text *out, tree type)
{
	digest_text_put(out, "F%s%s(", TYPE_READONLY(type) ? "K" : "", stdarg_p(type) ? "+" : "");
	put_handed_over(out, TREE_TYPE(type));
	for (tree argument = TYPE_ARG_TYPES(type); argument; argument = TREE_CHAIN(argument)) {
		digest_text_put(out, ",");
		put_handed_over(out, TREE_VALUE(argument));
	}
	digest_text_put(out, ")");
	digest_attribute_put_type(out, type);
}

/* Of [], [0] and [1], what may be behind the end is not the same. */
static void put_array(struct digest_text *out, tree type)
{
	tree domain = TYPE_DOMAIN(type), last = domain ? TYPE_MAX_VALUE(domain) : NULL_TREE;

	digest_text_put(out, "A%llu", (unsigned long long)size_of(type));
	if (!last)
		digest_text_put(out, "?");
	else if (!size_of(type))
		digest_text_put(out, "%s", tree_fits_shwi_p(last) ? "0" : "variable");
	digest_text_put(out, ":");
}

static void put_structure(struct digest_text *out, tree type)
{
	digest_text_put(out, "%s", get_tree_code_name(TREE_CODE(type)));
	if (!COMPLETE_TYPE_P(type)) {
		digest_text_put(out, "?");
		return;
	}
	digest_text_put(out, "%llu", (unsigned long long)size_of(type));
	if (TYPE_MODE(type) != BLKmode)
		digest_text_put(out, "m%s", GET_MODE_NAME(TYPE_MODE(type)));
	if (TYPE_REVERSE_STORAGE_ORDER(type))
		digest_text_put(out, "reverse");
	if (TREE_CODE(type) == UNION_TYPE && TYPE_TRANSPARENT_AGGR(type))
		digest_text_put(out, "transparent");
}

/* As an access to it may be made. */
static void put_alignment(struct digest_text *out, tree type)
{
	bool aggregate = AGGREGATE_TYPE_P(type);

	if (COMPLETE_TYPE_P(type) && !FUNC_OR_METHOD_TYPE_P(type) && !VOID_TYPE_P(type) &&
	    (aggregate || TYPE_ALIGN(type) != GET_MODE_ALIGNMENT(TYPE_MODE(type))))
		digest_text_put(out, "/%u", TYPE_ALIGN(type));
}

static void put_qualifiers(struct digest_text *out, tree type)
{
	if (TYPE_VOLATILE(type))
		digest_text_put(out, "V");
	if (POINTER_TYPE_P(type) && TYPE_RESTRICT(type))
		digest_text_put(out, "R");
	if (TYPE_ADDR_SPACE(type) != ADDR_SPACE_GENERIC)
		digest_text_put(out, "space%u:", (unsigned int)TYPE_ADDR_SPACE(type));
}

static void put_pointer(struct digest_text *out, tree type)
{
	addr_space_t space = TYPE_ADDR_SPACE(TREE_TYPE(type));

	digest_text_put(out, "p");
	if (space != ADDR_SPACE_GENERIC)
		digest_text_put(out, "%u", (unsigned int)space);
}

/* False: TYPE is none. */
static bool put_number(struct digest_text *out, tree type)
{
	switch (TREE_CODE(type)) {
	case BOOLEAN_TYPE:
		digest_text_put(out, "b%u", TYPE_PRECISION(type));
		return true;
	case INTEGER_TYPE:
	case ENUMERAL_TYPE:
		digest_text_put(out, "%c%u", TYPE_UNSIGNED(type) ? 'u' : 'i', TYPE_PRECISION(type));
		return true;
	case REAL_TYPE:
		digest_text_put(out, "f%s", GET_MODE_NAME(TYPE_MODE(type)));
		return true;
	default:
		return false;
	}
}

static void put_type(struct digest_text *out, tree type)
{
	switch (TREE_CODE(type)) {
	case VOID_TYPE:
		digest_text_put(out, "v");
		break;
	case POINTER_TYPE:
	case REFERENCE_TYPE:
		put_pointer(out, type);
		break;
	case COMPLEX_TYPE:
		digest_text_put(out, "complex:");
		digest_type_put(out, TREE_TYPE(type));
		break;
	case VECTOR_TYPE:
		digest_text_put(out, "vector%llu:", (unsigned long long)size_of(type));
		digest_type_put(out, TREE_TYPE(type));
		break;
	case ARRAY_TYPE:
		put_array(out, type);
		digest_type_put(out, TREE_TYPE(type));
		break;
	case FUNCTION_TYPE:
		put_function(out, type);
		break;
	case RECORD_TYPE:
	case UNION_TYPE:
		put_structure(out, type);
		break;
	default:
		if (!put_number(out, type))
			digest_text_unknown(out, NULL_TREE, get_tree_code_name(TREE_CODE(type)));
	}
}

void digest_type_put(struct digest_text *out, tree type)
{
	if (!type) {
		digest_text_put(out, "_");
		return;
	}
	put_qualifiers(out, type);
	put_type(out, type);
	put_alignment(out, type);
}

void digest_type_put_field(struct digest_text *out, tree field)
{
	tree access = DECL_BIT_FIELD_TYPE(field) ? DECL_BIT_FIELD_REPRESENTATIVE(field) : NULL_TREE;

	digest_text_put(
		out, "%lld:", (long long)(DECL_FIELD_OFFSET(field) ? int_bit_position(field) : 0));
	if (DECL_SIZE(field) && tree_fits_uhwi_p(DECL_SIZE(field)))
		digest_text_put(out, "%llu:", (unsigned long long)tree_to_uhwi(DECL_SIZE(field)));
	/* With its neighbours, which are read and written with it. */
	if (access && access != field) {
		digest_text_put(out, "in ");
		digest_type_put_field(out, access);
	}
	digest_type_put(out, TREE_TYPE(field));
}

void digest_type_put_layout(struct digest_text *out, tree type)
{
	if (TREE_CODE(type) == ARRAY_TYPE) {
		put_array(out, type);
		digest_type_put_layout(out, TREE_TYPE(type));
		return;
	}
	if (!is_structure(type) || out->types.contains(TYPE_MAIN_VARIANT(type))) {
		digest_type_put(out, type);
		return;
	}
	out->types.safe_push(TYPE_MAIN_VARIANT(type));
	digest_type_put(out, type);
	digest_text_put(out, "{");
	for (tree field = TYPE_FIELDS(type); field; field = DECL_CHAIN(field)) {
		if (TREE_CODE(field) != FIELD_DECL)
			continue;
		digest_text_put(out, ";");
		digest_type_put_field(out, field);
		if (AGGREGATE_TYPE_P(TREE_TYPE(field)))
			digest_type_put_layout(out, TREE_TYPE(field));
	}
	digest_text_put(out, "}");
}

/* How many elements an array has, whatever their size is. */
static void put_count(struct digest_text *out, tree type)
{
	tree domain = TYPE_DOMAIN(type), last = domain ? TYPE_MAX_VALUE(domain) : NULL_TREE;

	if (!last)
		digest_text_put(out, "A?:");
	else if (tree_fits_shwi_p(last))
		digest_text_put(out, "A%lld:", (long long)tree_to_shwi(last) + 1);
	else
		digest_text_put(out, "Avariable:");
}

void digest_type_put_shape(struct digest_text *out, tree type)
{
	for (; TREE_CODE(type) == ARRAY_TYPE; type = TREE_TYPE(type))
		put_count(out, type);
	if (!is_structure(type)) {
		digest_type_put(out, type);
		return;
	}
	put_qualifiers(out, type);
	digest_text_put(out, "%s", get_tree_code_name(TREE_CODE(type)));
}
