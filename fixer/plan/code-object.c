/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads an object for the comparison of code. Comes in: a file that the compiler has made. Goes out: functions by
 * name, symbols and relocations by place.
 *
 * The assembler writes a local symbol as its section and a distance, which have to be led back. Of a variable "count"
 * at 0x20 of .bss, for example, a comparison with a small number has the distance to .bss + 0x1b: 5 less, as the
 * processor counts from the instruction's end, behind the distance's four bytes and the number's one (see
 * arch->counted_from).
 */
#include "plan/code-object.h"

#include <stdlib.h>
#include <string.h>

#include "base/diag.h"

#define NUMBERED_PREFIX ".L"  /* names like .LC3 are numbers */
#define CONSTANT_PREFIX ".LC" /* of those, data without a type and a size */

static int by_place(const void *a, const void *b)
{
	const GElf_Rela *one = a, *other = b;

	if (one->r_offset != other->r_offset)
		return one->r_offset < other->r_offset ? -1 : 1;
	/* Which number a symbol has is of no meaning. */
	if (GELF_R_TYPE(one->r_info) != GELF_R_TYPE(other->r_info))
		return GELF_R_TYPE(one->r_info) < GELF_R_TYPE(other->r_info) ? -1 : 1;
	return (one->r_info > other->r_info) - (one->r_info < other->r_info);
}

static int by_value(const void *a, const void *b)
{
	const struct elf_symbol *one = *(const struct elf_symbol *const *)a;
	const struct elf_symbol *other = *(const struct elf_symbol *const *)b;

	if (one->value != other->value)
		return one->value < other->value ? -1 : 1;
	return strcmp(one->name, other->name);
}

static int by_name(const void *a, const void *b)
{
	const struct elf_symbol *one = *(const struct elf_symbol *const *)a;
	const struct elf_symbol *other = *(const struct elf_symbol *const *)b;

	return strcmp(one->name, other->name);
}

static int read_relocations(struct code_object *object, size_t index)
{
	const GElf_Shdr *header = &object->elf.sections[index].header;
	struct code_section *section;
	Elf_Data *data;
	GElf_Rela rela;

	if (header->sh_type != SHT_RELA || header->sh_info >= object->elf.section_count)
		return 0;
	section = &object->sections[header->sh_info];
	data = elf_file_data(&object->elf, index);
	if (!data)
		return -1;
	for (int i = 0; gelf_getrela(data, i, &rela); i++) {
		section->relocations =
			array_grow(section->relocations, section->relocation_count, sizeof(rela));
		section->relocations[section->relocation_count++] = rela;
	}
	return 0;
}

static bool is_numbered(const struct elf_symbol *symbol)
{
	return string_starts_with(symbol->name, NUMBERED_PREFIX);
}

static void add_numbered(struct code_section *section, const struct elf_symbol *symbol)
{
	if (!string_starts_with(symbol->name, CONSTANT_PREFIX) &&
	    (symbol->type != STT_OBJECT || !symbol->size))
		return;
	section->numbered =
		array_grow(section->numbered, section->numbered_count, sizeof(*section->numbered));
	section->numbered[section->numbered_count++] = symbol;
}

static void add_symbol(struct code_object *object, const struct elf_symbol *symbol)
{
	struct code_section *section;

	if (!symbol->section || symbol->section >= object->elf.section_count ||
	    symbol->type == STT_SECTION || symbol->type == STT_FILE)
		return;
	/* "$d" and the like. */
	if (symbol->type == STT_NOTYPE && arch_is_made_symbol(object->elf.arch, symbol->name))
		return;
	section = &object->sections[symbol->section];
	if (is_numbered(symbol)) {
		add_numbered(section, symbol);
		return;
	}
	section->symbols =
		array_grow(section->symbols, section->symbol_count, sizeof(*section->symbols));
	section->symbols[section->symbol_count++] = symbol;
	if (symbol->type != STT_FUNC || !symbol->size)
		return;
	object->functions =
		array_grow(object->functions, object->function_count, sizeof(*object->functions));
	object->functions[object->function_count++] = symbol;
}

static void sort_symbols(const struct elf_symbol **symbols, size_t count)
{
	if (count)
		qsort(symbols, count, sizeof(*symbols), by_value);
}

