/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PowerPC of 64 bits, with the ABI's version 2, which the little-endian one has. The relocations that modules have are
 * those of apply_relocate_add() in arch/powerpc/kernel/module_64.c of the kernel, all others are the ABI's.
 *
 * A function that needs r2, the address of the table that variables' addresses are in (TOC), has two entries: calls from
 * elsewhere come to its symbol, where it makes r2 from r12, calls of the same file behind that. How far behind is in the
 * symbol's st_other.
 *
 *	loads:	addis	r2, r12, .TOC. - loads@ha	R_PPC64_REL16_HA	the global entry
 *		addi	r2, r2, .TOC. - loads@l		R_PPC64_REL16_LO
 *		mflr	r0						the local entry
 *		bl	_mcount				R_PPC64_REL24		ftrace's site
 *		...
 *		bl	hidden				R_PPC64_REL24
 *		nop
 *
 * What a module calls outside of it is called by way of a stub (stub_for_addr()), which goes to the global entry and
 * keeps r2 where the instruction behind the call takes it from: the kernel writes that in place of the nop (restore_r2()).
 */
#include <string.h>

#include "elf/arch-table.h"
#include "elf/bytes.h"

#define INSTRUCTION_SIZE 4
#define BRANCH_BITS                                                                                \
	0x03fffffc /* b, bl: the distance; instructions have no other number of this form */
#define DS_BITS	      0xfffc		 /* ld, std, lwa: the last two bits are the operation's */
#define PREFIXED_BITS 0x0000ffff0003ffff /* 18 bits of the first word, 16 of the second */
#define NOP	      0x60000000

#define MASKED(type, relocation_kind, bytes, bits, modules)                                        \
	[type] = { .name = #type,                                                                  \
		   .kind = relocation_kind,                                                        \
		   .size = bytes,                                                                  \
		   .mask = bits,                                                                   \
		   .in_modules = modules }

