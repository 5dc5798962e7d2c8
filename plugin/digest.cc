/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a file means, so that two versions of it can be compared. Comes in: the symbol table and the
 * functions' bodies before the interprocedural passes, so that nothing is inlined yet. Goes out: a
 * file with a line for each function, variable, structure and piece of assembler, in the form that
 * klpmake-digest.h describes. The compilation ends here, klp-plan compares. The texts that the digests
 * are of are digest-body.cc's, digest-tree.cc's and digest-type.cc's.
 *
 * A digest is that of a text in which places in the source, names of local variables and numbers of __COUNTER__ do
 * not occur. Everything else does that GCC makes code of, declarations and their attributes as well: what has no text
 * ends the compilation with an error. So two functions with the same text are compiled to the same code, as long as
 * nothing is known of what they call but its declaration. Lines that code has as numbers, by __LINE__, count, too:
 * klpmake holds those of unchanged code in place by #line. What is left out:
 *
 *	names		of local variables and labels; what is told by types is told as far as the kernel's flags make a
 *			difference: without -fstrict-aliasing, what a pointer points to does not
 *	warnings	attributes that are there for these alone (digest-attribute.cc)
 *	order		of declarations, by which GCC may place local variables in another order on the stack
 *
 * For example, fs/proc/meminfo.c has
 *
 *	static void show_val_kb(struct seq_file *m, const char *s, unsigned long num)
 *	{
 *		seq_put_decimal_ull_width(m, s, num << (PAGE_SHIFT - 10), 8);
 *		seq_write(m, " kB\n", 4);
 *	}
 *
 * and its text, which KLPMAKE_DIGEST_TEXT=1 in the environment prints, is in essence
 *
 *	F(v,p,p,u64,v)[0] -			returns nothing, takes two pointers and a u64; no flags, attributes, section
 *	L0:p L1:p L2:u64			its parameters
 *	block 2
 *	lshift_expr T1:u64 L2:u64 #2.i32	T1 is the result
 *	@seq_put_decimal_ull_widthFv(pS:seq_file;ps1u8u4)[0] (L0:p,L1:p,T1:u64,#8.u32,)
 *	@seq_writeFs4(pS:seq_file;pvu8)[0] (L0:p,5" kB\n",#4.u64,)
 *	gimple_return
 *	to 1					the block that ends the function
 *
 * The text stays the same if the parameters are renamed, the lines are moved, "PAGE_SHIFT - 10" becomes "2", or
 * struct seq_file, which the function only hands on, gets another member. It differs if " kB\n" becomes
 * " KiB\n", if "<< 2" becomes "* 4" although that is as much, if "num" is shifted in a statement of its own, and
 * if one of the two functions called takes another type: what is compared is what the author wrote, as far as
 * the compiler takes it in, and not yet the code. A new body of seq_write() is a matter of seq_write() alone.
 */
#include "gcc-compat.h"
#include "digest.h"
#include "digest-attribute.h"
#include "digest-body.h"
#include "digest-line.h"
#include "digest-structure.h"
#include "digest-text.h"
#include "digest-tree.h"
#include "digest-type.h"
#include "digest-use.h"
#include "signature.h"
#include "static-local.h"
#include "symbol-name.h"

#include "klpmake-digest.h"

static const char *const record_words[] = DIGEST_RECORD_WORDS;
static const char *const linkage_words[] = DIGEST_LINKAGE_WORDS;
static const char *const kind_words[] = DIGEST_KIND_WORDS;

static enum digest_linkage linkage_of(tree decl)
{
	if (DECL_WEAK(decl))
		return DIGEST_WEAK;
	return TREE_PUBLIC(decl) ? DIGEST_GLOBAL : DIGEST_LOCAL;
}

static enum digest_kind kind_of_function(cgraph_node *node)
{
	if (node->alias)
		return DIGEST_ALIAS;
	if (DECL_DECLARED_INLINE_P(node->decl))
		return node->address_taken ? DIGEST_INLINE_POINTER : DIGEST_INLINE;
	return node->address_taken ? DIGEST_POINTER : DIGEST_PLAIN;
}

static void put_alias(struct digest_text *out, symtab_node *node)
{
	symtab_node *target = node->analyzed ? node->get_alias_target() : NULL;

	digest_text_put(out, "alias ");
	if (target)
		digest_tree_put(out, target->decl);
	else if (node->alias_target && TREE_CODE(node->alias_target) == IDENTIFIER_NODE)
		digest_text_put(out, "%s", IDENTIFIER_POINTER(node->alias_target));
	else
		digest_tree_put(out, node->alias_target);
}

static void digest_function(cgraph_node *node, char digest[DIGEST_SIZE])
{
	tree decl = node->decl;
	const char *section = DECL_SECTION_NAME(decl);
	struct digest_text out;

	digest_text_start(&out, decl);
	digest_type_put(&out, TREE_TYPE(decl));
	digest_attribute_put_own(&out, decl);
	digest_text_put(&out, " %s\n", section && *section ? section : DIGEST_NONE);
	for (tree parameter = DECL_ARGUMENTS(decl); parameter; parameter = DECL_CHAIN(parameter))
		digest_tree_put_local(&out, parameter);
	if (node->alias)
		put_alias(&out, node);
	else if (DECL_STRUCT_FUNCTION(decl) && DECL_STRUCT_FUNCTION(decl)->cfg)
		digest_body_put(&out, DECL_STRUCT_FUNCTION(decl));
	digest_text_finish(&out, digest);
}

static void write_function(FILE *file, cgraph_node *node)
{
	const char *fields[DIGEST_FUNCTION_COLUMNS] = {};
	char digest[DIGEST_SIZE], line[LINE_NUMBER_SIZE];
	tree decl = node->decl;
	char *signature = signature_of(TREE_TYPE(decl));

	digest_function(node, digest);
	fields[DIGEST_FUNCTION_SYMBOL] = symbol_name(decl);
	fields[DIGEST_FUNCTION_NAME] = IDENTIFIER_POINTER(DECL_NAME(decl));
	fields[DIGEST_FUNCTION_LINKAGE] = linkage_words[linkage_of(decl)];
	fields[DIGEST_FUNCTION_KIND] = kind_words[kind_of_function(node)];
	fields[DIGEST_FUNCTION_SECTION] = DECL_SECTION_NAME(decl);
	fields[DIGEST_FUNCTION_DIGEST] = digest;
	fields[DIGEST_FUNCTION_SIGNATURE] = signature;
	fields[DIGEST_FUNCTION_FILE] = DECL_SOURCE_FILE(decl);
	fields[DIGEST_FUNCTION_LINE] = digest_line_of(decl, line);
	digest_line_write(file, DIGEST_FUNCTION, fields, DIGEST_FUNCTION_COLUMNS);
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

static enum digest_kind kind_of_variable(varpool_node *node)
{
	if (!digest_tree_is_constant_table(node->decl))
		return DIGEST_PLAIN;
	return is_pointed_to(node) ? DIGEST_CONSTANT_POINTER : DIGEST_CONSTANT;
}

static void digest_variable(varpool_node *node, char layout[DIGEST_SIZE], char value[DIGEST_SIZE])
{
	struct digest_text out;
	tree decl = node->decl;

	digest_text_start(&out, NULL_TREE);
	digest_type_put_layout(&out, TREE_TYPE(decl));
	digest_tree_put_alignment(&out, decl);
	if (DECL_THREAD_LOCAL_P(decl))
		digest_text_put(&out, " thread");
	digest_text_finish(&out, layout);
	digest_text_start(&out, NULL_TREE);
	digest_tree_put_value(&out, decl);
	if (node->alias)
		put_alias(&out, node);
	digest_text_finish(&out, value);
}

/* Which variable it is, where its function has others of that name. */
static void write_static(FILE *file, tree decl)
{
	const char *fields[DIGEST_STATIC_COLUMNS] = {};
	char digest[DIGEST_SIZE], order[LINE_NUMBER_SIZE];
	tree function = decl_function_context(decl), block = static_local_block(decl);
	struct digest_text out;

	snprintf(order, LINE_NUMBER_SIZE, "%u", static_local_order(decl));
	fields[DIGEST_STATIC_SYMBOL] = symbol_name(decl);
	fields[DIGEST_STATIC_ORDER] = order;
	if (block && static_local_is_outermost(block)) {
		fields[DIGEST_STATIC_BLOCK] = DIGEST_OUTERMOST;
	} else if (block && DECL_STRUCT_FUNCTION(function) && DECL_STRUCT_FUNCTION(function)->cfg) {
		digest_text_start(&out, function);
		digest_body_put_part(&out, DECL_STRUCT_FUNCTION(function), block);
		digest_text_finish(&out, digest);
		fields[DIGEST_STATIC_BLOCK] = digest;
	}
	digest_line_write(file, DIGEST_STATIC, fields, DIGEST_STATIC_COLUMNS);
}

static char *shape_of(tree type)
{
	struct digest_text out;

	digest_text_start(&out, NULL_TREE);
	digest_type_put_shape(&out, type);
	return digest_text_take(&out);
}

static void write_variable(FILE *file, varpool_node *node)
{
	const char *fields[DIGEST_VARIABLE_COLUMNS] = {};
	char layout[DIGEST_SIZE], value[DIGEST_SIZE], line[LINE_NUMBER_SIZE];
	tree decl = node->decl, function = decl_function_context(decl);
	char *structure = digest_structure_of(decl), *shape = shape_of(TREE_TYPE(decl));

	digest_variable(node, layout, value);
	fields[DIGEST_VARIABLE_SYMBOL] = symbol_name(decl);
	fields[DIGEST_VARIABLE_NAME] = IDENTIFIER_POINTER(DECL_NAME(decl));
	if (function)
		fields[DIGEST_VARIABLE_FUNCTION] = IDENTIFIER_POINTER(DECL_NAME(function));
	fields[DIGEST_VARIABLE_LINKAGE] = linkage_words[linkage_of(decl)];
	fields[DIGEST_VARIABLE_KIND] = kind_words[kind_of_variable(node)];
	fields[DIGEST_VARIABLE_SECTION] = DECL_SECTION_NAME(decl);
	fields[DIGEST_VARIABLE_LAYOUT] = layout;
	fields[DIGEST_VARIABLE_TYPE] = shape;
	fields[DIGEST_VARIABLE_STRUCTURE] = structure;
	fields[DIGEST_VARIABLE_VALUE] = value;
	fields[DIGEST_VARIABLE_FILE] = DECL_SOURCE_FILE(decl);
	fields[DIGEST_VARIABLE_LINE] = digest_line_of(decl, line);
	digest_line_write(file, DIGEST_VARIABLE, fields, DIGEST_VARIABLE_COLUMNS);
	if (function)
		write_static(file, decl);
	digest_structure_write_own(file, decl);
	digest_structure_use(TREE_TYPE(decl));
	free(structure);
	free(shape);
}

/* A line of its own, without tabs: they, newlines and backslashes are written as C does. */
static void write_asm(FILE *file, const char *text)
{
	fprintf(file, "%s\t", record_words[DIGEST_ASM]);
	for (; *text; text++) {
		if (*text == '\n')
			fputs("\\n", file);
		else if (*text == '\t')
			fputs("\\t", file);
		else if (*text == '\\')
			fputs("\\\\", file);
		else
			fputc(*text, file);
	}
	fputc('\n', file);
}

static bool is_written(tree variable)
{
	return !digest_tree_is_numbered(variable) && !DECL_EXTERNAL(variable) &&
	       !DECL_HARD_REGISTER(variable);
}

static void write_lines(FILE *file)
{
	cgraph_node *function;
	varpool_node *variable;

	fprintf(file, "%s\t%d\t%s\n", KLPMAKE_DIGEST_NAME, KLPMAKE_DIGEST_VERSION,
		compat_main_file());
	FOR_EACH_FUNCTION(function)
	if (function->definition && DECL_NAME(function->decl))
		write_function(file, function);
	FOR_EACH_VARIABLE(variable)
	if (variable->definition && is_written(variable->decl))
		write_variable(file, variable);
	/* Those that functions and variables led to. */
	digest_structure_write(file);
	for (asm_node *node = symtab->first_asm_symbol(); node; node = compat_next_asm(node)) {
		tree text;

		if (!compat_asm_text(node, &text))
			fatal_error(
				input_location,
				"assembler outside of functions with operands has no digest: %qs",
				TREE_STRING_POINTER(text));
		write_asm(file, TREE_STRING_POINTER(text));
	}
	digest_use_write(file);
	digest_structure_write_looks(file);
	digest_line_write(file, DIGEST_END, NULL, 1);
}

/* Where the compilation ends before, as there is something that has no text, no file is begun. */
void digest_write(const char *path)
{
	char *lines;
	size_t size;
	FILE *file = open_memstream(&lines, &size);

	if (!file)
		fatal_error(UNKNOWN_LOCATION, "cannot write %qs: %m", path);
	write_lines(file);
	if (ferror(file) | fclose(file))
		fatal_error(UNKNOWN_LOCATION, "cannot write %qs: %m", path);
	file = fopen(path, "w");
	if (!file)
		fatal_error(UNKNOWN_LOCATION, "cannot write %qs: %m", path);
	fwrite(lines, size, 1, file);
	if (ferror(file) | fclose(file))
		fatal_error(UNKNOWN_LOCATION, "cannot write %qs: %m", path);
	free(lines);
}
