/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The architectures. Comes in: the machine of an ELF file. Goes out: its table, and answers from it.
 */
#include "elf/arch.h"

#include <string.h>

#include "elf/arch-table.h"
#include "elf/bytes.h"

/* For files of any other machine. */
static const struct arch unknown = { .machine = EM_NONE, .name = "an unknown machine" };

static const struct arch *const all[] = {
	&arch_x86_64, &arch_arm64, &arch_riscv, &arch_ppc64, &arch_s390, &arch_i386, &arch_arm,
};

const struct arch *arch_of(unsigned int machine)
{
	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		if (all[i]->machine == machine)
			return all[i];
	return &unknown;
}

const struct arch_relocation *arch_relocation(const struct arch *arch, uint64_t type)
{
	return type < arch->relocation_count && arch->relocations[type].name
		       ? &arch->relocations[type]
		       : NULL;
}

const struct arch_relocation *arch_module_relocation(const struct arch *arch, uint64_t type)
{
	const struct arch_relocation *relocation = arch_relocation(arch, type);

	return relocation && relocation->in_modules ? relocation : NULL;
}

const char *arch_describe_relocation(const struct arch *arch, uint64_t type, struct arena *arena)
{
	const struct arch_relocation *relocation = arch_relocation(arch, type);

	if (!relocation)
		return arena_printf(arena, "of the unknown type %llu", (unsigned long long)type);
	return arena_printf(arena, "%s (%llu)", relocation->name, (unsigned long long)type);
}

void arch_mask_relocation(const struct arch *arch, const struct arch_relocation *relocation,
			  uint64_t at, uint64_t size, bool big_endian, unsigned char *mask)
{
	unsigned char bits[sizeof(relocation->mask)];

	/* Some bits, not all, are those of an instruction. */
	big_endian = big_endian && !arch->little_endian_code;
	bytes_store(bits, relocation->mask, sizeof(bits), false);
	for (unsigned int i = 0; i < relocation->size; i++) {
		/* Bytes of a number count from its low end. */
		unsigned int byte = big_endian ? relocation->size - 1 - i : i;

		if (at + i < size)
			mask[at + i] |= relocation->mask ? bits[byte] : 0xff;
	}
}

bool arch_takes_address(const struct arch *arch, uint64_t type)
{
	const struct arch_relocation *relocation = arch_relocation(arch, type);

	if (!relocation)
		return false;
	switch (relocation->kind) {
	case ARCH_ABSOLUTE:
	case ARCH_RELATIVE:
	case ARCH_GOT:
	case ARCH_SET:
	case ARCH_ADD:
		return true;
	default:
		return false;
	}
}

unsigned int arch_absolute_size(const struct arch *arch, uint64_t type)
{
	const struct arch_relocation *relocation = arch_relocation(arch, type);

	return relocation && relocation->kind == ARCH_ABSOLUTE && !relocation->mask
		       ? relocation->size
		       : 0;
}

bool arch_is_loader_symbol(const struct arch *arch, const char *name)
{
	const char *const *symbol = arch->loader_symbols;

	for (; symbol && *symbol; symbol++)
		if (!strcmp(name, *symbol))
			return true;
	return false;
}

bool arch_is_made_symbol(const struct arch *arch, const char *name)
{
	const char *const *prefix = arch->made_prefixes;

	for (; prefix && *prefix; prefix++)
		if (string_starts_with(name, *prefix))
			return true;
	return false;
}

const struct arch_special *arch_special_section(const struct arch *arch, const char *name)
{
	for (size_t i = 0; i < arch->special_count; i++)
		if (!strcmp(arch->specials[i].section, name))
			return &arch->specials[i];
	return NULL;
}

bool arch_boot_payload(const unsigned char *image, uint64_t size, uint64_t *offset,
		       uint64_t *length)
{
	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		if (all[i]->boot_payload && all[i]->boot_payload(image, size, offset, length))
			return range_is_within(*offset, *length, size);
	return false;
}
