/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tag: which kernel source the file that is compiled belongs to. */
#ifndef KLPMAKE_TAG_H
#define KLPMAKE_TAG_H

/*
 * Starts to look for the tag. ARGUMENT is the value of -fplugin-arg-klpmake-source=, NULL if not
 * given; it stays the caller's. ON_TAG is called once, when the file turns out to have a tag: at once
 * or while the file is lexed.
 */
void tag_start(const char *argument, void (*on_tag)(void));
/* Path of the kernel source relative to the kernel's root; NULL: the file has no tag. */
const char *tag_path(void);
/* The tag's line in the main source file; 0: it came from the command line. */
int tag_line(void);
/* Identifies the tag in assembler names: letters, digits and '_' only. */
const char *tag_unit_id(void);

#endif
