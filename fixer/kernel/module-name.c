/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names that a livepatch may be given. Comes in: a name. Goes out: yes or messages.
 *
 * The kernel loads no second module of a name (add_unformed_module() in kernel/module/main.c), and none of the name of what
 * is built in and has a folder in /sys/module (mod_sysfs_init() in kernel/module/sysfs.c).
 */
#include "kernel/module-name.h"

#include <string.h>

#include "base/input-file.h"
#include "base/text-file.h"
#include "kernel/module-file.h"

/* The programs that load and remove modules end a name at a dot, and the kernel shows it as a word. */
static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";

/*
 * The line of the list PATH, of modules' files, that has the module NAME; NULL: none. *HAS_LIST becomes true if there is
 * such a list.
 */
static const char *find_listed(const char *path, const char *name, bool *has_list,
			       struct arena *arena)
{
	char *text = NULL, *line;
	size_t size;

	if (input_file_is_readable(path))
		text = text_file_read(path, &size, arena);
	*has_list = *has_list || text;
	while (text && (line = strsep(&text, "\n"))) {
		const char *file = path_base(line);

		if (!strcmp(module_file_spell(file, strcspn(file, "."), arena), name))
			return line;
	}
	return NULL;
}

/* Of the kernel's own folder below each of ROOTS. NULL: none. */
static const char *find_file(const char *const *roots, const char *name, struct arena *arena)
{
	struct module_paths paths;
	const char *found = NULL;

	for (; *roots && !found; roots++) {
		const char *const kernel[] = { arena_printf(arena, "%s/kernel", *roots), NULL };

		module_file_find(&paths, kernel, name, arena);
		if (paths.count)
			found = paths.list[0];
		module_paths_free(&paths);
	}
	return found;
}

/* The file of the kernel's module NAME; NULL: it has none. */
static const char *find_module(const struct places *places, const char *name)
{
	const char *const installed[] = { places_installed_modules(places), NULL };
	struct arena *arena = places->arena;
	const char *found = NULL;
	bool has_list = false;

	if (installed[0])
		found = find_listed(arena_printf(arena, "%s/modules.builtin", installed[0]), name,
				    &has_list, arena);
	has_list = false;
	if (installed[0] && !found)
		found = find_listed(arena_printf(arena, "%s/modules.order", installed[0]), name,
				    &has_list, arena);
	if (found || has_list)
		return found;
	found = find_file(installed, name, arena);
	return found ? found : find_file(places_module_roots(places), name, arena);
}

/* Is it in the list of --object? */
static bool is_object(const char *name, const struct option_list *objects, struct arena *arena)
{
	for (size_t i = 0; i < objects->count; i++)
		if (!strcmp(module_file_spell(objects->values[i], strcspn(objects->values[i], "="),
					      arena),
			    name))
			return true;
	return false;
}

int module_name_check(const char *name, const struct places *places,
		      const struct option_list *objects, const struct diag_place *place)
{
	const char *spelled = module_file_spell(name, strlen(name), places->arena), *file = NULL;

	if (!*name || name[strspn(name, plain)])
		diag_error(place, "name",
			   "'%s' cannot be a module's name, which has letters, digits, '_' and '-' "
			   "only",
			   name);
	else if (strlen(name) >= MODULE_NAME_SIZE)
		diag_error(place, "name",
			   "'%s' is too long for a module's name: it has more than %d characters",
			   name, MODULE_NAME_SIZE - 1);
	else if (!strcmp(spelled, "vmlinux"))
		diag_error(place, "name", "'vmlinux' is what livepatches call the kernel itself");
	else if (is_object(spelled, objects, places->arena))
		diag_error(place, "name", "a patched module is called '%s' already", spelled);
	else if ((file = find_module(places, spelled)))
		diag_error(place, "name", "a module of the kernel is called '%s' already: %s",
			   spelled, file);
	else
		return 0;
	diag_note(NULL, "-o NAME.ko says what the livepatch is called");
	return -1;
}
