/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * arm64. The relocations that modules have are those of apply_relocate_add() in arch/arm64/kernel/module.c of the
 * kernel, all others are the ABI's. It writes over what is there, so that nothing has to be zero, and a place can be
 * relocated again.
 *
 * An instruction is a little-endian number of 32 bits also where data are big-endian.
 */
#include "elf/arch-table.h"
#include "elf/bytes.h"

/* The bits of instructions that hold a part of an address or distance (Arm's manual, C4.1). */
enum {
	BRANCH_BITS = 0x03ffffff,      /* B, BL */
	CONDITIONAL_BITS = 0x00ffffe0, /* B.cond, CBZ, CBNZ, and LDR (literal) */
	TEST_BITS = 0x0007ffe0,	       /* TBZ, TBNZ */
	ADDRESS_BITS = 0x60ffffe0,     /* ADR */
	OFFSET_BITS = 0x003ffc00,      /* ADD, LDR, STR (immediate) */
	MOVE_BITS = 0x001fffe0,	       /* MOVK, MOVZ */
	SIGNED_MOVE_BITS = 0x601fffe0, /* the sign makes it MOVN or MOVZ */
};

/* Of ADRP the highest bit, too: without it, it is ADR, and linker and kernel make that of some (erratum 843419). */
#define PAGE_BITS 0xe0ffffe0

#define INSTRUCTION_SIZE 4

#define INSTRUCTION(type, relocation_kind, bits)                                                   \
	[type] = {                                                                                 \
		.name = #type,                                                                     \
		.kind = relocation_kind,                                                           \
		.size = INSTRUCTION_SIZE,                                                          \
		.mask = bits,                                                                      \
		.in_modules = true,                                                                \
	}
#define FOREIGN_INSTRUCTION(type, relocation_kind, bits)                                           \
	[type] = {                                                                                 \
		.name = #type,                                                                     \
		.kind = relocation_kind,                                                           \
		.size = INSTRUCTION_SIZE,                                                          \
		.mask = bits,                                                                      \
	}

