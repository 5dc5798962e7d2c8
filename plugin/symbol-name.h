/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a symbol is called in the object. */
#ifndef KLPMAKE_SYMBOL_NAME_H
#define KLPMAKE_SYMBOL_NAME_H

/* DECL's name as the assembler has it. It belongs to GCC. */
const char *symbol_name(tree decl);

#endif
