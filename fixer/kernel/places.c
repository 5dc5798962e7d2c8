/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where distributions have a kernel's files. Comes in: a release, and where to begin. Goes out: paths of what is there.
 *
 *	Debian, Ubuntu		/usr/lib/debug/boot/vmlinux-R, /usr/src/linux-headers-R, /usr/src/linux-source-V.tar.xz
 *	Debian from Linux 7	/usr/lib/debug/lib/modules/R/vmlinux
 *	Fedora, RHEL, openEuler, Amazon
 *				/usr/lib/debug/[usr/]lib/modules/R/vmlinux, /usr/src/kernels/R,
 *				~/rpmbuild/BUILD/kernel-V/linux-R
 *	SUSE			/usr/lib/debug/boot/vmlinux-R.debug or /usr/lib/debug/usr/lib/modules/R/vmlinux.debug,
 *				/usr/src/linux-V-obj/ARCH/FLAVOUR, /usr/src/linux-V
 */
#include "kernel/places.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/file-tree.h"
#include "base/input-file.h"
#include "dwarf/dwarf-file.h"
#include "kernel/distribution.h"

const char *const places_compressions[PLACES_COMPRESSIONS] = { "", ".xz", ".zst", ".gz" };

static const char *running_release(struct arena *arena)
{
	struct utsname name;

	return uname(&name) ? "unknown" : arena_strdup(arena, name.release);
}

static const char *without_slash(const char *path, struct arena *arena)
{
	size_t length = strlen(path);

	while (length && path[length - 1] == '/')
		length--;
	return arena_strndup(arena, path, length);
}

void places_set(struct places *places, const char *root, const char *debug_dir, const char *release,
		struct arena *arena)
{
	if (!root)
		root = getenv("KLPMAKE_ROOT");
	places->arena = arena;
	places->build = NULL;
	places->root = without_slash(root ? root : "", arena);
	places->debug_dir = debug_dir ? without_slash(debug_dir, arena)
				      : arena_printf(arena, "%s" PLACES_DEBUG_DIR, places->root);
	places->release = release ? release : running_release(arena);
}

/* PATH, or PATH with the ending of a compressed file; NULL: no such file can be read. */
static const char *readable(const struct places *places, const char *path)
{
	for (size_t i = 0; i < PLACES_COMPRESSIONS; i++) {
		const char *file =
			arena_printf(places->arena, "%s%s", path, places_compressions[i]);

		if (input_file_is_readable(file))
			return file;
	}
	return NULL;
}

#define VMLINUX_PLACES 8
#define BUILD_VMLINUX  6 /* from here on in the build folder */

/* PATHS become those at which the image may be. */
static void list_vmlinux(const struct places *places, const char *paths[VMLINUX_PLACES])
{
	const char *debug = places->debug_dir, *root = places->root, *release = places->release;
	struct arena *arena = places->arena;

	paths[0] = arena_printf(arena, "%s/boot/vmlinux-%s", debug, release);
	paths[1] = arena_printf(arena, "%s/lib/modules/%s/vmlinux", debug, release);
	paths[2] = arena_printf(arena, "%s/usr/lib/modules/%s/vmlinux", debug, release);
	paths[3] = arena_printf(arena, "%s/boot/vmlinux-%s.debug", debug, release);
	paths[4] = arena_printf(arena, "%s/lib/modules/%s/vmlinux.debug", debug, release);
	paths[5] = arena_printf(arena, "%s/usr/lib/modules/%s/vmlinux.debug", debug, release);
	paths[6] = arena_printf(arena, "%s/lib/modules/%s/build/vmlinux", root, release);
	paths[7] = arena_printf(arena, "%s/usr/lib/modules/%s/build/vmlinux", root, release);
}

/*
 * Debian's headers have such an image, for BTF. What cannot be read is not taken for one: whoever opens it says why.
 */
bool places_lack_debug_info(const struct places *places, const char *path)
{
	int fd = input_file_open(path);
	bool lacks = false;
	const char *id;
	Elf *elf;

	if (fd < 0)
		return false;
	elf_version(EV_CURRENT);
	elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
	if (elf_kind(elf) == ELF_K_ELF && !dwarf_file_is_in(elf)) {
		id = elf_build_id(elf, places->arena);
		lacks = !id || !places_build_id(places, id);
	}
	elf_end(elf);
	close(fd);
	return lacks;
}

