/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Namespaces to import. Comes in: the objects of a livepatch, and what is exported. Goes out: a C file.
 *
 * The namespaces of the patched file come with it only if their import stands in that file, and a module need not
 * import its own.
 */
#include "plan/namespaces.h"

#include <stdlib.h>
#include <string.h>

#include "base/string-list.h"
#include "base/text-file.h"
#include "elf/elf-file.h"

struct namespaces {
	struct name_table exports;
	struct string_list used;
};

static int read_object(struct namespaces *namespaces, const char *path)
{
	struct elf_file file;

	if (elf_file_open(&file, path, "the object"))
		return -1;
	for (size_t i = 1; i < file.symbol_count; i++) {
		const struct name_entry *entry;

		if (file.symbols[i].section != SHN_UNDEF)
			continue;
		entry = name_table_find(&namespaces->exports, file.symbols[i].name);
		if (entry && entry->namespace)
			string_list_add(&namespaces->used, entry->namespace);
	}
	elf_file_close(&file);
	return 0;
}

static void print(struct namespaces *namespaces, FILE *stream)
{
	struct string_list *used = &namespaces->used;

	string_list_sort_unique(used);
	if (used->count)
		fprintf(stream, "#include <linux/module.h>\n");
	for (size_t i = 0; i < used->count; i++)
		fprintf(stream, "MODULE_INFO(import_ns, \"%s\");\n", used->list[i]);
}

int namespaces_print(const struct option_list *symvers, char *const *objects, size_t count,
		     FILE *stream, struct arena *arena)
{
	struct namespaces namespaces = { .used = { NULL, 0 } };
	int result = 0;

	for (size_t i = 0; i < symvers->count; i++)
		if (text_file_read_symvers(&namespaces.exports, symvers->values[i], arena))
			result = -1;
	for (size_t i = 0; i < count; i++)
		if (read_object(&namespaces, objects[i]))
			result = -1;
	if (!result)
		print(&namespaces, stream);
	name_table_free(&namespaces.exports);
	string_list_free(&namespaces.used);
	return result;
}
