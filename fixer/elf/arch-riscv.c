/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * 64-bit RISC-V. The relocations that modules have are those of apply_relocate_add() in arch/riscv/kernel/module.c of
 * the kernel, which has learned some over the years; all others are the ABI's.
 *
 * The two parts of a distance have a relocation each. The second one's symbol is only the place of the first:
 *
 *	.L0:	auipc	a5, 0		R_RISCV_PCREL_HI20	counter
 *		lw	a5, 0(a5)	R_RISCV_PCREL_LO12_I	.L0
 *
 * The kernel looks for the first in the section of the second, so that both have to be in the same livepatch section,
 * where its symbol is none that a livepatch symbol is looked for. Linux itself has no livepatches for RISC-V; openEuler's
 * skips such symbols, as its arch_klp_skip_resolve() says.
 *
 * Where linkers may shorten code, assemblers leave all distances to them. What a linker made of the kernel by that is not
 * followed here: those with dynamic ftrace are linked with --no-relax (arch/riscv/Makefile).
 */
#include "elf/arch-table.h"
#include "elf/bytes.h"

/* The bits of instructions that hold a part of an address or distance (the unprivileged ISA's immediate formats). */
#define UPPER_BITS	  0xfffff000	     /* U, J: auipc, lui, jal */
#define LOAD_BITS	  0xfff00000	     /* I: addi, loads, jalr */
#define STORE_BITS	  0xfe000f80	     /* S, B: stores, branches */
#define SHORT_BRANCH_BITS 0x1c7c	     /* CB: c.beqz, c.bnez */
#define SHORT_JUMP_BITS	  0x1ffc	     /* CJ: c.j */
#define SHORT_UPPER_BITS  0x107c	     /* CI: c.lui */
#define CALL_BITS	  0xfff00000fffff000 /* auipc and jalr behind it */

/* The ABI has dropped it, and so has <elf.h> of newer C libraries. */
#ifndef R_RISCV_RVC_LUI
#define R_RISCV_RVC_LUI 46
#endif

#define HALF	  2 /* bytes of a compressed instruction, */
#define WHOLE	  4 /* of another one, */
#define CALL_SIZE 8 /* and of auipc and jalr */

#define CODE(type, relocation_kind, bytes, bits, ...)                                              \
	[type] = { .name = #type,                                                                  \
		   .kind = relocation_kind,                                                        \
		   .size = bytes,                                                                  \
		   .mask = bits,                                                                   \
		   .in_modules = true,                                                             \
		   __VA_ARGS__ }
/*
 * What is added to, or subtracted from, what is there: a second time, something else comes of it. Since Linux 6.7, those
 * of a place are summed up elsewhere first (process_accumulated_relocations(), which compilers may inline), and the last
 * one's accumulate_handler stores the sum of so many BITS.
 */
#define SUM(type, relocation_kind, bytes, bits, ...)                                               \
	[type] = { .name = #type,                                                                  \
		   .kind = relocation_kind,                                                        \
		   .size = bytes,                                                                  \
		   .in_modules = true,                                                             \
		   .once = true,                                                                   \
		   .starts_anew = "apply_" #bits "_bit_accumulation",                              \
		   __VA_ARGS__ }
/* Relocations that not every kernel applies to modules have a function that those do which apply them. */
#define SINCE(handler) .function = "apply_r_riscv_" handler

