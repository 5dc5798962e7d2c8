/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An ELF file opened for reading: its sections with names, its symbol table, and the checks that
 * everything later relies on. Before all other stages.
 */
#ifndef KLPMAKE_ELF_FILE_H
#define KLPMAKE_ELF_FILE_H

#include <gelf.h>

#include "base/util.h"
#include "elf/arch.h"

struct elf_section {
	Elf_Scn *scn; /* libelf's */
	GElf_Shdr header;
	const char *name; /* libelf's */
};

struct elf_symbol {
	const char *name; /* libelf's; "" for none */
	uint64_t value;	  /* st_value */
	uint64_t address; /* elf_file_address() of it */
	uint64_t size;	  /* bytes */
	uint32_t index;	  /* in the symbol table */
	uint16_t section; /* st_shndx as it stands in the file */
	unsigned char type : 4, binding : 4;
	unsigned char other; /* st_other */
};

struct elf_file {
	const char *path; /* the caller's */
	int fd;
	bool compressed; /* the file itself; fd and elf are of its plain contents */
	Elf *elf;
	GElf_Ehdr header;
	const struct arch *arch;      /* of the header's machine; never NULL */
	struct elf_section *sections; /* [0] is the empty one */
	size_t section_count;
	size_t symtab;		    /* section index, 0: it has none */
	struct elf_symbol *symbols; /* [0] is the empty one */
	size_t symbol_count;
};

/*
 * Opens PATH, which may be compressed, and checks that it is a 64-bit ELF file whose section names
 * and symbols can be read. WHAT names the file's role in messages ("the module"). 0, or -1 after a message.
 */
int elf_file_open(struct elf_file *file, const char *path, const char *what);
/* Can livepatches be made for FILE's machine? 0, or -1 after a message. */
int elf_file_check_machine(const struct elf_file *file);
/* May be called for a file that was zeroed or could not be opened. */
void elf_file_close(struct elf_file *file);
/*
 * Where VALUE, a symbol's in SECTION, stands in a space of addresses that tells all sections'
 * contents apart. Of an executable it is VALUE itself; the sections of a relocatable file, all at
 * address 0 in their headers, are laid out 4 GiB from each other, as far as they are loaded.
 */
uint64_t elf_file_address(const struct elf_file *file, size_t section, uint64_t value);
/*
 * Has SECTION relocations that the kernel applies? It skips those of sections that are not loaded
 * (apply_relocations() in kernel/module/main.c).
 */
bool elf_file_is_loaded_relocation(const struct elf_file *file, size_t section);
/* The next section behind PREVIOUS (0: the first) with relocations, with addends, of SECTION; 0: no more. */
size_t elf_file_relocations_of(const struct elf_file *file, size_t section, size_t previous);

/* How long a section is there; "if (elf_section_life(name))" asks for those that are dropped. */
enum elf_section_life {
	ELF_SECTION_STAYS,
	ELF_SECTION_INIT, /* until the kernel has started or the module was loaded: __init, __initdata */
	ELF_SECTION_EXIT, /* for the module's removal only, and not at all in the image: __exit */
};

enum elf_section_life elf_section_life(const char *name);
/* Of the section that SYMBOL of FILE is in; one that is in none stays. */
enum elf_section_life elf_symbol_life(const struct elf_file *file, const struct elf_symbol *symbol);
/* The name of that section; "" for none. */
const char *elf_symbol_section_name(const struct elf_file *file, const struct elf_symbol *symbol);

/* Has it the first copy of per-CPU variables? */
bool elf_section_is_per_cpu(const char *name);

/* The SYMBOL's bytes, of which there are symbol->size. NULL: FILE has no contents of it, or it is malformed. */
const unsigned char *elf_symbol_contents(const struct elf_file *file,
					 const struct elf_symbol *symbol);

/* Do calls that end at ADDRESS call SYMBOL, a function of FILE? It may have an entry of its own for the same file. */
bool elf_symbol_is_entered(const struct elf_file *file, const struct elf_symbol *symbol,
			   uint64_t address);

static inline bool elf_section_is_dropped(const char *name)
{
	return elf_section_life(name) != ELF_SECTION_STAYS;
}

/*
 * The bytes that are loaded at ADDRESS of a linked file, and *SIZE, how many there are behind it in its section. NULL:
 * there are none.
 */
const unsigned char *elf_file_contents_at(const struct elf_file *file, uint64_t address,
					  uint64_t *size);
/* Gives TO, which was stripped, the symbols of FROM, which has the same sections and has to stay open. */
void elf_file_take_symbols(struct elf_file *to, const struct elf_file *from);

/* Has it a symbol of that name, which is not undefined? */
bool elf_file_defines(const struct elf_file *file, const char *name);
/* The first section of that name; 0: there is none. */
size_t elf_file_find_section(const struct elf_file *file, const char *name);
/*
 * A section's contents in the host's byte order; NULL after a message. Of SHT_NOBITS, where the file has nothing, they are
 * empty.
 */
Elf_Data *elf_file_data(const struct elf_file *file, size_t section);
/* Likewise, as they are in the file. */
Elf_Data *elf_file_raw_data(const struct elf_file *file, size_t section);
/*
 * Decompresses in memory a section called NAME whose header is HEADER, which is read anew, if it is compressed in ELF's
 * form or in the one that GNU had before (.zdebug_info). 1: it was; 0: it was not; -1: it cannot be, and *REASON says why.
 */
int elf_decompress(Elf_Scn *section, const char *name, GElf_Shdr *header, const char **reason);
/*
 * The build ID as lower-case hexadecimal digits, allocated in ARENA; NULL: the file has none.
 */
const char *elf_file_build_id(const struct elf_file *file, struct arena *arena);
/* Likewise, of what libelf alone has opened. */
const char *elf_build_id(Elf *elf, struct arena *arena);

static inline bool elf_file_is_big_endian(const struct elf_file *file)
{
	return file->header.e_ident[EI_DATA] == ELFDATA2MSB;
}

#endif