const char *places_vmlinux(const struct places *places)
{
	const char *paths[VMLINUX_PLACES];

	list_vmlinux(places, paths);
	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		const char *found = readable(places, paths[i]);

		if (found && (i < BUILD_VMLINUX || !places_lack_debug_info(places, found)))
			return found;
	}
	return NULL;
}

void places_report_no_vmlinux(const struct places *places, const char *reason)
{
	const char *paths[VMLINUX_PLACES];
	struct packages packages;

	list_vmlinux(places, paths);
	distribution_packages(&packages, places->release, NULL, places->arena);
	diag_system(NULL, "no vmlinux with debug information found for kernel %s", places->release);
	for (size_t i = 0; i < ARRAY_SIZE(paths); i++)
		diag_note(NULL, "%s: %s",
			  readable(places, paths[i]) ? "without debug information" : "not there",
			  paths[i]);
	if (reason)
		diag_note(NULL, "not fetched: %s", reason);
	diag_note(NULL, "install it (%s) or give its path with -v or in KLPMAKE_VMLINUX",
		  packages.debug);
}

const char *places_installed_vmlinux(const struct places *places)
{
	const char *root = places->root, *release = places->release, *found = NULL;
	struct arena *arena = places->arena;
	const char *const paths[] = {
		arena_printf(arena, "%s/boot/vmlinux-%s", root, release),
		arena_printf(arena, "%s/lib/modules/%s/vmlinux", root, release),
		arena_printf(arena, "%s/usr/lib/modules/%s/vmlinux", root, release),
	};

	for (size_t i = 0; i < ARRAY_SIZE(paths) && !found; i++)
		found = readable(places, paths[i]);
	return found;
}

const char *places_build_id(const struct places *places, const char *build_id)
{
	if (strlen(build_id) < 3)
		return NULL;
	return readable(places, arena_printf(places->arena, "%s/.build-id/%.2s/%s.debug",
					     places->debug_dir, build_id, build_id + 2));
}

/* Are both the same folder, one of them by way of a symbolic link? */
static bool is_same_folder(const char *path, const char *other)
{
	struct stat status, other_status;

	return input_file_status(path, &status) && input_file_status(other, &other_status) &&
	       status.st_dev == other_status.st_dev && status.st_ino == other_status.st_ino;
}

static bool is_folder(const char *path)
{
	struct stat status;

	return input_file_status(path, &status) && S_ISDIR(status.st_mode);
}

/* What stands before the modules' folder, in the debug folder as in the root. */
static const char *const module_prefixes[] = { "/lib/modules", "/usr/lib/modules" };

const char *const *places_module_roots(const struct places *places)
{
	const char **roots =
		arena_alloc(places->arena, (ARRAY_SIZE(module_prefixes) + 1) * sizeof(*roots));
	const char *paths[ARRAY_SIZE(module_prefixes)];
	size_t count = 0;

	for (size_t i = 0; i < ARRAY_SIZE(module_prefixes); i++) {
		paths[i] = arena_printf(places->arena, "%s%s/%s", places->debug_dir,
					module_prefixes[i], places->release);
		if (is_folder(paths[i]) && !(count && is_same_folder(roots[0], paths[i])))
			roots[count++] = paths[i];
	}
	if (!count)
		roots[0] = paths[0];
	return roots;
}

const char *places_describe(const struct places *places, const char *const *roots)
{
	const char *text = roots[0];

	while (*++roots)
		text = arena_printf(places->arena, "%s, %s", text, *roots);
	return text;
}

/* The roots of the systems that the debug folder may be of. */
static void list_systems(const struct places *places, const char *roots[2])
{
	size_t length = strlen(places->debug_dir);

	roots[0] = roots[1] = places->root;
	if (string_ends_with(places->debug_dir, PLACES_DEBUG_DIR))
		roots[0] = arena_strndup(places->arena, places->debug_dir,
					 length - strlen(PLACES_DEBUG_DIR));
}

const char *const *places_boot_images(const struct places *places)
{
	const char **paths = arena_alloc(places->arena, 7 * sizeof(*paths));
	const char *roots[2], *release = places->release;
	size_t count = 0;

	list_systems(places, roots);
	for (size_t i = 0; i < ARRAY_SIZE(roots); i++) {
		const char *const candidates[] = {
			arena_printf(places->arena, "%s/boot/vmlinuz-%s", roots[i], release),
			arena_printf(places->arena, "%s/lib/modules/%s/vmlinuz", roots[i], release),
			arena_printf(places->arena, "%s/usr/lib/modules/%s/vmlinuz", roots[i],
				     release),
		};

		for (size_t j = 0; j < ARRAY_SIZE(candidates); j++)
			if (input_file_is_readable(candidates[j]))
				paths[count++] = candidates[j];
	}
	return paths;
}

