/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text files. Comes in: paths. Goes out: their text, or tables of names of the kernel's.
 */
#include "base/text-file.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/input-file.h"

/* More than any text that is read here. What a file claims to be, or a pipe goes on to say, does not use up the memory. */
#define MAX_SIZE (512ul << 20)

/* What to do with one line; it may be changed. False: it is malformed. */
typedef bool line_function(struct name_table *table, char *line);

/* Reads STREAM to its end; NULL, with errno. The text is from malloc. */
static char *read_all(FILE *stream, size_t *size)
{
	size_t room = 1 << 16, got;
	char *text = xcalloc(room, 1);
	int error = EFBIG;

	*size = 0;
	while (*size <= MAX_SIZE && (got = fread(text + *size, 1, room - *size, stream)) > 0) {
		*size += got;
		if (*size == room) {
			room *= 2;
			text = realloc(text, room);
			if (!text)
				out_of_memory();
		}
	}
	if (!ferror(stream) && *size <= MAX_SIZE)
		return text;
	if (ferror(stream))
		error = errno;
	free(text);
	errno = error;
	return NULL;
}

char *text_file_read(const char *path, size_t *size, struct arena *arena)
{
	struct diag_place place = { path, 0 };
	const char *reason = NULL;
	FILE *stream = strcmp(path, TEXT_FILE_STDIN) ? input_file_stream(path, &reason) : stdin;
	char *text = stream ? read_all(stream, size) : NULL, *kept = NULL;

	if (text)
		kept = arena_strndup(arena, text, *size);
	else
		diag_system(&place, "cannot read: %s", reason ? reason : strerror(errno));
	free(text);
	if (stream && stream != stdin)
		fclose(stream);
	return kept;
}

static int each_line(struct name_table *table, const char *path, const char *form,
		     line_function *use, struct arena *arena)
{
	struct diag_place place = { path, 1 };
	size_t size, lines = 0;
	char *text = text_file_read(path, &size, arena), *end;

	if (!text)
		return -1;
	for (end = text; (end = strchr(end, '\n')); end++)
		lines++;
	name_table_reserve(table, lines);
	for (; *text; text = end + 1, place.line++) {
		end = strchrnul(text, '\n');
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

/* As strsep() does with tabs, which looks for several bytes at once. */
static char *next_field(char **line)
{
	char *field = *line, *end;

	if (!field)
		return NULL;
	end = strchrnul(field, '\t');
	*line = *end ? end + 1 : NULL;
	*end = '\0';
	return field;
}

/* As modpost writes numbers, "0x%08x"; without "0x" as well. */
static bool read_hexadecimal(const char *text, unsigned long long *number)
{
	const char *digits = string_starts_with(text, "0x") ? text + 2 : text, *at;

	*number = 0;
	for (at = digits; isxdigit((unsigned char)*at) && at - digits < 16; at++)
		*number = *number << 4 |
			  (unsigned int)(*at <= '9' ? *at - '0' : (*at | 0x20) - 'a' + 10);
	return at > digits && !*at;
}

/*
 * "CRC \t name \t owner \t kind of export [\t namespace]" (scripts/mod/modpost.c, read_dump()); the
 * owner is the path of a module without its ending. Before 5.4 there were no namespaces.
 */
static bool use_symvers_line(struct name_table *table, char *line)
{
	char *crc = next_field(&line), *name, *owner, *kind;
	unsigned long long number;
	struct name_entry *entry;

	name = next_field(&line);
	owner = next_field(&line);
	kind = next_field(&line);
	if (!name || !*name || !owner || !*owner || !kind)
		return false;
	if (!read_hexadecimal(crc, &number))
		return false;
	entry = name_table_add(table, name);
	entry->text = object_name(owner);
	entry->number = number;
	entry->namespace = line && *line ? next_field(&line) : NULL;
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
