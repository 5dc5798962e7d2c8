/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads a digest. Comes in: a text file that the plugin has written. Goes out: its records.
 */
#include "plan/digest-file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "klpmake-digest.h"

#define MAX_FIELDS 11

static const char *none(const char *field)
{
	return strcmp(field, "-") ? field : NULL;
}

static struct diag_place place_of(const char *file, const char *line)
{
	/* Files are named relative to the source's root. */
	if (!strncmp(file, "./", 2))
		file += 2;
	return (struct diag_place){ none(file), (unsigned int)strtoul(line, NULL, 10) };
}

static void add_function(struct digest *digest, char **f)
{
	digest->functions =
		array_grow(digest->functions, digest->function_count, sizeof(*digest->functions));
	digest->functions[digest->function_count++] = (struct digest_function){
		f[1], f[2], f[3], f[4], f[5], f[6], f[7], place_of(f[8], f[9]),
	};
}

static void add_variable(struct digest *digest, char **f)
{
	digest->variables =
		array_grow(digest->variables, digest->variable_count, sizeof(*digest->variables));
	digest->variables[digest->variable_count++] = (struct digest_variable){
		f[1], f[2], none(f[3]), f[4], f[5], f[6], f[7], f[8], place_of(f[9], f[10]),
	};
}

static void add_structure(struct digest *digest, char **f)
{
	digest->structures = array_grow(digest->structures, digest->structure_count,
					sizeof(*digest->structures));
	digest->structures[digest->structure_count++] =
		(struct digest_structure){ f[1], f[2], place_of(f[3], f[4]) };
}

static void add_assembler(struct digest *digest, const char *text)
{
	digest->assembler =
		array_grow(digest->assembler, digest->assembler_count, sizeof(*digest->assembler));
	digest->assembler[digest->assembler_count++] = text;
}

/* False: the line is malformed. */
static bool take_line(struct digest *digest, char **fields, size_t count, bool *ended)
{
	if (!strcmp(fields[0], "function") && count == 10)
		add_function(digest, fields);
	else if (!strcmp(fields[0], "variable") && count == 11)
		add_variable(digest, fields);
	else if (!strcmp(fields[0], "structure") && count == 5)
		add_structure(digest, fields);
	else if (!strcmp(fields[0], "asm") && count == 2)
		add_assembler(digest, fields[1]);
	else if (!strcmp(fields[0], "end") && count == 1)
		*ended = true;
	else
		return false;
	return true;
}

static bool take_first_line(struct digest *digest, char **fields, size_t count)
{
	if (count != 3 || strcmp(fields[0], "klpmake-digest") ||
	    strtoul(fields[1], NULL, 10) != KLPMAKE_DIGEST_VERSION)
		return false;
	digest->source = fields[2];
	return true;
}

static int read_lines(struct digest *digest, FILE *stream, struct diag_place *place,
		      struct arena *arena)
{
	bool ended = false, good = true;
	char *line = NULL;
	size_t room = 0;
	ssize_t length;

	while (good && !ended && (length = getline(&line, &room, stream)) > 0) {
		char *fields[MAX_FIELDS] = { NULL }, *rest;
		size_t count = 0;

		if (line[length - 1] == '\n')
			line[length - 1] = '\0';
		rest = arena_strdup(arena, line);
		while (rest && count < MAX_FIELDS)
			fields[count++] = strsep(&rest, "\t");
		place->line++;
		good = !rest && (place->line > 1 ? take_line(digest, fields, count, &ended)
						 : take_first_line(digest, fields, count));
	}
	free(line);
	if (ferror(stream)) {
		diag_system(place, "cannot read: %s", strerror(errno));
		return -1;
	}
	if (good && ended)
		return 0;
	diag_error(place, "format", "not a digest of this version of klpmake.so");
	return -1;
}

int digest_read(struct digest *digest, const char *path, struct arena *arena)
{
	struct diag_place place = { path, 0 };
	FILE *stream = fopen(path, "re");
	int result;

	memset(digest, 0, sizeof(*digest));
	if (!stream) {
		diag_system(&place, "cannot read: %s", strerror(errno));
		return -1;
	}
	result = read_lines(digest, stream, &place, arena);
	fclose(stream);
	return result;
}

void digest_free(struct digest *digest)
{
	free(digest->functions);
	free(digest->variables);
	free(digest->structures);
	free(digest->assembler);
	memset(digest, 0, sizeof(*digest));
}

bool digest_is_inline(const struct digest_function *function)
{
	return string_starts_with(function->kind, "inline");
}

bool digest_is_pointed_to(const struct digest_function *function)
{
	return string_ends_with(function->kind, "pointer");
}

bool digest_is_constant(const struct digest_variable *variable)
{
	return string_starts_with(variable->kind, "constant");
}

bool digest_is_constant_pointed_to(const struct digest_variable *variable)
{
	return !strcmp(variable->kind, "constant-pointer");
}

const struct digest_function *digest_find_function(const struct digest *digest, const char *symbol)
{
	for (size_t i = 0; i < digest->function_count; i++)
		if (!strcmp(digest->functions[i].symbol, symbol))
			return &digest->functions[i];
	return NULL;
}

static bool is_like(const struct digest_variable *a, const struct digest_variable *b)
{
	if (!a->function != !b->function || (a->function && strcmp(a->function, b->function)))
		return false;
	return !strcmp(a->name, b->name);
}

const struct digest_variable *digest_find_variable(const struct digest *digest,
						   const struct digest_variable *like)
{
	const struct digest_variable *found = NULL;

	/* Of several in blocks of one function, the one that is the same is meant, if there is one. */
	for (size_t i = 0; i < digest->variable_count; i++) {
		const struct digest_variable *variable = &digest->variables[i];

		if (!is_like(variable, like))
			continue;
		if (!strcmp(variable->layout, like->layout) &&
		    !strcmp(variable->value, like->value))
			return variable;
		found = found ? found : variable;
	}
	return found;
}

size_t digest_count_variables(const struct digest *digest, const struct digest_variable *like)
{
	size_t count = 0;

	for (size_t i = 0; i < digest->variable_count; i++)
		if (is_like(&digest->variables[i], like))
			count++;
	return count;
}

const struct digest_structure *digest_find_structure(const struct digest *digest, const char *tag)
{
	for (size_t i = 0; i < digest->structure_count; i++)
		if (!strcmp(digest->structures[i].tag, tag))
			return &digest->structures[i];
	return NULL;
}
