/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * S/390 of 64 bits, which is big-endian. The relocations that modules have are those of apply_rela() in
 * arch/s390/kernel/module.c of the kernel, all others are the ABI's. It writes over what is there.
 *
 * The distances in instructions count in halfwords from the instruction, their relocations stand two bytes behind that
 * and have two more in the addend:
 *
 *	brasl	%r14, hidden		c0 e5, R_390_PLT32DBL hidden + 2
 *	lgrl	%r1, counter@GOTENT	c4 18, R_390_GOTENT counter + 2
 *
 * A symbol's entry in the table of addresses (GOT) is filled in once (got_initialized), as are those of the procedure
 * linkage table; the latter are used by calls that do not reach, and modules reach each other.
 */
#include <string.h>

#include "elf/arch-table.h"
#include "elf/bytes.h"

#define HALFWORD 2 /* bytes; where an instruction's relocation is */

/* The displacement of 12 bits in an instruction's second half, and of 20 in its middle (apply_rela_bits()). */
#define SHORT_BITS 0x0fff
#define LONG_BITS  0x0fffff00

#define CODE(type, relocation_kind, bytes, ...)                                                    \
	[type] = { .name = #type,                                                                  \
		   .kind = relocation_kind,                                                        \
		   .size = bytes,                                                                  \
		   .in_modules = true,                                                             \
		   __VA_ARGS__ }

static const struct arch_relocation relocations[] = {
	ARCH_MODULE(R_390_NONE, ARCH_HINT, 0),
	ARCH_MODULE(R_390_8, ARCH_ABSOLUTE, 1),
	ARCH_MODULE(R_390_16, ARCH_ABSOLUTE, 2),
	ARCH_MODULE(R_390_32, ARCH_ABSOLUTE, 4),
	ARCH_MODULE(R_390_64, ARCH_ABSOLUTE, 8),
	CODE(R_390_12, ARCH_ABSOLUTE, 2, .mask = SHORT_BITS),
	CODE(R_390_20, ARCH_ABSOLUTE, 4, .mask = LONG_BITS),
	ARCH_MODULE(R_390_PC16, ARCH_RELATIVE, 2),
	ARCH_MODULE(R_390_PC32, ARCH_RELATIVE, 4),
	ARCH_MODULE(R_390_PC64, ARCH_RELATIVE, 8),
	ARCH_MODULE(R_390_PC16DBL, ARCH_RELATIVE, 2),
	ARCH_MODULE(R_390_PC32DBL, ARCH_RELATIVE, 4),
	/* By way of an entry of .plt where the distance is too long, and always for the last two. */
	ARCH_MODULE(R_390_PLT16DBL, ARCH_CALL, 2),
	ARCH_MODULE(R_390_PLT32DBL, ARCH_CALL, 4),
	CODE(R_390_PLT32, ARCH_CALL, 4, .once = true),
	CODE(R_390_PLT64, ARCH_CALL, 8, .once = true),
	/* By way of an entry of the table of addresses. */
	CODE(R_390_GOT12, ARCH_GOT, 2, .mask = SHORT_BITS, .once = true),
	CODE(R_390_GOT16, ARCH_GOT, 2, .once = true),
	CODE(R_390_GOT20, ARCH_GOT, 4, .mask = LONG_BITS, .once = true),
	CODE(R_390_GOT32, ARCH_GOT, 4, .once = true),
	CODE(R_390_GOT64, ARCH_GOT, 8, .once = true),
	CODE(R_390_GOTENT, ARCH_GOT, 4, .once = true),
	CODE(R_390_GOTPLT12, ARCH_GOT, 2, .mask = SHORT_BITS, .once = true),
	CODE(R_390_GOTPLT16, ARCH_GOT, 2, .once = true),
	CODE(R_390_GOTPLT20, ARCH_GOT, 4, .mask = LONG_BITS, .once = true),
	CODE(R_390_GOTPLT32, ARCH_GOT, 4, .once = true),
	CODE(R_390_GOTPLT64, ARCH_GOT, 8, .once = true),
	CODE(R_390_GOTPLTENT, ARCH_GOT, 4, .once = true),
	/* From that table to an entry of .plt, to a symbol, and from the place to the table. */
	CODE(R_390_PLTOFF16, ARCH_CALL, 2, .once = true),
	CODE(R_390_PLTOFF32, ARCH_CALL, 4, .once = true),
	CODE(R_390_PLTOFF64, ARCH_CALL, 8, .once = true),
	ARCH_MODULE(R_390_GOTOFF16, ARCH_RELATIVE, 2),
	ARCH_MODULE(R_390_GOTOFF32, ARCH_RELATIVE, 4),
	ARCH_MODULE(R_390_GOTOFF64, ARCH_RELATIVE, 8),
	ARCH_MODULE(R_390_GOTPC, ARCH_OTHER, 4),
	ARCH_MODULE(R_390_GOTPCDBL, ARCH_OTHER, 4),
	/* Thread-local variables. */
	ARCH_ELSEWHERE(R_390_TLS_LOAD, ARCH_HINT, 0),
	ARCH_ELSEWHERE(R_390_TLS_GDCALL, ARCH_HINT, 0),
	ARCH_ELSEWHERE(R_390_TLS_LDCALL, ARCH_HINT, 0),
	ARCH_ELSEWHERE(R_390_TLS_GD64, ARCH_OTHER, 8),
	ARCH_ELSEWHERE(R_390_TLS_GOTIE12, ARCH_OTHER, 2),
	ARCH_ELSEWHERE(R_390_TLS_GOTIE20, ARCH_OTHER, 4),
	ARCH_ELSEWHERE(R_390_TLS_GOTIE64, ARCH_OTHER, 8),
	ARCH_ELSEWHERE(R_390_TLS_LDM64, ARCH_OTHER, 8),
	ARCH_ELSEWHERE(R_390_TLS_IE64, ARCH_OTHER, 8),
	ARCH_ELSEWHERE(R_390_TLS_IEENT, ARCH_OTHER, 4),
	ARCH_ELSEWHERE(R_390_TLS_LE64, ARCH_OTHER, 8),
	ARCH_ELSEWHERE(R_390_TLS_LDO64, ARCH_OTHER, 8),
	ARCH_ELSEWHERE(R_390_TLS_DTPMOD, ARCH_OTHER, 8),
	ARCH_ELSEWHERE(R_390_TLS_DTPOFF, ARCH_OTHER, 8),
	ARCH_ELSEWHERE(R_390_TLS_TPOFF, ARCH_OTHER, 8),
	/* Dynamic ones, of linked files. */
	ARCH_ELSEWHERE(R_390_COPY, ARCH_OTHER, 0),
	ARCH_ELSEWHERE(R_390_GLOB_DAT, ARCH_OTHER, 8),
	ARCH_ELSEWHERE(R_390_JMP_SLOT, ARCH_OTHER, 8),
	ARCH_ELSEWHERE(R_390_RELATIVE, ARCH_OTHER, 8),
	ARCH_ELSEWHERE(R_390_IRELATIVE, ARCH_OTHER, 8),
};