static const struct arch_relocation relocations[] = {
	ARCH_ELSEWHERE(R_RISCV_NONE, ARCH_HINT, 0),
	ARCH_MODULE(R_RISCV_32, ARCH_ABSOLUTE, 4),
	ARCH_MODULE(R_RISCV_64, ARCH_ABSOLUTE, 8),
	[57] = { .name = "R_RISCV_32_PCREL",
		 .kind = ARCH_RELATIVE,
		 .size = 4,
		 .in_modules = true,
		 SINCE("32_pcrel_rela") },
	[59] = { .name = "R_RISCV_PLT32",
		 .kind = ARCH_CALL,
		 .size = 4,
		 .in_modules = true,
		 SINCE("plt32_rela") },
	/* Jumps and calls. */
	CODE(R_RISCV_BRANCH, ARCH_CALL, WHOLE, STORE_BITS),
	CODE(R_RISCV_JAL, ARCH_CALL, WHOLE, UPPER_BITS),
	CODE(R_RISCV_RVC_BRANCH, ARCH_CALL, HALF, SHORT_BRANCH_BITS),
	CODE(R_RISCV_RVC_JUMP, ARCH_CALL, HALF, SHORT_JUMP_BITS),
	CODE(R_RISCV_CALL, ARCH_CALL, CALL_SIZE, CALL_BITS),
	CODE(R_RISCV_CALL_PLT, ARCH_CALL, CALL_SIZE, CALL_BITS),
	/* Addresses. */
	CODE(R_RISCV_PCREL_HI20, ARCH_RELATIVE, WHOLE, UPPER_BITS),
	CODE(R_RISCV_PCREL_LO12_I, ARCH_LOW, WHOLE, LOAD_BITS, .follows = true),
	CODE(R_RISCV_PCREL_LO12_S, ARCH_LOW, WHOLE, STORE_BITS, .follows = true),
	CODE(R_RISCV_HI20, ARCH_ABSOLUTE, WHOLE, UPPER_BITS),
	CODE(R_RISCV_LO12_I, ARCH_LOW, WHOLE, LOAD_BITS),
	CODE(R_RISCV_LO12_S, ARCH_LOW, WHOLE, STORE_BITS),
	/* There is room for as many entries as there are such relocations (module_emit_got_entry()). */
	CODE(R_RISCV_GOT_HI20, ARCH_GOT, WHOLE, UPPER_BITS, .once = true,
	     .function = "module_emit_got_entry"),
	/* Differences, in tables and debug information. */
	SUM(R_RISCV_ADD8, ARCH_ADD, 1, 8, SINCE("add8_rela")),
	SUM(R_RISCV_ADD16, ARCH_ADD, 2, 16, SINCE("add16_rela")),
	SUM(R_RISCV_ADD32, ARCH_ADD, 4, 32),
	SUM(R_RISCV_ADD64, ARCH_ADD, 8, 64),
	SUM(R_RISCV_SUB8, ARCH_SUBTRACT, 1, 8, SINCE("sub8_rela")),
	SUM(R_RISCV_SUB16, ARCH_SUBTRACT, 2, 16, SINCE("sub16_rela")),
	SUM(R_RISCV_SUB32, ARCH_SUBTRACT, 4, 32),
	SUM(R_RISCV_SUB64, ARCH_SUBTRACT, 8, 64),
	SUM(R_RISCV_SUB6, ARCH_SUBTRACT, 1, 6, .mask = 0x3f, SINCE("sub6_rela")),
	SUM(R_RISCV_SET6, ARCH_SET, 1, 6, .mask = 0x3f, SINCE("set6_rela")),
	SUM(R_RISCV_SET8, ARCH_SET, 1, 8, SINCE("set8_rela")),
	SUM(R_RISCV_SET16, ARCH_SET, 2, 16, SINCE("set16_rela")),
	SUM(R_RISCV_SET32, ARCH_SET, 4, 32, SINCE("set32_rela")),
	/* For the linker. */
	CODE(R_RISCV_RELAX, ARCH_HINT, 0, 0),
	ARCH_ELSEWHERE(R_RISCV_ALIGN, ARCH_HINT, 0),
	[R_RISCV_RVC_LUI] = { .name = "R_RISCV_RVC_LUI",
			      .kind = ARCH_ABSOLUTE,
			      .size = HALF,
			      .mask = SHORT_UPPER_BITS },
	/* Thread-local variables. */
	ARCH_ELSEWHERE(R_RISCV_TLS_GOT_HI20, ARCH_OTHER, WHOLE),
	ARCH_ELSEWHERE(R_RISCV_TLS_GD_HI20, ARCH_OTHER, WHOLE),
	ARCH_ELSEWHERE(R_RISCV_TPREL_HI20, ARCH_OTHER, WHOLE),
	ARCH_ELSEWHERE(R_RISCV_TPREL_LO12_I, ARCH_OTHER, WHOLE),
	ARCH_ELSEWHERE(R_RISCV_TPREL_LO12_S, ARCH_OTHER, WHOLE),
	ARCH_ELSEWHERE(R_RISCV_TPREL_ADD, ARCH_HINT, 0),
	/* Dynamic ones, of linked files. */
	ARCH_ELSEWHERE(R_RISCV_RELATIVE, ARCH_OTHER, 8),
	ARCH_ELSEWHERE(R_RISCV_COPY, ARCH_OTHER, 0),
	ARCH_ELSEWHERE(R_RISCV_JUMP_SLOT, ARCH_OTHER, 8),
};

static uint32_t instruction_at(const unsigned char *code)
{
	return (uint32_t)bytes_load(code, WHOLE, false);
}

/* jal that is a call or a jump: its return address goes to ra, or nowhere. */
static bool is_jump(uint32_t instruction)
{
	return (instruction & 0xf7f) == 0x06f;
}

/* From the instruction to where it leads. */
static int64_t jump_distance(uint32_t instruction)
{
	uint32_t bits = (instruction >> 31 & 1) << 20 | (instruction >> 12 & 0xff) << 12 |
			(instruction >> 20 & 1) << 11 | (instruction >> 21 & 0x3ff) << 1;

	return (int64_t)((uint64_t)bits << 43) >> 43;
}

/* auipc, and jalr by the same register, which is that of the return address or a temporary one: "call" and "tail". */
static bool is_pair(uint32_t first, uint32_t second)
{
	uint32_t base = first >> 7 & 31, link = second >> 7 & 31;

	return (first & 0x7f) == 0x17 && (second & 0x707f) == 0x67 && (second >> 15 & 31) == base &&
	       (link == base || !link);
}

