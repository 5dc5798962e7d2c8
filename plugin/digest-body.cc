/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Functions' bodies in the text of a digest. Comes in: statements in basic blocks, before anything is inlined.
 * Goes out: their text, without what differs between two versions although the code is the same: the lines in
 * WARN(), BUG() and in calls that are given __FILE__ and __LINE__, numbers in labels for objtool, and how
 * likely GCC thinks a branch is. digest-tree.cc makes the texts of operands; digest.cc asks for functions.
 */
#include "gcc-compat.h"
#include "digest-body.h"
#include "digest-text.h"
#include "digest-tree.h"

/* *NUMBERED: an integer would be the number, which follows the file's name if there is one. */
static void put_asm_operand(struct digest_text *out, tree operand, bool *numbered)
{
	tree value = TREE_VALUE(operand);

	digest_text_put(out, " [");
	digest_tree_put(out, TREE_PURPOSE(operand));
	if (*numbered && TREE_CODE(value) == INTEGER_CST) {
		digest_text_put(out, "number");
		*numbered = false;
	} else {
		digest_tree_put(out, value);
	}
	digest_text_put(out, "]");
}

/* Labels for objtool have numbers of __COUNTER__ in their names. */
static void put_asm_text(struct digest_text *out, const char *text)
{
	bool labels = strstr(text, ".discard.");

	digest_text_put(out, "\"");
	for (const char *at = text; *at; at++) {
		/* "%1" and "%c1" are operands. */
		bool operand = at > text && (at[-1] == '%' || (at > text + 1 && at[-2] == '%'));

		if (!labels || operand || !ISDIGIT(*at))
			digest_text_put_char(out, *at);
	}
	digest_text_put(out, "\"");
}

static void put_asm(struct digest_text *out, gasm *statement)
{
	const char *text = gimple_asm_string(statement);
	bool numbered = strstr(text, ".discard."), none = false;

	put_asm_text(out, text);
	if (gimple_asm_volatile_p(statement))
		digest_text_put(out, "!");
	for (unsigned int i = 0; i < gimple_asm_noutputs(statement); i++)
		put_asm_operand(out, gimple_asm_output_op(statement, i), &none);
	digest_text_put(out, " :");
	for (unsigned int i = 0; i < gimple_asm_ninputs(statement); i++) {
		tree value = TREE_VALUE(gimple_asm_input_op(statement, i));

		put_asm_operand(out, gimple_asm_input_op(statement, i), &numbered);
		/* Of a WARN() or BUG(), the line stands behind the file. */
		if (strstr(text, "__bug_table") && TREE_CODE(value) == ADDR_EXPR)
			numbered = true;
	}
	for (unsigned int i = 0; i < gimple_asm_nclobbers(statement); i++)
		digest_tree_put(out, gimple_asm_clobber_op(statement, i));
	for (unsigned int i = 0; i < gimple_asm_nlabels(statement); i++)
		digest_tree_put(out, TREE_VALUE(gimple_asm_label_op(statement, i)));
}

/* Is ARGUMENT the name of a source file, which __FILE__ makes, or __func__? The line then follows. */
static bool is_file_name(tree argument)
{
	const char *text;

	if (TREE_CODE(argument) != ADDR_EXPR)
		return false;
	if (TREE_CODE(TREE_OPERAND(argument, 0)) == VAR_DECL &&
	    DECL_NAME(TREE_OPERAND(argument, 0)) &&
	    !strcmp(IDENTIFIER_POINTER(DECL_NAME(TREE_OPERAND(argument, 0))), "__func__"))
		return true;
	text = c_getstr(argument);
	return text && strlen(text) > 2 && text[strlen(text) - 2] == '.' &&
	       (text[strlen(text) - 1] == 'c' || text[strlen(text) - 1] == 'h');
}

