/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files of the kernel's loadable modules. Comes in: the folder of debug files, and a module's name
 * or a source file's path. Goes out: paths of files.
 */
#include "kernel/module-file.h"

#include <fcntl.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/compressed-file.h"
#include "base/diag.h"
#include "elf/modinfo.h"

static const char *const compressions[] = { "", ".xz", ".gz", ".zst" };

void module_paths_free(struct module_paths *paths)
{
	free(paths->list);
	memset(paths, 0, sizeof(*paths));
}

void module_paths_add(struct module_paths *paths, const char *path)
{
	paths->list = array_grow(paths->list, paths->count, sizeof(*paths->list));
	paths->list[paths->count++] = path;
}

static int compare_paths(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void sort_paths(struct module_paths *paths)
{
	if (paths->count)
		qsort(paths->list, paths->count, sizeof(*paths->list), compare_paths);
}

const char *module_file_spell(const char *name, size_t length, struct arena *arena)
{
	char *copy = arena_strndup(arena, name, length);

	for (char *at = copy; *at; at++)
		if (*at == '-')
			*at = '_';
	return copy;
}

/* The length of FILE without the endings of a module's file, 0: it has not got these. */
static size_t stem_length(const char *file)
{
	size_t length = strlen(file);

	for (size_t i = 1; i < ARRAY_SIZE(compressions); i++)
		if (string_ends_with(file, compressions[i])) {
			length -= strlen(compressions[i]);
			break;
		}
	if (length > 6 && !memcmp(file + length - 6, ".debug", 6))
		length -= 6;
	return length > 3 && !memcmp(file + length - 3, ".ko", 3) ? length - 3 : 0;
}

/* What struct module starts with, after a list head and the like, which are zero in a file. */
static const char *this_module_name(const struct elf_file *file, struct arena *arena)
{
	size_t section = elf_file_find_section(file, ".gnu.linkonce.this_module");
	Elf_Data *data = section ? elf_file_raw_data(file, section) : NULL;
	const char *start, *end;

	if (!data || !data->d_buf)
		return NULL;
	start = data->d_buf;
	end = start + data->d_size;
	while (start < end && !*start)
		start++;
	return start < end && memchr(start, 0, (size_t)(end - start)) ? arena_strdup(arena, start)
								      : NULL;
}

const char *module_file_name(const struct elf_file *file, struct arena *arena)
{
	const char *name = modinfo_find(file, "name");

	if (!name)
		name = this_module_name(file, arena);
	return name ? module_file_spell(name, strlen(name), arena) : NULL;
}

/* A regular file, or a link to one. */
static bool is_file(const FTSENT *entry)
{
	struct stat status;

	return entry->fts_info == FTS_F ||
	       (entry->fts_info == FTS_SL && !stat(entry->fts_path, &status) &&
		S_ISREG(status.st_mode));
}

/* Which files of a folder. */
enum depth {
	OWN,   /* those in the folder itself */
	BELOW, /* those in the folders below it */
	OWN_AND_BELOW,
};

/* Calls USE for each module's file of FOLDER, leaving out the folder EXCEPT below it. */
static void each_file(const char *folder, const char *except, enum depth depth,
		      void (*use)(const char *path, void *context), void *context)
{
	char *const roots[] = { (char *)folder, NULL };
	FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_COMFOLLOW | FTS_NOCHDIR, NULL);
	FTSENT *entry;

	while (tree && (entry = fts_read(tree))) {
		if (entry->fts_info == FTS_D && entry->fts_level > 0 &&
		    (depth == OWN || (except && !strcmp(entry->fts_path, except))))
			fts_set(tree, entry, FTS_SKIP);
		else if (is_file(entry) && stem_length(entry->fts_name) &&
			 (depth != BELOW || entry->fts_level > 1))
			use(entry->fts_path, context);
	}
	if (tree)
		fts_close(tree);
}

/* A search by name; NULL: any. */
struct find {
	struct module_paths *paths;
	const char *name;
	struct arena *arena;
};

static void find_one(const char *path, void *context)
{
	struct find *find = context;
	const char *file = path_base(path);

	if (!find->name ||
	    !strcmp(module_file_spell(file, stem_length(file), find->arena), find->name))
		module_paths_add(find->paths, arena_strdup(find->arena, path));
}

void module_file_find(struct module_paths *paths, const char *root, const char *name,
		      struct arena *arena)
{
	struct find find = { paths, name, arena };

	memset(paths, 0, sizeof(*paths));
	each_file(root, NULL, OWN_AND_BELOW, find_one, &find);
	sort_paths(paths);
}

void module_file_list(struct module_paths *paths, const char *folder, struct arena *arena)
{
	struct find find = { paths, NULL, arena };

	memset(paths, 0, sizeof(*paths));
	each_file(folder, NULL, OWN, find_one, &find);
	sort_paths(paths);
}

/* STEM with the endings of an installed module; NULL: no such file. */
static const char *installed_file(const char *root, const char *stem, size_t length,
				  struct arena *arena)
{
	for (size_t i = 0; i < ARRAY_SIZE(compressions); i++) {
		const char *path = arena_printf(arena, "%s%.*s.ko%s", root, (int)length, stem,
						compressions[i]);

		if (!access(path, R_OK))
			return path;
	}
	return NULL;
}

/* DEBUG_DIR without slashes at its end. */
static const char *trim_folder(const char *debug_dir, struct arena *arena)
{
	size_t length = strlen(debug_dir);

	while (length > 1 && debug_dir[length - 1] == '/')
		length--;
	return arena_strndup(arena, debug_dir, length);
}

