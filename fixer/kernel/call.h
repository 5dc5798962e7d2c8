/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel's code calls. After target.c, used by patchable.c and site.c.
 */
#ifndef KLPMAKE_CALL_H
#define KLPMAKE_CALL_H

#include "kernel/target.h"

/* A direct call or jump, or bytes that look like one. */
struct call {
	uint64_t target;   /* where it leads to */
	unsigned int size; /* bytes of the instructions */
	bool relocated;	   /* a module's relocation says so */
	bool returns;	   /* it is a call */
};

/*
 * The one of OBJECT's code that ends at RETURN_ADDRESS, where a call returns to. False: there is none, or it is not
 * known.
 */
bool call_before(const struct kernel_object *object, uint64_t return_address, struct call *found);

/*
 * Does a call through a pointer begin in the first COUNT bytes of FUNCTION, of OBJECT, which has as many? False also where
 * only the compiler can tell.
 */
bool call_by_pointer(const struct kernel_object *object, const struct elf_symbol *function,
		     uint64_t count);

#endif
