/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Checks a finished livepatch module the way the kernel's loader does. After rewrite.c, before the
 * module replaces the one that was read.
 */
#ifndef KLPMAKE_CHECK_H
#define KLPMAKE_CHECK_H

#include "kernel/target.h"
#include "fix/livepatch.h"

/*
 * Opens the file PATH and checks it; NAME is what messages call it. With LIVEPATCH, which may be
 * NULL, every livepatch symbol also has to lead to the symbol that was meant. 0, or -1 after
 * messages.
 */
int check_module(const char *path, const char *name, struct target *target,
		 const struct livepatch *livepatch);

#endif
