/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The file that a diff is of: is it there, and has a livepatch to do with it? Between diff.c, which finds the
 * diffs of a patch, and the driver, which applies them.
 */
#ifndef KLPMAKE_DIFF_FILE_H
#define KLPMAKE_DIFF_FILE_H

#include "base/name-table.h"
#include "base/util.h"

#define DIFF_NO_FILE "/dev/null" /* in place of a name */

/* The kernel's source as it is after the diffs so far. */
struct diff_tree {
	const char *source;	  /* its folder */
	const char *arch;	  /* the kernel's, as in arch/; NULL: not known */
	struct name_table states; /* of files that diffs have created or removed */
	struct arena *arena;
};

enum diff_kind {
	DIFF_MODIFY,
	DIFF_NEW,
	DIFF_REMOVE,
};

enum diff_fate {
	DIFF_TAKEN,
	DIFF_IGNORED, /* the file is none of the kernel's code */
	DIFF_REFUSED,
};

struct diff_file {
	enum diff_fate fate;
	enum diff_kind kind;
	const char *path; /* relative to the source's root; of one that is refused, it may be NULL */
	const char *class, *text; /* why it is refused, as those of diag_error() */
};

/*
 * Which file a diff is of whose names are OLD and NEW, as they stand behind "---" and "+++", and what is to be
 * done with it. HAS_HUNKS: it says what changes. One that is taken is created or removed in TREE.
 */
struct diff_file diff_file_judge(struct diff_tree *tree, const char *old, const char *new,
				 bool has_hunks);
/* A name without its first folder, which is "a/" or "b/" as a rule. */
const char *diff_file_stripped(const char *name);
const char *diff_file_kind_name(enum diff_kind kind);
void diff_tree_free(struct diff_tree *tree);

#endif
