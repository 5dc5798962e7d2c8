/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Says why a name leads to no symbol, or not to one alone, and what to do. Comes in: what resolve.c looked for
 * and found. Goes out: messages, with the candidates.
 */
#include <string.h>

#include "kernel/resolve-internal.h"
#include "kernel/symbol-name.h"
#include "kernel/system-call.h"

static const char cannot_be_called[] =
	"it cannot be called as it is declared; copy it into the patch file";

static const char *kind_name(const struct wanted *wanted)
{
	return wanted->any_kind			     ? "symbol"
	       : wanted->kind == DEFINITION_FUNCTION ? "function"
						     : "variable";
}

/* "'x'", or "'x' of function 'f'". */
static const char *full_name(struct arena *arena, const char *name, const char *function)
{
	return function ? arena_printf(arena, "'%s' of function '%s'", name, function)
			: arena_printf(arena, "'%s'", name);
}

static const char *wanted_name(struct arena *arena, const struct wanted *wanted)
{
	return full_name(arena, wanted->name, wanted->function);
}

static void suggest_names(const struct source *source, const struct wanted *wanted)
{
	unsigned int suggestions = 0;

	for (size_t i = 0; i < source->unit_count; i++) {
		const struct unit_content *content = source->units[i]->content;

		for (size_t j = 0; j < content->count && suggestions < 5; j++) {
			const struct definition *definition = &content->definitions[j];

			if (definition->state != DEFINITION_PRESENT ||
			    edit_distance(definition->name, wanted->name, 2) > 2)
				continue;
			diag_note(NULL, "there is a %s '%s'%s%s%s, %s:%u",
				  definition->kind == DEFINITION_FUNCTION ? "function" : "variable",
				  definition->name, definition->function ? " in function '" : "",
				  definition->function ? definition->function : "",
				  definition->function ? "'" : "",
				  definition->file ? dwarf_path_strip(definition->file,
								      source->units[i]->comp_dir)
						   : source->path,
				  definition->line);
			suggestions++;
		}
	}
}

/* FILE as DWARF has it, or NULL. */
static const char *shown_file(const struct source *source, const char *file)
{
	return file ? dwarf_path_strip(file, source->units[0]->comp_dir) : source->path;
}

static const char *definition_file(const struct source *source, const struct definition *definition)
{
	return shown_file(source, definition->file);
}

/* Did the compiler make SYMBOL of DEFINITION, and its name, too? */
static bool is_made_of(const struct elf_symbol *symbol, const struct definition *definition)
{
	enum symbol_name name =
		symbol_name_in(symbol->name, definition->function, definition->name);

	if (definition->state != DEFINITION_PRESENT || definition->address != symbol->address)
		return false;
	return definition->kind == DEFINITION_FUNCTION
		       ? name == SYMBOL_NAME_CLONE
		       : name == SYMBOL_NAME_NUMBERED && definition->function;
}

static const struct definition *definition_in_unit(const struct source *source,
						   const struct dwarf_unit *unit,
						   const struct elf_symbol *symbol)
{
	for (size_t i = 0; i < unit->content->count; i++) {
		const struct definition *definition = &unit->content->definitions[i];

		if (is_made_of(symbol, definition) &&
		    (!source->included ||
		     (definition->file &&
		      dwarf_path_matches(definition->file, unit->comp_dir, source->path))))
			return definition;
	}
	return NULL;
}

/* The definition in SOURCE of which the compiler made the wanted name, such as "count.5"; NULL: it made none so. */
static const struct definition *definition_of_made_name(const struct source *source,
							const struct wanted *wanted)
{
	const struct elf_symbol *symbol = NULL;

	while ((symbol = symbol_table_next(&source->object->symbols, wanted->name, symbol))) {
		for (size_t i = 0; i < source->unit_count; i++) {
			const struct definition *definition =
				definition_in_unit(source, source->units[i], symbol);

			if (definition)
				return definition;
		}
	}
	return NULL;
}

/* The wanted name is one that the compiler made of DEFINITION's, which is SOURCE's. */
static int report_made_name(struct resolver *resolver, const struct source *source,
			    const struct wanted *wanted, const struct definition *definition)
{
	const char *file = definition_file(source, definition);

	if (definition->kind == DEFINITION_FUNCTION) {
		diag_error(
			&wanted->place, "clone",
			"'%s' is a clone of function '%s', whose parameters the compiler changed",
			wanted->name, definition->name);
		diag_note(NULL, "%s from %s:%u", cannot_be_called, file, definition->line);
		return -1;
	}
	diag_error(&wanted->place, "no-symbol", "'%s' is this build's name for variable %s of '%s'",
		   wanted->name, full_name(resolver->arena, definition->name, definition->function),
		   source->path);
	diag_note(
		NULL,
		"the number is the compiler's: declare it 'extern T %s KLPMAKE_LOCAL_IN(%s);', %s:%u",
		definition->name, definition->function, file, definition->line);
	return -1;
}

