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
 * without ##, or of two that a macro has and underscores that it is given. Headers that include the macros' own one are
 * read once, and those that have ## or part of a name: a macro that leads to another need not see it,
 * where it is defined.
 */
#include "plan/mentions.h"

#include <stdlib.h>
#include <string.h>

#include "plan/header-contents.h"

/* Shorter parts of names are in all files. */
#define LEAST_PART 3

/*
 * More names than these are not followed. Beside what is told above, a type of which half of the kernel's functions
 * know leads to them all: 'struct tcp_sock' of 6.1 to 69, 125 and 1820 names, then 294,000 of the source's 520,000.
 */
#define MOST_NAMES 100

/* What is looked for. */
struct search {
	struct mentions *mentions;
	struct string_list *names;
	const struct contents *own;
	const bool *includers;
	struct word_set set;	 /* NAMES */
	struct word_set
		others; /* those that are not only functions' and variables': types may be others with them */
	struct word_set pasting; /* macros that put names together, directly or not */
	struct word_set
		holding; /* those that have a part of a name in SET, or lead to one that has */
	struct word_set parts;	 /* words of macros, of which names may be put together */
	struct word_set rests;	 /* what lacks where one of these is a name's beginning or end */
	struct word_set splits;	 /* all beginnings and ends of names */
	struct word_set pairs;	 /* which of them belong together, see pair_of() */
	struct word_set any;	 /* of SET, RESTS and SPLITS */
	struct word_set wanted;	 /* where a header has one of these, it is read */
};

/* Where in calls a text is. */
struct calls {
	uint64_t before; /* the word */
	size_t depth;	 /* parentheses around it */
	size_t pasting;	 /* those up to the outermost of a macro's in that set; 0: there is none */
	size_t holding;	 /* likewise */
};

/* In the calls of what a word is. */
#define IN_PASTING 1u
#define IN_HOLDING 2u

/* What a text has said so far. */
struct said {
	const struct word_set *names; /* that it may mention */
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
	for (size_t i = 0; mentions->contents && i < mentions->tree->file_count; i++)
		contents_free(&mentions->contents[i]);
	free(mentions->contents);
	memset(mentions, 0, sizeof(*mentions));
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

/* WHERE: in which calls the word is. */
static void take_word(const struct search *search, struct said *said, uint64_t word,
		      unsigned int where)
{
	if (word_set_has(said->names, word) ||
	    ((where & IN_HOLDING) && word_set_has(&search->rests, word)))
		said->name = true;
	else if (where && word_set_has(&search->splits, word))
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

/* Passes a parenthesis, or another word that follows *FROM. */
static void pass_call(const struct calls *calls, uint64_t word, const struct word_set *set,
		      size_t *from)
{
	if (word == WORD_OPEN && !*from && word_set_has(set, calls->before))
		*from = calls->depth + 1;
	else if (word == WORD_CLOSE && *from == calls->depth)
		*from = 0;
}

/*
 * Passes WORD: in which calls is it? Elsewhere, a word is no part of a name:
 *
 *	struct queue { struct list skb_queue; };	none of skb_queue_next
 *	NEXT(skb_queue)					of that, if NEXT(x) leads to x##_next
 *	PASTE(skb_queue, _next)				likewise, if PASTE(x, y) leads to x##y
 */
static unsigned int pass_word(const struct search *search, struct calls *calls, uint64_t word)
{
	pass_call(calls, word, &search->pasting, &calls->pasting);
	pass_call(calls, word, &search->holding, &calls->holding);
	if (word == WORD_OPEN)
		calls->depth++;
	else if (word == WORD_CLOSE)
		calls->depth -= calls->depth > 0;
	calls->before = word;
	return (calls->pasting ? IN_PASTING : 0) | (calls->holding ? IN_HOLDING : 0);
}

static bool words_mention(const struct search *search, const struct word_set *names,
			  const uint64_t *words, size_t count)
{
	struct said said = { .names = names };
	struct calls calls = { .depth = 0 };

	for (size_t i = 0; i < count && !said.name; i++)
		take_word(search, &said, words[i], pass_word(search, &calls, words[i]));
	return finish(search, &said);
}

/* The end of a directive that has TEXT. */
static const char *end_of_directive(const char *text, const char *end)
{
	const char *at = memchr(text, '\n', (size_t)(end - text));

	while (at && at > text && at[-1] == '\\')
		at = memchr(at + 1, '\n', (size_t)(end - at - 1));
	return at ? at : end;
}

/*
 * What a C file's own macros may do with its words, and with those of macros that they are given to, or that are given to
 * them: as if all were in such calls. One that has a part of a name says so itself: the rest may be anywhere.
 */
static unsigned int own_macros(const struct search *search, const char *text, size_t size,
			       struct said *said)
{
	const char *at = text, *end = text + size, *word;
	unsigned int where = 0;
	size_t length = 0;

	while ((at = memmem(at, (size_t)(end - at), "define", 6))) {
		const char *line_end = end_of_directive(at, end);

		where = IN_PASTING;
		word = memmem(at, (size_t)(line_end - at), "##", 2)
			       ? word_next_code(at, line_end, &length)
			       : NULL;
		for (; word; word = word_next_code(word + length, line_end, &length))
			if (length >= LEAST_PART &&
			    word_set_has(&search->splits, word_hash(word, length)))
				said->name = true;
		at = line_end;
	}
	return where && word_set_is_in(&search->holding, text, size) ? where | IN_HOLDING : where;
}

static bool text_mentions(const struct search *search, const char *text, size_t size)
{
	const char *end = text + size, *word;
	struct said said = { .names = &search->set };
	struct calls calls = { .depth = 0 };
	unsigned int own;
	size_t length = 0;

	if (!word_set_is_in(&search->any, text, size))
		return false;
	own = own_macros(search, text, size, &said);
	for (word = word_next_in_calls(text, end, &length); word && !said.name;
	     word = word_next_in_calls(word + length, end, &length)) {
		uint64_t hash = word_hash(word, length);

		take_word(search, &said, hash, own | pass_word(search, &calls, hash));
	}
	return finish(search, &said);
}

/* Does the macro put a name together of two of its words? */
static bool has_parts(const struct search *search, const struct definition *definition)
{
	struct said said = { .names = &search->set };

	for (size_t i = 0; i < definition->word_count; i++)
		if (word_set_has(&search->splits, definition->words[i]))
			word_set_add_hash(&said.parts, definition->words[i]);
	return finish(search, &said);
}

/* What a function does is nothing to a type, in which its name may be a member's. */
static bool leads(const struct search *search, const struct definition *definition)
{
	bool is_code = definition->kind == DEFINED_CODE || definition->kind == DEFINED_MACRO;

	return words_mention(search, is_code ? &search->set : &search->others, definition->words,
			     definition->word_count) ||
	       (definition->pastes && has_parts(search, definition));
}

/* May a type be another one with it? */
static bool may_be_in_type(const struct definition *definition)
{
	return definition->kind == DEFINED_MACRO || definition->kind == DEFINED_TYPE;
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
		for (size_t j = 0; j < definition->name_count; j++) {
			add_name(search, definition->names[j]);
			if (may_be_in_type(definition))
				word_set_add(&search->others, definition->names[j],
					     strlen(definition->names[j]));
		}
	}
}

/* Is NAME, that the header has, only a function's or a variable's? */
static bool is_only_code(const struct contents *contents, const char *name)
{
	bool is_code = false;

	for (size_t i = 0; i < contents->definition_count; i++) {
		const struct definition *definition = &contents->definitions[i];

		for (size_t j = 0; j < definition->name_count; j++) {
			if (strcmp(definition->names[j], name))
				continue;
			if (may_be_in_type(definition))
				return false;
			is_code = true;
		}
	}
	return is_code;
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
			(definition->kind == DEFINED_MACRO &&
			 has_word(definition->words, definition->word_count, &search->pasting));
	}
}

