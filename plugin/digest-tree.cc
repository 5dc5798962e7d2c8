/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Values, symbols and expressions in the text of a digest. Comes in: operands of statements and initialisers of
 * variables. Goes out: their text. What is the function's own is numbered in the order in which it occurs; what is
 * the file's has its name, and a table that no other file can know has its contents as well, so that whoever
 * uses it changes with it. digest-type.cc makes the texts of types; digest-body.cc and digest.cc ask.
 */
#include "gcc-compat.h"
#include "digest-attribute.h"
#include "digest-structure.h"
#include "digest-text.h"
#include "digest-tree.h"
#include "digest-type.h"
#include "signature.h"
#include "symbol-name.h"

#include "klpmake-signature.h"

void digest_tree_put_alignment(struct digest_text *out, tree decl)
{
	if (DECL_USER_ALIGN(decl))
		digest_text_put(out, "a%u", DECL_ALIGN(decl));
}

/* A label is the block that it stands before. */
static void put_label(struct digest_text *out, tree label)
{
	tree context = decl_function_context(label);
	struct function *body = context ? DECL_STRUCT_FUNCTION(context) : NULL;
	int uid = LABEL_DECL_UID(label);
	basic_block block = NULL;

	if (out->is_part) {
		digest_text_put(out, "label");
		return;
	}
	if (body && body->cfg && uid >= 0 &&
	    (unsigned int)uid < vec_safe_length(label_to_block_map_for_fn(body)))
		block = (*label_to_block_map_for_fn(body))[uid];
	digest_text_put(out, "label %d", block ? block->index : -1);
}

/* Which of the text's variables that have no name of their own DECL is, in the order in which they occur. */
static unsigned int number_of(struct digest_text *out, tree decl, bool *first)
{
	unsigned int i;
	tree other;

	*first = false;
	FOR_EACH_VEC_ELT(out->locals, i, other)
	if (other == decl)
		return i;
	*first = true;
	out->locals.safe_push(decl);
	return i;
}

/* The number of a function's own variable is how it is called. What is in it decides where it is kept, and how. */
void digest_tree_put_local(struct digest_text *out, tree decl)
{
	bool first;

	digest_text_put(out, "L%u:", number_of(out, decl, &first));
	digest_type_put(out, TREE_TYPE(decl));
	if (!first)
		return;
	if (AGGREGATE_TYPE_P(TREE_TYPE(decl))) {
		digest_type_put_layout(out, TREE_TYPE(decl));
		digest_structure_have(TREE_TYPE(decl), out->function);
	}
	digest_tree_put_alignment(out, decl);
	if (VAR_P(decl) && DECL_HARD_REGISTER(decl))
		digest_text_put(out, "%s", symbol_name(decl));
	digest_attribute_put_local(out, decl);
}

bool digest_tree_is_constant_table(tree decl)
{
	return TREE_READONLY(decl) && !TREE_PUBLIC(decl) && !DECL_EXTERNAL(decl) &&
	       DECL_INITIAL(decl) && DECL_INITIAL(decl) != error_mark_node &&
	       !TREE_THIS_VOLATILE(decl);
}

static bool is_literal(tree decl)
{
	return DECL_NAME(decl) && DECL_INITIAL(decl) && DECL_INITIAL(decl) != error_mark_node &&
	       !strncmp(IDENTIFIER_POINTER(DECL_NAME(decl)), "__compound_literal",
			strlen("__compound_literal"));
}

struct table {
	tree decl;
	char digest[DIGEST_SIZE];
};

static vec<struct table> tables = vNULL; /* those whose digest is known */
static vec<tree> open_tables = vNULL;	 /* those that are being read */
static bool met_open_table;

/*
 * A table's contents: their digest, as tables may share others. One that leads back to a table that is
 * being read has another text from there than from elsewhere, and is not remembered.
 */
static void put_table(struct digest_text *out, tree decl)
{
	struct table *known, table = { decl, "" };
	bool met_before = met_open_table;
	struct digest_text inner;
	unsigned int i;

	FOR_EACH_VEC_ELT(tables, i, known)
	if (known->decl == decl) {
		digest_text_put(out, "=%s", known->digest);
		return;
	}
	if (open_tables.contains(decl)) {
		met_open_table = true;
		return;
	}
	met_open_table = false;
	open_tables.safe_push(decl);
	digest_text_start(&inner, NULL_TREE);
	digest_tree_put(&inner, DECL_INITIAL(decl));
	digest_text_finish(&inner, table.digest);
	open_tables.pop();
	if (!met_open_table)
		tables.safe_push(table);
	met_open_table = met_open_table || met_before;
	digest_text_put(out, "=%s", table.digest);
}

/* In one function there may be several of one name, in different blocks. */
static void put_static(struct digest_text *out, tree decl)
{
	bool first;

	digest_text_put(out, "S%u", number_of(out, decl, &first));
	digest_text_put_name(out, IDENTIFIER_POINTER(DECL_NAME(decl)));
}

