/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lists of lines with fields. Comes in: a path. Goes out: the fields of each line, or messages.
 */
#include "plan/lines.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text-file.h"

static int report_fields(const struct diag_place *place, size_t least, size_t most)
{
	if (least == most)
		diag_error(place, "format", "not a line of %zu field%s", most,
			   most == 1 ? "" : "s");
	else
		diag_error(place, "format", "not a line of %zu or %zu fields", most, least);
	return -1;
}

/* Splits LINE, of LENGTH bytes before its NUL. The number of fields; one more than MOST where there are more. */
static size_t split(char *line, size_t length, size_t most, char **fields)
{
	char *rest = line;
	size_t count = 0;

	if (strlen(line) != length)
		return most + 1; /* no text */
	while (rest && count < most)
		fields[count++] = strsep(&rest, "\t");
	return rest ? most + 1 : count;
}

int lines_read(const char *path, size_t least, size_t most, lines_use *use, void *context,
	       struct arena *arena)
{
	struct diag_place place = { path, 0 };
	size_t size, count;
	char *line = text_file_read(path, &size, arena), *end, *all;
	int result = 0;

	if (!line)
		return -1;
	for (all = line + size; line < all; line = end + 1) {
		char *fields[LINES_MAX_FIELDS] = { NULL };

		end = memchr(line, '\n', (size_t)(all - line));
		end = end ? end : all;
		*end = '\0';
		place.line++;
		count = split(line, (size_t)(end - line), most, fields);
		if (count < least || count > most)
			result = report_fields(&place, least, most);
		else if (use(context, fields, count, &place))
			result = -1;
	}
	return result;
}

bool lines_number(const char *text, unsigned int *number)
{
	unsigned long value;
	char *end;

	if (*text < '1' || *text > '9')
		return false;
	errno = 0;
	value = strtoul(text, &end, 10);
	*number = (unsigned int)value;
	return !*end && !errno && value <= UINT_MAX;
}

static int cannot_write(const struct lines_output *output)
{
	struct diag_place place = { output->file.path, 0 };

	diag_system(&place, "cannot write: %s", strerror(errno));
	return -1;
}

int lines_create(struct lines_output *output, const char *folder, const char *name,
		 struct arena *arena)
{
	const char *path = folder ? arena_printf(arena, "%s/%s", folder, name) : name;
	int fd;

	if (output_file_create(&output->file, path, 0644))
		return -1;
	fd = dup(output->file.fd);
	output->stream = fd < 0 ? NULL : fdopen(fd, "w");
	if (output->stream)
		return 0;
	cannot_write(output);
	if (fd >= 0)
		close(fd);
	output_file_discard(&output->file);
	return -1;
}

int lines_close(struct lines_output *output)
{
	struct output_file *const files[] = { &output->file };
	bool failed = ferror(output->stream);
	int result = fclose(output->stream) || failed ? cannot_write(output)
						      : output_file_commit(files, 1);

	output_file_discard(&output->file);
	return result;
}
