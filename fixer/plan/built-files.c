/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which files of the source a kernel is built from. Comes in: the include graph, and the kernel's debug information, or
 * what an earlier run has kept of that. Goes out: a mark at each of these files.
 *
 * Of Debian's cloud kernel these are 2,200 of 30,400 C files, and a fourth of the headers.
 */
#include "plan/built-files.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/content-hash.h"
#include "base/input-file.h"
#include "base/string-list.h"
#include "kernel/fetch.h"
#include "plan/kept-file.h"
#include "plan/units-of.h"

/* The files whose own #includes are still to be followed. */
struct queue {
	size_t *files; /* from malloc */
	size_t count;
};

/* What is needed to follow #includes from the file that has them. */
struct graph {
	struct source_tree *tree;
	size_t *starts,
		*texts; /* of each file: places of what it includes, in TEXTS; from malloc */
	struct name_table names; /* of files, without their folders; numbers: places, from 1 */
	size_t *next;		 /* of the same name: its place, from 1; from malloc */
	bool *done; /* of what is included by '<': the same for all files; from malloc */
	struct queue queue;
};

static void open_graph(struct graph *graph, struct source_tree *tree)
{
	size_t count = 0, *at;

	memset(graph, 0, sizeof(*graph));
	graph->tree = tree;
	graph->starts = xcalloc(tree->file_count + 2, sizeof(*graph->starts));
	graph->next = xcalloc(tree->file_count + 1, sizeof(*graph->next));
	graph->done = xcalloc(tree->included_count + 1, sizeof(*graph->done));
	graph->queue.files = xcalloc(tree->file_count + 1, sizeof(*graph->queue.files));
	for (size_t i = 0; i < tree->included_count; i++)
		for (size_t j = 0; j < tree->included[i].file_count; j++, count++)
			graph->starts[tree->included[i].files[j] + 2]++;
	for (size_t i = 2; i < tree->file_count + 2; i++)
		graph->starts[i] += graph->starts[i - 1];
	graph->texts = xcalloc(count + 1, sizeof(*graph->texts));
	at = graph->starts + 1;
	for (size_t i = 0; i < tree->included_count; i++)
		for (size_t j = 0; j < tree->included[i].file_count; j++)
			graph->texts[at[tree->included[i].files[j]]++] = i;
	for (size_t i = 0; i < tree->file_count; i++) {
		struct name_entry *entry =
			name_table_add(&graph->names, path_base(tree->files[i].path));

		graph->next[i] = entry->number;
		entry->number = i + 1;
	}
}

static void close_graph(struct graph *graph)
{
	free(graph->starts);
	free(graph->texts);
	free(graph->next);
	free(graph->done);
	free(graph->queue.files);
	name_table_free(&graph->names);
}

static void mark(struct graph *graph, size_t file)
{
	if (graph->tree->files[file].is_built)
		return;
	graph->tree->files[file].is_built = true;
	graph->queue.files[graph->queue.count++] = file;
}

/* Whatever the #include of TEXT in the file FROM may be of. */
static void mark_included(struct graph *graph, const char *text, const char *from)
{
	const struct name_entry *name = name_table_find(&graph->names, path_base(text + 1));

	for (size_t i = name ? name->number : 0; i; i = graph->next[i - 1])
		if (!graph->tree->files[i - 1].is_built &&
		    source_tree_may_be(graph->tree, graph->tree->files[i - 1].path, text, from))
			mark(graph, i - 1);
}

static void follow(struct graph *graph)
{
	struct source_tree *tree = graph->tree;

	for (size_t i = 0; i < graph->queue.count; i++) {
		size_t file = graph->queue.files[i];

		for (size_t j = graph->starts[file]; j < graph->starts[file + 1]; j++) {
			const struct included *included = &tree->included[graph->texts[j]];

			if (graph->done[graph->texts[j]])
				continue;
			graph->done[graph->texts[j]] = *included->text == '<';
			mark_included(graph, included->text, tree->files[file].path);
		}
	}
}

/* A unit that is not there is generated, of what lies in its folder. */
static void mark_folder(struct graph *graph, const char *path)
{
	size_t length = (size_t)(path_base(path) - path);

	for (size_t i = 0; i < graph->tree->file_count; i++) {
		const char *other = graph->tree->files[i].path;

		if ((size_t)(path_base(other) - other) == length && !memcmp(other, path, length))
			mark(graph, i);
	}
}

