/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a file means, so that two versions of it can be compared. Comes in: the symbol table and the
 * functions' bodies before the interprocedural passes, so that nothing is inlined yet. Goes out: a
 * file with a line for each function, variable, structure and piece of assembler, in the form that
 * klpmake-digest.h describes. The compilation ends here.
 *
 * A digest is that of a text in which places in the source, names of local variables and numbers that
 * a counter gave (__COUNTER__, __LINE__ in WARN() and BUG()) do not occur. Two functions with the same
 * text do the same, as long as what they call and refer to does.
 */
#include "gcc-compat.h"
#include "digest.h"
#include "signature.h"
#include "symbol-name.h"

#include "klpmake-digest.h"

#include "md5.h"

/* The text of what is looked at. */
struct writer {
	struct obstack text;
	vec<tree> locals; /* in the order in which they occur */
	vec<tree> types;  /* structures on the way to the one at hand */
	tree function;	  /* whose body it is; NULL_TREE: a variable's value */
};

/* Structures that occurred, by their main variants. */
static vec<tree> structures = vNULL;

static void put(struct writer *writer, const char *format, ...) ATTRIBUTE_PRINTF_2;

static void put(struct writer *writer, const char *format, ...)
{
	va_list arguments;
	char *text;

	va_start(arguments, format);
	text = xvasprintf(format, arguments);
	va_end(arguments);
	obstack_grow(&writer->text, text, strlen(text));
	free(text);
}

static void writer_start(struct writer *writer, tree function)
{
	memset(writer, 0, sizeof(*writer));
	obstack_init(&writer->text);
	writer->function = function;
}

/* Frees WRITER; the digest of its text goes to DIGEST, DIGEST_SIZE bytes of hexadecimal digits. */
static void writer_finish(struct writer *writer, char *digest)
{
	size_t size = obstack_object_size(&writer->text);
	const char *text = (const char *)obstack_finish(&writer->text);
	unsigned char sum[16];

	md5_buffer(text, size, sum);
	for (unsigned int i = 0; i < sizeof(sum); i++)
		sprintf(digest + 2 * i, "%02x", sum[i]);
	if (getenv("KLPMAKE_DIGEST_TEXT")) {
		fprintf(stderr, "%s ", digest);
		fwrite(text, size, 1, stderr);
		fputc('\n', stderr);
	}
	obstack_free(&writer->text, NULL);
	writer->locals.release();
	writer->types.release();
}

/* A name without the number that __COUNTER__ gave to it. */
static void put_name(struct writer *writer, const char *name)
{
	static const char *const counted[] = { "__UNIQUE_ID_", "__compiletime_assert_",
					       "__addressable_", "___addressable_" };
	size_t length = strlen(name);

	for (unsigned int i = 0; i < ARRAY_SIZE(counted); i++)
		if (!strncmp(name, counted[i], strlen(counted[i])))
			while (length && ISDIGIT(name[length - 1]))
				length--;
	put(writer, "%.*s", (int)length, name);
}

static void put_tree(struct writer *writer, tree node);

static bool is_structure(tree type)
{
	return TREE_CODE(type) == RECORD_TYPE || TREE_CODE(type) == UNION_TYPE;
}

/* Of a structure without a tag, the name that a typedef gives to it. */
static const char *tag_of(tree type)
{
	tree name = TYPE_NAME(TYPE_MAIN_VARIANT(type));

	for (tree variant = TYPE_MAIN_VARIANT(type); variant && !name;
	     variant = TYPE_NEXT_VARIANT(variant))
		name = TYPE_NAME(variant);
	if (name && TREE_CODE(name) == TYPE_DECL)
		name = DECL_NAME(name);
	return name ? IDENTIFIER_POINTER(name) : NULL;
}

