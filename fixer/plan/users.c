/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files that use a header's changed macros. Comes in: headers as they were and as they are patched, and the source.
 * Goes out: who can see a header and mentions one of its changed macros, or another macro that leads to it.
 *
 * GCC's debug information names a header in those units only that have code, types or variables of it, so the source
 * itself has to be asked. These may be too many, as names may be used for more than one thing: the digests tell in
 * the end what has changed.
 *
 * The files are read twice: all of them for what they include, and then those that include one of the headers. Of
 * headers all words and macros are kept then, as it takes all of these to know which macros lead to a changed one;
 * C files are read after that.
 */
#include "plan/users.h"

#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/string-list.h"
#include "base/text-file.h"
#include "plan/macros.h"
#include "plan/source-tree.h"
#include "plan/words.h"

/* A macro of a header, with the words of its #define. */
struct definition {
	const char *name;
	uint64_t *words; /* in the arena */
	size_t word_count;
};

/* What a file has that is a header, or is included like one. */
struct contents {
	uint64_t *words; /* each once; from malloc */
	size_t word_count;
	struct definition *definitions; /* from malloc */
	size_t definition_count;
	bool is_read;
};

/* A header whose macros have changed. */
struct header {
	const char *path;
	struct word_set names; /* the changed macros, and those that lead to them */
	bool *includers;       /* a place for each file of the tree; from malloc */
	struct contents own;
	struct string_list users;
};

struct users {
	const struct users_options *options;
	struct arena *arena;
	struct header *headers; /* from malloc */
	size_t header_count;
	struct source_tree tree;
	struct contents *contents; /* a place for each file of the tree; from malloc */
};

static bool is_unit(const char *path)
{
	return string_ends_with(path, ".c");
}

/* Finds the changed macros of PATH; those of a header that has none are not looked for. -1 after a message. */
static int add_header(struct users *users, const char *path)
{
	const char *old_path = arena_printf(users->arena, "%s/%s", users->options->source, path);
	const char *new_path = arena_printf(users->arena, "%s/%s", users->options->files, path);
	struct header header = { .path = path };
	struct macros old_macros, new_macros;
	size_t old_size, new_size;
	const char *old_text = text_file_read(old_path, &old_size, users->arena);
	const char *new_text = text_file_read(new_path, &new_size, users->arena);

	if (!old_text || !new_text)
		return -1;
	macros_read(&old_macros, old_text, old_size, users->arena);
	macros_read(&new_macros, new_text, new_size, users->arena);
	macros_compare(&old_macros, &new_macros, &header.names);
	macros_free(&old_macros);
	macros_free(&new_macros);
	if (!header.names.count)
		return 0;
	users->headers = array_grow(users->headers, users->header_count, sizeof(*users->headers));
	users->headers[users->header_count++] = header;
	return 0;
}

static void find_includers(struct users *users, struct header *header)
{
	header->includers = xcalloc(users->tree.file_count, sizeof(*header->includers));
	source_tree_find_includers(&users->tree, header->path);
	for (size_t i = 0; i < users->tree.file_count; i++)
		header->includers[i] = users->tree.files[i].is_seen;
}

static void read_words(struct contents *contents, const char *text, size_t size)
{
	const char *end = text + size, *word;
	struct word_set seen = { .count = 0 };
	size_t length = 0;

	for (word = word_next(text, end, &length); word;
	     word = word_next(word + length, end, &length)) {
		if (!word_set_add(&seen, word, length))
			continue;
		contents->words =
			array_grow(contents->words, contents->word_count, sizeof(*contents->words));
		contents->words[contents->word_count++] = word_hash(word, length);
	}
	word_set_free(&seen);
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
	definition->name = macro->name;
	definition->words = arena_alloc(arena, count * sizeof(*definition->words));
	definition->word_count = 0;
	for (word = word_next(text, end, &length); word;
	     word = word_next(word + length, end, &length))
		definition->words[definition->word_count++] = word_hash(word, length);
}

static void read_contents(struct users *users, struct contents *contents, const char *path)
{
	struct arena texts = { NULL, 0, 0 };
	struct macros macros;
	const char *text;
	size_t size;

	if (contents->is_read)
		return;
	contents->is_read = true;
	text = source_tree_read(&users->tree, path, &size);
	if (!text)
		return;
	read_words(contents, text, size);
	macros_read(&macros, text, size, &texts);
	for (size_t i = 0; i < macros.count; i++) {
		struct macro macro = macros.list[i];

		macro.name = arena_strdup(users->arena, macro.name);
		add_definition(contents, &macro, users->arena);
	}
	macros_free(&macros);
	arena_free(&texts);
}