const char *module_file_system_root(const char *debug_dir, struct arena *arena)
{
	static const char usual[] = "/usr/lib/debug";

	debug_dir = trim_folder(debug_dir, arena);
	if (!string_ends_with(debug_dir, usual))
		return "";
	return arena_strndup(arena, debug_dir, strlen(debug_dir) - strlen(usual));
}

const char *module_file_installed(const char *path, const char *debug_dir, struct arena *arena)
{
	const char *root = module_file_system_root(debug_dir, arena), *found, *stem;
	size_t length;

	debug_dir = trim_folder(debug_dir, arena);
	length = strlen(debug_dir);
	if (strncmp(path, debug_dir, length) || path[length] != '/')
		return NULL;
	stem = path + length;
	length = strlen(stem) - strlen(path_base(stem)) + stem_length(path_base(stem));
	found = installed_file(root, stem, length, arena);
	return found ? found : installed_file("", stem, length, arena);
}

void module_search_start(struct module_search *search, const char *root, const char *source,
			 struct arena *arena)
{
	const char *slash = strrchr(source, '/');

	memset(search, 0, sizeof(*search));
	search->root = root;
	search->source = source;
	search->arena = arena;
	search->folder = arena_printf(arena, "%s/kernel%s%.*s", root, slash ? "/" : "",
				      slash ? (int)(slash - source) : 0, source);
}

/* Is TEXT, as a whole path or the end of one, among the strings in DATA? */
static bool has_path(const Elf_Data *data, const char *text)
{
	const char *start = data->d_buf, *at = start, *end = start + data->d_size;
	size_t length = strlen(text) + 1;

	while (at && (at = memmem(at, (size_t)(end - at), text, length))) {
		if (at == start || at[-1] == '/' || !at[-1])
			return true;
		at++;
	}
	return false;
}

/* Is one of NAMES the last component of a path among the strings in DATA? */
static bool has_any(const Elf_Data *data, const struct name_table *names)
{
	const char *at = data->d_buf, *end = at + data->d_size;

	while (at < end) {
		size_t length = strnlen(at, (size_t)(end - at));

		if (at + length == end)
			break;
		if (name_table_find(names, path_base(at)))
			return true;
		at += length + 1;
	}
	return false;
}

/* What is looked for in debug information, in one folder: TEXT, or any of NAMES where there are some. */
struct look {
	struct module_paths *paths;
	const char *text;
	const struct name_table *names;
	struct arena *arena;
};

/* Looks through the string tables of ELF's debug information: units' names, names of files. */
static bool elf_mentions(Elf *elf, const struct look *look)
{
	Elf_Scn *section = NULL;
	size_t names;

	if (elf_kind(elf) != ELF_K_ELF || elf_getshdrstrndx(elf, &names))
		return false;
	while ((section = elf_nextscn(elf, section))) {
		const char *name;
		Elf_Data *data;
		GElf_Shdr header;

		if (!gelf_getshdr(section, &header) || header.sh_type == SHT_NOBITS)
			continue;
		name = elf_strptr(elf, names, header.sh_name);
		if (!name ||
		    (!string_starts_with(name, ".debug_line") && strcmp(name, ".debug_str")))
			continue;
		if (header.sh_flags & SHF_COMPRESSED && elf_compress(section, 0, 0) < 0)
			continue;
		data = elf_rawdata(section, NULL);
		if (data && data->d_buf &&
		    (look->names ? has_any(data, look->names) : has_path(data, look->text)))
			return true;
	}
	return false;
}

static void look_into(const char *path, void *context)
{
	struct look *look = context;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool compressed;
	Elf *elf;

	if (look->names)
		diag_verbose("looking for files in %s", path);
	else
		diag_verbose("looking for '%s' in %s", look->text, path);
	if (fd >= 0)
		fd = compressed_file_open(fd, path, "the module's debug file", true, &compressed);
	if (fd < 0)
		return;
	elf_version(EV_CURRENT);
	elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
	if (elf && elf_mentions(elf, look))
		module_paths_add(look->paths, arena_strdup(look->arena, path));
	if (elf)
		elf_end(elf);
	close(fd);
}

static void look_everywhere(const char *root, struct look *look)
{
	memset(look->paths, 0, sizeof(*look->paths));
	each_file(root, NULL, OWN_AND_BELOW, look_into, look);
	sort_paths(look->paths);
}

void module_file_mentioning(struct module_paths *paths, const char *root, const char *name,
			    struct arena *arena)
{
	struct look look = { paths, name, NULL, arena };

	look_everywhere(root, &look);
}

void module_file_mentioning_any(struct module_paths *paths, const char *root,
				const struct name_table *names, struct arena *arena)
{
	struct look look = { paths, NULL, names, arena };

	look_everywhere(root, &look);
}

/* What is below the folder, then the folder above; the search ends above ROOT. */
static void go_on(struct module_search *search)
{
	char *slash;

	if (!search->searched && !search->below) {
		search->below = true;
		return;
	}
	search->below = false;
	search->searched = search->folder;
	if (!strcmp(search->folder, search->root)) {
		search->folder = NULL;
		return;
	}
	search->folder = arena_strdup(search->arena, search->folder);
	slash = strrchr(search->folder, '/');
	*slash = '\0';
}

bool module_search_next(struct module_search *search, struct module_paths *paths)
{
	struct look look = { paths, search->source, NULL, search->arena };

	memset(paths, 0, sizeof(*paths));
	if (!search->folder)
		return false;
	if (search->included)
		look.text = path_base(search->source);
	each_file(search->folder, search->searched,
		  search->below	     ? BELOW
		  : search->searched ? OWN_AND_BELOW
				     : OWN,
		  look_into, &look);
	sort_paths(paths);
	if (search->included)
		go_on(search);
	search->included = !search->included;
	return true;
}