/* May a word of the macro become a part of a name? What is not put together there may be where the macro is used. */
static bool gives_parts(const struct definition *definition)
{
	return definition->pastes || definition->is_object;
}

static void add_parts(struct search *search, const struct contents *contents)
{
	for (size_t i = 0; i < contents->definition_count; i++) {
		const struct definition *definition = &contents->definitions[i];

		for (size_t j = 0; j < definition->word_count && gives_parts(definition); j++)
			word_set_add_hash(&search->parts, definition->words[j]);
	}
}

static void add_holding(struct search *search, const struct contents *contents)
{
	for (size_t i = 0; i < contents->definition_count; i++) {
		const struct definition *definition = &contents->definitions[i];

		if (definition->kind != DEFINED_MACRO)
			continue;
		if ((gives_parts(definition) &&
		     has_word(definition->words, definition->word_count, &search->splits)) ||
		    has_word(definition->words, definition->word_count, &search->holding))
			word_set_add(&search->holding, definition->names[0],
				     strlen(definition->names[0]));
	}
}

/* By way of two macros, as __PASTE() does: of more, nearly all do something with ##. */
static void find_pasting(struct search *search)
{
	for (int i = 0; i < 2; i++) {
		each_contents(search, add_pasting);
		each_contents(search, mark_pasting);
	}
}

static void find_holding(struct search *search)
{
	size_t known;

	do {
		known = search->holding.count;
		each_contents(search, add_holding);
	} while (search->holding.count > known);
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

		if (contents->is_read || source_path_is_compiled(path) || !tree->files[i].is_built)
			continue;
		text = source_tree_read(tree, path, &size);
		if (text && (search->includers[i] || may_lead(search, contents, text, size)))
			contents_read(contents, text, size, tree->arena);
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
			if (word_set_has(&search->parts, word_hash(name + j, length - j)) &&
			    strspn(name + i, "_") < j - i)
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
		find_holding(search);
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
			found = words_mention(search, &search->set, mentions->contents[i].words,
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
	word_set_free(&search->others);
	word_set_free(&search->pasting);
	word_set_free(&search->holding);
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
	contents_read(&contents, own, own_size, mentions->tree->arena);
	for (size_t i = 0; i < names->count; i++)
		if (!is_only_code(&contents, names->list[i]))
			word_set_add(&search.others, names->list[i], strlen(names->list[i]));
	found = find_names(&search);
	if (found && words_mention(&search, &search.set, contents.words, contents.word_count))
		memcpy(uses, includers, mentions->tree->file_count * sizeof(*uses));
	else if (found)
		find_users(&search, uses);
	contents_free(&contents);
	free_search(&search);
	return found;
}
