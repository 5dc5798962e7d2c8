/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which files of a compilation are the author's: see author-file.cc. */
#ifndef AUTHOR_FILE_H
#define AUTHOR_FILE_H

/* Is FILE, a name as locations have it, the patch source or a header of its author's? */
bool author_file_is(const char *file);

#endif
