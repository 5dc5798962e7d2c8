/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Are the module, the kernel's files and the target of one kernel build? Comes in: an open target
 * and the module. Goes out: yes or messages. An address of another build is a jump to anywhere.
 */
#include "kernel/same-kernel.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/diag.h"
#include "elf/bytes.h"
#include "elf/modinfo.h"

#define RUNNING_NOTES "/sys/kernel/notes"
#define LOADED_NOTES  "/sys/module/%s/notes/.note.gnu.build-id"
#define NOTES_ROOM    (64 * 1024)

/* struct modversion_info of include/linux/module.h: a CRC and a name, 64 bytes in all. */
#define VERSION_SIZE	 64
#define VERSION_CRC_SIZE 8
#define MAX_NAMED	 5

/* The string that the image's variable NAME holds; NULL: it has no such variable. */
static const char *image_string(const struct kernel_object *image, const char *name)
{
	const struct elf_symbol *symbol = symbol_table_next(&image->symbols, name, NULL);
	const unsigned char *text;
	uint64_t size;

	if (!symbol || symbol->type != STT_OBJECT || symbol_table_count(&image->symbols, name) != 1)
		return NULL;
	text = elf_file_contents_at(image->image, symbol->address, &size);
	return text && memchr(text, 0, size) ? (const char *)text : NULL;
}

/* The release that the image's banner tells: "Linux version RELEASE (...". NULL: it has none. */
static const char *banner_release(const struct target *target)
{
	static const char start[] = "Linux version ";
	const char *banner = image_string(target->vmlinux, "linux_banner");

	if (!banner || !string_starts_with(banner, start))
		return NULL;
	banner += strlen(start);
	return arena_strndup(target->arena, banner, strcspn(banner, " "));
}

/*
 * The kernel compares the two as same_magic() of kernel/module/version.c does. An image without its
 * vermagic still tells its release. WHAT: which module it is, for messages.
 */
static int check_vermagic(const struct target *target, const struct elf_file *module,
			  const char *what, const char *advice)
{
	const char *ours = modinfo_find(module, "vermagic");
	const char *theirs = image_string(target->vmlinux, "vermagic");
	struct diag_place place = { module->path, 0 };
	int result;

	if (!ours)
		return 0;
	if (!theirs) {
		theirs = banner_release(target);
		ours = arena_strndup(target->arena, ours, strcspn(ours, " "));
	}
	if (!theirs || !strcmp(ours, theirs))
		return 0;
	result = diag_refuse(&place, "vermagic",
			     "%s was built for another kernel than that of '%s'", what,
			     target->vmlinux->elf.path);
	diag_note(NULL, "vermagic of the module:  '%s'", ours);
	diag_note(NULL, "vermagic of the kernel:  '%s'", theirs);
	diag_note(NULL, "%s", advice);
	return result;
}

/* The symbol versions that modpost put into the module, against those that the kernel exports. */
static int check_versions(const struct target *target, const struct elf_file *module)
{
	size_t section = elf_file_find_section(module, "__versions"), differing = 0;
	struct diag_place place = { module->path, 0 };
	const char *names[MAX_NAMED];
	Elf_Data *data;
	int result;

	if (!section || !target->has_exports)
		return 0;
	data = elf_file_raw_data(module, section);
	if (!data)
		return -1;
	for (size_t i = 0; i + VERSION_SIZE <= data->d_size; i += VERSION_SIZE) {
		const unsigned char *entry = (unsigned char *)data->d_buf + i;
		const char *name = (const char *)entry + VERSION_CRC_SIZE;
		uint64_t crc = bytes_load(entry, VERSION_CRC_SIZE, elf_file_is_big_endian(module));
		const struct name_entry *exported;

		if (!memchr(name, 0, VERSION_SIZE - VERSION_CRC_SIZE))
			continue;
		exported = name_table_find(&target->exports, name);
		if (!exported || !exported->number || !crc || exported->number == crc)
			continue;
		if (differing < MAX_NAMED)
			names[differing] = name;
		differing++;
	}
	if (!differing)
		return 0;
	result = diag_refuse(&place, "crc",
			     "%zu symbol version%s of the module differ%s from those of '%s'",
			     differing, differing == 1 ? "" : "s", differing == 1 ? "s" : "",
			     target->symvers);
	for (size_t i = 0; i < differing && i < MAX_NAMED; i++)
		diag_note(NULL, "the version of '%s' differs", names[i]);
	diag_note(NULL,
		  "build the module with the headers of the kernel that Module.symvers is of");
	return result;
}

