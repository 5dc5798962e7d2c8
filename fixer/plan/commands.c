/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How Kbuild compiles the units. Comes in: what "make -n V=1" prints, of which these are lines like
 *
 *	echo '  gcc -Wp,-MMD,fs/.inode.o.d -O2 -c -o fs/inode.o fs/inode.c ; ./tools/objtool/objtool --orc fs/inode.o'
 *
 * Goes out: "  gcc -O2 " and " ./tools/objtool/objtool --orc", each in a file.
 *
 * What was found is kept for other runs, if the driver wants that: for each unit a line of it, a tab and its first text,
 * then a line of a tab and a command for each of objtool's. It is the same as long as the prepared source is.
 *
 * Kbuild's text is in single quotes, and one in it is written as '\''. Kbuild echoes the same command more than
 * once, and other things beside it; what counts is a part that begins with two blanks and compiles a unit.
 */
#include "plan/commands.h"

#include <stdlib.h>
#include <string.h>

#include "base/name-table.h"
#include "base/text-file.h"
#include "plan/kept-file.h"
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

/* What the file that is kept begins with; another form of it has another number. */
#define KEPT_KEY "klpmake commands 1"

struct unit {
	const char *source;
	const char *number, *object; /* NULL: it is only kept */
	const char *flags;	     /* a line; NULL: they are not found yet */
	const char *objtool;	     /* none or more lines */
};

struct commands {
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

/* Made if it is new. SOURCE has to live as long as the arena. */
static struct unit *unit_of(struct commands *commands, const char *source)
{
	struct name_entry *entry = name_table_add(&commands->by_source, source);

