/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a declaration says beyond its type, in the text of a digest. Comes in: a function, a variable or a type. Goes
 * out: its attributes and those of GCC's flags that decide code. For example, a caller of a function that is declared
 * alloc_size is compiled with the size of what it gets, and one of a function that is declared weak asks whether it
 * is there. All attributes count but those that are listed here, so that one which GCC learns later counts as well.
 * digest-type.cc and digest-tree.cc stand above.
 */
#include "gcc-compat.h"
#include "digest-attribute.h"
#include "digest-text.h"

/* For warnings and for tools. */
static const char *const harmless[] = {
	"*dealloc",
	"artificial",
	"btf_decl_tag",
	"btf_type_tag",
	"deprecated",
	"designated_init",
	"error",
	"fallthrough",
	"fd_arg",
	"fd_arg_read",
	"fd_arg_write",
	"format",
	"format_arg",
	"nonstring",
	"sentinel",
	"tainted_args",
	"unavailable",
	"unused",
	"warn_if_not_aligned",
	"warn_unused_result",
	"warning",
	NULL,
};

/*
 * They say where the symbol's own code or data goes, and how its own code is made, which makes no difference to
 * who uses it, beyond what is laid out as the rare case: __init is section, cold and, with retpolines,
 * indirect_branch (include/linux/init.h), and taking it off a function is no change of its callers. Where it is inlined or not
 * for that, debug information and the compiled code tell.
 */
static const char *const own_only[] = {
	"cold",
	"externally_visible",
	"function_return",
	"hot",
	"indirect_branch",
	"no_icf",
	"no_instrument_function",
	"no_profile_instrument_function",
	"no_reorder",
	"no_stack_protector",
	"noclone",
	"noinline",
	"retain",
	"section",
	"used",
	NULL,
};

static bool is_one_of(tree name, const char *const *list)
{
	for (; *list; list++)
		if (is_attribute_p(*list, name))
			return true;
	return false;
}

static void put_argument(struct digest_text *out, tree value)
{
	if (TREE_CODE(value) == STRING_CST)
		digest_text_put_string(out, TREE_STRING_POINTER(value), TREE_STRING_LENGTH(value));
	else if (TREE_CODE(value) == IDENTIFIER_NODE)
		digest_text_put(out, "%s", IDENTIFIER_POINTER(value));
	else if (TREE_CODE(value) == INTEGER_CST)
		digest_text_put(out, "%lld", (long long)TREE_INT_CST_LOW(value));
	else if (DECL_P(value) && DECL_NAME(value))
		digest_text_put(out, "%s", IDENTIFIER_POINTER(DECL_NAME(value)));
	else if (TYPE_P(value))
		digest_text_put(out, "%s", get_tree_code_name(TREE_CODE(value)));
	else
		digest_text_unknown(out, value, get_tree_code_name(TREE_CODE(value)));
}

static void put_attribute(struct digest_text *out, tree attribute)
{
	tree value = TREE_VALUE(attribute);

	digest_text_put(out, " %s", IDENTIFIER_POINTER(get_attribute_name(attribute)));
	/* What follows the first argument are the bounds of the parameters, as expressions. */
	if (value && is_attribute_p("access", get_attribute_name(attribute))) {
		put_argument(out, TREE_VALUE(value));
		return;
	}
	for (; value && TREE_CODE(value) == TREE_LIST; value = TREE_CHAIN(value)) {
		digest_text_put(out, ",");
		if (TREE_VALUE(value))
			put_argument(out, TREE_VALUE(value));
	}
	if (value)
		put_argument(out, value);
}

/* LEFT_OUT: more of them that make no difference. */
static void put_attributes(struct digest_text *out, tree attributes, const char *const *left_out)
{
	for (; attributes; attributes = TREE_CHAIN(attributes)) {
		tree name = get_attribute_name(attributes);

		if (!is_one_of(name, harmless) && !(left_out && is_one_of(name, left_out)))
			put_attribute(out, attributes);
	}
}

void digest_attribute_put_type(struct digest_text *out, tree type)
{
	put_attributes(out, TYPE_ATTRIBUTES(type), NULL);
}

void digest_attribute_put_local(struct digest_text *out, tree decl)
{
	put_attributes(out, DECL_ATTRIBUTES(decl), NULL);
}

void digest_attribute_put_own(struct digest_text *out, tree decl)
{
	digest_text_put(out, "[%x%s", flags_from_decl_or_type(decl),
			DECL_DECLARED_INLINE_P(decl) ? " inline" : "");
	put_attributes(out, DECL_ATTRIBUTES(decl), NULL);
	digest_text_put(out, "]");
}

/* Is DECL this file's, rather than another one's that may be called like it? */
static bool is_defined_here(tree decl)
{
	symtab_node *node = symtab_node::get(decl);

	return node && node->definition;
}

static void put_function_flags(struct digest_text *out, tree decl)
{
	digest_text_put(out, "%x", flags_from_decl_or_type(decl) & ~ECF_COLD);
	/* The same symbol may be one that GCC knows and one that it does not, with -ffreestanding. */
	if (fndecl_built_in_p(decl))
		digest_text_put(out, " built-in %d", (int)DECL_BUILT_IN_CLASS(decl));
}

static void put_variable_flags(struct digest_text *out, tree decl)
{
	/* What is never written is not read again. */
	if (TREE_READONLY(decl))
		digest_text_put(out, "constant");
	if (DECL_THREAD_LOCAL_P(decl))
		digest_text_put(out, " tls %d", (int)DECL_TLS_MODEL(decl));
}

void digest_attribute_put_used(struct digest_text *out, tree decl)
{
	digest_text_put(out, "[");
	if (TREE_CODE(decl) == FUNCTION_DECL)
		put_function_flags(out, decl);
	else
		put_variable_flags(out, decl);
	if (is_defined_here(decl))
		digest_text_put(out, " here");
	if (DECL_WEAK(decl))
		digest_text_put(out, " weak");
	if (DECL_VISIBILITY_SPECIFIED(decl))
		digest_text_put(out, " %d", (int)DECL_VISIBILITY(decl));
	put_attributes(out, DECL_ATTRIBUTES(decl), own_only);
	digest_text_put(out, "]");
}
