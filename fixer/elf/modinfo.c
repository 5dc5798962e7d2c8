/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A module's .modinfo.
 */
#include "elf/modinfo.h"

#include <string.h>

const char *modinfo_find(const struct elf_file *module, const char *key)
{
	size_t section = elf_file_find_section(module, ".modinfo"), length = strlen(key);
	Elf_Data *data = section ? elf_file_raw_data(module, section) : NULL;
	const char *at, *end;

	if (!data || !data->d_buf)
		return NULL;
	at = data->d_buf;
	end = at + data->d_size;
	while (at < end) {
		size_t size = strnlen(at, (size_t)(end - at));

		if (at + size == end)
			return NULL; /* not terminated */
		if (size > length && !memcmp(at, key, length) && at[length] == '=')
			return at + length + 1;
		at += size + 1;
	}
	return NULL;
}