/* Objects of a function's own type are the function's own, which is compared itself. */
static bool is_local_type(tree type)
{
	tree scope = TYPE_CONTEXT(type);

	while (scope && TYPE_P(scope))
		scope = TYPE_CONTEXT(scope);
	return scope && (TREE_CODE(scope) == FUNCTION_DECL || TREE_CODE(scope) == BLOCK);
}

static void note_structure(tree type)
{
	type = TYPE_MAIN_VARIANT(type);
	if (is_structure(type) && !is_local_type(type) && COMPLETE_TYPE_P(type) && tag_of(type) &&
	    !structures.contains(type))
		structures.safe_push(type);
}

static unsigned HOST_WIDE_INT size_of(tree type)
{
	tree size = TYPE_SIZE_UNIT(type);

	return size && tree_fits_uhwi_p(size) ? tree_to_uhwi(size) : 0;
}

/* A type as code depends on it: what a pointer points to makes no difference. */
static void put_type(struct writer *writer, tree type)
{
	if (!type) {
		put(writer, "_");
		return;
	}
	if (TYPE_VOLATILE(type))
		put(writer, "V");
	switch (TREE_CODE(type)) {
	case VOID_TYPE:
		put(writer, "v");
		break;
	case INTEGER_TYPE:
	case ENUMERAL_TYPE:
	case BOOLEAN_TYPE:
		put(writer, "%c%u", TYPE_UNSIGNED(type) ? 'u' : 'i', TYPE_PRECISION(type));
		break;
	case POINTER_TYPE:
	case REFERENCE_TYPE:
		put(writer, "p");
		break;
	case ARRAY_TYPE:
		put(writer, "A%llu:", (unsigned long long)size_of(type));
		put_type(writer, TREE_TYPE(type));
		break;
	case FUNCTION_TYPE:
		put(writer, "F(");
		put_type(writer, TREE_TYPE(type));
		for (tree argument = TYPE_ARG_TYPES(type); argument;
		     argument = TREE_CHAIN(argument)) {
			put(writer, ",");
			put_type(writer, TREE_VALUE(argument));
		}
		put(writer, ")");
		break;
	default:
		put(writer, "%s%llu", get_tree_code_name(TREE_CODE(type)),
		    (unsigned long long)size_of(type));
	}
}

/* A type with its layout. Types that are pointed to are others' business. */
static void put_layout(struct writer *writer, tree type)
{
	type = TYPE_MAIN_VARIANT(type);
	if (TREE_CODE(type) == ARRAY_TYPE) {
		put(writer, "A%llu:", (unsigned long long)size_of(type));
		put_layout(writer, TREE_TYPE(type));
		return;
	}
	if (!is_structure(type) || writer->types.contains(type)) {
		put_type(writer, type);
		return;
	}
	writer->types.safe_push(type);
	put(writer, "{%llu", (unsigned long long)size_of(type));
	for (tree field = TYPE_FIELDS(type); field; field = DECL_CHAIN(field)) {
		if (TREE_CODE(field) != FIELD_DECL)
			continue;
		put(writer,
		    ";%lld:", (long long)(DECL_FIELD_OFFSET(field) ? int_bit_position(field) : 0));
		if (DECL_SIZE(field) && tree_fits_uhwi_p(DECL_SIZE(field)))
			put(writer, "%llu:", (unsigned long long)tree_to_uhwi(DECL_SIZE(field)));
		put_layout(writer, TREE_TYPE(field));
	}
	put(writer, "}");
}

/* If somebody asked for it. */
static void put_alignment(struct writer *writer, tree decl)
{
	if (DECL_USER_ALIGN(decl))
		put(writer, "a%u", DECL_ALIGN(decl));
}

/* A label is the block that it stands before. */
static void put_label(struct writer *writer, tree label)
{
	tree context = decl_function_context(label);
	struct function *body = context ? DECL_STRUCT_FUNCTION(context) : NULL;
	int uid = LABEL_DECL_UID(label);
	basic_block block = NULL;

	if (body && body->cfg && uid >= 0 &&
	    (unsigned int)uid < vec_safe_length(label_to_block_map_for_fn(body)))
		block = (*label_to_block_map_for_fn(body))[uid];
	put(writer, "label %d", block ? block->index : -1);
}

