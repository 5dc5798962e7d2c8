/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a function begins. Comes in: the address at which debug information has it begin. Goes out: that of its
 * symbol.
 *
 * GCC before 13 (bug 98776) has it begin behind the instructions that -fpatchable-function-entry puts behind the
 * symbol:
 *
 *	0x1000	one:	nop		the symbol, of 20 bytes
 *	0x1004		nop
 *	0x1008		add w0, w0, #1	DW_AT_low_pc
 */
#include <stdlib.h>

#include "dwarf/dwarf-file.h"

static int compare_entries(const void *a, const void *b)
{
	const struct dwarf_entry *x = a, *y = b;

	return x->address < y->address ? -1 : x->address > y->address;
}

static void read_entries(struct dwarf_file *dwarf)
{
	const struct elf_file *elf = dwarf->elf;

	dwarf->has_entries = true;
	dwarf->entries = xcalloc(elf->symbol_count, sizeof(*dwarf->entries));
	for (size_t i = 1; i < elf->symbol_count; i++) {
		const struct elf_symbol *symbol = &elf->symbols[i];

		if (symbol->type == STT_FUNC && symbol->section != SHN_UNDEF)
			dwarf->entries[dwarf->entry_count++] =
				(struct dwarf_entry){ symbol->address, symbol->size };
	}
	if (dwarf->entry_count)
		qsort(dwarf->entries, dwarf->entry_count, sizeof(*dwarf->entries), compare_entries);
}

uint64_t dwarf_file_entry(struct dwarf_file *dwarf, uint64_t address)
{
	unsigned int room = dwarf->elf->arch->entry_room;
	size_t low = 0, high;
	uint64_t distance;

	if (!room)
		return address;
	if (!dwarf->has_entries)
		read_entries(dwarf);
	/* The last one at ADDRESS or below. */
	high = dwarf->entry_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (dwarf->entries[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	if (!low)
		return address;
	distance = address - dwarf->entries[low - 1].address;
	/* Instructions have 2 or 4 bytes: a symbol an odd number of bytes away is not where the function begins. */
	if (distance > room || distance % 2 || distance >= dwarf->entries[low - 1].size)
		return address;
	return address - distance;
}
