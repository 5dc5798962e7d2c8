/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The include graph. Comes in: files, and what they include. Goes out: who includes a file, directly or not.
 *
 * An edge of the graph leads from a text, as "../mm/internal.h" or <linux/mm.h>, to the files that have it in an
 * #include; which file a text means is asked when somebody wants to know, of the texts with that base name only.
 */
#include "plan/source-tree.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/input-file.h"
#include "plan/folders.h"

int source_tree_open(struct source_tree *tree, const char *folder, struct arena *arena)
{
	struct diag_place place = { folder, 0 };

	memset(tree, 0, sizeof(*tree));
	tree->folder = folder;
	tree->arena = arena;
	tree->room = 1 << 18;
	tree->buffer = xcalloc(tree->room, 1);
	tree->fd = open(folder, O_RDONLY | O_CLOEXEC | O_DIRECTORY);
	if (tree->fd >= 0)
		return 0;
	diag_system(&place, "cannot read: %s", strerror(errno));
	source_tree_close(tree);
	return -1;
}

void source_tree_close(struct source_tree *tree)
{
	for (size_t i = 0; i < tree->included_count; i++)
		free(tree->included[i].files);
	free(tree->included);
	free(tree->files);
	free(tree->buffer);
	name_table_free(&tree->by_path);
	name_table_free(&tree->by_text);
	name_table_free(&tree->by_base);
	if (tree->fd >= 0)
		close(tree->fd);
	memset(tree, 0, sizeof(*tree));
	tree->fd = -1;
}

void source_tree_cannot_read(const struct source_tree *tree, const char *path)
{
	struct diag_place place = { arena_printf(tree->arena, "%s/%s", tree->folder, path), 0 };

	input_file_check_absent(place.file);
	diag_warning(&place, "source", "cannot read: %s", strerror(errno));
}

const char *source_tree_read(struct source_tree *tree, const char *path, size_t *size)
{
	int fd = openat(tree->fd, path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	ssize_t got = 0;

	if (fd < 0) {
		source_tree_cannot_read(tree, path);
		return NULL;
	}
	for (*size = 0;; tree->room *= 2) {
		while ((got = read(fd, tree->buffer + *size, tree->room - *size)) > 0)
			*size += (size_t)got;
		if (got < 0 || *size < tree->room)
			break;
		tree->buffer = realloc(tree->buffer, 2 * tree->room);
		if (!tree->buffer)
			out_of_memory();
	}
	if (got < 0)
		source_tree_cannot_read(tree, path);
	close(fd);
	return got < 0 ? NULL : tree->buffer;
}

size_t source_tree_add_file(struct source_tree *tree, const char *path)
{
	tree->files = array_grow(tree->files, tree->file_count, sizeof(*tree->files));
	tree->files[tree->file_count] = (struct source_file){ .path = path, .is_built = true };
	name_table_add(&tree->by_path, path)->number = tree->file_count + 1;
	return tree->file_count++;
}

size_t source_tree_add_included(struct source_tree *tree, const char *text)
{
	struct name_entry *entry = name_table_add(&tree->by_text, text), *base;

	if (entry->number)
		return entry->number - 1;
	base = name_table_add(&tree->by_base, path_base(text + 1));
	tree->included = array_grow(tree->included, tree->included_count, sizeof(*tree->included));
	tree->included[tree->included_count] = (struct included){ text, base->number, NULL, 0 };
	base->number = entry->number = tree->included_count + 1;
	return tree->included_count++;
}

void source_tree_add_include(struct source_tree *tree, size_t file, size_t place)
{
	struct included *included = &tree->included[place];

	if (included->file_count && included->files[included->file_count - 1] == file)
		return;
	included->files =
		array_grow(included->files, included->file_count, sizeof(*included->files));
	included->files[included->file_count++] = file;
}

bool source_path_is_everywhere(const char *path)
{
	return !strcmp(path, "include/linux/compiler-version.h") ||
	       !strcmp(path, "include/linux/compiler_types.h") ||
	       !strcmp(path, "include/linux/kconfig.h");
}

/* Does PATH end like TEXT, which leads upwards perhaps: like what is behind that? */
static bool ends_like(const char *path, const char *text)
{
	size_t length = strlen(path), text_length;

	for (const char *at = text; (at = strchr(at, '/')); at++)
		if (at == text || at[-1] == '.' || at[-1] == '/')
			text = at + 1;
	text_length = strlen(text);
	return string_ends_with(path, text) &&
	       (length == text_length || path[length - text_length - 1] == '/');
}

/* The file that TEXT leads to from the folder of FROM, if it is there; NULL: not. */
static const char *beside(struct source_tree *tree, const char *from, const char *text)
{
	size_t folder = (size_t)(path_base(from) - from);
	char path[4096];
	const char *plain;

	if (folder + strlen(text) >= sizeof(path))
		return NULL;
	memcpy(path, from, folder);
	strcpy(path + folder, text);
	plain = strstr(path, "./") ? folders_plain_path(path, tree->arena) : path;
	plain = plain ? name_table_find(&tree->by_path, plain) ? plain : NULL : NULL;
	return plain == path ? arena_strdup(tree->arena, path) : plain;
}

bool source_tree_may_be(struct source_tree *tree, const char *path, const char *text,
			const char *from)
{
	const char *found;

	if (!ends_like(path, text + 1))
		return false;
	found = *text == '"' ? beside(tree, from, text + 1) : NULL;
	return !found || !strcmp(found, path);
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
		for (size_t j = 0; j < included->file_count; j++) {
			struct source_file *file = &tree->files[included->files[j]];

			if (!file->is_seen &&
			    source_tree_may_be(tree, path, included->text, file->path))
				see(queue, file);
		}
	}
}

void source_tree_find_includers(struct source_tree *tree, const char *path)
{
	const struct name_entry *known = name_table_find(&tree->by_path, path);
	struct source_file *own = known ? &tree->files[known->number - 1] : NULL;
	struct queue queue = { NULL, 0 };
	bool everywhere = source_path_is_everywhere(path);

	for (size_t i = 0; i < tree->file_count; i++)
		tree->files[i].is_seen = false;
	if (own)
		own->is_seen = true;
	see_includers(tree, &queue, path);
	for (size_t at = 0; at < queue.count && !everywhere; at++) {
		everywhere = source_path_is_everywhere(queue.paths[at]);
		see_includers(tree, &queue, queue.paths[at]);
	}
	for (size_t i = 0; i < tree->file_count && everywhere; i++)
		tree->files[i].is_seen = true;
	if (own)
		own->is_seen = false;
	free(queue.paths);
}
