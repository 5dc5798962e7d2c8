/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The stages of klpmake.so, in the order in which a compilation passes through them:
 *
 *	tag.cc		while the file is lexed: which kernel source does it belong to
 *	attribute.cc	while it is parsed: KLPMAKE_LOCAL, KLPMAKE_LOCAL_IN
 *	reference.cc	while it is parsed: accept undefined static functions; before the
 *			interprocedural passes: name and collect what the file refers to
 *	patch.cc	before the interprocedural passes: collect every struct klp_func
 *	note.cc		at the end of the assembler file: write what was collected
 *
 * In patch mode, a whole source file of the kernel is compiled:
 *
 *	digest.cc	once before and once after it is patched: write what it means, and end there
 *	carve.cc	before reference.cc collects: keep what the livepatch replaces, refer to the rest
 *
 * signature.cc spells types for the note. plugin.cc hooks the stages into GCC.
 */
#ifndef KLPMAKE_PLUGIN_H
#define KLPMAKE_PLUGIN_H

/* A place in the sources, as printed to people. The file name belongs to GCC's line maps. */
struct source_place {
	const char *file;
	int line;
};

/* tag.cc */

/*
 * Starts to look for the tag. ARGUMENT is the value of -fplugin-arg-klpmake-source=, NULL if not
 * given; it stays the caller's.
 */
void tag_start(const char *argument);
/* Path of the kernel source relative to the kernel's root; NULL: the file has no tag. */
const char *tag_path(void);
/* The tag's line in the main source file; 0: it came from the command line. */
int tag_line(void);
/* Identifies the tag in assembler names: letters, digits and '_' only. */
const char *tag_unit_id(void);

/* attribute.cc */

void attribute_register(void);
/*
 * Is DECL marked as a symbol of the tagged file's own? *FUNCTION becomes the name of the function
 * that it is local to, NULL if it is none's.
 */
bool attribute_is_local(tree decl, const char **function);
/*
 * PLUGIN_FINISH_DECL: reports declarations of one symbol that contradict each other. GCC has merged
 * their attributes.
 */
void attribute_check_declaration(tree decl);
/* Reports attributes in a file without a tag. */
void attribute_check_tag(void);

/* reference.cc */

/* Keeps GCC from complaining about the static functions without a body that were seen so far. */
void reference_accept_undefined(void);
/* PLUGIN_FINISH_DECL: remembers a static function's prototype. */
void reference_see_declaration(tree decl);
/* PLUGIN_FINISH_PARSE_FUNCTION: a static function that was seen as a prototype has a body. */
void reference_see_definition(tree decl);
/* PLUGIN_GGC_MARKING: keeps what was remembered alive. */
void reference_mark(void);
/* Gives file-local references their names and collects all references. */
void reference_collect(void);
void reference_write(void);

/* digest.cc */

/* Writes the digest of the file to PATH. Before the interprocedural passes. */
void digest_write(const char *path);
/* Is DECL a variable whose value no other file can know? */
bool digest_is_constant_table(tree decl);

/* carve.cc */

/* Reads the plan PATH, or ends the compilation with an error. */
void carve_read_plan(const char *path);
/* Was a plan read? */
bool carve_is_active(void);
/* Does what the plan says. Before the interprocedural passes and reference_collect(). */
void carve_apply(void);
/*
 * Was DECL, now a declaration, a local symbol of the file? *FUNCTION becomes the name of the function
 * that it is local to, NULL if it is none's, *NAME its name in the source.
 */
bool carve_is_local(tree decl, const char **function, const char **name);

/* patch.cc */

void patch_collect(void);
/* Reports KLPMAKE_REPLACE() and the like in a file without a tag. */
void patch_check_tag(void);
void patch_write(void);

/* signature.cc */

/* The type as klpmake-note.h describes; allocated with malloc, never NULL. */
char *signature_of(tree type);

/* note.cc */

/* DECL's name as the assembler has it: without the mark that GCC puts before a user's own. */
const char *note_symbol_name(tree decl);

/*
 * One record: note_begin() with the size of its struct in klpmake-note.h, then its fields in
 * their order, then note_end().
 */
void note_begin(unsigned int type, unsigned int fixed_size);
void note_u32(unsigned int value);
void note_u64(unsigned HOST_WIDE_INT value);
/* TEXT may be NULL: no string. */
void note_string(const char *text);
/* The address of SYMBOL, an assembler name, plus OFFSET bytes. */
void note_address(const char *symbol, unsigned HOST_WIDE_INT offset);
void note_end(void);
/* Writes the section; NULL-tolerant towards a compilation without assembler output. */
void note_write(void);

#endif
