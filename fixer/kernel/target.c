/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel that a livepatch is for. Comes in: paths, or nothing, in which case the usual places
 * are searched. Goes out: open objects and tables.
 */
#include "kernel/target.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/input-file.h"
#include "base/text-file.h"
#include "dwarf/unit.h"
#include "kernel/build-config.h"
#include "kernel/fetch.h"
#include "kernel/module-file.h"
#include "kernel/object-files.h"
#include "kernel/same-kernel.h"

static void close_object(struct kernel_object *object)
{
	for (size_t i = 0; i < object->dwarf.unit_count; i++)
		unit_free(&object->dwarf.units[i]);
	dwarf_file_close(&object->dwarf);
	symbol_table_close(&object->symbols);
	symbol_table_close(&object->installed_symbols);
	if (object->image == &object->installed)
		elf_file_close(&object->installed);
	elf_file_close(&object->elf);
}

/* Goes on with an object whose ELF file is open. On failure all is closed again. */
static int open_contents(struct target *target, struct kernel_object *object, unsigned int machine,
			 const char *what)
{
	struct diag_place place = { object->elf.path, 0 };

	if (machine != EM_NONE && object->elf.header.e_machine != machine) {
		diag_error(&place, "machine", "%s is for %s, the livepatch for %s", what,
			   object->elf.arch->name, arch_of(machine)->name);
	} else if (!symbol_table_open(&object->symbols, &object->elf, what) &&
		   !dwarf_file_open(&object->dwarf, &object->elf, what, target->arena)) {
		dwarf_file_set_root(&object->dwarf, target->vmlinux
							    ? target->vmlinux->dwarf.root
							    : dwarf_file_find_root(&object->dwarf));
		object->by_jump = target->by_jump;
		return 0;
	}
	close_object(object);
	return -1;
}

static struct kernel_object *open_image(struct target *target, const char *path,
					unsigned int machine)
{
	struct kernel_object *object = arena_alloc(target->arena, sizeof(*object));
	struct diag_place place = { path, 0 };

	object->name = "vmlinux";
	if (elf_file_open(&object->elf, path, "the kernel's vmlinux"))
		return NULL;
	if (object->elf.header.e_type == ET_REL)
		diag_error(&place, "elf", "not a linked kernel image, but a relocatable file");
	else if (!object_files_complete(object, "the kernel's vmlinux", target))
		return open_contents(target, object, machine, "the kernel's vmlinux") ? NULL
										      : object;
	close_object(object);
	return NULL;
}

/* On the disk, or from a server; NULL after a message. */
static const char *find_vmlinux(struct target *target)
{
	const char *found = places_vmlinux(&target->places), *reason;

	if (!found)
		found = fetch_image(target, &reason);
	if (!found)
		places_report_no_vmlinux(&target->places, reason);
	return found;
}

static int open_vmlinux(struct target *target, unsigned int machine)
{
	const char *path = target->options.vmlinux;

	if (!path)
		path = getenv("KLPMAKE_VMLINUX");
	if (!path || !*path)
		path = find_vmlinux(target);
	if (!path)
		return -1;
	diag_verbose("kernel image: %s", path);
	target->vmlinux = open_image(target, path, machine);
	return target->vmlinux ? 0 : -1;
}

/* The Module.symvers of the build folder; NULL: there is none. */
static const char *usual_symvers(const struct target *target)
{
	const char *build = places_build(&target->places), *path;

	if (!build)
		return NULL;
	path = arena_printf(target->arena, "%s/Module.symvers", build);
	return input_file_is_readable(path) ? path : NULL;
}

static int read_exports(struct target *target)
{
	const struct option_list *given = &target->options.symvers;
	const char *usual = given->count ? NULL : usual_symvers(target);
	const char *const *paths = given->count ? given->values : &usual;
	size_t count = given->count ? given->count : usual ? 1 : 0;

	for (size_t i = 0; i < count; i++) {
		diag_verbose("exported symbols: %s", paths[i]);
		target->has_exports = true;
		target->symvers = target->symvers ? arena_printf(target->arena, "%s, %s",
								 target->symvers, paths[i])
						  : paths[i];
		if (text_file_read_symvers(&target->exports, paths[i], target->arena))
			return -1;
	}
	return 0;
}