int resolve_report_missing(struct resolver *resolver, struct source *source,
			   const struct wanted *wanted)
{
	const struct elf_symbol *symbol =
		symbol_table_next(&source->object->symbols, wanted->name, NULL);
	const struct definition *definition = definition_of_made_name(source, wanted);

	if (definition && !wanted->replaced)
		return report_made_name(resolver, source, wanted, definition);
	diag_error(&wanted->place, "no-symbol", "'%s' defines no %s %s", source->path,
		   kind_name(wanted), wanted_name(resolver->arena, wanted));
	suggest_names(source, wanted);
	if (symbol && !wanted->function) {
		diag_note(
			NULL,
			"%s has %zu other symbol%s '%s': is the tag the source file that you mean%s?",
			source->object->name,
			symbol_table_count(&source->object->symbols, wanted->name),
			symbol_table_count(&source->object->symbols, wanted->name) == 1 ? "" : "s",
			wanted->name,
			symbol->binding != STB_LOCAL ? ", or should it be declared 'extern'" : "");
	}
	if (wanted->replaced)
		system_call_note(source->object, wanted->name);
	return -1;
}

static int note_copy(const struct unit_use *use, void *context)
{
	const struct source *source = context;
	struct diag_place place = {
		use->file ? dwarf_path_strip(use->file, source->units[0]->comp_dir) : NULL,
		use->line
	};

	if (use->inlined)
		diag_note(&place, "inlined into '%s'", use->into);
	return 0;
}

static void advise_copy(const struct source *source, const char *how, const char *file,
			unsigned int line)
{
	diag_note(NULL, "%s from %s:%u", how, shown_file(source, file), line);
}

/* What to do without DEFINITION, one of the CANDIDATES, which has no code, or not as it is declared. */
static void advise(struct source *source, const struct wanted *wanted,
		   const struct candidates *candidates, const struct definition *definition,
		   const char *how)
{
	if (!wanted->replaced) {
		advise_copy(source, how, definition->file, definition->line);
		return;
	}
	for (size_t i = 0; i < candidates->count; i++)
		unit_find_uses(&source->object->dwarf, candidates->list[i].unit,
			       candidates->list[i].definition, note_copy, source);
	diag_note(NULL, "replace the functions that call it instead");
	system_call_note(source->object, wanted->name);
}

/* One is enough: the search ends. */
static int see_copy(const struct unit_use *use, void *context)
{
	*(bool *)context |= use->inlined;
	return use->inlined;
}

/* What the compiler has left of the functions CANDIDATES. False after a message. */
static bool look_for_copies(struct source *source, const struct candidates *candidates,
			    bool *has_copies, bool *is_inlined)
{
	struct dwarf_file *dwarf = &source->object->dwarf;

	*has_copies = false;
	*is_inlined = false;
	for (size_t i = 0; i < candidates->count && !*has_copies; i++) {
		const struct candidate *one = &candidates->list[i];
		int inlined = unit_is_inlined(dwarf, one->unit, one->definition);
		int copied = unit_has_copies(dwarf, one->unit, one->definition);

		*has_copies = copied > 0;
		if (inlined < 0 || copied < 0 ||
		    (!copied && unit_find_copies_elsewhere(dwarf, one->unit, one->definition,
							   see_copy, has_copies)))
			return false;
		*is_inlined = *is_inlined || inlined;
	}
	return true;
}

/* The function NAME, DEFINITION, has no code of its own. */
static int report_no_code(struct source *source, const struct wanted *wanted,
			  const struct candidates *candidates, const char *name,
			  const struct definition *definition)
{
	static const char copy[] = "define it in the patch file: copy it";
	bool has_copies, is_inlined;

	if (!look_for_copies(source, candidates, &has_copies, &is_inlined))
		return -1;
	if (has_copies) {
		diag_error(&wanted->place, "only-inlined",
			   "function %s exists only inlined into its callers", name);
		advise(source, wanted, candidates, definition, copy);
		return -1;
	}
	if (is_inlined)
		diag_error(
			&wanted->place, "only-inlined",
			"function %s has no code: the compiler inlined it, and of the copies nothing is left",
			name);
	else
		diag_error(&wanted->place, "optimised-out",
			   "function %s has no code: the compiler left it out, as nothing calls it",
			   name);
	if (wanted->replaced)
		diag_note(NULL, "leave its replacement out: there is nothing to replace");
	else
		advise_copy(source, copy, definition->file, definition->line);
	return -1;
}

