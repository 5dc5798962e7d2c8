/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Values, symbols and expressions in the text of a digest. Comes in: operands of statements and initialisers of
 * variables. Goes out: their text. What is the function's own is numbered in the order in which it occurs; what is
 * the file's has its name, and a table that no other file can know has its contents as well, so that whoever
 * uses it changes with it. digest-type.cc makes the texts of types; digest-body.cc and digest.cc ask.
 */
#include "gcc-compat.h"
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

/* The number of a function's own variable, which is how it is called. */
void digest_tree_put_local(struct digest_text *out, tree decl)
{
	int number = -1;
	unsigned int i;
	tree other;

	FOR_EACH_VEC_ELT(out->locals, i, other)
	if (other == decl)
		number = i;
	if (number < 0) {
		number = out->locals.length();
		out->locals.safe_push(decl);
	}
	digest_text_put(out, "L%d:", number);
	digest_type_put(out, TREE_TYPE(decl));
	digest_tree_put_alignment(out, decl);
	if (VAR_P(decl) && DECL_HARD_REGISTER(decl))
		digest_text_put(out, "%s", IDENTIFIER_POINTER(DECL_ASSEMBLER_NAME(decl)));
}

bool digest_tree_is_constant_table(tree decl)
{
	return TREE_READONLY(decl) && !TREE_PUBLIC(decl) && !DECL_EXTERNAL(decl) &&
	       DECL_INITIAL(decl) && DECL_INITIAL(decl) != error_mark_node &&
	       !TREE_THIS_VOLATILE(decl);
}

bool digest_tree_is_literal(tree decl)
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

static void put_variable(struct digest_text *out, tree decl)
{
	if (!TREE_STATIC(decl) && !DECL_EXTERNAL(decl)) {
		digest_tree_put_local(out, decl);
		return;
	}
	if (digest_tree_is_literal(decl)) {
		/* It has a number for a name. */
		digest_text_put(out, "C");
		put_table(out, decl);
		return;
	}
	if (decl_function_context(decl) && DECL_NAME(decl)) {
		digest_text_put(out, "S");
		digest_text_put_name(out, IDENTIFIER_POINTER(DECL_NAME(decl)));
	} else if (DECL_NAME(decl)) {
		digest_text_put(out, "G");
		digest_text_put_name(out, symbol_name(decl));
	} else {
		digest_text_put(out, "N");
	}
	if (digest_tree_is_constant_table(decl))
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

	digest_text_put(out, "{");
	FOR_EACH_CONSTRUCTOR_ELT(CONSTRUCTOR_ELTS(node), i, index, value)
	{
		digest_tree_put(out, index);
		digest_text_put(out, "=");
		digest_tree_put(out, value);
		digest_text_put(out, ";");
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

static void put_real(struct digest_text *out, tree node)
{
	char text[80];

	real_to_hexadecimal(text, TREE_REAL_CST_PTR(node), sizeof(text), 0, 1);
	digest_text_put(out, "#%s.", text);
	digest_type_put(out, TREE_TYPE(node));
}

/* Does a place in a source file, "file.c:12", have its number at AT of TEXT? */
static bool is_line_number(const char *text, int at)
{
	return at > 2 && text[at - 1] == ':' && (text[at - 2] == 'c' || text[at - 2] == 'h') &&
	       text[at - 3] == '.';
}

/* Some macros put the place that they are used in into a string (FORTIFY_SOURCE does). */
static void put_string(struct digest_text *out, const char *text, int length)
{
	digest_text_put(out, "\"");
	for (int i = 0; i < length; i++) {
		if (is_line_number(text, i))
			while (i < length && ISDIGIT(text[i]))
				i++;
		if (i < length)
			digest_text_put_char(out, text[i]);
	}
	digest_text_put(out, "\"");
}

/* Of what has nothing else that makes a difference. */
static void put_code(struct digest_text *out, tree node)
{
	digest_text_put(out, "%s", get_tree_code_name(TREE_CODE(node)));
}

static void put_operands(struct digest_text *out, tree node)
{
	digest_text_put(out, "(%s", get_tree_code_name(TREE_CODE(node)));
	if (TREE_THIS_VOLATILE(node))
		digest_text_put(out, "!");
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
	/* Whether a table may hold it is up to klp-plan. */
	if (out->function)
		put_signature(out, TREE_TYPE(decl));
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
		digest_type_use(DECL_CONTEXT(decl));
		digest_text_put(out, ".%lld:", (long long)int_bit_position(decl));
		digest_type_put(out, TREE_TYPE(decl));
		break;
	default:
		put_code(out, decl);
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
		for (unsigned int i = 0; i < vector_cst_encoded_nelts(node); i++)
			digest_tree_put(out, VECTOR_CST_ENCODED_ELT(node, i));
		break;
	case COMPLEX_CST:
		digest_tree_put(out, TREE_REALPART(node));
		digest_tree_put(out, TREE_IMAGPART(node));
		break;
	case STRING_CST:
		put_string(out, TREE_STRING_POINTER(node), TREE_STRING_LENGTH(node));
		break;
	default:
		put_code(out, node);
	}
}

static void put_list(struct digest_text *out, tree node)
{
	for (; node; node = TREE_CHAIN(node)) {
		digest_tree_put(out, TREE_PURPOSE(node));
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

static void put_expression(struct digest_text *out, tree node)
{
	switch (TREE_CODE(node)) {
	case CONSTRUCTOR:
		put_constructor(out, node);
		break;
	case SSA_NAME:
		digest_tree_put(out, SSA_NAME_VAR(node));
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
			put_code(out, node);
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
