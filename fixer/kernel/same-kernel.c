/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Are the module, the kernel's files and the target of one kernel build? Comes in: an open target
 * and the module. Goes out: yes or messages. An address of another build is a jump to anywhere.
 */
#include "kernel/same-kernel.h"

#include <string.h>

#include "base/diag.h"
#include "base/input-file.h"
#include "elf/bytes.h"
#include "elf/modinfo.h"
#include "kernel/build-id.h"
#include "kernel/fetch.h"

#define LOADED_NOTES "/sys/module/%s/notes/.note.gnu.build-id"

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

/* WHAT the image cannot be compared with. Returns -1. */
static int report_no_build_id(const struct target *target, const char *what)
{
	struct diag_place place = { target->vmlinux->elf.path, 0 };

	diag_error(&place, "build-id", "the image has no build ID that could be compared with %s",
		   what);
	return -1;
}

static void report_build_ids(const char *theirs, const char *ours)
{
	diag_note(NULL, "build ID of the target:  %s", theirs);
	diag_note(NULL, "build ID of the image:   %s", ours);
}

/* The image's build ID with that of the notes in the file NOTES; OPTIONAL: either may have none. */
static int check_notes(const struct target *target, const char *notes, bool optional)
{
	const char *ours = elf_file_build_id(&target->vmlinux->elf, target->arena), *theirs;
	struct diag_place place = { notes, 0 };

	if (build_id_read_notes(notes, &theirs, target->arena))
		return -1;
	if (!theirs && !optional) {
		diag_error(&place, "build-id",
			   "no build ID in it: this is not a copy of " BUILD_ID_RUNNING_NOTES);
		return -1;
	}
	if (!ours && !optional)
		return report_no_build_id(target, arena_printf(target->arena, "'%s'", notes));
	if (!ours || !theirs || !strcmp(ours, theirs))
		return 0;
	diag_error(&place, "build-id", "the target is another build of the kernel than '%s'",
		   target->vmlinux->elf.path);
	report_build_ids(theirs, ours);
	return -1;
}

/* The image's build ID with the one that the command line gives. */
static int check_given(const struct target *target)
{
	const char *ours = elf_file_build_id(&target->vmlinux->elf, target->arena);
	struct diag_place place = { target->vmlinux->elf.path, 0 };

	if (!ours)
		return report_no_build_id(target, "--build-id");
	if (!strcmp(ours, target->options.build_id))
		return 0;
	diag_error(&place, "build-id", "the image is of another build than --build-id says");
	report_build_ids(target->options.build_id, ours);
	return -1;
}

int same_kernel_check_image(const struct target *target)
{
	const struct target_options *options = &target->options;
	int result = fetch_check(target, &target->vmlinux->elf);

	if (options->build_id && check_given(target))
		result = -1;
	if (options->notes && check_notes(target, options->notes, false))
		result = -1;
	if (!options->notes && target->release_known && build_id_is_running(options->release) &&
	    input_file_is_readable(BUILD_ID_RUNNING_NOTES) &&
	    check_notes(target, BUILD_ID_RUNNING_NOTES, true))
		result = -1;
	return result;
}

/* The module that the running kernel has loaded, where that is the target. */
static int check_loaded(const struct target *target, const struct kernel_object *object)
{
	const char *notes = arena_printf(target->arena, LOADED_NOTES, object->name);
	const char *ours = elf_file_build_id(object->image, target->arena), *theirs;
	struct diag_place place = { object->elf.path, 0 };

	if (!target->release_known || !build_id_is_running(target->options.release) ||
	    !input_file_is_readable(notes))
		return 0;
	if (build_id_read_notes(notes, &theirs, target->arena))
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

	if (fetch_check(target, &object->elf))
		result = -1;
	return check_loaded(target, object) ? -1 : result;
}

int same_kernel_check(const struct target *target, const struct elf_file *module)
{
	int result = 0;

	if (check_vermagic(target, module, "the module",
			   "build the module with the headers of the kernel that the image is of"))
		result = -1;
	if (check_versions(target, module))
		result = -1;
	return result;
}
