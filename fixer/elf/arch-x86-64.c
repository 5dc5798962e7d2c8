/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * x86-64. The relocations that modules have are those of apply_relocate_add() in
 * arch/x86/kernel/module.c of the kernel, all others are the ABI's.
 */
#include <string.h>

#include "elf/arch-table.h"
#include "elf/bytes.h"

static const struct arch_relocation relocations[] = {
	ARCH_MODULE(R_X86_64_NONE, ARCH_HINT, 0),
	ARCH_MODULE(R_X86_64_64, ARCH_ABSOLUTE, 8),
	ARCH_MODULE(R_X86_64_32, ARCH_ABSOLUTE, 4),
	ARCH_MODULE(R_X86_64_32S, ARCH_ABSOLUTE, 4),
	ARCH_MODULE(R_X86_64_PC32, ARCH_RELATIVE, 4),
	ARCH_MODULE(R_X86_64_PC64, ARCH_RELATIVE, 8),
	ARCH_MODULE(R_X86_64_PLT32, ARCH_CALL, 4),
	/* Code that is compiled to be moved (-fpic). */
	ARCH_ELSEWHERE(R_X86_64_GOT32, ARCH_GOT, 4),
	ARCH_ELSEWHERE(R_X86_64_GOTPCREL, ARCH_GOT, 4),
	ARCH_ELSEWHERE(R_X86_64_GOTPCRELX, ARCH_GOT, 4),
	ARCH_ELSEWHERE(R_X86_64_REX_GOTPCRELX, ARCH_GOT, 4),
	ARCH_ELSEWHERE(R_X86_64_GOT64, ARCH_GOT, 8),
	ARCH_ELSEWHERE(R_X86_64_GOTPCREL64, ARCH_GOT, 8),
	ARCH_ELSEWHERE(R_X86_64_GOTPLT64, ARCH_GOT, 8),
	ARCH_ELSEWHERE(R_X86_64_GOTOFF64, ARCH_OTHER, 8),
	ARCH_ELSEWHERE(R_X86_64_GOTPC32, ARCH_OTHER, 4),
	ARCH_ELSEWHERE(R_X86_64_GOTPC64, ARCH_OTHER, 8),
	ARCH_ELSEWHERE(R_X86_64_PLTOFF64, ARCH_OTHER, 8),
	/* Numbers of fewer bits, and sizes. */
	ARCH_ELSEWHERE(R_X86_64_16, ARCH_OTHER, 2),
	ARCH_ELSEWHERE(R_X86_64_PC16, ARCH_OTHER, 2),
	ARCH_ELSEWHERE(R_X86_64_8, ARCH_OTHER, 1),
	ARCH_ELSEWHERE(R_X86_64_PC8, ARCH_OTHER, 1),
	ARCH_ELSEWHERE(R_X86_64_SIZE32, ARCH_OTHER, 4),
	ARCH_ELSEWHERE(R_X86_64_SIZE64, ARCH_OTHER, 8),
	/* Thread-local variables. */
	ARCH_ELSEWHERE(R_X86_64_DTPMOD64, ARCH_OTHER, 8),
	ARCH_ELSEWHERE(R_X86_64_DTPOFF64, ARCH_OTHER, 8),
	ARCH_ELSEWHERE(R_X86_64_TPOFF64, ARCH_OTHER, 8),
	ARCH_ELSEWHERE(R_X86_64_TLSGD, ARCH_OTHER, 4),
	ARCH_ELSEWHERE(R_X86_64_TLSLD, ARCH_OTHER, 4),
	ARCH_ELSEWHERE(R_X86_64_DTPOFF32, ARCH_OTHER, 4),
	ARCH_ELSEWHERE(R_X86_64_GOTTPOFF, ARCH_OTHER, 4),
	ARCH_ELSEWHERE(R_X86_64_TPOFF32, ARCH_OTHER, 4),
	ARCH_ELSEWHERE(R_X86_64_GOTPC32_TLSDESC, ARCH_OTHER, 4),
	ARCH_ELSEWHERE(R_X86_64_TLSDESC_CALL, ARCH_OTHER, 0),
	ARCH_ELSEWHERE(R_X86_64_TLSDESC, ARCH_OTHER, 16),
	/* Dynamic ones, of linked files. */
	ARCH_ELSEWHERE(R_X86_64_COPY, ARCH_OTHER, 0),
	ARCH_ELSEWHERE(R_X86_64_GLOB_DAT, ARCH_OTHER, 8),
	ARCH_ELSEWHERE(R_X86_64_JUMP_SLOT, ARCH_OTHER, 8),
	ARCH_ELSEWHERE(R_X86_64_RELATIVE, ARCH_OTHER, 8),
	ARCH_ELSEWHERE(R_X86_64_IRELATIVE, ARCH_OTHER, 8),
	ARCH_ELSEWHERE(R_X86_64_RELATIVE64, ARCH_OTHER, 8),
};

