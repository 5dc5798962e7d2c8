/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What of the touched files' text a patch changes. Comes in: a file as it was and as it is patched, and the name of what
 * it defines. Goes out: whether the author has written that anew. A function may have become another one by what it
 * uses alone, as where it takes the size of a structure: then it is of no use to tell the author to leave it alone.
 */
#include "plan/own-text.h"

#include <stdlib.h>
#include <string.h>

#include "base/input-file.h"
#include "base/text-file.h"
#include "plan/tokens.h"
#include "plan/top-level.h"

/* One version of a file. */
struct side {
	char *text; /* plain; from malloc; NULL: not known */
	struct top_level top;
};

struct own_text_file {
	bool is_touched; /* the patch changes it */
	bool is_known;	 /* both sides are understood */
	struct side old, new;
};

/* False after a message, or where the text is not understood. */
static bool read_side(struct side *side, const char *folder, const char *path, struct arena *arena)
{
	size_t size;
	const char *text = text_file_read(arena_printf(arena, "%s/%s", folder, path), &size, arena);

	if (!text)
		return false;
	side->text = tokens_plain_text(text, &size, NULL);
	return top_level_read(&side->top, side->text, size);
}

static bool is_there(const struct own_texts *texts, const char *folder, const char *path)
{
	return input_file_is_there(arena_printf(texts->arena, "%s/%s", folder, path));
}

static struct own_text_file *get_file(struct own_texts *texts, const char *path)
{
	const struct name_entry *entry = name_table_find(&texts->by_path, path);
	struct own_text_file *file;

	if (entry)
		return texts->list[entry->number - 1];
	file = xcalloc(1, sizeof(*file));
	texts->list = array_grow(texts->list, texts->count, sizeof(*texts->list));
	texts->list[texts->count++] = file;
	name_table_add(&texts->by_path, path)->number = texts->count;
	file->is_touched = is_there(texts, texts->files, path);
	if (file->is_touched && is_there(texts, texts->source, path))
		file->is_known = read_side(&file->old, texts->source, path, texts->arena) &&
				 read_side(&file->new, texts->files, path, texts->arena);
	return file;
}

static bool declares(const struct top_level *top, const struct top_item *item, const char *name)
{
	for (size_t i = item->first_name; i < item->end_name; i++)
		if (top->names[i].length == strlen(name) &&
		    !memcmp(top->names[i].text, name, top->names[i].length))
			return true;
	return false;
}

/* The next item, from FROM on, that declares NAME; their number: there is none. */
static size_t next_declaring(const struct top_level *top, size_t from, const char *name)
{
	while (from < top->item_count && !declares(top, &top->items[from], name))
		from++;
	return from;
}

bool own_text_is_touched(struct own_texts *texts, const char *file, const char *name)
{
	const struct own_text_file *known;
	size_t old = 0, new = 0, count = 0;

	/* Only one way of writing a path is that of the touched files. */
	if (!texts->source || !file || *file == '/' || strstr(file, "../"))
		return true;
	known = get_file(texts, file);
	if (!known->is_touched || !known->is_known)
		return known->is_touched;
	for (;; old++, new ++, count++) {
		old = next_declaring(&known->old.top, old, name);
		new = next_declaring(&known->new.top, new, name);
		if (old == known->old.top.item_count || new == known->new.top.item_count)
			break;
		if (top_item_says(&known->old.top, &known->old.top.items[old]) !=
		    top_item_says(&known->new.top, &known->new.top.items[new]))
			return true;
	}
	/* A macro may define it. */
	return !count || old != known->old.top.item_count || new != known->new.top.item_count;
}

static void free_side(struct side *side)
{
	top_level_free(&side->top);
	free(side->text);
}

void own_texts_free(struct own_texts *texts)
{
	for (size_t i = 0; i < texts->count; i++) {
		free_side(&texts->list[i]->old);
		free_side(&texts->list[i]->new);
		free(texts->list[i]);
	}
	free(texts->list);
	name_table_free(&texts->by_path);
}
