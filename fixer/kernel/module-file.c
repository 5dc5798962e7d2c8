/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files of the kernel's loadable modules. Comes in: the folder of debug files, and a module's name
 * or a source file's path. Goes out: paths of files.
 */
#include "kernel/module-file.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/compressed-file.h"
#include "base/diag.h"
#include "base/file-tree.h"
#include "base/input-file.h"
#include "elf/modinfo.h"

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

	for (size_t i = 1; i < PLACES_COMPRESSIONS; i++)
		if (string_ends_with(file, places_compressions[i])) {
			length -= strlen(places_compressions[i]);
			break;
		}
	if (length > 6 && !memcmp(file + length - 6, ".debug", 6))
		length -= 6;
	return length > 3 && !memcmp(file + length - 3, ".ko", 3) ? length - 3 : 0;
}

/* struct module starts with the name, but for a list head and the like, which are zero in a file. */
size_t module_file_name_place(const struct elf_file *file, uint64_t *offset)
{
	size_t section = elf_file_find_section(file, MODULE_SECTION), length;
	Elf_Data *data = section ? elf_file_raw_data(file, section) : NULL;
	const char *bytes = data ? data->d_buf : NULL;

	if (!bytes)
		return 0;
	for (*offset = 0; *offset < data->d_size && !bytes[*offset]; ++*offset)
		;
	if (!range_is_within(*offset, MODULE_NAME_SIZE, data->d_size) || !bytes[*offset])
		return 0;
	bytes += *offset;
	for (length = strnlen(bytes, MODULE_NAME_SIZE); length < MODULE_NAME_SIZE; length++)
		if (bytes[length])
			return 0;
	return bytes[MODULE_NAME_SIZE - 1] ? 0 : section;
}

static const char *this_module_name(const struct elf_file *file, struct arena *arena)
{
	uint64_t offset;
	size_t section = module_file_name_place(file, &offset);

	if (!section)
		return NULL;
	return arena_strdup(arena, (const char *)elf_file_raw_data(file, section)->d_buf + offset);
}

const char *module_file_name(const struct elf_file *file, struct arena *arena)
{
	const char *name = modinfo_find(file, "name");

	if (!name)
		name = this_module_name(file, arena);
	return name ? module_file_spell(name, strlen(name), arena) : NULL;
}

bool module_file_is_complete(const struct elf_file *file)
{
	return elf_file_find_section(file, MODULE_SECTION);
}

const char *module_file_release(const struct elf_file *file, struct arena *arena)
{
	const char *vermagic = modinfo_find(file, "vermagic");

	return vermagic ? arena_strndup(arena, vermagic, strcspn(vermagic, " ")) : NULL;
}

/* A regular file, or a link to one. */
static bool is_file(const struct file_tree_entry *entry)
{
	struct stat status;

	return S_ISREG(entry->status.st_mode) ||
	       (S_ISLNK(entry->status.st_mode) && input_file_status(entry->path, &status) &&
		S_ISREG(status.st_mode));
}

/* Which files of a folder. */
enum depth {
	OWN,   /* those in the folder itself */
	BELOW, /* those in the folders below it */
	OWN_AND_BELOW,
};

/* What is walked through. */
struct walk {
	const char *const *roots;
	const char *folder; /* of each root; "" for the root itself */
	const char *except; /* a folder that is left out, likewise; NULL: none */
	enum depth depth;
	struct arena *arena;
};

/* FOLDER of each root; the last one is NULL. */
static char **in_roots(const struct walk *walk, const char *folder)
{
	size_t count = 0;
	char **paths;

	while (walk->roots[count])
		count++;
	paths = arena_alloc(walk->arena, (count + 1) * sizeof(*paths));
	for (size_t i = 0; i < count; i++)
		paths[i] = arena_printf(walk->arena, "%s%s%s", walk->roots[i], *folder ? "/" : "",
					folder);
	return paths;
}

static bool is_among(const char *path, char *const *paths)
{
	while (paths && *paths && strcmp(path, *paths))
		paths++;
	return paths && *paths;
}

/* What is called for each module's file. */
typedef void use_file(const char *path, void *context);

struct walker {
	const struct walk *walk;
	char **left_out;
	use_file *use;
	void *context;
};

static enum file_tree_step walk_entry(const struct file_tree_entry *entry, void *context)
{
	const struct walker *walker = context;
	enum depth depth = walker->walk->depth;

	if (S_ISDIR(entry->status.st_mode))
		return depth == OWN || is_among(entry->path, walker->left_out) ? FILE_TREE_SKIP
									       : FILE_TREE_ON;
	if (is_file(entry) && stem_length(entry->name) && (depth != BELOW || entry->depth > 1))
		walker->use(entry->path, walker->context);
	return FILE_TREE_ON;
}

