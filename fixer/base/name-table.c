/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A table from names to values: open addressing, at most half full.
 */
#include "base/name-table.h"

#include <stdlib.h>
#include <string.h>

#include "base/util.h"

static struct name_entry *place_of(const struct name_table *table, const char *name)
{
	size_t i = string_hash(name) & (table->room - 1);

	while (table->entries[i].name && strcmp(table->entries[i].name, name))
		i = (i + 1) & (table->room - 1);
	return &table->entries[i];
}

static void grow(struct name_table *table)
{
	struct name_table larger = { .room = table->room ? 2 * table->room : 1024 };

	larger.entries = xcalloc(larger.room, sizeof(*larger.entries));
	larger.count = table->count;
	for (size_t i = 0; i < table->room; i++)
		if (table->entries[i].name)
			*place_of(&larger, table->entries[i].name) = table->entries[i];
	free(table->entries);
	*table = larger;
}

struct name_entry *name_table_add(struct name_table *table, const char *name)
{
	struct name_entry *entry;

	if (2 * table->count >= table->room)
		grow(table);
	entry = place_of(table, name);
	if (!entry->name) {
		entry->name = name;
		table->count++;
	}
	entry->count++;
	return entry;
}

const struct name_entry *name_table_find(const struct name_table *table, const char *name)
{
	const struct name_entry *entry = table->room ? place_of(table, name) : NULL;

	return entry && entry->name ? entry : NULL;
}

void name_table_free(struct name_table *table)
{
	free(table->entries);
	memset(table, 0, sizeof(*table));
}
