/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The preprocessor's directives in C source. For macros.c.
 */
#ifndef KLPMAKE_DIRECTIVES_H
#define KLPMAKE_DIRECTIVES_H

#include <stdbool.h>
#include <stddef.h>

struct directive_reader {
	const char *at, *end; /* what is still to be read */
	char *line;	      /* from malloc */
	size_t length, room;
};

void directive_open(struct directive_reader *reader, const char *text, size_t size);
/*
 * The next directive without its '#', on one line, without comments, with single blanks between its words; strings
 * are as they were. It lives until the next call. NULL: there are no more.
 */
const char *directive_next(struct directive_reader *reader);
void directive_close(struct directive_reader *reader);

/* What follows WORD, and a blank, in DIRECTIVE; NULL: it is another one. */
const char *directive_is(const char *directive, const char *word);

#endif
