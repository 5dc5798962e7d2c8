/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The end of the memory. libelf, libdwarf and the C library forget some of what they had no memory for, and go on with
 * less: a prototype that nobody compares, a build ID that is not there. Here, whoever asks for memory that there is not,
 * and be it a library, ends the program, with a message.
 *
 * The next ones in line are the C library's functions, or those of a library that was loaded in their place.
 */
#include <dlfcn.h>
#include <stdlib.h>

#include "base/util.h"

/* AddressSanitizer has its own. */
#ifndef __SANITIZE_ADDRESS__

static void *next(const char *name)
{
	void *found = dlsym(RTLD_NEXT, name);

	if (!found)
		abort();
	return found;
}

/* Libraries ask for nothing as well. */
static void *checked(void *memory, size_t size)
{
	if (!memory && size)
		out_of_memory();
	return memory;
}

void *malloc(size_t size)
{
	static void *(*function)(size_t size);

	if (!function)
		function = next("malloc");
	return checked(function(size), size);
}

void *calloc(size_t count, size_t size)
{
	static void *(*function)(size_t count, size_t size);

	if (!function)
		function = next("calloc");
	return checked(function(count, size), count && size ? 1 : 0);
}

void *realloc(void *memory, size_t size)
{
	static void *(*function)(void *memory, size_t size);

	if (!function)
		function = next("realloc");
	return checked(function(memory, size), size);
}

#endif
