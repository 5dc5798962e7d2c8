/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The two files of a kernel object. Comes in: one of them. Goes out: both.
 *
 *	the file that is given		the other one
 *	has debug information only	the image, or the module, as it is installed
 *	has no debug information	DEBUG_DIR/.build-id/ab/cdef.debug, or what .gnu_debuglink names
 *
 * That they belong together the build ID tells, and nothing else does.
 */
#include "kernel/object-files.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/input-file.h"
#include "kernel/distribution.h"
#include "kernel/fetch.h"

static bool is_linked(const struct elf_file *file)
{
	return file->header.e_type != ET_REL;
}

/* Is there nothing but zeros in SECTION, as objcopy --only-keep-debug of binutils 2.35 leaves it in relocatable files? */
static bool is_zero(const struct elf_file *file, size_t section)
{
	Elf_Data *data = elf_file_raw_data(file, section);
	const unsigned char *bytes = data ? data->d_buf : NULL;

	for (size_t i = 0; bytes && i < data->d_size; i++)
		if (bytes[i])
			return false;
	return true;
}

/*
 * Are the sections of FILE that the kernel would load empty? Of a debug file they are. A struct module has at least the
 * module's name.
 */
static bool lacks_contents(const struct elf_file *file)
{
	size_t section = elf_file_find_section(file, is_linked(file) ? ".text" : MODULE_SECTION);

	if (!section)
		return false;
	return file->sections[section].header.sh_type == SHT_NOBITS ||
	       (!is_linked(file) && is_zero(file, section));
}

static int report_not_installed(const struct kernel_object *object, const struct target *target)
{
	struct diag_place place = { object->elf.path, 0 };

	if (is_linked(&object->elf)) {
		diag_error(
			&place, "elf",
			"this file has debug information only, and the image that it belongs to is "
			"not installed");
		diag_note(
			NULL,
			"install the kernel %s, which has it as /boot/vmlinux-%s or compressed, or "
			"give that file with -v",
			target->places.release, target->places.release);
		return -1;
	}
	diag_error(&place, "no-module",
		   "this file has debug information only, and the module that it belongs to "
		   "is not installed");
	diag_note(
		NULL,
		"install the modules of kernel %s, or give the module's file as the build left it "
		"with --object NAME=FILE",
		target->places.release);
	return -1;
}

/* An image's kallsyms is made before it is stripped: the fuller table of the two is that of both. */
static void share_symbols(struct kernel_object *object)
{
	if (object->installed.symbol_count > object->elf.symbol_count)
		elf_file_take_symbols(&object->elf, &object->installed);
	else
		elf_file_take_symbols(&object->installed, &object->elf);
}

/* Sets up OBJECT, whose installed file is open. */
static int use_installed(struct kernel_object *object)
{
	object->image = &object->installed;
	if (is_linked(&object->elf))
		share_symbols(object);
	return symbol_table_open(&object->installed_symbols, &object->installed, "the module");
}

static int open_installed(struct kernel_object *object, const struct target *target)
{
	bool linked = is_linked(&object->elf);
	const char *what = linked ? "the image" : "the module";
	const char *path = linked ? places_installed_vmlinux(&target->places)
				  : fetch_installed(target, object->elf.path);
	struct diag_place place = { object->elf.path, 0 };
	const char *ours, *theirs;

	if (!path && !linked)
		path = module_file_installed(object->elf.path, &target->places);
	if (!path)
		return report_not_installed(object, target);
	diag_verbose("contents: %s", path);
	if (elf_file_open(&object->installed, path, what) || use_installed(object))
		return -1;
	ours = elf_file_build_id(&object->elf, target->arena);
	theirs = elf_file_build_id(object->image, target->arena);
	if (!ours || !theirs || !strcmp(ours, theirs))
		return 0;
	diag_error(&place, "build-id", "the installed %s is another build than its debug file",
		   linked ? "image" : "module");
	diag_note(NULL, "build ID of %s: %s", object->elf.path, ours);
	diag_note(NULL, "build ID of %s: %s", path, theirs);
	return -1;
}

