/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which file of the patch a place in the module comes from. Comes in: a section and an offset. Goes
 * out: a unit of the note.
 *
 * "ld -r" has put the files' sections together, but it keeps the local symbols of each file together.
 * The last of those of a tagged file, KLP_NOTE_UNIT_SYMBOL, stands in its part of the note. What is
 * global, the note lists.
 */
#include "fix/origin.h"

#include <string.h>

/* The function or variable that has the place in it; NULL: none. */
static const struct elf_symbol *symbol_at(const struct elf_file *module, size_t section,
					  uint64_t offset)
{
	for (size_t i = 1; i < module->symbol_count; i++) {
		const struct elf_symbol *symbol = &module->symbols[i];

		if (symbol->section == section && symbol->value <= offset &&
		    offset - symbol->value < symbol->size &&
		    (symbol->type == STT_FUNC || symbol->type == STT_OBJECT))
			return symbol;
	}
	return NULL;
}

static size_t unit_at_note_offset(const struct note *note, uint64_t offset)
{
	for (size_t i = 0; i < note->unit_count; i++)
		if (note->units[i].offset == offset)
			return i;
	return ORIGIN_UNKNOWN;
}

/*
 * Of a local symbol: the unit whose mark follows in the same file. The mark is the last local symbol of
 * its object, and not every object has a symbol of type STT_FILE.
 */
static size_t unit_of_local(const struct elf_file *module, const struct note *note,
			    const struct elf_symbol *symbol)
{
	for (size_t i = symbol->index; i < module->symbol_count; i++) {
		const struct elf_symbol *other = &module->symbols[i];

		if (other->type == STT_FILE || other->binding != STB_LOCAL)
			break;
		if (other->section == note->section && !strcmp(other->name, KLP_NOTE_UNIT_SYMBOL))
			return unit_at_note_offset(note, other->value);
	}
	return ORIGIN_UNKNOWN;
}

static size_t unit_of_global(const struct note *note, const char *name)
{
	for (size_t i = 0; i < note->unit_count; i++)
		for (size_t j = 0; j < note->units[i].def_count; j++)
			if (!strcmp(note->units[i].defs[j].name, name))
				return i;
	return ORIGIN_UNKNOWN;
}

size_t origin_unit(const struct elf_file *module, const struct note *note, size_t section,
		   uint64_t offset)
{
	const struct elf_symbol *symbol = symbol_at(module, section, offset);

	if (!symbol)
		return ORIGIN_UNKNOWN;
	return symbol->binding == STB_LOCAL ? unit_of_local(module, note, symbol)
					    : unit_of_global(note, symbol->name);
}