static const struct arch_relocation relocations[] = {
	ARCH_MODULE(R_AARCH64_NONE, ARCH_HINT, 0),
	/* What it was before the ABI was final, and is in the kernel's asm/elf.h. */
	[256] = { .name = "R_AARCH64_NONE", .kind = ARCH_HINT, .in_modules = true },
	ARCH_MODULE(R_AARCH64_ABS64, ARCH_ABSOLUTE, 8),
	ARCH_MODULE(R_AARCH64_ABS32, ARCH_ABSOLUTE, 4),
	ARCH_MODULE(R_AARCH64_ABS16, ARCH_ABSOLUTE, 2),
	ARCH_MODULE(R_AARCH64_PREL64, ARCH_RELATIVE, 8),
	ARCH_MODULE(R_AARCH64_PREL32, ARCH_RELATIVE, 4),
	ARCH_MODULE(R_AARCH64_PREL16, ARCH_RELATIVE, 2),
	/* An address in 16 bits each. */
	INSTRUCTION(R_AARCH64_MOVW_UABS_G0, ARCH_ABSOLUTE, MOVE_BITS),
	INSTRUCTION(R_AARCH64_MOVW_UABS_G0_NC, ARCH_ABSOLUTE, MOVE_BITS),
	INSTRUCTION(R_AARCH64_MOVW_UABS_G1, ARCH_ABSOLUTE, MOVE_BITS),
	INSTRUCTION(R_AARCH64_MOVW_UABS_G1_NC, ARCH_ABSOLUTE, MOVE_BITS),
	INSTRUCTION(R_AARCH64_MOVW_UABS_G2, ARCH_ABSOLUTE, MOVE_BITS),
	INSTRUCTION(R_AARCH64_MOVW_UABS_G2_NC, ARCH_ABSOLUTE, MOVE_BITS),
	INSTRUCTION(R_AARCH64_MOVW_UABS_G3, ARCH_ABSOLUTE, MOVE_BITS),
	INSTRUCTION(R_AARCH64_MOVW_SABS_G0, ARCH_ABSOLUTE, SIGNED_MOVE_BITS),
	INSTRUCTION(R_AARCH64_MOVW_SABS_G1, ARCH_ABSOLUTE, SIGNED_MOVE_BITS),
	INSTRUCTION(R_AARCH64_MOVW_SABS_G2, ARCH_ABSOLUTE, SIGNED_MOVE_BITS),
	INSTRUCTION(R_AARCH64_MOVW_PREL_G0, ARCH_RELATIVE, SIGNED_MOVE_BITS),
	INSTRUCTION(R_AARCH64_MOVW_PREL_G0_NC, ARCH_RELATIVE, MOVE_BITS),
	INSTRUCTION(R_AARCH64_MOVW_PREL_G1, ARCH_RELATIVE, SIGNED_MOVE_BITS),
	INSTRUCTION(R_AARCH64_MOVW_PREL_G1_NC, ARCH_RELATIVE, MOVE_BITS),
	INSTRUCTION(R_AARCH64_MOVW_PREL_G2, ARCH_RELATIVE, SIGNED_MOVE_BITS),
	INSTRUCTION(R_AARCH64_MOVW_PREL_G2_NC, ARCH_RELATIVE, MOVE_BITS),
	INSTRUCTION(R_AARCH64_MOVW_PREL_G3, ARCH_RELATIVE, SIGNED_MOVE_BITS),
	/* The page, and the place in it. */
	INSTRUCTION(R_AARCH64_LD_PREL_LO19, ARCH_RELATIVE, CONDITIONAL_BITS),
	INSTRUCTION(R_AARCH64_ADR_PREL_LO21, ARCH_RELATIVE, ADDRESS_BITS),
	INSTRUCTION(R_AARCH64_ADR_PREL_PG_HI21, ARCH_RELATIVE, PAGE_BITS),
	INSTRUCTION(R_AARCH64_ADR_PREL_PG_HI21_NC, ARCH_RELATIVE, PAGE_BITS),
	INSTRUCTION(R_AARCH64_ADD_ABS_LO12_NC, ARCH_LOW, OFFSET_BITS),
	INSTRUCTION(R_AARCH64_LDST8_ABS_LO12_NC, ARCH_LOW, OFFSET_BITS),
	INSTRUCTION(R_AARCH64_LDST16_ABS_LO12_NC, ARCH_LOW, OFFSET_BITS),
	INSTRUCTION(R_AARCH64_LDST32_ABS_LO12_NC, ARCH_LOW, OFFSET_BITS),
	INSTRUCTION(R_AARCH64_LDST64_ABS_LO12_NC, ARCH_LOW, OFFSET_BITS),
	INSTRUCTION(R_AARCH64_LDST128_ABS_LO12_NC, ARCH_LOW, OFFSET_BITS),
	/* What is too far for the last two leads to an entry of .plt (module_emit_plt_entry()). */
	INSTRUCTION(R_AARCH64_TSTBR14, ARCH_CALL, TEST_BITS),
	INSTRUCTION(R_AARCH64_CONDBR19, ARCH_CALL, CONDITIONAL_BITS),
	INSTRUCTION(R_AARCH64_JUMP26, ARCH_CALL, BRANCH_BITS),
	INSTRUCTION(R_AARCH64_CALL26, ARCH_CALL, BRANCH_BITS),
	/* Code that is compiled to be moved (-fpic). */
	FOREIGN_INSTRUCTION(R_AARCH64_MOVW_GOTOFF_G0, ARCH_OTHER, SIGNED_MOVE_BITS),
	FOREIGN_INSTRUCTION(R_AARCH64_MOVW_GOTOFF_G0_NC, ARCH_OTHER, MOVE_BITS),
	FOREIGN_INSTRUCTION(R_AARCH64_MOVW_GOTOFF_G1, ARCH_OTHER, SIGNED_MOVE_BITS),
	FOREIGN_INSTRUCTION(R_AARCH64_MOVW_GOTOFF_G1_NC, ARCH_OTHER, MOVE_BITS),
	FOREIGN_INSTRUCTION(R_AARCH64_MOVW_GOTOFF_G2, ARCH_OTHER, SIGNED_MOVE_BITS),
	FOREIGN_INSTRUCTION(R_AARCH64_MOVW_GOTOFF_G2_NC, ARCH_OTHER, MOVE_BITS),
	FOREIGN_INSTRUCTION(R_AARCH64_MOVW_GOTOFF_G3, ARCH_OTHER, SIGNED_MOVE_BITS),
	ARCH_ELSEWHERE(R_AARCH64_GOTREL64, ARCH_OTHER, 8),
	ARCH_ELSEWHERE(R_AARCH64_GOTREL32, ARCH_OTHER, 4),
	FOREIGN_INSTRUCTION(R_AARCH64_GOT_LD_PREL19, ARCH_GOT, CONDITIONAL_BITS),
	FOREIGN_INSTRUCTION(R_AARCH64_LD64_GOTOFF_LO15, ARCH_GOT, OFFSET_BITS),
	FOREIGN_INSTRUCTION(R_AARCH64_ADR_GOT_PAGE, ARCH_GOT, PAGE_BITS),
	FOREIGN_INSTRUCTION(R_AARCH64_LD64_GOT_LO12_NC, ARCH_GOT, OFFSET_BITS),
	FOREIGN_INSTRUCTION(R_AARCH64_LD64_GOTPAGE_LO15, ARCH_GOT, OFFSET_BITS),
	[314] = { .name = "R_AARCH64_PLT32", .kind = ARCH_CALL, .size = 4 },
	/* Dynamic ones, of linked files. */
	ARCH_ELSEWHERE(R_AARCH64_COPY, ARCH_OTHER, 0),
	ARCH_ELSEWHERE(R_AARCH64_GLOB_DAT, ARCH_OTHER, 8),
	ARCH_ELSEWHERE(R_AARCH64_JUMP_SLOT, ARCH_OTHER, 8),
	ARCH_ELSEWHERE(R_AARCH64_RELATIVE, ARCH_OTHER, 8),
	ARCH_ELSEWHERE(R_AARCH64_IRELATIVE, ARCH_OTHER, 8),
};

