/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The names that the compiler gives to what it makes of a function or a variable: a dot and a word, a dot and a
 * number, or several of these behind the source's name. All questions about them are asked here.
 */
#ifndef KLPMAKE_SYMBOL_NAME_H
#define KLPMAKE_SYMBOL_NAME_H

#include <stdbool.h>

#include "base/util.h"

enum symbol_name {
	SYMBOL_NAME_FOREIGN,  /* not that name's */
	SYMBOL_NAME_OWN,      /* "foo" */
	SYMBOL_NAME_NUMBERED, /* "foo.5": a static variable of a function */
	/*
	 * "foo.isra.0", "foo.constprop.0", "foo.part.0", or several of these: a copy with other parameters, or a
	 * part of the function, that callers use in its place (GCC's clone_function_name()).
	 */
	SYMBOL_NAME_CLONE,
	SYMBOL_NAME_COLD, /* "foo.cold": where the function itself jumps to */
	SYMBOL_NAME_LLVM, /* "foo.llvm.123": itself, by a name that is unique among all files (ThinLTO) */
	SYMBOL_NAME_OTHER, /* "foo.something": none of these */
};

/* What SYMBOL, of the ELF file, is to what the source calls NAME. */
enum symbol_name symbol_name_of(const char *symbol, const char *name);

/*
 * The same for what is static inside of FUNCTION; NULL: it is not. GCC calls such a variable "foo.5", clang
 * "function.foo" or, where there are several, "function.foo.5".
 */
enum symbol_name symbol_name_in(const char *symbol, const char *function, const char *name);

/* The same where the source's name is not known: it is what stands before the first dot. */
enum symbol_name symbol_name_alone(const char *symbol);

/* What the source calls it then, in ARENA. */
const char *symbol_name_source(const char *symbol, struct arena *arena);

/* Is SYMBOL code of NAME's, but nothing that could be called as NAME: a clone or its cold part? */
bool symbol_name_is_part(const char *symbol, const char *name);

#endif
