/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Says why a name leads to no symbol, or not to one alone, and what to do. Comes in: what resolve.c looked for
 * and found. Goes out: messages, with the candidates.
 */
#include <string.h>

#include "kernel/resolve-internal.h"
#include "kernel/symbol-name.h"
#include "kernel/system-call.h"

static const char *kind_name(const struct wanted *wanted)
{
	return wanted->any_kind			     ? "symbol"
	       : wanted->kind == DEFINITION_FUNCTION ? "function"
						     : "variable";
}

/* "'x'", or "'x' of function 'f'". */
static const char *wanted_name(struct arena *arena, const struct wanted *wanted)
{
	if (!wanted->function)
		return arena_printf(arena, "'%s'", wanted->name);
	return arena_printf(arena, "'%s' of function '%s'", wanted->name, wanted->function);
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

static const char *definition_file(const struct source *source, const struct definition *definition)
{
	return definition->file ? dwarf_path_strip(definition->file, source->units[0]->comp_dir)
				: source->path;
}

int resolve_report_missing(struct resolver *resolver, struct source *source,
			   const struct wanted *wanted)
{
	const struct elf_symbol *symbol =
		symbol_table_next(&source->object->symbols, wanted->name, NULL);

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

/* What to do without DEFINITION, one of the CANDIDATES, which has no code, or not as it is declared. */
static void advise(struct source *source, const struct wanted *wanted,
		   const struct candidates *candidates, const struct definition *definition,
		   const char *how)
{
	if (!wanted->replaced) {
		diag_note(NULL, "%s from %s:%u", how, definition_file(source, definition),
			  definition->line);
		return;
	}
	for (size_t i = 0; i < candidates->count; i++)
		unit_find_uses(&source->object->dwarf, candidates->list[i].unit,
			       candidates->list[i].definition, note_copy, source);
	diag_note(NULL, "replace the functions that call it instead");
	system_call_note(source->object, wanted->name);
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
	if (definition->state == DEFINITION_NO_CODE) {
		diag_error(&wanted->place, "only-inlined",
			   "function %s exists only inlined into its callers", name);
		advise(source, wanted, candidates, definition,
		       "define it in the patch file: copy it");
	} else if (definition->state == DEFINITION_OPTIMISED_OUT) {
		diag_error(&wanted->place, "optimised-out",
			   "variable %s has no storage: the compiler replaced it by its value",
			   name);
		advise(source, wanted, candidates, definition,
		       "define it in the patch file: copy it");
	} else if (symbol && symbol_name_is_part(symbol->name, definition->name)) {
		diag_error(&wanted->place, "clone",
			   "function %s exists only as '%s', whose parameters the compiler changed",
			   name, symbol->name);
		advise(source, wanted, candidates, definition,
		       "it cannot be called as it is declared; copy it into the patch file");
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
