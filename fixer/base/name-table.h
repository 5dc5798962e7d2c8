/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A table from names to values, for what is read from text files: Module.symvers and kallsyms.
 */
#ifndef KLPMAKE_NAME_TABLE_H
#define KLPMAKE_NAME_TABLE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct name_entry {
	const char *name;
	const char *text;	   /* the owner of an exported symbol */
	const char *namespace;	   /* of the export; NULL: none */
	unsigned long long number; /* its version (CRC); 0: none */
	size_t count;		   /* how often it was added */
};

struct name_table {
	struct name_entry *entries; /* COUNT, in the order in which they were added */
	size_t count;
	uint32_t *places; /* from a name's hash to its number in ENTRIES, from 1; 0: the place is free */
	size_t room;	  /* of PLACES, a power of two */
};

/* The entry of NAME, made if it is new. NAME has to outlive the table. */
struct name_entry *name_table_add(struct name_table *table, const char *name);
/* For COUNT more names: the table need not grow then. */
void name_table_reserve(struct name_table *table, size_t count);
/* NULL: not there. */
const struct name_entry *name_table_find(const struct name_table *table, const char *name);
void name_table_free(struct name_table *table);

#endif
