/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Are the module, the kernel's files and the target of one kernel build? After target.c.
 */
#ifndef KLPMAKE_SAME_KERNEL_H
#define KLPMAKE_SAME_KERNEL_H

#include "kernel/target.h"

/*
 * Compares the image's build ID with what is known of the target's: the option's, that of the given notes in the
 * form of /sys/kernel/notes, without these the running kernel's, if that is the target, and what was asked for if
 * the image was fetched. 0, or -1 after messages.
 */
int same_kernel_check_image(const struct target *target);

/*
 * Compares MODULE's vermagic with the image's, and its symbol versions with Module.symvers. 0, or -1 after
 * messages.
 */
int same_kernel_check(const struct target *target, const struct elf_file *module);

/*
 * Compares OBJECT, a module that is patched or referred to, with the image by its vermagic, and,
 * where the target is the running kernel and has that module loaded, with it by the build ID. 0, or
 * -1 after messages.
 */
int same_kernel_check_module(const struct target *target, const struct kernel_object *object);

#endif
