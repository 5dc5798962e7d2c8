/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files that mention what a header defines or declares. Comes in: names of macros, functions and types, and who can see
 * them. Goes out: whose text is another one where these are others.
 *
 * With
 *
 *	#define LIMIT 8				the macro
 *	#define ROOM (2 * LIMIT)		in any other header: leads to it
 *	struct table { int room[ROOM]; };	in a third one: so does this,
 *	static inline void clear(struct table *table) { ... }		and this
 *	int size = PASTE(LIM, IT);		this file uses it: its words are two parts of the name
 *	#if LIMIT > 8				in a header: all files that include that use it
 *
 * these may be too many, as a name may be used for more than one thing. They are too few only where a name is put
 * together of three parts or more, two of which no macro has, of parts of one or two letters that a header has
 * without ##, or by a macro that hands one part to another one which has the other. Headers that include the macros'
 * own one are read once, and those that have ## or part of a name: a macro that leads to another need not see it,
 * where it is defined.
 */
#include "plan/mentions.h"

#include <stdlib.h>
#include <string.h>

#include "base/text-file.h"
#include "plan/macros.h"
#include "plan/tokens.h"
#include "plan/top-level.h"

/* Shorter parts of names are in all files. */
#define LEAST_PART 3

/*
 * More names than these are not followed. Beside what is told above, a type of which half of the kernel's functions
 * know leads to them all: 'struct tcp_sock' of 6.1 to 69, 125 and 1820 names, then 294,000 of the source's 520,000.
 */
#define MOST_NAMES 100

/* A macro of a header, with the words of its #define, or an item, which may declare several names. */
struct definition {
	const char **names; /* in the arena, as WORDS */
	size_t name_count;
	uint64_t *words;
	size_t word_count;
	bool pastes; /* has ##, or leads to a macro that does */
	bool is_item;
};

/* What a header has. */
struct contents {
	uint64_t *words; /* of items that are there for all who include it, each once; from malloc */
	size_t word_count;
	struct definition *definitions; /* from malloc */
	size_t definition_count;
	bool is_read;
	bool has_no_paste; /* it has been looked at before, and there is no ## */
};

/* What is looked for. */
struct search {
	struct mentions *mentions;
	struct string_list *names;
	const struct contents *own;
	const bool *includers;
	struct word_set set;	 /* NAMES */
	struct word_set pasting; /* macros that put names together, directly or not */
	struct word_set parts;	 /* words of macros, of which names may be put together */
	struct word_set rests;	 /* what lacks where one of these is a name's beginning or end */
	struct word_set splits;	 /* all beginnings and ends of names */
	struct word_set pairs;	 /* which of them belong together, see pair_of() */
	struct word_set any;	 /* of SET, RESTS and SPLITS */
	struct word_set wanted;	 /* where a header has one of these, it is read */
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

/* The words of a text that counts for all who include the header. */
static void add_words(struct contents *contents, const char *text, const char *end,
		      struct word_set *seen)
{
	const char *word;
	size_t length = 0;

