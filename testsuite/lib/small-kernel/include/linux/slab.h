/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The part of the kernel's header of this name that livepatch modules use. */
#ifndef SMALL_KERNEL_SLAB_H
#define SMALL_KERNEL_SLAB_H

#define GFP_KERNEL		0

#define ENOMEM			12
#define EEXIST			17
#define EINVAL			22

void *kcalloc(size_t count, size_t size, unsigned int flags);
void kfree(const void *memory);

#endif
