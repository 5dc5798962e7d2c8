/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A list of strings that grows, for what is collected and then sorted. Used by klp-plan's modes.
 */
#ifndef KLPMAKE_STRING_LIST_H
#define KLPMAKE_STRING_LIST_H

#include <stddef.h>
#include <stdio.h>

struct string_list {
	const char **list; /* from malloc; the strings are the caller's */
	size_t count;
};

void string_list_add(struct string_list *list, const char *text);
/* By the values of the bytes. */
void string_list_sort(struct string_list *list);
/* Sorts, and leaves of those that are equal one. */
void string_list_sort_unique(struct string_list *list);
/* A line for each. */
void string_list_print(const struct string_list *list, FILE *stream);
void string_list_free(struct string_list *list);

#endif
