/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is wrong with a patch, kept until all of it is known: the lines of a patch are not judged in their order.
 * Used by diff.c and applied.c.
 */
#ifndef KLPMAKE_PATCH_PROBLEMS_H
#define KLPMAKE_PATCH_PROBLEMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct patch_problem {
	unsigned int line; /* of the patch */
	bool is_warning;
	const char *class, *text; /* as those of diag_error() */
};

struct patch_problems {
	struct patch_problem *list; /* from malloc */
	size_t count;
};

/* CLASS and TEXT stay the caller's. */
void patch_problems_add(struct patch_problems *problems, unsigned int line, const char *class,
			const char *text);
void patch_problems_add_warning(struct patch_problems *problems, unsigned int line,
				const char *class, const char *text);
/* Writes a line "LINE<tab>CLASS<tab>TEXT" for each, in the order of the lines; none are left. */
void patch_problems_write(struct patch_problems *problems, FILE *stream);
/* Reports those of PATCH in the order of its lines; none are left. */
void patch_problems_report(struct patch_problems *problems, const char *patch);

#endif