const char *places_installed_modules(const struct places *places)
{
	const char *roots[2];

	list_systems(places, roots);
	for (size_t i = 0; i < ARRAY_SIZE(roots); i++)
		for (size_t j = 0; j < ARRAY_SIZE(module_prefixes); j++) {
			const char *path = arena_printf(places->arena, "%s%s/%s", roots[i],
							module_prefixes[j], places->release);

			if (is_folder(arena_printf(places->arena, "%s/kernel", path)))
				return path;
		}
	return NULL;
}

const char *places_installed_module(const struct places *places, const char *path, size_t stem)
{
	size_t debug = strlen(places->debug_dir);
	const char *roots[2], *found = NULL;

	if (strncmp(path, places->debug_dir, debug) || path[debug] != '/' || stem < debug)
		return NULL;
	list_systems(places, roots);
	path += debug;
	stem -= debug;
	for (size_t i = 0; i < ARRAY_SIZE(module_prefixes); i++) {
		size_t prefix = strlen(module_prefixes[i]);

		if (strncmp(path, module_prefixes[i], prefix) || path[prefix] != '/')
			continue;
		path += prefix;
		stem -= prefix;
		break;
	}
	for (size_t i = 0; i < ARRAY_SIZE(roots) && !found; i++)
		for (size_t j = 0; j < ARRAY_SIZE(module_prefixes) && !found; j++)
			found = readable(places,
					 arena_printf(places->arena, "%s%s%.*s.ko", roots[i],
						      module_prefixes[j], (int)stem, path));
	return found;
}

/* Where a link leads that is meant for a system whose root is ROOT; PATH itself if it is none, or a relative one. */
static const char *follow(const struct places *places, const char *path)
{
	char target[4096];
	ssize_t length = *places->root ? readlink(path, target, sizeof(target) - 1) : -1;

	if (length < 0 && *places->root && errno != EINVAL)
		input_file_check_absent(path);
	if (length <= 0)
		return path;
	target[length] = '\0';
	return *target == '/' ? arena_printf(places->arena, "%s%s", places->root, target) : path;
}

static bool has_file(const struct places *places, const char *folder, const char *file)
{
	return input_file_is_readable(arena_printf(places->arena, "%s/%s", folder, file));
}

/*
 * The first path FOLDER/NAME/REST that has FILE in it, in the order of the names; NULL: none. NAME begins with PREFIX;
 * where LEVELS is 2, it is two such names, a folder and one in it.
 */
static const char *first_match(const struct places *places, const char *folder, const char *prefix,
			       int levels, const char *rest, const char *file)
{
	const char *found = NULL;
	struct file_names names;

	file_names_read(&names, folder);
	for (size_t i = 0; i < names.count && !found; i++) {
		const char *path = arena_printf(places->arena, "%s/%s", folder, names.list[i]);
		const char *last = arena_printf(places->arena, "%s/%s", path, rest);

		if (!string_starts_with(names.list[i], prefix))
			continue;
		if (levels > 1)
			found = first_match(places, path, prefix, levels - 1, rest, file);
		else if (has_file(places, last, file))
			found = last;
	}
	file_names_free(&names);
	return found;
}

const char *places_build(const struct places *places)
{
	const char *root = places->root, *release = places->release;
	int plain = (int)distribution_plain_length(release);
	struct arena *arena = places->arena;
	const char *const paths[] = {
		follow(places, arena_printf(arena, "%s/lib/modules/%s/build", root, release)),
		follow(places, arena_printf(arena, "%s/usr/lib/modules/%s/build", root, release)),
		arena_printf(arena, "%s/usr/src/linux-headers-%s", root, release),
		arena_printf(arena, "%s/usr/src/kernels/%s", root, release),
	};

	if (places->build)
		return has_file(places, places->build, "Makefile") ? places->build : NULL;
	for (size_t i = 0; i < ARRAY_SIZE(paths); i++)
		if (has_file(places, paths[i], "Makefile"))
			return paths[i];
	if (!release[plain])
		return NULL;
	/* Of the architectures' folders, there is but one: that of the package that is installed. */
	return first_match(places,
			   arena_printf(arena, "%s/usr/src/linux-%.*s-obj", root, plain, release),
			   "", 1, release + plain + 1, "Makefile");
}

