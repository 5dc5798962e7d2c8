/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From a name in a tagged file to a symbol of the kernel. Comes in: a name and the source file that
 * it belongs to. Goes out: the ELF symbol and its position among those of its name.
 *
 * DWARF tells which definitions a source file has and at which address. The symbol is then the one
 * at that address with that name: DWARF calls a function "foo" whose symbol is "foo.isra.0", with
 * another calling convention, or "foo.cold". Two candidates, or none, are an error; nothing is
 * guessed.
 */
#include <stdlib.h>
#include <string.h>

#include "kernel/resolve-internal.h"
#include "kernel/symbol-file.h"
#include "kernel/symbol-name.h"
#include "kernel/system-call.h"

/* So far a function's symbol may be from the address that DWARF has of it. */
#define ENTRY_BYTES 64

/*
 * NAME's own symbol at its address; NULL: the address has none, or only that of a clone. It may have a number: of static
 * variables inside of functions, and where link-time optimisation has made names unique.
 */
static const struct elf_symbol *symbol_of(struct kernel_object *object,
					  const struct definition *definition)
{
	const struct elf_symbol *symbol = NULL, *numbered = NULL;

	while ((symbol = symbol_table_at(&object->symbols, definition->address, symbol))) {
		enum symbol_name name =
			symbol_name_in(symbol->name, definition->function, definition->name);

		if (name == SYMBOL_NAME_OWN)
			return symbol;
		if (name == SYMBOL_NAME_NUMBERED || name == SYMBOL_NAME_LLVM)
			numbered = symbol;
	}
	return numbered;
}

static bool is_wanted(const struct definition *definition, const struct wanted *wanted)
{
	if (definition->state == DEFINITION_ELSEWHERE)
		return false;
	if (!wanted->any_kind && definition->kind != wanted->kind)
		return false;
	if (!wanted->function || !definition->function)
		return !wanted->function && !definition->function;
	return !strcmp(definition->function, wanted->function) &&
	       (!wanted->line || definition->line == wanted->line);
}

static void collect_from(const struct source *source, struct dwarf_unit *unit,
			 const struct wanted *wanted, struct candidates *candidates)
{
	const struct definition *definition = NULL;

	while ((definition = unit_next_named(unit, wanted->name, definition))) {
		struct candidate *candidate;

		if (!is_wanted(definition, wanted))
			continue;
		if (source->included &&
		    (!definition->file ||
		     !dwarf_path_matches(definition->file, unit->comp_dir, source->path)))
			continue;
		candidates->list =
			array_grow(candidates->list, candidates->count, sizeof(*candidates->list));
		candidate = &candidates->list[candidates->count++];
		candidate->unit = unit;
		candidate->definition = definition;
		candidate->symbol = definition->state == DEFINITION_PRESENT
					    ? symbol_of(source->object, definition)
					    : NULL;
	}
}

/*
 * All definitions in SOURCE of what is wanted, each address once. -1 after a message. Where the
 * file is #included, its own count; where it is the unit's main file, headers' as well.
 */
static int collect(struct source *source, const struct wanted *wanted,
		   struct candidates *candidates)
{
	memset(candidates, 0, sizeof(*candidates));
	for (size_t i = 0; i < source->unit_count; i++)
		if (unit_read(&source->object->dwarf, source->units[i]))
			return -1;
	for (size_t i = 0; i < source->unit_count; i++)
		collect_from(source, source->units[i], wanted, candidates);
	return 0;
}

/* Of a module, code and data are there while it starts or ends, but not when they are needed. */
static int check_module_section(const struct kernel_object *object, const char *section,
				const struct elf_symbol *symbol, const struct wanted *wanted)
{
	bool exits = elf_section_life(section) == ELF_SECTION_EXIT;

	if (!elf_section_is_dropped(section))
		return 0;
	diag_error(&wanted->place, "init",
		   "'%s' is in %s of the module '%s': it is used only while %s", symbol->name,
		   section, object->name,
		   exits ? "the module is removed" : "the module is loaded, and dropped then");
	if (wanted->replaced)
		diag_note(NULL,
			  "livepatches cannot replace a module's %s functions: change what they "
			  "call",
			  exits ? "__exit" : "__init");
	return -1;
}

