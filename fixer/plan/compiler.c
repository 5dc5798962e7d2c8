/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which compiler made the kernel? Comes in: the kernel's debug information. Goes out: nothing, or a message, where GCC cannot
 * tell what is part of which function there. Before the other stages of klp-plan that ask the kernel; klpmake has looked
 * at the kernel's configuration before.
 */
#include "plan/compiler.h"

#include <string.h>

#include "base/diag.h"

/* A C file of the kernel's; NULL: it has none. Some of its files are in other languages. */
static struct dwarf_unit *c_unit(struct dwarf_file *dwarf)
{
	for (size_t i = 0; i < dwarf->unit_count; i++) {
		size_t length = strlen(dwarf->units[i].name);

		if (length > 2 && !strcmp(dwarf->units[i].name + length - 2, ".c"))
			return &dwarf->units[i];
	}
	return NULL;
}

/* PRODUCER without its options and the like. */
static const char *compiler_name(const char *producer, struct arena *arena)
{
	size_t length = strcspn(producer, "(-");

	while (length && producer[length - 1] == ' ')
		length--;
	return arena_strndup(arena, producer, length);
}

int compiler_check(struct target *target)
{
	struct dwarf_file *dwarf = &target->vmlinux->dwarf;
	struct diag_place place = { target->vmlinux->elf.path, 0 };
	struct dwarf_unit *unit = c_unit(dwarf);
	const char *producer = unit ? dwarf_file_producer(dwarf, unit) : "";
	bool optimises;

	if (!producer)
		return -1;
	optimises = strstr(producer, " -flto");
	if (!optimises && !strstr(producer, "clang version"))
		return 0;
	diag_error(
		&place, "unsupported",
		"the kernel was built by '%s'%s: which of its functions contain what a diff changes cannot be told here",
		compiler_name(producer, target->arena),
		optimises ? " with link-time optimisation" : "");
	diag_note(NULL,
		  "a livepatch of it can be made from patch sources, which klp-fixer finishes");
	return -1;
}
