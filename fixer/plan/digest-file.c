/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads a digest. Comes in: a text file that the plugin has written. Goes out: its records.
 */
#include "plan/digest-file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/input-file.h"
#include "base/name-table.h"
#include "plan/lines.h"

#define MAX_FIELDS DIGEST_VARIABLE_COLUMNS

/* Columns of a line of assembler. */
enum {
	ASM_TEXT = 1,
	ASM_COLUMNS,
};

static const char *const records[] = DIGEST_RECORD_WORDS;
static const char *const linkages[] = DIGEST_LINKAGE_WORDS;
static const char *const kinds[] = DIGEST_KIND_WORDS;
static const char *const use_words[] = DIGEST_USE_WORDS;

static bool take_words(const char *linkage_word, const char *kind_word,
		       enum digest_linkage *linkage, enum digest_kind *kind)
{
	int linkage_place = digest_word_place(linkages, ARRAY_SIZE(linkages), linkage_word);
	int kind_place = digest_word_place(kinds, ARRAY_SIZE(kinds), kind_word);

	*linkage = (enum digest_linkage)linkage_place;
	*kind = (enum digest_kind)kind_place;
	return linkage_place >= 0 && kind_place >= 0;
}

static const char *none(const char *field)
{
	return strcmp(field, DIGEST_NONE) ? field : NULL;
}

static struct diag_place place_of(const char *file, const char *line)
{
	/* Files are named relative to the source's root. */
	if (!strncmp(file, "./", 2))
		file += 2;
	return (struct diag_place){ none(file), (unsigned int)strtoul(line, NULL, 10) };
}

/* These take the fields of a line. False: it is malformed. */
static bool add_function(struct digest *digest, char **f)
{
	struct digest_function *function;

	digest->functions =
		array_grow(digest->functions, digest->function_count, sizeof(*digest->functions));
	function = &digest->functions[digest->function_count++];
	*function = (struct digest_function){
		.symbol = f[DIGEST_FUNCTION_SYMBOL],
		.name = f[DIGEST_FUNCTION_NAME],
		.section = f[DIGEST_FUNCTION_SECTION],
		.digest = f[DIGEST_FUNCTION_DIGEST],
		.signature = f[DIGEST_FUNCTION_SIGNATURE],
		.place = place_of(f[DIGEST_FUNCTION_FILE], f[DIGEST_FUNCTION_LINE]),
	};
	return take_words(f[DIGEST_FUNCTION_LINKAGE], f[DIGEST_FUNCTION_KIND], &function->linkage,
			  &function->kind);
}

static bool add_variable(struct digest *digest, char **f)
{
	struct digest_variable *variable;

	digest->variables =
		array_grow(digest->variables, digest->variable_count, sizeof(*digest->variables));
	variable = &digest->variables[digest->variable_count++];
	*variable = (struct digest_variable){
		.symbol = f[DIGEST_VARIABLE_SYMBOL],
		.name = f[DIGEST_VARIABLE_NAME],
		.function = none(f[DIGEST_VARIABLE_FUNCTION]),
		.section = f[DIGEST_VARIABLE_SECTION],
		.layout = f[DIGEST_VARIABLE_LAYOUT],
		.type = f[DIGEST_VARIABLE_TYPE],
		.structure = none(f[DIGEST_VARIABLE_STRUCTURE]),
		.value = f[DIGEST_VARIABLE_VALUE],
		.place = place_of(f[DIGEST_VARIABLE_FILE], f[DIGEST_VARIABLE_LINE]),
	};
	return take_words(f[DIGEST_VARIABLE_LINKAGE], f[DIGEST_VARIABLE_KIND], &variable->linkage,
			  &variable->kind);
}

/* Belongs to the variable whose line is the one before. */
static bool add_static(struct digest *digest, char **f)
{
	struct digest_variable *variable;
	unsigned int order;

	if (!digest->variable_count || !lines_number(f[DIGEST_STATIC_ORDER], &order))
		return false;
	variable = &digest->variables[digest->variable_count - 1];
	variable->order = order;
	variable->block = none(f[DIGEST_STATIC_BLOCK]);
	return order && variable->function && !strcmp(variable->symbol, f[DIGEST_STATIC_SYMBOL]);
}

static bool add_use(struct digest *digest, char **f)
{
	int how = digest_word_place(use_words, ARRAY_SIZE(use_words), f[DIGEST_USE_HOW]);

	digest->uses = array_grow(digest->uses, digest->use_count, sizeof(*digest->uses));
	digest->uses[digest->use_count++] = (struct digest_use_pair){
		.user = f[DIGEST_USE_USER],
		.used = f[DIGEST_USE_USED],
		.how = (enum digest_use)how,
	};
	return how >= 0;
}

