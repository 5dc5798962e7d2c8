/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Compares what the preprocessor makes of a unit. Comes in: two files, before and after the patch. Goes out: will the
 * compiler make the same of both, whatever it is?
 *
 * It will if the tokens are the same. Of C, those matter only that something comes of: most of what headers have is
 * used by nobody. An item that is a root (top-level.c) is used, and what declares a word that a used item has. Words
 * in strings count: assembler and aliases have names there. As with a member that is added to a structure:
 *
 *	struct s { int x; [int y;] };				used by f
 *	static inline int f(struct s *p) { return p->x; }	used by nobody here
 *	int g(struct s *p);					used by h; it is this that has "struct s" used
 *	int h(void) { return g(0); }				a root
 */
#include "plan/preprocessed.h"

#include <stdlib.h>
#include <string.h>

#include "base/text-file.h"
#include "plan/tokens.h"
#include "plan/top-level.h"
#include "plan/words.h"

/* A name and an item that declares it. */
struct declared {
	uint64_t name;
	size_t item;
};

/* The items of a text that are used. */
struct usage {
	const struct top_level *top;
	struct declared *declared; /* sorted by name */
	size_t declared_count;
	bool *is_used; /* by item */
	size_t *stack; /* used items whose words have not been looked at */
	size_t stack_count;
	struct word_set seen; /* words that used items have */
};

/* The compiler calls these without being told to. */
static const char *const called_anyway[] = { "memcpy", "memmove", "memset", "memcmp", "abort" };

static int compare_declared(const void *left, const void *right)
{
	const struct declared *a = left, *b = right;

	if (a->name != b->name)
		return a->name < b->name ? -1 : 1;
	return a->item < b->item ? -1 : a->item > b->item;
}

static void index_names(struct usage *usage)
{
	const struct top_level *top = usage->top;

	usage->declared = xcalloc(top->name_count + 1, sizeof(*usage->declared));
	for (size_t i = 0; i < top->item_count; i++)
		for (size_t n = top->items[i].first_name; n < top->items[i].end_name; n++)
			usage->declared[usage->declared_count++] = (struct declared){
				word_hash(top->names[n].text, top->names[n].length), i
			};
	qsort(usage->declared, usage->declared_count, sizeof(*usage->declared), compare_declared);
}

static void use_item(struct usage *usage, size_t item)
{
	if (usage->is_used[item])
		return;
	usage->is_used[item] = true;
	usage->stack[usage->stack_count++] = item;
}

/* The first declaration of NAME, or where it would be. */
static size_t find_declared(const struct usage *usage, uint64_t name)
{
	size_t low = 0, high = usage->declared_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (usage->declared[middle].name < name)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void use_word(struct usage *usage, const char *word, size_t length)
{
	uint64_t name = word_hash(word, length);

	if (!word_set_add(&usage->seen, word, length))
		return;
	for (size_t i = find_declared(usage, name);
	     i < usage->declared_count && usage->declared[i].name == name; i++)
		use_item(usage, usage->declared[i].item);
}

static void use_words(struct usage *usage, const struct token *token)
{
	const char *end = token->text + token->length, *word;
	size_t length = 0;

	/* Names may have other letters than words.h knows. */
	if (*token->text != '"')
		use_word(usage, token->text, token->length);
	for (word = word_next(token->text, end, &length); word;
	     word = word_next(word + length, end, &length))
		use_word(usage, word, length);
}

static void find_used(struct usage *usage, const struct top_level *top)
{
	memset(usage, 0, sizeof(*usage));
	usage->top = top;
	usage->is_used = xcalloc(top->item_count + 1, sizeof(*usage->is_used));
	usage->stack = xcalloc(top->item_count + 1, sizeof(*usage->stack));
	index_names(usage);
	for (size_t i = 0; i < top->item_count; i++)
		if (top->items[i].is_root)
			use_item(usage, i);
	for (size_t i = 0; i < ARRAY_SIZE(called_anyway); i++)
		use_word(usage, called_anyway[i], strlen(called_anyway[i]));
	while (usage->stack_count > 0) {
		const struct top_item *item = &top->items[usage->stack[--usage->stack_count]];

		for (size_t i = item->first; i < item->end; i++)
			use_words(usage, &top->tokens[i]);
	}
}

static void free_usage(struct usage *usage)
{
	free(usage->declared);
	free(usage->is_used);
	free(usage->stack);
	word_set_free(&usage->seen);
}

/* The next item that is used, from ITEM on; their number: there is none. */
static size_t next_used(const struct usage *usage, size_t item)
{
	while (item < usage->top->item_count && !usage->is_used[item])
		item++;
	return item;
}

/* What stands before an item is of the one before it. */
static bool is_same_item(struct counted *counted, const struct top_level *old_top, size_t old_item,
			 const struct top_level *new_top, size_t new_item)
{
	const struct top_item *old = &old_top->items[old_item], *new = &new_top->items[new_item];

	if (old->end - old->first != new->end - new->first)
		return false;
	for (size_t i = 0; i < old->end - old->first; i++) {
		struct token old_token = old_top->tokens[old->first + i];
		struct token new_token = new_top->tokens[new->first + i];

		if (i == 0)
			old_token.gap = new_token.gap;
		if (!token_is_same(counted, old_token, new_token))
			return false;
	}
	return true;
}

static bool is_same_used(const struct usage *old, const struct usage *new)
{
	size_t old_item = next_used(old, 0), new_item = next_used(new, 0);
	struct counted counted = { .arena = { NULL, 0, 0 } };
	bool same = true;

	while (same && old_item < old->top->item_count && new_item < new->top->item_count) {
		same = is_same_item(&counted, old->top, old_item, new->top, new_item);
		old_item = next_used(old, old_item + 1);
		new_item = next_used(new, new_item + 1);
	}
	counted_free(&counted);
	return same && old_item == old->top->item_count && new_item == new->top->item_count;
}

static bool uses_same(const char *old, size_t old_size, const char *new, size_t new_size)
{
	struct top_level old_top, new_top;
	struct usage old_usage, new_usage;
	bool is_read = top_level_read(&old_top, old, old_size), same = false;

	is_read = top_level_read(&new_top, new, new_size) && is_read;
	if (is_read) {
		find_used(&old_usage, &old_top);
		find_used(&new_usage, &new_top);
		same = is_same_used(&old_usage, &new_usage);
		free_usage(&old_usage);
		free_usage(&new_usage);
	}
	top_level_free(&old_top);
	top_level_free(&new_top);
	return same;
}

void preprocessed_print(const char *old, const char *new, bool used_only, FILE *stream,
			struct arena *arena)
{
	size_t old_size, new_size;
	const char *old_text = text_file_read(old, &old_size, arena);
	const char *new_text = old_text ? text_file_read(new, &new_size, arena) : NULL;

	if (!new_text)
		return;
	if (tokens_are_same(old_text, old_size, new_text, new_size) ||
	    (used_only && uses_same(old_text, old_size, new_text, new_size)))
		fputs("same\n", stream);
	else
		fputs("different\n", stream);
}