/* Code and data that the kernel has freed when a livepatch is loaded. */
static int check_section(const struct kernel_object *object, const struct elf_symbol *symbol,
			 const struct wanted *wanted)
{
	const struct elf_symbol *begin = symbol_table_next(&object->symbols, "__init_begin", NULL);
	const struct elf_symbol *end = symbol_table_next(&object->symbols, "__init_end", NULL);
	const char *section = elf_symbol_section_name(&object->elf, symbol);
	bool dropped = elf_section_is_dropped(section);

	if (object->elf.header.e_type == ET_REL)
		return check_module_section(object, section, symbol, wanted);
	/* Each processor has its copy, and the address is what leads there: the original may be gone. */
	if (elf_section_is_per_cpu(section))
		return 0;
	/* What free_initmem() hands back: not only sections of these names. */
	if (begin && end && symbol->address >= begin->address && symbol->address < end->address)
		dropped = true;
	if (!dropped)
		return 0;
	diag_error(&wanted->place, "init",
		   "'%s' is in %s: the kernel has dropped it when the livepatch is loaded",
		   symbol->name, section);
	return -1;
}

/*
 * The kernel looks for a module's symbols among all that it has if the livepatch was there before it,
 * but without those of its .init sections if it came first (mod->kallsyms and its core_kallsyms in
 * kernel/module/kallsyms.c): a position has to be right for both. It is, unless one of these stands
 * before the symbol.
 */
static int check_both_positions(const struct kernel_object *object, const struct elf_symbol *symbol,
				const struct diag_place *place)
{
	const struct symbol_table *symbols = target_loaded_symbols(object);
	const struct elf_symbol *other = NULL;
	bool differs = false;

	while ((other = symbol_table_next(symbols, symbol->name, other)) && other != symbol)
		if (elf_symbol_life(symbols->elf, other) == ELF_SECTION_INIT)
			differs = true;
	if (!differs || object->elf.header.e_type != ET_REL)
		return 0;
	diag_error(
		place, "ambiguous",
		"'%s' cannot be named: the module '%s' has more symbols of that name while it is "
		"being loaded than later",
		symbol->name, object->name);
	diag_note(NULL,
		  "one of them is in an .init section; do without '%s': copy what it stands for "
		  "into the patch, or replace its callers",
		  symbol->name);
	return -1;
}

int resolve_position(struct resolver *resolver, struct resolved *resolved,
		     const struct diag_place *place)
{
	const struct kernel_object *object = resolved->object;
	const struct elf_symbol *symbol = target_loaded_symbol(object, resolved->symbol);

	if (!symbol) {
		diag_error(
			place, "no-symbol",
			"'%s' is not among the symbols of '%s': the installed module was stripped of it",
			resolved->symbol->name, object->image->path);
		diag_note(NULL,
			  "the kernel finds only what the installed module's own symbol table has");
		return -1;
	}
	resolved->position = symbol_table_position(target_loaded_symbols(object), symbol);
	if (check_both_positions(object, symbol, place))
		return -1;
	return target_check_kallsyms(resolver->target, resolved->object, resolved->symbol->name,
				     place);
}

const char *resolve_file(const struct resolved *resolved)
{
	const struct dwarf_unit *unit;

	if (resolved->source)
		return resolved->source;
	unit = dwarf_file_unit_at(&resolved->object->dwarf, resolved->symbol->address);
	return unit ? dwarf_path_strip(unit->name, unit->comp_dir) : NULL;
}

static int settle(struct resolver *resolver, struct kernel_object *object,
		  const struct elf_symbol *symbol, const char *source, const struct wanted *wanted,
		  struct resolved *resolved)
{
	resolved->object = object;
	resolved->symbol = symbol;
	resolved->source = source;
	if (check_section(object, symbol, wanted))
		return -1;
	return resolve_position(resolver, resolved, &wanted->place);
}

/* A clone, or the padding before a function: neither is a C function. */
static bool is_made_by_compiler(const struct arch *arch, const char *name)
{
	return symbol_name_alone(name) != SYMBOL_NAME_OWN || arch_is_made_symbol(arch, name);
}

/*
 * The function symbol with the wanted name in the code of SOURCE's units, where no definition leads to it:
 * an alias, or a function that the compiler folded with another one. Both have no code of their own
 * in DWARF. NULL: none, or not just one.
 */
static const struct elf_symbol *symbol_in_units(const struct source *source,
						const struct wanted *wanted)
{
	struct kernel_object *object = source->object;
	const struct elf_symbol *symbol = NULL, *found = NULL;

	if (wanted->function || (!wanted->any_kind && wanted->kind != DEFINITION_FUNCTION) ||
	    is_made_by_compiler(object->elf.arch, wanted->name))
		return NULL;
	while ((symbol = symbol_table_next(&object->symbols, wanted->name, symbol))) {
		const struct dwarf_unit *unit = dwarf_file_unit_at(&object->dwarf, symbol->address);

		for (size_t i = 0; i < source->unit_count && symbol->type == STT_FUNC; i++) {
			if (source->units[i] != unit)
				continue;
			if (found)
				return NULL;
			found = symbol;
		}
	}
	return found;
}

