/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A module is called as the file that it is written to. Before rewrite.c.
 */
#ifndef KLPMAKE_RENAME_H
#define KLPMAKE_RENAME_H

#include "elf/elf-file.h"
#include "kernel/target.h"

/* What MODULE would be called in OUTPUT, NAME.ko; NULL: as it is, or OUTPUT has no such name. */
const char *rename_to(const struct elf_file *module, const char *output, struct arena *arena);
/* Can MODULE, which becomes OUTPUT, be given the new NAME? 0, or -1 after messages. */
int rename_check(const struct elf_file *module, const char *output, const char *name,
		 const struct target *target);

#endif
