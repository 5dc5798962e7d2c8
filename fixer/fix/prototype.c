/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Compares how a patch declares a symbol of the kernel with what the kernel has. Comes in: the
 * plugin's signature and the symbol that was found. Goes out: yes, or a message with both in C.
 *
 * A call through a wrong prototype passes its parameters in the wrong registers, and a variable of
 * another size is read beyond its end: neither is seen before the patch runs.
 */
#include "fix/prototype.h"

#include <string.h>

#include "dwarf/signature.h"
#include "kernel/symbol-name.h"

/* Where the kernel's own declaration is. */
struct found {
	struct dwarf_unit *unit;
	const struct definition *definition;
};

/* The entry of UNIT that defines SYMBOL, or at least declares it. */
static bool find_in_unit(struct kernel_object *object, struct dwarf_unit *unit,
			 const struct elf_symbol *symbol, const struct declared *declared,
			 struct found *found)
{
	enum definition_kind kind = declared->is_function ? DEFINITION_FUNCTION
							  : DEFINITION_VARIABLE;
	const struct definition *elsewhere = NULL;

	if (unit_read(&object->dwarf, unit))
		return false;
	for (size_t i = 0; i < unit->content->count; i++) {
		const struct definition *definition = &unit->content->definitions[i];

		if (definition->kind != kind ||
		    symbol_name_in(symbol->name, definition->function, definition->name) ==
			    SYMBOL_NAME_FOREIGN)
			continue;
		if (definition->state == DEFINITION_PRESENT &&
		    definition->address == symbol->address) {
			*found = (struct found){ unit, definition };
			return true;
		}
		if (definition->state == DEFINITION_ELSEWHERE &&
		    !strcmp(definition->name, symbol->name))
			elsewhere = definition;
	}
	*found = (struct found){ unit, elsewhere };
	return elsewhere;
}

/*
 * No table leads to the unit that has a global variable: any unit that declares it will do. What is
 * read in vain is not kept.
 */
static bool find_variable(struct kernel_object *object, const struct elf_symbol *symbol,
			  const struct declared *declared, struct found *found)
{
	for (size_t i = 0; i < object->dwarf.unit_count; i++) {
		struct dwarf_unit *unit = &object->dwarf.units[i];
		bool was_read = unit->content;

		if (find_in_unit(object, unit, symbol, declared, found))
			return true;
		if (!was_read)
			unit_free(unit);
	}
	return false;
}

/*
 * A function is found through the unit that has its code, a variable most probably in the tagged
 * file's own unit.
 */
static bool find(const struct declared *declared, const struct resolved *resolved,
		 struct found *found)
{
	struct kernel_object *object = resolved->object;
	struct dwarf_unit *unit = dwarf_file_unit_at(&object->dwarf, resolved->symbol->address);
	const struct source *source = declared->source;

	if (unit && find_in_unit(object, unit, resolved->symbol, declared, found))
		return true;
	for (size_t i = 0; source && source->object == object && i < source->unit_count; i++)
		if (find_in_unit(object, source->units[i], resolved->symbol, declared, found))
			return true;
	return !declared->is_function && find_variable(object, resolved->symbol, declared, found);
}

static int refuse(const struct declared *declared)
{
	if (declared->replacement)
		return diag_refuse(
			&declared->place, "prototype",
			"function '%s' has other parameters or another result than '%s', "
			"which it replaces",
			declared->replacement, declared->name);
	return diag_refuse(&declared->place, "prototype",
			   "%s '%s' is declared differently than in the kernel",
			   declared->is_function ? "function" : "variable", declared->name);
}

/* Both declarations as C; where they read the same, with the sizes that differ. */
static void show_both(const struct declared *declared, const char *signature,
		      const struct diag_place *theirs, struct arena *arena)
{
	const char *name = declared->name;
	const char *our_name = declared->replacement ? declared->replacement : name;
	const char *patch = signature_in_c(declared->signature, our_name, false, arena);
	const char *kernel = signature_in_c(signature, name, false, arena);

	if (!strcmp(signature_in_c(declared->signature, name, false, arena), kernel)) {
		patch = signature_in_c(declared->signature, our_name, true, arena);
		kernel = signature_in_c(signature, name, true, arena);
	}
	diag_note(NULL, "in the patch:   %s", patch);
	diag_note(theirs, "in the kernel:  %s", kernel);
}

/* Without debug information at hand, a variable still has a size. */
static int check_size(const struct declared *declared, const struct resolved *resolved,
		      struct arena *arena)
{
	uint64_t size = signature_size(declared->signature);
	int result;

	if (declared->is_function || !size || !resolved->symbol->size ||
	    size == resolved->symbol->size)
		return 0;
	result = refuse(declared);
	diag_note(NULL, "in the patch:   %s, %llu bytes",
		  signature_in_c(declared->signature, declared->name, false, arena),
		  (unsigned long long)size);
	diag_note(NULL, "in the kernel:  %llu bytes", (unsigned long long)resolved->symbol->size);
	return result;
}

int prototype_check(struct resolver *resolver, const struct declared *declared,
		    const struct resolved *resolved)
{
	struct diag_place theirs = { NULL, 0 };
	const char *signature;
	struct found found;
	int result;

	if (!find(declared, resolved, &found))
		return check_size(declared, resolved, resolver->arena);
	signature = signature_read(&resolved->object->dwarf, found.unit, found.definition);
	if (!signature)
		return -1;
	if (signature_agrees(declared->signature, signature))
		return 0;
	if (found.definition->file) {
		theirs.file = dwarf_path_strip(found.definition->file, found.unit->comp_dir);
		theirs.line = found.definition->line;
	}
	result = refuse(declared);
	show_both(declared, signature, &theirs, resolver->arena);
	return result;
}
