/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Functions that may not be called through a pointer. After livepatch.c has planned.
 */
#ifndef KLPMAKE_SEALED_H
#define KLPMAKE_SEALED_H

#include "fix/livepatch.h"

/*
 * Refuses references of MODULE that take the address of a function whose first instruction the kernel
 * removes when it boots, or the compiler left out. 0, or -1 after messages.
 */
int sealed_check(const struct elf_file *module, const struct livepatch *livepatch);

#endif
