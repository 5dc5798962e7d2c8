/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The symbols of a kernel object as its kallsyms will have them, by name and by address. After
 * elf-file.c, before resolve.c.
 */
#ifndef KLPMAKE_SYMBOL_TABLE_H
#define KLPMAKE_SYMBOL_TABLE_H

#include "elf/elf-file.h"

/* Chains of symbols: numbers of the ELF file's, 0 ends one. */
struct symbol_chains {
	uint32_t *buckets; /* the first of each */
	uint32_t *next;	   /* by symbol */
	size_t bucket_count; /* a power of two */
};

struct symbol_table {
	const struct elf_file *elf;
	bool in_address_order; /* an image; a module's symbols are in table order */
	struct symbol_chains by_name, by_address; /* the latter made when first asked for */
};

/* ELF has to stay open. -1 after a message where it has no symbols. */
int symbol_table_open(struct symbol_table *table, const struct elf_file *elf, const char *what);
void symbol_table_close(struct symbol_table *table);

/*
 * The symbol of that name after AFTER, or the first for AFTER NULL, in kallsyms' order; NULL: no
 * more.
 */
const struct elf_symbol *symbol_table_next(const struct symbol_table *table, const char *name,
					   const struct elf_symbol *after);
/* How many symbols have that name. */
size_t symbol_table_count(const struct symbol_table *table, const char *name);
/*
 * The position of SYMBOL among those of its name as livepatches give it: 1 for the first, 0 where
 * the name is unique.
 */
unsigned long symbol_table_position(const struct symbol_table *table,
				    const struct elf_symbol *symbol);
/* The symbol after AFTER, or the first for AFTER NULL, that stands at ADDRESS; NULL: no more. */
const struct elf_symbol *symbol_table_at(struct symbol_table *table, uint64_t address,
					 const struct elf_symbol *after);

#endif