	for (word = word_next_code(text, end, &length); word;
	     word = word_next_code(word + length, end, &length)) {
		if (!word_set_add(seen, word, length))
			continue;
		contents->words =
			array_grow(contents->words, contents->word_count, sizeof(*contents->words));
		contents->words[contents->word_count++] = word_hash(word, length);
	}
}

/* Does the #define put names together? A comma before ## is a name's end: it goes where no argument follows. */
static bool does_paste(const char *text)
{
	const char *at = text, *before;

	while ((at = strstr(at, "##"))) {
		before = at;
		while (before > text && before[-1] == ' ')
			before--;
		if (before > text && before[-1] != ',')
			return true;
		at += 2;
	}
	return false;
}

/* A definition with the words of the text, and room for NAME_COUNT names. */
static struct definition *add_definition(struct contents *contents, const char *text,
					 const char *end, size_t name_count, struct arena *arena)
{
	struct definition *definition;
	size_t length = 0, count = 0;
	const char *word;

	contents->definitions = array_grow(contents->definitions, contents->definition_count,
					   sizeof(*contents->definitions));
	definition = &contents->definitions[contents->definition_count++];
	for (word = word_next(text, end, &length); word;
	     word = word_next(word + length, end, &length))
		count++;
	*definition = (struct definition){
		.names = arena_alloc(arena, (name_count + 1) * sizeof(*definition->names)),
		.words = arena_alloc(arena, (count + 1) * sizeof(*definition->words)),
	};
	for (word = word_next(text, end, &length); word;
	     word = word_next(word + length, end, &length))
		definition->words[definition->word_count++] = word_hash(word, length);
	return definition;
}

static void add_macro(struct contents *contents, const struct macro *macro, struct arena *arena)
{
	const char *text = macro->text + macro->definition;
	struct definition *definition =
		add_definition(contents, text, text + strlen(text), 1, arena);

	definition->names[definition->name_count++] = arena_strdup(arena, macro->name);
	definition->pastes = does_paste(text);
}

static void add_item(struct contents *contents, const struct top_level *top,
		     const struct top_item *item, struct word_set *seen, struct arena *arena)
{
	const struct token *first = &top->tokens[item->first], *last = &top->tokens[item->end - 1];
	const char *end = last->text + last->length;
	struct definition *definition;

	if (item->is_root || item->first_name == item->end_name) {
		add_words(contents, first->text, end, seen);
		return;
	}
	definition = add_definition(contents, first->text, end, item->end_name - item->first_name,
				    arena);
	definition->is_item = true;
	for (size_t i = item->first_name; i < item->end_name; i++)
		definition->names[definition->name_count++] =
			arena_strndup(arena, top->names[i].text, top->names[i].length);
}

/* What is not understood counts for all who include the header. */
static void read_items(struct contents *contents, const char *text, size_t size,
		       struct arena *arena)
{
	struct word_set seen = { .count = 0 };
	char *plain = tokens_plain_text(text, &size, NULL);
	struct top_level top;

