/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files that mention macros. Comes in: names of macros, and who can see them. Goes out: whose text is another one where these
 * macros are others.
 *
 * With
 *
 *	#define LIMIT 8				the macro
 *	#define ROOM (2 * LIMIT)		in any other header: leads to it
 *	struct table { int room[ROOM]; };	in a third one: all files that include that use it
 *	int size = PASTE(LIM, IT);		so does this file, whose words are two parts of the name
 *
 * these may be too many, as a name may be used for more than one thing. They are too few only where a name is put
 * together of three parts or more. Headers are read once, and of those that do not include the macros' own one only
 * what mentions a name is kept: a macro that leads to another need not see it, where it is defined.
 */
#include "plan/mentions.h"

#include <stdlib.h>
#include <string.h>

#include "base/text-file.h"
#include "plan/macros.h"
#include "plan/tokens.h"

/* A macro of a header, with the words of its #define. */
struct definition {
	const char *name;
	uint64_t *words; /* in the arena */
	size_t word_count;
};

/* What a header has. */
struct contents {
	uint64_t *words; /* outside of #define and #undef, each once; from malloc */
	size_t word_count;
	struct definition *definitions; /* from malloc */
	size_t definition_count;
	bool is_read;
};

/* What is looked for. */
struct search {
	struct mentions *mentions;
	struct string_list *names;
	struct word_set set;   /* NAMES */
	struct word_set parts; /* words of definitions, of which names may be put together */
	struct word_set rests; /* what lacks for a name where one of these is its beginning or end */
	struct word_set splits; /* all beginnings and ends of names */
	const bool *includers;
};

void mentions_open(struct mentions *mentions, struct source_tree *tree)
{
	mentions->tree = tree;
	mentions->contents = xcalloc(tree->file_count + 1, sizeof(*mentions->contents));
}

void mentions_close(struct mentions *mentions)
{
	for (size_t i = 0; mentions->contents && i < mentions->tree->file_count; i++) {
		free(mentions->contents[i].words);
		free(mentions->contents[i].definitions);
	}
	free(mentions->contents);
	memset(mentions, 0, sizeof(*mentions));
}

static bool is_header(const char *path)
{
	return !string_ends_with(path, ".c") && !string_ends_with(path, ".S");
}

static void read_words(struct contents *contents, const char *text, size_t size)
{
	const char *end, *word;
	struct word_set seen = { .count = 0 };
	char *plain = tokens_plain_text(text, &size, NULL);
	size_t length = 0;

	end = plain + size;
	for (word = word_next(plain, end, &length); word;
	     word = word_next(word + length, end, &length)) {
		if (!word_set_add(&seen, word, length))
			continue;
		contents->words =
			array_grow(contents->words, contents->word_count, sizeof(*contents->words));
		contents->words[contents->word_count++] = word_hash(word, length);
	}
	word_set_free(&seen);
	free(plain);
}

static void add_definition(struct contents *contents, const struct macro *macro,
			   struct arena *arena)
{
	const char *text = macro->text + macro->definition, *end = text + strlen(text), *word;
	struct definition *definition;
	size_t length = 0, count = 0;

	contents->definitions = array_grow(contents->definitions, contents->definition_count,
					   sizeof(*contents->definitions));
	definition = &contents->definitions[contents->definition_count++];
	for (word = word_next(text, end, &length); word;
	     word = word_next(word + length, end, &length))
		count++;
	definition->name = arena_strdup(arena, macro->name);
	definition->words = arena_alloc(arena, count * sizeof(*definition->words));
	definition->word_count = 0;
	for (word = word_next(text, end, &length); word;
	     word = word_next(word + length, end, &length))
		definition->words[definition->word_count++] = word_hash(word, length);
}

static void read_contents(struct mentions *mentions, struct contents *contents, const char *text,
			  size_t size)
{
	struct arena texts = { NULL, 0, 0 };
	struct macros macros;

	contents->is_read = true;
	read_words(contents, text, size);
	macros_read(&macros, text, size, &texts);
	for (size_t i = 0; i < macros.count; i++)
		add_definition(contents, &macros.list[i], mentions->tree->arena);
	macros_free(&macros);
	arena_free(&texts);
}

static bool has_word(const uint64_t *words, size_t count, const struct word_set *names)
{
	for (size_t i = 0; i < count; i++)
		if (word_set_has(names, words[i]))
			return true;
	return false;
}

/* Adds those macros of a file that mention one of the names. True: there were such. */
static bool add_leading(struct search *search, const struct contents *contents)
{
	bool added = false;

	for (size_t i = 0; i < contents->definition_count; i++) {
		const struct definition *definition = &contents->definitions[i];

		if (!has_word(definition->words, definition->word_count, &search->set) ||
		    !word_set_add(&search->set, definition->name, strlen(definition->name)))
			continue;
		string_list_add(search->names, definition->name);
		added = true;
	}
	return added;
}

/* Reads the headers that are not read yet: those that include the macros' own, and those that mention a name. */
static void read_headers(struct search *search)
{
	struct mentions *mentions = search->mentions;
	struct source_tree *tree = mentions->tree;

	for (size_t i = 0; i < tree->file_count; i++) {
		const char *path = tree->files[i].path, *text;
		size_t size;

		if (mentions->contents[i].is_read || !is_header(path))
			continue;
		text = source_tree_read(tree, path, &size);
		if (text && (search->includers[i] || word_set_is_in(&search->set, text, size)))
			read_contents(mentions, &mentions->contents[i], text, size);
	}
}

