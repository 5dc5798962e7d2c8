/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a symbol is called in the object. Comes in: a declaration. Goes out: its name without the mark
 * that GCC puts before one that an asm label gave. Every stage that names symbols asks here.
 */
#include "gcc-compat.h"
#include "symbol-name.h"

const char *symbol_name(tree decl)
{
	return targetm.strip_name_encoding(IDENTIFIER_POINTER(DECL_ASSEMBLER_NAME(decl)));
}
