/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which compiler made the kernel. */
#ifndef KLPMAKE_COMPILER_H
#define KLPMAKE_COMPILER_H

#include "kernel/target.h"

/* Is what GCC makes of a file what the kernel has of it? 0, or -1 after a message. */
int compiler_check(struct target *target);

#endif
