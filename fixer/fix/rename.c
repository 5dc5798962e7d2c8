/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A module is called as the file that it is written to. Comes in: the file's name. Goes out: what rewrite.c writes into the
 * module's struct module, by which the kernel knows it, also in /sys/kernel/livepatch, and into .modinfo.
 *
 * What the compiler has made of KBUILD_MODNAME, such as the beginning of the messages that pr_fmt() gives, stays. It is
 * part of strings that nobody looks anything up by.
 */
#include "fix/rename.h"

#include <string.h>

#include "base/diag.h"
#include "kernel/module-file.h"
#include "kernel/module-name.h"

const char *rename_to(const struct elf_file *module, const char *output, struct arena *arena)
{
	const char *file = path_base(output), *name = module_file_name(module, arena);
	size_t length = strlen(file);
	const char *wanted;

	if (!string_ends_with(file, ".ko") || length == strlen(".ko"))
		return NULL;
	wanted = module_file_spell(file, length - strlen(".ko"), arena);
	return name && !strcmp(wanted, name) ? NULL : wanted;
}

int rename_check(const struct elf_file *module, const char *output, const char *name,
		 const struct target *target)
{
	struct diag_place place = { output, 0 };
	uint64_t offset;

	if (module_name_check(name, &target->places, &target->options.objects, &place))
		return -1;
	place.file = module->path;
	if (module_file_name_place(module, &offset))
		return 0;
	diag_error(&place, "elf",
		   "the module cannot be called '%s': its " MODULE_SECTION
		   " has no name where one is expected",
		   name);
	return -1;
}