static uint32_t instruction_at(const unsigned char *code)
{
	return (uint32_t)bytes_load(code, INSTRUCTION_SIZE, false);
}

static bool is_branch(uint32_t instruction)
{
	return (instruction & ~(uint32_t)BRANCH_BITS) == 0x14000000;
}

static bool is_branch_with_link(uint32_t instruction)
{
	return (instruction & ~(uint32_t)BRANCH_BITS) == 0x94000000;
}

/* From the instruction to where it leads, of B and BL. */
static int64_t branch_distance(uint32_t instruction)
{
	/* A signed number of 26 bits that counts instructions. */
	return (int64_t)((uint64_t)(instruction & BRANCH_BITS) << 38) >> 36;
}

static bool find_call(const unsigned char *code, uint64_t size, bool big_endian,
		      struct arch_call *call)
{
	uint32_t instruction;

	(void)big_endian;
	if (size < INSTRUCTION_SIZE || size % INSTRUCTION_SIZE)
		return false;
	instruction = instruction_at(code + size - INSTRUCTION_SIZE);
	if (!is_branch(instruction) && !is_branch_with_link(instruction))
		return false;
	call->size = call->back = INSTRUCTION_SIZE;
	call->bias = 0;
	call->distance = branch_distance(instruction) - INSTRUCTION_SIZE;
	call->returns = is_branch_with_link(instruction);
	call->relocation = &relocations[call->returns ? R_AARCH64_CALL26 : R_AARCH64_JUMP26];
	return true;
}

/* Does a branch, the same one in both, lead out of the function in both? */
static bool is_same_exit(const struct arch_code *code, uint64_t at)
{
	uint32_t ours = instruction_at(code->ours + at), theirs = instruction_at(code->theirs + at);

	if ((ours ^ theirs) & ~(uint32_t)BRANCH_BITS ||
	    (!is_branch(ours) && !is_branch_with_link(ours)))
		return false;
	return at + (uint64_t)branch_distance(ours) >= code->size &&
	       at + (uint64_t)branch_distance(theirs) >= code->size;
}

/* Is it ADRP that sets the base register of ACCESS, LDR or STR with an offset? */
static bool is_page_of(uint32_t instruction, uint32_t access)
{
	return (instruction & 0x9f000000) == 0x90000000 &&
	       (instruction & 0x1f) == (access >> 5 & 0x1f);
}

/*
 * Cortex-A53's erratum 843419: a load or store that uses an ADRP at the end of a page, one or two instructions before
 * it, may go wrong. The linker lets such a one be executed elsewhere (--fix-cortex-a53-843419):
 *
 *	adrp x0, state			adrp x0, state
 *	ldr x1, [x2]			ldr x1, [x2]
 *	ldr w0, [x0, #:lo12:state]	b e843419@0001_00000010_4
 */
