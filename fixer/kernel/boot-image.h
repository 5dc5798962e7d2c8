/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The image that a kernel is booted from: the linked kernel without its symbols, compressed, inside of a file that
 * the boot loader takes. For build-id.c.
 */
#ifndef KLPMAKE_BOOT_IMAGE_H
#define KLPMAKE_BOOT_IMAGE_H

#include "kernel/target.h"

/* The build ID of the target's installed boot image, as hexadecimal digits. NULL: there is none that tells. */
const char *boot_image_build_id(const struct target *target);

#endif
