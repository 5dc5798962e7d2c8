/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fields of a module's structures that are written into it. Comes in: a section, and the plan. Goes out: the section as it
 * is written.
 */
#include "fix/rewrite-fields.h"

#include <string.h>

#include "elf/bytes.h"
#include "kernel/module-file.h"

/* A section's contents, copied as soon as something changes. */
struct contents {
	const void *data;
	unsigned char *copy; /* NULL: none yet */
	size_t size;
	struct arena *arena;
};

/* What is there at OFFSET, to be written to. */
static unsigned char *field(struct contents *contents, uint64_t offset)
{
	if (!contents->copy) {
		contents->copy = arena_alloc(contents->arena, contents->size);
		memcpy(contents->copy, contents->data, contents->size);
	}
	return contents->copy + offset;
}

/* NAME in a field of SIZE bytes; zeros follow it. */
static void put_name(struct contents *contents, uint64_t offset, const char *name, size_t size)
{
	strncpy((char *)field(contents, offset), name, size - 1);
}

const void *rewrite_fields(const struct livepatch *livepatch, const char *name, size_t section,
			   const void *data, size_t size, struct arena *arena)
{
	struct contents contents = { data, NULL, size, arena };
	uint64_t offset;

	for (size_t i = 0; i < livepatch->function_count; i++) {
		const struct livepatch_function *function = &livepatch->functions[i];
		const struct note_patch *patch = function->patch;

		if (function->fill_in && patch->sympos_at.section == section)
			bytes_store(field(&contents, patch->sympos_at.offset),
				    function->resolved.position, patch->sympos_size,
				    elf_file_is_big_endian(livepatch->module));
	}
	for (size_t i = 0; i < livepatch->name_count; i++) {
		const struct livepatch_name *written = &livepatch->names[i];

		if (written->at.section == section)
			put_name(&contents, written->at.offset, written->object->name,
				 written->size);
	}
	if (name && module_file_name_place(livepatch->module, &offset) == section)
		put_name(&contents, offset, name, MODULE_NAME_SIZE);
	return contents.copy ? contents.copy : data;
}