/* "call" and "jmp" end with the distance of 32 bits from the instruction behind them. */
enum {
	CALL = 0xe8,
	JUMP = 0xe9,
	SHORT_JUMP = 0xeb, /* with 8 bits */
	DISTANCE_SIZE = 4,
	CALL_SIZE = 1 + DISTANCE_SIZE,
};

static bool find_call(const unsigned char *code, uint64_t size, bool big_endian,
		      struct arch_call *call)
{
	const unsigned char *end = code + size;

	if (size < CALL_SIZE || (end[-CALL_SIZE] != CALL && end[-CALL_SIZE] != JUMP))
		return false;
	call->size = CALL_SIZE;
	call->back = DISTANCE_SIZE;
	/* The relocation's own distance is the one from its place. */
	call->bias = DISTANCE_SIZE;
	call->distance = (int32_t)bytes_load(end - DISTANCE_SIZE, DISTANCE_SIZE, big_endian);
	call->returns = end[-CALL_SIZE] == CALL;
	call->relocation = &relocations[R_X86_64_PLT32];
	return true;
}

/*
 * How many bytes stand behind the operand at AT of an instruction whose operands are of the kind "x(%rip), $number":
 * of cmpl $5, count(%rip), which is 83 3d, the distance and 05, it is one (Intel's manual, volume 2, appendix A).
 */
static unsigned int immediate_size(const unsigned char *code, uint64_t at)
{
	bool rex = at >= 3 && (code[at - 3] & 0xf0) == 0x40;
	uint64_t prefix = rex ? 4 : 3;
	unsigned int word = at >= prefix && code[at - prefix] == 0x66 ? 2 : 4;
	unsigned char operation, third = (code[at - 1] >> 3) & 7;

	operation = code[at - 2];
	if (at >= 4 && code[at - 4] == 0x0f && (code[at - 3] == 0x38 || code[at - 3] == 0x3a))
		return code[at - 3] == 0x3a;
	if (at >= 3 && code[at - 3] == 0x0f)
		return operation == 0xa4 || operation == 0xac || operation == 0xba ||
		       (operation >= 0x70 && operation <= 0x73) ||
		       (operation >= 0xc2 && operation <= 0xc6 && operation != 0xc3);
	switch (operation) {
	case 0x6b: /* imul */
	case 0x80: /* add to cmp */
	case 0x83:
	case 0xc0: /* shifts */
	case 0xc1:
	case 0xc6: /* mov */
		return 1;
	case 0x69:
	case 0x81:
	case 0xc7:
		return word;
	case 0xf6: /* test; those with another third operand have no number */
		return third < 2 ? 1 : 0;
	case 0xf7:
		return third < 2 ? word : 0;
	default:
		return 0;
	}
}

/* The processor counts from the end of the instruction. */
static int counted_from(const struct arch_relocation *relocation, const unsigned char *code,
			uint64_t at)
{
	bool has_operands = at >= 2 && (code[at - 1] & 0xc7) == 0x05;

	(void)relocation;
	return DISTANCE_SIZE + (has_operands ? (int)immediate_size(code, at) : 0);
}

