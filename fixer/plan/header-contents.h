/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a header defines and declares, by words. For mentions.c.
 */
#ifndef KLPMAKE_HEADER_CONTENTS_H
#define KLPMAKE_HEADER_CONTENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/util.h"

enum definition_kind {
	DEFINED_MACRO,
	DEFINED_CODE,  /* a function or a variable, and what is not known to be one of these: */
	DEFINED_TYPE,  /* or several, but nothing that has a value */
	DEFINED_PROTO, /* a function's prototype, or a variable without a value */
};

/* A macro of a header, with the words of its #define, or an item, which may declare several names. */
struct definition {
	const char **names; /* in the arena, as WORDS */
	size_t name_count;
	uint64_t *words; /* hashes, with parentheses; but none of strings, and no macro's parameters */
	size_t word_count;
	bool pastes; /* a macro that has ##, or leads to one that does */
	enum definition_kind kind;
	bool is_object; /* a macro without parameters */
};

/* What a header has. */
struct contents {
	uint64_t *words; /* likewise, of items that are there for all who include it; from malloc */
	size_t word_count;
	struct definition *definitions; /* from malloc */
	size_t definition_count;
	bool is_read;
	bool has_no_paste; /* it has been looked at before, and there is no ## */
};

/* Reads a header's text, which is not needed any more then. What has a name is in the arena. */
void contents_read(struct contents *contents, const char *text, size_t size, struct arena *arena);
void contents_free(struct contents *contents);

#endif
