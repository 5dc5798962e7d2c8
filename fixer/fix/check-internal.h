/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What check.c and check-file.c share.
 */
#ifndef KLPMAKE_CHECK_INTERNAL_H
#define KLPMAKE_CHECK_INTERNAL_H

#include "fix/livepatch.h"

struct checker {
	const char *name;
	struct target *target;
	const struct livepatch *livepatch;
	struct elf_file elf;
	size_t name_size; /* the target's KSYM_NAME_LEN */
	size_t refused; /* the last section that has a relocation of a type that modules do not have */
	int result;
};

/* The kernel would refuse the module. */
void check_refuse(struct checker *checker, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* check-file.c: the file as such, its symbol table and what .modinfo says. */
void check_file(struct checker *checker);

#endif