/* The calls and jumps that always lead somewhere: the first halfword, and bytes of the distance behind it. */
static const struct branch {
	unsigned char operation[HALFWORD];
	unsigned int size;
	unsigned int relocation;
	bool returns;
} branches[] = {
	{ { 0xc0, 0xe5 }, 4, R_390_PLT32DBL, true },  /* brasl %r14 */
	{ { 0xc0, 0xf4 }, 4, R_390_PLT32DBL, false }, /* brcl 15, which is jg */
	{ { 0xa7, 0xe5 }, 2, R_390_PLT16DBL, true },  /* bras %r14 */
	{ { 0xa7, 0xf4 }, 2, R_390_PLT16DBL, false }, /* brc 15, which is j */
};

/* What a number of SIZE bytes at CODE says, which counts halfwords, in bytes. */
static int64_t distance_at(const unsigned char *code, unsigned int size)
{
	uint64_t halfwords = bytes_load(code, size, true);

	return (int64_t)(halfwords << (64 - 8 * size)) >> (64 - 8 * size - 1);
}

static bool is_branch(const struct branch *branch, const unsigned char *code, uint64_t size)
{
	return size >= HALFWORD + branch->size &&
	       !memcmp(code, branch->operation, sizeof(branch->operation));
}

static bool find_call(const unsigned char *code, uint64_t size, bool big_endian,
		      struct arch_call *call)
{
	(void)big_endian;
	for (size_t i = 0; i < ARRAY_SIZE(branches) && size % HALFWORD == 0; i++) {
		unsigned int length = HALFWORD + branches[i].size;

		if (size < length || !is_branch(&branches[i], code + size - length, length))
			continue;
		call->size = length;
		call->back = branches[i].size;
		call->bias = -HALFWORD;
		call->distance =
			distance_at(code + size - branches[i].size, branches[i].size) - length;
		call->returns = branches[i].returns;
		call->relocation = &relocations[branches[i].relocation];
		return true;
	}
	return false;
}