	if (top_level_read(&top, plain, size))
		for (size_t i = 0; i < top.item_count; i++)
			add_item(contents, &top, &top.items[i], &seen, arena);
	else
		add_words(contents, plain, plain + size, &seen);
	top_level_free(&top);
	word_set_free(&seen);
	free(plain);
}

static void read_contents(struct mentions *mentions, struct contents *contents, const char *text,
			  size_t size)
{
	struct arena texts = { NULL, 0, 0 };
	struct macros macros;

	contents->is_read = true;
	read_items(contents, text, size, mentions->tree->arena);
	macros_read(&macros, text, size, &texts);
	for (size_t i = 0; i < macros.count; i++)
		add_macro(contents, &macros.list[i], mentions->tree->arena);
	macros_free(&macros);
	arena_free(&texts);
}

static uint64_t pair_of(uint64_t beginning, uint64_t rest)
{
	uint64_t pair = (beginning ^ (rest << 1 | rest >> 63)) * 0x9e3779b97f4a7c15u;

	return pair ? pair : 1;
}

/* Are two of WORDS the parts of a name? */
static bool has_both(const struct search *search, const struct word_set *words)
{
	for (size_t i = 0; i < words->room && words->count > 1; i++)
		for (size_t j = 0; words->hashes[i] && j < words->room; j++)
			if (words->hashes[j] &&
			    word_set_has(&search->pairs,
					 pair_of(words->hashes[i], words->hashes[j])))
				return true;
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

static bool has_word(const uint64_t *words, size_t count, const struct word_set *set)
{
	for (size_t i = 0; i < count; i++)
		if (word_set_has(set, words[i]))
			return true;
	return false;
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

/* Does the macro put a name together of two of its words? */
static bool has_parts(const struct search *search, const struct definition *definition)
{
	struct said said = { .name = false };

	for (size_t i = 0; i < definition->word_count; i++)
		if (word_set_has(&search->splits, definition->words[i]))
			word_set_add_hash(&said.parts, definition->words[i]);
	return finish(search, &said);
}

/* An item may say a part of a name to a macro that has the rest. */
static bool leads(const struct search *search, const struct definition *definition)
{
	if (definition->is_item)
		return words_mention(search, definition->words, definition->word_count);
	return has_word(definition->words, definition->word_count, &search->set) ||
	       (definition->pastes && has_parts(search, definition));
}

static void add_name(struct search *search, const char *name)
{
	if (word_set_add(&search->set, name, strlen(name)))
		string_list_add(search->names, name);
}

/* Adds what a file has that leads to one of the names. */
static void add_leading(struct search *search, const struct contents *contents)
{
	for (size_t i = 0; i < contents->definition_count; i++) {
		const struct definition *definition = &contents->definitions[i];

		if (!leads(search, definition))
			continue;
		for (size_t j = 0; j < definition->name_count; j++)
			add_name(search, definition->names[j]);
	}
}

/* Of a header that does not include the macros' own one. */
static bool may_lead(const struct search *search, struct contents *contents, const char *text,
		     size_t size)
{
	if (!contents->has_no_paste && memmem(text, size, "##", 2))
		return true;
	contents->has_no_paste = true;
	return word_set_is_in(&search->wanted, text, size);
}

/* Does each of them for the macros' own header and all that are read. */
static void each_contents(struct search *search,
			  void (*act)(struct search *search, const struct contents *contents))
{
	act(search, search->own);
	for (size_t i = 0; i < search->mentions->tree->file_count; i++)
		act(search, &search->mentions->contents[i]);
}

static void add_pasting(struct search *search, const struct contents *contents)
{
	for (size_t i = 0; i < contents->definition_count; i++) {
		const struct definition *definition = &contents->definitions[i];

		for (size_t j = 0; j < definition->name_count && definition->pastes; j++)
			word_set_add(&search->pasting, definition->names[j],
				     strlen(definition->names[j]));
	}
}

static void mark_pasting(struct search *search, const struct contents *contents)
{
	for (size_t i = 0; i < contents->definition_count; i++) {
		struct definition *definition = &contents->definitions[i];

		definition->pastes =
			definition->pastes ||
			has_word(definition->words, definition->word_count, &search->pasting);
	}
}

static void add_parts(struct search *search, const struct contents *contents)
{
	for (size_t i = 0; i < contents->definition_count; i++)
		for (size_t j = 0; j < contents->definitions[i].word_count; j++)
			word_set_add_hash(&search->parts, contents->definitions[i].words[j]);
}

/* By way of two macros, as __PASTE() does: of more, nearly all do something with ##. */
static void find_pasting(struct search *search)
{
	for (int i = 0; i < 2; i++) {
		each_contents(search, add_pasting);
		each_contents(search, mark_pasting);
	}
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

		if (contents->is_read || source_path_is_compiled(path))
			continue;
		text = source_tree_read(tree, path, &size);
		if (text && (search->includers[i] || may_lead(search, contents, text, size)))
			read_contents(mentions, contents, text, size);
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
		word_set_add_hash(&search->pairs,
				  pair_of(word_hash(name, i), word_hash(name + i, length - i)));
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

/* Finds the macros that lead to the names, and what they are put together of. False: these are too many. */
static bool find_names(struct search *search)
{
	size_t known = 0, count;

	while (known < search->names->count) {
		count = search->names->count;
		if (count > MOST_NAMES)
			return false;
		for (size_t i = known; i < count; i++)
			add_splits(search, search->names->list[i]);
		read_headers(search);
		find_pasting(search);
		each_contents(search, add_parts);
		for (size_t i = 0; i < count; i++)
			add_rests(search, search->names->list[i]);
		known = count;
		each_contents(search, add_leading);
	}
	return true;
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
	word_set_free(&search->pasting);
	word_set_free(&search->pairs);
	word_set_free(&search->parts);
	word_set_free(&search->rests);
	word_set_free(&search->splits);
	word_set_free(&search->any);
	word_set_free(&search->wanted);
}

bool mentions_find(struct mentions *mentions, struct string_list *names, const char *own,
		   size_t own_size, const bool *includers, bool *uses)
{
	struct contents contents = { .is_read = false };
	struct search search = {
		.mentions = mentions, .names = names, .own = &contents, .includers = includers
	};
	bool found;

	for (size_t i = 0; i < names->count; i++)
		word_set_add(&search.set, names->list[i], strlen(names->list[i]));
	read_contents(mentions, &contents, own, own_size);
	found = find_names(&search);
	if (found && words_mention(&search, contents.words, contents.word_count))
		memcpy(uses, includers, mentions->tree->file_count * sizeof(*uses));
	else if (found)
		find_users(&search, uses);
	free(contents.words);
	free(contents.definitions);
	free_search(&search);
	return found;
}
