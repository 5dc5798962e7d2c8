/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who includes what a patch touches. Comes in: files as they were and as they are patched, and the source. Goes out:
 * the files that are compiled and may be others with the patch.
 *
 * GCC's debug information names a header in those units only that have code, types or variables of it: not where one
 * takes the size of a structure, or uses a macro. So the source is asked first; what DWARF knows besides, by ways of
 * including that are not seen here, is asked after that. These may be too many: what the preprocessor makes of them
 * is compared, and the digests tell in the end what has changed.
 */
#include "plan/users.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/input-file.h"
#include "base/string-list.h"
#include "base/text-file.h"
#include "plan/built-files.h"
#include "plan/declarations.h"
#include "plan/macros.h"
#include "plan/mentions.h"
#include "plan/source-tree.h"
#include "plan/tokens.h"
#include "plan/words.h"

/* A file that the patch touches. */
struct touched {
	const char *path;
	struct string_list names; /* of macros and declarations that have changed */
	size_t own_count;	  /* those of NAMES that it has itself: what leads to them follows */
	const char *text;	  /* as it is patched, where nothing else has changed than NAMES */
	size_t size;
	struct string_list users;
};

struct users {
	const struct users_options *options;
	struct arena *arena;
	struct touched *touched; /* from malloc */
	size_t count;
	struct source_tree tree;
	struct mentions mentions; /* made when it is needed */
	bool knows_built;
};

/* A touched file's text, before or after; NULL: there is none. */
struct side {
	const char *text;
	size_t size;
};

/* The names of the macros that have changed go to TOUCHED. */
static void find_macros(struct users *users, struct touched *touched, const struct side *old,
			const struct side *new)
{
	struct macros old_macros, new_macros;

	macros_read(&old_macros, old->text, old->size, users->arena);
	macros_read(&new_macros, new->text, new->size, users->arena);
	macros_compare(&old_macros, &new_macros, &touched->names);
	macros_free(&old_macros);
	macros_free(&new_macros);
}

/* What differs between two texts of a header besides the macros of TOUCHED. */
enum rest {
	REST_SAME,
	REST_DECLARED, /* declarations, whose names are TOUCHED's then */
	REST_MORE,
};

static enum rest compare_rest(struct users *users, struct touched *touched, const struct side *old,
			      const struct side *new)
{
	struct string_list declared = { NULL, 0 };
	struct word_set names = { .count = 0 };
	size_t old_size = old->size, new_size = new->size;
	char *old_text, *new_text;
	enum rest rest = REST_MORE;

	for (size_t i = 0; i < touched->names.count; i++)
		word_set_add(&names, touched->names.list[i], strlen(touched->names.list[i]));
	old_text = tokens_plain_text(old->text, &old_size, &names);
	new_text = tokens_plain_text(new->text, &new_size, &names);
	if (tokens_are_same(old_text, old_size, new_text, new_size))
		rest = REST_SAME;
	else if (declarations_compare(old_text, old_size, new_text, new_size, &declared,
				      users->arena))
		rest = REST_DECLARED;
	for (size_t i = 0; i < declared.count; i++)
		string_list_add(&touched->names, declared.list[i]);
	string_list_free(&declared);
	word_set_free(&names);
	free(old_text);
	free(new_text);
	return rest;
}

/* -1 after a message. */
static int read_side(struct users *users, const char *folder, const char *path, bool is_needed,
		     struct side *side)
{
	const char *file = arena_printf(users->arena, "%s/%s", folder, path);

	if (!is_needed && access(file, F_OK) && errno == ENOENT)
		return 0;
	side->text = text_file_read(file, &side->size, users->arena);
	return side->text ? 0 : -1;
}

static void add(struct users *users, const struct touched *touched)
{
	users->touched = array_grow(users->touched, users->count, sizeof(*users->touched));
	users->touched[users->count++] = *touched;
}

/* Takes PATH, if it has changed. -1 after a message. */
static int add_touched(struct users *users, const char *path)
{
	struct touched touched = { .path = path };
	struct side old = { NULL, 0 }, new = { NULL, 0 };
	enum rest rest;

	if (read_side(users, users->options->files, path, false, &new) ||
	    read_side(users, users->options->source, path, !new.text, &old))
		return -1;
	if (source_path_is_compiled(path) || !old.text || !new.text) {
		if (!old.text || !new.text || old.size != new.size ||
		    memcmp(old.text, new.text, old.size) != 0)
			add(users, &touched);
		return 0;
	}
	find_macros(users, &touched, &old, &new);
	rest = compare_rest(users, &touched, &old, &new);
	if (rest == REST_SAME && !touched.names.count)
		return 0;
	if (rest != REST_MORE) {
		touched.text = new.text;
		touched.size = new.size;
	}
	add(users, &touched);
	return 0;
}

/* What tells one state of the prepared source from another: its manifest is written anew whenever files are added. */
static const char *key_of(const struct users *users)
{
	const char *manifest =
		arena_printf(users->arena, "%s/.klpmake-manifest", users->options->source);
	struct stat status;

	if (!users->options->cache || !input_file_status(manifest, &status))
		return NULL;
	return arena_printf(users->arena, "klpmake-includes 1 %s %lld %lld.%09ld",
			    users->options->arch ? users->options->arch : "-",
			    (long long)status.st_size, (long long)status.st_mtim.tv_sec,
			    status.st_mtim.tv_nsec);
}