static void each_file(const struct walk *walk, use_file *use, void *context)
{
	struct walker walker = { walk, walk->except ? in_roots(walk, walk->except) : NULL, use,
				 context };

	for (char **root = in_roots(walk, walk->folder); *root; root++)
		file_tree_walk(*root, false, walk_entry, &walker);
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

void module_file_find(struct module_paths *paths, const char *const *roots, const char *name,
		      struct arena *arena)
{
	struct walk all = { roots, "", NULL, OWN_AND_BELOW, arena };
	struct find find = { paths, name, arena };

	memset(paths, 0, sizeof(*paths));
	each_file(&all, find_one, &find);
	sort_paths(paths);
}

void module_file_list(struct module_paths *paths, const char *folder, struct arena *arena)
{
	const char *const roots[] = { folder, NULL };
	struct walk own = { roots, "", NULL, OWN, arena };
	struct find find = { paths, NULL, arena };

	memset(paths, 0, sizeof(*paths));
	each_file(&own, find_one, &find);
	sort_paths(paths);
}

const char *module_file_installed(const char *path, const struct places *places)
{
	const char *file = path_base(path);

	return places_installed_module(places, path, (size_t)(file - path) + stem_length(file));
}

void module_search_start(struct module_search *search, const char *const *roots, const char *source,
			 struct arena *arena)
{
	const char *slash = strrchr(source, '/');
	size_t length = slash ? (size_t)(slash - source) : 0;

	/* No folder has such a name; its parents are looked into one by one. */
	while (length > PATH_MAX)
		while (length && source[--length] != '/')
			;
	memset(search, 0, sizeof(*search));
	search->roots = roots;
	search->source = source;
	search->arena = arena;
	search->folder =
		arena_printf(arena, "kernel%s%.*s", length ? "/" : "", (int)length, source);
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
		const char *name, *reason;
		Elf_Data *data;
		GElf_Shdr header;

		if (!gelf_getshdr(section, &header) || header.sh_type == SHT_NOBITS)
			continue;
		name = elf_strptr(elf, names, header.sh_name);
		if (!name ||
		    (!string_starts_with(name, ".debug_line") && strcmp(name, ".debug_str")))
			continue;
		if (elf_decompress(section, name, &header, &reason) < 0)
			continue;
		data = elf_rawdata(section, NULL);
		if (!data)
			memory_check();
		if (data && data->d_buf &&
		    (look->names ? has_any(data, look->names) : has_path(data, look->text)))
			return true;
	}
	return false;
}

static void look_into(const char *path, void *context)
{
	struct look *look = context;
	int fd = input_file_open(path);
	bool compressed;
	Elf *elf;

	if (fd == INPUT_FILE_FAILED)
		input_file_check_absent(path);
	if (look->names)
		diag_verbose("looking for files in %s", path);
	else
		diag_verbose("looking for '%s' in %s", look->text, path);
	if (fd >= 0)
		fd = compressed_file_open(fd, path, "the module's debug file", true, &compressed);
	if (fd < 0)
		return;
	elf_version(EV_CURRENT);
	errno = 0;
	elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
	if (!elf)
		memory_check();
	if (elf && elf_mentions(elf, look))
		module_paths_add(look->paths, arena_strdup(look->arena, path));
	if (elf)
		elf_end(elf);
	close(fd);
}

static void look_everywhere(const char *const *roots, struct look *look)
{
	struct walk all = { roots, "", NULL, OWN_AND_BELOW, look->arena };

	memset(look->paths, 0, sizeof(*look->paths));
	each_file(&all, look_into, look);
	sort_paths(look->paths);
}

void module_file_mentioning(struct module_paths *paths, const char *const *roots, const char *name,
			    struct arena *arena)
{
	struct look look = { paths, name, NULL, arena };

	look_everywhere(roots, &look);
}

void module_file_mentioning_any(struct module_paths *paths, const char *const *roots,
				const struct name_table *names, struct arena *arena)
{
	struct look look = { paths, NULL, names, arena };

	look_everywhere(roots, &look);
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
	if (!*search->folder) {
		search->folder = NULL;
		return;
	}
	search->folder = arena_strdup(search->arena, search->folder);
	slash = strrchr(search->folder, '/');
	*(slash ? slash : search->folder) = '\0';
}

bool module_search_next(struct module_search *search, struct module_paths *paths)
{
	struct look look = { paths, search->source, NULL, search->arena };
	struct walk walk = {
		.roots = search->roots,
		.folder = search->folder,
		.except = search->searched,
		.depth = search->below	    ? BELOW
			 : search->searched ? OWN_AND_BELOW
					    : OWN,
		.arena = search->arena,
	};

	memset(paths, 0, sizeof(*paths));
	if (!search->folder)
		return false;
	if (search->included)
		look.text = path_base(search->source);
	each_file(&walk, look_into, &look);
	sort_paths(paths);
	if (search->included)
		go_on(search);
	search->included = !search->included;
	return true;
}
