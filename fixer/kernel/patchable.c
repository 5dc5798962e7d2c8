/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Can a function be replaced, and is that enough? Comes in: a function of the kernel and the list
 * of all that the patch replaces. Goes out: yes, or messages.
 *
 * A livepatch diverts a function at its beginning, if it can (site.c). And it diverts calls only: where the compiler put a copy of the function into another one, or made a
 * clone of it for some callers, the old code goes on running.
 */
#include "kernel/patchable.h"

#include <stdlib.h>
#include <string.h>

#include "kernel/call.h"
#include "kernel/site.h"
#include "kernel/symbol-name.h"
#include "kernel/system-call.h"

static int check_site(const struct replaced *replaced)
{
	struct kernel_object *object = replaced->resolved.object;
	const struct elf_symbol *symbol = replaced->resolved.symbol;
	struct site site;

	if (site_find(object, symbol, &site))
		return -1;
	if (!*site.lacks)
		return 0;
	diag_error(&replaced->place, site.id, "'%s' cannot be replaced: it %s", symbol->name,
		   site.lacks);
	system_call_note(object, symbol->name);
	if (object->by_jump || site.is_there)
		diag_note(NULL, "replace the functions that call it");
	else
		diag_note(NULL, "it is marked notrace or inline, or its file is compiled without "
				"tracing: replace the functions that call it");
	return -1;
}

/* A search for code that goes on running although the patch replaces a function. */
struct uses {
	const struct replaced *all; /* what the patch replaces */
	size_t count, index;
	const struct unreached *unreached;
	struct dwarf_unit *unit;
	const struct elf_symbol *clone; /* whose callers are looked for; NULL: copies are */
	const struct definition *clone_definition;
	int found;  /* how many there were */
	int result; /* of the message that was given for the first */
};

/* Is the code at ADDRESS a clone of REPLACED? */
static bool is_clone_of(const struct replaced *replaced, uint64_t address)
{
	struct kernel_object *object = replaced->resolved.object;
	const struct elf_symbol *symbol = NULL;

	while ((symbol = symbol_table_at(&object->symbols, address, symbol)))
		if (symbol_name_of(symbol->name, replaced->resolved.symbol->name) ==
		    SYMBOL_NAME_CLONE)
			return dwarf_file_unit_at(&object->dwarf, address) ==
			       dwarf_file_unit_at(&object->dwarf,
						  replaced->resolved.symbol->address);
	return false;
}

/*
 * Is what contains a copy or call replaced, so that nobody runs its old code? Of a replaced function's clones, check_clones()
 * says where they are called.
 */
static bool is_replaced(const struct uses *uses, const struct unit_use *use)
{
	const struct kernel_object *object = uses->all[uses->index].resolved.object;

	for (size_t i = 0; i < uses->count; i++)
		if (uses->all[i].resolved.object == object &&
		    (uses->all[i].resolved.symbol->address == use->into_address ||
		     is_clone_of(&uses->all[i], use->into_address)))
			return true;
	return unreached_has(uses->unreached, uses->unit, use->into);
}

/*
 * Is what contains a copy or call dropped code, which has run when the kernel started or the module was
 * loaded?
 */
static bool is_dropped(struct kernel_object *object, uint64_t address)
{
	const struct elf_symbol *symbol = symbol_table_at(&object->symbols, address, NULL);

	return symbol && elf_symbol_life(&object->elf, symbol) == ELF_SECTION_INIT;
}

static int report_copy(const struct unit_use *use, void *context)
{
	struct uses *uses = context;
	const struct replaced *replaced = &uses->all[uses->index];
	struct diag_place place = { use->file ? dwarf_path_strip(use->file, uses->unit->comp_dir)
					      : NULL,
				    use->line };

	if (!use->inlined || is_replaced(uses, use) ||
	    is_dropped(replaced->resolved.object, use->into_address))
		return 0;
	if (!uses->found++)
		uses->result = diag_refuse(
			&replaced->place, "inlined",
			"'%s' is also inlined into functions that the patch does not replace",
			replaced->resolved.symbol->name);
	diag_note(&place, "inlined into '%s'", use->into);
	return 0;
}

