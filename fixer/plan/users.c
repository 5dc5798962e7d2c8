/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who includes what a patch touches. Comes in: files as they were and as they are patched, and the source. Goes out: the
 * files that are compiled and may be others with the patch.
 *
 * GCC's debug information names a header in those units only that have code, types or variables of it: not where one
 * takes the size of a structure, or uses a macro. So the source is asked first; what DWARF knows besides, by ways of
 * including that are not seen here, is asked after that. These may be too many: what the preprocessor makes of them
 * is compared, and the digests tell in the end what has changed.
 */
#include "plan/users.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/string-list.h"
#include "base/text-file.h"
#include "plan/macros.h"
#include "plan/mentions.h"
#include "plan/source-tree.h"
#include "plan/tokens.h"
#include "plan/words.h"

/* A file that the patch touches. */
struct touched {
	const char *path;
	struct string_list names; /* of macros, where nothing else has changed */
	const char *text;	  /* as it is patched, where NAMES are of interest */
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
};

static bool is_compiled(const char *path)
{
	return string_ends_with(path, ".c") || string_ends_with(path, ".S");
}

/* Have only macros changed? Their names go to TOUCHED then. */
static bool find_macros(struct users *users, struct touched *touched, const char *old,
			size_t old_size, const char *new, size_t new_size)
{
	struct macros old_macros, new_macros;
	struct word_set names = { .count = 0 };
	bool only;

	macros_read(&old_macros, old, old_size, users->arena);
	macros_read(&new_macros, new, new_size, users->arena);
	macros_compare(&old_macros, &new_macros, &touched->names);
	macros_free(&old_macros);
	macros_free(&new_macros);
	for (size_t i = 0; i < touched->names.count; i++)
		word_set_add(&names, touched->names.list[i], strlen(touched->names.list[i]));
	only = names.count && tokens_are_same_but(&names, old, old_size, new, new_size);
	word_set_free(&names);
	return only;
}

/* Takes PATH, if it has changed. -1 after a message. */
static int add_touched(struct users *users, const char *path)
{
	const char *old_path = arena_printf(users->arena, "%s/%s", users->options->source, path);
	const char *new_path = arena_printf(users->arena, "%s/%s", users->options->files, path);
	struct touched touched = { .path = path };
	const char *old = NULL, *new = NULL;
	size_t old_size, new_size;

	if (access(new_path, F_OK) || !access(old_path, F_OK))
		old = text_file_read(old_path, &old_size, users->arena);
	else
		old = "", old_size = 0;
	if (old && !access(new_path, F_OK))
		new = text_file_read(new_path, &new_size, users->arena);
	else if (old)
		new = "", new_size = 0;
	if (!new)
		return -1;
	if (old_size == new_size && !memcmp(old, new, old_size))
		return 0;
	if (!is_compiled(path) && *old &&
	    *new &&find_macros(users, &touched, old, old_size, new, new_size)) {
		touched.text = new;
		touched.size = new_size;
	}
	users->touched = array_grow(users->touched, users->count, sizeof(*users->touched));
	users->touched[users->count++] = touched;
	return 0;
}

/* What tells one state of the prepared source from another: its manifest is written anew whenever files are added. */
static const char *key_of(const struct users *users)
{
	const char *manifest =
		arena_printf(users->arena, "%s/.klpmake-manifest", users->options->source);
	struct stat status;

	if (!users->options->cache || stat(manifest, &status))
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

static void find_users(struct users *users, struct touched *touched)
{
	struct source_tree *tree = &users->tree;
	bool *includers = xcalloc(tree->file_count + 1, sizeof(*includers));
	bool *uses = xcalloc(tree->file_count + 1, sizeof(*uses));
	size_t count = 0;

	source_tree_find_includers(tree, touched->path);
	for (size_t i = 0; i < tree->file_count; i++) {
		includers[i] = tree->files[i].is_seen;
		count += includers[i] && is_compiled(tree->files[i].path);
	}
	if (count <= users->options->few)
		touched->text = NULL;
	if (touched->text && !users->mentions.tree)
		mentions_open(&users->mentions, tree);
	if (touched->text)
		mentions_find(&users->mentions, &touched->names, touched->text, touched->size,
			      includers, uses);
	for (size_t i = 0; i < tree->file_count; i++)
		if ((touched->text ? uses : includers)[i] && is_compiled(tree->files[i].path))
			string_list_add(&touched->users, tree->files[i].path);
	if (is_compiled(touched->path))
		string_list_add(&touched->users, touched->path);
	if (!touched->users.count)
		string_list_add(&touched->users, "");
	free(includers);
	free(uses);
}

static void print(const struct users *users, FILE *stream)
{
	struct string_list lines = { NULL, 0 };

	for (size_t i = 0; i < users->count; i++) {
		const struct touched *touched = &users->touched[i];

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
		find_users(&users, &users.touched[i]);
	if (!result)
		print(&users, stream);
	free_users(&users);
	return result;
}
