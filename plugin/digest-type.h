/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Types in the text of a digest. */
#ifndef KLPMAKE_DIGEST_TYPE_H
#define KLPMAKE_DIGEST_TYPE_H

struct digest_text;

/* A type as code depends on it: what a pointer points to makes no difference. NULL_TREE: none. */
void digest_type_put(struct digest_text *out, tree type);
/* A type with its layout. Types that are pointed to are others' business. */
void digest_type_put_layout(struct digest_text *out, tree type);
/* A type without what is a matter of the structures in it: their sizes, and so those of arrays. */
void digest_type_put_shape(struct digest_text *out, tree type);
/* A member's place and size, with those of what is read and written to get at it. */
void digest_type_put_field(struct digest_text *out, tree field);

#endif
