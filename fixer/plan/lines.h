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

/*
 * Opens FOLDER/NAME to be written, or PATH itself where FOLDER is NULL. NULL after a message. *PATH becomes its
 * name, for lines_close().
 */
FILE *lines_create(const char *folder, const char *name, const char **path, struct arena *arena);
/* 0, or -1 after a message about what was not written. */
int lines_close(FILE *stream, const char *path);

#endif
