/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The text that a digest is one of, while it is made. */
#ifndef KLPMAKE_DIGEST_TEXT_H
#define KLPMAKE_DIGEST_TEXT_H

#include "klpmake-digest.h"

struct digest_text {
	struct obstack obstack;
	bool is_part;	  /* of a body: numbers of its blocks are left out */
	tree function;	  /* whose body it is; NULL_TREE: a variable's value or a type */
	vec<tree> locals; /* digest-tree.cc's: in the order in which they occur */
	/* digest-tree.cc's: numbers of unnamed values, by GCC's of them; 0: it has not occurred yet */
	vec<unsigned int> temporaries;
	unsigned int temporary_count;
	vec<tree> types;	   /* digest-type.cc's: structures whose layout the text has */
	vec<const char *> counted; /* GCC's names that __COUNTER__ gave a number to */
};

void digest_text_start(struct digest_text *out, tree function);
/* Frees OUT; the digest of its text goes to DIGEST, DIGEST_SIZE bytes of hexadecimal digits. */
void digest_text_finish(struct digest_text *out, char *digest);
/* Frees OUT; its text, from malloc. */
char *digest_text_take(struct digest_text *out);
void digest_text_put(struct digest_text *out, const char *format, ...) ATTRIBUTE_PRINTF_2;
void digest_text_put_char(struct digest_text *out, char character);
/* LENGTH bytes of a string, with its length. */
void digest_text_put_string(struct digest_text *out, const char *text, size_t length);
/* A name, which lives as long as GCC does; the text's own number in place of one that __COUNTER__ gave to it. */
void digest_text_put_name(struct digest_text *out, const char *name);
/*
 * Ends the compilation: what is called WHAT in GCC's sources, at AT (NULL_TREE: somewhere in the function), has no
 * text, and two files that differ in it would look equal.
 */
void digest_text_unknown(const struct digest_text *out, tree at,
			 const char *what) ATTRIBUTE_NORETURN;

#endif
