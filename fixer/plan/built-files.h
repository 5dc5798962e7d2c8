/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which files of the source a kernel is built from: a small part of them. For users.c.
 */
#ifndef KLPMAKE_BUILT_FILES_H
#define KLPMAKE_BUILT_FILES_H

#include "kernel/target.h"
#include "plan/source-tree.h"

struct built_options {
	const struct target_options *kernel;
	const char *cache;		     /* a file for the names of the kernel's units */
	const char *key; /* tells one state of the source from another; NULL: nothing is kept */
};

/*
 * Leaves IS_BUILT of the units of the kernel's image and modules, as their debug information tells, of files of which
 * there may be none for what is built, and of all that these include. Where it is not known what modules are built from,
 * that is all. 0, or -1 after messages.
 */
int built_files_mark(struct source_tree *tree, const struct built_options *options);

#endif
