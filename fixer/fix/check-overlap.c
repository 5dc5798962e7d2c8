/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Places that are relocated twice. Comes in: each relocation of the module. Goes out: messages. Where the kernel insists on
 * zeros under a relocation, as apply_relocate_add() of x86-64 does, it refuses the second one, which finds what the first
 * has stored. Where it sums up what a section has for a place, as that of RISC-V does, another section's sum is lost.
 */
#include <stdlib.h>

#include "fix/check-internal.h"

struct relocated_place {
	size_t target;	 /* the section that is changed */
	uint64_t offset; /* in it */
	unsigned int size;
	size_t section; /* that which has the relocation, */
	int position;	/* and its number there */
};

void check_overlap_add(struct checker *checker, size_t section, int position,
		       const struct arch_relocation *relocation, uint64_t offset)
{
	size_t target = checker->elf.sections[section].header.sh_info;

	if (!relocation->size)
		return;
	if (!checker->elf.arch->zero_under_relocations &&
	    (!relocation->starts_anew || !check_kernel_has(checker, relocation->starts_anew)))
		return;
	checker->places =
		array_grow(checker->places, checker->place_count, sizeof(*checker->places));
	checker->places[checker->place_count++] = (struct relocated_place){
		target, offset, relocation->size, section, position
	};
}

static int compare(const void *one, const void *other)
{
	const struct relocated_place *a = one, *b = other;

	if (a->target != b->target)
		return a->target < b->target ? -1 : 1;
	if (a->offset != b->offset)
		return a->offset < b->offset ? -1 : 1;
	if (a->section != b->section)
		return a->section < b->section ? -1 : 1;
	return a->position < b->position ? -1 : a->position > b->position;
}

void check_overlap(struct checker *checker)
{
	struct relocated_place *places = checker->places;

	if (checker->place_count)
		qsort(places, checker->place_count, sizeof(*places), compare);
	for (size_t i = 1; i < checker->place_count; i++) {
		const struct relocated_place *first = &places[i - 1], *second = &places[i];

		if (first->target != second->target ||
		    second->offset - first->offset >= first->size)
			continue;
		/* One sum. */
		if (!checker->elf.arch->zero_under_relocations && first->section == second->section)
			continue;
		check_refuse(checker, "relocation %d of %s stores where relocation %d of %s does",
			     second->position, checker->elf.sections[second->section].name,
			     first->position, checker->elf.sections[first->section].name);
	}
	free(places);
	checker->places = NULL;
	checker->place_count = 0;
}
