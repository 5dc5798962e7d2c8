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

/* The entry KEY of DATA's SIZE bytes; NULL: there is none. *AT, at first 0, becomes where to go on. */
static char *next_entry(char *data, size_t size, const char *key, size_t *at)
{
	while (*at < size) {
		size_t length = strnlen(data + *at, size - *at);
		char *entry = data + *at;

		*at += length + 1;
		if (*at <= size && string_starts_with(entry, key))
			return entry;
	}
	return NULL;
}

/* Everything but the lists of modules keeps its place. */
static void shorten_depends(const struct livepatch *livepatch, char *data, size_t size,
			    struct arena *arena)
{
	static const char key[] = "depends=";
	size_t at = 0;
	char *entry;

	while ((entry = next_entry(data, size, key, &at)))
		shorten_list(livepatch, entry + strlen(key), arena);
}

/*
 * As symbols stand for entries, these keep their places: zeros take the old name's, which readers pass over (next_string()
 * in kernel/module/main.c), and the new one comes behind the others.
 */
static void replace_name(const char *name, char *data, size_t *size)
{
	size_t at = 0;
	char *entry;

	while ((entry = next_entry(data, *size, "name=", &at)))
		memset(entry, 0, strlen(entry));
	append_entry(data, size, "name", name);
}

char *rewrite_modinfo(const struct livepatch *livepatch, const char *name, const void *data,
		      size_t *size, struct arena *arena)
{
	char *extended = arena_alloc(arena, *size + sizeof("livepatch=Y") +
						    sizeof(MODINFO_MARK "=" PACKAGE_VERSION) +
						    sizeof("name=") + (name ? strlen(name) : 0));

	if (*size)
		memcpy(extended, data, *size);
	if (name)
		replace_name(name, extended, size);
	if (!livepatch->note)
		return extended;
	shorten_depends(livepatch, extended, *size, arena);
	if (!modinfo_find(livepatch->module, "livepatch"))
		append_entry(extended, size, "livepatch", "Y");
	append_entry(extended, size, MODINFO_MARK, PACKAGE_VERSION);
	return extended;
}
