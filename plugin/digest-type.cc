/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Types in the text of a digest. Comes in: a type of GCC. Goes out: its text, either as far as code depends on
 * it, or with the layout of what it has inside; and which structures the code of the file looks into, whose
 * layouts digest.cc writes lines of. digest-tree.cc, which has types within everything, stands above.
 */
#include "gcc-compat.h"
#include "digest-text.h"
#include "digest-type.h"

/* Structures that occurred, by their main variants. */
static vec<tree> structures = vNULL;

static bool is_structure(tree type)
{
	return TREE_CODE(type) == RECORD_TYPE || TREE_CODE(type) == UNION_TYPE;
}

const char *digest_type_tag(tree type)
{
	tree name = TYPE_NAME(TYPE_MAIN_VARIANT(type));

	for (tree variant = TYPE_MAIN_VARIANT(type); variant && !name;
	     variant = TYPE_NEXT_VARIANT(variant))
		name = TYPE_NAME(variant);
	if (name && TREE_CODE(name) == TYPE_DECL)
		name = DECL_NAME(name);
	return name ? IDENTIFIER_POINTER(name) : NULL;
}

/* Objects of a function's own type are the function's own, which is compared itself. */
static bool is_local_type(tree type)
{
	tree scope = TYPE_CONTEXT(type);

	while (scope && TYPE_P(scope))
		scope = TYPE_CONTEXT(scope);
	return scope && (TREE_CODE(scope) == FUNCTION_DECL || TREE_CODE(scope) == BLOCK);
}

void digest_type_use(tree type)
{
	type = TYPE_MAIN_VARIANT(type);
	if (is_structure(type) && !is_local_type(type) && COMPLETE_TYPE_P(type) &&
	    digest_type_tag(type) && !structures.contains(type))
		structures.safe_push(type);
}

vec<tree> digest_type_used(void)
{
	return structures;
}

static unsigned HOST_WIDE_INT size_of(tree type)
{
	tree size = TYPE_SIZE_UNIT(type);

	return size && tree_fits_uhwi_p(size) ? tree_to_uhwi(size) : 0;
}

static void put_function(struct digest_text *out, tree type)
{
	digest_text_put(out, "F(");
	digest_type_put(out, TREE_TYPE(type));
	for (tree argument = TYPE_ARG_TYPES(type); argument; argument = TREE_CHAIN(argument)) {
		digest_text_put(out, ",");
		digest_type_put(out, TREE_VALUE(argument));
	}
	digest_text_put(out, ")");
}

void digest_type_put(struct digest_text *out, tree type)
{
	if (!type) {
		digest_text_put(out, "_");
		return;
	}
	if (TYPE_VOLATILE(type))
		digest_text_put(out, "V");
	switch (TREE_CODE(type)) {
	case VOID_TYPE:
		digest_text_put(out, "v");
		break;
	case INTEGER_TYPE:
	case ENUMERAL_TYPE:
	case BOOLEAN_TYPE:
		digest_text_put(out, "%c%u", TYPE_UNSIGNED(type) ? 'u' : 'i', TYPE_PRECISION(type));
		break;
	case POINTER_TYPE:
	case REFERENCE_TYPE:
		digest_text_put(out, "p");
		break;
	case ARRAY_TYPE:
		digest_text_put(out, "A%llu:", (unsigned long long)size_of(type));
		digest_type_put(out, TREE_TYPE(type));
		break;
	case FUNCTION_TYPE:
		put_function(out, type);
		break;
	default:
		digest_text_put(out, "%s%llu", get_tree_code_name(TREE_CODE(type)),
				(unsigned long long)size_of(type));
	}
}

void digest_type_put_layout(struct digest_text *out, tree type)
{
	type = TYPE_MAIN_VARIANT(type);
	if (TREE_CODE(type) == ARRAY_TYPE) {
		digest_text_put(out, "A%llu:", (unsigned long long)size_of(type));
		digest_type_put_layout(out, TREE_TYPE(type));
		return;
	}
	if (!is_structure(type) || out->types.contains(type)) {
		digest_type_put(out, type);
		return;
	}
	out->types.safe_push(type);
	digest_text_put(out, "{%llu", (unsigned long long)size_of(type));
	for (tree field = TYPE_FIELDS(type); field; field = DECL_CHAIN(field)) {
		if (TREE_CODE(field) != FIELD_DECL)
			continue;
		digest_text_put(out, ";%lld:",
				(long long)(DECL_FIELD_OFFSET(field) ? int_bit_position(field)
								     : 0));
		if (DECL_SIZE(field) && tree_fits_uhwi_p(DECL_SIZE(field)))
			digest_text_put(
				out, "%llu:", (unsigned long long)tree_to_uhwi(DECL_SIZE(field)));
		digest_type_put_layout(out, TREE_TYPE(field));
	}
	digest_text_put(out, "}");
}
