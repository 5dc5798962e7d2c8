/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A table from names to values: open addressing, at most half full, of places in a list.
 */
#include "base/name-table.h"

#include <stdlib.h>
#include <string.h>

#include "base/util.h"

/* The place of NAME, or the free one where it belongs. */
static uint32_t *place_of(const struct name_table *table, const char *name)
{
	size_t i = string_hash(name) & (table->room - 1);

	while (table->places[i] && strcmp(table->entries[table->places[i] - 1].name, name))
		i = (i + 1) & (table->room - 1);
	return &table->places[i];
}

static void grow(struct name_table *table, size_t room)
{
	free(table->places);
	table->room = room;
	table->places = xcalloc(room, sizeof(*table->places));
	for (size_t i = 0; i < table->count; i++)
		*place_of(table, table->entries[i].name) = (uint32_t)i + 1;
}

void name_table_reserve(struct name_table *table, size_t count)
{
	size_t room = table->room ? table->room : 1024;

	while (room < 2 * (table->count + count))
		room *= 2;
	if (room > table->room)
		grow(table, room);
}

struct name_entry *name_table_add(struct name_table *table, const char *name)
{
	struct name_entry *entry;
	uint32_t *place;

	name_table_reserve(table, 1);
	place = place_of(table, name);
	if (!*place) {
		table->entries = array_grow(table->entries, table->count, sizeof(*table->entries));
		entry = &table->entries[table->count++];
		memset(entry, 0, sizeof(*entry));
		entry->name = name;
		*place = (uint32_t)table->count;
	}
	entry = &table->entries[*place - 1];
	entry->count++;
	return entry;
}

const struct name_entry *name_table_find(const struct name_table *table, const char *name)
{
	uint32_t number = table->room ? *place_of(table, name) : 0;

	return number ? &table->entries[number - 1] : NULL;
}

void name_table_free(struct name_table *table)
{
	free(table->entries);
	free(table->places);
	memset(table, 0, sizeof(*table));
}
