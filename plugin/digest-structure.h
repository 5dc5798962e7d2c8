/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Structures and unions that a file looks into. */
#ifndef KLPMAKE_DIGEST_STRUCTURE_H
#define KLPMAKE_DIGEST_STRUCTURE_H

/* A variable is a TYPE, or an array of them. */
void digest_structure_use(tree type);
/* The function USER has a variable of its own that is one. */
void digest_structure_have(tree type, tree user);
/* FIELD is used by the function USER; NULL_TREE: by a variable's value. */
void digest_structure_see(tree field, tree user);

/*
 * The name of what VARIABLE, or each of its elements, is, if that is a structure; one without a name is called "variable"
 * and VARIABLE's symbol. NULL: it is none. From malloc.
 */
char *digest_structure_of(tree variable);

/* Writes the lines of VARIABLE's own structure, if it is one without a name. */
void digest_structure_write_own(FILE *file, tree variable);
/* Writes the lines of what each function looks into. */
void digest_structure_write_looks(FILE *file);
/* Writes the lines of those that were used, and of those that these have inside. */
void digest_structure_write(FILE *file);

#endif
