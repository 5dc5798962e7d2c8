/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Temporary files and folders. A program that is killed leaves them: the next one that makes such a one there removes them.
 */
#ifndef KLPMAKE_TEMPORARY_H
#define KLPMAKE_TEMPORARY_H

#include <sys/types.h>

/*
 * Makes a file (KIND S_IFREG) or a folder (S_IFDIR) from TEMPLATE, a path that ends with "XXXXXX", in place of which it has
 * letters then; and removes others of that template and this user that nobody has locked. A descriptor of it, which has
 * the lock until it is closed; a program that is run later has a folder's as well. -1: see errno.
 */
int temporary_create(char *template, mode_t kind);

#endif