/* USES: a search that has not begun. */
static int check_copies(struct uses uses, const struct definition *definition)
{
	struct dwarf_file *dwarf = &uses.all[uses.index].resolved.object->dwarf;

	if (unit_find_uses(dwarf, uses.unit, definition, report_copy, &uses) ||
	    unit_find_copies_elsewhere(dwarf, uses.unit, definition, report_copy, &uses))
		return -1;
	if (uses.result)
		diag_note(NULL, "replace these functions too, or use --allow=inlined if their old "
				"code may go on running");
	return uses.result;
}

/* The clone that OTHER, of the same name as DEFINITION, is; NULL: it is none. */
static const struct elf_symbol *clone_at(struct kernel_object *object,
					 const struct definition *definition,
					 const struct definition *other)
{
	const struct elf_symbol *symbol = NULL;

	if (other->kind != DEFINITION_FUNCTION || other->state != DEFINITION_PRESENT ||
	    other->address == definition->address || strcmp(other->name, definition->name))
		return NULL;
	while ((symbol = symbol_table_at(&object->symbols, other->address, symbol)))
		if (symbol_name_of(symbol->name, definition->name) == SYMBOL_NAME_CLONE)
			return symbol;
	return NULL;
}

/* Does the call lead to the clone? GCC tells so of some calls; others are looked at. */
static bool may_call_clone(const struct uses *uses, const struct unit_use *use, bool *certain)
{
	const struct kernel_object *object = uses->all[uses->index].resolved.object;
	struct call call;

	*certain = true;
	if (!use->any_copy)
		return use->callee == uses->clone_definition->die;
	*certain = call_before(object, use->return_address, &call);
	return !*certain || elf_symbol_is_entered(object->image, uses->clone, call.target);
}

static int report_caller(const struct unit_use *use, void *context)
{
	struct uses *uses = context;
	const struct replaced *replaced = &uses->all[uses->index];
	struct diag_place place = { use->into_file
					    ? dwarf_path_strip(use->into_file, uses->unit->comp_dir)
					    : NULL,
				    use->into_line };

	bool certain;

	if (use->inlined || is_replaced(uses, use) || !may_call_clone(uses, use, &certain) ||
	    is_dropped(replaced->resolved.object, use->into_address))
		return 0;
	if (!uses->found++)
		uses->result = diag_refuse(
			&replaced->place, "cloned",
			"'%s' also exists as '%s', which functions call that the patch does not replace",
			replaced->resolved.symbol->name, uses->clone->name);
	diag_note(&place, "%s '%s'", certain ? "called by" : "maybe called by", use->into);
	return 0;
}

/* BEGUN: likewise; one is made for each clone. */
static int check_clones(const struct uses *begun, const struct definition *definition)
{
	struct kernel_object *object = begun->all[begun->index].resolved.object;
	const struct unit_content *content = begun->unit->content;
	int result = 0;

	for (size_t i = 0; i < content->count; i++) {
		struct uses uses = *begun;

		uses.clone_definition = &content->definitions[i];
		uses.clone = clone_at(object, definition, uses.clone_definition);
		if (!uses.clone)
			continue;
		if (unit_find_uses(&object->dwarf, uses.unit, definition, report_caller, &uses))
			return -1;
		if (!uses.result)
			continue;
		diag_note(NULL, "replace these functions too, or use --allow=cloned if the clone's "
				"old code may go on running");
		result = -1;
	}
	return result;
}

static const struct replaced *find_replaced(const struct replaced *all, size_t count,
					    const struct elf_symbol *symbol)
{
	for (size_t i = 0; i < count; i++)
		if (all[i].resolved.symbol == symbol)
			return &all[i];
	return NULL;
}

static const struct definition *function_named(const struct dwarf_unit *unit, const char *name)
{
	const struct definition *definition = unit_next_named(unit, name, NULL);

	return definition && definition->kind == DEFINITION_FUNCTION ? definition : NULL;
}

