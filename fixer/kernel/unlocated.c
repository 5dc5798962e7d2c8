/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Variables of which debug information does not say where they are. Comes in: a source file and the name of a static
 * variable that has no address in DWARF. Goes out: the symbols that may be its own, and the one that is.
 *
 * Such a variable may have no storage, or one that only the symbol table knows (see unit-locals.c). There, local symbols
 * stand behind one that names their source file, without its folder:
 *
 *	FILE	inode.c
 *	OBJECT	shared_last_ino.2
 *	OBJECT	counter.5
 *
 * Files of that name in other folders are taken together. What DWARF has an address of is known; if what remains is one
 * symbol and one variable, they belong to each other. Nothing is guessed where there are more.
 */
#include "kernel/unlocated.h"

#include <stdlib.h>
#include <string.h>

#include "dwarf/unit.h"
#include "kernel/symbol-name.h"

/* What is looked for, and what is known of it. */
struct search {
	struct source *source;
	const char *name, *function;
	unsigned int line;
	struct dwarf_unit *unit; /* that is looked through */
	uint64_t *located; /* addresses that DWARF has for variables of that name; from malloc */
	size_t located_count;
	struct unlocated *found;
};

/* The same variable may have two entries: its function's copies have one, and so has the function. */
static void add_variable(struct search *search, const struct unlocated_variable *variable)
{
	struct unlocated *found = search->found;

	for (size_t i = 0; i < found->variable_count; i++) {
		struct unlocated_variable *known = &found->variables[i];

		if (known->unit != variable->unit || known->line != variable->line ||
		    !known->function != !variable->function ||
		    (known->function && strcmp(known->function, variable->function)))
			continue;
		known->is_kept |= variable->is_kept;
		return;
	}
	found->variables =
		array_grow(found->variables, found->variable_count, sizeof(*found->variables));
	found->variables[found->variable_count++] = *variable;
}

static int add_local(const struct unit_local *local, void *data)
{
	struct search *search = data;
	struct unlocated_variable variable = {
		.unit = search->unit,
		.function = local->function,
		.file = local->file,
		.line = local->line,
		.is_kept = local->is_kept,
		.has_value = local->has_value,
		.value = local->value,
	};

	add_variable(search, &variable);
	return 0;
}

/* -1 after a message. */
static int add_definition(struct search *search, struct dwarf_file *dwarf,
			  const struct definition *definition)
{
	struct unlocated_variable variable = {
		.unit = search->unit,
		.function = definition->function,
		.file = definition->file,
		.line = definition->line,
	};
	int has_value;

	if (definition->state == DEFINITION_PRESENT) {
		search->located = array_grow(search->located, search->located_count,
					     sizeof(*search->located));
		search->located[search->located_count++] = definition->address;
	}
	if (definition->state != DEFINITION_OPTIMISED_OUT)
		return 0;
	has_value = unit_constant(dwarf, search->unit, definition, &variable.value);
	variable.has_value = has_value > 0;
	add_variable(search, &variable);
	return has_value < 0 ? -1 : 0;
}

/* All variables of that name in the unit. -1 after a message. */
static int look_through(struct search *search)
{
	struct dwarf_file *dwarf = &search->source->object->dwarf;
	const struct definition *definition = NULL;

	if (unit_read(dwarf, search->unit))
		return -1;
	while ((definition = unit_next_named(search->unit, search->name, definition)))
		if (definition->kind == DEFINITION_VARIABLE &&
		    add_definition(search, dwarf, definition))
			return -1;
	return unit_each_local(dwarf, search->unit, search->name, add_local, search);
}

/* Has one of the source's units that name, without its folder? */
static bool is_files_name(const struct source *source, const char *name)
{
	for (size_t i = 0; i < source->unit_count; i++)
		if (!strcmp(path_base(source->units[i]->name), name))
			return true;
	return false;
}

static int look_through_units(struct search *search)
{
	struct dwarf_file *dwarf = &search->source->object->dwarf;

	for (size_t i = 0; i < dwarf->unit_count; i++) {
		search->unit = &dwarf->units[i];
		if (is_files_name(search->source, path_base(search->unit->name)) &&
		    look_through(search))
			return -1;
	}
	return 0;
}

