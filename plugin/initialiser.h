/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What initialisers of variables say. Before the interprocedural passes. */
#ifndef KLPMAKE_INITIALISER_H
#define KLPMAKE_INITIALISER_H

/* Where the author wrote the variable DECL: not in a macro of klpmake.h. */
location_t initialiser_place(tree decl);
/* Is TYPE "struct TAG"? */
bool initialiser_has_tag(tree type, const char *tag);
/* NULL_TREE: there is none. */
tree initialiser_field(tree record, const char *name);
/* The value that CONSTRUCTOR gives to the field NAME; NULL_TREE: none. */
tree initialiser_value(tree constructor, const char *name);
/* The variable or function that a pointer's initialiser points into; NULL_TREE: none. */
tree initialiser_target(tree value);
/* A string that is known when compiling; NULL for a null pointer and where it is not known. */
const char *initialiser_string(tree value);

#endif