static const struct arch_relocation relocations[] = {
	ARCH_ELSEWHERE(R_PPC64_NONE, ARCH_HINT, 0),
	ARCH_MODULE(R_PPC64_ADDR64, ARCH_ABSOLUTE, 8),
	ARCH_MODULE(R_PPC64_ADDR32, ARCH_ABSOLUTE, 4),
	ARCH_ELSEWHERE(R_PPC64_UADDR64, ARCH_ABSOLUTE, 8),
	ARCH_ELSEWHERE(R_PPC64_UADDR32, ARCH_ABSOLUTE, 4),
	ARCH_ELSEWHERE(R_PPC64_UADDR16, ARCH_ABSOLUTE, 2),
	ARCH_MODULE(R_PPC64_REL64, ARCH_RELATIVE, 8),
	ARCH_MODULE(R_PPC64_REL32, ARCH_RELATIVE, 4),
	MASKED(R_PPC64_REL24, ARCH_CALL, INSTRUCTION_SIZE, BRANCH_BITS, true),
	/* From the table, the last two bytes of an instruction. */
	ARCH_MODULE(R_PPC64_TOC, ARCH_OTHER, 8),
	ARCH_MODULE(R_PPC64_TOC16, ARCH_RELATIVE, 2),
	ARCH_MODULE(R_PPC64_TOC16_HA, ARCH_RELATIVE, 2),
	ARCH_MODULE(R_PPC64_TOC16_LO, ARCH_LOW, 2),
	MASKED(R_PPC64_TOC16_DS, ARCH_RELATIVE, 2, DS_BITS, true),
	MASKED(R_PPC64_TOC16_LO_DS, ARCH_LOW, 2, DS_BITS, true),
	ARCH_ELSEWHERE(R_PPC64_TOC16_HI, ARCH_RELATIVE, 2),
	/* From the place. */
	ARCH_MODULE(R_PPC64_REL16_HA, ARCH_RELATIVE, 2),
	ARCH_MODULE(R_PPC64_REL16_LO, ARCH_LOW, 2),
	ARCH_ELSEWHERE(R_PPC64_REL16, ARCH_RELATIVE, 2),
	ARCH_ELSEWHERE(R_PPC64_REL16_HI, ARCH_RELATIVE, 2),
	/* For the linker; by the second, the kernel may put a shorter way to the table at a function's beginning. */
	ARCH_MODULE(R_PPC64_TOCSAVE, ARCH_HINT, 0),
	[118] = { .name = "R_PPC64_ENTRY", .kind = ARCH_HINT, .in_modules = true },
	/* Parts of addresses. */
	MASKED(R_PPC64_ADDR24, ARCH_CALL, INSTRUCTION_SIZE, BRANCH_BITS, false),
	MASKED(R_PPC64_ADDR14, ARCH_CALL, INSTRUCTION_SIZE, 0xfffc, false),
	MASKED(R_PPC64_REL14, ARCH_CALL, INSTRUCTION_SIZE, 0xfffc, false),
	ARCH_ELSEWHERE(R_PPC64_ADDR16, ARCH_OTHER, 2),
	ARCH_ELSEWHERE(R_PPC64_ADDR16_LO, ARCH_OTHER, 2),
	ARCH_ELSEWHERE(R_PPC64_ADDR16_HI, ARCH_OTHER, 2),
	ARCH_ELSEWHERE(R_PPC64_ADDR16_HA, ARCH_OTHER, 2),
	ARCH_ELSEWHERE(R_PPC64_ADDR16_HIGHER, ARCH_OTHER, 2),
	ARCH_ELSEWHERE(R_PPC64_ADDR16_HIGHERA, ARCH_OTHER, 2),
	ARCH_ELSEWHERE(R_PPC64_ADDR16_HIGHEST, ARCH_OTHER, 2),
	ARCH_ELSEWHERE(R_PPC64_ADDR16_HIGHESTA, ARCH_OTHER, 2),
	MASKED(R_PPC64_ADDR16_DS, ARCH_OTHER, 2, DS_BITS, false),
	MASKED(R_PPC64_ADDR16_LO_DS, ARCH_OTHER, 2, DS_BITS, false),
	/* By way of an entry that the linker makes. */
	ARCH_ELSEWHERE(R_PPC64_GOT16, ARCH_GOT, 2),
	ARCH_ELSEWHERE(R_PPC64_GOT16_LO, ARCH_GOT, 2),
	ARCH_ELSEWHERE(R_PPC64_GOT16_HI, ARCH_GOT, 2),
	ARCH_ELSEWHERE(R_PPC64_GOT16_HA, ARCH_GOT, 2),
	MASKED(R_PPC64_GOT16_DS, ARCH_GOT, 2, DS_BITS, false),
	MASKED(R_PPC64_GOT16_LO_DS, ARCH_GOT, 2, DS_BITS, false),
	ARCH_ELSEWHERE(R_PPC64_PLT16_LO, ARCH_GOT, 2),
	ARCH_ELSEWHERE(R_PPC64_PLT16_HA, ARCH_GOT, 2),
	MASKED(R_PPC64_PLT16_LO_DS, ARCH_GOT, 2, DS_BITS, false),
	/* Power10's, which find what they need without r2. */
	[116] = { .name = "R_PPC64_REL24_NOTOC",
		  .kind = ARCH_CALL,
		  .size = INSTRUCTION_SIZE,
		  .mask = BRANCH_BITS },
	[132] = { .name = "R_PPC64_PCREL34",
		  .kind = ARCH_RELATIVE,
		  .size = 8,
		  .mask = PREFIXED_BITS },
	[133] = { .name = "R_PPC64_GOT_PCREL34",
		  .kind = ARCH_GOT,
		  .size = 8,
		  .mask = PREFIXED_BITS },
	/* Thread-local variables, as far as compilers have a need for them. */
	ARCH_ELSEWHERE(R_PPC64_TLS, ARCH_HINT, 0),
	ARCH_ELSEWHERE(R_PPC64_TPREL16_LO, ARCH_OTHER, 2),
	ARCH_ELSEWHERE(R_PPC64_TPREL16_HA, ARCH_OTHER, 2),
	ARCH_ELSEWHERE(R_PPC64_TPREL64, ARCH_OTHER, 8),
	ARCH_ELSEWHERE(R_PPC64_DTPREL64, ARCH_OTHER, 8),
	ARCH_ELSEWHERE(R_PPC64_DTPMOD64, ARCH_OTHER, 8),
	/* Dynamic ones, of linked files. */
	ARCH_ELSEWHERE(R_PPC64_COPY, ARCH_OTHER, 0),
	ARCH_ELSEWHERE(R_PPC64_GLOB_DAT, ARCH_OTHER, 8),
	ARCH_ELSEWHERE(R_PPC64_JMP_SLOT, ARCH_OTHER, 8),
	ARCH_ELSEWHERE(R_PPC64_RELATIVE, ARCH_OTHER, 8),
};

