/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Folders and what is below them. Done here, as fts(3) of the C library forgets some of what fails, and ends in a crash
 * where there is no memory.
 */
#include "base/file-tree.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/input-file.h"

struct walk {
	bool all, failed;
	file_tree_use *use;
	void *context;
};

static int compare_names(const void *one, const void *other)
{
	return strcmp(*(char *const *)one, *(char *const *)other);
}

static void add_name(struct file_names *names, const char *name)
{
	if (!strcmp(name, ".") || !strcmp(name, ".."))
		return;
	names->list = array_grow(names->list, names->count, sizeof(*names->list));
	names->list[names->count] = strdup(name);
	if (!names->list[names->count++])
		out_of_memory();
}

bool file_names_read(struct file_names *names, const char *path)
{
	DIR *folder = opendir(path);
	const struct dirent *entry;

	memset(names, 0, sizeof(*names));
	if (!folder) {
		input_file_check_absent(path);
		return false;
	}
	while ((errno = 0, entry = readdir(folder)))
		add_name(names, entry->d_name);
	/* A folder that was removed in the meantime. */
	if (errno)
		input_file_check_absent(path);
	closedir(folder);
	if (names->count)
		qsort(names->list, names->count, sizeof(*names->list), compare_names);
	return true;
}

void file_names_free(struct file_names *names)
{
	for (size_t i = 0; i < names->count; i++)
		free(names->list[i]);
	free(names->list);
	memset(names, 0, sizeof(*names));
}

static enum file_tree_step walk_folder(struct walk *walk, const char *path, unsigned int depth);

/* NAME in the folder PATH. */
static enum file_tree_step walk_entry(struct walk *walk, const char *folder, const char *name,
				      unsigned int depth)
{
	struct file_tree_entry entry = { .name = name, .depth = depth };
	enum file_tree_step step = FILE_TREE_ON;
	char *path;

	if (asprintf(&path, "%s/%s", folder, name) < 0)
		out_of_memory();
	entry.path = path;
	if (input_file_link_status(path, &entry.status)) {
		step = walk->use(&entry, walk->context);
		if (S_ISDIR(entry.status.st_mode) && step == FILE_TREE_ON) {
			step = walk_folder(walk, path, depth + 1);
			entry.is_end = true;
			if (step == FILE_TREE_ON)
				step = walk->use(&entry, walk->context);
		}
	}
	free(path);
	return step == FILE_TREE_SKIP ? FILE_TREE_ON : step;
}

static enum file_tree_step walk_folder(struct walk *walk, const char *path, unsigned int depth)
{
	enum file_tree_step step = FILE_TREE_ON;
	struct diag_place place = { path, 0 };
	struct file_names names;

	if (!file_names_read(&names, path) && walk->all) {
		diag_system(&place, "cannot read: %s", strerror(errno));
		walk->failed = true;
		step = FILE_TREE_STOP;
	}
	for (size_t i = 0; i < names.count && step == FILE_TREE_ON; i++)
		step = walk_entry(walk, path, names.list[i], depth);
	file_names_free(&names);
	return step;
}

int file_tree_walk(const char *folder, bool all, file_tree_use *use, void *context)
{
	struct walk walk = { all, false, use, context };

	walk_folder(&walk, folder, 1);
	return walk.failed ? -1 : 0;
}
