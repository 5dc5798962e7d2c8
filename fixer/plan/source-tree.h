/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The include graph of the kernel's source: its C files, headers and assembler files, and what they include.
 * source-reader.c makes it of a folder, source-cache.c keeps it. For users.c.
 */
#ifndef KLPMAKE_SOURCE_TREE_H
#define KLPMAKE_SOURCE_TREE_H

#include "base/name-table.h"
#include "base/util.h"

struct source_file {
	const char *path; /* relative to the source's root */
	bool is_seen;	  /* by the search that is going on */
	bool is_built; /* the kernel may be built from it: true, but for what built-files.c knows */
};

/* What stands behind #include, and who has it. */
struct included {
	const char *text; /* with the '"' or '<' before it */
	size_t next;   /* of the same base name: the place in the list, from 1; 0: the last one */
	size_t *files; /* from malloc: places of those that include it */
	size_t file_count;
};

struct source_tree {
	const char *folder;
	int fd; /* of the folder; -1: not open */
	struct arena *arena;
	struct source_file *files; /* from malloc, as the next ones */
	size_t file_count;
	struct included *included; /* each text once */
	size_t included_count;
	struct name_table by_path;	    /* numbers: places in FILES, from 1 */
	struct name_table by_text, by_base; /* numbers: places in INCLUDED, from 1 */
	char *buffer;			    /* the last text that was read */
	size_t room;
};

/* The graph is empty, only files can be read. 0, or -1 after a message. */
int source_tree_open(struct source_tree *tree, const char *folder, struct arena *arena);
void source_tree_close(struct source_tree *tree);

/* Is it compiled by itself? What else there is is included. */
static inline bool source_path_is_compiled(const char *path)
{
	return string_ends_with(path, ".c") || string_ends_with(path, ".S");
}

/* Warns that PATH cannot be read, by errno. */
void source_tree_cannot_read(const struct source_tree *tree, const char *path);
/* A file's text, of *SIZE bytes, until the next one is read; NULL after a warning. */
const char *source_tree_read(struct source_tree *tree, const char *path, size_t *size);

/* PATH and TEXT have to live as long as the tree does. The place of the file, or of what is included. */
size_t source_tree_add_file(struct source_tree *tree, const char *path);
size_t source_tree_add_included(struct source_tree *tree, const char *text);
/* The file has an #include of it; twice has no meaning. */
void source_tree_add_include(struct source_tree *tree, size_t file, size_t included);

/*
 * Sets IS_SEEN of those files that include PATH, directly or through others, and not of PATH itself. What is included
 * by '"' and is there, seen from the file that includes it, is that one. Else, where the compiler looks for it is not
 * known here: whatever ends like it may be it.
 */
void source_tree_find_includers(struct source_tree *tree, const char *path);

/* May the #include of TEXT in the file FROM be of PATH? As is told above. */
bool source_tree_may_be(struct source_tree *tree, const char *path, const char *text,
			const char *from);
/* Does Kbuild have every file include PATH? */
bool source_path_is_everywhere(const char *path);

/*
 * source-reader.c: looks through all folders but those of no interest; of arch/ only ARCH's where that is not NULL.
 * Links within them are not followed. Files that cannot be read are warned of. 0, or -1 after a message.
 */
int source_tree_fill(struct source_tree *tree, const char *arch);

/*
 * source-cache.c: the graph as it was written to FILE, with the same KEY, a line of text. Nothing is read where there
 * is no such file, or it is not whole. False: it was not.
 */
bool source_tree_load(struct source_tree *tree, const char *file, const char *key);
/* A file that cannot be written is no error: it is made the next time. */
void source_tree_save(const struct source_tree *tree, const char *file, const char *key);

#endif