bool digest_tree_is_numbered(tree decl)
{
	return !DECL_NAME(decl) || is_literal(decl) ||
	       !strncmp(IDENTIFIER_POINTER(DECL_NAME(decl)), "*.L", strlen("*.L"));
}

static void put_variable(struct digest_text *out, tree decl)
{
	bool first, table = digest_tree_is_constant_table(decl);

	if (!TREE_STATIC(decl) && !DECL_EXTERNAL(decl)) {
		digest_tree_put_local(out, decl);
		return;
	}
	if (digest_tree_is_numbered(decl)) {
		digest_text_put(out, "C%u", number_of(out, decl, &first));
		table = DECL_INITIAL(decl) && DECL_INITIAL(decl) != error_mark_node;
	} else if (decl_function_context(decl)) {
		put_static(out, decl);
	} else {
		digest_text_put(out, "G");
		digest_text_put_name(out, symbol_name(decl));
	}
	/* What a pointer in data points to is up to klp-plan. */
	if (out->function) {
		digest_type_put(out, TREE_TYPE(decl));
		digest_tree_put_alignment(out, decl);
		digest_attribute_put_used(out, decl);
	}
	if (table)
		put_table(out, decl);
}

/*
 * What klp-plan compares, too, to find out whether a function's parameters have changed: its users have
 * changed then. The sizes of structures that pointers lead to are left out.
 */
static void put_signature(struct digest_text *out, tree type)
{
	char *signature = signature_of(type);
	const char *at = signature;

	while (char next = klp_signature_next(signature, &at))
		digest_text_put_char(out, next);
	free(signature);
}

static void put_constructor(struct digest_text *out, tree node)
{
	unsigned HOST_WIDE_INT i;
	tree index, value;

	/* The end of a variable's life: another one may be kept where it was. */
	digest_text_put(out, TREE_CLOBBER_P(node) ? "end{" : "{");
	digest_type_put(out, TREE_TYPE(node));
	if (CONSTRUCTOR_NO_CLEARING(node))
		digest_text_put(out, " not cleared");
	FOR_EACH_CONSTRUCTOR_ELT(CONSTRUCTOR_ELTS(node), i, index, value)
	{
		digest_text_put(out, ";");
		digest_tree_put(out, index);
		digest_text_put(out, "=");
		digest_tree_put(out, value);
	}
	digest_text_put(out, "}");
}

static void put_integer(struct digest_text *out, tree node)
{
	wide_int value = wi::to_wide(node);

	digest_text_put(out, "#");
	for (unsigned int i = 0; i < value.get_len(); i++)
		digest_text_put(out, "%llx.", (unsigned long long)value.elt(i));
	digest_type_put(out, TREE_TYPE(node));
}

/* As the target has it: a text would leave out what is in a NaN. */
static void put_real(struct digest_text *out, tree node)
{
	long words[8] = {};

	real_to_target(words, TREE_REAL_CST_PTR(node), TYPE_MODE(TREE_TYPE(node)));
	digest_text_put(out, "#");
	for (unsigned int i = 0; i < ARRAY_SIZE(words); i++)
		digest_text_put(out, "%lx.", (unsigned long)words[i] & 0xffffffff);
	digest_type_put(out, TREE_TYPE(node));
}

/* The elements that GCC keeps tell the others together with how it went on from there. */
static void put_vector(struct digest_text *out, tree node)
{
	digest_text_put(out, "#%ux%u.", (unsigned int)VECTOR_CST_NPATTERNS(node),
			(unsigned int)VECTOR_CST_NELTS_PER_PATTERN(node));
	digest_type_put(out, TREE_TYPE(node));
	for (unsigned int i = 0; i < vector_cst_encoded_nelts(node); i++)
		digest_tree_put(out, VECTOR_CST_ENCODED_ELT(node, i));
}

static void put_string(struct digest_text *out, tree node)
{
	digest_text_put_string(out, TREE_STRING_POINTER(node), TREE_STRING_LENGTH(node));
	if (TREE_TYPE(node))
		digest_type_put(out, TREE_TYPE(node));
}

static void put_operands(struct digest_text *out, tree node)
{
	digest_text_put(out, "(%s", get_tree_code_name(TREE_CODE(node)));
	if (TREE_THIS_VOLATILE(node))
		digest_text_put(out, "!");
	if ((TREE_CODE(node) == MEM_REF || TREE_CODE(node) == BIT_FIELD_REF) &&
	    REF_REVERSE_STORAGE_ORDER(node))
		digest_text_put(out, "reverse");
	digest_text_put(out, ":");
	digest_type_put(out, TREE_TYPE(node));
	for (int i = 0; i < TREE_OPERAND_LENGTH(node); i++) {
		digest_text_put(out, " ");
		digest_tree_put(out, TREE_OPERAND(node, i));
	}
	digest_text_put(out, ")");
}