/* The kernel looks for a replaced function by the name that the patch gives, .old_name. */
static int check_old_name(const struct elf_symbol *symbol, const struct wanted *wanted)
{
	if (!wanted->replaced || !strcmp(symbol->name, wanted->name))
		return 0;
	diag_error(&wanted->place, "no-function", "'%s' is called '%s' in the kernel", wanted->name,
		   symbol->name);
	diag_note(NULL, "link-time optimisation made this name: give it in place of '%s'",
		  wanted->name);
	return -1;
}

/* May a variable be meant that DWARF has no address of? */
static bool may_be_unlocated(const struct wanted *wanted, const struct candidates *candidates)
{
	if (!candidates->count)
		return wanted->function;
	for (size_t i = 0; i < candidates->count; i++)
		if (candidates->list[i].definition->state != DEFINITION_OPTIMISED_OUT)
			return false;
	return true;
}

static int choose_unlocated(struct resolver *resolver, struct source *source,
			    const struct wanted *wanted, struct resolved *resolved)
{
	struct unlocated unlocated;
	int result;

	if (unlocated_find(source, wanted->name, wanted->function, wanted->line, &unlocated))
		return -1;
	if (unlocated.symbol)
		result = settle(resolver, source->object, unlocated.symbol, source->path, wanted,
				resolved);
	else
		result = resolve_report_unlocated(resolver, source, wanted, &unlocated);
	unlocated_free(&unlocated);
	return result;
}

/* -1 after a message: the symbol table has what CANDIDATE leads to in another file. */
static int check_file(const struct source *source, const struct wanted *wanted,
		      const struct candidate *candidate)
{
	const struct dwarf_unit *unit = candidate->unit;
	const char *other = symbol_file_contradicts(source->object, candidate->symbol, unit);
	struct diag_place place = { source->object->elf.path, 0 };

	if (!other)
		return 0;
	diag_error(&place, "dwarf",
		   "'%s' is in '%s' by its debug information, but in '%s' by its symbol table",
		   candidate->symbol->name, dwarf_path_strip(unit->name, unit->comp_dir), other);
	diag_note(&wanted->place, "'%s' cannot be found in such a file", wanted->name);
	return -1;
}

/*
 * Is SYMBOL where CANDIDATE begins? Behind the symbol, and before the address that GCC writes to DWARF, there may be a landing
 * pad and NOPs for ftrace, which are the symbol's own, but not where another function begins. Both end together. 1, 0, or -1
 * after a message.
 */
static int is_near(struct dwarf_file *dwarf, const struct candidate *candidate,
		   const struct elf_symbol *symbol)
{
	const struct unit_content *content = candidate->unit->content;
	uint64_t begin = candidate->definition->address, end;

	if (begin < symbol->address || begin - symbol->address > ENTRY_BYTES ||
	    begin - symbol->address >= symbol->size)
		return 0;
	for (size_t i = 0; i < content->count; i++) {
		const struct definition *other = &content->definitions[i];

		if (other->kind == DEFINITION_FUNCTION && other->state == DEFINITION_PRESENT &&
		    other->address >= symbol->address && other->address < begin)
			return 0;
	}
	if (unit_function_end(dwarf, candidate->unit, candidate->definition, &end))
		return -1;
	return end <= symbol->address + symbol->size;
}

/* Have they addresses, but SYMBOL is elsewhere? Then it is none of them. 1, 0, or -1 after a message. */
static int is_elsewhere(struct dwarf_file *dwarf, const struct candidates *candidates,
			const struct elf_symbol *symbol)
{
	int located = 0;

	for (size_t i = 0; i < candidates->count; i++) {
		int near;

		if (candidates->list[i].definition->state != DEFINITION_PRESENT)
			continue;
		near = is_near(dwarf, &candidates->list[i], symbol);
		if (near)
			return near < 0 ? -1 : 0;
		located = 1;
	}
	return located;
}