static int read_object(struct code_object *object)
{
	object->sections = xcalloc(object->elf.section_count, sizeof(*object->sections));
	for (size_t i = 1; i < object->elf.symbol_count; i++)
		add_symbol(object, &object->elf.symbols[i]);
	if (object->function_count)
		qsort(object->functions, object->function_count, sizeof(*object->functions),
		      by_name);
	for (size_t i = 1; i < object->elf.section_count; i++) {
		const GElf_Shdr *header = &object->elf.sections[i].header;

		if (read_relocations(object, i))
			return -1;
		if (!(header->sh_flags & SHF_ALLOC) || header->sh_type == SHT_NOBITS)
			continue;
		object->sections[i].data = elf_file_raw_data(&object->elf, i);
		if (!object->sections[i].data)
			return -1;
	}
	for (size_t i = 1; i < object->elf.section_count; i++) {
		struct code_section *section = &object->sections[i];

		if (section->relocation_count)
			qsort(section->relocations, section->relocation_count,
			      sizeof(*section->relocations), by_place);
		sort_symbols(section->symbols, section->symbol_count);
		sort_symbols(section->numbered, section->numbered_count);
	}
	return 0;
}

static int by_number(const void *a, const void *b)
{
	uint64_t one = *(const uint64_t *)a, other = *(const uint64_t *)b;

	return (one > other) - (one < other);
}

static void add_place(struct code_object *object, const struct code_target *target)
{
	struct code_section *section = &object->sections[target->section];

	if (target->symbol || !target->section ||
	    !(object->elf.sections[target->section].header.sh_flags & SHF_EXECINSTR))
		return;
	section->places =
		array_grow(section->places, section->place_count, sizeof(*section->places));
	section->places[section->place_count++] = target->place;
}

static void find_places(struct code_object *object)
{
	for (size_t i = 1; i < object->elf.section_count; i++) {
		const struct code_section *section = &object->sections[i];
		uint64_t size = object->elf.sections[i].header.sh_size;
		struct code_range range;
		struct code_target target;

		if (!section->data || !code_object_range(object, i, 0, size, &range))
			continue;
		for (size_t j = 0; j < range.relocation_count; j++)
			if (code_object_target(&range, &range.relocations[j], &target))
				add_place(object, &target);
	}
	for (size_t i = 1; i < object->elf.section_count; i++)
		if (object->sections[i].place_count)
			qsort(object->sections[i].places, object->sections[i].place_count,
			      sizeof(*object->sections[i].places), by_number);
}

int code_object_open(struct code_object *object, const char *path)
{
	struct diag_place place = { path, 0 };

	memset(object, 0, sizeof(*object));
	if (elf_file_open(&object->elf, path, "the object"))
		return -1;
	object->opened = true;
	if (object->elf.header.e_type != ET_REL) {
		diag_error(&place, "elf", "not a relocatable object, but the object has to be one");
		return -1;
	}
	if (elf_file_check_machine(&object->elf) || read_object(object))
		return -1;
	find_places(object);
	return 0;
}

void code_object_close(struct code_object *object)
{
	for (size_t i = 0; object->sections && i < object->elf.section_count; i++) {
		free(object->sections[i].relocations);
		free(object->sections[i].symbols);
		free(object->sections[i].numbered);
		free(object->sections[i].places);
	}
	free(object->sections);
	free(object->functions);
	if (object->opened)
		elf_file_close(&object->elf);
	memset(object, 0, sizeof(*object));
}