static int open_tree(struct users *users)
{
	const struct users_options *options = users->options;
	const char *key = key_of(users);

	if (source_tree_open(&users->tree, options->source, users->arena))
		return -1;
	if (key && source_tree_load(&users->tree, options->cache, key))
		return 0;
	if (source_tree_fill(&users->tree, options->arch))
		return -1;
	if (key)
		source_tree_save(&users->tree, options->cache, key);
	return 0;
}

/* Finds out what the kernel is built from, where that is to be asked. -1 after messages. */
static int know_built(struct users *users)
{
	struct built_options options = { .kernel = &users->options->kernel,
					 .cache = users->options->built };

	if (users->knows_built || !users->options->built)
		return 0;
	users->knows_built = true;
	options.key = key_of(users);
	return built_files_mark(&users->tree, &options);
}

/* To INCLUDERS, of BUILT files or of all; the number of those that are compiled. */
static size_t take_includers(const struct source_tree *tree, bool built, bool *includers)
{
	size_t count = 0;

	for (size_t i = 0; i < tree->file_count; i++) {
		const struct source_file *file = &tree->files[i];

		includers[i] = file->is_seen && (!built || file->is_built);
		count += includers[i] && source_path_is_compiled(file->path);
	}
	return count;
}

/* Leaves out of INCLUDERS what the kernel is not built from, where they are many. -1 after messages. */
static int find_includers(struct users *users, const struct touched *touched, bool *includers,
			  bool *are_few)
{
	size_t few = users->options->few, count;

	source_tree_find_includers(&users->tree, touched->path);
	count = take_includers(&users->tree, false, includers);
	if (count > few) {
		if (know_built(users))
			return -1;
		count = take_includers(&users->tree, true, includers);
	}
	*are_few = count <= few;
	return 0;
}

/* Those of INCLUDERS that use what has changed of it. */
static void choose_users(struct users *users, struct touched *touched, const bool *includers)
{
	struct source_tree *tree = &users->tree;
	bool *uses = xcalloc(tree->file_count + 1, sizeof(*uses));

	if (touched->text && !users->mentions.tree)
		mentions_open(&users->mentions, tree);
	if (touched->text && !mentions_find(&users->mentions, &touched->names, touched->text,
					    touched->size, includers, uses))
		touched->text = NULL;
	for (size_t i = 0; i < tree->file_count; i++)
		if ((touched->text ? uses : includers)[i] &&
		    source_path_is_compiled(tree->files[i].path))
			string_list_add(&touched->users, tree->files[i].path);
	if (source_path_is_compiled(touched->path))
		string_list_add(&touched->users, touched->path);
	if (!touched->users.count)
		string_list_add(&touched->users, "");
	free(uses);
}

static int find_users(struct users *users, struct touched *touched)
{
	bool *includers = xcalloc(users->tree.file_count + 1, sizeof(*includers)), are_few;
	int result;

	touched->own_count = touched->names.count;
	result = find_includers(users, touched, includers, &are_few);
	if (!result) {
		if (are_few)
			touched->text = NULL;
		choose_users(users, touched, includers);
	}
	free(includers);
	return result;
}

static void print(const struct users *users, FILE *stream)
{
	struct string_list lines = { NULL, 0 };

	for (size_t i = 0; i < users->count; i++) {
		const struct touched *touched = &users->touched[i];

		for (size_t j = 0; j < touched->own_count; j++)
			string_list_add(&lines,
					arena_printf(users->arena, "changes\t%s\t%s",
						     touched->path, touched->names.list[j]));
		for (size_t j = 0; j < touched->users.count; j++)
			string_list_add(&lines,
					arena_printf(users->arena, "%s\t%s\t%s",
						     touched->text ? "mentions" : "includes",
						     touched->path, touched->users.list[j]));
	}
	string_list_sort_unique(&lines);
	string_list_print(&lines, stream);
	string_list_free(&lines);
}

static void free_users(struct users *users)
{
	if (users->mentions.tree)
		mentions_close(&users->mentions);
	for (size_t i = 0; i < users->count; i++) {
		string_list_free(&users->touched[i].names);
		string_list_free(&users->touched[i].users);
	}
	free(users->touched);
	source_tree_close(&users->tree);
}

int users_print(const struct users_options *options, char *const *files, size_t count, FILE *stream,
		struct arena *arena)
{
	struct users users = { .options = options, .arena = arena, .tree = { .fd = -1 } };
	int result = 0;

	for (size_t i = 0; i < count; i++)
		if (add_touched(&users, files[i]))
			result = -1;
	if (!result && users.count)
		result = open_tree(&users);
	for (size_t i = 0; i < users.count && !result; i++)
		result = find_users(&users, &users.touched[i]);
	if (!result)
		print(&users, stream);
	free_users(&users);
	return result;
}