static int choose(struct resolver *resolver, struct source *source, const struct wanted *wanted,
		  const struct candidates *candidates, struct resolved *resolved)
{
	const struct elf_symbol *symbol = NULL;

	for (size_t i = 0; i < candidates->count; i++) {
		const struct elf_symbol *found = candidates->list[i].symbol;

		if (found && symbol && found != symbol)
			return resolve_report_ambiguous(resolver, source, wanted, candidates);
		if (found && check_file(source, wanted, &candidates->list[i]))
			return -1;
		symbol = found ? found : symbol;
	}
	/* Of an #included file it has to be known that the name is that file's. */
	if (!symbol && (candidates->count || !source->included)) {
		int elsewhere = 0;

		symbol = symbol_in_units(source, wanted);
		if (symbol)
			elsewhere = is_elsewhere(&source->object->dwarf, candidates, symbol);
		if (elsewhere < 0)
			return -1;
		symbol = elsewhere ? NULL : symbol;
	}
	if (symbol && check_old_name(symbol, wanted))
		return -1;
	if (symbol)
		return settle(resolver, source->object, symbol, source->path, wanted, resolved);
	if (may_be_unlocated(wanted, candidates))
		return choose_unlocated(resolver, source, wanted, resolved);
	if (!candidates->count)
		return resolve_report_missing(resolver, source, wanted);
	return resolve_report_unreachable(resolver, source, wanted, candidates);
}

int resolve_in_source(struct resolver *resolver, struct source *source, const struct wanted *wanted,
		      struct resolved *resolved)
{
	struct candidates candidates;
	int result;

	if (!source->object || collect(source, wanted, &candidates))
		return -1;
	result = choose(resolver, source, wanted, &candidates, resolved);
	free(candidates.list);
	return result;
}

const struct elf_symbol *resolve_global(const struct kernel_object *object, const char *name)
{
	const struct elf_symbol *symbol = NULL;

	while ((symbol = symbol_table_next(&object->symbols, name, symbol)))
		if (symbol->binding != STB_LOCAL)
			return symbol;
	return NULL;
}

int resolve_symbol(struct resolver *resolver, struct kernel_object *object,
		   const struct elf_symbol *symbol, const struct wanted *wanted,
		   struct resolved *resolved)
{
	return settle(resolver, object, symbol, NULL, wanted, resolved);
}

int resolve_extern(struct resolver *resolver, struct source *source, const struct wanted *wanted,
		   struct resolved *resolved)
{
	struct kernel_object *object = source->object, *vmlinux = resolver->target->vmlinux;
	const struct elf_symbol *symbol = resolve_global(object, wanted->name);

	if (!symbol && object != vmlinux) {
		symbol = resolve_global(vmlinux, wanted->name);
		object = symbol ? vmlinux : object;
	}
	if (symbol)
		return settle(resolver, object, symbol, NULL, wanted, resolved);
	return resolve_in_source(resolver, source, wanted, resolved);
}

/* Does the tagged file have something of that name, with or without code? 1, 0, or -1. */
static int source_knows(struct source *source, const struct wanted *wanted)
{
	struct candidates candidates;

	if (collect(source, wanted, &candidates))
		return -1;
	free(candidates.list);
	return candidates.count || (!source->included && symbol_in_units(source, wanted));
}

/* A symbol such as "foo.constprop.0": what it does with its parameters is the compiler's secret. */
static int check_clone_name(const struct elf_symbol *symbol, const struct wanted *wanted)
{
	if (symbol_name_alone(symbol->name) != SYMBOL_NAME_CLONE)
		return 0;
	diag_error(&wanted->place, "clone",
		   "'%s' is a clone, whose parameters the compiler changed", symbol->name);
	diag_note(NULL, "replace the functions that call it instead");
	return -1;
}

int resolve_patched(struct resolver *resolver, struct kernel_object *object, struct source *source,
		    const struct wanted *wanted, struct resolved *resolved)
{
	const struct elf_symbol *symbol = symbol_table_next(&object->symbols, wanted->name, NULL);
	int known = 0;

	if (source && !source->object)
		return -1; /* the tag was reported */
	if (source && source->object == object)
		known = source_knows(source, wanted);
	if (known)
		return known < 0 ? -1 : resolve_in_source(resolver, source, wanted, resolved);
	if (symbol && symbol->type == STT_FUNC &&
	    symbol_table_count(&object->symbols, wanted->name) == 1) {
		if (check_clone_name(symbol, wanted))
			return -1;
		return settle(resolver, object, symbol, NULL, wanted, resolved);
	}
	if (source && source->object == object)
		return resolve_report_missing(resolver, source, wanted);
	if (!symbol) {
		diag_error(&wanted->place, "no-function", "%s has no function '%s'", object->name,
			   wanted->name);
		system_call_note(object, wanted->name);
	} else {
		diag_error(&wanted->place, "ambiguous", "%s has %zu symbols '%s'", object->name,
			   symbol_table_count(&object->symbols, wanted->name), wanted->name);
		diag_note(NULL, "put its replacement into a file that is tagged with the source "
				"of the one you mean");
	}
	return -1;
}
