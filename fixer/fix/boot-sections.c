/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tables that code leaves for the kernel's start. Comes in: the module and the kernel's image. Goes out: errors.
 *
 * Such a table's section is called by a word of C, so that the linker gives it a __start_ and a __stop_ symbol, and the
 * image has it by itself. The module loader knows a few (find_module_sections() of kernel/module/main.c); of all
 * others in a module nobody takes notice. What they would have changed stays as it was compiled: since Linux 6.11
 *
 *	movabs $0x0123456789abcdef,%rax		in .text: the value of dentry_hashtable is to be put here
 *	.long 1b - 8 - .			in runtime_ptr_dentry_hashtable (asm/runtime-const.h)
 */
#include "fix/boot-sections.h"

#include <ctype.h>
#include <string.h>

#include "base/diag.h"

/* Those of the module loader, and strings, which are found by pointers. */
static bool is_known(const char *name)
{
	static const char *const starts[] = { "__ksymtab", "__kcrctab",	 "__kflagstab", "__param",
					      "__modver",  "__ex_table", "__bug_table" };

	for (size_t i = 0; i < ARRAY_SIZE(starts); i++)
		if (string_starts_with(name, starts[i]))
			return true;
	return false;
}

static bool is_word(const char *name)
{
	for (const char *at = name; *at; at++)
		if (!isalnum((unsigned char)*at) && *at != '_')
			return false;
	return *name != '\0';
}

int boot_sections_check(const struct elf_file *module, const struct target *target)
{
	int result = 0;

	for (size_t i = 1; i < module->section_count; i++) {
		const char *name = module->sections[i].name;

		if (!(module->sections[i].header.sh_flags & SHF_ALLOC) || !is_word(name) ||
		    is_known(name) || !elf_file_find_section(&target->vmlinux->elf, name))
			continue;
		diag_error(
			NULL, "special",
			"%s has a section '%s', which the kernel looks through only in itself, when it starts",
			module->path, name);
		diag_note(
			NULL,
			"what this has changed in the code there is not done for a module: compile the "
			"code as a module's (-DMODULE), or leave out what makes this section");
		result = -1;
	}
	return result;
}
