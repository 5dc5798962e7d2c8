/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lists that klpmake and klp-plan hand each other: a line for each thing, its fields separated by one tab each.
 * Used by all modes of klp-plan.
 */
#ifndef KLPMAKE_LINES_H
#define KLPMAKE_LINES_H

#include <stdbool.h>
#include <stdio.h>

#include "base/diag.h"
#include "base/output-file.h"
#include "base/util.h"

/* A list may have lines of LEAST to MOST fields; that many can be at most. */
#define LINES_MAX_FIELDS 8

/* Uses the COUNT fields of the line at PLACE. They live as long as the list's arena. -1 after a message. */
typedef int lines_use(void *context, char **fields, size_t count, const struct diag_place *place);

/*
 * Calls USE for each line of the file PATH, "-" for standard input. Lines with fewer or more fields are reported,
 * as all that is wrong. 0, or -1 after messages.
 */
int lines_read(const char *path, size_t least, size_t most, lines_use *use, void *context,
	       struct arena *arena);

/* Reads a number of a list, such as a unit's, from 1 on. False: TEXT is none. */
bool lines_number(const char *text, unsigned int *number);

/* A file that is written, completely or not at all. */
struct lines_output {
	struct output_file file;
	FILE *stream;
};

/* FOLDER/NAME, or NAME itself where FOLDER is NULL. 0, or -1 after a message. */
int lines_create(struct lines_output *output, const char *folder, const char *name,
		 struct arena *arena);
/* It gets its name. 0, or -1 after a message about what was not written. */
int lines_close(struct lines_output *output);

#endif
