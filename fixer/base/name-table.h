/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A table from names to values, for what is read from text files: Module.symvers and kallsyms.
 */
#ifndef KLPMAKE_NAME_TABLE_H
#define KLPMAKE_NAME_TABLE_H

#include <stddef.h>
#include <stdio.h>

struct name_entry {
	const char *name;	   /* NULL: the place is free */
	const char *text;	   /* the owner of an exported symbol */
	const char *namespace;	   /* of the export; NULL: none */
	unsigned long long number; /* its version (CRC); 0: none */
	size_t count;		   /* how often it was added */
};

struct name_table {
	struct name_entry *entries;
	size_t count, room; /* ROOM is a power of two */
};

/* The entry of NAME, made if it is new. NAME has to outlive the table. */
struct name_entry *name_table_add(struct name_table *table, const char *name);
/* NULL: not there. */
const struct name_entry *name_table_find(const struct name_table *table, const char *name);
void name_table_free(struct name_table *table);

#endif
