/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text files, and of the kernel's Module.symvers, which lists exported symbols, and kallsyms, which lists
 * all. After the command line, before resolve.c.
 */
#ifndef KLPMAKE_TEXT_FILE_H
#define KLPMAKE_TEXT_FILE_H

#include "base/name-table.h"
#include "base/util.h"

#define TEXT_FILE_STDIN "-" /* as a path: standard input */

/*
 * The text of PATH, in ARENA, with a NUL behind its *SIZE bytes, some of which may be NULs, too. NULL after a
 * message.
 */
char *text_file_read(const char *path, size_t *size, struct arena *arena);

/*
 * Adds what the Module.symvers file PATH exports: an entry's text is the owner, "vmlinux" or a
 * module, its namespace that of the export, NULL for none. Strings go to ARENA. 0, or -1 after a message.
 */
int text_file_read_symvers(struct name_table *table, const char *path, struct arena *arena);

/*
 * Adds the symbols of the image, not of modules, from PATH in the form of /proc/kallsyms; an
 * entry's count is how often the name occurs. Addresses are not looked at: they may be hidden
 * (kptr_restrict) and shifted (KASLR). 0, or -1 after a message.
 */
int text_file_read_kallsyms(struct name_table *table, const char *path, struct arena *arena);

#endif
