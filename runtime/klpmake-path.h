/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Paths that have to stay below the folder that they are relative to: a tag's, from the root of the kernel
 * source, and those that a diff names. For the plugin and for klp-fixer and klp-plan, which differ in what they
 * say of a path that does not.
 */
#ifndef KLPMAKE_PATH_H
#define KLPMAKE_PATH_H

#include <stddef.h>
#include <string.h>

/*
 * The next component of *PATH, without the slashes around it, and its length in bytes in *LENGTH: it is not
 * terminated. *PATH is moved behind it. NULL: there is none left.
 */
static inline const char *klp_path_next(const char **path, size_t *length)
{
	const char *component = *path + strspn(*path, "/");

	*length = strcspn(component, "/");
	*path = component + *length;
	return *length ? component : NULL;
}

/* What is wrong with a path; of several flaws, the first in this list. */
enum klp_path_flaw {
	KLP_PATH_FINE,
	KLP_PATH_EMPTY,
	KLP_PATH_ABSOLUTE,
	KLP_PATH_UP,	  /* ".." is a component: it may lead out */
	KLP_PATH_DOUBLED, /* a second slash behind one: harmless, but one file then has two names */
};

static inline enum klp_path_flaw klp_path_flaw(const char *path)
{
	const char *at = path, *component;
	size_t length;

	if (!*path)
		return KLP_PATH_EMPTY;
	if (*path == '/')
		return KLP_PATH_ABSOLUTE;
	while ((component = klp_path_next(&at, &length)))
		if (length == 2 && !memcmp(component, "..", 2))
			return KLP_PATH_UP;
	return strstr(path, "//") ? KLP_PATH_DOUBLED : KLP_PATH_FINE;
}

#endif