/* The number of a function's own variable, which is how it is called. */
static void put_local(struct writer *writer, tree decl)
{
	int number = -1;
	unsigned int i;
	tree other;

	FOR_EACH_VEC_ELT(writer->locals, i, other)
	if (other == decl)
		number = i;
	if (number < 0) {
		number = writer->locals.length();
		writer->locals.safe_push(decl);
	}
	put(writer, "L%d:", number);
	put_type(writer, TREE_TYPE(decl));
	put_alignment(writer, decl);
	if (VAR_P(decl) && DECL_HARD_REGISTER(decl))
		put(writer, "%s", IDENTIFIER_POINTER(DECL_ASSEMBLER_NAME(decl)));
}

/* Tables that nobody else can have another idea of: a change of them is one of their users. */
static bool is_constant_table(tree decl)
{
	return TREE_READONLY(decl) && !TREE_PUBLIC(decl) && !DECL_EXTERNAL(decl) &&
	       DECL_INITIAL(decl) && DECL_INITIAL(decl) != error_mark_node &&
	       !TREE_THIS_VOLATILE(decl);
}

/* Is it that of a compound literal? */
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
static void put_table(struct writer *writer, tree decl)
{
	struct table *known, table = { decl, "" };
	bool met_before = met_open_table;
	struct writer inner;
	unsigned int i;

	FOR_EACH_VEC_ELT(tables, i, known)
	if (known->decl == decl) {
		put(writer, "=%s", known->digest);
		return;
	}
	if (open_tables.contains(decl)) {
		met_open_table = true;
		return;
	}
	met_open_table = false;
	open_tables.safe_push(decl);
	writer_start(&inner, NULL_TREE);
	put_tree(&inner, DECL_INITIAL(decl));
	writer_finish(&inner, table.digest);
	open_tables.pop();
	if (!met_open_table)
		tables.safe_push(table);
	met_open_table = met_open_table || met_before;
	put(writer, "=%s", table.digest);
}

static void put_variable(struct writer *writer, tree decl)
{
	if (!TREE_STATIC(decl) && !DECL_EXTERNAL(decl)) {
		put_local(writer, decl);
		return;
	}
	if (is_literal(decl)) {
		/* It has a number for a name. */
		put(writer, "C");
		put_table(writer, decl);
		return;
	}
	if (decl_function_context(decl) && DECL_NAME(decl)) {
		put(writer, "S");
		put_name(writer, IDENTIFIER_POINTER(DECL_NAME(decl)));
	} else if (DECL_NAME(decl)) {
		put(writer, "G");
		put_name(writer, symbol_name(decl));
	} else {
		put(writer, "N");
	}
	if (is_constant_table(decl))
		put_table(writer, decl);
}

/*
 * What klp-plan compares, too, to find out whether a function's parameters have changed: its users have
 * changed then. The sizes of structures that pointers lead to are left out.
 */
static void put_signature(struct writer *writer, tree type)
{
	char *signature = signature_of(type);

	for (const char *at = signature; *at; at++) {
		obstack_1grow(&writer->text, *at);
		if ((*at == 'S' || *at == 'U') && at > signature && at[-1] == 'p')
			while (ISDIGIT(at[1]))
				at++;
	}
	free(signature);
}

static void put_constructor(struct writer *writer, tree node)
{
	unsigned HOST_WIDE_INT i;
	tree index, value;

	put(writer, "{");
	FOR_EACH_CONSTRUCTOR_ELT(CONSTRUCTOR_ELTS(node), i, index, value)
	{
		put_tree(writer, index);
		put(writer, "=");
		put_tree(writer, value);
		put(writer, ";");
	}
	put(writer, "}");
}