const char *places_need_build(const struct places *places)
{
	const char *found = places_build(places);
	struct packages packages;

	if (found)
		return found;
	if (places->build) {
		diag_system(NULL, "'%s' is no build folder of a kernel: it has no Makefile",
			    places->build);
		return NULL;
	}
	distribution_packages(&packages, places->release, NULL, places->arena);
	diag_system(NULL, "no build folder of kernel %s: '%s/lib/modules/%s/build' has no Makefile",
		    places->release, places->root, places->release);
	diag_note(NULL, "install it (%s) or give it with -b", packages.headers);
	return NULL;
}

/* Packages with headers leave out what is no header, and have the Makefile. */
#define SOURCE_FILE "init/main.c"

/* The source whose folder is called by the release: it is the kernel's own. */
static const char *source_of_release(const struct places *places, const char *sources)
{
	const char *release = places->release, *home = getenv("HOME"), *build, *name, *found = NULL;
	size_t length = strcspn(release, "+");
	struct arena *arena = places->arena;
	const char *const paths[] = {
		arena_printf(arena, "%s/linux-%.*s", sources, (int)length, release),
		arena_printf(arena, "%s/linux-%.*s", sources,
			     (int)distribution_plain_length(release), release),
	};

	for (size_t i = 0; i < ARRAY_SIZE(paths); i++)
		if (has_file(places, paths[i], SOURCE_FILE))
			return paths[i];
	if (!home)
		return NULL;
	build = arena_printf(arena, "%s/rpmbuild/BUILD", home);
	name = arena_printf(arena, "linux-%.*s", (int)length, release);
	/* RPM 4.20 has a folder more. */
	for (int levels = 1; levels <= 2 && !found; levels++)
		found = first_match(places, build, "kernel", levels, name, SOURCE_FILE);
	return found;
}

/* The source from which the kernel was built here, or which its package left a link to. */
static const char *source_of_build(const struct places *places, const char *build)
{
	struct arena *arena = places->arena;
	const char *const paths[] = {
		follow(places, arena_printf(arena, "%s/source", build)),
		follow(places, arena_printf(arena, "%s/lib/modules/%s/source", places->root,
					    places->release)),
		build,
	};

	for (size_t i = 0; i < ARRAY_SIZE(paths); i++)
		if (has_file(places, paths[i], SOURCE_FILE))
			return paths[i];
	return NULL;
}

/* A package of sources, unpacked, packed, or packed in a folder of its own, as Ubuntu has it. */
static const char *source_package(const struct places *places, const char *sources,
				  const char *version)
{
	static const char *const kinds[] = { "bz2", "gz", "xz", "zst" };
	const char *folder = arena_printf(places->arena, "%s/linux-source-%s", sources, version);
	const char *const bases[] = {
		folder,
		arena_printf(places->arena, "%s/linux-source-%s", folder, version),
	};

	if (has_file(places, folder, "Makefile"))
		return folder;
	for (size_t i = 0; i < ARRAY_SIZE(bases); i++)
		for (size_t j = 0; j < ARRAY_SIZE(kinds); j++) {
			const char *path =
				arena_printf(places->arena, "%s.tar.%s", bases[i], kinds[j]);

			if (input_file_is_there(path))
				return path;
		}
	return NULL;
}

static const char *source_folder(const struct places *places)
{
	const char *sources = getenv("KLPMAKE_SOURCES");

	return sources ? sources : arena_printf(places->arena, "%s/usr/src", places->root);
}

const char *places_source(const struct places *places, const char *build, char *const *versions,
			  size_t count)
{
	const char *sources = source_folder(places);
	const char *found = source_of_release(places, sources);

	if (!found && build)
		found = source_of_build(places, build);
	for (size_t i = 0; i < count && !found; i++)
		found = source_package(places, sources, versions[i]);
	return found;
}

const char *places_need_source(const struct places *places, const char *build,
			       char *const *versions, size_t count)
{
	const char *found = places_source(places, build, versions, count);
	struct packages packages;

	if (found)
		return found;
	distribution_packages(&packages, places->release, count ? versions[count - 1] : NULL,
			      places->arena);
	diag_system(NULL, "the source of kernel %s is missing: there is none of it in '%s'",
		    places->release, source_folder(places));
	diag_note(NULL, "install it (%s) or give it, a folder or a tarball, with -s",
		  packages.source);
	return NULL;
}
