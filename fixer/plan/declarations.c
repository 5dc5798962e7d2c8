/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Compares what a header declares. Comes in: two texts of it. Goes out: the names of what has changed, if these are all
 * that matters.
 *
 *	static inline int f(int x) { return x; }	in the old text
 *	static inline int f(int x) { return x + 1; }	in the new one: f has changed, and who mentions f may have
 *	#define LIMIT 8					macros.c compares these
 *	#ifdef CONFIG_X					one more of these, and anything may have changed
 *
 * What is the same has to be in the same order: a directive between two others may decide about them.
 */
#include "plan/declarations.h"

#include <stdlib.h>
#include <string.h>

#include "plan/top-level.h"
#include "plan/words.h"

/* The items of a text, by what they say. */
struct side {
	struct top_level top;
	uint64_t *says;	  /* for each item */
	uint64_t *sorted; /* the same */
};

static int compare_numbers(const void *left, const void *right)
{
	uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;

	return a < b ? -1 : a > b;
}

static bool read_side(struct side *side, const char *text, size_t size)
{
	bool is_read = top_level_read(&side->top, text, size);
	size_t count = side->top.item_count;

	side->says = xcalloc(count + 1, sizeof(*side->says));
	side->sorted = xcalloc(count + 1, sizeof(*side->sorted));
	for (size_t i = 0; i < count; i++)
		side->sorted[i] = side->says[i] = top_item_says(&side->top, &side->top.items[i]);
	qsort(side->sorted, count, sizeof(*side->sorted), compare_numbers);
	return is_read;
}

static void free_side(struct side *side)
{
	top_level_free(&side->top);
	free(side->says);
	free(side->sorted);
}

/* How often the side has an item that says that. */
static size_t count_of(const struct side *side, uint64_t says)
{
	size_t low = 0, high = side->top.item_count, count = 0;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (side->sorted[middle] < says)
			low = middle + 1;
		else
			high = middle;
	}
	while (low + count < side->top.item_count && side->sorted[low + count] == says)
		count++;
	return count;
}

static bool has_changed(const struct side *side, const struct side *other, size_t item)
{
	return count_of(side, side->says[item]) != count_of(other, side->says[item]);
}

/* False: the item matters without its names. */
static bool add_names(const struct top_level *top, const struct top_item *item,
		      struct string_list *names, struct arena *arena)
{
	for (size_t i = item->first_name; i < item->end_name; i++)
		string_list_add(names,
				arena_strndup(arena, top->names[i].text, top->names[i].length));
	return !item->is_root && item->first_name != item->end_name;
}

static bool add_changed(const struct side *side, const struct side *other,
			struct string_list *names, struct arena *arena)
{
	bool known = true;

	for (size_t i = 0; i < side->top.item_count; i++)
		if (has_changed(side, other, i) &&
		    !add_names(&side->top, &side->top.items[i], names, arena))
			known = false;
	return known;
}

/* The next item that the other side has as well, from ITEM on. */
static size_t next_same(const struct side *side, const struct side *other, size_t item)
{
	while (item < side->top.item_count && has_changed(side, other, item))
		item++;
	return item;
}

static bool has_same_order(const struct side *old, const struct side *new)
{
	size_t i = next_same(old, new, 0), j = next_same(new, old, 0);

	while (i < old->top.item_count && j < new->top.item_count && old->says[i] == new->says[j]) {
		i = next_same(old, new, i + 1);
		j = next_same(new, old, j + 1);
	}
	return i == old->top.item_count && j == new->top.item_count;
}

bool declarations_compare(const char *old_text, size_t old_size, const char *new_text,
			  size_t new_size, struct string_list *names, struct arena *arena)
{
	struct side old, new;
	bool known = read_side(&old, old_text, old_size);

	known = read_side(&new, new_text, new_size) && known;
	known = known && has_same_order(&old, &new);
	known = add_changed(&old, &new, names, arena) && known;
	known = add_changed(&new, &old, names, arena) && known;
	free_side(&old);
	free_side(&new);
	return known;
}