static void put_integer(struct writer *writer, tree node)
{
	wide_int value = wi::to_wide(node);

	put(writer, "#");
	for (unsigned int i = 0; i < value.get_len(); i++)
		put(writer, "%llx.", (unsigned long long)value.elt(i));
	put_type(writer, TREE_TYPE(node));
}

static void put_real(struct writer *writer, tree node)
{
	char text[80];

	real_to_hexadecimal(text, TREE_REAL_CST_PTR(node), sizeof(text), 0, 1);
	put(writer, "#%s.", text);
	put_type(writer, TREE_TYPE(node));
}

/* Does a place in a source file, "file.c:12", have its number at AT of TEXT? */
static bool is_line_number(const char *text, int at)
{
	return at > 2 && text[at - 1] == ':' && (text[at - 2] == 'c' || text[at - 2] == 'h') &&
	       text[at - 3] == '.';
}

/* Some macros put the place that they are used in into a string (FORTIFY_SOURCE does). */
static void put_string(struct writer *writer, const char *text, int length)
{
	put(writer, "\"");
	for (int i = 0; i < length; i++) {
		if (is_line_number(text, i))
			while (i < length && ISDIGIT(text[i]))
				i++;
		if (i < length)
			obstack_1grow(&writer->text, text[i]);
	}
	put(writer, "\"");
}

static void put_operands(struct writer *writer, tree node)
{
	put(writer, "(%s", get_tree_code_name(TREE_CODE(node)));
	if (TREE_THIS_VOLATILE(node))
		put(writer, "!");
	put(writer, ":");
	put_type(writer, TREE_TYPE(node));
	for (int i = 0; i < TREE_OPERAND_LENGTH(node); i++) {
		put(writer, " ");
		put_tree(writer, TREE_OPERAND(node, i));
	}
	put(writer, ")");
}

static void put_tree(struct writer *writer, tree node)
{
	if (!node) {
		put(writer, "_");
		return;
	}
	switch (TREE_CODE(node)) {
	case VAR_DECL:
		put_variable(writer, node);
		break;
	case PARM_DECL:
	case RESULT_DECL:
		put_local(writer, node);
		break;
	case LABEL_DECL:
		put_label(writer, node);
		break;
	case FUNCTION_DECL:
		put(writer, "@");
		put_name(writer, symbol_name(node));
		/* Whether a table may hold it is up to klp-plan. */
		if (writer->function)
			put_signature(writer, TREE_TYPE(node));
		break;
	case CONST_DECL:
		put_tree(writer, DECL_INITIAL(node));
		break;
	case FIELD_DECL:
		note_structure(DECL_CONTEXT(node));
		put(writer, ".%lld:", (long long)int_bit_position(node));
		put_type(writer, TREE_TYPE(node));
		break;
	case INTEGER_CST:
		put_integer(writer, node);
		break;
	case REAL_CST:
		put_real(writer, node);
		break;
	case VECTOR_CST:
		for (unsigned int i = 0; i < vector_cst_encoded_nelts(node); i++)
			put_tree(writer, VECTOR_CST_ENCODED_ELT(node, i));
		break;
	case COMPLEX_CST:
		put_tree(writer, TREE_REALPART(node));
		put_tree(writer, TREE_IMAGPART(node));
		break;
	case STRING_CST:
		put_string(writer, TREE_STRING_POINTER(node), TREE_STRING_LENGTH(node));
		break;
	case CONSTRUCTOR:
		put_constructor(writer, node);
		break;
	case SSA_NAME:
		put_tree(writer, SSA_NAME_VAR(node));
		break;
	case TREE_LIST:
		for (; node; node = TREE_CHAIN(node)) {
			put_tree(writer, TREE_PURPOSE(node));
			put_tree(writer, TREE_VALUE(node));
		}
		break;
	case COMPOUND_LITERAL_EXPR:
		put_tree(writer, COMPOUND_LITERAL_EXPR_DECL(node));
		break;
	case CASE_LABEL_EXPR:
		put(writer, "case ");
		put_tree(writer, CASE_LOW(node));
		put_tree(writer, CASE_HIGH(node));
		put_tree(writer, CASE_LABEL(node));
		break;
	default:
		if (TYPE_P(node))
			put_type(writer, node);
		else if (EXPR_P(node))
			put_operands(writer, node);
		else
			put(writer, "%s", get_tree_code_name(TREE_CODE(node)));
	}
}