static void put_function(struct digest_text *out, tree decl)
{
	digest_text_put(out, "@");
	digest_text_put_name(out, symbol_name(decl));
	/*
	 * A table holds another one where the file has its own instead of another file's, or that one is called otherwise.
	 * Whether a table may hold a file's own one is up to klp-plan.
	 */
	if (!out->function && !DECL_EXTERNAL(decl)) {
		digest_text_put(out, "own");
		return;
	}
	put_signature(out, TREE_TYPE(decl));
	if (!out->function)
		return;
	digest_type_put(out, TREE_TYPE(decl));
	digest_attribute_put_used(out, decl);
}

/* Does nothing follow a member that is an array, or may end with one? Then code may go beyond its end. */
static bool is_open_ended(tree field)
{
	tree next = DECL_CHAIN(field);

	while (next && TREE_CODE(next) != FIELD_DECL)
		next = DECL_CHAIN(next);
	return !next && AGGREGATE_TYPE_P(TREE_TYPE(field));
}

static void put_field(struct digest_text *out, tree field)
{
	digest_structure_see(field, out->function);
	digest_text_put(out, "%s", is_open_ended(field) ? "last." : ".");
	digest_type_put_field(out, field);
}

static void put_unknown(struct digest_text *out, tree node)
{
	digest_text_unknown(out, node, get_tree_code_name(TREE_CODE(node)));
}

static void put_declaration(struct digest_text *out, tree decl)
{
	switch (TREE_CODE(decl)) {
	case VAR_DECL:
		put_variable(out, decl);
		break;
	case PARM_DECL:
	case RESULT_DECL:
		digest_tree_put_local(out, decl);
		break;
	case LABEL_DECL:
		put_label(out, decl);
		break;
	case FUNCTION_DECL:
		put_function(out, decl);
		break;
	case CONST_DECL:
		digest_tree_put(out, DECL_INITIAL(decl));
		break;
	case FIELD_DECL:
		put_field(out, decl);
		break;
	default:
		put_unknown(out, decl);
	}
}

static void put_constant(struct digest_text *out, tree node)
{
	switch (TREE_CODE(node)) {
	case INTEGER_CST:
		put_integer(out, node);
		break;
	case REAL_CST:
		put_real(out, node);
		break;
	case VECTOR_CST:
		put_vector(out, node);
		break;
	case COMPLEX_CST:
		digest_tree_put(out, TREE_REALPART(node));
		digest_tree_put(out, TREE_IMAGPART(node));
		break;
	case STRING_CST:
		put_string(out, node);
		break;
	default:
		put_unknown(out, node);
	}
}

static void put_list(struct digest_text *out, tree node)
{
	for (; node; node = TREE_CHAIN(node)) {
		digest_tree_put(out, TREE_PURPOSE(node));
		digest_text_put(out, ":");
		digest_tree_put(out, TREE_VALUE(node));
	}
}

static void put_case(struct digest_text *out, tree label)
{
	digest_text_put(out, "case ");
	digest_tree_put(out, CASE_LOW(label));
	digest_tree_put(out, CASE_HIGH(label));
	digest_tree_put(out, CASE_LABEL(label));
}

/*
 * The value of a part of an expression. Which of several such values is used, and what it is cut or extended to,
 * is told by nothing else.
 */
static void put_temporary(struct digest_text *out, tree name)
{
	unsigned int version = SSA_NAME_VERSION(name);

	if (version >= out->temporaries.length())
		out->temporaries.safe_grow_cleared(version + 1);
	if (!out->temporaries[version])
		out->temporaries[version] = ++out->temporary_count;
	digest_text_put(out, "T%u:", out->temporaries[version]);
	if (SSA_NAME_VAR(name))
		digest_tree_put(out, SSA_NAME_VAR(name));
	else
		digest_type_put(out, TREE_TYPE(name));
}

static void put_expression(struct digest_text *out, tree node)
{
	switch (TREE_CODE(node)) {
	case CONSTRUCTOR:
		put_constructor(out, node);
		break;
	case SSA_NAME:
		put_temporary(out, node);
		break;
	case TREE_LIST:
		put_list(out, node);
		break;
	case COMPOUND_LITERAL_EXPR:
		digest_tree_put(out, COMPOUND_LITERAL_EXPR_DECL(node));
		break;
	case CASE_LABEL_EXPR:
		put_case(out, node);
		break;
	default:
		if (EXPR_P(node))
			put_operands(out, node);
		else
			put_unknown(out, node);
	}
}

void digest_tree_put(struct digest_text *out, tree node)
{
	if (!node)
		digest_text_put(out, "_");
	else if (DECL_P(node))
		put_declaration(out, node);
	else if (CONSTANT_CLASS_P(node))
		put_constant(out, node);
	else if (TYPE_P(node))
		digest_type_put(out, node);
	else
		put_expression(out, node);
}

void digest_tree_put_value(struct digest_text *out, tree decl)
{
	open_tables.safe_push(decl);
	/* Zeros are what a variable has without a value, too. */
	if (DECL_INITIAL(decl) && DECL_INITIAL(decl) != error_mark_node &&
	    !initializer_zerop(DECL_INITIAL(decl)))
		digest_tree_put(out, DECL_INITIAL(decl));
	open_tables.pop();
}
