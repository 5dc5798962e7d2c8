/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Structures and unions: what they are called, and their members. Comes in: types. Goes out: texts, for digest-structure.cc
 * and own-type.cc.
 */
#include "gcc-compat.h"
#include "structure.h"

bool structure_is(tree type)
{
	return TREE_CODE(type) == RECORD_TYPE || TREE_CODE(type) == UNION_TYPE;
}

/* Objects of a function's own type are the function's own, which is compared itself. */
static bool is_local(tree type)
{
	tree scope = TYPE_CONTEXT(type);

	while (scope && TYPE_P(scope))
		scope = TYPE_CONTEXT(scope);
	return scope && (TREE_CODE(scope) == FUNCTION_DECL || TREE_CODE(scope) == BLOCK);
}

/* The tag's identifier, or the typedef's declaration. */
static tree name_of(tree type)
{
	for (tree variant = TYPE_MAIN_VARIANT(type); variant; variant = TYPE_NEXT_VARIANT(variant))
		if (TYPE_NAME(variant))
			return TYPE_NAME(variant);
	return NULL_TREE;
}

const char *structure_name(tree type)
{
	tree name = name_of(type);
	const char *text;

	if (!name || is_local(type))
		return NULL;
	if (TREE_CODE(name) == TYPE_DECL)
		return DECL_NAME(name) ? IDENTIFIER_POINTER(DECL_NAME(name)) : NULL;
	/* With a dot in it, GCC has made it, for what functions inside of a function share. */
	if (strchr(IDENTIFIER_POINTER(name), '.'))
		return NULL;
	/* Kept as long as GCC runs, and once. */
	text = ACONCAT((TREE_CODE(type) == UNION_TYPE ? "union " : "struct ",
			IDENTIFIER_POINTER(name), NULL));
	return IDENTIFIER_POINTER(get_identifier(text));
}

unsigned HOST_WIDE_INT structure_bits(tree size)
{
	return size && tree_fits_uhwi_p(size) ? tree_to_uhwi(size) : 0;
}

bool structure_is_part(tree type)
{
	type = strip_array_types(type);
	return structure_is(type) && COMPLETE_TYPE_P(type) && !structure_name(type);
}

/* Those of TYPE, which begins at PLACE of a structure, by names that begin with PREFIX. */
static void each_member(tree type, const char *prefix, unsigned HOST_WIDE_INT place,
			structure_member_function *see, void *data)
{
	for (tree field = TYPE_FIELDS(type); field; field = DECL_CHAIN(field)) {
		unsigned HOST_WIDE_INT at = place;
		char *name = NULL, *inner = NULL;

		if (TREE_CODE(field) != FIELD_DECL)
			continue;
		if (DECL_FIELD_OFFSET(field))
			at += int_bit_position(field);
		if (DECL_NAME(field)) {
			name = concat(prefix, IDENTIFIER_POINTER(DECL_NAME(field)), NULL);
			inner = concat(name,
				       TREE_CODE(TREE_TYPE(field)) == ARRAY_TYPE ? "[]." : ".",
				       NULL);
		}
		see(field, name, at, data);
		if (structure_is_part(TREE_TYPE(field)))
			each_member(strip_array_types(TREE_TYPE(field)), inner ? inner : prefix, at,
				    see, data);
		free(inner);
		free(name);
	}
}

void structure_each_member(tree type, structure_member_function *see, void *data)
{
	each_member(type, "", 0, see, data);
}
