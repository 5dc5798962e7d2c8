/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names that the compiler numbers, in two objects of one file. For compiled-code.c.
 */
#ifndef KLPMAKE_SAME_NAME_H
#define KLPMAKE_SAME_NAME_H

#include "plan/code-object.h"

enum same_name {
	SAME_NAME_NOT,
	SAME_NAME,	    /* they are called the same, and so are the same */
	SAME_NAME_CODE,	    /* clones of one function: the same if their code is */
	SAME_NAME_CONTENTS, /* constants that the compiler has named: the same if their contents are */
};

/* What SYMBOL, of ONE, is to LIKE, of OTHER. */
enum same_name same_name(const struct code_object *one, const struct elf_symbol *symbol,
			 const struct code_object *other, const struct elf_symbol *like);
/* Of symbols that are defined in other files. */
bool same_name_elsewhere(const char *one, const char *other);
/* Are both the same but for numbers between dots? */
bool same_name_shape(const char *one, const char *other);

#endif
