/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Assembler inside of functions, in the text of a digest. Comes in: an asm statement. Goes out: its text, operands and
 * what it clobbers, without the numbers of __COUNTER__ that its labels have. digest-tree.cc makes the texts of
 * operands; digest-body.cc asks.
 *
 * Such labels are for objtool only. include/linux/compiler.h has, since 5.17,
 *
 *	#define __annotate_unreachable(c) ({					\
 *		asm volatile(__stringify_label(c) ":\n\t"			\
 *			     ".pushsection .discard.unreachable\n\t"		\
 *			     ".long " __stringify_label(c) "b - .\n\t"		\
 *			     ".popsection\n\t" : : "i" (c));			\
 *	})
 *	#define annotate_unreachable() __annotate_unreachable(__COUNTER__)
 *
 * where the operand is nowhere in the text but as the label's number; before it was "%c0:" and "%c0b". All other
 * digits count, be they operands, as the flags of a WARN(), which has such a section as well, or in the text.
 */
#include "gcc-compat.h"
#include "digest-asm.h"
#include "digest-text.h"
#include "digest-tree.h"

static bool is_word(char character)
{
	return ISALNUM(character) || character == '_' || character == '.' || character == '$';
}

/* Does what follows a number at AT make it the number of a label: "5:", "5b", "5f"? */
static bool is_label_end(const char *at)
{
	return *at == ':' || ((*at == 'b' || *at == 'f') && !is_word(at[1]));
}

/*
 * The number of a label at AT, which is in TEXT; *END is behind it. -1: there is none. ".Lname5" has one, too.
 */
static HOST_WIDE_INT label_at(const char *text, const char *at, const char **end)
{
	const char *start = at;
	bool named;

	if (!ISDIGIT(*at) || (at > text && (ISDIGIT(at[-1]) || at[-1] == '%')))
		return -1;
	while (start > text && is_word(start[-1]))
		start--;
	named = start[0] == '.' && start[1] == 'L';
	if (start != at && !named)
		return -1;
	*end = at + strspn(at, "0123456789");
	if (*end - at > 9 || (named ? is_word(**end) : !is_label_end(*end)))
		return -1;
	return strtol(at, NULL, 10);
}

/* Is there a label of that number? */
static bool defines_label(const char *text, HOST_WIDE_INT number)
{
	const char *end;

	for (const char *at = text; *at; at++)
		if (label_at(text, at, &end) == number && *end == ':')
			return true;
	return false;
}

/* How often TEXT has operand NUMBER, "%5" or "%c5", as a label and as anything else. */
static void count_operand(const char *text, unsigned int number, unsigned int *as_label,
			  unsigned int *as_other)
{
	*as_label = 0;
	*as_other = 0;
	for (const char *at = strchr(text, '%'); at; at = strchr(at + 1, '%')) {
		char *end;

		at++;
		if (*at == '%')
			continue;
		if (ISALPHA(*at))
			at++;
		if (!ISDIGIT(*at) || strtoul(at, &end, 10) != number)
			at--;
		else if (is_label_end(end))
			++*as_label;
		else
			++*as_other;
	}
}

/* Is operand NUMBER what __COUNTER__ gave to a label for objtool? */
static bool is_counter(const char *text, unsigned int number, tree value)
{
	unsigned int as_label, as_other;

	if (!strstr(text, ".discard.") || TREE_CODE(value) != INTEGER_CST ||
	    !tree_fits_shwi_p(value))
		return false;
	count_operand(text, number, &as_label, &as_other);
	return !as_other && (as_label || defines_label(text, tree_to_shwi(value)));
}

/* COUNTERS: numbers that labels have. */
static void put_text(struct digest_text *out, const char *text, const vec<HOST_WIDE_INT> &counters)
{
	digest_text_put(out, "%zu\"", counters.is_empty() ? strlen(text) : 0);
	for (const char *at = text; *at;) {
		const char *end;
		HOST_WIDE_INT number = label_at(text, at, &end);
		HOST_WIDE_INT counter;
		unsigned int i;
		bool found = false;

		FOR_EACH_VEC_ELT(counters, i, counter)
		if (number == counter) {
			digest_text_put(out, "counter%u", i);
			found = true;
			break;
		}
		if (found)
			at = end;
		else
			digest_text_put_char(out, *at++);
	}
	digest_text_put(out, "\"");
}

static void put_operand(struct digest_text *out, tree operand, bool counter)
{
	digest_text_put(out, " [");
	digest_tree_put(out, TREE_PURPOSE(operand));
	if (counter)
		digest_text_put(out, "counter");
	else
		digest_tree_put(out, TREE_VALUE(operand));
	digest_text_put(out, "]");
}

static void put_operands(struct digest_text *out, gasm *statement)
{
	const char *text = gimple_asm_string(statement);
	unsigned int outputs = gimple_asm_noutputs(statement);

	for (unsigned int i = 0; i < outputs; i++)
		put_operand(out, gimple_asm_output_op(statement, i), false);
	digest_text_put(out, " :");
	for (unsigned int i = 0; i < gimple_asm_ninputs(statement); i++) {
		tree operand = gimple_asm_input_op(statement, i);

		put_operand(out, operand, is_counter(text, outputs + i, TREE_VALUE(operand)));
	}
	digest_text_put(out, " :");
	for (unsigned int i = 0; i < gimple_asm_nclobbers(statement); i++)
		digest_tree_put(out, gimple_asm_clobber_op(statement, i));
	digest_text_put(out, " :");
	for (unsigned int i = 0; i < gimple_asm_nlabels(statement); i++)
		digest_tree_put(out, TREE_VALUE(gimple_asm_label_op(statement, i)));
}

void digest_asm_put(struct digest_text *out, gasm *statement)
{
	const char *text = gimple_asm_string(statement);
	unsigned int outputs = gimple_asm_noutputs(statement);
	auto_vec<HOST_WIDE_INT> counters;

	for (unsigned int i = 0; i < gimple_asm_ninputs(statement); i++) {
		tree value = TREE_VALUE(gimple_asm_input_op(statement, i));

		if (is_counter(text, outputs + i, value))
			counters.safe_push(tree_to_shwi(value));
	}
	digest_text_put(out, "asm%s%s%s ", gimple_asm_volatile_p(statement) ? "!" : "",
			gimple_asm_inline_p(statement) ? " inline" : "",
			compat_asm_is_basic(statement) ? " basic" : "");
	put_text(out, text, counters);
	put_operands(out, statement);
}