static void find_names(struct search *search, const struct contents *own)
{
	struct mentions *mentions = search->mentions;
	size_t known;

	do {
		bool added = true;

		known = search->names->count;
		read_headers(search);
		while (added) {
			added = add_leading(search, own);
			for (size_t i = 0; i < mentions->tree->file_count; i++)
				if (add_leading(search, &mentions->contents[i]))
					added = true;
		}
	} while (search->names->count > known);
}

static void add_parts(struct search *search, const struct contents *contents)
{
	for (size_t i = 0; i < contents->definition_count; i++)
		for (size_t j = 0; j < contents->definitions[i].word_count; j++)
			word_set_add_hash(&search->parts, contents->definitions[i].words[j]);
}

/* What has to be put before or behind words of definitions so that it is a name, by ##. */
static void find_splits(struct search *search, const struct contents *own)
{
	const struct mentions *mentions = search->mentions;

	add_parts(search, own);
	for (size_t i = 0; i < mentions->tree->file_count; i++)
		add_parts(search, &mentions->contents[i]);
	for (size_t i = 0; i < search->names->count; i++) {
		const char *name = search->names->list[i];
		size_t length = strlen(name);

		for (size_t j = 1; j < length; j++) {
			word_set_add(&search->splits, name, j);
			word_set_add(&search->splits, name + j, length - j);
			if (word_set_has(&search->parts, word_hash(name, j)))
				word_set_add(&search->rests, name + j, length - j);
			if (word_set_has(&search->parts, word_hash(name + j, length - j)))
				word_set_add(&search->rests, name, j);
		}
	}
}

/* Are two words of WORDS the parts of a name? */
static bool has_both(const struct search *search, const struct word_set *words)
{
	for (size_t i = 0; i < search->names->count && words->count > 1; i++) {
		const char *name = search->names->list[i];
		size_t length = strlen(name);

		for (size_t j = 1; j < length; j++)
			if (word_set_has(words, word_hash(name, j)) &&
			    word_set_has(words, word_hash(name + j, length - j)))
				return true;
	}
	return false;
}

static bool text_mentions(const struct search *search, const char *text, size_t size)
{
	struct word_set found = { .count = 0 };
	const char *end = text + size, *word;
	size_t length = 0;
	bool mentions = word_set_is_in(&search->set, text, size) ||
			word_set_is_in(&search->rests, text, size);

	for (word = mentions ? NULL : word_next(text, end, &length); word;
	     word = word_next(word + length, end, &length))
		if (word_set_has_word(&search->splits, word, length))
			word_set_add(&found, word, length);
	mentions = mentions || has_both(search, &found);
	word_set_free(&found);
	return mentions;
}

static bool header_mentions(const struct search *search, const struct contents *contents)
{
	struct word_set found = { .count = 0 };
	bool mentions = has_word(contents->words, contents->word_count, &search->set) ||
			has_word(contents->words, contents->word_count, &search->rests);

	for (size_t i = 0; i < contents->word_count && !mentions; i++)
		if (word_set_has(&search->splits, contents->words[i]))
			word_set_add_hash(&found, contents->words[i]);
	mentions = mentions || has_both(search, &found);
	word_set_free(&found);
	return mentions;
}

/* All that include the file are users, too, as far as they see the macros. */
static void add_includers(struct search *search, const char *path, bool *uses)
{
	struct source_tree *tree = search->mentions->tree;

	if (!name_table_find(&tree->by_base, path_base(path)))
		return;
	source_tree_find_includers(tree, path);
	for (size_t i = 0; i < tree->file_count; i++)
		if (tree->files[i].is_seen && search->includers[i])
			uses[i] = true;
}

/* A header that does not include the macros' own one may be included behind it. */
static void find_users(struct search *search, bool *uses)
{
	struct mentions *mentions = search->mentions;
	struct source_tree *tree = mentions->tree;

	for (size_t i = 0; i < tree->file_count; i++) {
		const char *path = tree->files[i].path, *text;
		size_t size;
		bool found = false;

		if (uses[i])
			continue;
		if (mentions->contents[i].is_read) {
			found = header_mentions(search, &mentions->contents[i]);
		} else if (search->includers[i]) {
			text = source_tree_read(tree, path, &size);
			found = text && text_mentions(search, text, size);
		}
		if (!found)
			continue;
		uses[i] = search->includers[i];
		add_includers(search, path, uses);
	}
}

void mentions_find(struct mentions *mentions, struct string_list *names, const char *own,
		   size_t own_size, const bool *includers, bool *uses)
{
	struct search search = { .mentions = mentions, .names = names, .includers = includers };
	struct contents contents = { .is_read = false };

	for (size_t i = 0; i < names->count; i++)
		word_set_add(&search.set, names->list[i], strlen(names->list[i]));
	read_contents(mentions, &contents, own, own_size);
	find_names(&search, &contents);
	find_splits(&search, &contents);
	if (header_mentions(&search, &contents))
		memcpy(uses, includers, mentions->tree->file_count * sizeof(*uses));
	else
		find_users(&search, uses);
	free(contents.words);
	free(contents.definitions);
	word_set_free(&search.set);
	word_set_free(&search.parts);
	word_set_free(&search.rests);
	word_set_free(&search.splits);
}