/* The first relocation of SECTION that is at PLACE or behind it. */
static size_t first_relocation(const struct code_section *section, uint64_t place)
{
	size_t low = 0, high = section->relocation_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (section->relocations[middle].r_offset < place)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool code_object_range(const struct code_object *object, size_t section, uint64_t start,
		       uint64_t size, struct code_range *range)
{
	const struct code_section *found = &object->sections[section];
	size_t first, last;

	if (!section || section >= object->elf.section_count ||
	    !range_is_within(start, size, object->elf.sections[section].header.sh_size) ||
	    (found->data && !range_is_within(start, size, found->data->d_size)))
		return false;
	first = first_relocation(found, start);
	last = first_relocation(found, start + size);
	*range = (struct code_range){
		.object = object,
		.section = section,
		.start = start,
		.size = size,
		.bytes = found->data ? (const unsigned char *)found->data->d_buf + start : NULL,
		.relocations = found->relocations + first,
		.relocation_count = last - first,
	};
	return true;
}

/* How many of SYMBOLS, sorted, are at PLACE or before it. */
static size_t symbols_up_to(const struct elf_symbol *const *symbols, size_t count, uint64_t place)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (symbols[middle]->value <= place)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void code_object_place(const struct code_object *object, size_t section, uint64_t place,
		       struct code_target *target)
{
	const struct code_section *found = &object->sections[section];

	*target = (struct code_target){ .section = section, .place = place };
	/* Symbols may lie in each other, but hardly do. */
	for (size_t i = symbols_up_to(found->symbols, found->symbol_count, place), tried = 0;
	     i && tried < 4; i--) {
		const struct elf_symbol *symbol = found->symbols[i - 1];

		tried += symbol->size > 0;
		if (place - symbol->value >= symbol->size && place != symbol->value)
			continue;
		/* Something without a size, as the keys of lockdep where that is off, may be anywhere. */
		if (!target->symbol || symbol->size) {
			target->symbol = symbol;
			target->rest = (int64_t)(place - symbol->value);
		}
		if (symbol->size)
			return;
	}
}

const struct elf_symbol *const *code_object_symbols_at(const struct code_object *object,
						       size_t section, uint64_t value,
						       size_t *count)
{
	const struct code_section *found = &object->sections[section];
	size_t end = symbols_up_to(found->symbols, found->symbol_count, value), first = end;

	while (first && found->symbols[first - 1]->value == value)
		first--;
	*count = end - first;
	return found->symbols + first;
}

/* Where the numbered data that PLACE is in ends, or the next one begins, if that is before END. */
static uint64_t end_of_numbered(const struct code_section *section, uint64_t place, uint64_t end)
{
	size_t next = symbols_up_to(section->numbered, section->numbered_count, place);
	const struct elf_symbol *last = next ? section->numbered[next - 1] : NULL;

	if (last && place - last->value < last->size)
		return last->value + last->size;
	if (next < section->numbered_count && section->numbered[next]->value < end)
		return section->numbered[next]->value;
	return end;
}

uint64_t code_object_next_place(const struct code_object *object, size_t section, uint64_t place)
{
	const struct code_section *found = &object->sections[section];
	size_t next = symbols_up_to(found->symbols, found->symbol_count, place);
	size_t low = 0, high = found->place_count;
	uint64_t end = next < found->symbol_count ? found->symbols[next]->value
						  : object->elf.sections[section].header.sh_size;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (found->places[middle] <= place)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < found->place_count && found->places[low] < end)
		end = found->places[low];
	return end_of_numbered(found, place, end);
}

const struct elf_symbol *code_object_last_symbol(const struct code_object *object, size_t section)
{
	const struct code_section *found = &object->sections[section];

	return found->symbol_count ? found->symbols[found->symbol_count - 1] : NULL;
}

/* What the addend of RELOCATION is short of. */
static int64_t bias_of(const struct code_range *range, const GElf_Rela *relocation)
{
	const struct arch *arch = range->object->elf.arch;
	const struct arch_relocation *known =
		arch_relocation(arch, GELF_R_TYPE(relocation->r_info));
	uint64_t at = relocation->r_offset - range->start;

	if (!known || !arch->counted_from || !range->bytes || at < 1 ||
	    !(range->object->elf.sections[range->section].header.sh_flags & SHF_EXECINSTR) ||
	    (known->kind != ARCH_RELATIVE && known->kind != ARCH_CALL && known->kind != ARCH_GOT))
		return 0;
	return arch->counted_from(known, range->bytes, at);
}

bool code_object_target(const struct code_range *range, const GElf_Rela *relocation,
			struct code_target *target)
{
	const struct code_object *object = range->object;
	uint64_t index = GELF_R_SYM(relocation->r_info);
	int64_t rest = relocation->r_addend + bias_of(range, relocation);
	const struct elf_symbol *symbol;

	if (index >= object->elf.symbol_count)
		return false;
	symbol = &object->elf.symbols[index];
	*target = (struct code_target){ .symbol = symbol, .rest = rest, .named = true };
	if (!symbol->section || symbol->section >= object->elf.section_count)
		return true;
	target->section = symbol->section;
	target->place = symbol->value + (uint64_t)rest;
	if (symbol->type == STT_SECTION || is_numbered(symbol))
		code_object_place(object, symbol->section, target->place, target);
	return true;
}

const struct elf_symbol *code_object_function(const struct code_object *object, const char *name)
{
	size_t low = 0, high = object->function_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(object->functions[middle]->name, name);

		if (!order)
			return object->functions[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}
