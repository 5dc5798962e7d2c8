/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The C files of the kernel's source, and what they include. Comes in: a folder. Goes out: who includes a header.
 *
 * These are some fifty thousand files: each is read into one buffer, and only what begins with '#' is looked at.
 */
#include "plan/source-tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/diag.h"

/* The text of an #include, and who has it. */
struct included {
	const char *text; /* without "./" and "../" at its beginning */
	size_t next;   /* of the same base name: the place in the list, from 1; 0: the last one */
	size_t *files; /* from malloc: places of those that include it */
	size_t file_count;
};

static struct diag_place place_of(const struct source_tree *tree, const char *path)
{
	return (struct diag_place){ arena_printf(tree->arena, "%s/%s", tree->folder, path), 0 };
}

static const char *cannot_read(const struct source_tree *tree, const char *path)
{
	struct diag_place place = place_of(tree, path);

	diag_warning(&place, "source", "cannot read: %s", strerror(errno));
	return NULL;
}

const char *source_tree_read(struct source_tree *tree, const char *path, size_t *size)
{
	int fd = openat(tree->fd, path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	ssize_t got = 0;

	if (fd < 0)
		return cannot_read(tree, path);
	/* Less than there is room for is the end, of a regular file. */
	for (*size = 0;; tree->room *= 2) {
		got = read(fd, tree->buffer + *size, tree->room - *size);
		if (got > 0)
			*size += (size_t)got;
		if (got <= 0 || *size < tree->room)
			break;
		tree->buffer = realloc(tree->buffer, 2 * tree->room);
		if (!tree->buffer)
			out_of_memory();
	}
	if (got < 0)
		cannot_read(tree, path);
	close(fd);
	return got < 0 ? NULL : tree->buffer;
}

static struct included *included_of(struct source_tree *tree, const char *text)
{
	const struct name_entry *known = name_table_find(&tree->by_text, text);
	struct name_entry *base;
	struct included *included;

	if (known)
		return &tree->included[known->number - 1];
	text = arena_strdup(tree->arena, text);
	tree->included = array_grow(tree->included, tree->included_count, sizeof(*tree->included));
	included = &tree->included[tree->included_count++];
	base = name_table_add(&tree->by_base, path_base(text));
	*included = (struct included){ text, base->number, NULL, 0 };
	base->number = tree->included_count;
	name_table_add(&tree->by_text, text)->number = tree->included_count;
	return included;
}

/* The file FILE has an #include of TEXT, of LENGTH bytes. */
static void add_include(struct source_tree *tree, size_t file, const char *text, size_t length)
{
	struct included *included;
	char buffer[1024];

	while (length >= 2 && *text == '.') {
		size_t skip = text[1] == '/' ? 2 : 3;

		if (skip == 3 && (length < 3 || text[1] != '.' || text[2] != '/'))
			break;
		text += skip;
		length -= skip;
	}
	if (length >= sizeof(buffer))
		return; /* longer than paths of the source are */
	memcpy(buffer, text, length);
	buffer[length] = '\0';
	included = included_of(tree, buffer);
	if (included->file_count && included->files[included->file_count - 1] == file)
		return;
	included->files =
		array_grow(included->files, included->file_count, sizeof(*included->files));
	included->files[included->file_count++] = file;
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

/* The text of the #include whose '#' is before AT; NULL: it is none. */
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
	text = ++at;
	while (at < end && *at != '"' && *at != '>' && *at != '\n')
		at++;
	*length = (size_t)(at - text);
	return text;
}

static void read_includes(struct source_tree *tree, const char *path)
{
	const char *text, *at, *end, *include;
	bool is_added = false;
	size_t size, length;

	text = source_tree_read(tree, path, &size);
	end = text + (text ? size : 0);
	for (at = text; at && (at = memchr(at, '#', (size_t)(end - at)));) {
		const char *sign = at++;

		include = text_of_include(at, end, &length);
		if (!include || !is_first(text, sign))
			continue;
		if (!is_added) {
			tree->files =
				array_grow(tree->files, tree->file_count, sizeof(*tree->files));
			tree->files[tree->file_count++] =
				(struct source_file){ arena_strdup(tree->arena, path), false };
			is_added = true;
		}
		add_include(tree, tree->file_count - 1, include, length);
	}
}

static bool is_source(const char *name)
{
	size_t length = strlen(name);

	return length >= 2 && name[length - 2] == '.' &&
	       (name[length - 1] == 'c' || name[length - 1] == 'h');
}

/* DT_REG, DT_DIR, or something of no interest. Not all file systems say it at once. */
static unsigned char type_of(int fd, const struct dirent *entry)
{
	struct stat status;

	if (entry->d_type != DT_UNKNOWN)
		return entry->d_type;
	if (fstatat(fd, entry->d_name, &status, AT_SYMLINK_NOFOLLOW))
		return DT_UNKNOWN;
	return S_ISREG(status.st_mode) ? DT_REG : S_ISDIR(status.st_mode) ? DT_DIR : DT_UNKNOWN;
}

static void read_folder(struct source_tree *tree, const char *path)
{
	int fd = openat(tree->fd, path, O_RDONLY | O_CLOEXEC | O_DIRECTORY);
	DIR *folder = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;

	if (!folder) {
		cannot_read(tree, path);
		return;
	}
	while ((entry = readdir(folder))) {
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

	if (is_skipped(name) || fstatat(tree->fd, name, &status, 0) || !S_ISDIR(status.st_mode))
		return;
	if (!strcmp(name, "arch") && arch)
		name = arena_printf(tree->arena, "arch/%s", arch);
	read_folder(tree, name);
}

int source_tree_open(struct source_tree *tree, const char *folder, const char *arch,
		     struct arena *arena)
{
	struct diag_place place = { folder, 0 };
	const struct dirent *entry;
	DIR *top;

	memset(tree, 0, sizeof(*tree));
	tree->folder = folder;
	tree->arena = arena;
	tree->room = 1 << 18;
	tree->buffer = xcalloc(tree->room, 1);
	tree->fd = open(folder, O_RDONLY | O_CLOEXEC | O_DIRECTORY);
	top = tree->fd < 0 ? NULL : opendir(folder);
	if (!top) {
		diag_system(&place, "cannot read: %s", strerror(errno));
		source_tree_close(tree);
		return -1;
	}
	while ((entry = readdir(top)))
		read_top(tree, entry->d_name, arch);
	closedir(top);
	return 0;
}

void source_tree_close(struct source_tree *tree)
{
	for (size_t i = 0; i < tree->included_count; i++)
		free(tree->included[i].files);
	free(tree->included);
	free(tree->files);
	free(tree->buffer);
	name_table_free(&tree->by_text);
	name_table_free(&tree->by_base);
	if (tree->fd >= 0)
		close(tree->fd);
	memset(tree, 0, sizeof(*tree));
	tree->fd = -1;
}

/* Those that Kbuild has every file include. */
static bool is_everywhere(const char *path)
{
	return !strcmp(path, "include/linux/compiler-version.h") ||
	       !strcmp(path, "include/linux/compiler_types.h") ||
	       !strcmp(path, "include/linux/kconfig.h");
}

/* May an #include of TEXT be of PATH? */
static bool may_be(const char *path, const char *text)
{
	size_t length = strlen(path), text_length = strlen(text);

	return string_ends_with(path, text) &&
	       (length == text_length || path[length - text_length - 1] == '/');
}

/* The files whose own includers are still to be found. */
struct queue {
	const char **paths; /* from malloc */
	size_t count;
};

static void see(struct queue *queue, struct source_file *file)
{
	if (file->is_seen)
		return;
	file->is_seen = true;
	queue->paths = array_grow(queue->paths, queue->count, sizeof(*queue->paths));
	queue->paths[queue->count++] = file->path;
}

static void see_includers(struct source_tree *tree, struct queue *queue, const char *path)
{
	const struct name_entry *base = name_table_find(&tree->by_base, path_base(path));
	const struct included *included;

	for (size_t i = base ? base->number : 0; i; i = included->next) {
		included = &tree->included[i - 1];
		for (size_t j = 0; j < included->file_count && may_be(path, included->text); j++)
			see(queue, &tree->files[included->files[j]]);
	}
}

void source_tree_find_includers(struct source_tree *tree, const char *header)
{
	struct source_file *own = NULL;
	struct queue queue = { NULL, 0 };
	bool everywhere = is_everywhere(header);

	for (size_t i = 0; i < tree->file_count; i++) {
		tree->files[i].is_seen = false;
		if (!strcmp(tree->files[i].path, header))
			own = &tree->files[i];
	}
	if (own)
		own->is_seen = true;
	see_includers(tree, &queue, header);
	for (size_t at = 0; at < queue.count && !everywhere; at++) {
		everywhere = is_everywhere(queue.paths[at]);
		see_includers(tree, &queue, queue.paths[at]);
	}
	for (size_t i = 0; i < tree->file_count && everywhere; i++)
		tree->files[i].is_seen = true;
	if (own)
		own->is_seen = false;
	free(queue.paths);
}
