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
#include "kernel/resolve.h"

#include <stdlib.h>
#include <string.h>

#include "dwarf/dwarf-search.h"
#include "kernel/module-file.h"
#include "kernel/patchable.h"

/* A definition and the symbol at its address. */
struct candidate {
	const struct dwarf_unit *unit;
	const struct definition *definition;
	const struct elf_symbol *symbol;
};

struct candidates {
	struct candidate *list; /* from malloc */
	size_t count;
};

static void add_unit(struct resolver *resolver, struct source *source, struct dwarf_unit *unit)
{
	struct dwarf_unit **units =
		arena_alloc(resolver->arena, (source->unit_count + 1) * sizeof(*units));

	if (source->unit_count)
		memcpy(units, source->units, source->unit_count * sizeof(*units));
	units[source->unit_count++] = unit;
	source->units = units;
}

/* Units that are compiled from the file itself. */
static void find_units(struct resolver *resolver, struct source *source,
		       struct kernel_object *object)
{
	for (size_t i = 0; i < object->dwarf.unit_count; i++) {
		struct dwarf_unit *unit = &object->dwarf.units[i];

		if (dwarf_path_matches(unit->name, unit->comp_dir, source->path))
			add_unit(resolver, source, unit);
	}
}

/* Do some of UNIT's definitions stand in SOURCE? 1, 0, or -1 after a message. */
static int defines_part_of(struct dwarf_file *dwarf, struct dwarf_unit *unit, const char *source)
{
	if (unit_read(dwarf, unit))
		return -1;
	for (size_t i = 0; i < unit->content->count; i++) {
		const struct definition *definition = &unit->content->definitions[i];

		if (definition->file &&
		    dwarf_path_matches(definition->file, unit->comp_dir, source))
			return 1;
	}
	return 0;
}

/* Units that #include the file: kernel/sched/rt.c, for example, is part of build_policy.c. */
static int find_including_units(struct resolver *resolver, struct source *source,
				struct kernel_object *object)
{
	struct dwarf_search search;

	dwarf_search_start(&object->dwarf, &search, path_base(source->path));
	for (size_t i = 0; i < object->dwarf.unit_count; i++) {
		struct dwarf_unit *unit = &object->dwarf.units[i];
		int included = dwarf_search_may_include(&object->dwarf, &search, unit);

		if (included > 0)
			included = unit_includes(&object->dwarf, unit, source->path);
		if (included > 0)
			included = defines_part_of(&object->dwarf, unit, source->path);
		if (included < 0)
			return -1;
		if (included)
			add_unit(resolver, source, unit);
	}
	source->included = source->unit_count;
	return 0;
}

/* Is SOURCE a part of OBJECT? 1, and it is set up, 0, or -1 after a message. */
static int find_in_object(struct resolver *resolver, struct source *source,
			  struct kernel_object *object, bool included)
{
	if (!included)
		find_units(resolver, source, object);
	else if (find_including_units(resolver, source, object))
		return -1;
	if (!source->unit_count)
		return 0;
	source->object = object;
	return 1;
}

/* The modules that the caller knows of and those of the command line, besides the image. */
struct objects {
	struct kernel_object **list; /* in the order in which they are searched */
	size_t count;
};

static void add_object(struct objects *objects, struct kernel_object *object)
{
	for (size_t i = 0; i < objects->count; i++)
		if (objects->list[i] == object)
			return;
	if (object)
		objects->list[objects->count++] = object;
}

/* -1 after a message. */
static int list_objects(struct resolver *resolver, const struct source_hint *hint,
			const struct diag_place *place, struct objects *objects)
{
	struct target *target = resolver->target;
	const struct option_list *given = &target->options.objects;
	size_t room = 2 + given->count + hint->count;
	int result = 0;

	objects->list = arena_alloc(resolver->arena, room * sizeof(*objects->list));
	add_object(objects, hint->first);
	for (size_t i = 0; i < given->count; i++) {
		const char *name = module_file_spell(
			given->values[i], strcspn(given->values[i], "="), resolver->arena);
		struct kernel_object *object = target_object(target, name, place);

		add_object(objects, object);
		result = object ? result : -1;
	}
	add_object(objects, target->vmlinux);
	for (size_t i = 0; i < hint->count; i++)
		add_object(objects, hint->objects[i]);
	return result;
}

static int find_in_objects(struct resolver *resolver, struct source *source,
			   const struct objects *objects)
{
	int found = 0;

	for (int included = 0; included < 2; included++)
		for (size_t i = 0; i < objects->count && !found; i++)
			found = find_in_object(resolver, source, objects->list[i], included);
	return found;
}

static int report_several(const struct source *source, const struct source *other,
			  const struct diag_place *place)
{
	const char *files[] = { other->object->elf.path, source->object->elf.path };
	struct module_paths paths = { files, ARRAY_SIZE(files) };

	if (!strcmp(source->object->name, other->object->name))
		return target_report_files(source->object->name, &paths, place);
	diag_error(place, "ambiguous", "'%s' is part of the modules '%s' and '%s'", source->path,
		   other->object->name, source->object->name);
	diag_note(NULL, "%s", other->object->elf.path);
	diag_note(NULL, "%s", source->object->elf.path);
	diag_note(NULL,
		  "name the one that is meant: let a klp_object with that name have this file's "
		  "functions, and the other one's in another file");
	return -1;
}