static bool mentions(const uint64_t *words, size_t count, const struct word_set *names)
{
	for (size_t i = 0; i < count; i++)
		if (word_set_has(names, words[i]))
			return true;
	return false;
}

/* Adds those macros of a file that mention one of NAMES. True: there were such. */
static bool add_leading(const struct contents *contents, struct word_set *names)
{
	bool added = false;

	for (size_t i = 0; i < contents->definition_count; i++) {
		const struct definition *definition = &contents->definitions[i];

		if (mentions(definition->words, definition->word_count, names) &&
		    word_set_add(names, definition->name, strlen(definition->name)))
			added = true;
	}
	return added;
}

static void find_names(struct users *users, struct header *header)
{
	bool added = true;

	read_contents(users, &header->own, header->path);
	for (size_t i = 0; i < users->tree.file_count; i++)
		if (header->includers[i] && !is_unit(users->tree.files[i].path))
			read_contents(users, &users->contents[i], users->tree.files[i].path);
	while (added) {
		added = add_leading(&header->own, &header->names);
		for (size_t i = 0; i < users->tree.file_count; i++)
			if (header->includers[i] &&
			    add_leading(&users->contents[i], &header->names))
				added = true;
	}
}

/* A C file is read once for all headers. */
static void ask_unit(struct users *users, size_t file)
{
	const char *path = users->tree.files[file].path, *text = NULL;
	size_t size = 0;

	for (size_t i = 0; i < users->header_count; i++) {
		struct header *header = &users->headers[i];

		if (!header->includers[file])
			continue;
		text = text ? text : source_tree_read(&users->tree, path, &size);
		if (!text)
			return;
		if (word_set_is_in(&header->names, text, size))
			string_list_add(&header->users, path);
	}
}

static void ask_header(struct users *users, size_t file)
{
	const struct contents *contents = &users->contents[file];

	for (size_t i = 0; i < users->header_count; i++)
		if (users->headers[i].includers[file] &&
		    mentions(contents->words, contents->word_count, &users->headers[i].names))
			string_list_add(&users->headers[i].users, users->tree.files[file].path);
}

static void find_users(struct users *users)
{
	users->contents = xcalloc(users->tree.file_count, sizeof(*users->contents));
	for (size_t i = 0; i < users->header_count; i++) {
		find_includers(users, &users->headers[i]);
		find_names(users, &users->headers[i]);
		string_list_add(&users->headers[i].users, users->headers[i].path);
	}
	for (size_t i = 0; i < users->tree.file_count; i++)
		if (is_unit(users->tree.files[i].path))
			ask_unit(users, i);
		else
			ask_header(users, i);
}

static void print(const struct users *users, FILE *stream)
{
	for (size_t i = 0; i < users->header_count; i++) {
		struct header *header = &users->headers[i];

		string_list_sort(&header->users);
		for (size_t j = 0; j < header->users.count; j++)
			fprintf(stream, "%s\t%s\n", header->path, header->users.list[j]);
	}
}

static void free_contents(struct contents *contents)
{
	free(contents->words);
	free(contents->definitions);
}

static void free_users(struct users *users)
{
	for (size_t i = 0; i < users->header_count; i++) {
		word_set_free(&users->headers[i].names);
		free(users->headers[i].includers);
		string_list_free(&users->headers[i].users);
		free_contents(&users->headers[i].own);
	}
	for (size_t i = 0; users->contents && i < users->tree.file_count; i++)
		free_contents(&users->contents[i]);
	free(users->contents);
	free(users->headers);
}

int users_print(const struct users_options *options, char *const *headers, size_t count,
		FILE *stream, struct arena *arena)
{
	struct users users = { .options = options, .arena = arena, .tree = { .fd = -1 } };
	int result = 0;

	for (size_t i = 0; i < count; i++)
		if (add_header(&users, headers[i]))
			result = -1;
	if (!result && users.header_count) {
		result = source_tree_open(&users.tree, options->source, options->arch, arena);
		if (!result) {
			find_users(&users);
			print(&users, stream);
		}
	}
	free_users(&users);
	source_tree_close(&users.tree);
	return result;
}
