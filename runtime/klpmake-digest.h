/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two text formats of patch mode: what the plugin tells klp-plan of a source file, and what klp-plan
 * tells the plugin to do with it. Lines end with a newline, fields are separated by one tab each; '-'
 * stands for none. The words and columns below are the formats' own: both sides take them from here.
 *
 * A digest, of two of which klp-plan compares:
 *
 *	klpmake-digest	VERSION	SOURCE		the first line
 *	function	SYMBOL	NAME	LINKAGE	KIND	SECTION	DIGEST	SIGNATURE	FILE	LINE
 *	variable	SYMBOL	NAME	FUNCTION	LINKAGE	KIND	SECTION	LAYOUT	TYPE	STRUCTURE	VALUE	FILE	LINE
 *	static		SYMBOL	ORDER	BLOCK		behind the line of each variable that is a function's
 *	structure	NAME	LAYOUT	SIZE	ALIGNMENT	FILE	LINE
 *	member		NAME	PLACE	SIZE	TYPE	STRUCTURE	USERS	FILE	LINE	behind the line of its structure
 *	asm	TEXT				assembler outside of functions
 *	use	SYMBOL	HOW	SYMBOL		the first one, defined here, uses the second one, also here
 *	look	SYMBOL	NAME			the function looks into the structure, or has one of its own
 *	end					the last line: nothing is missing
 *
 * SYMBOL: the assembler's name. NAME: the source's. LINKAGE: enum digest_linkage. KIND: enum
 * digest_kind. FUNCTION: the one whose static variable it is. DIGEST, LAYOUT and VALUE: texts that are
 * equal if what they stand for is. SIGNATURE: see klpmake-note.h. FILE and LINE: where it is declared.
 * ORDER: the place, from 1, among those of its name in its function. BLOCK: a digest of the block that declares
 * it, or DIGEST_OUTERMOST for the function's outermost one. HOW: enum digest_use.
 *
 * STRUCTURE: the name of the structure or union that it is, or is an array of, and that has a line: "struct s", "union u",
 * what a typedef calls it, or, of a variable alone whose structure has no name, "variable SYMBOL". TYPE: a text of what
 * else its type is. LAYOUT has no names, TYPE and STRUCTURE no sizes of structures. SIZE and ALIGNMENT of a structure
 * are in bytes, PLACE and SIZE of a member in bits; a member of what has no name is called by way of that, "a.b", "a[].b".
 * USERS: a digest of the functions that use it. FILE of a member: DIGEST_NONE if it is its structure's.
 *
 * A plan, for the patched file:
 *
 *	klpmake-plan	VERSION			the first line
 *	replace	NAME	SYMBOL			the function becomes one of the livepatch, called SYMBOL
 *	function	SYMBOL	SCOPE		the kernel has it: it becomes a reference
 *	variable	SYMBOL	SCOPE	FUNCTION	NAME
 *	static		ORDER	SCOPE	FUNCTION	NAME	LINE
 *	structure	NAME	SIZE	KERNEL-NAME	KERNEL-SIZE
 *	end
 *
 * SCOPE: enum plan_scope, as in klpmake-note.h. A line "static" is in place of "variable" for one of several of a
 * name in a function: ORDER tells which one of the patched file's, LINE which one of the kernel's, by the line that
 * declares it. A line "structure" is for one that the kernel has by another name or in another size, as the digest has
 * both. What no line names is kept as far as it is needed.
 */
#ifndef KLPMAKE_DIGEST_H
#define KLPMAKE_DIGEST_H

#include <stddef.h>
#include <string.h>

#define KLPMAKE_DIGEST_NAME    "klpmake-digest"
#define KLPMAKE_DIGEST_VERSION 2
#define KLPMAKE_PLAN_NAME      "klpmake-plan"
#define KLPMAKE_PLAN_VERSION   1

#define DIGEST_SIZE 33 /* bytes of a digest as text, with its NUL */

#define DIGEST_NONE "-"

#define DIGEST_OUTERMOST "outermost"

/* The place of WORD in a list of COUNT words, which is its number in the list's enum; -1: it is not there. */
static inline int digest_word_place(const char *const *words, size_t count, const char *word)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(words[i], word))
			return (int)i;
	return -1;
}

/* The first column of a digest's line. A word's place in its list is its number in the enum. */
enum digest_record {
	DIGEST_FUNCTION,
	DIGEST_VARIABLE,
	DIGEST_STATIC,
	DIGEST_STRUCTURE,
	DIGEST_MEMBER,
	DIGEST_ASM,
	DIGEST_USE,
	DIGEST_LOOK,
	DIGEST_END,
};
#define DIGEST_RECORD_WORDS                                                                        \
	{                                                                                          \
		"function", "variable", "static", "structure", "member", "asm", "use", "look",     \
			"end"                                                                      \
	}

enum digest_linkage {
	DIGEST_LOCAL, /* the file's own */
	DIGEST_GLOBAL,
	DIGEST_WEAK,
};
#define DIGEST_LINKAGE_WORDS                                                                       \
	{                                                                                          \
		"local", "global", "weak"                                                          \
	}

enum digest_kind {
	DIGEST_PLAIN,		 /* none of the others */
	DIGEST_ALIAS,		 /* of a function: another name of one */
	DIGEST_INLINE,		 /* declared so */
	DIGEST_POINTER,		 /* its address is taken */
	DIGEST_INLINE_POINTER,	 /* both */
	DIGEST_CONSTANT,	 /* of a variable: a table that only this file knows */
	DIGEST_CONSTANT_POINTER, /* and something has its address */
};
#define DIGEST_KIND_WORDS                                                                          \
	{                                                                                          \
		"-", "alias", "inline", "pointer", "inline-pointer", "constant",                   \
			"constant-pointer"                                                         \
	}

