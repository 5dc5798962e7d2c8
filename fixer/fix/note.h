/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The plugin's note as it was read from a module. After elf-file.c, before resolve.c.
 */
#ifndef KLPMAKE_NOTE_READER_H
#define KLPMAKE_NOTE_READER_H

#include <stdio.h>

#include "klpmake-note.h"
#include "base/diag.h"
#include "elf/elf-file.h"

struct note_ref {
	enum klp_note_ref_kind kind;
	enum klp_note_ref_scope scope;
	const char *elf_name;
	const char *name;
	const char *function; /* whose static variable it is; NULL: none's */
	struct diag_place place;
	const char *section; /* that a variable is declared to be in; NULL: none */
	/* Of one of several static variables of FUNCTION's: the line that declares the kernel's; else 0. */
	unsigned int declared;
	struct diag_place pointer_place; /* where its address is taken first; file NULL: nowhere */
	const char *signature;
};

/* A place in the module that the note names with a relocation. */
struct note_address {
	uint32_t symbol; /* index in the module's symbol table */
	size_t section;	 /* SHN_UNDEF: the symbol is not defined in the module */
	uint64_t offset; /* bytes from the section's start */
};

struct note_patch {
	bool sympos_given; /* by the author */
	bool object_by_tag;
	uint64_t sympos;
	struct note_address new_func;
	struct note_address sympos_at;
	unsigned int sympos_size; /* bytes */
	const char *object;	  /* NULL: vmlinux, or by the tag */
	const char *old_name;
	const char *new_name;
	struct diag_place place;
	const char *signature;
	struct note_address object_at; /* if object_by_tag */
	unsigned int object_size;      /* bytes */
};

/* A callback of the short form. */
struct note_callback {
	struct note_address object_at; /* where its object's name is to be written */
	unsigned int object_size;      /* bytes */
	const char *kind;	       /* "pre_patch" and so on */
	struct diag_place place;
};

/* A global function or variable that a unit defines. */
struct note_def {
	const char *name; /* its symbol */
	const char *signature;
};

/* Of a structure; places and sizes in bits. */
struct note_member {
	const char *name;
	uint64_t place, size;
};

/* A structure or union that a unit defines itself. */
struct note_structure {
	const char *name; /* "struct s", "union u", or what a typedef calls it */
	uint64_t size;	  /* bytes */
	struct note_member *members;
	size_t member_count;
	struct diag_place place;
};

/* A constant of an enumeration that a unit defines itself. */
struct note_constant {
	const char *name;
	uint64_t value;
	struct diag_place place;
};

/* A variable that a unit defines itself, and may change. */
struct note_variable {
	const char *name;
	const char *function; /* whose static variable it is; NULL: none's */
	struct diag_place place;
};

/* A tagged source file. */
struct note_unit {
	uint64_t offset; /* of its UNIT record in the section, bytes */
	const char *tag;
	struct diag_place place;       /* of the tag */
	const char *plugin, *compiler; /* versions */
	struct note_ref *refs;
	size_t ref_count;
	struct note_patch *patches;
	size_t patch_count;
	struct note_def *defs;
	size_t def_count;
	struct note_callback *callbacks;
	size_t callback_count;
	struct note_structure *structures;
	size_t structure_count;
	struct note_constant *constants;
	size_t constant_count;
	struct note_variable *variables;
	size_t variable_count;
};

struct note {
	size_t section; /* of the module; 0: it has no note */
	struct note_unit *units;
	size_t unit_count;
};

/*
 * Reads the note of MODULE, which has to stay open; strings go to ARENA. A module without a note is
 * not an error: note->section is 0. -1 after a message.
 */
int note_read(struct note *note, const struct elf_file *module, struct arena *arena);
void note_free(struct note *note);

/* Prints the note, one record a line. */
void note_dump(const struct note *note, FILE *stream);

#endif
