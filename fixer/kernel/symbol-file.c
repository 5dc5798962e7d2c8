/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The source files of local symbols. In a symbol table they stand behind a symbol that names their file, without its
 * folder (see unlocated.c): a witness for what debug information says.
 */
#include "kernel/symbol-file.h"

#include <string.h>

/* The name before SYMBOL; NULL: there is none. */
static const char *file_of(const struct elf_file *elf, const struct elf_symbol *symbol)
{
	for (size_t i = symbol->index; i-- > 0;)
		if (elf->symbols[i].type == STT_FILE)
			return elf->symbols[i].name;
	return NULL;
}

/* Not all objects have such a symbol, and link-time optimisation has its own: those of assembler follow another file's. */
static bool is_units_name(const struct dwarf_file *dwarf, const char *name)
{
	if (*name == '<')
		return false;
	for (size_t i = 0; i < dwarf->unit_count; i++)
		if (!strcmp(path_base(dwarf->units[i].name), name))
			return true;
	return false;
}

const char *symbol_file_contradicts(const struct kernel_object *object,
				    const struct elf_symbol *symbol, const struct dwarf_unit *unit)
{
	const char *name;

	/* What has no size is where others are, too, of any file: the keys of locks, without CONFIG_LOCKDEP. */
	if (symbol->binding != STB_LOCAL || !symbol->size)
		return NULL;
	name = file_of(&object->elf, symbol);
	if (!name || !strcmp(name, path_base(unit->name)) ||
	    !string_ends_with(unit->name, ".c") || !is_units_name(&object->dwarf, name))
		return NULL;
	return name;
}
