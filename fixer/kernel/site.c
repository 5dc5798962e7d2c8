/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Can the kernel divert a function to another one? Comes in: a function. Goes out: yes, or what it lacks.
 *
 * A livepatch diverts a function at its ftrace site; without one the kernel refuses the patch with "failed to find
 * location for function" (klp_patch_func() in kernel/livepatch/patch.c).
 *
 * Kernels of openEuler may have CONFIG_LIVEPATCH_WO_FTRACE instead. They write a jump over the function's first bytes, 24 of
 * them on RISC-V. So it has to be as long as that, and it must not call anything within: who is in such a call would
 * return into the jump (arch_check_jump_insn()).
 */
#include "kernel/site.h"

#include <stdio.h>
#include <stdlib.h>

#include "dwarf/unit.h"
#include "elf/bytes.h"
#include "elf/elf-relocate.h"
#include "kernel/call.h"

/* The addresses of OBJECT's ftrace sites. */
struct sites {
	const unsigned char *data; /* 8 bytes each */
	unsigned char *copy;	   /* to be freed */
	size_t count;
};

/* What lies between two symbols of the image that bound a table (MCOUNT_REC in vmlinux.lds.h). */
static int image_sites(const struct kernel_object *object, struct sites *sites)
{
	const struct elf_symbol *start =
		symbol_table_next(&object->symbols, "__start_mcount_loc", NULL);
	const struct elf_symbol *stop =
		symbol_table_next(&object->symbols, "__stop_mcount_loc", NULL);
	const unsigned char *table;
	uint64_t size, room;

	if (!start || !stop || start->section >= object->elf.section_count ||
	    stop->address < start->address)
		return 0;
	size = stop->address - start->address;
	table = elf_file_contents_at(object->image, start->address, &room);
	if (!table || size > room)
		return 0;
	sites->data = table;
	sites->count = size / 8;
	/* An image that is linked to be moved. */
	if (object->elf.header.e_type == ET_DYN)
		sites->data = sites->copy =
			elf_dynamic_copy(object->image, start->address, table, 8 * sites->count);
	return sites->data ? 0 : -1;
}

static int module_sites(const struct kernel_object *object, struct sites *sites)
{
	size_t section = elf_file_find_section(object->image, "__mcount_loc");
	Elf_Data *data;

	if (!section)
		section = elf_file_find_section(object->image, "__patchable_function_entries");
	if (!section || object->image->sections[section].header.sh_type == SHT_NOBITS)
		return 0;
	data = elf_file_raw_data(object->image, section);
	if (!data)
		return -1;
	sites->data = sites->copy = elf_relocated_copy(object->image, section, data);
	sites->count = sites->copy ? data->d_size / 8 : 0;
	return sites->copy ? 0 : -1;
}

/* -1 after a message. SITES is to be closed all the same. */
static int open_sites(const struct kernel_object *object, struct sites *sites)
{
	*sites = (struct sites){ NULL, NULL, 0 };
	return object->elf.header.e_type == ET_REL ? module_sites(object, sites)
						   : image_sites(object, sites);
}

static void close_sites(struct sites *sites)
{
	free(sites->copy);
}

/* How many there are from START up to before END. */
static size_t count_sites(const struct kernel_object *object, const struct sites *sites,
			  uint64_t start, uint64_t end)
{
	bool big_endian = elf_file_is_big_endian(&object->elf);
	bool in_module = object->elf.header.e_type == ET_REL;
	size_t count = 0;

	for (size_t i = 0; i < sites->count; i++) {
		uint64_t site = bytes_load(sites->data + 8 * i, 8, big_endian);

		if (in_module)
			site = target_image_address(object, site);
		count += site >= start && site < end;
	}
	return count;
}

/* Is there a site from START up to before END? 1, 0, or -1 after a message. */
static int has_site(const struct kernel_object *object, uint64_t start, uint64_t end)
{
	struct sites sites;
	int found = open_sites(object, &sites);

	if (!found)
		found = count_sites(object, &sites, start, end) > 0;
	close_sites(&sites);
	return found;
}

/* Where the symbol of OBJECT's image that follows ADDRESS stands, of those that its kallsyms has; UINT64_MAX: none does. */
static uint64_t next_symbol(struct kernel_object *object, uint64_t address)
{
	const struct elf_file *elf = &object->elf;
	uint64_t next = UINT64_MAX;

	for (size_t i = 1; i < elf->symbol_count; i++) {
		uint64_t at = elf->symbols[i].address;

		if (at > address && at < next && symbol_table_at(&object->symbols, at, NULL))
			next = at;
	}
	return next;
}

/*
 * May the kernel take another one of SITES for SYMBOL's, which has one? If none is at the very symbol, any one will do for it up
 * to the next symbol, as bsearch() comes upon it (lookup_rec() in kernel/trace/ftrace.c, since Linux 5.18). Between them there is
 * code that has lost its symbol: a weak function's that another one overrides.
 */
static bool may_miss(struct kernel_object *object, const struct sites *sites,
		     const struct elf_symbol *symbol)
{
	uint64_t address = symbol->address, before = object->elf.arch->site_before;

	if (object->elf.header.e_type == ET_REL || address < before ||
	    (!before && count_sites(object, sites, address, address + 1)))
		return false;
	return count_sites(object, sites, address - before, next_symbol(object, address) - before) >
	       1;
}

