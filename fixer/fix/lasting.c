/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Is what the livepatch consists of there when it is needed? Comes in: the note, and the module. Goes out: yes, or messages.
 *
 *	static int __init replacement(int x)	its code is gone when the module is loaded
 *	static struct klp_func funcs[] __initdata	likewise, of what the kernel goes on to read
 *	KLPMAKE_REPLACE(...)			without the main file of the short form, nobody reads it
 */
#include "fix/lasting.h"

#include "base/diag.h"

/* "__init", "__exit": what SECTION of MODULE is; NULL: it stays. */
static const char *life_of(const struct elf_file *module, size_t section)
{
	if (section >= module->section_count)
		return NULL;
	switch (elf_section_life(module->sections[section].name)) {
	case ELF_SECTION_INIT:
		return "__init";
	case ELF_SECTION_EXIT:
		return "__exit";
	default:
		return NULL;
	}
}

static int check_patch(const struct elf_file *module, const struct note_patch *patch)
{
	const char *code = life_of(module, patch->new_func.section);
	const char *data = life_of(module, patch->sympos_at.section);

	if (code)
		diag_error(&patch->place, "init", "'%s', the replacement of '%s', is marked %s",
			   patch->new_name, patch->old_name, code);
	else if (data)
		diag_error(&patch->place, "init", "the struct klp_func of '%s' is marked %s",
			   patch->old_name, data);
	if (code || data)
		diag_note(NULL, "it is not there when the kernel needs it: leave that out");
	return code || data ? -1 : 0;
}

/* The table's beginning is in the first object of those that klpmake links for the short form. */
static int check_main(const struct elf_file *module, const struct diag_place *place)
{
	size_t section = elf_file_find_section(module, "klpmake_table");

	if (!section || !module->sections[section].header.sh_size ||
	    elf_file_defines(module, "klpmake_table_begin"))
		return 0;
	diag_error(
		place, "no-replacement",
		"the module has replacements or callbacks of the short form, and nothing that enables them");
	diag_note(
		NULL,
		"klpmake links what does where a source has KLPMAKE_REPLACE(), by that very name, at "
		"the beginning of a line; with a struct klp_patch of your own, use its callbacks");
	return -1;
}

int lasting_check(const struct elf_file *module, const struct note *note)
{
	const struct diag_place none = { module->path, 0 }, *place = &none;
	int result = 0;

	for (size_t i = 0; i < note->unit_count; i++) {
		const struct note_unit *unit = &note->units[i];

		for (size_t j = 0; j < unit->patch_count; j++) {
			place = place == &none ? &unit->patches[j].place : place;
			if (check_patch(module, &unit->patches[j]))
				result = -1;
		}
		if (unit->callback_count && place == &none)
			place = &unit->callbacks[0].place;
	}
	return check_main(module, place) ? -1 : result;
}