static uint32_t instruction_at(const unsigned char *code, bool big_endian)
{
	return (uint32_t)bytes_load(code, INSTRUCTION_SIZE, big_endian);
}

/* b, and with LINK bl, to a place that is told by a distance. */
static bool is_branch(uint32_t instruction, bool link)
{
	return (instruction & ~(uint32_t)BRANCH_BITS) == (link ? 0x48000001 : 0x48000000);
}

static int64_t branch_distance(uint32_t instruction)
{
	return (int64_t)((uint64_t)(instruction & BRANCH_BITS) << 38) >> 38;
}

static bool find_call(const unsigned char *code, uint64_t size, bool big_endian,
		      struct arch_call *call)
{
	uint32_t instruction;

	if (size < INSTRUCTION_SIZE || size % INSTRUCTION_SIZE)
		return false;
	instruction = instruction_at(code + size - INSTRUCTION_SIZE, big_endian);
	if (!is_branch(instruction, false) && !is_branch(instruction, true))
		return false;
	call->size = call->back = INSTRUCTION_SIZE;
	call->bias = 0;
	call->distance = branch_distance(instruction) - INSTRUCTION_SIZE;
	call->returns = is_branch(instruction, true);
	call->relocation = &relocations[R_PPC64_REL24];
	return true;
}

/* The assembler itself fills in branches within a section: one that leads out of the function, in both. */
static uint64_t may_differ(const struct arch_code *code, uint64_t at)
{
	uint32_t ours, theirs;

	if (at % INSTRUCTION_SIZE || code->size - at < INSTRUCTION_SIZE)
		return 0;
	ours = instruction_at(code->ours + at, code->big_endian);
	theirs = instruction_at(code->theirs + at, code->big_endian);
	if ((ours ^ theirs) & ~(uint32_t)BRANCH_BITS ||
	    (!is_branch(ours, false) && !is_branch(ours, true)))
		return 0;
	return at + (uint64_t)branch_distance(ours) >= code->size &&
			       at + (uint64_t)branch_distance(theirs) >= code->size
		       ? INSTRUCTION_SIZE
		       : 0;
}

static uint32_t operation_of(uint32_t instruction)
{
	return instruction >> 26;
}

static uint32_t base_of(uint32_t instruction)
{
	return instruction >> 16 & 31;
}

/*
 * The linker knows how far everything is from the table. Where that is less than 32 KiB, it needs no high part; what an
 * entry of the table would hold it need not load; and in an image that is not moved it knows the table's address:
 *
 *	addis r9, r2, counter@toc@ha	nop
 *	lwz r9, counter@toc@l(r9)	lwz r9, counter@toc@l(r2)
 *	ld r9, .LC0@toc@l(r9)		addi r9, r9, counter@toc@l
 *	addis r2, r12, .TOC. - f@ha	lis r2, .TOC.@ha
 */
static bool is_relaxed(size_t type, uint32_t ours, uint32_t theirs)
{
	enum {
		ADDI = 14,
		ADDIS = 15,
		LD = 58
	};
	bool same_operands = (ours ^ theirs) << 6 >> 27 == 0;

	switch (type) {
	case R_PPC64_TOC16_HA:
		return operation_of(ours) == ADDIS && base_of(ours) == 2 && theirs == NOP;
	case R_PPC64_TOC16_LO_DS:
		if (operation_of(ours) == LD && !(ours & 3) && operation_of(theirs) == ADDI)
			return same_operands &&
			       (base_of(theirs) == 2 || base_of(theirs) == base_of(ours));
		if ((ours ^ theirs) & 3)
			return false;
		/* fall through */
	case R_PPC64_TOC16_LO:
		return operation_of(ours) == operation_of(theirs) && same_operands &&
		       base_of(theirs) == 2;
	case R_PPC64_REL16_HA:
		return operation_of(ours) == ADDIS && operation_of(theirs) == ADDIS &&
		       same_operands && base_of(ours) == 12 && !base_of(theirs);
	default:
		return false;
	}
}

