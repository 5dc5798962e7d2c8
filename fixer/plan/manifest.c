/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The manifest of the prepared source. Comes in: its folder, and what a run uses of it. Goes out: the manifest, or the
 * files that are not what they were.
 *
 * Size and time tell of most accidents; the contents are looked at where these differ only, so that a copy of the
 * folder is as good.
 */
#include "plan/manifest.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/content-hash.h"
#include "base/file-tree.h"
#include "base/input-file.h"
#include "base/name-table.h"
#include "base/text-file.h"
#include "plan/folders.h"
#include "plan/lines.h"

enum manifest_column {
	MANIFEST_PATH,
	MANIFEST_SIZE,
	MANIFEST_TIME,
	MANIFEST_HASH,
	MANIFEST_COLUMNS,
};

#define LAST_NAME    "end"
#define LAST_COLUMNS 2

struct manifest {
	const char *source;
	struct arena *arena;
	FILE *stream;
	struct name_table
		names;	/* of an earlier manifest, text: the rest of the line; or of what is used */
	uint64_t since; /* nanoseconds; files that are older stay what they were */
	unsigned long long count; /* of lines */
	bool ended;		  /* the last line was there */
};

static int report_read(const char *path)
{
	struct diag_place place = { path, 0 };

	diag_system(&place, "cannot read: %s", strerror(errno));
	return -1;
}

/* 0, or -1 after a message. */
static int hash_file(const char *path, struct content_hash *hash)
{
	static unsigned char buffer[1 << 18];
	int fd = input_file_open(path);
	size_t filled = 0;
	ssize_t got = 1;

	*hash = (struct content_hash)CONTENT_HASH_START;
	/* Full buffers but for the last one, however much a read brings. */
	while (fd >= 0 && got > 0) {
		got = read(fd, buffer + filled, sizeof(buffer) - filled);
		filled += got > 0 ? (size_t)got : 0;
		if (filled == sizeof(buffer) || got <= 0) {
			content_hash_add(hash, buffer, filled);
			filled = 0;
		}
	}
	if (fd < 0 || got < 0) {
		report_read(path);
		got = -1;
	}
	if (fd >= 0)
		close(fd);
	return got < 0 ? -1 : 0;
}

static uint64_t time_of(const struct stat *status)
{
	return (uint64_t)status->st_mtim.tv_sec * 1000000000 + (uint64_t)status->st_mtim.tv_nsec;
}

static int print_file(struct manifest *manifest, const struct file_tree_entry *entry)
{
	const char *path = entry->path + strlen(manifest->source) + 1;
	uint64_t time = time_of(&entry->status);
	const struct name_entry *earlier = name_table_find(&manifest->names, path);
	struct content_hash hash;
	char digits[CONTENT_HASH_DIGITS + 1];

	if (path[strcspn(path, "\t\n")] || string_starts_with(path, ".klpmake-"))
		return 0; /* none of the kernel's */
	manifest->count++;
	if (earlier && time < manifest->since) {
		fprintf(manifest->stream, "%s\t%s\n", path, earlier->text);
		return 0;
	}
	if (hash_file(entry->path, &hash))
		return -1;
	content_hash_text(&hash, digits);
	fprintf(manifest->stream, "%s\t%lld\t%" PRIu64 "\t%s\n", path,
		(long long)entry->status.st_size, time, digits);
	return 0;
}

static enum file_tree_step print_entry(const struct file_tree_entry *entry, void *manifest)
{
	return S_ISREG(entry->status.st_mode) && print_file(manifest, entry) ? FILE_TREE_STOP
									     : FILE_TREE_ON;
}

static int print_files(struct manifest *manifest)
{
	int result = file_tree_walk(manifest->source, true, print_entry, manifest);

	return diag_errors() ? -1 : result;
}

static int report_malformed(const struct diag_place *place)
{
	diag_error(place, "format", "not a line that --manifest has printed");
	return -1;
}

/* Is the line the last one? */
static bool take_end(struct manifest *manifest, char **fields, size_t count)
{
	if (count != LAST_COLUMNS || strcmp(fields[0], LAST_NAME))
		return false;
	manifest->ended = strtoull(fields[1], NULL, 10) == manifest->count;
	return true;
}

static int keep_line(void *context, char **fields, size_t count, const struct diag_place *place)
{
	struct manifest *manifest = context;

	if (manifest->ended)
		return report_malformed(place);
	if (take_end(manifest, fields, count))
		return 0;
	if (count != MANIFEST_COLUMNS)
		return report_malformed(place);
	manifest->count++;
	name_table_add(&manifest->names, fields[MANIFEST_PATH])->text =
		arena_printf(manifest->arena, "%s\t%s\t%s", fields[MANIFEST_SIZE],
			     fields[MANIFEST_TIME], fields[MANIFEST_HASH]);
	return 0;
}

