/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Advice on the functions that SYSCALL_DEFINEx() makes, for messages of resolve.c and patchable.c.
 */
#ifndef KLPMAKE_SYSTEM_CALL_H
#define KLPMAKE_SYSTEM_CALL_H

#include "kernel/target.h"

/*
 * After a message about a system call's inner function NAME: notes which functions of OBJECT can be
 * replaced instead. Nothing for other functions.
 */
void system_call_note(const struct kernel_object *object, const char *name);

#endif