/* *NUMBERED: an integer would be the number, which follows the file's name if there is one. */
static void put_asm_operand(struct writer *writer, tree operand, bool *numbered)
{
	tree value = TREE_VALUE(operand);

	put(writer, " [");
	put_tree(writer, TREE_PURPOSE(operand));
	if (*numbered && TREE_CODE(value) == INTEGER_CST) {
		put(writer, "number");
		*numbered = false;
	} else {
		put_tree(writer, value);
	}
	put(writer, "]");
}

/* Labels for objtool have numbers of __COUNTER__ in their names. */
static void put_asm_text(struct writer *writer, const char *text)
{
	bool labels = strstr(text, ".discard.");

	put(writer, "\"");
	for (const char *at = text; *at; at++) {
		/* "%1" and "%c1" are operands. */
		bool operand = at > text && (at[-1] == '%' || (at > text + 1 && at[-2] == '%'));

		if (!labels || operand || !ISDIGIT(*at))
			obstack_1grow(&writer->text, *at);
	}
	put(writer, "\"");
}

static void put_asm(struct writer *writer, gasm *statement)
{
	const char *text = gimple_asm_string(statement);
	bool numbered = strstr(text, ".discard."), none = false;

	put_asm_text(writer, text);
	if (gimple_asm_volatile_p(statement))
		put(writer, "!");
	for (unsigned int i = 0; i < gimple_asm_noutputs(statement); i++)
		put_asm_operand(writer, gimple_asm_output_op(statement, i), &none);
	put(writer, " :");
	for (unsigned int i = 0; i < gimple_asm_ninputs(statement); i++) {
		tree value = TREE_VALUE(gimple_asm_input_op(statement, i));

		put_asm_operand(writer, gimple_asm_input_op(statement, i), &numbered);
		/* Of a WARN() or BUG(), the line stands behind the file. */
		if (strstr(text, "__bug_table") && TREE_CODE(value) == ADDR_EXPR)
			numbered = true;
	}
	for (unsigned int i = 0; i < gimple_asm_nclobbers(statement); i++)
		put_tree(writer, gimple_asm_clobber_op(statement, i));
	for (unsigned int i = 0; i < gimple_asm_nlabels(statement); i++)
		put_tree(writer, TREE_VALUE(gimple_asm_label_op(statement, i)));
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

static void put_call(struct writer *writer, gcall *statement)
{
	const int flags = ECF_CONST | ECF_PURE | ECF_NORETURN | ECF_LOOPING_CONST_OR_PURE;
	bool after_file = false;

	put_tree(writer, gimple_call_lhs(statement));
	put(writer, "=%x ", gimple_call_flags(statement) & flags);
	if (gimple_call_internal_p(statement))
		put(writer, "%s", internal_fn_name(gimple_call_internal_fn(statement)));
	else
		put_tree(writer, gimple_call_fn(statement));
	put(writer, "(");
	for (unsigned int i = 0; i < gimple_call_num_args(statement); i++) {
		tree argument = gimple_call_arg(statement, i);

		if (after_file && is_line_of(argument, statement))
			put(writer, "line");
		else
			put_tree(writer, argument);
		put(writer, ",");
		after_file = is_file_name(argument);
	}
	put(writer, ")");
}

static void put_statement(struct writer *writer, gimple *statement)
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
		put_asm(writer, as_a<gasm *>(statement));
		break;
	case GIMPLE_CALL:
		put_call(writer, as_a<gcall *>(statement));
		break;
	default:
		put(writer, "%s", gimple_code_name[gimple_code(statement)]);
		if (gimple_code(statement) == GIMPLE_ASSIGN ||
		    gimple_code(statement) == GIMPLE_COND)
			put(writer, ",%s", get_tree_code_name(gimple_expr_code(statement)));
		for (unsigned int i = 0; i < gimple_num_ops(statement); i++) {
			put(writer, " ");
			put_tree(writer, gimple_op(statement, i));
		}
		if (gimple_code(statement) == GIMPLE_LABEL)
			put_tree(writer, gimple_label_label(as_a<glabel *>(statement)));
	}
	if (gimple_has_volatile_ops(statement))
		put(writer, "!");
	put(writer, "\n");
}

