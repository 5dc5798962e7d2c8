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

/* May SYMBOL be one of kallsyms? That names matter too is looked at when one is asked for. */
static bool is_kept(const struct symbol_table *table, const struct elf_symbol *symbol)
{
	if (!*symbol->name || symbol->section == SHN_UNDEF ||
	    symbol->section >= table->elf->section_count ||
	    !(table->elf->sections[symbol->section].header.sh_flags & SHF_ALLOC))
		return false; /* none that is defined, absolute, or debug information */
	/* is_core_symbol() of kernel/module/kallsyms.c asks no more. */
	return !table->in_address_order ||
	       (symbol->type != STT_FILE && symbol->type != STT_SECTION);
}

/* Has kallsyms symbols of that name, where it has all others? Of a module, nobody asks for "$x" and "$d". */
static bool is_kept_name(const struct symbol_table *table, const char *name)
{
	return table->in_address_order ? !is_ignored_name(name) : *name != '$';
}

static size_t hash_name(const struct elf_symbol *symbol)
{
	return string_hash(symbol->name);
}

static size_t hash_address(const struct elf_symbol *symbol)
{
	return (size_t)((symbol->address * 0x9e3779b97f4a7c15u) >> 32);
}

/* Chains run in the order of the file, as they are built from behind. */
static void build_chains(const struct symbol_table *table, struct symbol_chains *chains,
			 size_t (*hash)(const struct elf_symbol *symbol))
{
	const struct elf_file *elf = table->elf;

	for (chains->bucket_count = 16; chains->bucket_count < elf->symbol_count;
	     chains->bucket_count *= 2)
		;
	chains->buckets = xcalloc(chains->bucket_count, sizeof(*chains->buckets));
	chains->next = xcalloc(elf->symbol_count, sizeof(*chains->next));
	memory_populate(chains->buckets, chains->bucket_count * sizeof(*chains->buckets));
	memory_populate(chains->next, elf->symbol_count * sizeof(*chains->next));
	for (size_t i = elf->symbol_count; i-- > 1;) {
		size_t bucket;

		if (!is_kept(table, &elf->symbols[i]))
			continue;
		bucket = hash(&elf->symbols[i]) & (chains->bucket_count - 1);
		chains->next[i] = chains->buckets[bucket];
		chains->buckets[bucket] = (uint32_t)i;
	}
}

static void free_chains(struct symbol_chains *chains)
{
	free(chains->buckets);
	free(chains->next);
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
	build_chains(table, &table->by_name, hash_name);
	return 0;
}

void symbol_table_close(struct symbol_table *table)
{
	free_chains(&table->by_name);
	free_chains(&table->by_address);
	memset(table, 0, sizeof(*table));
}

/* Is X before Y in kallsyms, both of one name? */
static bool is_before(const struct symbol_table *table, const struct elf_symbol *x,
		      const struct elf_symbol *y)
{
	if (table->in_address_order && x->address != y->address)
		return x->address < y->address;
	return x->index < y->index;
}

/* The symbol of NAME at number I of its chain, or behind that; NULL: no more. */
static const struct elf_symbol *find_name(const struct symbol_table *table, uint32_t i,
					  const char *name)
{
	while (i && strcmp(table->elf->symbols[i].name, name))
		i = table->by_name.next[i];
	return i ? &table->elf->symbols[i] : NULL;
}

static const struct elf_symbol *first_named(const struct symbol_table *table, const char *name)
{
	size_t bucket = string_hash(name) & (table->by_name.bucket_count - 1);

	return is_kept_name(table, name) ? find_name(table, table->by_name.buckets[bucket], name)
					 : NULL;
}

static const struct elf_symbol *next_named(const struct symbol_table *table,
					   const struct elf_symbol *symbol)
{
	return find_name(table, table->by_name.next[symbol->index], symbol->name);
}

const struct elf_symbol *symbol_table_next(const struct symbol_table *table, const char *name,
					   const struct elf_symbol *after)
{
	const struct elf_symbol *best = NULL, *symbol = first_named(table, name);

	for (; symbol; symbol = next_named(table, symbol))
		if ((!after || is_before(table, after, symbol)) &&
		    (!best || is_before(table, symbol, best)))
			best = symbol;
	return best;
}

size_t symbol_table_count(const struct symbol_table *table, const char *name)
{
	size_t count = 0;

	for (const struct elf_symbol *symbol = first_named(table, name); symbol;
	     symbol = next_named(table, symbol))
		count++;
	return count;
}

unsigned long symbol_table_position(const struct symbol_table *table,
				    const struct elf_symbol *symbol)
{
	const struct elf_symbol *other = first_named(table, symbol->name);
	unsigned long before = 0, count = 0;

	for (; other; other = next_named(table, other)) {
		count++;
		before += is_before(table, other, symbol);
	}
	return count > 1 ? before + 1 : 0;
}

const struct elf_symbol *symbol_table_at(struct symbol_table *table, uint64_t address,
					 const struct elf_symbol *after)
{
	struct symbol_chains *chains = &table->by_address;
	const struct elf_symbol key = { .address = address };
	uint32_t i;

	if (!chains->buckets)
		build_chains(table, chains, hash_address);
	i = after ? chains->next[after->index]
		  : chains->buckets[hash_address(&key) & (chains->bucket_count - 1)];
	for (; i; i = chains->next[i])
		if (table->elf->symbols[i].address == address &&
		    is_kept_name(table, table->elf->symbols[i].name))
			return &table->elf->symbols[i];
	return NULL;
}
