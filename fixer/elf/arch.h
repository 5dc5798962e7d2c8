/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What differs from architecture to architecture. Comes in: the machine of an ELF file. Goes out: a
 * table that the stages ask; none of them knows relocation types, instructions or section names of its
 * own. Each architecture is one file, arch-*.c, and one line in arch.c. Before all other stages.
 *
 * Byte order is not part of it: the file tells it (elf_file_is_big_endian()).
 */
#ifndef KLPMAKE_ARCH_H
#define KLPMAKE_ARCH_H

#include <elf.h>

#include "base/util.h"

/* What a relocation does with the bytes at its place. An address in two parts is that of the first. */
enum arch_relocation_kind {
	ARCH_HINT,     /* nothing: it tells the linker something */
	ARCH_ABSOLUTE, /* stores symbol plus addend, or a part of that */
	ARCH_RELATIVE, /* stores the distance to the symbol, or a part of that */
	ARCH_CALL,     /* lets a call or jump lead to the symbol, perhaps by way of a stub */
	ARCH_GOT,      /* leads to the symbol by way of an entry that holds its address */
	ARCH_LOW,      /* stores the low part of an address, the second of the two */
	ARCH_SET, /* stores symbol plus addend in bits of data, from which another one subtracts */
	ARCH_ADD, /* adds symbol plus addend to what is there, */
	ARCH_SUBTRACT, /* or subtracts it: together a difference */
	ARCH_OTHER,    /* something that neither the kernel's code nor its modules need */
};

struct arch_relocation {
	const char *name; /* as the ABI spells it; NULL: the table has no such type */
	enum arch_relocation_kind kind;
	unsigned char size; /* bytes of what is changed; 0: nothing is */
	/*
	 * The bits that are changed, of the number of SIZE bytes in the file's order, or of an instruction in the
	 * order that those have; 0: all.
	 */
	uint64_t mask;
	/* Does the kernel apply it to modules (apply_relocate_add() of the architecture)? */
	bool in_modules;
	/*
	 * Its symbol is no more than the place of another relocation of the same section, whose symbol
	 * is meant: the two have to stay together. RISC-V's PCREL_LO12 leads to its HI20 like that.
	 */
	bool follows;
	/*
	 * Does it do something else when it is applied again, or is there room for once only? It cannot be applied
	 * whenever a module comes back, which may then be elsewhere.
	 */
	bool once;
	/* Kernels that apply it to modules have this function; NULL: all apply it that apply any. */
	const char *function;
	/*
	 * Kernels that have this function start from zero at a place, and apply to it what one section has for it: of two
	 * sections, the later one alone would count. NULL: all add to what is there.
	 */
	const char *starts_anew;
};

/* A direct call or jump that ends where a call returns to. */
struct arch_call {
	unsigned int size; /* bytes of the instructions */
	unsigned int back; /* from the return address back to the place of its relocation, bytes */
	int64_t bias;	   /* the target is the relocation's symbol plus its addend plus this */
	int64_t distance;  /* from the return address to the target, in linked code */
	bool returns;	   /* it is a call */
	/* That which it has if the assembler does not fill it in. */
	const struct arch_relocation *relocation;
};

/* Code of a function, twice: as it was compiled, and as the kernel has it after the linker and objtool. */
struct arch_code {
	const unsigned char *ours, *theirs;
	uint64_t size; /* bytes of each */
	bool big_endian;
};

/* What the kernel changes in the code, or takes for it, before a module's symbols can be resolved. */
enum arch_special_kind {
	ARCH_STATIC_KEY,
	ARCH_STATIC_CALL,
	ARCH_ALTERNATIVE,
	ARCH_BUG,
	ARCH_EXCEPTION,
	ARCH_LOCKED_INSTRUCTION,
	ARCH_PARAVIRTUAL_CALL,
	ARCH_INDIRECT_CALL,
	ARCH_RETURN,
	ARCH_CALL_SITE,
	ARCH_ENTRY,
};

