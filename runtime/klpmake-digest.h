/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two text formats of patch mode: what the plugin tells klp-plan of a source file, and what klp-plan
 * tells the plugin to do with it. Lines end with a newline, fields are separated by one tab each; '-'
 * stands for none.
 *
 * A digest, of two of which klp-plan compares:
 *
 *	klpmake-digest	VERSION	SOURCE		the first line
 *	function	SYMBOL	NAME	LINKAGE	KIND	SECTION	DIGEST	SIGNATURE	FILE	LINE
 *	variable	SYMBOL	NAME	FUNCTION	LINKAGE	KIND	SECTION	LAYOUT	VALUE	FILE	LINE
 *	structure	TAG	LAYOUT	FILE	LINE
 *	asm	TEXT				assembler outside of functions
 *	end					the last line: nothing is missing
 *
 * SYMBOL: the assembler's name. NAME: the source's. LINKAGE: local, global or weak. KIND of a function:
 * inline (declared so), alias, pointer (its address is taken) or inline-pointer; of a variable: constant (a
 * table that only this file knows) or constant-pointer. FUNCTION: the one whose static variable it is. DIGEST, LAYOUT and VALUE: texts that are equal if what they
 * stand for is. SIGNATURE: see klpmake-note.h. FILE and LINE: where it is declared.
 *
 * A plan, for the patched file:
 *
 *	klpmake-plan	VERSION			the first line
 *	replace	NAME	SYMBOL			the function becomes one of the livepatch, called SYMBOL
 *	function	SYMBOL	SCOPE		the kernel has it: it becomes a reference
 *	variable	SYMBOL	SCOPE	FUNCTION	NAME
 *	end
 *
 * SCOPE: local (the tagged file's own) or extern, as in klpmake-note.h. What no line names is kept as
 * far as it is needed.
 */
#ifndef KLPMAKE_DIGEST_H
#define KLPMAKE_DIGEST_H

#define KLPMAKE_DIGEST_VERSION 1
#define KLPMAKE_PLAN_VERSION   1

#define DIGEST_SIZE 33 /* bytes of a digest as text, with its NUL */

#endif
