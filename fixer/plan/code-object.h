/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An object file as the compiler makes it, to be asked for the code of its functions and for what that leads to. For
 * compiled-code.c.
 */
#ifndef KLPMAKE_CODE_OBJECT_H
#define KLPMAKE_CODE_OBJECT_H

#include "elf/elf-file.h"

/* What code_object_open() has found of a section. */
struct code_section {
	Elf_Data *data;		/* libelf's; NULL: not asked for yet, or without contents */
	GElf_Rela *relocations; /* by their places; from malloc */
	size_t relocation_count;
	const struct elf_symbol **symbols; /* by their values; from malloc */
	size_t symbol_count;
	/* Likewise data whose name is a number, as .LC3 and .Lubsan_data3: the assembler's -L keeps them. */
	const struct elf_symbol **numbered;
	size_t numbered_count;
	uint64_t *places; /* of code, without a symbol, that something leads to; sorted, from malloc */
	size_t place_count;
};

struct code_object {
	struct elf_file elf;
	struct code_section *sections;	     /* by their numbers; from malloc */
	const struct elf_symbol **functions; /* that have code, by their names; from malloc */
	size_t function_count;
	bool opened;
};

/* Some bytes of a section, and the relocations in them. */
struct code_range {
	const struct code_object *object;
	size_t section;
	uint64_t start, size;
	const unsigned char *bytes; /* NULL: it has no contents, all are zero */
	const GElf_Rela *relocations;
	size_t relocation_count;
};

/* What a relocation leads to. */
struct code_target {
	const struct elf_symbol *symbol; /* NULL: none stands there */
	int64_t rest;			 /* from the symbol on, bytes */
	size_t section;			 /* 0: it is in another file */
	uint64_t place;			 /* in the section */
	bool named;			 /* the relocation itself names the symbol */
};

/* 0, or -1 after a message. */
int code_object_open(struct code_object *object, const char *path);
/* May be called for an object that was zeroed or could not be opened. */
void code_object_close(struct code_object *object);

/* The SIZE bytes at START. False: they lie outside of the section. */
bool code_object_range(const struct code_object *object, size_t section, uint64_t start,
		       uint64_t size, struct code_range *range);
static inline bool code_object_code(const struct code_object *object,
				    const struct elf_symbol *symbol, struct code_range *range)
{
	return code_object_range(object, symbol->section, symbol->value, symbol->size, range);
}

/* Where RELOCATION, of RANGE, leads to. False: it is malformed. */
bool code_object_target(const struct code_range *range, const GElf_Rela *relocation,
			struct code_target *target);
/* Makes TARGET what PLACE in SECTION is. */
void code_object_place(const struct code_object *object, size_t section, uint64_t place,
		       struct code_target *target);
/* The *COUNT symbols of SECTION at VALUE. */
const struct elf_symbol *const *code_object_symbols_at(const struct code_object *object,
						       size_t section, uint64_t value,
						       size_t *count);
/*
 * Where the numbered data that PLACE is in ends, or the next symbol or numbered data begins behind PLACE, or other code
 * that something leads to, or where the section ends. Code aside is without symbols: one piece for each place that leads there.
 */
uint64_t code_object_next_place(const struct code_object *object, size_t section, uint64_t place);
/* The last symbol of SECTION; NULL: it has none. */
const struct elf_symbol *code_object_last_symbol(const struct code_object *object, size_t section);
/* The function of that name that has code; NULL: there is none. */
const struct elf_symbol *code_object_function(const struct code_object *object, const char *name);

#endif
