/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The include graph in a file. Comes in: the graph, or its file. Goes out: the other one.
 *
 * Lines, in this order: a path for each file, from 0 on; an empty one; what is included, a tab, and the numbers of the
 * files that include it, in hexadecimal digits, with blanks between them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plan/kept-file.h"
#include "plan/source-tree.h"

static void take_included(struct source_tree *tree, char *line)
{
	char *numbers = strchr(line, '\t');
	size_t place;

	if (!numbers)
		return;
	*numbers++ = '\0';
	place = source_tree_add_included(tree, line);
	while (*numbers) {
		size_t file = strtoul(numbers, &numbers, 16);

		if (file < tree->file_count)
			source_tree_add_include(tree, file, place);
	}
}

bool source_tree_load(struct source_tree *tree, const char *file, const char *key)
{
	char *text = kept_file_read(file, key, tree->arena), *line;

	if (!text)
		return false;
	while ((line = strsep(&text, "\n")) && *line)
		source_tree_add_file(tree, line);
	while ((line = strsep(&text, "\n")))
		take_included(tree, line);
	return true;
}

static void write_tree(const struct source_tree *tree, FILE *stream)
{
	for (size_t i = 0; i < tree->file_count; i++)
		fprintf(stream, "%s\n", tree->files[i].path);
	putc('\n', stream);
	for (size_t i = 0; i < tree->included_count; i++) {
		const struct included *included = &tree->included[i];

		fputs(included->text, stream);
		for (size_t j = 0; j < included->file_count; j++)
			fprintf(stream, "%c%zx", j ? ' ' : '\t', included->files[j]);
		putc('\n', stream);
	}
}

/* A path with a newline would be two. None of the kernel's has one. */
static bool is_plain(const struct source_tree *tree)
{
	for (size_t i = 0; i < tree->file_count; i++)
		if (!*tree->files[i].path || strchr(tree->files[i].path, '\n'))
			return false;
	for (size_t i = 0; i < tree->included_count; i++)
		if (strchr(tree->included[i].text, '\t') || strchr(tree->included[i].text, '\n'))
			return false;
	return true;
}

void source_tree_save(const struct source_tree *tree, const char *file, const char *key)
{
	char *text = NULL;
	size_t size = 0;
	FILE *stream;

	if (!is_plain(tree))
		return;
	stream = memory_open(&text, &size);
	write_tree(tree, stream);
	memory_close(stream, &text);
	kept_file_write(file, key, text, size, "the include graph", tree->arena);
	free(text);
}
