/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text of others, such as names from a file, as a terminal is to have it. Used by diag.c and by what prints tables.
 */
#ifndef KLPMAKE_SHOWN_TEXT_H
#define KLPMAKE_SHOWN_TEXT_H

#include "base/util.h"

/*
 * TEXT, or a copy in ARENA, in which what a terminal would obey, and what is no UTF-8, is "\x1b" instead: control characters
 * but for the tab, and those that end a line or turn its direction.
 */
const char *shown_text(const char *text, struct arena *arena);
/* Writes it like that. */
void shown_text_write(const char *text, FILE *stream);

#endif
