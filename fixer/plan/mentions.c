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
 * together of three parts or more, two of which no macro has, or of parts of one or two letters that a header has
 * without ##. Headers that include the macros' own one are read once, and those that have ## or part of a name: a
 * macro that leads to another need not see it, where it is defined.
 */
#include "plan/mentions.h"

#include <stdlib.h>
#include <string.h>

#include "base/text-file.h"
#include "plan/macros.h"
#include "plan/tokens.h"

/* Shorter parts of names are in all files. */
#define LEAST_PART 3

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
	const struct contents *own;
	const bool *includers;
	struct word_set set;   /* NAMES */
	struct word_set parts; /* words of definitions, of which names may be put together */
	struct word_set
		rests; /* what lacks for a name that has these at its beginning, its end, or both */
	struct word_set splits; /* all beginnings and ends of names */
	struct word_set any;	/* of the last three but PARTS */
	struct word_set
		wanted; /* a header with one of these is read: names, and no short part of one */
};

/* What a text has said so far. */
struct said {
	bool name;
	struct word_set parts;
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
	for (word = word_next_code(plain, end, &length); word;
	     word = word_next_code(word + length, end, &length)) {
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

/* Are two of WORDS the parts of a name? */
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

static void take_word(const struct search *search, struct said *said, uint64_t word)
{
	if (word_set_has(&search->set, word) || word_set_has(&search->rests, word))
		said->name = true;
	else if (word_set_has(&search->splits, word))
		word_set_add_hash(&said->parts, word);
}

static bool finish(const struct search *search, struct said *said)
{
	bool mentions = said->name || has_both(search, &said->parts);

	word_set_free(&said->parts);
	return mentions;
}

static bool words_mention(const struct search *search, const uint64_t *words, size_t count)
{
	struct said said = { .name = false };

	for (size_t i = 0; i < count && !said.name; i++)
		if (word_set_has(&search->any, words[i]))
			take_word(search, &said, words[i]);
	return finish(search, &said);
}

static bool text_mentions(const struct search *search, const char *text, size_t size)
{
	const char *end = text + size, *word;
	struct said said = { .name = false };
	size_t length = 0;

	for (word = word_next_code(text, end, &length); word && !said.name;
	     word = word_next_code(word + length, end, &length))
		if (word_set_has_word(&search->any, word, length))
			take_word(search, &said, word_hash(word, length));
	return finish(search, &said);
}

/* Adds those macros of a file that mention one of the names. True: there were such. */
static bool add_leading(struct search *search, const struct contents *contents)
{
	bool added = false;

	for (size_t i = 0; i < contents->definition_count; i++) {
		const struct definition *definition = &contents->definitions[i];

		if (!words_mention(search, definition->words, definition->word_count) ||
		    !word_set_add(&search->set, definition->name, strlen(definition->name)))
			continue;
		string_list_add(search->names, definition->name);
		added = true;
	}
	return added;
}

/* Of a header that does not include the macros' own one. */
static bool may_lead(const struct search *search, const char *text, size_t size)
{
	return memmem(text, size, "##", 2) || word_set_is_in(&search->wanted, text, size);
}

static void add_parts(struct search *search, const struct contents *contents)
{
	for (size_t i = 0; i < contents->definition_count; i++)
		for (size_t j = 0; j < contents->definitions[i].word_count; j++)
			word_set_add_hash(&search->parts, contents->definitions[i].words[j]);
}

/* Reads the headers that are not read yet, as far as they are of interest. */
static void read_headers(struct search *search)
{
	struct mentions *mentions = search->mentions;
	struct source_tree *tree = mentions->tree;

	for (size_t i = 0; i < tree->file_count; i++) {
		struct contents *contents = &mentions->contents[i];
		const char *path = tree->files[i].path, *text;
		size_t size;

		if (contents->is_read || !is_header(path))
			continue;
		text = source_tree_read(tree, path, &size);
		if (text && (search->includers[i] || may_lead(search, text, size)))
			read_contents(mentions, contents, text, size);
		add_parts(search, contents);
	}
}

static void add_split(struct search *search, const char *text, size_t length)
{
	word_set_add(&search->splits, text, length);
	word_set_add(&search->any, text, length);
	if (length >= LEAST_PART)
		word_set_add(&search->wanted, text, length);
}

static void add_rest(struct search *search, const char *text, size_t length)
{
	word_set_add(&search->rests, text, length);
	word_set_add(&search->any, text, length);
}

static void add_splits(struct search *search, const char *name)
{
	size_t length = strlen(name);

	word_set_add(&search->any, name, length);
	word_set_add(&search->wanted, name, length);
	for (size_t i = 1; i < length; i++) {
		add_split(search, name, i);
		add_split(search, name + i, length - i);
	}
}

/* What has to be put before, behind or between words of definitions so that it is a name, by ##. */
static void add_rests(struct search *search, const char *name)
{
	size_t length = strlen(name);

	for (size_t i = 1; i < length; i++) {
		if (word_set_has(&search->parts, word_hash(name + i, length - i)))
			add_rest(search, name, i);
		if (!word_set_has(&search->parts, word_hash(name, i)))
			continue;
		add_rest(search, name + i, length - i);
		for (size_t j = i + 1; j < length; j++)
			if (word_set_has(&search->parts, word_hash(name + j, length - j)))
				add_rest(search, name + i, j - i);
	}
}

/* Finds the macros that lead to the names, and what they are put together of. */
static void find_names(struct search *search)
{
	struct mentions *mentions = search->mentions;
	size_t known = 0, count;

	add_parts(search, search->own);
	for (size_t i = 0; i < mentions->tree->file_count; i++)
		add_parts(search, &mentions->contents[i]);
	while (known < search->names->count) {
		count = search->names->count;
		for (size_t i = known; i < count; i++)
			add_splits(search, search->names->list[i]);
		read_headers(search);
		for (size_t i = 0; i < count; i++)
			add_rests(search, search->names->list[i]);
		known = count;
		add_leading(search, search->own);
		for (size_t i = 0; i < mentions->tree->file_count; i++)
			add_leading(search, &mentions->contents[i]);
	}
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
			found = words_mention(search, mentions->contents[i].words,
					      mentions->contents[i].word_count);
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

static void free_search(struct search *search)
{
	word_set_free(&search->set);
	word_set_free(&search->parts);
	word_set_free(&search->rests);
	word_set_free(&search->splits);
	word_set_free(&search->any);
	word_set_free(&search->wanted);
}

void mentions_find(struct mentions *mentions, struct string_list *names, const char *own,
		   size_t own_size, const bool *includers, bool *uses)
{
	struct contents contents = { .is_read = false };
	struct search search = {
		.mentions = mentions, .names = names, .own = &contents, .includers = includers
	};

	for (size_t i = 0; i < names->count; i++)
		word_set_add(&search.set, names->list[i], strlen(names->list[i]));
	read_contents(mentions, &contents, own, own_size);
	find_names(&search);
	if (words_mention(&search, contents.words, contents.word_count))
		memcpy(uses, includers, mentions->tree->file_count * sizeof(*uses));
	else
		find_users(&search, uses);
	free(contents.words);
	free(contents.definitions);
	free_search(&search);
}
