/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Copies of the kernel's variables. Comes in: the note, and the units of the tagged source. Goes out: yes, or messages.
 *
 *	static int users;		in fs/a.c of the kernel, and in the patch source, with a function that counts them
 *
 * The replacement then counts from 0, and all that is not replaced counts for itself. A constant may be copied.
 */
#include "fix/own-variables.h"

#include <string.h>

#include "dwarf/unit.h"

/* The function that FUNCTION, of the patch, replaces; FUNCTION if it is a copy that has the same name. */
static const char *replaced_by(const struct note *note, const char *function)
{
	for (size_t i = 0; function && i < note->unit_count; i++)
		for (size_t j = 0; j < note->units[i].patch_count; j++)
			if (!strcmp(note->units[i].patches[j].new_name, function))
				return note->units[i].patches[j].old_name;
	return function;
}

/* Is the patch's FUNCTION the kernel's KNOWN, or a copy that is called after it, as livepatch_KNOWN? NULL: none. */
static bool is_copy_of(const char *function, const char *known)
{
	return string_is_same(function, known) || (function && known && strstr(function, known));
}

/* The variable NAME, of FUNCTION or of the file, that has storage in UNIT; NULL: there is none. */
static const struct definition *find(struct dwarf_file *dwarf, struct dwarf_unit *unit,
				     const char *name, const char *function)
{
	const struct definition *definition = NULL;

	if (unit_read(dwarf, unit))
		return NULL;
	while ((definition = unit_next_named(unit, name, definition)))
		if (definition->kind == DEFINITION_VARIABLE &&
		    definition->state == DEFINITION_PRESENT &&
		    is_copy_of(function, definition->function))
			return definition;
	return NULL;
}

static int refuse(const struct note_variable *variable, const struct dwarf_unit *unit,
		  const struct definition *kernel)
{
	struct diag_place place = { NULL, 0 };
	int result;

	result = diag_refuse(&variable->place, "copied",
			     "the patch has a variable '%s' of its own, beside the kernel's",
			     variable->name);
	if (kernel->file) {
		place.file = dwarf_path_strip(kernel->file, unit->comp_dir);
		place.line = kernel->line;
		diag_note(&place, "the kernel's is this one");
	}
	if (kernel->function)
		diag_note(NULL, "to use it: extern ... %s KLPMAKE_LOCAL_IN(%s);", variable->name,
			  kernel->function);
	else
		diag_note(NULL, "to use it: extern ... %s KLPMAKE_LOCAL;", variable->name);
	return result;
}

int own_variables_check(const struct note *note, const struct note_unit *unit,
			const struct source *source)
{
	int result = 0;

	for (size_t i = 0; i < unit->variable_count; i++) {
		const struct note_variable *variable = &unit->variables[i];
		const char *function = replaced_by(note, variable->function);
		const struct definition *kernel = NULL;
		size_t at = 0;

		while (at < source->unit_count && !kernel)
			kernel = find(&source->object->dwarf, source->units[at++], variable->name,
				      function);
		if (kernel && refuse(variable, source->units[at - 1], kernel))
			result = -1;
	}
	return result;
}