	if (!entry->number) {
		commands->units =
			array_grow(commands->units, commands->count, sizeof(*commands->units));
		commands->units[commands->count++] = (struct unit){ .source = source, .objtool = "" };
		entry->number = commands->count;
	}
	return &commands->units[entry->number - 1];
}

static int take_unit(void *context, char **fields, size_t count, const struct diag_place *place)
{
	struct unit *unit = unit_of(context, fields[UNIT_SOURCE]);
	unsigned int number;

	(void)count;
	if (!lines_number(fields[UNIT_NUMBER], &number)) {
		diag_error(place, "format", "not a unit's number: '%s'", fields[UNIT_NUMBER]);
		return -1;
	}
	unit->number = fields[UNIT_NUMBER];
	unit->object = fields[UNIT_OBJECT];
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

/* Ends a text that was written to memory, and has it in the arena. */
static const char *take_text(const struct commands *commands, FILE *stream, char **text)
{
	const char *copy;

	memory_close(stream, text);
	copy = arena_strdup(commands->arena, *text);
	free(*text);
	return copy;
}

static const char *flags_of(const struct commands *commands, const struct command *command)
{
	const char *flags = arena_printf(commands->arena, "%.*s%.*s", (int)command->flags_length,
					 command->text, (int)strcspn(command->rest, ";"),
					 command->rest);
	char *text = NULL;
	size_t size;
	FILE *stream = memory_open(&text, &size);

	put_flags(stream, flags, strlen(flags));
	putc('\n', stream);
	return take_text(commands, stream, &text);
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

static const char *objtool_of(const struct commands *commands, const struct command *command)
{
	char *text = NULL;
	size_t size;
	FILE *stream = memory_open(&text, &size);

	for (const char *step = strchr(command->rest, ';'); step; step = strchr(step, ';')) {
		size_t length = strcspn(++step, ";");

		if (is_objtool(step, length))
			put_objtool(stream, command, step, length);
	}
	return take_text(commands, stream, &text);
}

/* The first command of a unit counts. */
static void take_command(struct commands *commands, const char *text)
{
	const struct name_entry *entry;
	struct command command;
	struct unit *unit;

	if (strncmp(text, "  ", 2) || text[2] == ' ' || !text[2] || !parse(&command, text))
		return;
	entry = name_table_find(&commands->by_source, arena_strndup(commands->arena, command.source,
								    command.source_length));
	unit = entry ? &commands->units[entry->number - 1] : NULL;
	if (!unit || unit->flags)
		return;
	unit->flags = flags_of(commands, &command);
	unit->objtool = objtool_of(commands, &command);
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

static void take_line(struct commands *commands, char *line)
{
	if (!strstr(line, " -c -o ") || !strstr(line, "echo "))
		return;
	unquote(line);
	while (line)
		take_command(commands, strsep(&line, QUOTE));
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
		take_line(commands, line);
	}
	return 0;
}

/* What is kept is whole: it is what keep() has written. */
static void take_kept(struct commands *commands, char *text)
{
	struct unit *unit = NULL;
	char *line;

	while ((line = strsep(&text, "\n"))) {
		char *tab = strchr(line, '\t');

		if (!tab)
			continue;
		*tab++ = '\0';
		if (*line) {
			unit = unit_of(commands, line);
			unit->flags = arena_printf(commands->arena, "%s\n", tab);
		} else if (unit) {
			unit->objtool = arena_printf(commands->arena, "%s%s\n", unit->objtool, tab);
		}
	}
}

/* Can the unit's texts be told from others in a file of lines? */
static bool is_plain(const struct unit *unit)
{
	return !unit->source[strcspn(unit->source, "\t\n")] &&
	       strcspn(unit->flags, "\n") + 1 == strlen(unit->flags);
}

static void put_kept(FILE *stream, const struct unit *unit)
{
	fprintf(stream, "%s\t%s", unit->source, unit->flags);
	for (const char *line = unit->objtool; *line; line += strcspn(line, "\n") + 1)
		fprintf(stream, "\t%.*s\n", (int)strcspn(line, "\n"), line);
}

static void keep(const struct commands *commands, const char *file)
{
	char *text = NULL;
	size_t size;
	FILE *stream = memory_open(&text, &size);

	for (size_t i = 0; i < commands->count; i++)
		if (commands->units[i].flags && is_plain(&commands->units[i]))
			put_kept(stream, &commands->units[i]);
	memory_close(stream, &text);
	kept_file_write(file, KEPT_KEY, text, size, "Kbuild's commands", commands->arena);
	free(text);
}

static int write_text(const struct commands *commands, const char *into, const char *name,
		      const char *text)
{
	struct lines_output output;

	if (lines_create(&output, into, name, commands->arena))
		return -1;
	fputs(text, output.stream);
	return lines_close(&output);
}

static int write_unit(const struct commands *commands, const char *into, const struct unit *unit)
{
	struct arena *arena = commands->arena;

	if (write_text(commands, into, arena_printf(arena, "%s.flags", unit->number), unit->flags))
		return -1;
	if (!*unit->objtool)
		return 0;
	return write_text(commands, into, arena_printf(arena, "%s.objtool", unit->number),
			  unit->objtool);
}

static int write_units(const struct commands *commands, const char *into)
{
	for (size_t i = 0; i < commands->count; i++) {
		const struct unit *unit = &commands->units[i];

		if (unit->number && unit->flags && write_unit(commands, into, unit))
			return -1;
	}
	return 0;
}

static void print_unknown(const struct commands *commands, FILE *stream)
{
	for (size_t i = 0; i < commands->count; i++) {
		const struct unit *unit = &commands->units[i];

		if (unit->number && !unit->flags)
			fprintf(stream, "%s\t%s\t%s\n", unit->number, unit->source, unit->object);
	}
}

static int report_missing(const struct commands *commands)
{
	int result = 0;

	for (size_t i = 0; i < commands->count; i++) {
		struct diag_place place = { commands->units[i].source, 0 };

		if (commands->units[i].flags)
			continue;
		diag_error(
			&place, "unsupported",
			"Kbuild has no command that compiles this file with the kernel's configuration");
		result = -1;
	}
	return result;
}

int commands_find(const char *list, const char *log, const char *into, const char *kept,
		  FILE *stream, struct arena *arena)
{
	struct commands commands = { .arena = arena };
	int result = lines_read(list, UNIT_COLUMNS, UNIT_COLUMNS, take_unit, &commands, arena);
	char *text = !result && kept ? kept_file_read(kept, KEPT_KEY, arena) : NULL;

	if (text)
		take_kept(&commands, text);
	if (!result && log)
		result = read_log(&commands, log);
	if (!result && log && kept)
		keep(&commands, kept);
	if (!result)
		result = write_units(&commands, into);
	if (!result && log)
		result = report_missing(&commands);
	if (!result && !log)
		print_unknown(&commands, stream);
	name_table_free(&commands.by_source);
	free(commands.units);
	return result;
}
