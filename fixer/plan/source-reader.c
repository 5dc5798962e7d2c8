/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel's source includes. Comes in: a folder. Goes out: the include graph.
 *
 * These are some fifty thousand files: each is read into one buffer, and only what begins with '#' is looked at.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/input-file.h"
#include "plan/source-tree.h"

/* The file FILE has an #include of TEXT, of LENGTH bytes with the '"' or '<' before it. */
static void add_include(struct source_tree *tree, size_t file, const char *text, size_t length)
{
	const struct name_entry *known;
	char buffer[1024];

	if (length >= sizeof(buffer))
		return; /* longer than paths of the source are */
	memcpy(buffer, text, length);
	buffer[length] = '\0';
	known = name_table_find(&tree->by_text, buffer);
	source_tree_add_include(
		tree, file,
		known ? known->number - 1
		      : source_tree_add_included(tree, arena_strdup(tree->arena, buffer)));
}

static bool is_blank(char byte)
{
	return byte == ' ' || (byte >= '\t' && byte <= '\r' && byte != '\n');
}

/* Does the '#' at AT, in a text that starts at START, stand first in its line? */
static bool is_first(const char *start, const char *at)
{
	while (at > start && is_blank(at[-1]))
		at--;
	return at == start || at[-1] == '\n';
}

/* The text of the #include whose '#' is before AT, with what it begins with; NULL: it is none. */
static const char *text_of_include(const char *at, const char *end, size_t *length)
{
	static const char word[] = "include";
	const char *text;

	while (at < end && is_blank(*at))
		at++;
	if ((size_t)(end - at) <= strlen(word) || memcmp(at, word, strlen(word)))
		return NULL;
	at += strlen(word);
	while (at < end && is_blank(*at))
		at++;
	if (at == end || (*at != '"' && *at != '<'))
		return NULL;
	text = at++;
	while (at < end && *at != '"' && *at != '>' && *at != '\n')
		at++;
	*length = (size_t)(at - text);
	return text;
}

static void read_includes(struct source_tree *tree, const char *path)
{
	const char *text, *at, *end, *include;
	size_t file = source_tree_add_file(tree, arena_strdup(tree->arena, path));
	size_t size, length;

	text = source_tree_read(tree, path, &size);
	end = text + (text ? size : 0);
	for (at = text; at && (at = memchr(at, '#', (size_t)(end - at)));) {
		const char *sign = at++;

		include = text_of_include(at, end, &length);
		if (include && is_first(text, sign))
			add_include(tree, file, include, length);
	}
}

/* C, headers, and what else is included, or includes. */
static bool is_source(const char *name)
{
	static const char *const endings[] = { ".c", ".h", ".S", ".inc", ".def", ".tbl" };

	for (size_t i = 0; i < ARRAY_SIZE(endings); i++)
		if (string_ends_with(name, endings[i]))
			return true;
	return false;
}

/* DT_REG, DT_DIR, or something of no interest. Not all file systems say it at once. */
static unsigned char type_of(int fd, const struct dirent *entry)
{
	struct stat status;

	if (entry->d_type != DT_UNKNOWN)
		return entry->d_type;
	if (fstatat(fd, entry->d_name, &status, AT_SYMLINK_NOFOLLOW)) {
		input_file_check_absent(entry->d_name);
		return DT_UNKNOWN;
	}
	return S_ISREG(status.st_mode) ? DT_REG : S_ISDIR(status.st_mode) ? DT_DIR : DT_UNKNOWN;
}

static void read_folder(struct source_tree *tree, const char *path)
{
	int fd = openat(tree->fd, path, O_RDONLY | O_CLOEXEC | O_DIRECTORY);
	DIR *folder = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;

	if (!folder) {
		source_tree_cannot_read(tree, path);
		return;
	}
	while ((errno = 0, entry = readdir(folder))) {
		unsigned char type;
		char *below;

		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		type = type_of(fd, entry);
		if (type != DT_DIR && (type != DT_REG || !is_source(entry->d_name)))
			continue;
		if (asprintf(&below, "%s/%s", path, entry->d_name) < 0)
			out_of_memory();
		if (type == DT_DIR)
			read_folder(tree, below);
		else
			read_includes(tree, below);
		free(below);
	}
	if (errno)
		source_tree_cannot_read(tree, path);
	closedir(folder);
}

/* Folders that hold no code of the kernel's. */
static bool is_skipped(const char *name)
{
	static const char *const names[] = { "Documentation", "LICENSES", "samples", "scripts",
					     "tools" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(names[i], name))
			return true;
	return *name == '.';
}

static void read_top(struct source_tree *tree, const char *name, const char *arch)
{
	struct stat status;

	if (is_skipped(name))
		return;
	if (fstatat(tree->fd, name, &status, 0)) {
		input_file_check_absent(name);
		return;
	}
	if (!S_ISDIR(status.st_mode))
		return;
	if (!strcmp(name, "arch") && arch)
		name = arena_printf(tree->arena, "arch/%s", arch);
	read_folder(tree, name);
}

int source_tree_fill(struct source_tree *tree, const char *arch)
{
	struct diag_place place = { tree->folder, 0 };
	const struct dirent *entry;
	DIR *top = opendir(tree->folder);

	if (!top) {
		diag_system(&place, "cannot read: %s", strerror(errno));
		return -1;
	}
	while ((errno = 0, entry = readdir(top)))
		read_top(tree, entry->d_name, arch);
	if (errno)
		diag_system(&place, "cannot read: %s", strerror(errno));
	closedir(top);
	return diag_errors() ? -1 : 0;
}