static void put_body(struct writer *writer, struct function *body)
{
	basic_block block;
	edge edge_out;
	edge_iterator at;

	FOR_EACH_BB_FN(block, body)
	{
		put(writer, "block %d\n", block->index);
		for (gimple_stmt_iterator i = gsi_start_bb(block); !gsi_end_p(i); gsi_next(&i))
			put_statement(writer, gsi_stmt(i));
		FOR_EACH_EDGE(edge_out, at, block->succs)
		put(writer, "to %d %x\n", edge_out->dest->index,
		    edge_out->flags &
			    (EDGE_TRUE_VALUE | EDGE_FALSE_VALUE | EDGE_FALLTHRU | EDGE_ABNORMAL));
	}
}

static void put_alias(struct writer *writer, symtab_node *node)
{
	symtab_node *target = node->analyzed ? node->get_alias_target() : NULL;

	put(writer, "alias ");
	if (target)
		put_tree(writer, target->decl);
	else if (node->alias_target && TREE_CODE(node->alias_target) == IDENTIFIER_NODE)
		put(writer, "%s", IDENTIFIER_POINTER(node->alias_target));
	else
		put_tree(writer, node->alias_target);
}

static const char *or_dash(const char *text)
{
	return text && *text ? text : "-";
}

static const char *linkage_of(tree decl)
{
	return DECL_WEAK(decl) ? "weak" : TREE_PUBLIC(decl) ? "global" : "local";
}

static void write_place(FILE *file, tree decl)
{
	fprintf(file, "\t%s\t%d\n", or_dash(DECL_SOURCE_FILE(decl)), DECL_SOURCE_LINE(decl));
}

static const char *kind_of(cgraph_node *node)
{
	if (node->alias)
		return "alias";
	if (DECL_DECLARED_INLINE_P(node->decl))
		return node->address_taken ? "inline-pointer" : "inline";
	return node->address_taken ? "pointer" : "-";
}

static void write_function(FILE *file, cgraph_node *node)
{
	tree decl = node->decl;
	char digest[DIGEST_SIZE];
	struct writer writer;
	char *signature = signature_of(TREE_TYPE(decl));

	writer_start(&writer, decl);
	put_type(&writer, TREE_TYPE(decl));
	put(&writer, " %s\n", or_dash(DECL_SECTION_NAME(decl)));
	for (tree parameter = DECL_ARGUMENTS(decl); parameter; parameter = DECL_CHAIN(parameter))
		put_local(&writer, parameter);
	if (node->alias)
		put_alias(&writer, node);
	else if (DECL_STRUCT_FUNCTION(decl) && DECL_STRUCT_FUNCTION(decl)->cfg)
		put_body(&writer, DECL_STRUCT_FUNCTION(decl));
	writer_finish(&writer, digest);
	fprintf(file, "function\t%s\t%s\t%s\t%s\t%s\t%s\t%s", symbol_name(decl),
		IDENTIFIER_POINTER(DECL_NAME(decl)), linkage_of(decl), kind_of(node),
		or_dash(DECL_SECTION_NAME(decl)), digest, signature);
	write_place(file, decl);
	free(signature);
}