/* Debug information does not tell of all that an architecture is built from: headers of numbers, the vDSO, code for booting. */
static bool is_always_built(const char *path)
{
	return source_path_is_everywhere(path) || string_starts_with(path, "arch/") ||
	       !strcmp(path, "kernel/bounds.c");
}

/* What no #include names is included by way of a macro, as include/linux/drbd_genl.h is. */
static bool is_never_named(const struct source_tree *tree, const char *path)
{
	return !source_path_is_compiled(path) && !name_table_find(&tree->by_base, path_base(path));
}

/* UNITS: lines. */
static void mark_units(struct source_tree *tree, char *units)
{
	struct graph graph;
	char *line;

	open_graph(&graph, tree);
	for (size_t i = 0; i < tree->file_count; i++)
		tree->files[i].is_built = false;
	for (size_t i = 0; i < tree->file_count; i++)
		if (is_always_built(tree->files[i].path) ||
		    is_never_named(tree, tree->files[i].path))
			mark(&graph, i);
	while ((line = strsep(&units, "\n"))) {
		const struct name_entry *file = units_find_path(&tree->by_path, line);

		if (file)
			mark(&graph, file->number - 1);
		else if (*line)
			mark_folder(&graph, line);
	}
	follow(&graph);
	close_graph(&graph);
}

/* Adds what tells one state of the file PATH from another to STREAM. */
static void add_state(FILE *stream, const char *path)
{
	struct stat status;

	if (input_file_status(path, &status))
		fprintf(stream, "%s %lld %lld.%09ld\n", path, (long long)status.st_size,
			(long long)status.st_mtim.tv_sec, status.st_mtim.tv_nsec);
}

/* One state of the source and the kernel; NULL: the source's is not known. */
static const char *key_of(const struct target *target, const char *source)
{
	char digits[CONTENT_HASH_DIGITS + 1];
	struct content_hash hash = CONTENT_HASH_START;
	struct module_paths paths;
	char *text = NULL;
	size_t size = 0;
	FILE *stream;

	if (!source)
		return NULL;
	stream = memory_open(&text, &size);
	add_state(stream, target->vmlinux->elf.path);
	module_file_find(&paths, target->module_roots, NULL, target->arena);
	for (size_t i = 0; i < paths.count; i++)
		add_state(stream, paths.list[i]);
	module_paths_free(&paths);
	memory_close(stream, &text);
	content_hash_add(&hash, (const unsigned char *)text, size);
	content_hash_text(&hash, digits);
	free(text);
	return arena_printf(target->arena, "klpmake-built 1 %s %s", digits, source);
}

/* Lines of all units, in the arena; NULL after messages. */
static char *find_units(struct target *target, const struct source_tree *tree, size_t *size)
{
	struct resolver resolver = { .target = target, .arena = target->arena };
	struct name_table names = { .count = 0 };
	struct string_list units = { NULL, 0 };
	char *text = NULL, *copy = NULL;
	FILE *stream;

	for (size_t i = 0; i < tree->file_count; i++)
		if (source_path_is_compiled(tree->files[i].path))
			name_table_add(&names, path_base(tree->files[i].path));
	if (!units_of_kernel(&resolver, &names, &units)) {
		stream = memory_open(&text, size);
		string_list_print(&units, stream);
		memory_close(stream, &text);
		copy = arena_strndup(target->arena, text, *size);
		free(text);
	}
	string_list_free(&units);
	name_table_free(&names);
	return copy;
}

static int mark_of_kernel(struct source_tree *tree, struct target *target,
			  const struct built_options *options)
{
	const char *key;
	char *units;
	size_t size = 0;

	if (!fetch_knows_modules(target))
		return 0;
	key = key_of(target, options->key);
	units = key ? kept_file_read(options->cache, key, target->arena) : NULL;
	if (!units) {
		units = find_units(target, tree, &size);
		if (!units)
			return -1;
		if (key)
			kept_file_write(options->cache, key, units, size, "the kernel's units",
					target->arena);
	}
	mark_units(tree, units);
	return 0;
}

int built_files_mark(struct source_tree *tree, const struct built_options *options)
{
	struct target target;
	int result;

	if (target_open(&target, options->kernel, EM_NONE, tree->arena))
		return -1;
	result = mark_of_kernel(tree, &target, options);
	target_close(&target);
	return result;
}
