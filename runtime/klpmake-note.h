/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The note format: the one contract between klpmake.so and klp-fixer.
 *
 * The plugin writes one ELF note section into each object that it compiles from a tagged source;
 * "ld -r" concatenates the sections of all objects of a module; klp-fixer reads the result and
 * drops the section. It is not allocated: the kernel never sees it.
 *
 * The section holds records of the usual note form, each padded to a multiple of 8 bytes:
 *
 *	u32 namesz = 8, u32 descsz, u32 type, "KLPMAKE\0", desc[descsz]
 *
 * A desc is one of the structs below followed by the strings that it names. Integers have the
 * target's byte order. A string is given as its offset in bytes from the start of its desc, it
 * ends with a NUL inside of the desc, and offset 0 means that there is none. An address is 0 with
 * a relocation (in .rela.note.klpmake) that names the place in the module.
 *
 * Where the first UNIT record of an object starts, it has a local symbol, KLP_NOTE_UNIT_SYMBOL: after "ld -r"
 * it tells which of the other local symbols are that unit's. Only a file of klp-plan's, which has replacements in
 * several kernel sources, has more UNIT records, and none of its local symbols matter.
 *
 * A unit's records follow its UNIT record: all others belong to the UNIT before them. A reader refuses a version, a type or a value that it does not know.
 */
#ifndef KLPMAKE_NOTE_H
#define KLPMAKE_NOTE_H

#include <stdint.h>

#define KLP_NOTE_SECTION	".note.klpmake"
#define KLP_NOTE_NAME		"KLPMAKE"	/* 8 bytes with its NUL */
#define KLP_NOTE_VERSION	4
#define KLP_NOTE_UNIT_SYMBOL	"__klpmake_unit"
#define KLP_NOTE_RECORD_ALIGN	8		/* size of a record is a multiple of it */

/*
 * Assembler names of references to file-local symbols: prefix, unit id, '.', [function, '.',] name[, '.', line].
 */
#define KLP_NOTE_LOCAL_PREFIX	"__klp."

enum klp_note_type {
	KLP_NOTE_UNIT = 1,	/* a tagged source file */
	KLP_NOTE_REF = 2,	/* a symbol that the unit refers to and does not define */
	KLP_NOTE_PATCH = 3,	/* an initialised struct klp_func */
	KLP_NOTE_DEF = 4,	/* a global function or variable that the unit defines */
	KLP_NOTE_CALLBACK = 5,	/* a callback of the short form */
	KLP_NOTE_STRUCTURE = 6,	/* a structure or union that the unit defines itself */
	KLP_NOTE_CONSTANT = 7,	/* a constant of an enumeration that the unit defines itself */
	KLP_NOTE_VARIABLE = 8,	/* a variable that the unit defines, and may change */
};

struct klp_note_unit {
	uint32_t version;	/* KLP_NOTE_VERSION */
	uint32_t tag;		/* string: path of the kernel source that the file belongs to */
	uint32_t source;	/* string: the file that was compiled, as given to the compiler */
	uint32_t line;		/* line of the tag in it; 0: the tag came from the command line */
	uint32_t plugin;	/* string: version of klpmake */
	uint32_t compiler;	/* string: version of GCC */
} __attribute__((packed));

enum klp_note_ref_kind {
	KLP_NOTE_FUNCTION = 1,
	KLP_NOTE_OBJECT = 2,
};

enum klp_note_ref_scope {
	KLP_NOTE_EXTERN = 1,	/* the global of that name, else the tagged file's own local */
	KLP_NOTE_LOCAL = 2,	/* the definition in the tagged file */
};

struct klp_note_ref {
	uint32_t kind;		/* enum klp_note_ref_kind */
	uint32_t scope;		/* enum klp_note_ref_scope */
	uint32_t elf_name;	/* string: name of the undefined symbol in the object */
	uint32_t name;		/* string: name in the C source */
	uint32_t function;	/* string: function whose own static variable it is, or none */
	uint32_t section;	/* string: section that a variable is declared to be in, or none */
	uint32_t file;		/* string: where it is used first */
	uint32_t line;
	uint32_t pointer_file;	/* string: where its address is taken first, or none */
	uint32_t pointer_line;
	uint32_t signature;	/* string: its type, see below */
	/* Of one of several static variables that have that name in FUNCTION, else 0. */
	uint32_t declared;	/* line of the kernel's source that declares it */
} __attribute__((packed));

