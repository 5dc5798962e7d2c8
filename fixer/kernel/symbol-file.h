/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The source files that a symbol table tells. For resolve.c.
 */
#ifndef KLPMAKE_SYMBOL_FILE_H
#define KLPMAKE_SYMBOL_FILE_H

#include "kernel/target.h"

/* The name of another unit's file that the symbol table has SYMBOL in than UNIT; NULL: it does not say so. */
const char *symbol_file_contradicts(const struct kernel_object *object,
				    const struct elf_symbol *symbol, const struct dwarf_unit *unit);

#endif
