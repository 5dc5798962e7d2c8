/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel is configured with. Comes in: its build folder. Goes out: whether a symbol of Kconfig is on.
 */
#include "kernel/build-config.h"

#include <string.h>

#include "base/input-file.h"
#include "base/text-file.h"

/* The first one is what Kbuild reads. */
static const char *const files[] = { "include/config/auto.conf", ".config" };

int build_config_has(const char *build, const char *symbol, struct arena *arena)
{
	const char *line = arena_printf(arena, "\n%s=y\n", symbol);

	for (size_t i = 0; build && i < ARRAY_SIZE(files); i++) {
		const char *path = arena_printf(arena, "%s/%s", build, files[i]), *text;
		size_t size;

		if (!input_file_is_readable(path))
			continue;
		text = text_file_read(path, &size, arena);
		if (!text)
			return -1;
		return string_starts_with(text, line + 1) || strstr(text, line);
	}
	return 0;
}