int target_open(struct target *target, const struct target_options *options, unsigned int machine,
		struct arena *arena)
{
	int result = 0, by_jump;

	memset(target, 0, sizeof(*target));
	target->arena = arena;
	target->options = *options;
	target->release_known = options->release;
	places_set(&target->places, options->root, options->debug_dir, options->release, arena);
	target->places.build = options->build;
	target->options.release = target->places.release;
	target->module_roots = places_module_roots(&target->places);
	by_jump = build_config_has(places_build(&target->places), "CONFIG_LIVEPATCH_WO_FTRACE",
				   arena);
	target->by_jump = by_jump == 1;
	if (by_jump < 0 || open_vmlinux(target, machine) || same_kernel_check_image(target))
		result = -1;
	if (!options->no_exports && read_exports(target))
		result = -1;
	if (options->kallsyms) {
		target->has_kallsyms = true;
		if (text_file_read_kallsyms(&target->kallsyms, options->kallsyms, arena))
			result = -1;
	}
	if (result)
		target_close(target);
	return result;
}

void target_close(struct target *target)
{
	if (target->vmlinux)
		close_object(target->vmlinux);
	for (struct kernel_object *object = target->modules; object; object = object->next)
		close_object(object);
	name_table_free(&target->missing);
	name_table_free(&target->exports);
	name_table_free(&target->kallsyms);
	memset(target, 0, sizeof(*target));
}

const char *target_module_folders(const struct target *target)
{
	return places_describe(&target->places, target->module_roots);
}

bool target_is_module(const struct target *target, const struct kernel_object *object)
{
	return object != target->vmlinux;
}

/* Opens the file PATH and finds out which module it is; NULL after a message. */
static struct kernel_object *open_module(struct target *target, const char *path)
{
	struct kernel_object *object = arena_alloc(target->arena, sizeof(*object));
	struct diag_place place = { path, 0 };
	const char *name;

	diag_verbose("module: %s", path);
	if (elf_file_open(&object->elf, path, "the module's debug file"))
		return NULL;
	if (object->elf.header.e_type != ET_REL) {
		diag_error(&place, "elf", "not a kernel module: modules are relocatable files");
		goto failed;
	}
	name = module_file_name(&object->elf, target->arena);
	if (object_files_complete(object,
				  name ? arena_printf(target->arena, "the module '%s'", name)
				       : "the module",
				  target))
		goto failed;
	object->name = module_file_name(object->image, target->arena);
	if (!object->name) {
		diag_error(&place, "module", "not a kernel module: it does not tell its name");
		goto failed;
	}
	if (open_contents(target, object, target->vmlinux->elf.header.e_machine,
			  arena_printf(target->arena, "the module '%s'", object->name)))
		return NULL;
	object->next = target->modules;
	target->modules = object;
	return same_kernel_check_module(target, object) ? NULL : object;
failed:
	close_object(object);
	return NULL;
}

/* Failed files are remembered: they were reported. */
struct kernel_object *target_module_at(struct target *target, const char *path)
{
	struct kernel_object *object;

	if (name_table_find(&target->missing, path))
		return NULL;
	for (object = target->modules; object; object = object->next)
		if (!strcmp(object->elf.path, path))
			return object;
	object = open_module(target, path);
	if (!object)
		name_table_add(&target->missing, path);
	return object;
}

const char *target_given_file(const struct target *target, const char *name)
{
	const struct option_list *given = &target->options.objects;
	const char *found = NULL;

	for (size_t i = 0; i < given->count; i++) {
		size_t length = strcspn(given->values[i], "=");

		if (!strcmp(module_file_spell(given->values[i], length, target->arena), name))
			found = given->values[i] + length + 1;
	}
	return found;
}

