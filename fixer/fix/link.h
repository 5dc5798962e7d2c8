/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The last step of Kbuild, for a module as "ld -r" left it: modpost's part is linked to it. Before all other stages, where
 * the module that is given is not complete (module-file.h).
 */
#ifndef KLPMAKE_LINK_H
#define KLPMAKE_LINK_H

#include "elf/elf-file.h"
#include "kernel/target.h"

/*
 * Links OBJECT, MODULE.o, with MODULE.mod.o beside it, as the kernel's own rule does, and opens the outcome as MODULE, which
 * is called as OBJECT in messages. OPTIONS tell where the build folder is. 0, or -1 after messages.
 */
int link_module(struct elf_file *module, const struct elf_file *object,
		const struct target_options *options, struct arena *arena);
/* The file that Kbuild would make of OBJECT: MODULE.ko. */
const char *link_output(const struct elf_file *object, struct arena *arena);

#endif
