/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What of the touched files' text a patch changes. For plan-follow.c.
 */
#ifndef KLPMAKE_OWN_TEXT_H
#define KLPMAKE_OWN_TEXT_H

#include "base/name-table.h"
#include "base/util.h"

struct own_text_file;

/* Files that were asked for. */
struct own_texts {
	const char *
		source; /* the folder of the files as they were; NULL: what they say is not known */
	const char *files; /* that of the patched ones, which has those that the patch touches */
	struct arena *arena;
	struct own_text_file **list; /* from malloc, and so is each */
	size_t count;
	struct name_table by_path; /* an entry's number: the place in LIST, from 1 on */
};

/*
 * Does the patch change the text by which FILE, a path in the source, defines NAME? What that text leads to, such as a
 * macro, does not count. True also where it is not known.
 */
bool own_text_is_touched(struct own_texts *texts, const char *file, const char *name);
void own_texts_free(struct own_texts *texts);

#endif