static bool is_erratum_exit(const struct arch_code *code, uint64_t at)
{
	uint32_t access = instruction_at(code->ours + at);

	if ((access & 0x3b000000) != 0x39000000 || !is_branch(instruction_at(code->theirs + at)))
		return false;
	return (at >= 2 * INSTRUCTION_SIZE &&
		is_page_of(instruction_at(code->ours + at - 2 * INSTRUCTION_SIZE), access)) ||
	       (at >= 3 * INSTRUCTION_SIZE &&
		is_page_of(instruction_at(code->ours + at - 3 * INSTRUCTION_SIZE), access));
}

/* The assembler itself fills in branches within a section. */
static uint64_t may_differ(const struct arch_code *code, uint64_t at)
{
	if (at % INSTRUCTION_SIZE || code->size - at < INSTRUCTION_SIZE)
		return 0;
	return is_same_exit(code, at) || is_erratum_exit(code, at) ? INSTRUCTION_SIZE : 0;
}

/*
 * Kernels with BTI let an indirect call end at these only, and compilers leave them out where no pointer to the function
 * is made. PACIASP and PACIBSP, which sign the return address, count as well, and are there without BTI.
 */
static bool is_landing(const unsigned char *code, uint64_t size, bool *marked)
{
	uint32_t instruction = size >= INSTRUCTION_SIZE ? instruction_at(code) : 0;

	/* BTI c, BTI jc */
	*marked = instruction == 0xd503245f || instruction == 0xd50324df;
	return *marked || instruction == 0xd503233f || instruction == 0xd503237f;
}

static const char *const syscall_prefixes[] = { "__arm64_sys_", "__arm64_compat_sys_", NULL };

/* Where code and data begin, for disassemblers ("$x", "$d"), and clang's kCFI. */
static const char *const made_prefixes[] = { "$", "__cfi_", NULL };

/*
 * Entries hold distances of 4 bytes to the code that they are about: struct jump_entry has two of these and the
 * key's of 8, struct alt_instr two and what is told of the alternative in 4. Those of bugs depend on the
 * configuration, those of exceptions have changed their form.
 */
static const struct arch_special specials[] = {
	{ "__jump_table", ARCH_STATIC_KEY, 16 },
	{ ".altinstructions", ARCH_ALTERNATIVE, 12 },
	{ ".altinstr_replacement", ARCH_ALTERNATIVE, 0 },
	{ "__bug_table", ARCH_BUG, 0 },
	{ "__ex_table", ARCH_EXCEPTION, 0 },
};

/* module_frob_arch_sections(), and for the last one module_init_ftrace_plt(). Until Linux 6.4 there was a choice. */
static const struct arch_needed needed[] = {
	{ ".plt", "module_emit_plt_entry" },
	{ ".init.plt", "module_emit_plt_entry" },
	{ ".text.ftrace_trampoline", "module_emit_plt_entry" },
};

const struct arch arch_arm64 = {
	.machine = EM_AARCH64,
	.name = "AArch64",
	.complete = true,
	.relocations = relocations,
	.relocation_count = ARRAY_SIZE(relocations),
	.relative = R_AARCH64_RELATIVE,
	.little_endian_code = true,
	.find_call = find_call,
	.may_differ = may_differ,
	/*
	 * -fpatchable-function-entry=4,2 (DYNAMIC_FTRACE_WITH_CALL_OPS) has the site at the two instructions before the
	 * function, 2 has it at the function's first, behind the landing pad of BTI (ftrace_call_adjust()).
	 */
	.site_before = 8,
	.jump_size = 4 * INSTRUCTION_SIZE,
	.pointer_call_size = INSTRUCTION_SIZE,
	.entry_room = 3 * INSTRUCTION_SIZE,
	.syscall_prefixes = syscall_prefixes,
	.made_prefixes = made_prefixes,
	.specials = specials,
	.special_count = ARRAY_SIZE(specials),
	.needed = needed,
	.needed_count = ARRAY_SIZE(needed),
	.sealed = { .is_landing = is_landing, .instruction = "BTI", .feature = "BTI" },
};
