/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The .modinfo of a finished module. Comes in: that of the module, and the plan for it. Goes out: the one
 * that is written.
 */
#include "fix/rewrite-modinfo.h"

#include <string.h>

#include "config.h"
#include "elf/modinfo.h"
#include "kernel/module-file.h"

/* Appends the entry KEY=VALUE to DATA of *SIZE bytes, which has room for it. */
static void append_entry(char *data, size_t *size, const char *key, const char *value)
{
	char *end = stpcpy(stpcpy(stpcpy(data + *size, key), "="), value);

	*size = (size_t)(end - data) + 1;
}

/*
 * Takes out of LIST, names with commas between them, the modules that are not needed any more: modpost
 * lists those whose exports are used. Zeros fill it up.
 */
static void shorten_list(const struct livepatch *livepatch, char *list, struct arena *arena)
{
	char *copy = arena_strdup(arena, list), *end = list, *name;

	memset(list, 0, strlen(copy));
	while ((name = strsep(&copy, ","))) {
		if (!livepatch_depends_on(livepatch, module_file_spell(name, strlen(name), arena)))
			continue;
		if (end > list)
			*end++ = ',';
		end = stpcpy(end, name);
	}
}

/* Everything but the lists of modules keeps its place. */
static void shorten_depends(const struct livepatch *livepatch, char *data, size_t size,
			    struct arena *arena)
{
	static const char key[] = "depends=";
	size_t length;

	for (size_t at = 0; at < size; at += length + 1) {
		length = strnlen(data + at, size - at);
		if (at + length < size && string_starts_with(data + at, key))
			shorten_list(livepatch, data + at + strlen(key), arena);
	}
}

char *rewrite_modinfo(const struct livepatch *livepatch, const void *data, size_t *size,
		      struct arena *arena)
{
	char *extended = arena_alloc(arena, *size + sizeof("livepatch=Y") +
						    sizeof(MODINFO_MARK "=" PACKAGE_VERSION));

	if (*size)
		memcpy(extended, data, *size);
	shorten_depends(livepatch, extended, *size, arena);
	if (!modinfo_find(livepatch->module, "livepatch"))
		append_entry(extended, size, "livepatch", "Y");
	append_entry(extended, size, MODINFO_MARK, PACKAGE_VERSION);
	return extended;
}