static bool relaxed(const struct arch_code *code, const struct arch_relocation *relocation,
		    uint64_t at, uint64_t *start, uint64_t *size)
{
	*start = at - at % INSTRUCTION_SIZE;
	*size = INSTRUCTION_SIZE;
	return code->size - *start >= INSTRUCTION_SIZE &&
	       is_relaxed((size_t)(relocation - relocations),
			  instruction_at(code->ours + *start, code->big_endian),
			  instruction_at(code->theirs + *start, code->big_endian));
}

/* Three bits of st_other, by which 1 is shifted; 0 and 1: there is no other entry (PPC64_LOCAL_ENTRY_OFFSET()). */
static unsigned int local_entry(unsigned char other)
{
	unsigned int bits = other >> 5;

	return bits < 2 ? 0 : 1U << bits;
}

/*
 * What calls by way of a stub needs the nop behind it, but for ftrace's functions, whose stubs are of another kind, and
 * jumps, which do not come back (restore_r2(), is_mprofile_ftrace_call()).
 */
static const char *refused(const struct arch_relocation *relocation, const char *symbol,
			   const struct arch_code *code, uint64_t at)
{
	static const char *const tracing[] = { "_mcount", "ftrace_caller", "ftrace_regs_caller" };

	if (relocation != &relocations[R_PPC64_REL24] ||
	    !range_is_within(at, INSTRUCTION_SIZE, code->size) ||
	    !is_branch(instruction_at(code->ours + at, code->big_endian), true))
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(tracing); i++)
		if (!strcmp(symbol, tracing[i]))
			return NULL;
	if (range_is_within(at, (uint64_t)2 * INSTRUCTION_SIZE, code->size) &&
	    instruction_at(code->ours + at + INSTRUCTION_SIZE, code->big_endian) == NOP)
		return NULL;
	return "no nop stands behind the call";
}

/* Since Linux 6.1 wrappers. */
static const char *const syscall_prefixes[] = { "sys_", "compat_sys_", NULL };

static const char *const made_prefixes[] = { "__cfi_", NULL };

/* dedotify() and find_dot_toc(). */
static const char *const loader_symbols[] = { ".TOC.", NULL };

/* struct jump_entry has two distances of 4 bytes and the key's of 8. The others' form depends on the configuration. */
static const struct arch_special specials[] = {
	{ "__jump_table", ARCH_STATIC_KEY, 16 },
	{ "__ftr_fixup", ARCH_ALTERNATIVE, 0 },
	{ "__mmu_ftr_fixup", ARCH_ALTERNATIVE, 0 },
	{ "__fw_ftr_fixup", ARCH_ALTERNATIVE, 0 },
	{ "__lwsync_fixup", ARCH_ALTERNATIVE, 0 },
	{ "__spec_barrier_fixup", ARCH_ALTERNATIVE, 0 },
	{ "__bug_table", ARCH_BUG, 0 },
	{ "__ex_table", ARCH_EXCEPTION, 8 },
};

/* module_frob_arch_sections(). */
static const struct arch_needed needed[] = {
	{ ".stubs", NULL },
};

const struct arch arch_ppc64 = {
	.machine = EM_PPC64,
	.name = "PowerPC64",
	.complete = true,
	.relocations = relocations,
	.relocation_count = ARRAY_SIZE(relocations),
	.relative = R_PPC64_RELATIVE,
	.refused = refused,
	.cleared = true,
	.find_call = find_call,
	.may_differ = may_differ,
	.relaxed = relaxed,
	.local_entry = local_entry,
	/* klp_get_ftrace_location(), before there was ftrace_location(), looked up to the 16th byte. */
	.site_behind = 17,
	.syscall_prefixes = syscall_prefixes,
	.made_prefixes = made_prefixes,
	.loader_symbols = loader_symbols,
	.specials = specials,
	.special_count = ARRAY_SIZE(specials),
	.needed = needed,
	.needed_count = ARRAY_SIZE(needed),
};
