/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's text files. Comes in: paths. Goes out: tables of names.
 */
#include "base/text-file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"

/* What to do with one line; it may be changed. False: it is malformed. */
typedef bool line_function(struct name_table *table, char *line);

/* Reads PATH into one string with a NUL behind it; NULL after a message. */
static char *read_text(const char *path, struct arena *arena)
{
	struct diag_place place = { path, 0 };
	FILE *stream = fopen(path, "re");
	size_t size = 0, room = 1 << 16, got;
	char *text, *kept;

	if (!stream) {
		diag_system(&place, "cannot read: %s", strerror(errno));
		return NULL;
	}
	text = xcalloc(room, 1);
	while ((got = fread(text + size, 1, room - 1 - size, stream)) > 0) {
		size += got;
		if (size == room - 1) {
			room *= 2;
			text = realloc(text, room);
			if (!text)
				out_of_memory();
		}
	}
	if (ferror(stream)) {
		diag_system(&place, "cannot read: %s", strerror(errno));
		fclose(stream);
		free(text);
		return NULL;
	}
	fclose(stream);
	kept = arena_strndup(arena, text, size);
	free(text);
	return kept;
}

static int each_line(struct name_table *table, const char *path, const char *form,
		     line_function *use, struct arena *arena)
{
	char *text = read_text(path, arena), *end;
	struct diag_place place = { path, 1 };

	if (!text)
		return -1;
	for (; *text; text = end + 1, place.line++) {
		end = text + strcspn(text, "\n");
		if (!*end) {
			diag_error(&place, "format", "the file ends within a line");
			return -1;
		}
		*end = '\0';
		if (!use(table, text)) {
			diag_error(&place, "format", "not a line of %s: '%.80s'", form, text);
			return -1;
		}
	}
	return 0;
}

/* "drivers/md/dm-mod" becomes "dm_mod", in place. */
static const char *object_name(char *owner)
{
	owner = (char *)path_base(owner);
	for (char *at = owner; *at; at++)
		if (*at == '-')
			*at = '_';
	return owner;
}

/*
 * "CRC \t name \t owner \t kind of export [\t namespace]" (scripts/mod/modpost.c, read_dump()); the
 * owner is the path of a module without its ending.
 */
static bool use_symvers_line(struct name_table *table, char *line)
{
	char *crc = strsep(&line, "\t"), *name, *owner, *kind, *end;
	unsigned long long number;
	struct name_entry *entry;

	name = strsep(&line, "\t");
	owner = strsep(&line, "\t");
	kind = strsep(&line, "\t");
	if (!name || !*name || !owner || !*owner || !kind)
		return false;
	number = strtoull(crc, &end, 16);
	if (end == crc || *end)
		return false;
	entry = name_table_add(table, name);
	entry->text = object_name(owner);
	entry->number = number;
	return true;
}

/* "address type name [\t [module]]" (kernel/kallsyms.c, s_show()) */
static bool use_kallsyms_line(struct name_table *table, char *line)
{
	char *address = strsep(&line, " "), *type = strsep(&line, " "), *name = strsep(&line, "\t");

	if (!address || !*address || !type || strlen(type) != 1 || !name || !*name ||
	    address[strspn(address, "0123456789abcdefABCDEF")])
		return false;
	if (!line)
		name_table_add(table, name);
	return true;
}

int text_file_read_symvers(struct name_table *table, const char *path, struct arena *arena)
{
	return each_line(table, path, "Module.symvers", use_symvers_line, arena);
}

int text_file_read_kallsyms(struct name_table *table, const char *path, struct arena *arena)
{
	return each_line(table, path, "kallsyms", use_kallsyms_line, arena);
}
