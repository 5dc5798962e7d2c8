/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How Kbuild compiles the units. Comes in: what "make -n V=1" prints, of which these are lines like
 *
 *	echo '  gcc -Wp,-MMD,fs/.inode.o.d -O2 -c -o fs/inode.o fs/inode.c ; ./tools/objtool/objtool --orc fs/inode.o'
 *
 * Goes out: "  gcc -O2 " and " ./tools/objtool/objtool --orc", each in a file.
 *
 * Kbuild's text is in single quotes, and one in it is written as '\''. Kbuild echoes the same command more than
 * once, and other things beside it; what counts is a part that begins with two blanks and compiles a unit.
 */
#include "plan/commands.h"

#include <stdlib.h>
#include <string.h>

#include "base/name-table.h"
#include "base/text-file.h"
#include "plan/lines.h"

/* Columns of LIST. */
enum {
	UNIT_NUMBER,
	UNIT_SOURCE,
	UNIT_OBJECT,
	UNIT_COLUMNS,
};

#define QUOTE  "'"
#define QUOTED '\1' /* in place of a quote that belongs to the command */

struct unit {
	const char *number, *source;
	bool found;
};

struct commands {
	const char *into;
	struct arena *arena;
	struct unit *units; /* from malloc */
	size_t count;
	struct name_table by_source; /* an entry's number: the place in UNITS, from 1 */
};

/* Kbuild's command for one unit. Nothing of it has a NUL behind it. */
struct command {
	const char *text;
	size_t flags_length;
	const char *object, *source;
	size_t object_length, source_length;
	const char *rest; /* behind the source; with a NUL behind it */
};

static int take_unit(void *context, char **fields, size_t count, const struct diag_place *place)
{
	struct commands *commands = context;
	unsigned int number;

	(void)count;
	if (!lines_number(fields[UNIT_NUMBER], &number)) {
		diag_error(place, "format", "not a unit's number: '%s'", fields[UNIT_NUMBER]);
		return -1;
	}
	commands->units = array_grow(commands->units, commands->count, sizeof(*commands->units));
	commands->units[commands->count++] =
		(struct unit){ fields[UNIT_NUMBER], fields[UNIT_SOURCE], false };
	name_table_add(&commands->by_source, fields[UNIT_SOURCE])->number = commands->count;
	return 0;
}

/* Where the source's name ends that AT, the word behind " -c -o OBJECT ", begins with; NULL: it is none. */
static const char *end_of_source(const char *at)
{
	const char *end = at + strcspn(at, " ");

	/* A command may follow at once. */
	for (const char *dot = end; dot - at >= 2; dot--)
		if ((!strncmp(dot - 2, ".c", 2) || !strncmp(dot - 2, ".S", 2)) && dot - at > 2 &&
		    (dot == end || *dot == ';'))
			return at + strcspn(at, " ;");
	return NULL;
}

/* Takes the command TEXT apart. False: it compiles nothing. */
static bool parse(struct command *command, const char *text)
{
	static const char mark[] = " -c -o ";

	for (const char *at = strstr(text, mark); at; at = strstr(at + 1, mark)) {
		const char *object = at + strlen(mark), *source, *end;
		size_t length = strcspn(object, " ");

		source = object + length + 1;
		if (!length || object[length] != ' ')
			continue;
		end = end_of_source(source);
		if (!end)
			continue;
		*command = (struct command){
			.text = text,
			.flags_length = (size_t)(at - text),
			.object = object,
			.object_length = strcspn(object, " ;"),
			.source = source,
			.source_length = (size_t)(end - source),
			.rest = end,
		};
		return true;
	}
	return false;
}

/* Writes text with the quotes that it had. */
static void put(FILE *stream, const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		putc(text[i] == QUOTED ? '\'' : text[i], stream);
}

/* The length of " -Wp,-MMD,FILE" or " -Wp,-MD,FILE" at AT; 0: it is not there. */
static size_t dependency_option(const char *at, size_t length)
{
	static const char *const options[] = { " -Wp,-MMD,", " -Wp,-MD," };

	for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
		size_t start = strlen(options[i]), end = start;

		if (length <= start || memcmp(at, options[i], start))
			continue;
		while (end < length && at[end] != ' ')
			end++;
		if (end > start)
			return end;
	}
	return 0;
}

/* The driver says itself where the dependencies are to go. */
static void put_flags(FILE *stream, const char *text, size_t length)
{
	while (length) {
		size_t skipped = dependency_option(text, length);

		if (!skipped)
			put(stream, text, 1);
		skipped = skipped ? skipped : 1;
		text += skipped;
		length -= skipped;
	}
}

