/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Folders and what is below them. Comes in: a path. Goes out: names, or calls for each file, in the order of the names.
 * What the system cannot tell ends the program (input-file.h): nothing that is there is passed over.
 */
#ifndef KLPMAKE_FILE_TREE_H
#define KLPMAKE_FILE_TREE_H

#include <sys/stat.h>

#include "base/util.h"

/* The names in a folder but for "." and "..", sorted. */
struct file_names {
	char **list; /* from malloc, as each of them */
	size_t count;
};

/* False, with errno: there is no such folder, or nobody may read it. NAMES is to be freed all the same. */
bool file_names_read(struct file_names *names, const char *folder);
void file_names_free(struct file_names *names);

enum file_tree_step {
	FILE_TREE_ON,
	FILE_TREE_SKIP, /* what is in this folder */
	FILE_TREE_STOP,
};

struct file_tree_entry {
	const char *path; /* the first folder's, and the way from there; for the time of the call */
	const char *name;
	struct stat status; /* of a symbolic link, its own */
	unsigned int depth; /* of what is in the first folder: 1 */
	/* What was in it has been told: this is the second call for the folder. */
	bool is_end;
};

typedef enum file_tree_step file_tree_use(const struct file_tree_entry *entry, void *context);

/*
 * Calls USE for each file and folder below FOLDER, to which a symbolic link may lead; others are not followed. A folder
 * that is not there, or that nobody may read, is empty; where ALL is true, that is said, and ends it. 0, or -1 then.
 */
int file_tree_walk(const char *folder, bool all, file_tree_use *use, void *context);

#endif
