/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A list of strings that grows.
 */
#include "base/string-list.h"

#include <stdlib.h>
#include <string.h>

#include "base/util.h"

void string_list_add(struct string_list *list, const char *text)
{
	list->list = array_grow(list->list, list->count, sizeof(*list->list));
	list->list[list->count++] = text;
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void string_list_sort(struct string_list *list)
{
	if (list->count)
		qsort(list->list, list->count, sizeof(*list->list), compare);
}

void string_list_sort_unique(struct string_list *list)
{
	size_t kept = 0;

	string_list_sort(list);
	for (size_t i = 0; i < list->count; i++)
		if (!i || strcmp(list->list[i], list->list[kept - 1]))
			list->list[kept++] = list->list[i];
	list->count = kept;
}

void string_list_print(const struct string_list *list, FILE *stream)
{
	for (size_t i = 0; i < list->count; i++)
		fprintf(stream, "%s\n", list->list[i]);
}

void string_list_free(struct string_list *list)
{
	free(list->list);
	memset(list, 0, sizeof(*list));
}