/* Distances in halfwords are those of instructions. */
static int counted_from(const struct arch_relocation *relocation, const unsigned char *code,
			uint64_t at)
{
	(void)code;
	(void)at;
	switch (relocation - relocations) {
	case R_390_PC16DBL:
	case R_390_PC32DBL:
	case R_390_PLT16DBL:
	case R_390_PLT32DBL:
	case R_390_GOTENT:
	case R_390_GOTPLTENT:
		return -HALFWORD;
	default:
		return 0;
	}
}

/* Does an instruction begin at AT? Its first two bits tell how long it is. */
static bool is_beginning(const unsigned char *code, uint64_t at)
{
	static const unsigned int lengths[] = { 2, 4, 4, 6 };
	uint64_t place = 0;

	while (place < at)
		place += lengths[code[place] >> 6];
	return place == at;
}

/* The assembler itself fills in branches within a section: one that leads out of the function, in both. */
static uint64_t may_differ(const struct arch_code *code, uint64_t at)
{
	uint64_t left = code->size - at;

	for (size_t i = 0; i < ARRAY_SIZE(branches) && at % HALFWORD == 0; i++) {
		const struct branch *branch = &branches[i];
		const unsigned char *ours = code->ours + at, *theirs = code->theirs + at;

		if (!is_branch(branch, ours, left) || !is_branch(branch, theirs, left))
			continue;
		if (at + (uint64_t)distance_at(ours + HALFWORD, branch->size) < code->size ||
		    at + (uint64_t)distance_at(theirs + HALFWORD, branch->size) < code->size ||
		    !is_beginning(code->ours, at))
			return 0;
		return HALFWORD + branch->size;
	}
	return 0;
}

/*
 * lld knows what will be in an entry of the table of addresses, and spares reading it:
 *
 *	lgrl %r1, counter@GOTENT	c4 18	larl %r1, counter	c0 10
 */
static bool relaxed(const struct arch_code *code, const struct arch_relocation *relocation,
		    uint64_t at, uint64_t *start, uint64_t *size)
{
	const unsigned char *ours = code->ours + at, *theirs = code->theirs + at;

	*start = at - HALFWORD;
	*size = HALFWORD;
	return relocation == &relocations[R_390_GOTENT] && at >= HALFWORD && ours[-2] == 0xc4 &&
	       (ours[-1] & 0x0f) == 0x08 && theirs[-2] == 0xc0 && theirs[-1] == (ours[-1] & 0xf0);
}

static const char *const syscall_prefixes[] = { "__s390x_sys_", "__s390_sys_", "__s390_compat_sys_",
						NULL };

static const char *const made_prefixes[] = { "__cfi_", NULL };

/* module_frob_arch_sections(). */
static const char *const loader_symbols[] = { "_GLOBAL_OFFSET_TABLE_", NULL };

/*
 * struct jump_entry has two distances of 4 bytes and the key's of 8; expolines are listed by a distance each
 * (nospec_revert()). The others have changed their form, or depend on the configuration.
 */
static const struct arch_special specials[] = {
	{ "__jump_table", ARCH_STATIC_KEY, 16 },
	{ ".altinstructions", ARCH_ALTERNATIVE, 0 },
	{ ".altinstr_replacement", ARCH_ALTERNATIVE, 0 },
	{ "__bug_table", ARCH_BUG, 0 },
	{ "__ex_table", ARCH_EXCEPTION, 0 },
	{ ".s390_indirect_jump", ARCH_INDIRECT_CALL, 4 },
	{ ".s390_indirect_call", ARCH_INDIRECT_CALL, 4 },
	{ ".s390_indirect_branches", ARCH_INDIRECT_CALL, 4 },
	{ ".s390_return_reg", ARCH_RETURN, 4 },
	{ ".s390_return_mem", ARCH_RETURN, 4 },
};

const struct arch arch_s390 = {
	.machine = EM_S390,
	.name = "S/390",
	.complete = true,
	.relocations = relocations,
	.relocation_count = ARRAY_SIZE(relocations),
	.relative = R_390_RELATIVE,
	.find_call = find_call,
	.counted_from = counted_from,
	.may_differ = may_differ,
	.relaxed = relaxed,
	/* The site is the function's first instruction, of 6 bytes (-mfentry -mnop-mcount, -mhotpatch=0,3). */
	.syscall_prefixes = syscall_prefixes,
	.made_prefixes = made_prefixes,
	.loader_symbols = loader_symbols,
	.specials = specials,
	.special_count = ARRAY_SIZE(specials),
};
