/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What check.c and the files that belong to it share.
 */
#ifndef KLPMAKE_CHECK_INTERNAL_H
#define KLPMAKE_CHECK_INTERNAL_H

#include "fix/livepatch.h"

struct relocated_place;

struct checker {
	const char *name;
	struct target *target;
	const struct livepatch *livepatch;
	struct elf_file elf;
	size_t name_size; /* the target's KSYM_NAME_LEN */
	struct relocated_place *places; /* check-overlap.c: from malloc */
	size_t place_count;
	size_t refused; /* the last section that has a relocation of a type that modules do not have */
	int result;
};

/* The kernel would refuse the module. */
void check_refuse(struct checker *checker, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Has the kernel the function NAME? NULL: that is not asked. */
bool check_kernel_has(const struct checker *checker, const char *name);

/*
 * check-overlap.c: relocation POSITION of SECTION changes what is at OFFSET of the section that it is for. When all are known,
 * no two may change the same, where the kernel does not bear that.
 */
void check_overlap_add(struct checker *checker, size_t section, int position,
		       const struct arch_relocation *relocation, uint64_t offset);
void check_overlap(struct checker *checker);

/*
 * check-read.c: does the loader apply relocations of SECTION, which may be none? It has more loaded than what is marked so.
 */
bool check_read_loaded(const struct checker *checker, size_t section);
/* Refuses section INDEX, which has relocations of one that is loaded, if the loader itself reads that. */
bool check_read_refuse(struct checker *checker, size_t index);
/* Likewise of RELA, number POSITION of section INDEX, if that is of the struct module. */
void check_read_module(struct checker *checker, size_t index, int position,
		       const struct arch_relocation *relocation, const GElf_Rela *rela);

/* check-file.c: the file as such, its symbol table and what .modinfo says. */
void check_file(struct checker *checker);

#endif
