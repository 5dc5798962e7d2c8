/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The plan, in patch mode: what klp-plan says is to become of the functions and variables of a kernel source
 * file. Comes in: the file that it wrote, as klpmake-digest.h describes it, when the plugin is loaded. Goes out:
 * an entry for each symbol that carve.cc asks for. What no entry is for is new, or not in the kernel.
 */
#include "gcc-compat.h"
#include "plan.h"

#include "klpmake-digest.h"

/* One more than the longest line has: that it has too many is seen. */
#define MOST_FIELDS (PLAN_STATIC_COLUMNS + 1)

static const char *const record_words[] = PLAN_RECORD_WORDS;
static const char *const scope_words[] = PLAN_SCOPE_WORDS;

static vec<struct plan_entry> entries = vNULL;
static vec<struct plan_structure> structures = vNULL;
static bool is_there;

static struct plan_entry *add_entry(enum plan_action action, const char *symbol,
				    const char *function, const char *new_name)
{
	struct plan_entry entry = {};

	entry.action = action;
	entry.symbol = xstrdup(symbol);
	entry.function = function ? xstrdup(function) : NULL;
	entry.new_name = new_name ? xstrdup(new_name) : NULL;
	entries.safe_push(entry);
	return &entries.last();
}

static bool parse_replace(char **fields, unsigned int count)
{
	if (count != PLAN_REPLACE_COLUMNS)
		return false;
	add_entry(PLAN_ACTION_REPLACE, fields[PLAN_REPLACE_NAME], NULL,
		  fields[PLAN_REPLACE_SYMBOL]);
	return true;
}

static bool parse_scope(const char *word, enum plan_action *action)
{
	int scope = digest_word_place(scope_words, ARRAY_SIZE(scope_words), word);

	*action = scope == PLAN_LOCAL ? PLAN_ACTION_REFER_LOCAL : PLAN_ACTION_REFER_EXTERN;
	return scope >= 0;
}

static bool parse_function(char **fields, unsigned int count)
{
	enum plan_action action;

	if (count != PLAN_FUNCTION_COLUMNS || !parse_scope(fields[PLAN_FUNCTION_SCOPE], &action))
		return false;
	add_entry(action, fields[PLAN_FUNCTION_SYMBOL], NULL, NULL);
	return true;
}

static bool parse_variable(char **fields, unsigned int count)
{
	enum plan_action action;
	const char *function;

	if (count != PLAN_VARIABLE_COLUMNS || !parse_scope(fields[PLAN_VARIABLE_SCOPE], &action))
		return false;
	function = fields[PLAN_VARIABLE_FUNCTION];
	if (strcmp(function, DIGEST_NONE))
		add_entry(action, fields[PLAN_VARIABLE_NAME], function, NULL);
	else
		add_entry(action, fields[PLAN_VARIABLE_SYMBOL], NULL, NULL);
	return true;
}

/* False: TEXT is no number from 1. */
static bool parse_number(const char *text, unsigned int *number)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	*number = (unsigned int)value;
	return ISDIGIT(*text) && !*end && value && value == *number;
}

static bool parse_static(char **fields, unsigned int count)
{
	enum plan_action action;
	struct plan_entry *entry;
	unsigned int order, line;

	if (count != PLAN_STATIC_COLUMNS || !parse_scope(fields[PLAN_STATIC_SCOPE], &action) ||
	    !parse_number(fields[PLAN_STATIC_ORDER], &order) ||
	    !parse_number(fields[PLAN_STATIC_LINE], &line))
		return false;
	entry = add_entry(action, fields[PLAN_STATIC_NAME], fields[PLAN_STATIC_FUNCTION], NULL);
	entry->order = order;
	entry->line = line;
	return true;
}