/* Does something have its address, or is it only read? */
static bool is_pointed_to(varpool_node *node)
{
	struct ipa_ref *reference;

	for (unsigned int i = 0; node->iterate_referring(i, reference); i++)
		if (reference->use == IPA_REF_ADDR)
			return true;
	return false;
}

static const char *kind_of_variable(varpool_node *node)
{
	if (!is_constant_table(node->decl))
		return "-";
	return is_pointed_to(node) ? "constant-pointer" : "constant";
}

static void write_variable(FILE *file, varpool_node *node)
{
	tree decl = node->decl, function = decl_function_context(decl);
	char layout[DIGEST_SIZE], value[DIGEST_SIZE];
	struct writer writer;

	writer_start(&writer, NULL_TREE);
	put_layout(&writer, TREE_TYPE(decl));
	put_alignment(&writer, decl);
	writer_finish(&writer, layout);
	writer_start(&writer, NULL_TREE);
	open_tables.safe_push(decl);
	/* Zeros are what a variable has without a value, too. */
	if (DECL_INITIAL(decl) && DECL_INITIAL(decl) != error_mark_node &&
	    !initializer_zerop(DECL_INITIAL(decl)))
		put_tree(&writer, DECL_INITIAL(decl));
	open_tables.pop();
	writer_finish(&writer, value);
	fprintf(file, "variable\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s", symbol_name(decl),
		IDENTIFIER_POINTER(DECL_NAME(decl)),
		function ? IDENTIFIER_POINTER(DECL_NAME(function)) : "-", linkage_of(decl),
		kind_of_variable(node), or_dash(DECL_SECTION_NAME(decl)), layout, value);
	write_place(file, decl);
}

static void write_structure(FILE *file, tree type)
{
	tree name = TYPE_STUB_DECL(TYPE_MAIN_VARIANT(type));
	char digest[DIGEST_SIZE];
	struct writer writer;

	writer_start(&writer, NULL_TREE);
	put_layout(&writer, type);
	writer_finish(&writer, digest);
	fprintf(file, "structure\t%s\t%s", tag_of(type), digest);
	if (name)
		write_place(file, name);
	else
		fprintf(file, "\t-\t0\n");
}

/* A line of its own, without tabs. */
static void write_asm(FILE *file, const char *text)
{
	fprintf(file, "asm\t");
	for (; *text; text++) {
		if (*text == '\n')
			fputs("\\n", file);
		else
			fputc(*text == '\t' ? ' ' : *text, file);
	}
	fputc('\n', file);
}

void digest_write(const char *path)
{
	FILE *file = fopen(path, "w");
	cgraph_node *function;
	varpool_node *variable;
	unsigned int i;
	tree type;

	if (!file)
		fatal_error(UNKNOWN_LOCATION, "cannot write %qs: %m", path);
	fprintf(file, "klpmake-digest\t%d\t%s\n", KLPMAKE_DIGEST_VERSION, main_input_filename);
	FOR_EACH_FUNCTION(function)
	if (function->definition && DECL_NAME(function->decl))
		write_function(file, function);
	FOR_EACH_VARIABLE(variable)
	if (variable->definition && DECL_NAME(variable->decl) && !DECL_EXTERNAL(variable->decl) &&
	    !is_literal(variable->decl) && !DECL_HARD_REGISTER(variable->decl))
		write_variable(file, variable);
	FOR_EACH_VEC_ELT(structures, i, type)
	write_structure(file, type);
	for (asm_node *node = symtab->first_asm_symbol(); node; node = node->next)
		write_asm(file, TREE_STRING_POINTER(node->asm_str));
	fprintf(file, "end\n");
	if (ferror(file) | fclose(file))
		fatal_error(UNKNOWN_LOCATION, "cannot write %qs: %m", path);
}
