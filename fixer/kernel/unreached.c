/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which functions does nobody run any more? Comes in: klp-plan's list. Goes out: yes or no.
 *
 *	static int check(int x)			replaced, and inlined into
 *	static inline long body(int x)		this, which has no ftrace site; it is called by
 *	long sys_one(int x)			this, which is replaced
 */
#include "kernel/unreached.h"

#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/text-file.h"

static int read_line(struct unreached *unreached, char *line, const struct diag_place *place)
{
	char *tab = strchr(line, '\t');

	if (!tab || tab == line || !tab[1] || strchr(tab + 1, '\t')) {
		diag_error(place, "format",
			   "not a line of functions that nobody runs: SOURCE, a tab, FUNCTION");
		return -1;
	}
	*tab = '\0';
	unreached->list = array_grow(unreached->list, unreached->count, sizeof(*unreached->list));
	unreached->list[unreached->count++] = (struct unreached_function){ line, tab + 1 };
	return 0;
}

int unreached_read(struct unreached *unreached, const char *path, struct arena *arena)
{
	struct diag_place place = { path, 0 };
	size_t size;
	char *text = text_file_read(path, &size, arena), *end;

	if (!text)
		return -1;
	for (; *text; text = end + 1) {
		end = strchr(text, '\n');
		place.line++;
		if (!end) {
			diag_error(&place, "format", "half a line");
			return -1;
		}
		*end = '\0';
		if (read_line(unreached, text, &place))
			return -1;
	}
	return 0;
}

void unreached_free(struct unreached *unreached)
{
	free(unreached->list);
}

bool unreached_has(const struct unreached *unreached, const struct dwarf_unit *unit,
		   const char *name)
{
	for (size_t i = 0; i < unreached->count; i++)
		if (!strcmp(unreached->list[i].name, name) &&
		    dwarf_path_matches(unit->name, unit->comp_dir, unreached->list[i].source))
			return true;
	return false;
}
