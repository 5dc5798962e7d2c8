/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel that a livepatch is for. Comes in: paths, or nothing, in which case the usual places
 * are searched. Goes out: open objects and tables.
 */
#include "target.h"

#include <errno.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "text-file.h"
#include "unit.h"

static const char *running_release(struct arena *arena)
{
	struct utsname name;

	return uname(&name) ? "unknown" : arena_strdup(arena, name.release);
}

/* The first of PATHS that can be read; NULL: none. */
static const char *first_readable(const char *const *paths, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!access(paths[i], R_OK))
			return paths[i];
	return NULL;
}

static const char *find_vmlinux(const struct target *target)
{
	const char *release = target->options.release, *debug = target->options.debug_dir;
	const char *const paths[] = {
		arena_printf(target->arena, "%s/boot/vmlinux-%s", debug, release),
		arena_printf(target->arena, "%s/lib/modules/%s/vmlinux", debug, release),
		arena_printf(target->arena, "/lib/modules/%s/build/vmlinux", release),
	};
	const char *found = first_readable(paths, ARRAY_SIZE(paths));

	if (found)
		return found;
	diag_system(NULL, "no vmlinux with debug information found for kernel %s", release);
	for (size_t i = 0; i < ARRAY_SIZE(paths); i++)
		diag_note(NULL, "not there: %s", paths[i]);
	diag_note(
		NULL,
		"install it (on Debian: linux-image-%s-dbg, on Fedora and openEuler: kernel-debuginfo) "
		"or give its path with -v or in KLPMAKE_VMLINUX",
		release);
	return NULL;
}

static void close_object(struct kernel_object *object)
{
	for (size_t i = 0; i < object->dwarf.unit_count; i++)
		unit_free(&object->dwarf.units[i]);
	dwarf_file_close(&object->dwarf);
	symbol_table_close(&object->symbols);
	elf_file_close(&object->elf);
}

static struct kernel_object *open_object(struct target *target, const char *name, const char *path,
					 unsigned int machine)
{
	struct kernel_object *object = arena_alloc(target->arena, sizeof(*object));
	const char *what = arena_printf(target->arena, "the kernel's %s", name);
	struct diag_place place = { path, 0 };

	object->name = arena_strdup(target->arena, name);
	if (elf_file_open(&object->elf, path, what))
		return NULL;
	if (machine != EM_NONE && object->elf.header.e_machine != machine) {
		diag_error(&place, "machine", "%s is for %s, the livepatch for %s", what,
			   elf_machine_name(object->elf.header.e_machine),
			   elf_machine_name(machine));
		goto failed;
	}
	if (symbol_table_open(&object->symbols, &object->elf, what) ||
	    dwarf_file_open(&object->dwarf, &object->elf, what, target->arena))
		goto failed;
	return object;
failed:
	close_object(object);
	return NULL;
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
	target->vmlinux = open_object(target, "vmlinux", path, machine);
	if (!target->vmlinux)
		return -1;
	if (target->vmlinux->elf.header.e_type == ET_REL) {
		struct diag_place place = { path, 0 };

		diag_error(&place, "elf", "not a linked kernel image, but a relocatable file");
		return -1;
	}
	return 0;
}

static int read_exports(struct target *target)
{
	const char *path = target->options.symvers;

	if (!path) {
		path = arena_printf(target->arena, "/lib/modules/%s/build/Module.symvers",
				    target->options.release);
		if (access(path, R_OK))
			return 0;
	}
	diag_verbose("exported symbols: %s", path);
	target->has_exports = true;
	target->symvers = path;
	return text_file_read_symvers(&target->exports, path, target->arena);
}

int target_open(struct target *target, const struct target_options *options, unsigned int machine,
		struct arena *arena)
{
	int result = 0;

	memset(target, 0, sizeof(*target));
	target->arena = arena;
	target->options = *options;
	target->release_known = options->release;
	if (!target->options.release)
		target->options.release = running_release(arena);
	if (!target->options.debug_dir)
		target->options.debug_dir = TARGET_DEFAULT_DEBUG_DIR;
	if (open_vmlinux(target, machine))
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

/* Is FILE, "x-y.ko" or "x-y.ko.debug", the module NAME, "x_y"? */
static bool is_module_file(const char *file, const char *name)
{
	size_t length = strlen(name);

	for (size_t i = 0; i < length; i++)
		if (file[i] != name[i] && !(file[i] == '-' && name[i] == '_'))
			return false;
	return !strcmp(file + length, ".ko") || !strcmp(file + length, ".ko.debug");
}

/* Searches the folder ROOT; NULL: not there. */
static const char *find_module_below(const char *root, const char *name, struct arena *arena)
{
	char *const roots[] = { (char *)root, NULL };
	FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	const char *found = NULL;
	FTSENT *entry;

	while (tree && !found && (entry = fts_read(tree)))
		if (entry->fts_info == FTS_F && is_module_file(entry->fts_name, name))
			found = arena_strdup(arena, entry->fts_path);
	if (tree)
		fts_close(tree);
	return found;
}

static struct kernel_object *open_module(struct target *target, const char *name,
					 const struct diag_place *place)
{
	const char *root = arena_printf(target->arena, "%s/lib/modules/%s",
					target->options.debug_dir, target->options.release);
	const char *path = find_module_below(root, name, target->arena);
	struct kernel_object *object;

	if (!path && !place)
		return NULL;
	if (!path) {
		diag_error(place, "no-module", "no debug file of the module '%s' found in %s", name,
			   root);
		diag_note(
			NULL,
			"a klp_object's name is that of the module as lsmod shows it; the folder with "
			"debug files is given with -d");
		return NULL;
	}
	diag_verbose("module %s: %s", name, path);
	object = open_object(target, name, path, target->vmlinux->elf.header.e_machine);
	if (object) {
		object->next = target->modules;
		target->modules = object;
	}
	return object;
}

struct kernel_object *target_object(struct target *target, const char *name,
				    const struct diag_place *place)
{
	struct kernel_object *object;

	if (!name || !strcmp(name, "vmlinux"))
		return target->vmlinux;
	for (object = target->modules; object; object = object->next)
		if (!strcmp(object->name, name))
			return object;
	if (name_table_find(&target->missing, name))
		return NULL;
	object = open_module(target, name, place);
	if (!object)
		name_table_add(&target->missing, name);
	return object;
}

const char *target_exporter(const struct target *target, const char *name)
{
	const struct name_entry *entry;
	char ksymtab[1024];

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