/* objtool makes nops of a static key's jumps (tools/objtool/check.c, handle_jump_alt()). */
static uint64_t may_differ(const struct arch_code *code, uint64_t at)
{
	static const unsigned char nop2[] = { 0x66, 0x90 }, nop5[] = { 0x0f, 0x1f, 0x44, 0, 0 };
	const unsigned char *ours = code->ours + at, *theirs = code->theirs + at;
	uint64_t left = code->size - at;

	if (left >= sizeof(nop2) && *ours == SHORT_JUMP && !memcmp(theirs, nop2, sizeof(nop2)))
		return sizeof(nop2);
	if (left >= sizeof(nop5) && *ours == JUMP && !memcmp(theirs, nop5, sizeof(nop5)))
		return sizeof(nop5);
	if (left >= CALL_SIZE && (*ours == CALL || *ours == JUMP) && *ours == *theirs)
		return CALL_SIZE;
	return 0;
}

/*
 * The linker knows what will be in an entry of the global offset table, and spares reading it (psABI, "Optimize GOTPCRELX Relocations"). OURS and THEIRS begin with the operation, of which a byte for
 * the operands follows:
 *
 *	call *foo@GOTPCREL(%rip)	ff 15	addr32 call foo		67 e8
 *	jmp *foo@GOTPCREL(%rip)		ff 25	jmp foo; nop		e9
 *	mov foo@GOTPCREL(%rip), %reg	8b /r	lea foo(%rip), %reg	8d /r
 *					8b /r	mov $foo, %reg		c7 /0
 *	test %reg, foo@GOTPCREL(%rip)	85 /r	test $foo, %reg		f7 /0
 *	add foo@GOTPCREL(%rip), %reg	03 /r	add $foo, %reg		81 /0 and so on to cmp, 81 /7
 */
static bool is_relaxed(const unsigned char *ours, const unsigned char *theirs, bool *immediate)
{
	unsigned char operation = ours[0], operands = ours[1];
	unsigned char immediate_operands = 0xc0 | (operands >> 3 & 7);

	*immediate = false;
	if (operation == 0xff && operands == 0x15)
		return (theirs[0] == 0x67 && theirs[1] == CALL) || theirs[0] == CALL;
	if (operation == 0xff && operands == 0x25)
		return theirs[0] == JUMP;
	if (operation == 0x8b && theirs[0] == 0x8d)
		return theirs[1] == operands;
	*immediate = true;
	if (operation == 0x8b)
		return theirs[0] == 0xc7 && theirs[1] == immediate_operands;
	if (operation == 0x85)
		return theirs[0] == 0xf7 && theirs[1] == immediate_operands;
	return (operation & ~0x38) == 0x03 && theirs[0] == 0x81 &&
	       theirs[1] == (immediate_operands | (operation & 0x38));
}

/* How many bytes in front of AT the linker has rewritten; 0: none. */
static uint64_t rewritten(const struct arch_code *code, const struct arch_relocation *relocation,
			  uint64_t at)
{
	bool rex = relocation == &relocations[R_X86_64_REX_GOTPCRELX], immediate;
	uint64_t before = rex ? 3 : 2; /* a prefix, the operation, its operands */
	const unsigned char *ours = code->ours + at, *theirs = code->theirs + at;
	unsigned char moved;

	if (!rex && relocation != &relocations[R_X86_64_GOTPCRELX] &&
	    relocation != &relocations[R_X86_64_GOTPCREL])
		return 0;
	if (at < before || !is_relaxed(ours - 2, theirs - 2, &immediate))
		return 0;
	if (!rex || !immediate)
		return 2;
	/* The prefix's bit R, the register's fourth, becomes B: it is the other operand now. */
	moved = (unsigned char)((ours[-3] & ~0x04) | (ours[-3] >> 2 & 1));
	return theirs[-3] == moved ? 3 : 0;
}

static bool relaxed(const struct arch_code *code, const struct arch_relocation *relocation,
		    uint64_t at, uint64_t *start, uint64_t *size)
{
	*size = rewritten(code, relocation, at);
	*start = at - *size;
	return *size;
}

/*
 * A bzImage (Documentation/arch/x86/boot.rst): sectors for real mode, how many of them stands at 0x1f1, then what is
 * loaded; 0x248 and 0x24c say where in that the kernel is. Behind it, but with gzip, which has it itself, stands the
 * size that it unpacks to (size_append of scripts/Makefile.lib).
 */