static int64_t pair_distance(uint32_t first, uint32_t second)
{
	return (int64_t)(int32_t)(first & UPPER_BITS) + ((int32_t)second >> 20);
}

/* Of jal and jalr: does a return address go anywhere? */
static bool has_link(uint32_t instruction)
{
	return instruction & 0xf80;
}

static bool find_call(const unsigned char *code, uint64_t size, bool big_endian,
		      struct arch_call *call)
{
	uint32_t last;

	(void)big_endian;
	if (size < WHOLE || size % HALF)
		return false;
	last = instruction_at(code + size - WHOLE);
	call->bias = 0;
	if (is_jump(last)) {
		call->size = call->back = WHOLE;
		call->distance = jump_distance(last) - WHOLE;
		call->returns = has_link(last);
		call->relocation = &relocations[R_RISCV_JAL];
		return true;
	}
	if (size < CALL_SIZE || !is_pair(instruction_at(code + size - CALL_SIZE), last))
		return false;
	call->size = call->back = CALL_SIZE;
	call->distance = pair_distance(instruction_at(code + size - CALL_SIZE), last) - CALL_SIZE;
	call->returns = has_link(last);
	call->relocation = &relocations[R_RISCV_CALL_PLT];
	return true;
}

/* Does an instruction begin at AT? Those of two bytes end in other bits than 11. */
static bool is_beginning(const unsigned char *code, uint64_t at)
{
	uint64_t place = 0;

	while (place < at)
		place += (code[place] & 3) == 3 ? WHOLE : HALF;
	return place == at;
}

/* jalr to the return address, and its short form. Compilers do not tell of them (DW_TAG_call_site). */
static bool is_pointer_call(const unsigned char *code, uint64_t at, uint64_t size)
{
	uint32_t half, whole;

	if (at % HALF || size - at < HALF || !is_beginning(code, at))
		return false;
	half = (uint32_t)bytes_load(code + at, HALF, false);
	whole = size - at < WHOLE ? 0 : instruction_at(code + at);
	return ((half & 0xf07f) == 0x9002 && half & 0xf80) || (whole & 0x7fff) == 0xe7;
}

/* Assemblers that do not leave it to the linker fill in jumps to other functions of the section. */
static uint64_t may_differ(const struct arch_code *code, uint64_t at)
{
	uint32_t ours, theirs;

	if (at % HALF || code->size - at < WHOLE)
		return 0;
	ours = instruction_at(code->ours + at);
	theirs = instruction_at(code->theirs + at);
	if (ours == theirs || !is_jump(ours) || (ours ^ theirs) & ~UPPER_BITS ||
	    at + (uint64_t)jump_distance(ours) < code->size ||
	    at + (uint64_t)jump_distance(theirs) < code->size || !is_beginning(code->ours, at))
		return 0;
	return WHOLE;
}

static const char *const syscall_prefixes[] = { "__riscv_sys_", "__riscv_compat_sys_", NULL };

/* Where code and data begin, for disassemblers ("$x", "$d"), labels that wait for the linker, and clang's kCFI. */
static const char *const made_prefixes[] = { "$", ".L", "__cfi_", NULL };

/*
 * struct jump_entry has two distances of 4 bytes and the key's of 8. The others have changed their form, or depend on
 * the configuration.
 */
static const struct arch_special specials[] = {
	{ "__jump_table", ARCH_STATIC_KEY, 16 },
	{ ".alternative", ARCH_ALTERNATIVE, 0 },
	{ "__bug_table", ARCH_BUG, 0 },
	{ "__ex_table", ARCH_EXCEPTION, 0 },
};

/* module_frob_arch_sections(), with CONFIG_MODULE_SECTIONS. */
static const struct arch_needed needed[] = {
	{ ".plt", "module_emit_plt_entry" },
	{ ".got", "module_emit_plt_entry" },
	{ ".got.plt", "module_emit_plt_entry" },
};

const struct arch arch_riscv = {
	.machine = EM_RISCV,
	.name = "RISC-V",
	.complete = true,
	.relocations = relocations,
	.relocation_count = ARRAY_SIZE(relocations),
	.following_function = "arch_klp_skip_resolve",
	.relative = R_RISCV_RELATIVE,
	.little_endian_code = true,
	.find_call = find_call,
	.may_differ = may_differ,
	/*
	 * -fpatchable-function-entry=4 (2 without compressed instructions) has the site at the function's first instruction,
	 * 8,4 (DYNAMIC_FTRACE_WITH_CALL_OPS) has it at the four before that.
	 */
	.site_before = 8,
	/* auipc, ld and jr, a gap, and the address. */
	.jump_size = 24,
	.pointer_call_size = WHOLE,
	.is_pointer_call = is_pointer_call,
	.entry_room = 16,
	.syscall_prefixes = syscall_prefixes,
	.made_prefixes = made_prefixes,
	.specials = specials,
	.special_count = ARRAY_SIZE(specials),
	.needed = needed,
	.needed_count = ARRAY_SIZE(needed),
};
