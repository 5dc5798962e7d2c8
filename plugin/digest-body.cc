/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Functions' bodies in the text of a digest. Comes in: statements in basic blocks, before anything is inlined. Goes
 * out: their text. Lines are no part of it but where code has them as numbers, as __LINE__ does: klpmake holds those
 * of unchanged code in place by #line. digest-asm.cc and digest-tree.cc make the texts of assembler and operands;
 * digest.cc asks for functions.
 */
#include "gcc-compat.h"
#include "digest-asm.h"
#include "digest-body.h"
#include "digest-text.h"
#include "digest-tree.h"
#include "digest-type.h"

/* With -ftrivial-auto-var-init, the third argument is the variable's name, for warnings. */
static unsigned int count_arguments(gcall *statement)
{
	if (gimple_call_internal_p(statement) &&
	    !strcmp(internal_fn_name(gimple_call_internal_fn(statement)), "DEFERRED_INIT"))
		return 2;
	return gimple_call_num_args(statement);
}

static void put_call_flags(struct digest_text *out, gcall *statement)
{
	/* Where a rare call stands is the layout's business. */
	digest_text_put(out, "=%x", gimple_call_flags(statement) & ~ECF_COLD);
	if (gimple_call_must_tail_p(statement))
		digest_text_put(out, " tail");
	if (gimple_call_return_slot_opt_p(statement))
		digest_text_put(out, " slot");
	if (gimple_call_va_arg_pack_p(statement))
		digest_text_put(out, " pack");
	if (gimple_call_alloca_for_var_p(statement))
		digest_text_put(out, " variable");
	digest_text_put(out, " ");
}

static void put_call(struct digest_text *out, gcall *statement)
{
	digest_tree_put(out, gimple_call_lhs(statement));
	put_call_flags(out, statement);
	if (gimple_call_internal_p(statement)) {
		digest_text_put(out, "%s", internal_fn_name(gimple_call_internal_fn(statement)));
	} else {
		digest_tree_put(out, gimple_call_fn(statement));
		/* By a pointer, or as a function of another type. */
		if (gimple_call_fntype(statement) !=
		    TREE_TYPE(gimple_call_fndecl(statement) ?: gimple_call_fn(statement)))
			digest_type_put(out, gimple_call_fntype(statement));
	}
	digest_text_put(out, "(");
	for (unsigned int i = 0; i < count_arguments(statement); i++) {
		digest_tree_put(out, gimple_call_arg(statement, i));
		digest_text_put(out, ",");
	}
	digest_text_put(out, ")");
	if (gimple_call_chain(statement))
		digest_tree_put(out, gimple_call_chain(statement));
}

/* Of code that the author says is rare, or that a goto leads to. */
static void put_prediction(struct digest_text *out, gimple *statement)
{
	digest_text_put(out, "predict %d %d", (int)gimple_predict_predictor(statement),
			(int)gimple_predict_outcome(statement));
}

static void put_operands(struct digest_text *out, gimple *statement)
{
	enum gimple_code code = gimple_code(statement);

	digest_text_put(out, "%s", gimple_code_name[code]);
	if (code == GIMPLE_ASSIGN || code == GIMPLE_COND)
		digest_text_put(out, ",%s", get_tree_code_name(gimple_expr_code(statement)));
	for (unsigned int i = 0; i < gimple_num_ops(statement); i++) {
		digest_text_put(out, " ");
		digest_tree_put(out, gimple_op(statement, i));
	}
}

static void put_statement(struct digest_text *out, gimple *statement)
{
	switch (gimple_code(statement)) {
	case GIMPLE_NOP:
	case GIMPLE_DEBUG:
		return;
	case GIMPLE_ASM:
		digest_asm_put(out, as_a<gasm *>(statement));
		break;
	case GIMPLE_CALL:
		put_call(out, as_a<gcall *>(statement));
		break;
	case GIMPLE_PREDICT:
		put_prediction(out, statement);
		break;
	case GIMPLE_RESX:
		digest_text_put(out, "resume %d", gimple_resx_region(as_a<gresx *>(statement)));
		break;
	case GIMPLE_EH_DISPATCH:
		digest_text_put(out, "dispatch %d",
				gimple_eh_dispatch_region(as_a<geh_dispatch *>(statement)));
		break;
	case GIMPLE_ASSIGN:
	case GIMPLE_COND:
	case GIMPLE_GOTO:
	case GIMPLE_LABEL:
	case GIMPLE_RETURN:
	case GIMPLE_SWITCH:
		put_operands(out, statement);
		break;
	default:
		digest_text_unknown(out, out->function, gimple_code_name[gimple_code(statement)]);
	}
	if (gimple_has_volatile_ops(statement))
		digest_text_put(out, "!");
	digest_text_put(out, "\n");
}

/* What "#pragma GCC unroll" and "ivdep" say of the loop that BLOCK begins. */
static void put_loop(struct digest_text *out, struct function *body, basic_block block)
{
	class loop *loop = loops_for_fn(body) ? block->loop_father : NULL;

	if (loop && loop->header == block &&
	    (loop->unroll || loop->safelen || loop->force_vectorize || loop->dont_vectorize))
		digest_text_put(out, "loop %d %d %d %d\n", (int)loop->unroll, (int)loop->safelen,
				(int)loop->force_vectorize, (int)loop->dont_vectorize);
}

void digest_body_put(struct digest_text *out, struct function *body)
{
	const int flags = EDGE_TRUE_VALUE | EDGE_FALSE_VALUE | EDGE_FALLTHRU | EDGE_ABNORMAL |
			  EDGE_ABNORMAL_CALL | EDGE_EH;
	basic_block block;
	edge edge_out;
	edge_iterator at;

	FOR_EACH_BB_FN(block, body)
	{
		digest_text_put(out, "block %d\n", block->index);
		put_loop(out, body, block);
		for (gimple_stmt_iterator i = gsi_start_bb(block); !gsi_end_p(i); gsi_next(&i))
			put_statement(out, gsi_stmt(i));
		FOR_EACH_EDGE(edge_out, at, block->succs)
		digest_text_put(out, "to %d %x\n", edge_out->dest->index, edge_out->flags & flags);
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