static bool boot_payload(const unsigned char *image, uint64_t size, uint64_t *offset,
			 uint64_t *length)
{
	static const unsigned char magic[] = { 'H', 'd', 'r', 'S' }, gzip[] = { 0x1f, 0x8b };
	uint64_t sectors;

	if (size < 0x250 || memcmp(image + 0x202, magic, sizeof(magic)) ||
	    bytes_load(image + 0x206, 2, false) < 0x208)
		return false;
	sectors = image[0x1f1] ? image[0x1f1] : 4;
	*offset = (sectors + 1) * 512 + bytes_load(image + 0x248, 4, false);
	*length = bytes_load(image + 0x24c, 4, false);
	if (range_is_within(*offset, sizeof(gzip), size) && *length > 4 &&
	    memcmp(image + *offset, gzip, sizeof(gzip)))
		*length -= 4;
	return true;
}

static const char *const syscall_prefixes[] = { "__x64_sys_", "__ia32_sys_", "__ia32_compat_sys_",
						NULL };

/* objtool's padding before functions, and clang's kCFI. */
static const char *const made_prefixes[] = { "__pfx_", "__cfi_", NULL };

#define SEAL_SECTION ".ibt_endbr_seal"

/*
 * Entries hold distances of 4 bytes to the code that they are about: struct jump_entry has two of these and the
 * key's of 8, struct static_call_site the site and the key, struct exception_table_entry the instruction, its fixup
 * and a number for the kind. Those of alternatives, bugs and paravirtual calls have changed their form.
 */
static const struct arch_special specials[] = {
	{ "__jump_table", ARCH_STATIC_KEY, 16 },
	{ ".static_call_sites", ARCH_STATIC_CALL, 8 },
	{ ".altinstructions", ARCH_ALTERNATIVE, 0 },
	{ ".altinstr_replacement", ARCH_ALTERNATIVE, 0 },
	{ "__bug_table", ARCH_BUG, 0 },
	{ "__ex_table", ARCH_EXCEPTION, 12 },
	{ ".smp_locks", ARCH_LOCKED_INSTRUCTION, 4 },
	{ ".parainstructions", ARCH_PARAVIRTUAL_CALL, 0 },
	{ ".retpoline_sites", ARCH_INDIRECT_CALL, 4 },
	{ ".return_sites", ARCH_RETURN, 4 },
	{ ".call_sites", ARCH_CALL_SITE, 4 },
	{ SEAL_SECTION, ARCH_ENTRY, 4 },
};

/* As __apply_relocate_add() has it: the distances that the other relocations store are cut off. */
static bool has_room(const struct arch_relocation *relocation, uint64_t low, uint64_t range)
{
	bool goes_on = low + range < low;

	if (relocation == &relocations[R_X86_64_32])
		return goes_on || low <= UINT32_MAX;
	if (relocation == &relocations[R_X86_64_32S])
		return goes_on || low <= INT32_MAX || low + range >= (uint64_t)INT32_MIN;
	return true;
}

const struct arch arch_x86_64 = {
	.machine = EM_X86_64,
	.name = "x86-64",
	.complete = true,
	.relocations = relocations,
	.relocation_count = ARRAY_SIZE(relocations),
	.relative = R_X86_64_RELATIVE,
	.zero_under_relocations = true,
	.has_room = has_room,
	.lowest_address = 0xffffffff80000000, /* __START_KERNEL_map */
	.modules_end = 0xffffffffff000000,    /* MODULES_END */
	.cleared = true,
	.find_call = find_call,
	.counted_from = counted_from,
	.may_differ = may_differ,
	.relaxed = relaxed,
	.jump_size = CALL_SIZE,
	.pointer_call_size = 8, /* call *symbol(, %r8, 8) */
	.boot_payload = boot_payload,
	.syscall_prefixes = syscall_prefixes,
	.made_prefixes = made_prefixes,
	.specials = specials,
	.special_count = ARRAY_SIZE(specials),
	.sealed = { .section = SEAL_SECTION,
		    .entry_size = 4,
		    .instruction = "ENDBR",
		    .feature = "IBT" },
};