/*
 * Another function of the unit that the compiler folded with the replaced one, as both have the same code. An
 * alias is no such function: the source defines it as one. Nor is what a replaced alias stands for, such as the
 * function of a system call that SYSCALL_DEFINE0() gives an architecture's name: that alone has code. There may be
 * another replacement for it, though.
 */
static const struct elf_symbol *folded_with(const struct replaced *all, size_t count, size_t index,
					    const struct dwarf_unit *unit)
{
	const struct elf_symbol *symbol = all[index].resolved.symbol, *other = NULL;
	bool is_alias = !function_named(unit, symbol->name);

	while ((other = symbol_table_at(&all[index].resolved.object->symbols, symbol->address,
					other))) {
		const struct definition *definition = function_named(unit, other->name);

		if (other == symbol || !strcmp(other->name, symbol->name) || !definition)
			continue;
		if (is_alias && definition->state == DEFINITION_PRESENT &&
		    !find_replaced(all, count, other))
			continue;
		return other;
	}
	return NULL;
}

static int check_folded(const struct replaced *all, size_t count, size_t index,
			const struct dwarf_unit *unit)
{
	const struct replaced *replaced = &all[index], *other_replaced;
	const struct elf_symbol *other = folded_with(all, count, index, unit);
	int result;

	if (!other)
		return 0;
	other_replaced = find_replaced(all, count, other);
	if (other_replaced && other_replaced->new_section == replaced->new_section &&
	    other_replaced->new_offset == replaced->new_offset)
		return 0;
	if (other_replaced) {
		/* The kernel keeps replacements by address (klp_find_ops()): one of them runs for both. */
		diag_error(&replaced->place, "folded",
			   "'%s' and '%s' have the same code, but two replacements",
			   replaced->resolved.symbol->name, other->name);
		diag_note(NULL, "the compiler folded the two: replace both by one function");
		return -1;
	}
	result = diag_refuse(&replaced->place, "folded",
			     "'%s' has the same code as '%s', which would be replaced with it",
			     replaced->resolved.symbol->name, other->name);
	diag_note(NULL, "the compiler folded the two: replace both, by a function that is right "
			"for both, or use --allow=folded");
	return result;
}

/* Is SYMBOL the function NAME itself, perhaps by a name that link-time optimisation has made unique? */
static bool is_name_of(const char *symbol, const char *name)
{
	enum symbol_name kind = symbol_name_of(symbol, name);

	return kind == SYMBOL_NAME_OWN || kind == SYMBOL_NAME_LLVM || kind == SYMBOL_NAME_NUMBERED;
}

static const struct definition *find_definition(const struct dwarf_unit *unit,
						const struct elf_symbol *symbol)
{
	for (size_t i = 0; i < unit->content->count; i++) {
		const struct definition *definition = &unit->content->definitions[i];

		if (definition->kind == DEFINITION_FUNCTION &&
		    definition->state == DEFINITION_PRESENT &&
		    definition->address == symbol->address &&
		    is_name_of(symbol->name, definition->name))
			return definition;
	}
	return NULL;
}

int patchable_check(const struct replaced *all, size_t count, size_t index,
		    const struct unreached *unreached)
{
	const struct replaced *replaced = &all[index];
	struct kernel_object *object = replaced->resolved.object;
	struct dwarf_unit *unit =
		dwarf_file_unit_at(&object->dwarf, replaced->resolved.symbol->address);
	const struct uses uses = {
		.all = all, .count = count, .index = index, .unreached = unreached, .unit = unit
	};
	const struct definition *definition;
	int result = check_site(replaced);

	if (!unit)
		return result;
	if (unit_read(&object->dwarf, unit))
		return -1;
	if (check_folded(all, count, index, unit))
		result = -1;
	definition = find_definition(unit, replaced->resolved.symbol);
	if (!definition)
		return result;
	if (check_copies(uses, definition))
		result = -1;
	if (check_clones(&uses, definition))
		result = -1;
	return result;
}