/* Of a call of many lines, __LINE__ may stand some lines further on. */
static bool is_line_of(tree argument, gimple *statement)
{
	const int longest = 30;
	int line = LOCATION_LINE(gimple_location(statement));

	return TREE_CODE(argument) == INTEGER_CST && tree_fits_shwi_p(argument) &&
	       tree_to_shwi(argument) >= line && tree_to_shwi(argument) <= line + longest;
}

static void put_call(struct digest_text *out, gcall *statement)
{
	const int flags = ECF_CONST | ECF_PURE | ECF_NORETURN | ECF_LOOPING_CONST_OR_PURE;
	bool after_file = false;

	digest_tree_put(out, gimple_call_lhs(statement));
	digest_text_put(out, "=%x ", gimple_call_flags(statement) & flags);
	if (gimple_call_internal_p(statement))
		digest_text_put(out, "%s", internal_fn_name(gimple_call_internal_fn(statement)));
	else
		digest_tree_put(out, gimple_call_fn(statement));
	digest_text_put(out, "(");
	for (unsigned int i = 0; i < gimple_call_num_args(statement); i++) {
		tree argument = gimple_call_arg(statement, i);

		if (after_file && is_line_of(argument, statement))
			digest_text_put(out, "line");
		else
			digest_tree_put(out, argument);
		digest_text_put(out, ",");
		after_file = is_file_name(argument);
	}
	digest_text_put(out, ")");
}

static void put_statement(struct digest_text *out, gimple *statement)
{
	/* The end of a variable's life. */
	if (gimple_clobber_p(statement))
		return;
	switch (gimple_code(statement)) {
	case GIMPLE_NOP:
	case GIMPLE_DEBUG:
	case GIMPLE_PREDICT:
		return;
	case GIMPLE_ASM:
		put_asm(out, as_a<gasm *>(statement));
		break;
	case GIMPLE_CALL:
		put_call(out, as_a<gcall *>(statement));
		break;
	default:
		digest_text_put(out, "%s", gimple_code_name[gimple_code(statement)]);
		if (gimple_code(statement) == GIMPLE_ASSIGN ||
		    gimple_code(statement) == GIMPLE_COND)
			digest_text_put(out, ",%s",
					get_tree_code_name(gimple_expr_code(statement)));
		for (unsigned int i = 0; i < gimple_num_ops(statement); i++) {
			digest_text_put(out, " ");
			digest_tree_put(out, gimple_op(statement, i));
		}
		if (gimple_code(statement) == GIMPLE_LABEL)
			digest_tree_put(out, gimple_label_label(as_a<glabel *>(statement)));
	}
	if (gimple_has_volatile_ops(statement))
		digest_text_put(out, "!");
	digest_text_put(out, "\n");
}

void digest_body_put(struct digest_text *out, struct function *body)
{
	basic_block block;
	edge edge_out;
	edge_iterator at;

	FOR_EACH_BB_FN(block, body)
	{
		digest_text_put(out, "block %d\n", block->index);
		for (gimple_stmt_iterator i = gsi_start_bb(block); !gsi_end_p(i); gsi_next(&i))
			put_statement(out, gsi_stmt(i));
		FOR_EACH_EDGE(edge_out, at, block->succs)
		digest_text_put(out, "to %d %x\n", edge_out->dest->index,
				edge_out->flags & (EDGE_TRUE_VALUE | EDGE_FALSE_VALUE |
						   EDGE_FALLTHRU | EDGE_ABNORMAL));
	}
}

static bool is_in_part(gimple *statement, tree part)
{
	tree block = gimple_block(statement);

	while (block && TREE_CODE(block) == BLOCK && block != part)
		block = BLOCK_SUPERCONTEXT(block);
	return block == part;
}

void digest_body_put_part(struct digest_text *out, struct function *body, tree part)
{
	basic_block block;

	out->is_part = true;
	FOR_EACH_BB_FN(block, body)
	for (gimple_stmt_iterator i = gsi_start_bb(block); !gsi_end_p(i); gsi_next(&i))
		if (is_in_part(gsi_stmt(i), part))
			put_statement(out, gsi_stmt(i));
}