/* Of those sites that may be the function's (ftrace_location()). */
static int find_ftrace_site(struct kernel_object *object, const struct elf_symbol *symbol,
			    struct site *site)
{
	const struct arch *arch = object->elf.arch;
	uint64_t behind = arch->site_behind, address = symbol->address;
	uint64_t before = address < arch->site_before ? address : arch->site_before;
	struct sites sites;
	int result = open_sites(object, &sites);
	const char *lacks = "";

	if (!behind)
		behind = symbol->size ? symbol->size : 1;
	if (!result) {
		site->is_there = count_sites(object, &sites, address - before, address + behind);
		if (!site->is_there)
			lacks = "has no ftrace site";
		else if (may_miss(object, &sites, symbol))
			lacks = "is followed by code without a symbol, whose ftrace site the kernel may "
				"take for its own";
	}
	close_sites(&sites);
	if (*lacks)
		site->id = "untraceable";
	snprintf(site->lacks, sizeof(site->lacks), "%s", lacks);
	return result;
}

/* The most bytes that a direct call has. */
#define LONGEST_CALL 8

/* A search for a call within the first ROOM bytes of a function. */
struct early_call {
	struct kernel_object *object;
	const struct elf_symbol *symbol;
	uint64_t room;
};

/* 1: the call that returns to ADDRESS is such a one. */
static int is_early(uint64_t address, void *data)
{
	const struct early_call *early = data;
	uint64_t end = address - early->symbol->address;
	struct call call;

	if (!call_before(early->object, address, &call) || !call.returns)
		call.size = early->object->elf.arch->pointer_call_size;
	/* A part of the function may be elsewhere, before it. */
	return end >= call.size && end - call.size < early->room;
}

/* The compiler's word. 1, 0, or -1 after a message. */
static int compiler_tells(struct early_call *early)
{
	struct kernel_object *object = early->object;
	struct dwarf_unit *unit = dwarf_file_unit_at(&object->dwarf, early->symbol->address);
	const struct definition *definition = NULL;

	if (!unit)
		return 0;
	if (unit_read(&object->dwarf, unit))
		return -1;
	for (size_t i = 0; i < unit->content->count && !definition; i++)
		if (unit->content->definitions[i].kind == DEFINITION_FUNCTION &&
		    unit->content->definitions[i].state == DEFINITION_PRESENT &&
		    unit->content->definitions[i].address == early->symbol->address)
			definition = &unit->content->definitions[i];
	return definition
		       ? unit_each_return(&object->dwarf, unit, definition, is_early, early)
		       : 0;
}

/* Does a function begin at ADDRESS? */
static bool is_function(struct kernel_object *object, uint64_t address)
{
	const struct elf_symbol *symbol = NULL;

	while ((symbol = symbol_table_at(&object->symbols, address, symbol)))
		if (symbol->type == STT_FUNC || symbol->type == STT_NOTYPE)
			return true;
	return false;
}

/*
 * What the code says, as asm statements may contain calls. That of an ftrace site is none: the kernel writes over it. 1, 0,
 * or -1 after a message.
 */
static int code_tells(struct early_call *early)
{
	uint64_t start = early->symbol->address;

	if (call_by_pointer(early->object, early->symbol, early->room))
		return 1;
	for (uint64_t end = start + 1; end < start + early->room + LONGEST_CALL; end++) {
		struct call call;
		int site;

		if (!call_before(early->object, end, &call) || !call.returns ||
		    !is_early(end, early) ||
		    !(call.relocated || is_function(early->object, call.target)))
			continue;
		site = has_site(early->object, end - call.size, end);
		if (site <= 0)
			return site < 0 ? -1 : 1;
	}
	return 0;
}

static int has_early_call(struct early_call *early)
{
	int told = compiler_tells(early);

	return told ? told : code_tells(early);
}

/* Is there room for the jump of a kernel without ftrace? 0, or -1 after a message. */
static int find_room(struct kernel_object *object, const struct elf_symbol *symbol,
		     struct site *site)
{
	struct early_call early = { object, symbol, object->elf.arch->jump_size };
	unsigned long long room = early.room;
	int calls = 0;

	site->id = "jump";
	if (!room)
		snprintf(site->lacks, sizeof(site->lacks),
			 "is for %s, where it is not known how long this kernel's jump is",
			 object->elf.arch->name);
	else if (symbol->size < room)
		snprintf(site->lacks, sizeof(site->lacks),
			 "has %llu bytes, and this kernel writes a jump of %llu over its beginning",
			 (unsigned long long)symbol->size, room);
	else if ((calls = has_early_call(&early)))
		snprintf(site->lacks, sizeof(site->lacks),
			 "has a call in its first %llu bytes, over which this kernel writes a jump",
			 room);
	return calls < 0 ? -1 : 0;
}

int site_find(struct kernel_object *object, const struct elf_symbol *symbol, struct site *site)
{
	*site = (struct site){ .id = NULL };
	return object->by_jump ? find_room(object, symbol, site)
			       : find_ftrace_site(object, symbol, site);
}