static bool parse_structure(char **fields, unsigned int count)
{
	struct plan_structure structure = {};

	if (count != PLAN_STRUCTURE_COLUMNS ||
	    !parse_number(fields[PLAN_STRUCTURE_SIZE], &structure.size) ||
	    !parse_number(fields[PLAN_STRUCTURE_KERNEL_SIZE], &structure.kernel_size))
		return false;
	structure.name = xstrdup(fields[PLAN_STRUCTURE_NAME]);
	structure.kernel_name = xstrdup(fields[PLAN_STRUCTURE_KERNEL_NAME]);
	structures.safe_push(structure);
	return true;
}

static bool parse_line(char *line, bool *ended)
{
	char *fields[MOST_FIELDS] = {};
	unsigned int count = 0;

	for (char *at = line; at && count < MOST_FIELDS; count++) {
		fields[count] = at;
		at = strchr(at, '\t');
		if (at)
			*at++ = '\0';
	}
	switch (digest_word_place(record_words, ARRAY_SIZE(record_words), fields[0])) {
	case PLAN_REPLACE:
		return parse_replace(fields, count);
	case PLAN_FUNCTION:
		return parse_function(fields, count);
	case PLAN_VARIABLE:
		return parse_variable(fields, count);
	case PLAN_STATIC:
		return parse_static(fields, count);
	case PLAN_STRUCTURE:
		return parse_structure(fields, count);
	case PLAN_END:
		*ended = true;
		return true;
	default:
		return false;
	}
}

static bool is_first_line(const char *line)
{
	static const char start[] = KLPMAKE_PLAN_NAME "\t";

	return !strncmp(line, start, strlen(start)) &&
	       atoi(line + strlen(start)) == KLPMAKE_PLAN_VERSION;
}

void plan_read(const char *path)
{
	FILE *file = fopen(path, "r");
	char *line = NULL;
	size_t room = 0;
	ssize_t length;
	bool ended = false, good = true;
	int number = 0;

	if (!file)
		fatal_error(UNKNOWN_LOCATION, "cannot read the plan %qs: %m", path);
	while (good && (length = getline(&line, &room, file)) > 0) {
		if (line[length - 1] == '\n')
			line[length - 1] = '\0';
		if (!number++)
			good = is_first_line(line);
		else
			good = !ended && parse_line(line, &ended);
	}
	free(line);
	fclose(file);
	if (!good || !ended)
		fatal_error(UNKNOWN_LOCATION,
			    "%qs, line %d: not a plan of this version of klp-plan", path, number);
	is_there = true;
}

bool plan_is_there(void)
{
	return is_there;
}

const struct plan_entry *plan_find(const char *name)
{
	struct plan_entry *entry;
	unsigned int i;

	FOR_EACH_VEC_ELT(entries, i, entry)
	if (!strcmp(entry->symbol, name) && !entry->function) {
		entry->used = true;
		return entry;
	}
	return NULL;
}

const struct plan_entry *plan_find_static(const char *name, const char *function,
					  unsigned int order)
{
	struct plan_entry *entry;
	unsigned int i;

	FOR_EACH_VEC_ELT(entries, i, entry)
	if (!strcmp(entry->symbol, name) && entry->function && !strcmp(entry->function, function) &&
	    (!entry->order || entry->order == order)) {
		entry->used = true;
		return entry;
	}
	return NULL;
}

const struct plan_structure *plan_find_structure(const char *name, unsigned HOST_WIDE_INT size)
{
	struct plan_structure *structure;
	unsigned int i;

	FOR_EACH_VEC_ELT(structures, i, structure)
	if (!strcmp(structure->name, name) && structure->size == size)
		return structure;
	return NULL;
}

/* The plan was made from a digest of this very file. */
void plan_check_used(void)
{
	struct plan_entry *entry;
	unsigned int i;

	FOR_EACH_VEC_ELT(entries, i, entry)
	if (!entry->used && entry->action == PLAN_ACTION_REPLACE)
		error("the plan replaces %qs, which this file does not define", entry->symbol);
}
