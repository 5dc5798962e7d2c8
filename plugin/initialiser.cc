/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What initialisers of variables say. Comes in: trees. Goes out: fields, their values, and what these point to.
 */
#include "gcc-compat.h"
#include "initialiser.h"

location_t initialiser_place(tree decl)
{
	return linemap_resolve_location(line_table, DECL_SOURCE_LOCATION(decl),
					LRK_MACRO_EXPANSION_POINT, NULL);
}

bool initialiser_has_tag(tree type, const char *tag)
{
	tree name = TYPE_NAME(TYPE_MAIN_VARIANT(type));

	if (name && TREE_CODE(name) == TYPE_DECL)
		name = DECL_NAME(name);
	return TREE_CODE(type) == RECORD_TYPE && name && !strcmp(IDENTIFIER_POINTER(name), tag);
}

tree initialiser_field(tree record, const char *name)
{
	for (tree field = TYPE_FIELDS(record); field; field = DECL_CHAIN(field))
		if (TREE_CODE(field) == FIELD_DECL && DECL_NAME(field) &&
		    !strcmp(IDENTIFIER_POINTER(DECL_NAME(field)), name))
			return field;
	return NULL_TREE;
}

tree initialiser_value(tree constructor, const char *name)
{
	unsigned HOST_WIDE_INT i;
	tree field, value;

	FOR_EACH_CONSTRUCTOR_ELT(CONSTRUCTOR_ELTS(constructor), i, field, value)
	if (field && TREE_CODE(field) == FIELD_DECL && DECL_NAME(field) &&
	    !strcmp(IDENTIFIER_POINTER(DECL_NAME(field)), name))
		return value;
	return NULL_TREE;
}

tree initialiser_target(tree value)
{
	if (!value)
		return NULL_TREE;
	STRIP_NOPS(value);
	if (TREE_CODE(value) == POINTER_PLUS_EXPR)
		value = TREE_OPERAND(value, 0);
	STRIP_NOPS(value);
	if (TREE_CODE(value) == ADDR_EXPR)
		value = TREE_OPERAND(value, 0);
	while (handled_component_p(value))
		value = TREE_OPERAND(value, 0);
	if (TREE_CODE(value) == COMPOUND_LITERAL_EXPR)
		value = COMPOUND_LITERAL_EXPR_DECL(value);
	return DECL_P(value) ? value : NULL_TREE;
}

const char *initialiser_string(tree value)
{
	if (!value || integer_zerop(value))
		return NULL;
	return c_getstr(value);
}
