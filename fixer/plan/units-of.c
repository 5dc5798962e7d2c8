/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which source files are compiled anew when a file changes. Comes in: paths of sources and headers.
 * Goes out: the units that were compiled from them, of the image and of all modules; their line tables
 * tell.
 */
#include "plan/units-of.h"

#include <stdlib.h>
#include <string.h>

#include "base/string-list.h"
#include "dwarf/dwarf-search.h"
#include "kernel/fetch.h"
#include "plan/lines.h"

static void add_line(struct resolver *resolver, struct string_list *lines, const char *path,
		     const struct kernel_object *object)
{
	string_list_add(lines, arena_printf(resolver->arena, "%s\t%s", path, object->name));
}

static void add_unit(struct resolver *resolver, struct string_list *lines,
		     const struct kernel_object *object, const struct dwarf_unit *unit)
{
	add_line(resolver, lines, dwarf_path_strip(unit->name, unit->comp_dir), object);
}

/* The units of OBJECT that include FILE. -1 after a message. */
static int add_including(struct resolver *resolver, struct string_list *lines,
			 struct kernel_object *object, const char *file)
{
	struct dwarf_search search;

	dwarf_search_start(&object->dwarf, &search, path_base(file));
	for (size_t i = 0; i < object->dwarf.unit_count; i++) {
		struct dwarf_unit *unit = &object->dwarf.units[i];
		int includes = dwarf_search_may_include(&object->dwarf, &search, unit);

		if (includes > 0)
			includes = unit_includes(&object->dwarf, unit, file);
		if (includes < 0)
			return -1;
		/* Assembler has no functions that could be replaced. */
		if (includes && string_ends_with(unit->name, ".c"))
			add_unit(resolver, lines, object, unit);
	}
	return 0;
}

/* The units of vmlinux and of modules that include FILE. -1 after a message. */
static int add_all_including(struct resolver *resolver, struct string_list *lines, const char *file)
{
	struct target *target = resolver->target;
	struct diag_place place = { file, 0 };
	struct module_paths paths;
	int result = add_including(resolver, lines, target->vmlinux, file);

	/* A C file is looked for near its folder, if nothing is found. */
	if (!string_ends_with(file, ".c") && fetch_check_modules(target, &place))
		return -1;
	module_file_mentioning(&paths, target->module_roots, path_base(file), resolver->arena);
	for (size_t i = 0; i < paths.count && !result; i++) {
		struct kernel_object *object = target_module_at(target, paths.list[i]);

		result = object ? add_including(resolver, lines, object, file) : -1;
	}
	module_paths_free(&paths);
	return result;
}

/* A message, and -1, for a file that no unit is compiled from. */
static int report_unused(struct resolver *resolver, struct string_list *lines, const char *file)
{
	struct source_hint hint = { .of_diff = true };
	struct diag_place place = { file, 0 };
	struct source *source;

	if (!string_ends_with(file, ".c")) {
		diag_error(&place, "not-built",
			   "no file of this kernel has code, types or variables of it");
		diag_note(NULL, "the kernel's configuration leaves out all that would use it");
		return -1;
	}
	/* One that has units of its own after all is one whose line tables are of another form. */
	source = source_find(resolver, file, &hint, &place);
	if (!source->object)
		return -1;
	for (size_t i = 0; i < source->unit_count; i++)
		add_unit(resolver, lines, source->object, source->units[i]);
	return 0;
}

/* A unit includes the file that it is compiled from, too. */
static int add_file(struct resolver *resolver, struct string_list *lines, const char *file,
		    bool if_built)
{
	size_t before = lines->count;

	if (add_all_including(resolver, lines, file))
		return -1;
	if (lines->count > before || if_built)
		return 0;
	return report_unused(resolver, lines, file);
}

int units_of_files(struct resolver *resolver, char *const *files, size_t count, bool if_built,
		   FILE *stream)
{
	struct string_list lines = { NULL, 0 };
	int result = 0;

	for (size_t i = 0; i < count; i++)
		if (add_file(resolver, &lines, files[i], if_built))
			result = -1;
	string_list_sort_unique(&lines);
	if (!result)
		string_list_print(&lines, stream);
	string_list_free(&lines);
	return result;
}

/* Files that are asked for, and their names without folders. */
struct asked {
	struct name_table paths, names;
};

static int take_path(void *context, char **fields, size_t count, const struct diag_place *place)
{
	struct asked *asked = context;

	(void)count;
	(void)place;
	name_table_add(&asked->paths, fields[0]);
	name_table_add(&asked->names, path_base(fields[0]));
	return 0;
}

/* Takes the units of OBJECT. */
typedef void take_units(struct resolver *resolver, const struct kernel_object *object,
			void *context);

/* Those of the image, and of modules whose debug information mentions one of NAMES. -1 after a message. */
static int each_object(struct resolver *resolver, const struct name_table *names, take_units *take,
		       void *context)
{
	struct target *target = resolver->target;
	struct module_paths paths;
	int result = 0;

	take(resolver, target->vmlinux, context);
	module_file_mentioning_any(&paths, target->module_roots, names, resolver->arena);
	for (size_t i = 0; i < paths.count && !result; i++) {
		struct kernel_object *object = target_module_at(target, paths.list[i]);

		result = object ? 0 : -1;
		if (object)
			take(resolver, object, context);
	}
	module_paths_free(&paths);
	return result;
}

struct compiled {
	struct asked asked;
	struct string_list lines;
};

const struct name_entry *units_find_path(const struct name_table *paths, const char *path)
{
	const struct name_entry *known = name_table_find(paths, path);

	if (*path != '/')
		return known;
	while (!known && (path = strchr(path, '/')))
		known = name_table_find(paths, ++path);
	return known;
}

static void add_compiled(struct resolver *resolver, const struct kernel_object *object,
			 void *context)
{
	struct compiled *compiled = context;

	for (size_t i = 0; i < object->dwarf.unit_count; i++) {
		const struct dwarf_unit *unit = &object->dwarf.units[i];
		const struct name_entry *file = units_find_path(
			&compiled->asked.paths, dwarf_path_strip(unit->name, unit->comp_dir));

		if (file)
			add_line(resolver, &compiled->lines, file->name, object);
	}
}

int units_compiled(struct resolver *resolver, const char *list, FILE *stream)
{
	struct compiled compiled = { .lines = { NULL, 0 } };
	struct diag_place place = { list, 0 };
	int result = lines_read(list, 1, 1, take_path, &compiled.asked, resolver->arena);

	if (!result)
		result = fetch_check_modules(resolver->target, &place);
	if (!result)
		result = each_object(resolver, &compiled.asked.names, add_compiled, &compiled);
	string_list_sort_unique(&compiled.lines);
	if (!result)
		string_list_print(&compiled.lines, stream);
	string_list_free(&compiled.lines);
	name_table_free(&compiled.asked.paths);
	name_table_free(&compiled.asked.names);
	return result;
}

static void add_path(struct resolver *resolver, const struct kernel_object *object, void *context)
{
	(void)resolver;
	for (size_t i = 0; i < object->dwarf.unit_count; i++)
		string_list_add(context, dwarf_path_strip(object->dwarf.units[i].name,
							  object->dwarf.units[i].comp_dir));
}

int units_of_kernel(struct resolver *resolver, const struct name_table *names,
		    struct string_list *paths)
{
	int result = each_object(resolver, names, add_path, paths);

	string_list_sort_unique(paths);
	return result;
}