/* The file name in .gnu_debuglink; NULL: there is none. */
static const char *debug_link(const struct elf_file *file)
{
	size_t section = elf_file_find_section(file, ".gnu_debuglink");
	Elf_Data *data = section ? elf_file_raw_data(file, section) : NULL;

	return data && data->d_buf && memchr(data->d_buf, 0, data->d_size) &&
			       !strchr(data->d_buf, '/') && *(const char *)data->d_buf
		       ? data->d_buf
		       : NULL;
}

/* Opens PATH as the debug file of BUILD_ID. 1, 0 if it is another one's or none, or -1 after a message. */
static int try_debug_file(struct elf_file *debug, const char *path, const char *build_id,
			  const struct target *target)
{
	const char *theirs;

	if (!path || !input_file_is_readable(path))
		return 0;
	if (elf_file_open(debug, path, "the debug file"))
		return -1;
	theirs = elf_file_build_id(debug, target->arena);
	if (theirs && !strcmp(theirs, build_id) && dwarf_file_is_in(debug->elf))
		return 1;
	diag_verbose("not the debug file of build ID %s: %s", build_id, path);
	elf_file_close(debug);
	return 0;
}

/* Where .gnu_debuglink may lead to, as GDB looks for it. */
static int follow_link(struct elf_file *debug, const struct elf_file *file, const char *build_id,
		       const struct target *target)
{
	const char *name = debug_link(file), *base = path_base(file->path);
	struct arena *arena = target->arena;
	char folder[PATH_MAX];
	int result = 0;

	if (!name)
		return 0;
	if (!realpath(base == file->path
			      ? "."
			      : arena_strndup(arena, file->path, (size_t)(base - file->path)),
		      folder)) {
		input_file_check_absent(file->path);
		return 0;
	}
	const char *const paths[] = {
		arena_printf(arena, "%s/%s", folder, name),
		arena_printf(arena, "%s/.debug/%s", folder, name),
		arena_printf(arena, "%s%s/%s", target->places.debug_dir, folder, name),
	};

	for (size_t i = 0; i < ARRAY_SIZE(paths) && !result; i++)
		result = try_debug_file(debug, paths[i], build_id, target);
	return result;
}

static int report_no_dwarf(const struct elf_file *file, const char *what, const char *build_id,
			   const struct target *target)
{
	struct diag_place place = { file->path, 0 };
	struct packages packages;

	diag_error(&place, "no-dwarf", "%s has no debug information", what);
	if (build_id)
		diag_note(NULL, "nor is there a file %s/.build-id/%.2s/%s.debug",
			  target->places.debug_dir, build_id, build_id + 2);
	distribution_packages(&packages, target->places.release, NULL, target->arena);
	diag_note(NULL, "the file with debug information is needed, from the package (%s)",
		  packages.debug);
	return -1;
}

static int open_debug_file(struct kernel_object *object, const char *what,
			   const struct target *target)
{
	const char *build_id = elf_file_build_id(&object->elf, target->arena);
	struct elf_file debug;
	int found = 0;

	if (build_id && strlen(build_id) > 2)
		found = try_debug_file(&debug, places_build_id(&target->places, build_id), build_id,
				       target);
	else
		build_id = NULL;
	if (build_id && !found)
		found = follow_link(&debug, &object->elf, build_id, target);
	if (!found)
		return report_no_dwarf(&object->elf, what, build_id, target);
	if (found < 0)
		return -1;
	diag_verbose("debug information: %s", debug.path);
	object->installed = object->elf;
	object->elf = debug;
	return use_installed(object);
}

int object_files_complete(struct kernel_object *object, const char *what,
			  const struct target *target)
{
	object->image = &object->elf;
	if (!dwarf_file_is_in(object->elf.elf))
		return open_debug_file(object, what, target);
	return lacks_contents(&object->elf) ? open_installed(object, target) : 0;
}
