/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is there of a kernel and what is missing. Comes in: where to look. Goes out: lines for klpmake, which adds what
 * is the machine's.
 */
#include "kernel/doctor.h"

#include <stdlib.h>
#include <string.h>

#include "base/file-tree.h"
#include "base/input-file.h"
#include "kernel/distribution.h"

struct doctor {
	struct packages packages;
	FILE *stream;
};

/* COMMAND, the distribution's, NULL: only the names of packages are known. */
static void report(const struct doctor *doctor, const char *what, const char *found,
		   const char *command, const char *package)
{
	if (found)
		fprintf(doctor->stream, "ok\t%s\t%s\n", what, found);
	else
		fprintf(doctor->stream, "missing\t%s\t%s%s\n", what,
			command ? "" : "install it, ", command ? command : package);
}

static const char *find_image(const struct places *places, const char *given)
{
	const char *path = given ? given : getenv("KLPMAKE_VMLINUX");

	if (!path)
		path = places_vmlinux(places);
	return path && input_file_is_readable(path) && !places_lack_debug_info(places, path) ? path : NULL;
}

/* Is PATH the name of a module's file, or of its debug file: X.ko, X.ko.debug, X.ko.xz? */
static bool is_module(const char *name)
{
	const char *ending = strstr(name, ".ko");

	return ending && (!ending[3] || ending[3] == '.');
}

static enum file_tree_step look_for_module(const struct file_tree_entry *entry, void *found)
{
	if (S_ISDIR(entry->status.st_mode) || !is_module(entry->name))
		return FILE_TREE_ON;
	*(bool *)found = true;
	return FILE_TREE_STOP;
}

/* The first folder that has one at least: a package has all of them, or is not installed. */
static const char *find_modules(const struct places *places)
{
	const char *const *roots = places_module_roots(places);
	bool found = false;

	for (; *roots; roots++) {
		file_tree_walk(*roots, false, look_for_module, &found);
		if (found)
			return *roots;
	}
	return NULL;
}

static const char *find_source(const struct places *places, const struct doctor_options *options,
			       const char *build)
{
	if (options->source)
		return input_file_is_readable(options->source) ? options->source : NULL;
	return places_source(places, build, options->versions, options->version_count);
}

void doctor_print(const struct places *places, const struct doctor_options *options, FILE *stream)
{
	struct doctor doctor = { .stream = stream };
	const char *build = places_build(places);

	distribution_packages(&doctor.packages, places->release,
			      options->version_count
				      ? options->versions[options->version_count - 1]
				      : NULL,
			      places->arena);
	report(&doctor, "build", build, doctor.packages.get_headers, doctor.packages.headers);
	report(&doctor, "vmlinux", find_image(places, options->vmlinux), doctor.packages.get_debug,
	       doctor.packages.debug);
	report(&doctor, "modules", find_modules(places), doctor.packages.get_debug,
	       doctor.packages.debug);
	report(&doctor, "source", find_source(places, options, build), doctor.packages.get_source,
	       doctor.packages.source);
}
