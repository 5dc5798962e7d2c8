/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files that mention what a header defines or declares. Between source-tree.c and users.c.
 */
#ifndef KLPMAKE_MENTIONS_H
#define KLPMAKE_MENTIONS_H

#include "base/string-list.h"
#include "plan/source-tree.h"
#include "plan/words.h"

struct mentions {
	struct source_tree *tree;
	struct contents *contents; /* a place for each file of the tree; from malloc */
};

void mentions_open(struct mentions *mentions, struct source_tree *tree);
void mentions_close(struct mentions *mentions);

/*
 * Sets USES, which has a place for each file of the tree, for those files of INCLUDERS, likewise, that mention one of
 * NAMES, or a macro or declaration that leads to one, or put such a name together with ##; and for those that include
 * one in which it counts for all. NAMES gets what leads to them. OWN is the text of the header that has them, as it is
 * patched. False: so much leads to them that they say nothing of who uses them, and USES is not set.
 */
bool mentions_find(struct mentions *mentions, struct string_list *names, const char *own,
		   size_t own_size, const bool *includers, bool *uses);

#endif