int target_report_files(const char *name, const struct module_paths *paths,
			const struct diag_place *place)
{
	diag_error(place, "ambiguous", "there are %zu debug files of the module '%s'", paths->count,
		   name);
	for (size_t i = 0; i < paths->count; i++)
		diag_note(NULL, "%s", paths->list[i]);
	diag_note(NULL, "say which one the kernel loads with --object %s=FILE", name);
	return -1;
}

/* REASON: why it was not fetched either; NULL: nobody wants that. */
static void report_no_module(const struct target *target, const char *name, const char *reason,
			     const struct diag_place *place)
{
	diag_error(place, "no-module", "no debug file of the module '%s' found in %s", name,
		   target_module_folders(target));
	if (reason)
		diag_note(NULL, "not fetched: %s", reason);
	diag_note(NULL,
		  "a klp_object's name is that of the module as lsmod shows it; the folder with "
		  "debug files is given with -d, a single file with --object %s=FILE",
		  name);
}

/*
 * The debug file of the module NAME, as far as its name tells. NULL, after a message unless PLACE is
 * NULL: none, or more than one.
 */
static const char *find_file(struct target *target, const char *name,
			     const struct diag_place *place)
{
	const char *file = target_given_file(target, name), *reason;
	struct module_paths paths;

	if (file)
		return file;
	module_file_find(&paths, target->module_roots, name, target->arena);
	if (paths.count == 1) {
		file = paths.list[0];
	} else if (!paths.count) {
		file = fetch_module(target, name, &reason);
		if (!file && place)
			report_no_module(target, name, reason, place);
	} else if (place) {
		target_report_files(name, &paths, place);
	}
	module_paths_free(&paths);
	return file;
}

static struct kernel_object *find_module(struct target *target, const char *name,
					 const struct diag_place *place)
{
	const char *path = find_file(target, name, place);
	struct kernel_object *object = path ? target_module_at(target, path) : NULL;
	struct diag_place file = { path, 0 };

	if (!object || !strcmp(object->name, name))
		return object;
	diag_error(&file, "module", "this is the module '%s', not '%s'", object->name, name);
	return NULL;
}

struct kernel_object *target_object(struct target *target, const char *name,
				    const struct diag_place *place)
{
	struct kernel_object *object;

	if (!name || !strcmp(name, "vmlinux"))
		return target->vmlinux;
	if (name_table_find(&target->missing, name))
		return NULL;
	for (object = target->modules; object; object = object->next)
		if (!strcmp(object->name, name))
			return object;
	object = find_module(target, name, place);
	if (!object)
		name_table_add(&target->missing, name);
	return object;
}

/*
 * The kernel's own format for names of livepatch symbols has it (klp_resolve_symbols() in kernel/livepatch/core.c).
 * 0: it is not there.
 */
static size_t name_size_in_format(const struct elf_file *image)
{
	static const char format[] = ".klp.sym.%55[^.].%";

	for (size_t i = 1; i < image->section_count; i++) {
		const struct elf_section *section = &image->sections[i];
		const char *found, *end;
		Elf_Data *data;

		if (!string_starts_with(section->name, ".rodata") ||
		    section->header.sh_type != SHT_PROGBITS)
			continue;
		data = elf_file_raw_data(image, i);
		if (!data || !data->d_buf)
			continue;
		end = (const char *)data->d_buf + data->d_size;
		found = memmem(data->d_buf, data->d_size, format, strlen(format));
		if (found && memchr(found, 0, (size_t)(end - found)))
			return (size_t)atoi(found + strlen(format)) + 1;
	}
	return 0;
}

size_t target_symbol_name_size(const struct target *target)
{
	size_t size = name_size_in_format(target->vmlinux->image);
	int version = 0, patchlevel = 0;

	if (size > 1)
		return size;
	/* Linux 6.1 made them longer. */
	return sscanf(target->places.release, "%d.%d", &version, &patchlevel) == 2 && version &&
			       (version < 6 || (version == 6 && patchlevel < 1))
		       ? 128
		       : 512;
}

