/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The part of the kernel's header of this name that livepatch modules use. */
#ifndef SMALL_KERNEL_STRING_H
#define SMALL_KERNEL_STRING_H

int strcmp(const char *one, const char *other);

#endif
