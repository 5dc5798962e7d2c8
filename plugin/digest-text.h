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
	vec<tree> types;  /* digest-type.cc's: structures on the way to the one at hand */
};

void digest_text_start(struct digest_text *out, tree function);
/* Frees OUT; the digest of its text goes to DIGEST, DIGEST_SIZE bytes of hexadecimal digits. */
void digest_text_finish(struct digest_text *out, char *digest);
void digest_text_put(struct digest_text *out, const char *format, ...) ATTRIBUTE_PRINTF_2;
void digest_text_put_char(struct digest_text *out, char character);
/* A name without the number that __COUNTER__ gave to it. */
void digest_text_put_name(struct digest_text *out, const char *name);

#endif
