/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The attributes KLPMAKE_LOCAL and KLPMAKE_LOCAL_IN. */
#ifndef KLPMAKE_ATTRIBUTE_H
#define KLPMAKE_ATTRIBUTE_H

void attribute_register(void);
/*
 * Is DECL marked as a symbol of the tagged file's own? *FUNCTION becomes the name of the function
 * that it is local to, NULL if it is none's.
 */
bool attribute_is_local(tree decl, const char **function);
/*
 * PLUGIN_FINISH_DECL: reports declarations of one symbol that contradict each other. GCC has merged
 * their attributes.
 */
void attribute_check_declaration(tree decl);
/* Reports symbols that are marked and defined in the file. Before the interprocedural passes. */
void attribute_check_definitions(void);
/* Reports attributes in a file that has no tag. */
void attribute_check_untagged(void);

#endif
