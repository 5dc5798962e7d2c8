/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The attributes behind KLPMAKE_LOCAL and KLPMAKE_LOCAL_IN(function) of klpmake.h: an extern
 * declaration so marked means the tagged file's own symbol. Comes in: declarations while they are
 * parsed. Goes out: the attribute stays on the declaration, and tells, when reference.cc collects, whose
 * symbol it means.
 */
#include "gcc-compat.h"
#include "attribute.h"

#define LOCAL	 "klpmake_local"
#define LOCAL_IN "klpmake_local_in"

static location_t first_use;

static bool is_identifier(const char *text)
{
	size_t length = strlen(text);

	for (size_t i = 0; i < length; i++)
		if (!(ISIDNUM(text[i]) && (i || ISIDST(text[i]))))
			return false;
	return length > 0;
}

/* Both attributes. Not adding it to the declaration is how an error goes on. */
static tree handle_local(tree *node, tree name, tree arguments, int, bool *no_add)
{
	tree decl = *node;
	const char *other = is_attribute_p(LOCAL, name) ? LOCAL_IN : LOCAL;
	tree function = arguments ? TREE_VALUE(arguments) : NULL_TREE;

	if (!first_use)
		first_use = DECL_P(decl) ? DECL_SOURCE_LOCATION(decl) : input_location;
	*no_add = true;
	if (!VAR_OR_FUNCTION_DECL_P(decl)) {
		error("%qE is for declarations of variables and functions", name);
	} else if (!DECL_EXTERNAL(decl)) {
		error_at(DECL_SOURCE_LOCATION(decl),
			 "%qD with %qE is defined here: a kernel symbol is declared %<extern%>",
			 decl, name);
	} else if (lookup_attribute(other, DECL_ATTRIBUTES(decl))) {
		error_at(DECL_SOURCE_LOCATION(decl), "%qD has %qs already", decl, other);
	} else if (function && (TREE_CODE(function) != STRING_CST ||
				!is_identifier(TREE_STRING_POINTER(function)))) {
		error_at(DECL_SOURCE_LOCATION(decl), "%qE has to name a function", name);
	} else {
		*no_add = false;
	}
	return NULL_TREE;
}

static struct attribute_spec local_spec = { LOCAL,	  0,   0, true, false, false, false,
					    handle_local, NULL };

static struct attribute_spec local_in_spec = { LOCAL_IN,     1,	  1, true, false, false, false,
					       handle_local, NULL };

void attribute_register(void)
{
	register_attribute(&local_spec);
	register_attribute(&local_in_spec);
}

bool attribute_is_local(tree decl, const char **function)
{
	tree in = lookup_attribute(LOCAL_IN, DECL_ATTRIBUTES(decl));

	*function = in ? TREE_STRING_POINTER(TREE_VALUE(TREE_VALUE(in))) : NULL;
	return in || lookup_attribute(LOCAL, DECL_ATTRIBUTES(decl));
}

void attribute_check_declaration(tree decl)
{
	tree in, other;

	if (!VAR_OR_FUNCTION_DECL_P(decl))
		return;
	in = lookup_attribute(LOCAL_IN, DECL_ATTRIBUTES(decl));
	if (!in)
		return;
	other = lookup_attribute(LOCAL_IN, TREE_CHAIN(in));
	if (lookup_attribute(LOCAL, DECL_ATTRIBUTES(decl)) ||
	    (other && !simple_cst_equal(TREE_VALUE(TREE_VALUE(in)), TREE_VALUE(TREE_VALUE(other)))))
		error_at(DECL_SOURCE_LOCATION(decl),
			 "%qD is declared as two different kernel symbols", decl);
}

void attribute_check_definitions(void)
{
	const char *function;
	symtab_node *node;

	FOR_EACH_SYMBOL(node)
	if (VAR_OR_FUNCTION_DECL_P(node->decl) && DECL_NAME(node->decl) &&
	    !DECL_EXTERNAL(node->decl) && attribute_is_local(node->decl, &function))
		error_at(DECL_SOURCE_LOCATION(node->decl),
			 "%qD is marked as a kernel symbol and defined here", node->decl);
}

void attribute_check_untagged(void)
{
	if (!first_use)
		return;
	error_at(first_use, "a file-local kernel symbol in a file without a tag");
	inform(first_use, "say which kernel source the file belongs to: %<//KLPMAKE path%>");
}