enum digest_use {
	DIGEST_USE_CALL,
	DIGEST_USE_POINTER, /* has its address */
	DIGEST_USE_ACCESS,  /* reads or writes it, or is another name of it */
};
#define DIGEST_USE_WORDS                                                                           \
	{                                                                                          \
		"call", "pointer", "access"                                                        \
	}

/* Columns, from 0: the record's word. The last one is their number. */
enum digest_head_column {
	DIGEST_HEAD_NAME,
	DIGEST_HEAD_VERSION,
	DIGEST_HEAD_SOURCE,
	DIGEST_HEAD_COLUMNS,
};

enum digest_function_column {
	DIGEST_FUNCTION_SYMBOL = 1,
	DIGEST_FUNCTION_NAME,
	DIGEST_FUNCTION_LINKAGE,
	DIGEST_FUNCTION_KIND,
	DIGEST_FUNCTION_SECTION,
	DIGEST_FUNCTION_DIGEST,
	DIGEST_FUNCTION_SIGNATURE,
	DIGEST_FUNCTION_FILE,
	DIGEST_FUNCTION_LINE,
	DIGEST_FUNCTION_COLUMNS,
};

enum digest_variable_column {
	DIGEST_VARIABLE_SYMBOL = 1,
	DIGEST_VARIABLE_NAME,
	DIGEST_VARIABLE_FUNCTION,
	DIGEST_VARIABLE_LINKAGE,
	DIGEST_VARIABLE_KIND,
	DIGEST_VARIABLE_SECTION,
	DIGEST_VARIABLE_LAYOUT,
	DIGEST_VARIABLE_TYPE,
	DIGEST_VARIABLE_STRUCTURE,
	DIGEST_VARIABLE_VALUE,
	DIGEST_VARIABLE_FILE,
	DIGEST_VARIABLE_LINE,
	DIGEST_VARIABLE_COLUMNS,
};

enum digest_static_column {
	DIGEST_STATIC_SYMBOL = 1,
	DIGEST_STATIC_ORDER,
	DIGEST_STATIC_BLOCK,
	DIGEST_STATIC_COLUMNS,
};

enum digest_structure_column {
	DIGEST_STRUCTURE_NAME = 1,
	DIGEST_STRUCTURE_LAYOUT,
	DIGEST_STRUCTURE_SIZE,
	DIGEST_STRUCTURE_ALIGN,
	DIGEST_STRUCTURE_FILE,
	DIGEST_STRUCTURE_LINE,
	DIGEST_STRUCTURE_COLUMNS,
};

enum digest_member_column {
	DIGEST_MEMBER_NAME = 1,
	DIGEST_MEMBER_PLACE,
	DIGEST_MEMBER_SIZE,
	DIGEST_MEMBER_TYPE,
	DIGEST_MEMBER_STRUCTURE,
	DIGEST_MEMBER_USERS,
	DIGEST_MEMBER_FILE,
	DIGEST_MEMBER_LINE,
	DIGEST_MEMBER_COLUMNS,
};

enum digest_use_column {
	DIGEST_USE_USER = 1,
	DIGEST_USE_HOW,
	DIGEST_USE_USED,
	DIGEST_USE_COLUMNS,
};

enum digest_look_column {
	DIGEST_LOOK_USER = 1,
	DIGEST_LOOK_STRUCTURE,
	DIGEST_LOOK_COLUMNS,
};

/* The first column of a plan's line. */
enum plan_record {
	PLAN_REPLACE,
	PLAN_FUNCTION,
	PLAN_VARIABLE,
	PLAN_STATIC,
	PLAN_STRUCTURE,
	PLAN_END,
};
#define PLAN_RECORD_WORDS                                                                          \
	{                                                                                          \
		"replace", "function", "variable", "static", "structure", "end"                    \
	}

enum plan_scope {
	PLAN_LOCAL, /* the tagged file's own */
	PLAN_EXTERN,
};
#define PLAN_SCOPE_WORDS                                                                           \
	{                                                                                          \
		"local", "extern"                                                                  \
	}

enum plan_replace_column {
	PLAN_REPLACE_NAME = 1,
	PLAN_REPLACE_SYMBOL,
	PLAN_REPLACE_COLUMNS,
};

enum plan_function_column {
	PLAN_FUNCTION_SYMBOL = 1,
	PLAN_FUNCTION_SCOPE,
	PLAN_FUNCTION_COLUMNS,
};

enum plan_variable_column {
	PLAN_VARIABLE_SYMBOL = 1,
	PLAN_VARIABLE_SCOPE,
	PLAN_VARIABLE_FUNCTION,
	PLAN_VARIABLE_NAME,
	PLAN_VARIABLE_COLUMNS,
};

enum plan_static_column {
	PLAN_STATIC_ORDER = 1,
	PLAN_STATIC_SCOPE,
	PLAN_STATIC_FUNCTION,
	PLAN_STATIC_NAME,
	PLAN_STATIC_LINE,
	PLAN_STATIC_COLUMNS,
};

enum plan_structure_column {
	PLAN_STRUCTURE_NAME = 1,
	PLAN_STRUCTURE_SIZE,
	PLAN_STRUCTURE_KERNEL_NAME,
	PLAN_STRUCTURE_KERNEL_SIZE,
	PLAN_STRUCTURE_COLUMNS,
};

#endif