static bool add_look(struct digest *digest, char **f)
{
	digest->looks = array_grow(digest->looks, digest->look_count, sizeof(*digest->looks));
	digest->looks[digest->look_count++] = (struct digest_look){
		.user = f[DIGEST_LOOK_USER],
		.structure = f[DIGEST_LOOK_STRUCTURE],
	};
	return true;
}

/* A number that is at most what a structure may have of bits. */
static bool take_size(const char *field, uint64_t *size)
{
	char *end;

	errno = 0;
	*size = strtoull(field, &end, 10);
	return !errno && *field && !*end;
}

static bool add_structure(struct digest *digest, char **f)
{
	struct digest_structure *structure;

	digest->structures = array_grow(digest->structures, digest->structure_count,
					sizeof(*digest->structures));
	structure = &digest->structures[digest->structure_count++];
	*structure = (struct digest_structure){
		.name = f[DIGEST_STRUCTURE_NAME],
		.layout = f[DIGEST_STRUCTURE_LAYOUT],
		.first_member = digest->member_count,
		.place = place_of(f[DIGEST_STRUCTURE_FILE], f[DIGEST_STRUCTURE_LINE]),
	};
	structure->number = structure->place.line;
	return take_size(f[DIGEST_STRUCTURE_SIZE], &structure->size) &&
	       take_size(f[DIGEST_STRUCTURE_ALIGN], &structure->align);
}

/* Belongs to the last structure. */
static bool add_member(struct digest *digest, char **f)
{
	struct digest_structure *structure;
	struct digest_member *member;

	if (!digest->structure_count)
		return false;
	structure = &digest->structures[digest->structure_count - 1];
	structure->member_count++;
	digest->members =
		array_grow(digest->members, digest->member_count, sizeof(*digest->members));
	member = &digest->members[digest->member_count++];
	*member = (struct digest_member){
		.name = f[DIGEST_MEMBER_NAME],
		.type = f[DIGEST_MEMBER_TYPE],
		.structure = none(f[DIGEST_MEMBER_STRUCTURE]),
		.users = none(f[DIGEST_MEMBER_USERS]),
		.declared = place_of(f[DIGEST_MEMBER_FILE], f[DIGEST_MEMBER_LINE]),
	};
	if (!member->declared.file)
		member->declared.file = structure->place.file;
	return take_size(f[DIGEST_MEMBER_PLACE], &member->place) &&
	       take_size(f[DIGEST_MEMBER_SIZE], &member->size);
}

static bool add_assembler(struct digest *digest, char **f)
{
	digest->assembler =
		array_grow(digest->assembler, digest->assembler_count, sizeof(*digest->assembler));
	digest->assembler[digest->assembler_count++] = f[ASM_TEXT];
	return true;
}

/* False: the line is malformed. */
static bool take_line(struct digest *digest, char **fields, size_t count, bool *ended)
{
	switch (digest_word_place(records, ARRAY_SIZE(records), fields[0])) {
	case DIGEST_FUNCTION:
		return count == DIGEST_FUNCTION_COLUMNS && add_function(digest, fields);
	case DIGEST_VARIABLE:
		return count == DIGEST_VARIABLE_COLUMNS && add_variable(digest, fields);
	case DIGEST_STATIC:
		return count == DIGEST_STATIC_COLUMNS && add_static(digest, fields);
	case DIGEST_STRUCTURE:
		return count == DIGEST_STRUCTURE_COLUMNS && add_structure(digest, fields);
	case DIGEST_MEMBER:
		return count == DIGEST_MEMBER_COLUMNS && add_member(digest, fields);
	case DIGEST_ASM:
		return count == ASM_COLUMNS && add_assembler(digest, fields);
	case DIGEST_USE:
		return count == DIGEST_USE_COLUMNS && add_use(digest, fields);
	case DIGEST_LOOK:
		return count == DIGEST_LOOK_COLUMNS && add_look(digest, fields);
	case DIGEST_END:
		*ended = true;
		return count == 1;
	default:
		return false;
	}
}

static bool take_first_line(struct digest *digest, char **fields, size_t count)
{
	if (count != DIGEST_HEAD_COLUMNS || strcmp(fields[DIGEST_HEAD_NAME], KLPMAKE_DIGEST_NAME) ||
	    strtoul(fields[DIGEST_HEAD_VERSION], NULL, 10) != KLPMAKE_DIGEST_VERSION)
		return false;
	digest->source = fields[DIGEST_HEAD_SOURCE];
	return true;
}

