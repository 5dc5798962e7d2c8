/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Values, symbols and expressions in the text of a digest. */
#ifndef KLPMAKE_DIGEST_TREE_H
#define KLPMAKE_DIGEST_TREE_H

struct digest_text;

/* NULL_TREE has a text, too. */
void digest_tree_put(struct digest_text *out, tree node);
/* A parameter or variable of the function at hand. */
void digest_tree_put_local(struct digest_text *out, tree decl);
/* DECL's alignment, if somebody asked for it. */
void digest_tree_put_alignment(struct digest_text *out, tree decl);
/* What the variable DECL starts with. */
void digest_tree_put_value(struct digest_text *out, tree decl);
/* Is DECL a table that nobody else can have another idea of? A change of it is one of its users. */
bool digest_tree_is_constant_table(tree decl);
/*
 * Is DECL, of a compound literal or of what the compiler adds, called by a number, such as "C.1" or "*.Lubsan_data1"? It
 * is part of what uses it: with any other number it is the same.
 */
bool digest_tree_is_numbered(tree decl);

#endif
