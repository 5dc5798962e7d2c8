/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Types in the text of a digest. */
#ifndef KLPMAKE_DIGEST_TYPE_H
#define KLPMAKE_DIGEST_TYPE_H

struct digest_text;

/* A type as code depends on it: what a pointer points to makes no difference. NULL_TREE: none. */
void digest_type_put(struct digest_text *out, tree type);
/* A type with its layout. Types that are pointed to are others' business. */
void digest_type_put_layout(struct digest_text *out, tree type);
/*
 * With the names of TYPE's own members, so that two of one type may not change places. Those of structures inside that
 * have tags are others' business, too.
 */
void digest_type_put_named_layout(struct digest_text *out, tree type);
/* A member's place and size, with those of what is read and written to get at it. */
void digest_type_put_field(struct digest_text *out, tree field);
/* Of a structure without a tag, the name that a typedef gives to it. NULL: it has none either. */
const char *digest_type_tag(tree type);
/* Code looks into TYPE: remembers it, if its layout can be compared by its tag. */
void digest_type_use(tree type);
/* What was remembered, in its order; it stays digest-type.cc's. */
vec<tree> digest_type_used(void);

#endif
