/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The C files of the kernel's source, and what they include. For users.c.
 */
#ifndef KLPMAKE_SOURCE_TREE_H
#define KLPMAKE_SOURCE_TREE_H

#include "base/name-table.h"
#include "base/util.h"

/* A file that has an #include. */
struct source_file {
	const char *path; /* relative to the source's root */
	bool is_seen;	  /* by the search that is going on */
};

struct source_tree {
	const char *folder;
	int fd; /* of the folder; -1: not open */
	struct arena *arena;
	struct source_file *files; /* from malloc, as the next ones */
	size_t file_count;
	struct included *included; /* texts of #include, each once */
	size_t included_count;
	struct name_table by_text, by_base; /* numbers: places in INCLUDED, from 1 */
	char *buffer;			    /* the last text that was read */
	size_t room;
};

/*
 * Looks through all folders of FOLDER but those of no interest; of arch/ only ARCH's where that is not NULL. Links
 * within them are not followed. Files that cannot be read are warned of. 0, or -1 after a message.
 */
int source_tree_open(struct source_tree *tree, const char *folder, const char *arch,
		     struct arena *arena);
void source_tree_close(struct source_tree *tree);

/* A file's text, of *SIZE bytes, until the next one is read; NULL after a warning. */
const char *source_tree_read(struct source_tree *tree, const char *path, size_t *size);

/*
 * Sets IS_SEEN of those files that include HEADER, directly or through others, and not of HEADER itself. Where the
 * compiler looks for what is included is not known here: whatever ends like it may be it.
 */
void source_tree_find_includers(struct source_tree *tree, const char *header);

#endif