#define KLP_NOTE_SYMPOS_GIVEN	1	/* the initialiser has an old_sympos of its own */
#define KLP_NOTE_OBJECT_BY_TAG	2	/* no object named: the one that the tagged file is part of */

struct klp_note_patch {
	uint32_t flags;		/* KLP_NOTE_SYMPOS_GIVEN, KLP_NOTE_OBJECT_BY_TAG */
	uint64_t new_func;	/* address of the replacement function */
	uint64_t sympos_at;	/* address of the klp_func's old_sympos field */
	uint64_t sympos;	/* the initialiser's old_sympos, 0 if it has none */
	uint32_t sympos_size;	/* bytes of the old_sympos field: 8, or 4 on 32-bit targets */
	uint32_t object;	/* string: klp_object's name; none: vmlinux */
	uint32_t old_name;	/* string: name of the function that is replaced */
	uint32_t new_name;	/* string: name of the replacement function in the object */
	uint32_t file;		/* string: where the klp_func stands */
	uint32_t line;
	uint32_t signature;	/* string: type of the replacement function */
	/* With KLP_NOTE_OBJECT_BY_TAG, else 0: where the object's name is to be written. */
	uint64_t object_at;	/* address of a field of characters */
	uint32_t object_size;	/* bytes, with the NUL behind the name */
} __attribute__((packed));

struct klp_note_def {
	uint32_t name;		/* string: symbol of what the unit defines */
	uint32_t signature;	/* string: its type */
} __attribute__((packed));

/* Belongs to the object that the tagged file is part of. */
struct klp_note_callback {
	uint64_t object_at;	/* as in klp_note_patch */
	uint32_t object_size;
	uint32_t kind;		/* string: the member of struct klp_callbacks */
	uint32_t file;		/* string: where it is set */
	uint32_t line;
} __attribute__((packed));

/*
 * Defined in the tagged file, or in another one of its folder. A member of what has no name of its own is called by way of
 * that: "a.b", or "a[].b".
 */
struct klp_note_structure {
	uint64_t size;		/* bytes */
	uint32_t name;		/* string: "struct s", "union u", or what a typedef calls it */
	uint32_t members;	/* string: for each a line "NAME PLACE SIZE", in bits; none: it has no members */
	uint32_t file;		/* string: where it is defined */
	uint32_t line;
} __attribute__((packed));

/* Likewise. */
struct klp_note_constant {
	uint64_t value;
	uint32_t name;		/* string */
	uint32_t file;		/* string: where its enumeration is defined */
	uint32_t line;
} __attribute__((packed));

/* Named in the tagged file. */
struct klp_note_variable {
	uint32_t name;		/* string: in the C source */
	uint32_t function;	/* string: function whose static variable it is, or none */
	uint32_t file;		/* string: where it is defined */
	uint32_t line;
} __attribute__((packed));

/*
 * Type signatures, for a comparison with DWARF that needs no C parser:
 *
 *	v		void
 *	b<n>		bool of n bytes
 *	s<n> u<n>	signed, unsigned integer of n bytes
 *	f<n>		floating point of n bytes
 *	p<type>		pointer; what the pointer's target points to in turn is left out: pp?
 *	a<n>:<type>	array of n elements; n is empty where it is not known
 *	S<n>:<tag>;	struct of n bytes (empty: incomplete) with that tag (empty: none)
 *	U<n>:<tag>;	union
 *	E<n>:<tag>;	enum of n bytes
 *	F<result>(<type>...)	function; ends with '.' before ')' if variadic, '?' for no prototype
 *	?		anything else
 *
 * Qualifiers are left out and typedefs are looked through.
 */

#endif
