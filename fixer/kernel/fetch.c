/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's files that are not on the disk. Comes in: what is wanted of the target. Goes out: paths of fetched
 * files, which are remembered with the build ID that was asked for and the module that has their contents.
 */
#include "kernel/fetch.h"

#include <limits.h>
#include <string.h>

#include "base/diag.h"
#include "base/input-file.h"
#include "kernel/build-id.h"
#include "kernel/debuginfod.h"

static const struct fetched *known_file(const struct target *target, const char *path)
{
	for (const struct fetched *file = target->fetched; file; file = file->next)
		if (!strcmp(file->path, path))
			return file;
	return NULL;
}

static const char *remember(struct target *target, const char *path, const char *build_id,
			    const char *installed)
{
	struct fetched *file;

	if (known_file(target, path))
		return path;
	file = arena_alloc(target->arena, sizeof(*file));
	file->path = path;
	file->build_id = build_id;
	file->installed = installed;
	file->next = target->fetched;
	target->fetched = file;
	return path;
}

const char *fetch_image(struct target *target, const char **reason)
{
	const char *id = "", *path = NULL, *what;

	*reason = NULL;
	if (debuginfod_is_wanted())
		id = build_id_of_target(target, reason);
	if (!id)
		return NULL;
	what = arena_printf(target->arena, "vmlinux of kernel %s", target->options.release);
	if (debuginfod_fetch(id, what, &path, reason, target->arena) != DEBUGINFOD_FOUND)
		return NULL;
	return remember(target, path, id, NULL);
}

/* The debug file of a module that is installed as the file INSTALLED. */
static enum debuginfod_result fetch_for(struct target *target, const char *installed,
					const char **path, const char **reason)
{
	const char *what = path_base(installed), *id = NULL;
	enum debuginfod_result result;
	struct elf_file file;

	*reason = arena_printf(target->arena, "'%s' has no build ID", installed);
	if (!elf_file_open(&file, installed, "the installed module")) {
		id = elf_file_build_id(&file, target->arena);
		elf_file_close(&file);
	}
	if (!id)
		return DEBUGINFOD_MISSING;
	result = debuginfod_fetch(id, what, path, reason, target->arena);
	if (result == DEBUGINFOD_FOUND)
		remember(target, *path, id, installed);
	return result;
}

const char *fetch_module(struct target *target, const char *name, const char **reason)
{
	const char *const roots[] = { places_installed_modules(&target->places), NULL };
	struct module_paths paths = { NULL, 0 };
	const char *path = NULL;

	*reason = NULL;
	if (!debuginfod_is_wanted())
		return NULL;
	if (roots[0])
		module_file_find(&paths, roots, name, target->arena);
	if (paths.count != 1)
		*reason = arena_printf(
			target->arena,
			"its build ID is not known: %zu modules '%s' of kernel %s are installed",
			paths.count, name, target->options.release);
	else if (fetch_for(target, paths.list[0], &path, reason) != DEBUGINFOD_FOUND)
		path = NULL;
	module_paths_free(&paths);
	return path;
}

/* The installed modules in the folder of SOURCE's, or in the first above it that has some. */
static void list_near(struct target *target, const char *source, struct module_paths *paths)
{
	const char *root = places_installed_modules(&target->places);
	size_t length = root ? strlen(source) : 0;

	memset(paths, 0, sizeof(*paths));
	while (length && !paths->count) {
		do
			length--;
		while (length && source[length] != '/');
		/* No folder has a longer name. */
		if (length <= PATH_MAX)
			module_file_list(paths,
					 arena_printf(target->arena, "%s/kernel/%.*s", root,
						      (int)length, source),
					 target->arena);
	}
}

/* Is INSTALLED called as the file SOURCE is, but for the endings? */
static bool is_named_as(const char *installed, const char *source, struct arena *arena)
{
	const char *file = path_base(installed), *name = path_base(source);
	size_t length = strcspn(file, "."), name_length = strcspn(name, ".");

	return !strcmp(module_file_spell(file, length, arena),
		       module_file_spell(name, name_length, arena));
}

void fetch_modules_near(struct target *target, const char *source, bool named,
			struct module_paths *paths, const char **reason)
{
	enum debuginfod_result result = DEBUGINFOD_FOUND;
	struct module_paths near = { NULL, 0 };

	memset(paths, 0, sizeof(*paths));
	*reason = NULL;
	if (debuginfod_is_wanted())
		list_near(target, source, &near);
	for (size_t i = 0; i < near.count && result != DEBUGINFOD_FAILED; i++) {
		const char *path;

		if (named && !is_named_as(near.list[i], source, target->arena))
			continue;
		result = fetch_for(target, near.list[i], &path, reason);
		if (result == DEBUGINFOD_FOUND)
			module_paths_add(paths, path);
	}
	module_paths_free(&near);
}

const char *fetch_installed(const struct target *target, const char *path)
{
	const struct fetched *file = known_file(target, path);

	return file ? file->installed : NULL;
}

int fetch_check(const struct target *target, const struct elf_file *file)
{
	const struct fetched *fetched = known_file(target, file->path);
	struct diag_place place = { file->path, 0 };
	const char *id;

	if (!fetched)
		return 0;
	id = elf_file_build_id(file, target->arena);
	if (id && !strcmp(id, fetched->build_id))
		return 0;
	diag_error(&place, "build-id", "the fetched file has %s%s, not the build ID %s",
		   id ? "build ID " : "no build ID", id ? id : "", fetched->build_id);
	diag_note(NULL, "remove it from libdebuginfod's cache to have it fetched again");
	return -1;
}

bool fetch_knows_modules(const struct target *target)
{
	return !known_file(target, target->vmlinux->elf.path) ||
	       input_file_is_readable(target->module_roots[0]);
}

int fetch_check_modules(const struct target *target, const struct diag_place *place)
{
	if (fetch_knows_modules(target))
		return 0;
	diag_system(place, "no debug files of modules are there that would tell which use it");
	diag_note(NULL, "the kernel's image was fetched; all modules' debug files have to be in %s",
		  target_module_folders(target));
	return -1;
}