/* The build ID in notes as the kernel shows them, as hexadecimal digits; NULL: none. */
static char *build_id_of(const unsigned char *notes, size_t size, bool big_endian,
			 struct arena *arena)
{
	struct cursor cursor = { .at = notes, .end = notes + size, .big_endian = big_endian };

	while (cursor.at < cursor.end && !cursor.short_of) {
		uint64_t name_size = cursor_number(&cursor, 4),
			 desc_size = cursor_number(&cursor, 4);
		uint64_t type = cursor_number(&cursor, 4);
		const unsigned char *name = cursor.at, *desc;

		cursor_skip(&cursor, (name_size + 3) & ~3ull);
		desc = cursor.at;
		cursor_skip(&cursor, (desc_size + 3) & ~3ull);
		if (!cursor.short_of && type == NT_GNU_BUILD_ID && name_size == sizeof("GNU") &&
		    !memcmp(name, "GNU", sizeof("GNU")))
			return hex_digits(desc, desc_size, arena);
	}
	return NULL;
}

static bool is_running(const char *release)
{
	struct utsname name;

	return !uname(&name) && !strcmp(name.release, release);
}

/*
 * Reads notes as the kernel shows them: *ID becomes their build ID, NULL if they have none. -1 after
 * a message.
 */
static int read_build_id(const struct target *target, const char *path, const char **id)
{
	struct diag_place place = { path, 0 };
	unsigned char *bytes;
	size_t size;
	FILE *stream = fopen(path, "re");

	if (!stream) {
		diag_system(&place, "cannot read: %s", strerror(errno));
		return -1;
	}
	bytes = arena_alloc(target->arena, NOTES_ROOM);
	size = fread(bytes, 1, NOTES_ROOM, stream);
	if (ferror(stream)) {
		diag_system(&place, "cannot read: %s", strerror(errno));
		fclose(stream);
		return -1;
	}
	fclose(stream);
	*id = build_id_of(bytes, size, elf_file_is_big_endian(&target->vmlinux->elf),
			  target->arena);
	return 0;
}

static int check_build_id(const struct target *target, const char *notes)
{
	const char *ours = elf_file_build_id(&target->vmlinux->elf, target->arena), *theirs;
	struct diag_place place = { notes ? notes : RUNNING_NOTES, 0 };

	if (!notes && (!target->release_known || !is_running(target->options.release) ||
		       access(RUNNING_NOTES, R_OK)))
		return 0;
	if (read_build_id(target, place.file, &theirs))
		return -1;
	if (!theirs && notes) {
		diag_error(&place, "build-id",
			   "no build ID in it: this is not a copy of " RUNNING_NOTES);
		return -1;
	}
	if (notes && !ours) {
		place.file = target->vmlinux->elf.path;
		diag_error(&place, "build-id",
			   "the image has no build ID that could be compared with '%s'", notes);
		return -1;
	}
	if (!ours || !theirs || !strcmp(ours, theirs))
		return 0;
	diag_error(&place, "build-id", "the target is another build of the kernel than '%s'",
		   target->vmlinux->elf.path);
	diag_note(NULL, "build ID of the target:  %s", theirs);
	diag_note(NULL, "build ID of the image:   %s", ours);
	return -1;
}

/* The module that the running kernel has loaded, where that is the target. */
static int check_loaded(const struct target *target, const struct kernel_object *object)
{
	const char *notes = arena_printf(target->arena, LOADED_NOTES, object->name);
	const char *ours = elf_file_build_id(object->image, target->arena), *theirs;
	struct diag_place place = { object->elf.path, 0 };

	if (!target->release_known || !is_running(target->options.release) || access(notes, R_OK))
		return 0;
	if (read_build_id(target, notes, &theirs))
		return -1;
	if (!ours || !theirs || !strcmp(ours, theirs))
		return 0;
	diag_error(&place, "build-id", "the running kernel has another build of '%s' loaded",
		   object->name);
	diag_note(NULL, "build ID of the loaded module:  %s", theirs);
	diag_note(NULL, "build ID of this file:          %s", ours);
	return -1;
}

int same_kernel_check_module(const struct target *target, const struct kernel_object *object)
{
	const char *what = arena_printf(target->arena, "the module '%s'", object->name);
	int result = check_vermagic(target, object->image, what,
				    "the debug files have to be of one kernel package, a module of "
				    "another origin has to be built for this kernel");

	return check_loaded(target, object) ? -1 : result;
}

int same_kernel_check(const struct target *target, const struct elf_file *module, const char *notes)
{
	int result = 0;

	if (check_build_id(target, notes))
		result = -1;
	if (check_vermagic(target, module, "the module",
			   "build the module with the headers of the kernel that the image is of"))
		result = -1;
	if (check_versions(target, module))
		result = -1;
	return result;
}
