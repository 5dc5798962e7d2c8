/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Build IDs of the target. Comes in: the target's options. Goes out: the build ID that its image has to have, as
 * hexadecimal digits, wherever something tells it.
 */
#include "kernel/build-id.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/input-file.h"
#include "elf/bytes.h"
#include "kernel/boot-image.h"

#define NOTES_ROOM (64 * 1024)

bool build_id_is_running(const char *release)
{
	struct utsname name;

	return !uname(&name) && !strcmp(name.release, release);
}

/* The build ID in SIZE bytes of notes, as hexadecimal digits; NULL: none. */
static char *build_id_in(const unsigned char *notes, size_t size, bool big_endian,
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

int build_id_read_notes(const char *path, const char **id, struct arena *arena)
{
	struct diag_place place = { path, 0 };
	unsigned char *bytes;
	size_t size;
	const char *reason;
	FILE *stream = input_file_stream(path, &reason);

	if (!stream) {
		diag_system(&place, "cannot read: %s", reason);
		return -1;
	}
	bytes = arena_alloc(arena, NOTES_ROOM);
	size = fread(bytes, 1, NOTES_ROOM, stream);
	if (ferror(stream)) {
		diag_system(&place, "cannot read: %s", strerror(errno));
		fclose(stream);
		return -1;
	}
	fclose(stream);
	/* In the wrong byte order a size of 4 is far more than there is. */
	*id = build_id_in(bytes, size, false, arena);
	if (!*id)
		*id = build_id_in(bytes, size, true, arena);
	return 0;
}

static const char *why_unknown(const struct target_options *options)
{
	if (options->notes)
		return "its build ID is not known: the given notes have none; --build-id tells it";
	if (build_id_is_running(options->release))
		return "its build ID is not known: neither " BUILD_ID_RUNNING_NOTES
		       " nor the kernel's boot image can be read; --build-id tells it";
	return "its build ID is not known: it is not the running kernel, and no boot image of it "
	       "that can be read is installed; --build-id or --notes tells it";
}

const char *build_id_of_target(const struct target *target, const char **reason)
{
	const struct target_options *options = &target->options;
	const char *id = options->build_id, *notes = options->notes;

	if (!id && !notes && build_id_is_running(options->release) &&
	    input_file_is_readable(BUILD_ID_RUNNING_NOTES))
		notes = BUILD_ID_RUNNING_NOTES;
	if (!id && notes && build_id_read_notes(notes, &id, target->arena))
		id = NULL;
	if (!id && !options->notes)
		id = boot_image_build_id(target);
	if (!id)
		*reason = why_unknown(options);
	return id;
}
