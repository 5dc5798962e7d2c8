/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is wrong with a patch. Comes in: problems in any order. Goes out: messages in the order of the lines.
 */
#include "plan/patch-problems.h"

#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/util.h"

static void add(struct patch_problems *problems, const struct patch_problem *problem)
{
	size_t at = problems->count;

	problems->list = array_grow(problems->list, problems->count, sizeof(*problems->list));
	problems->count++;
	/* Most come in order. */
	for (; at && problems->list[at - 1].line > problem->line; at--)
		problems->list[at] = problems->list[at - 1];
	problems->list[at] = *problem;
}

void patch_problems_add(struct patch_problems *problems, unsigned int line, const char *class,
			const char *text)
{
	add(problems, &(struct patch_problem){ line, false, class, text });
}

void patch_problems_add_warning(struct patch_problems *problems, unsigned int line,
				const char *class, const char *text)
{
	add(problems, &(struct patch_problem){ line, true, class, text });
}

static void clear(struct patch_problems *problems)
{
	free(problems->list);
	memset(problems, 0, sizeof(*problems));
}

void patch_problems_write(struct patch_problems *problems, FILE *stream)
{
	for (size_t i = 0; i < problems->count; i++)
		fprintf(stream, "%u\t%s\t%s\n", problems->list[i].line, problems->list[i].class,
			problems->list[i].text);
	clear(problems);
}

void patch_problems_report(struct patch_problems *problems, const char *patch)
{
	for (size_t i = 0; i < problems->count; i++) {
		const struct patch_problem *problem = &problems->list[i];
		struct diag_place place = { patch, problem->line };

		if (problem->is_warning)
			diag_warning(&place, problem->class, "%s", problem->text);
		else
			diag_error(&place, problem->class, "%s", problem->text);
	}
	clear(problems);
}
