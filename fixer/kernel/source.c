/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the code of a kernel source file is. Comes in: its path, as a tag has it. Goes out: the image or the
 * module that it is part of, and the units of it that it was compiled to. resolve.c then looks for names in
 * these.
 */
#include "kernel/source.h"

#include <string.h>

#include "dwarf/dwarf-search.h"
#include "dwarf/unit.h"
#include "kernel/fetch.h"
#include "kernel/module-file.h"

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

/* SOURCE was found in a file that the command line does not name. Does it name another one for the same module? */
static int check_given(const struct target *target, const struct source *source,
		       const struct diag_place *place)
{
	const struct kernel_object *object = source->object;
	const char *given = target_given_file(target, object->name);

	if (!given)
		return 0;
	diag_error(place, "tag",
		   "'%s', which --object gives for the module '%s', has no part of the source "
		   "file '%s'",
		   given, object->name, source->path);
	diag_note(NULL, "'%s' has, which is another build of it", object->elf.path);
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
		if (result > 0 && check_given(resolver->target, &one, place))
			return -1;
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

	module_file_find(&paths, target->module_roots, source->object->name, resolver->arena);
	if (paths.count > 1)
		result = target_report_files(source->object->name, &paths, place);
	module_paths_free(&paths);
	return result;
}

/*
 * Searches the debug files of the installed modules that are near to the source, as far as these can be fetched; first
 * the one of its name. *REASON as fetch_modules_near() has it.
 */
static int find_in_fetched(struct resolver *resolver, struct source *source,
			   const struct diag_place *place, const char **reason)
{
	struct module_paths paths;
	int found = 0;

	for (int named = 1; named >= 0 && !found; named--) {
		fetch_modules_near(resolver->target, source->path, named, &paths, reason);
		for (int included = 0; included < 2 && !found; included++)
			found = find_in_files(resolver, source, &paths, included, place);
		module_paths_free(&paths);
	}
	return found;
}

/* Searches the modules' debug files, from the source's own folder on upwards. */
static int find_in_modules(struct resolver *resolver, struct source *source,
			   const struct diag_place *place, const char **reason)
{
	struct module_search search;
	struct module_paths paths;
	bool included = false;
	int found = 0;

	module_search_start(&search, resolver->target->module_roots, source->path, resolver->arena);
	while (!found && module_search_next(&search, &paths)) {
		found = find_in_files(resolver, source, &paths, included, place);
		module_paths_free(&paths);
		included = !included;
	}
	if (!found)
		found = find_in_fetched(resolver, source, place, reason);
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

/* The file is one of the kernel's source, as the diff applies to it. */
static void report_not_built(const struct resolver *resolver, const struct source *source,
			     const struct diag_place *place)
{
	diag_error(place, "not-built", "nothing of this kernel is compiled from '%s'",
		   source->path);
	diag_note(
		NULL,
		"neither '%s' nor a module with a debug file in %s has a part of it: the kernel's "
		"configuration leaves it out, or debug files are missing",
		resolver->target->vmlinux->elf.path, target_module_folders(resolver->target));
}

static void report_wrong_tag(const struct resolver *resolver, const struct source *source,
			     const struct diag_place *place)
{
	diag_error(place, "tag", "'%s' has no part of the source file '%s'",
		   resolver->target->vmlinux->elf.path, source->path);
	diag_note(NULL, "nor has a module with a debug file in %s",
		  target_module_folders(resolver->target));
}

/* REASON: why not all that may have it was looked at; NULL: it was. */
static void report_no_source(const struct resolver *resolver, const struct source *source,
			     const struct source_hint *hint, const char *reason,
			     const struct diag_place *place)
{
	if (hint->of_diff)
		report_not_built(resolver, source, place);
	else
		report_wrong_tag(resolver, source, place);
	if (reason)
		diag_note(NULL, "not all were fetched: %s", reason);
}

static struct source *known_source(struct resolver *resolver, const char *path,
				   const struct kernel_object *first)
{
	for (struct source *source = resolver->sources; source; source = source->next)
		if (source->first == first && !strcmp(source->path, path))
			return source;
	return NULL;
}

struct source *source_find(struct resolver *resolver, const char *path,
			   const struct source_hint *hint, const struct diag_place *place)
{
	struct source *source = known_source(resolver, path, hint->first);
	struct objects objects = { NULL, 0 };
	const char *reason = NULL;
	int found;

	if (source && !source->object)
		report_no_source(resolver, source, hint, NULL, place);
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
		found = find_in_modules(resolver, source, place, &reason);
	if (!found) {
		report_no_source(resolver, source, hint, reason, place);
		if (!hint->of_diff)
			suggest_sources(resolver->target->vmlinux, path);
	}
	return source;
}
