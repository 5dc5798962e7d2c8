/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Are the module, the kernel's files and the target of one kernel build? After target.c.
 */
#ifndef KLPMAKE_SAME_KERNEL_H
#define KLPMAKE_SAME_KERNEL_H

#include "kernel/target.h"

/*
 * Compares MODULE's vermagic with the image's, its symbol versions with Module.symvers, and the
 * image's build ID with that of the target, NOTES in the form of /sys/kernel/notes; NOTES NULL: the
 * running kernel's, if that is the target. 0, or -1 after messages.
 */
int same_kernel_check(const struct target *target, const struct elf_file *module,
		      const char *notes);

/*
 * Compares OBJECT, a module that is patched or referred to, with the image by its vermagic, and,
 * where the target is the running kernel and has that module loaded, with it by the build ID. 0, or
 * -1 after messages.
 */
int same_kernel_check_module(const struct target *target, const struct kernel_object *object);

#endif