struct arch_special {
	const char *section;
	enum arch_special_kind kind;
	/* Bytes of an entry; 0: there are none, or the kernel's version and configuration decide. */
	unsigned int entry_size;
};

/* A section that a module has to have: the kernel's own script for linking modules makes it. */
struct arch_needed {
	const char *section;
	const char *function; /* of the kernel; one that lacks it demands no such section */
};

/* Functions that may not be called through a pointer: they do not begin with the instruction for that. */
struct arch_sealed {
	const char
		*section; /* lists them, as the kernel takes it away; NULL: there is no such list */
	unsigned int entry_size; /* bytes of an entry, the distance from itself to the function */
	/*
	 * May a call through a pointer end at CODE? *MARKED: nothing but this feature has such an instruction there. NULL:
	 * the section tells.
	 */
	bool (*is_landing)(const unsigned char *code, uint64_t size, bool *marked);
	const char *instruction; /* what is missing; for messages */
	const char *feature;	 /* what demands it; for messages */
};

struct arch {
	unsigned int machine; /* e_machine */
	const char *name;     /* for messages */
	/*
	 * Can livepatches be made for it? If not, only name and those relocations are filled in that the
	 * debug information of its modules has.
	 */
	bool complete;

	/* By type. */
	const struct arch_relocation *relocations;
	size_t relocation_count;
	/*
	 * Kernels that have this function take relocations that follow another one in livepatch sections, where all others
	 * have to be of livepatch symbols. NULL: none does.
	 */
	const char *following_function;
	/*
	 * The dynamic relocation that stores its addend, plus the distance by which the kernel is moved: an
	 * image that is linked to be moved may have zeros in place of addresses. R_*_NONE: no image is.
	 */
	unsigned int relative;
	/* Does the kernel insist on zeros under the relocations that it applies? */
	bool zero_under_relocations;

	/*
	 * Why the kernel refuses RELOCATION at CODE->ours plus AT if its SYMBOL is not the module's own; NULL: it does not.
	 * NULL as a whole: it never does.
	 */
	const char *(*refused)(const struct arch_relocation *relocation, const char *symbol,
			       const struct arch_code *code, uint64_t at);
	/*
	 * Is there one of the values from LOW to LOW plus RANGE, which may go on beyond the end of the numbers with 0, that
	 * RELOCATION has room for? NULL: the kernel does not look. What the kernel and its modules have is at LOWEST_ADDRESS and
	 * above; modules end at MODULES_END.
	 */
	bool (*has_room)(const struct arch_relocation *relocation, uint64_t low, uint64_t range);
	uint64_t lowest_address, modules_end;
	/*
	 * Has a place to be cleared before it is relocated again, when a module comes back? Kernels do so since 6.3
	 * (clear_relocate_add()).
	 */
	bool cleared;
	/* Undefined symbols that the kernel's loader itself knows; a list that NULL ends. */
	const char *const *loader_symbols;

	/* Are instructions little-endian in big-endian files, too? */
	bool little_endian_code;

	/*
	 * The direct call or jump that ends at CODE plus SIZE, if there is one. NULL: what a call leads to
	 * is not known.
	 */
	bool (*find_call)(const unsigned char *code, uint64_t size, bool big_endian,
			  struct arch_call *call);
	/*
	 * Of RELOCATION at CODE plus AT that stores a distance: how many bytes lie between its place and that from which
	 * the processor counts, which may be before it. The addend has as many less. NULL: none.
	 */
	int (*counted_from)(const struct arch_relocation *relocation, const unsigned char *code,
			    uint64_t at);
	/*
	 * How many bytes from AT on may differ, where no relocation is: the distance of a call or jump within
	 * the file, or what was made of a static key's jump. NULL: none may.
	 */
	uint64_t (*may_differ)(const struct arch_code *code, uint64_t at);
	/*
	 * Has the linker rewritten code around AT, the place of RELOCATION, as it found a shorter way to the symbol? *SIZE
	 * bytes from *START on, an offset like AT. NULL: it does not.
	 */
	bool (*relaxed)(const struct arch_code *code, const struct arch_relocation *relocation,
			uint64_t at, uint64_t *start, uint64_t *size);
	/*
	 * How many bytes behind a function's symbol its other entry is, by which code of the same file calls it, as the
	 * symbol's st_other tells. NULL: there is none.
	 */
	unsigned int (*local_entry)(unsigned char other);