/* Is NAME none, or none that is new in the table? */
static bool is_bad(struct name_table *names, const char *name)
{
	return !*name || strpbrk(name, " /") || name_table_add(names, name)->count > 1;
}

/* No two lines tell what a function is, or a variable: by its symbol, and a function by its name as well. */
static bool has_twice(const struct digest *digest)
{
	struct name_table symbols = { .count = 0 }, names = { .count = 0 };
	bool twice = false;

	for (size_t i = 0; i < digest->function_count; i++)
		twice = is_bad(&symbols, digest->functions[i].symbol) ||
			is_bad(&names, digest->functions[i].name) || twice;
	for (size_t i = 0; i < digest->variable_count; i++)
		twice = is_bad(&symbols, digest->variables[i].symbol) || twice;
	name_table_free(&symbols);
	name_table_free(&names);
	return twice;
}

static int read_lines(struct digest *digest, FILE *stream, struct diag_place *place,
		      struct arena *arena)
{
	bool ended = false, good = true;
	char *line = NULL;
	size_t room = 0;
	ssize_t length;

	while (good && (length = getline(&line, &room, stream)) > 0) {
		char *fields[MAX_FIELDS] = { NULL }, *rest;
		size_t count = 0;

		if (line[length - 1] == '\n')
			line[length - 1] = '\0';
		rest = arena_strdup(arena, line);
		while (rest && count < MAX_FIELDS)
			fields[count++] = strsep(&rest, "\t");
		place->line++;
		good = !rest && !ended && (place->line > 1 ? take_line(digest, fields, count, &ended)
						 : take_first_line(digest, fields, count));
	}
	free(line);
	if (ferror(stream)) {
		diag_system(place, "cannot read: %s", strerror(errno));
		return -1;
	}
	if (good && ended && !has_twice(digest))
		return 0;
	diag_error(place, "format", "not a digest of this version of klpmake.so");
	return -1;
}

int digest_read(struct digest *digest, const char *path, struct arena *arena)
{
	struct diag_place place = { path, 0 };
	const char *reason;
	FILE *stream = input_file_stream(path, &reason);
	int result;

	memset(digest, 0, sizeof(*digest));
	if (!stream) {
		diag_system(&place, "cannot read: %s", reason);
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
	free(digest->members);
	free(digest->assembler);
	free(digest->uses);
	free(digest->looks);
	memset(digest, 0, sizeof(*digest));
}

bool digest_is_inline(const struct digest_function *function)
{
	return function->kind == DIGEST_INLINE || function->kind == DIGEST_INLINE_POINTER;
}

bool digest_is_pointed_to(const struct digest_function *function)
{
	return function->kind == DIGEST_POINTER || function->kind == DIGEST_INLINE_POINTER;
}

bool digest_is_constant(const struct digest_variable *variable)
{
	return variable->kind == DIGEST_CONSTANT || variable->kind == DIGEST_CONSTANT_POINTER;
}

bool digest_is_constant_pointed_to(const struct digest_variable *variable)
{
	return variable->kind == DIGEST_CONSTANT_POINTER;
}

const struct digest_function *digest_find_function(const struct digest *digest, const char *symbol)
{
	for (size_t i = 0; i < digest->function_count; i++)
		if (!strcmp(digest->functions[i].symbol, symbol))
			return &digest->functions[i];
	return NULL;
}

bool digest_is_like(const struct digest_variable *a, const struct digest_variable *b)
{
	if (!a->function != !b->function || (a->function && strcmp(a->function, b->function)))
		return false;
	return !strcmp(a->name, b->name);
}

struct digest_variable *digest_find_variable(const struct digest *digest,
					     const struct digest_variable *like)
{
	struct digest_variable *found = NULL;

	/* Of several in blocks of one function, the one that is the same is meant, if there is one. */
	for (size_t i = 0; i < digest->variable_count; i++) {
		struct digest_variable *variable = &digest->variables[i];

		if (!digest_is_like(variable, like))
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
		if (digest_is_like(&digest->variables[i], like))
			count++;
	return count;
}

const struct digest_structure *digest_find_structure(const struct digest *digest, const char *name)
{
	for (size_t i = 0; i < digest->structure_count; i++)
		if (!strcmp(digest->structures[i].name, name))
			return &digest->structures[i];
	return NULL;
}

const struct digest_member *digest_member_of(const struct digest *digest,
					     const struct digest_structure *structure, size_t i)
{
	return &digest->members[structure->first_member + i];
}

const char *digest_own_structure(const struct digest_structure *structure)
{
	static const char prefix[] = "variable ";

	return string_starts_with(structure->name, prefix) ? structure->name + strlen(prefix)
							   : NULL;
}