/* Is VARIABLE in one of the source's units, and, where they #include the source, in that? */
static bool is_of_source(const struct search *search, const struct unlocated_variable *variable)
{
	const struct source *source = search->source;

	if (source->included &&
	    (!variable->file ||
	     !dwarf_path_matches(variable->file, variable->unit->comp_dir, source->path)))
		return false;
	for (size_t i = 0; i < source->unit_count; i++)
		if (source->units[i] == variable->unit)
			return true;
	return false;
}

static bool is_asked(const struct search *search, const struct unlocated_variable *variable)
{
	if (!variable->function != !search->function ||
	    (search->function && strcmp(variable->function, search->function)))
		return false;
	return (!search->line || variable->line == search->line) && is_of_source(search, variable);
}

static void choose_asked(struct unlocated *found, const struct search *search)
{
	for (size_t i = 0; i < found->variable_count; i++) {
		if (!is_asked(search, &found->variables[i]))
			continue;
		if (!found->asked_count++)
			found->asked = &found->variables[i];
	}
}

static bool is_located(const struct search *search, const struct elf_symbol *symbol)
{
	for (size_t i = 0; i < search->located_count; i++)
		if (search->located[i] == symbol->address)
			return true;
	return false;
}

static void list_locals(struct source *source)
{
	const struct elf_file *elf = source->object->symbols.elf;
	const struct elf_symbol **list = NULL;
	size_t count = 0;
	bool in_file = false;

	for (size_t i = 1; i < elf->symbol_count; i++) {
		const struct elf_symbol *symbol = &elf->symbols[i];

		if (symbol->type == STT_FILE)
			in_file = is_files_name(source, symbol->name);
		if (!in_file || symbol->type != STT_OBJECT || symbol->binding != STB_LOCAL)
			continue;
		list = array_grow(list, count, sizeof(*list));
		list[count++] = symbol;
	}
	source->locals = arena_alloc(source->object->dwarf.arena, (count + 1) * sizeof(*list));
	if (count)
		memcpy(source->locals, list, count * sizeof(*list));
	source->local_count = count;
	free(list);
}

/* May SYMBOL be a variable of that name, inside of a function or not? */
static bool has_name(const struct search *search, const struct elf_symbol *symbol)
{
	return symbol_name_of(symbol->name, search->name) ==
	       (search->function ? SYMBOL_NAME_NUMBERED : SYMBOL_NAME_OWN);
}

static void collect_symbols(struct search *search)
{
	struct unlocated *found = search->found;

	for (size_t i = 0; i < search->source->local_count; i++) {
		const struct elf_symbol *symbol = search->source->locals[i];

		if (!has_name(search, symbol))
			continue;
		found->symbols =
			array_grow(found->symbols, found->symbol_count, sizeof(*found->symbols));
		found->symbols[found->symbol_count++] = symbol;
	}
}

/* DWARF tells what these are. */
static void drop_located(struct search *search)
{
	struct unlocated *found = search->found;
	size_t count = 0;

	for (size_t i = 0; i < found->symbol_count; i++)
		if (!is_located(search, found->symbols[i]))
			found->symbols[count++] = found->symbols[i];
	found->symbol_count = count;
}

static void choose_symbol(struct unlocated *found)
{
	size_t count = 0;

	for (size_t i = 0; i < found->variable_count; i++)
		count += !found->variables[i].is_kept;
	if (count == 1 && found->symbol_count == 1 && found->asked_count == 1 &&
	    !found->asked->is_kept)
		found->symbol = found->symbols[0];
}

int unlocated_find(struct source *source, const char *name, const char *function, unsigned int line,
		   struct unlocated *unlocated)
{
	struct search search = { .source = source,
				 .name = name,
				 .function = function,
				 .line = line,
				 .found = unlocated };
	int result;

	memset(unlocated, 0, sizeof(*unlocated));
	if (!source->locals)
		list_locals(source);
	collect_symbols(&search);
	result = look_through_units(&search);
	if (!result) {
		drop_located(&search);
		choose_asked(unlocated, &search);
		choose_symbol(unlocated);
	} else {
		unlocated_free(unlocated);
	}
	free(search.located);
	return result;
}

bool unlocated_has_symbol(struct source *source, const char *name, const char *function)
{
	struct search search = { .source = source, .name = name, .function = function };

	if (!source->locals)
		list_locals(source);
	for (size_t i = 0; i < source->local_count; i++)
		if (has_name(&search, source->locals[i]))
			return true;
	return false;
}

void unlocated_free(struct unlocated *unlocated)
{
	free(unlocated->variables);
	free(unlocated->symbols);
	memset(unlocated, 0, sizeof(*unlocated));
}
