/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Leads from the inner function of a system call, which has no ftrace site or exists only inlined, to the
 * wrappers that can be replaced (SYSCALL_DEFINEx() in include/linux/syscalls.h and each architecture's
 * asm/syscall_wrapper.h).
 */
#include "kernel/system-call.h"

#include <string.h>

#include "base/diag.h"

void system_call_note(const struct kernel_object *object, const char *name)
{
	static const char *const inner[] = { "__do_sys_",	 "__se_sys_", "__do_compat_sys_",
					     "__se_compat_sys_", "sys_",      "ksys_" };
	const char *const *wrappers = object->elf.arch->syscall_prefixes;
	const char *call = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(inner) && !call; i++)
		if (string_starts_with(name, inner[i]))
			call = name + strlen(inner[i]);
	for (size_t i = 0; call && wrappers && wrappers[i]; i++) {
		char wrapper[256];

		if (strlen(wrappers[i]) + strlen(call) >= sizeof(wrapper))
			continue;
		strcpy(stpcpy(wrapper, wrappers[i]), call);
		/* Of some architectures "sys_" is the wrapper's own. */
		if (strcmp(wrapper, name) && symbol_table_next(&object->symbols, wrapper, NULL))
			diag_note(
				NULL,
				"this is the inner part of a system call, which is called through '%s': replace "
				"that function",
				wrapper);
	}
}