/* Looks through the modules that SEARCH has found; one alone has to have SOURCE. */
static int find_in_files(struct resolver *resolver, struct source *source,
			 const struct module_paths *paths, bool included,
			 const struct diag_place *place)
{
	struct source one = *source, found = *source;

	for (size_t i = 0; i < paths->count; i++) {
		struct kernel_object *object = target_module_at(resolver->target, paths->list[i]);
		int result;

		one = *source;
		result = object ? find_in_object(resolver, &one, object, included) : -1;
		if (result < 0 || (result && found.object && report_several(&one, &found, place)))
			return -1;
		if (result)
			found = one;
	}
	*source = found;
	return source->object ? 1 : 0;
}

/* The name of a module has to lead to one file only, also where a source file has led to it. */
static int check_only_file(struct resolver *resolver, const struct source *source,
			   const struct diag_place *place)
{
	struct target *target = resolver->target;
	struct module_paths paths;
	int result = 0;

	module_file_find(&paths, target_module_root(target), source->object->name, resolver->arena);
	if (paths.count > 1)
		result = target_report_files(source->object->name, &paths, place);
	module_paths_free(&paths);
	return result;
}

/* Searches the modules' debug files, from the source's own folder on upwards. */
static int find_in_modules(struct resolver *resolver, struct source *source,
			   const struct diag_place *place)
{
	struct module_search search;
	struct module_paths paths;
	bool included = false;
	int found = 0;

	module_search_start(&search, target_module_root(resolver->target), source->path,
			    resolver->arena);
	while (!found && module_search_next(&search, &paths)) {
		found = find_in_files(resolver, source, &paths, included, place);
		module_paths_free(&paths);
		included = !included;
	}
	return found > 0 && check_only_file(resolver, source, place) ? -1 : found;
}

/* Names a few units that the author of the tag may have meant. */
static void suggest_sources(const struct kernel_object *object, const char *path)
{
	unsigned int suggestions = 0;

	for (int exact = 1; exact >= 0 && !suggestions; exact--) {
		for (size_t i = 0; i < object->dwarf.unit_count && suggestions < 5; i++) {
			const struct dwarf_unit *unit = &object->dwarf.units[i];
			const char *name = dwarf_path_strip(unit->name, unit->comp_dir);

			if (exact ? strcmp(path_base(name), path_base(path))
				  : edit_distance(name, path, 2) > 2)
				continue;
			diag_note(NULL, "the kernel is built from '%s'", name);
			suggestions++;
		}
	}
	diag_note(NULL, "the path is relative to the root of the kernel source");
}

static void report_no_source(const struct resolver *resolver, const struct source *source,
			     const struct diag_place *place)
{
	diag_error(place, "tag", "'%s' has no part of the source file '%s'",
		   resolver->target->vmlinux->elf.path, source->path);
	diag_note(NULL, "nor has a module with a debug file in %s",
		  target_module_root(resolver->target));
}

static struct source *known_source(struct resolver *resolver, const char *path,
				   const struct kernel_object *first)
{
	for (struct source *source = resolver->sources; source; source = source->next)
		if (source->first == first && !strcmp(source->path, path))
			return source;
	return NULL;
}

struct source *resolve_source(struct resolver *resolver, const char *path,
			      const struct source_hint *hint, const struct diag_place *place)
{
	struct source *source = known_source(resolver, path, hint->first);
	struct objects objects = { NULL, 0 };
	int found;

	if (source && !source->object)
		report_no_source(resolver, source, place);
	if (source)
		return source;
	source = arena_alloc(resolver->arena, sizeof(*source));
	source->path = path;
	source->first = hint->first;
	source->next = resolver->sources;
	resolver->sources = source;
	if (list_objects(resolver, hint, place, &objects))
		return source;
	found = find_in_objects(resolver, source, &objects);
	if (!found)
		found = find_in_modules(resolver, source, place);
	if (!found) {
		report_no_source(resolver, source, place);
		suggest_sources(resolver->target->vmlinux, path);
	}
	return source;
}

/* Is SUFFIX, behind the source name, one that the compiler gives to something of the same kind? */
static bool is_plain_suffix(const char *suffix, enum definition_kind kind)
{
	if (!*suffix)
		return true;
	/* Static variables inside of functions are numbered: "count.5". */
	return kind == DEFINITION_VARIABLE && suffix[0] == '.' && suffix[1] &&
	       !suffix[1 + strspn(suffix + 1, "0123456789")];
}

