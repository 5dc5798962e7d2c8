/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The symbols of a kernel object as its kallsyms will have them. Comes in: the ELF symbol table.
 * Goes out: look-ups by name, whose order is the one that livepatch positions count in, and by
 * address.
 *
 * The kernel counts the symbols of a name in klp_find_object_symbol() (kernel/livepatch/core.c):
 * for the image in the order of kallsyms, which is sorted by address, for a module in the order of
 * its symbol table.
 */
#include "elf/symbol-table.h"

#include <stdlib.h>
#include <string.h>

#include "base/diag.h"

static bool any_prefix(const char *name, const char *const *prefixes)
{
	for (; *prefixes; prefixes++)
		if (*name == **prefixes && string_starts_with(name, *prefixes))
			return true;
	return false;
}

static bool any_suffix(const char *name, const char *const *suffixes)
{
	for (; *suffixes; suffixes++)
		if (string_ends_with(name, *suffixes))
			return true;
	return false;
}

/*
 * Names that do not reach kallsyms, although kallsyms keeps everything else (livepatching selects
 * KALLSYMS_ALL): scripts/mksysmap and is_ignored_symbol() in scripts/kallsyms.c.
 */
static bool is_ignored_name(const char *name)
{
	static const char *const prefixes[] = { "$",
						".L",
						"__crc_",
						"__kstrtab_",
						"__kstrtabns_",
						"__efistub_",
						"__kvm_nvhe_$",
						"__kvm_nvhe_.L",
						"__AArch64ADRPThunk_",
						"__kcfi_typeid_",
						"kallsyms_addresses",
						"kallsyms_offsets",
						"kallsyms_relative_base",
						"kallsyms_num_syms",
						"kallsyms_names",
						"kallsyms_markers",
						"kallsyms_token_table",
						"kallsyms_token_index",
						"kallsyms_seqs_of_names",
						NULL };
	static const char *const suffixes[] = { "_from_arm", "_from_thumb", "_veneer", NULL };

	return any_prefix(name, prefixes) || any_suffix(name, suffixes) ||
	       strstr(name, ".long_branch.") || strstr(name, ".plt_branch.") ||
	       !strcmp(name, "_SDA_BASE_") || !strcmp(name, "_SDA2_BASE_") || !strcmp(name, "L0");
}

static bool is_kept(const struct symbol_table *table, const struct elf_symbol *symbol)
{
	if (!*symbol->name || symbol->section == SHN_UNDEF ||
	    symbol->section >= table->elf->section_count ||
	    !(table->elf->sections[symbol->section].header.sh_flags & SHF_ALLOC))
		return false; /* none that is defined, absolute, or debug information */
	/* is_core_symbol() of kernel/module/kallsyms.c asks no more; but nobody asks for "$x" and "$d". */
	if (!table->in_address_order)
		return *symbol->name != '$';
	return symbol->type != STT_FILE && symbol->type != STT_SECTION &&
	       !is_ignored_name(symbol->name);
}

static int compare_addresses(const void *a, const void *b)
{
	const struct elf_symbol *x = *(const struct elf_symbol *const *)a;
	const struct elf_symbol *y = *(const struct elf_symbol *const *)b;

	if (x->address != y->address)
		return x->address < y->address ? -1 : 1;
	return x->index < y->index ? -1 : x->index > y->index;
}

/* Chains run in the order of symbols[], as they are built from behind. */
static void build_buckets(struct symbol_table *table)
{
	for (table->bucket_count = 16; table->bucket_count < table->count; table->bucket_count *= 2)
		;
	table->buckets = xcalloc(table->bucket_count, sizeof(*table->buckets));
	table->next = xcalloc(table->count, sizeof(*table->next));
	for (size_t i = table->count; i-- > 0;) {
		size_t bucket = string_hash(table->symbols[i]->name) & (table->bucket_count - 1);

		table->next[i] = table->buckets[bucket];
		table->buckets[bucket] = (uint32_t)i + 1;
	}
}

int symbol_table_open(struct symbol_table *table, const struct elf_file *elf, const char *what)
{
	struct diag_place place = { elf->path, 0 };

	memset(table, 0, sizeof(*table));
	table->elf = elf;
	table->in_address_order = elf->header.e_type != ET_REL;
	if (!elf->symbol_count) {
		diag_error(&place, "no-symbols", "%s has no symbol table", what);
		diag_note(
			NULL,
			"the file with debug information, as the kernel's build left it, is needed");
		return -1;
	}
	table->symbols = xcalloc(elf->symbol_count, sizeof(*table->symbols));
	for (size_t i = 1; i < elf->symbol_count; i++)
		if (is_kept(table, &elf->symbols[i]))
			table->symbols[table->count++] = &elf->symbols[i];
	if (table->in_address_order)
		qsort(table->symbols, table->count, sizeof(*table->symbols), compare_addresses);
	build_buckets(table);
	return 0;
}

void symbol_table_close(struct symbol_table *table)
{
	if (table->by_address != table->symbols)
		free(table->by_address);
	free(table->symbols);
	free(table->buckets);
	free(table->next);
	memset(table, 0, sizeof(*table));
}

const struct elf_symbol *symbol_table_next(const struct symbol_table *table, const char *name,
					   const struct elf_symbol *after)
{
	uint32_t i = table->buckets[string_hash(name) & (table->bucket_count - 1)];
	bool passed = !after;

	for (; i; i = table->next[i - 1]) {
		const struct elf_symbol *symbol = table->symbols[i - 1];

		if (passed && !strcmp(symbol->name, name))
			return symbol;
		passed = passed || symbol == after;
	}
	return NULL;
}

size_t symbol_table_count(const struct symbol_table *table, const char *name)
{
	const struct elf_symbol *symbol = NULL;
	size_t count = 0;

	while ((symbol = symbol_table_next(table, name, symbol)))
		count++;
	return count;
}

unsigned long symbol_table_position(const struct symbol_table *table,
				    const struct elf_symbol *symbol)
{
	const struct elf_symbol *other = NULL;
	unsigned long position = 0, count = 0;

	while ((other = symbol_table_next(table, symbol->name, other))) {
		count++;
		if (other == symbol)
			position = count;
	}
	return count > 1 ? position : 0;
}

/* The first of by_address[] at ADDRESS or above. */
static size_t lower_bound(const struct symbol_table *table, uint64_t address)
{
	size_t low = 0, high = table->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (table->by_address[middle]->address < address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct elf_symbol *symbol_table_at(struct symbol_table *table, uint64_t address,
					 const struct elf_symbol *after)
{
	size_t i;

	if (!table->by_address && table->in_address_order) {
		table->by_address = table->symbols;
	} else if (!table->by_address) {
		table->by_address = xcalloc(table->count, sizeof(*table->by_address));
		memcpy(table->by_address, table->symbols,
		       table->count * sizeof(*table->by_address));
		qsort(table->by_address, table->count, sizeof(*table->by_address),
		      compare_addresses);
	}
	i = lower_bound(table, address);
	if (after)
		while (i < table->count && table->by_address[i]->address == address &&
		       table->by_address[i++] != after)
			;
	return i < table->count && table->by_address[i]->address == address ? table->by_address[i]
									    : NULL;
}
