/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The include graph in a file. Comes in: the graph, or its file. Goes out: the other one.
 *
 * Lines, in this order: the key; a path for each file, from 0 on; an empty one; what is included, a tab, and the
 * numbers of the files that include it, in hexadecimal digits, with blanks between them; "end" and a hash of all
 * before it, without which it is not whole.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/content-hash.h"
#include "base/diag.h"
#include "base/text-file.h"
#include "plan/source-tree.h"

#define LAST_LINE "end "
#define LAST_SIZE (sizeof(LAST_LINE) - 1 + CONTENT_HASH_DIGITS + 1)

static void hash_text(const char *text, size_t size, char digits[CONTENT_HASH_DIGITS + 1])
{
	struct content_hash hash = CONTENT_HASH_START;

	content_hash_add(&hash, (const unsigned char *)text, size);
	content_hash_text(&hash, digits);
}

/* Takes the last line away. False: the text is not whole. */
static bool check_end(char *text, size_t size)
{
	char digits[CONTENT_HASH_DIGITS + 1];

	if (size < LAST_SIZE || text[size - 1] != '\n')
		return false;
	hash_text(text, size - LAST_SIZE, digits);
	if (strncmp(text + size - LAST_SIZE, LAST_LINE, sizeof(LAST_LINE) - 1) ||
	    strncmp(text + size - CONTENT_HASH_DIGITS - 1, digits, CONTENT_HASH_DIGITS))
		return false;
	text[size - LAST_SIZE] = '\0';
	return true;
}

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
	struct stat status;
	char *text, *line;
	size_t size;

	if (stat(file, &status) || !S_ISREG(status.st_mode) || access(file, R_OK))
		return false;
	text = text_file_read(file, &size, tree->arena);
	if (!text || !check_end(text, size))
		return false;
	line = strsep(&text, "\n");
	if (strcmp(line, key))
		return false;
	while ((line = strsep(&text, "\n")) && *line)
		source_tree_add_file(tree, line);
	while ((line = strsep(&text, "\n")))
		take_included(tree, line);
	return true;
}

static void write_tree(const struct source_tree *tree, const char *key, FILE *stream)
{
	fprintf(stream, "%s\n", key);
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

/* To FILE, by way of the temporary file NEW, which is open as FD. */
static bool write_file(const char *text, size_t size, int fd, const char *new, const char *file)
{
	FILE *stream = fdopen(fd, "w");
	char digits[CONTENT_HASH_DIGITS + 1];
	bool good;

	if (!stream) {
		close(fd);
		return false;
	}
	hash_text(text, size, digits);
	good = fwrite(text, 1, size, stream) == size &&
	       fprintf(stream, LAST_LINE "%s\n", digits) > 0;
	good = !fclose(stream) && good;
	return good && !rename(new, file);
}

void source_tree_save(const struct source_tree *tree, const char *file, const char *key)
{
	char *new = arena_printf(tree->arena, "%s.XXXXXX", file), *text = NULL;
	size_t size = 0;
	FILE *stream;
	struct stat status;
	int fd;

	/* What is no file of ours, as a device, is nobody's to replace. */
	if (!is_plain(tree) || (!lstat(file, &status) && !S_ISREG(status.st_mode)))
		return;
	stream = open_memstream(&text, &size);
	if (!stream)
		out_of_memory();
	write_tree(tree, key, stream);
	if (fclose(stream))
		out_of_memory();
	fd = mkstemp(new);
	if (fd >= 0 && !write_file(text, size, fd, new, file)) {
		unlink(new);
		fd = -1;
	}
	if (fd < 0)
		diag_verbose("cannot keep the include graph in %s: %s", file, strerror(errno));
	free(text);
}