int resolve_report_unreachable(struct resolver *resolver, struct source *source,
			       const struct wanted *wanted, const struct candidates *candidates)
{
	const char *name = wanted_name(resolver->arena, wanted);
	const struct definition *definition = candidates->list[0].definition;
	const struct elf_symbol *symbol;

	for (size_t i = 0; i < candidates->count; i++)
		if (candidates->list[i].definition->state == DEFINITION_PRESENT)
			definition = candidates->list[i].definition;
	symbol = symbol_table_at(&source->object->symbols, definition->address, NULL);
	if (definition->state == DEFINITION_NO_CODE)
		return report_no_code(source, wanted, candidates, name, definition);
	if (symbol && symbol_name_is_part(symbol->name, definition->name)) {
		diag_error(&wanted->place, "clone",
			   "function %s exists only as '%s', whose parameters the compiler changed",
			   name, symbol->name);
		advise(source, wanted, candidates, definition, cannot_be_called);
	} else if (!symbol_table_next(&source->object->symbols, wanted->name, NULL)) {
		diag_error(&wanted->place, "no-symbol",
			   "%s of '%s' is not in the kernel: the linker left it out", name,
			   source->path);
	} else {
		diag_error(&wanted->place, "overridden",
			   "%s of '%s' is not in the kernel: another definition took its place",
			   name, source->path);
		diag_note(NULL, "declare it 'extern' if the other one is meant");
	}
	return -1;
}

static const char *number_text(const struct unit_number *number, struct arena *arena)
{
	if (number->is_signed)
		return arena_printf(arena, "%lld", (long long)number->bits);
	return arena_printf(arena, "%llu", (unsigned long long)number->bits);
}

static void report_no_storage(const struct wanted *wanted, const char *name,
			      const struct unlocated_variable *variable, struct arena *arena)
{
	if (variable->has_value)
		diag_error(&wanted->place, "optimised-out",
			   "variable %s has no storage: the compiler replaced it by its value, %s",
			   name, number_text(&variable->value, arena));
	else
		diag_error(
			&wanted->place, "optimised-out",
			"variable %s has no storage: the compiler replaced it by its value, or nothing reads it",
			name);
}

static void report_several_symbols(const struct wanted *wanted, const char *name,
				   const struct unlocated *unlocated)
{
	diag_error(
		&wanted->place, "ambiguous",
		"which symbol is variable %s cannot be told: the debug information does not say where it is",
		name);
	for (size_t i = 0; i < unlocated->symbol_count; i++)
		diag_note(NULL, "%s at 0x%llx", unlocated->symbols[i]->name,
			  (unsigned long long)unlocated->symbols[i]->value);
}

int resolve_report_unlocated(struct resolver *resolver, struct source *source,
			     const struct wanted *wanted, const struct unlocated *unlocated)
{
	const struct unlocated_variable *variable = unlocated->asked;
	const char *name = wanted_name(resolver->arena, wanted);

	if (!variable)
		return resolve_report_missing(resolver, source, wanted);
	if (variable->is_kept) {
		diag_error(&wanted->place, "no-symbol",
			   "variable %s is not static: it has no symbol", name);
		return -1;
	}
	if (unlocated->symbol_count)
		report_several_symbols(wanted, name, unlocated);
	else
		report_no_storage(wanted, name, variable, resolver->arena);
	advise_copy(source, "define it in the patch file: copy it", variable->file, variable->line);
	return -1;
}

int resolve_report_ambiguous(struct resolver *resolver, struct source *source,
			     const struct wanted *wanted, const struct candidates *candidates)
{
	diag_error(&wanted->place, "ambiguous", "'%s' has more than one %s %s", source->path,
		   kind_name(wanted), wanted_name(resolver->arena, wanted));
	for (size_t i = 0; i < candidates->count; i++) {
		const struct candidate *candidate = &candidates->list[i];

		if (candidate->symbol)
			diag_note(NULL, "%s at 0x%llx, %s:%u, compiled as part of %s",
				  candidate->symbol->name,
				  (unsigned long long)candidate->symbol->value,
				  definition_file(source, candidate->definition),
				  candidate->definition->line,
				  dwarf_path_strip(candidate->unit->name,
						   candidate->unit->comp_dir));
	}
	if (source->included)
		diag_note(NULL,
			  "tag the patch file with the source that includes '%s' and that you mean",
			  source->path);
	return -1;
}