uint64_t target_image_address(const struct kernel_object *object, uint64_t address)
{
	size_t section = (size_t)(address >> 32);

	if (object->image == &object->elf || object->elf.header.e_type != ET_REL)
		return address;
	if (section >= object->image->section_count)
		return 0;
	section = elf_file_find_section(&object->elf, object->image->sections[section].name);
	return section ? elf_file_address(&object->elf, section, (uint32_t)address) : 0;
}

const struct symbol_table *target_loaded_symbols(const struct kernel_object *object)
{
	return object->image == &object->elf ? &object->symbols : &object->installed_symbols;
}

const struct elf_symbol *target_loaded_symbol(const struct kernel_object *object,
					      const struct elf_symbol *symbol)
{
	const struct elf_symbol *loaded = NULL;

	if (object->image == &object->elf)
		return symbol;
	/* A linked image has the same table (object-files.c), with its own numbers of sections. */
	if (object->elf.header.e_type != ET_REL)
		return &object->image->symbols[symbol - object->elf.symbols];
	while ((loaded = symbol_table_next(&object->installed_symbols, symbol->name, loaded)))
		if (loaded->value == symbol->value &&
		    !strcmp(elf_symbol_section_name(object->image, loaded),
			    elf_symbol_section_name(&object->elf, symbol)))
			return loaded;
	return NULL;
}

const char *target_exporter(const struct target *target, const char *name)
{
	const struct name_entry *entry;
	char ksymtab[1024];

	if (arch_is_loader_symbol(target->vmlinux->elf.arch, name))
		return "vmlinux";
	if (target->has_exports) {
		entry = name_table_find(&target->exports, name);
		return entry ? entry->text : NULL;
	}
	/* What EXPORT_SYMBOL() puts into the image (include/linux/export.h). */
	if (strlen(name) > sizeof(ksymtab) - sizeof("__ksymtab_"))
		return NULL;
	strcpy(stpcpy(ksymtab, "__ksymtab_"), name);
	return symbol_table_next(&target->vmlinux->symbols, ksymtab, NULL) ? "vmlinux" : NULL;
}

bool target_has_exports_of(const struct target *target, const char *name)
{
	for (size_t i = 0; i < target->exports.count; i++)
		if (!strcmp(target->exports.entries[i].text, name))
			return true;
	return false;
}

/* SEEN: the modules that were looked at. */
static int needs(struct target *target, struct kernel_object *module, const char *name,
		 struct name_table *seen)
{
	const struct elf_file *elf = &module->elf;
	int result = 0;

	name_table_add(seen, module->name);
	/* What it refers to itself, first: that opens no further file. */
	for (int deep = 0; deep < 2 && result <= 0; deep++)
		for (size_t i = 1; i < elf->symbol_count && result <= 0; i++) {
			const char *owner;
			int found;

			if (elf->symbols[i].section != SHN_UNDEF)
				continue;
			owner = target_exporter(target, elf->symbols[i].name);
			if (!owner || !strcmp(owner, "vmlinux"))
				continue;
			if (!strcmp(owner, name)) {
				result = 1;
			} else if (deep && !name_table_find(seen, owner)) {
				struct kernel_object *other = target_object(target, owner, NULL);

				found = other ? needs(target, other, name, seen) : -1;
				result = found ? found : result;
			}
		}
	return result;
}

int target_needs(struct target *target, struct kernel_object *module, const char *name)
{
	struct name_table seen = { .count = 0 };
	int result = needs(target, module, name, &seen);

	name_table_free(&seen);
	return result;
}

int target_check_kallsyms(const struct target *target, const struct kernel_object *object,
			  const char *name, const struct diag_place *place)
{
	const struct name_entry *entry = name_table_find(&target->kallsyms, name);
	size_t expected = symbol_table_count(&object->symbols, name),
	       found = entry ? entry->count : 0;

	if (!target->has_kallsyms || object != target->vmlinux || found == expected)
		return 0;
	diag_error(place, "kallsyms", "the kernel of '%s' has %zu symbols '%s', '%s' has %zu",
		   target->options.kallsyms, found, name, object->elf.path, expected);
	diag_note(NULL, "the two are not of the same kernel build");
	return -1;
}