/* Calls USE for each line of FILE, and looks that it is whole. */
static int read_manifest(struct manifest *manifest, const char *file, lines_use *use)
{
	struct diag_place place = { file, 0 };
	int result;

	manifest->count = 0;
	result = lines_read(file, LAST_COLUMNS, MANIFEST_COLUMNS, use, manifest, manifest->arena);
	if (result || manifest->ended)
		return result;
	diag_error(&place, "format", "it is not whole");
	return -1;
}

int manifest_print(const char *source, const char *earlier, const char *since, FILE *stream,
		   struct arena *arena)
{
	struct manifest manifest = { .source = source, .arena = arena, .stream = stream };
	struct stat status;
	int result = 0;

	if (earlier && stat(since, &status))
		return report_read(since);
	if (earlier) {
		manifest.since = time_of(&status);
		result = read_manifest(&manifest, earlier, keep_line);
		manifest.count = 0;
	}
	if (!result)
		result = print_files(&manifest);
	if (!result)
		fprintf(stream, LAST_NAME "\t%llu\n", manifest.count);
	name_table_free(&manifest.names);
	return result;
}

/* What is used: PATH, as a compiler may call it. */
static void use(struct manifest *manifest, const char *path)
{
	size_t length = strlen(manifest->source);

	if (!strncmp(path, manifest->source, length) && path[length] == '/')
		path += length + 1;
	path = folders_plain_path(path, manifest->arena);
	if (path)
		name_table_add(&manifest->names, path);
}

static int use_touched(void *context, char **fields, size_t count, const struct diag_place *place)
{
	(void)count;
	(void)place;
	use(context, fields[0]);
	return 0;
}

static int use_dependencies(struct manifest *manifest, const char *file)
{
	size_t size;
	char *text = text_file_read(file, &size, manifest->arena), *word;

	if (!text)
		return -1;
	while ((word = strsep(&text, " \t\n")))
		if (*word && strcmp(word, "\\"))
			use(manifest, word);
	return 0;
}

/* The text of a name that the manifest has. */
static const char line_is_there[] = "";

/* Files that are used and were not there. What the patch adds is in no source. */
static void print_added(struct manifest *manifest)
{
	for (size_t i = 0; i < manifest->names.count; i++) {
		const struct name_entry *entry = &manifest->names.entries[i];
		struct stat status;

		if (entry->text != line_is_there &&
		    input_file_link_status(arena_printf(manifest->arena, "%s/%s", manifest->source,
							entry->name),
					   &status) &&
		    S_ISREG(status.st_mode))
			fprintf(manifest->stream, "%s\n", entry->name);
	}
}

/* Does it tell Kbuild how something is compiled? Commands are kept from run to run. */
static bool says_how(const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;

	return string_starts_with(name, "Makefile") || string_starts_with(name, "Kbuild") ||
	       !strcmp(path, "include/config/auto.conf");
}

/* A line of the manifest: is a file that is used what it was? */
static int compare_line(void *context, char **fields, size_t count, const struct diag_place *place)
{
	struct manifest *manifest = context;
	const char *path;
	struct stat status;
	struct content_hash hash;
	char digits[CONTENT_HASH_DIGITS + 1];

	if (manifest->ended)
		return report_malformed(place);
	if (take_end(manifest, fields, count))
		return 0;
	if (count != MANIFEST_COLUMNS)
		return report_malformed(place);
	manifest->count++;
	if (!name_table_find(&manifest->names, fields[MANIFEST_PATH]) &&
	    !says_how(fields[MANIFEST_PATH]))
		return 0;
	name_table_add(&manifest->names, fields[MANIFEST_PATH])->text = line_is_there;
	path = arena_printf(manifest->arena, "%s/%s", manifest->source, fields[MANIFEST_PATH]);
	if (input_file_link_status(path, &status) && S_ISREG(status.st_mode) &&
	    strtoll(fields[MANIFEST_SIZE], NULL, 10) == (long long)status.st_size) {
		if (strtoull(fields[MANIFEST_TIME], NULL, 10) == time_of(&status))
			return 0;
		if (hash_file(path, &hash))
			return -1;
		content_hash_text(&hash, digits);
		if (!strcmp(fields[MANIFEST_HASH], digits))
			return 0;
	}
	fprintf(manifest->stream, "%s\n", fields[MANIFEST_PATH]);
	return 0;
}

int manifest_compare(const char *source, const char *manifest_file, const char *touched,
		     char *const *files, size_t count, FILE *stream, struct arena *arena)
{
	struct manifest manifest = { .source = source, .arena = arena, .stream = stream };
	int result = lines_read(touched, 1, 1, use_touched, &manifest, arena);

	for (size_t i = 0; i < count && !result; i++)
		result = use_dependencies(&manifest, files[i]);
	if (!result)
		result = read_manifest(&manifest, manifest_file, compare_line);
	if (!result)
		print_added(&manifest);
	name_table_free(&manifest.names);
	return result;
}