	/*
	 * Where the kernel looks for a function's ftrace site (ftrace_location()): from SITE_BEFORE bytes
	 * before its symbol up to SITE_BEHIND bytes behind it; 0: up to the function's end.
	 */
	unsigned int site_before, site_behind;
	/*
	 * Bytes of the jump that kernels with CONFIG_LIVEPATCH_WO_FTRACE, which openEuler has, write over the beginning of a
	 * function (KLP_MAX_REPLACE_SIZE of its asm/livepatch.h). 0: not known.
	 */
	unsigned int jump_size;
	unsigned int pointer_call_size; /* the most bytes that a call through a pointer has */
	/*
	 * Does a call through a pointer begin at CODE plus AT, where CODE begins with an instruction and has SIZE bytes? NULL:
	 * the compilers tell of all of these.
	 */
	bool (*is_pointer_call)(const unsigned char *code, uint64_t at, uint64_t size);
	/*
	 * How many bytes behind its symbol debug information may have a function begin: those for patching at its entry
	 * (dwarf/dwarf-entries.c). 0: none.
	 */
	unsigned int entry_room;

	/*
	 * Is it this architecture's boot image, and has that an ELF file inside, perhaps compressed? Sets *OFFSET and
	 * *LENGTH, which are not checked, to where that is. NULL: its boot images have none.
	 */
	bool (*boot_payload)(const unsigned char *image, uint64_t size, uint64_t *offset,
			     uint64_t *length);

	/* Lists that NULL ends. */
	const char *const *syscall_prefixes; /* of the functions that system calls enter by */
	const char *const *made_prefixes;    /* of symbols that the tool chain makes of functions */

	const struct arch_special *specials;
	size_t special_count;
	const struct arch_needed *needed;
	size_t needed_count;
	struct arch_sealed sealed;
};

/* Never NULL: the one for machines that are not known has a name only. */
const struct arch *arch_of(unsigned int machine);

/* NULL: the architecture has no relocation of that type, as far as is known. */
const struct arch_relocation *arch_relocation(const struct arch *arch, uint64_t type);
/* Likewise, but also NULL if the kernel does not apply it to modules. */
const struct arch_relocation *arch_module_relocation(const struct arch *arch, uint64_t type);
/* "NAME (9)", or "of the unknown type 99"; for messages, in ARENA. */
const char *arch_describe_relocation(const struct arch *arch, uint64_t type, struct arena *arena);
/*
 * Marks in MASK, bits of each of SIZE bytes, what RELOCATION at AT changes of them.
 */
void arch_mask_relocation(const struct arch *arch, const struct arch_relocation *relocation,
			  uint64_t at, uint64_t size, bool big_endian, unsigned char *mask);
/* Does the code or data that has such a relocation take the symbol's address, rather than call it? */
bool arch_takes_address(const struct arch *arch, uint64_t type);
/* The width in bytes of a relocation that stores symbol plus addend, all of it; 0 for all others. */
unsigned int arch_absolute_size(const struct arch *arch, uint64_t type);

/* Does the kernel's loader itself give the undefined symbol NAME a value? */
bool arch_is_loader_symbol(const struct arch *arch, const char *name);
/* Is NAME no function's of the source, but the tool chain's own, such as the padding before one? */
bool arch_is_made_symbol(const struct arch *arch, const char *name);
/* What boot_payload() of the architecture says whose boot image it is; false: of none. Within SIZE. */
bool arch_boot_payload(const unsigned char *image, uint64_t size, uint64_t *offset,
		       uint64_t *length);
/* NULL: the kernel does nothing special with a section of that name. */
const struct arch_special *arch_special_section(const struct arch *arch, const char *name);

#endif
