/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lists of a livepatch. Comes in: the initialisers of the file's variables. Goes out: nothing, or errors.
 *
 * The kernel goes through "objs" of a struct klp_patch and "funcs" of a struct klp_object until it comes upon an empty element
 * (klp_for_each_object_static() and klp_for_each_func_static() in include/linux/livepatch.h), and has fields of its own in all
 * three, which it writes for as long as the livepatch is there:
 *
 *	static struct klp_func funcs[] = { { .old_name = ... } };	goes on with whatever is behind it
 *	static struct klp_object objs[] __initdata = ...		is gone when the module is loaded
 *	static struct klp_patch patch __ro_after_init = ...		cannot be written then
 */
#include "gcc-compat.h"
#include "initialiser.h"
#include "klp-list.h"

static bool is_short_lived(const char *section)
{
	return section && (!strncmp(section, ".init", 5) || !strncmp(section, ".exit", 5));
}

/* What becomes of a variable's section that does not stay as it is; NULL: it does. */
static const char *fate_of(tree decl)
{
	const char *section = DECL_SECTION_NAME(decl);

	if (TREE_READONLY(decl))
		return "cannot be written";
	if (!section)
		return NULL;
	if (is_short_lived(section))
		return "is gone once the module is loaded";
	if (!strncmp(section, ".data..ro_after_init", 20) || !strncmp(section, ".rodata", 7))
		return "cannot be written once the module is loaded";
	return NULL;
}

/* The place of the last element of an array; -1: it is not known. */
static HOST_WIDE_INT last_element(tree type)
{
	tree last = TYPE_DOMAIN(type) ? TYPE_MAX_VALUE(TYPE_DOMAIN(type)) : NULL_TREE;
	return last && tree_fits_shwi_p(last) ? tree_to_shwi(last) : -1;
}

/* Has the list DECL, of struct KIND, an element in its last place that is not empty? Lists that are part of another are not judged. */
static bool has_no_end(tree decl, const char *kind)
{
	tree list = DECL_INITIAL(decl), index, value;
	HOST_WIDE_INT last, at = -1;
	unsigned HOST_WIDE_INT i;

	if (!list || TREE_CODE(list) != CONSTRUCTOR)
		return false;
	if (TREE_CODE(TREE_TYPE(decl)) != ARRAY_TYPE)
		return initialiser_has_tag(TREE_TYPE(decl), kind) && !initializer_zerop(list);
	if (!initialiser_has_tag(TREE_TYPE(TREE_TYPE(decl)), kind))
		return false;
	last = last_element(TREE_TYPE(decl));
	FOR_EACH_CONSTRUCTOR_ELT(CONSTRUCTOR_ELTS(list), i, index, value)
	{
		if (index && TREE_CODE(index) == RANGE_EXPR)
			index = TREE_OPERAND(index, 1);
		at = index ? tree_to_shwi(index) : at + 1;
		if (at == last && !initializer_zerop(value))
			return true;
	}
	return false;
}

static void check_variable(tree decl, const char *kind)
{
	const char *fate = fate_of(decl);

	if (fate)
		error_at(initialiser_place(decl),
			 "%qD %s, and the kernel goes on to write to its %<struct %s%>", decl, fate,
			 kind);
}

/* DECL, if it is one: a list of struct KIND. */
static void check_list(tree decl, const char *kind)
{
	if (!decl || !VAR_P(decl))
		return;
	/* klp-fixer tells where a struct klp_func is gone. */
	if (strcmp(kind, "klp_func") || !DECL_SECTION_NAME(decl) ||
	    strncmp(DECL_SECTION_NAME(decl), ".init", 5))
		check_variable(decl, kind);
	if (has_no_end(decl, kind))
		error_at(
			initialiser_place(decl),
			"no empty %<struct %s%> ends %qD: the kernel goes on with what is behind it",
			kind, decl);
}

/* The functions in CONSTRUCTOR that the kernel calls when it likes. */
static void check_callbacks(tree constructor)
{
	unsigned HOST_WIDE_INT i;
	tree value;

	FOR_EACH_CONSTRUCTOR_VALUE(CONSTRUCTOR_ELTS(constructor), i, value)
	{
		tree decl = initialiser_target(value);

		if (decl && TREE_CODE(decl) == FUNCTION_DECL &&
		    is_short_lived(DECL_SECTION_NAME(decl)))
			error_at(
				DECL_SOURCE_LOCATION(decl),
				"%qD is gone once the module is loaded, and is a callback that the "
				"kernel calls later",
				decl);
	}
}

/* Is OTHER's name that of OBJECT, both of struct klp_object? The kernel's own has none. */
static bool is_same_object(tree object, tree other)
{
	const char *name = initialiser_string(initialiser_value(object, "name")),
		   *other_name = initialiser_string(initialiser_value(other, "name"));

	return name && other_name ? !strcmp(name, other_name) : !name && !other_name;
}

/* Objects of one name: the kernel makes a folder for each in sysfs (klp_init_object_early() in kernel/livepatch/core.c). */
static void check_names(tree decl)
{
	tree list = decl ? DECL_INITIAL(decl) : NULL_TREE, one, other;
	unsigned HOST_WIDE_INT i, j;

	if (!list || TREE_CODE(list) != CONSTRUCTOR || TREE_CODE(TREE_TYPE(list)) != ARRAY_TYPE)
		return;
	FOR_EACH_CONSTRUCTOR_VALUE(CONSTRUCTOR_ELTS(list), i, one)
	for (j = 0; j < i; j++) {
		other = CONSTRUCTOR_ELT(list, j)->value;
		if (TREE_CODE(one) != CONSTRUCTOR || TREE_CODE(other) != CONSTRUCTOR ||
		    !initialiser_value(one, "funcs") || !initialiser_value(other, "funcs") ||
		    !is_same_object(one, other))
			continue;
		error_at(
			initialiser_place(decl),
			"two %<struct klp_object%> of %qD are of one object: the kernel refuses that",
			decl);
		return;
	}
}

static void walk(tree value)
{
	unsigned HOST_WIDE_INT i;
	tree inner, list;

	if (TREE_CODE(value) != CONSTRUCTOR)
		return;
	if (initialiser_has_tag(TREE_TYPE(value), "klp_patch")) {
		list = initialiser_target(initialiser_value(value, "objs"));
		check_list(list, "klp_object");
		check_names(list);
	}
	if (initialiser_has_tag(TREE_TYPE(value), "klp_callbacks") ||
	    initialiser_has_tag(TREE_TYPE(value), "klpmake_entry"))
		check_callbacks(value);
	if (initialiser_has_tag(TREE_TYPE(value), "klp_object"))
		check_list(initialiser_target(initialiser_value(value, "funcs")), "klp_func");
	FOR_EACH_CONSTRUCTOR_VALUE(CONSTRUCTOR_ELTS(value), i, inner)
	walk(inner);
}

void klp_list_check(void)
{
	auto_vec<tree> variables;
	varpool_node *node;
	unsigned int i;
	tree decl;

	/* GCC lists last what comes first in the source. */
	FOR_EACH_VARIABLE(node)
	if (!DECL_EXTERNAL(node->decl) && DECL_INITIAL(node->decl) &&
	    DECL_INITIAL(node->decl) != error_mark_node)
		variables.safe_push(node->decl);
	FOR_EACH_VEC_ELT_REVERSE(variables, i, decl)
	{
		if (initialiser_has_tag(TREE_TYPE(decl), "klp_patch"))
			check_variable(decl, "klp_patch");
		walk(DECL_INITIAL(decl));
	}
}
