/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines of a digest. */
#ifndef KLPMAKE_DIGEST_LINE_H
#define KLPMAKE_DIGEST_LINE_H

#include "klpmake-digest.h"

#define LINE_NUMBER_SIZE 24 /* bytes of a number as text, with its NUL */

/* Writes a line of FIELDS, by their columns. NULL and "": there is none. */
void digest_line_write(FILE *file, enum digest_record record, const char *const *fields,
		       unsigned int columns);
/* The number of the source's line that declares DECL. */
const char *digest_line_of(tree decl, char text[LINE_NUMBER_SIZE]);

#endif