/* NAME's own symbol at its address; NULL: the address has none, or only that of a clone. */
static const struct elf_symbol *symbol_of(struct kernel_object *object,
					  const struct definition *definition)
{
	size_t length = strlen(definition->name);
	const struct elf_symbol *symbol = NULL, *numbered = NULL;

	while ((symbol = symbol_table_at(&object->symbols, definition->address, symbol))) {
		if (strncmp(symbol->name, definition->name, length) ||
		    !is_plain_suffix(symbol->name + length, definition->kind))
			continue;
		if (!symbol->name[length])
			return symbol;
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
	return !strcmp(definition->function, wanted->function);
}

static void collect_from(const struct source *source, const struct dwarf_unit *unit,
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

static int report_missing(struct resolver *resolver, struct source *source,
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
		patchable_note_syscall(source->object, wanted->name);
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

/* What to do without DEFINITION, which has no code, or not as it is declared. */
static void advise(struct source *source, const struct wanted *wanted,
		   const struct definition *definition, const char *how)
{
	if (!wanted->replaced) {
		diag_note(NULL, "%s from %s:%u", how, definition_file(source, definition),
			  definition->line);
		return;
	}
	for (size_t i = 0; i < source->unit_count; i++)
		unit_find_uses(&source->object->dwarf, source->units[i], definition, note_copy,
			       source);
	diag_note(NULL, "replace the functions that call it instead");
	patchable_note_syscall(source->object, wanted->name);
}

/* There are definitions, but none with a symbol of its own: tells why. */
static bool is_clone(const struct elf_symbol *symbol, const char *name)
{
	static const char *const kinds[] = { ".isra.", ".constprop.", ".part.", ".cold" };
	size_t length = strlen(name);

	for (size_t i = 0; symbol && !strncmp(symbol->name, name, length) && i < ARRAY_SIZE(kinds);
	     i++)
		if (strstr(symbol->name + length, kinds[i]))
			return true;
	return false;
}

static int report_unreachable(struct resolver *resolver, struct source *source,
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
		advise(source, wanted, definition, "define it in the patch file: copy it");
	} else if (definition->state == DEFINITION_OPTIMISED_OUT) {
		diag_error(&wanted->place, "optimised-out",
			   "variable %s has no storage: the compiler replaced it by its value",
			   name);
		advise(source, wanted, definition, "define it in the patch file: copy it");
	} else if (is_clone(symbol, definition->name)) {
		diag_error(&wanted->place, "clone",
			   "function %s exists only as '%s', whose parameters the compiler changed",
			   name, symbol->name);
		advise(source, wanted, definition,
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

static int report_ambiguous(struct resolver *resolver, struct source *source,
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

/* Of a module, code and data are there while it starts or ends, but not when they are needed. */
static int check_module_section(const struct kernel_object *object, const char *section,
				const struct elf_symbol *symbol, const struct wanted *wanted)
{
	bool exits = string_starts_with(section, ".exit");

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
	const char *section = symbol->section < object->elf.section_count
				      ? object->elf.sections[symbol->section].name
				      : "";
	bool dropped = string_starts_with(section, ".init") || string_starts_with(section, ".exit");

	if (object->elf.header.e_type == ET_REL)
		return check_module_section(object, section, symbol, wanted);
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
		if (other->section < symbols->elf->section_count &&
		    string_starts_with(symbols->elf->sections[other->section].name, ".init"))
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

/* A clone such as "foo.constprop.0", or the padding before a function: neither is a C function. */
static bool is_made_by_compiler(const char *name)
{
	return strchr(name, '.') || string_starts_with(name, "__pfx_") ||
	       string_starts_with(name, "__cfi_");
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
	    is_made_by_compiler(wanted->name))
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

static int choose(struct resolver *resolver, struct source *source, const struct wanted *wanted,
		  const struct candidates *candidates, struct resolved *resolved)
{
	const struct elf_symbol *symbol = NULL;

	for (size_t i = 0; i < candidates->count; i++) {
		const struct elf_symbol *found = candidates->list[i].symbol;

		if (found && symbol && found != symbol)
			return report_ambiguous(resolver, source, wanted, candidates);
		symbol = found ? found : symbol;
	}
	/* Of an #included file it has to be known that the name is that file's. */
	if (!symbol && (candidates->count || !source->included))
		symbol = symbol_in_units(source, wanted);
	if (symbol)
		return settle(resolver, source->object, symbol, source->path, wanted, resolved);
	if (!candidates->count)
		return report_missing(resolver, source, wanted);
	return report_unreachable(resolver, source, wanted, candidates);
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
	if (!strstr(symbol->name, ".isra.") && !strstr(symbol->name, ".constprop.") &&
	    !strstr(symbol->name, ".part."))
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
		return report_missing(resolver, source, wanted);
	if (!symbol) {
		diag_error(&wanted->place, "no-function", "%s has no function '%s'", object->name,
			   wanted->name);
		patchable_note_syscall(object, wanted->name);
	} else {
		diag_error(&wanted->place, "ambiguous", "%s has %zu symbols '%s'", object->name,
			   symbol_table_count(&object->symbols, wanted->name), wanted->name);
		diag_note(NULL, "put its replacement into a file that is tagged with the source "
				"of the one you mean");
	}
	return -1;
}