static int write_flags(const struct commands *commands, const struct unit *unit,
		       const struct command *command)
{
	const char *path, *name = arena_printf(commands->arena, "%s.flags", unit->number);
	FILE *stream = lines_create(commands->into, name, &path, commands->arena);
	const char *flags = arena_printf(commands->arena, "%.*s%.*s", (int)command->flags_length,
					 command->text, (int)strcspn(command->rest, ";"),
					 command->rest);

	if (!stream)
		return -1;
	put_flags(stream, flags, strlen(flags));
	putc('\n', stream);
	return lines_close(stream, path);
}

/* Is the step at TEXT one of objtool: is that the end of its first word? */
static bool is_objtool(const char *text, size_t length)
{
	static const char name[] = "objtool ";
	size_t blanks = strspn(text, " "), word;

	if (blanks >= length)
		return false;
	word = strcspn(text + blanks, " ");
	return blanks + word + 1 <= length && word + 1 >= strlen(name) &&
	       !strncmp(text + blanks + word + 1 - strlen(name), name, strlen(name));
}

static void put_objtool(FILE *stream, const struct command *command, const char *text,
			size_t length)
{
	size_t object = command->object_length;

	while (length && text[length - 1] == ' ')
		length--;
	if (length > object && text[length - object - 1] == ' ' &&
	    !memcmp(text + length - object, command->object, object))
		length -= object + 1;
	put(stream, text, length);
	putc('\n', stream);
}

static int write_objtool(const struct commands *commands, const struct unit *unit,
			 const struct command *command)
{
	const char *path = NULL, *name = arena_printf(commands->arena, "%s.objtool", unit->number);
	FILE *stream = NULL;

	for (const char *step = strchr(command->rest, ';'); step; step = strchr(step, ';')) {
		size_t length = strcspn(++step, ";");

		if (!is_objtool(step, length))
			continue;
		if (!stream)
			stream = lines_create(commands->into, name, &path, commands->arena);
		if (!stream)
			return -1;
		put_objtool(stream, command, step, length);
	}
	return stream ? lines_close(stream, path) : 0;
}

/* The first command of a unit counts. */
static int take_command(struct commands *commands, const char *text)
{
	const struct name_entry *entry;
	struct command command;
	struct unit *unit;

	if (strncmp(text, "  ", 2) || text[2] == ' ' || !text[2] || !parse(&command, text))
		return 0;
	entry = name_table_find(&commands->by_source, arena_strndup(commands->arena, command.source,
								    command.source_length));
	unit = entry ? &commands->units[entry->number - 1] : NULL;
	if (!unit || unit->found)
		return 0;
	unit->found = true;
	if (write_flags(commands, unit, &command))
		return -1;
	return write_objtool(commands, unit, &command);
}

/* A quote within a text in quotes ends that, stands alone with a backslash, and begins the next one. */
static void unquote(char *line)
{
	static const char quoted[] = "'\\''";
	char *to = line;

	while (*line) {
		if (!strncmp(line, quoted, strlen(quoted))) {
			*to++ = QUOTED;
			line += strlen(quoted);
		} else {
			*to++ = *line++;
		}
	}
	*to = '\0';
}

static int take_line(struct commands *commands, char *line)
{
	int result = 0;

	if (!strstr(line, " -c -o ") || !strstr(line, "echo "))
		return 0;
	unquote(line);
	while (line && !result)
		result = take_command(commands, strsep(&line, QUOTE));
	return result;
}

static int read_log(struct commands *commands, const char *path)
{
	size_t size;
	char *text = text_file_read(path, &size, commands->arena), *all, *line;

	if (!text)
		return -1;
	/* A NUL belongs to a line that is none of Kbuild's. */
	for (all = text + size; text < all;) {
		char *end = memchr(text, '\n', (size_t)(all - text));

		line = text;
		text = end ? end + 1 : all;
		if (end)
			*end = '\0';
		if (take_line(commands, line))
			return -1;
	}
	return 0;
}

static int report_missing(const struct commands *commands)
{
	int result = 0;

	for (size_t i = 0; i < commands->count; i++) {
		struct diag_place place = { commands->units[i].source, 0 };

		if (commands->units[i].found)
			continue;
		diag_error(
			&place, "unsupported",
			"Kbuild has no command that compiles this file with the kernel's configuration");
		result = -1;
	}
	return result;
}

int commands_find(const char *list, const char *log, const char *into, struct arena *arena)
{
	struct commands commands = { .into = into, .arena = arena };
	int result = lines_read(list, UNIT_COLUMNS, UNIT_COLUMNS, take_unit, &commands, arena);

	if (!result)
		result = read_log(&commands, log);
	if (!result)
		result = report_missing(&commands);
	name_table_free(&commands.by_source);
	free(commands.units);
	return result;
}
