/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes the records of .note.klpmake, in the order in which it is called. */
#ifndef KLPMAKE_PLUGIN_NOTE_H
#define KLPMAKE_PLUGIN_NOTE_H

/* What a UNIT record, the first one of a kernel source, says of the file. */
struct note_unit {
	const char *tag;      /* path of the kernel source that the file belongs to */
	const char *source;   /* the file, as given to the compiler */
	unsigned int line;    /* of the tag in it; 0: the tag came from the command line */
	const char *plugin;   /* version of klpmake */
	const char *compiler; /* version of GCC */
};

/* Starts the section. False: the compilation has no assembler output. */
bool note_open(void);
/* The UNIT record: those that follow are UNIT's. */
void note_unit(const struct note_unit *unit);
void note_close(void);

/*
 * One record, between note_open() and note_close(): note_begin() with the size of its struct in
 * klpmake-note.h, then its fields in their order, then note_end().
 */
void note_begin(unsigned int type, unsigned int fixed_size);
void note_u32(unsigned int value);
void note_u64(unsigned HOST_WIDE_INT value);
/* TEXT may be NULL: no string. */
void note_string(const char *text);
/* The name of a source file, as debug information has it: -fdebug-prefix-map and -ffile-prefix-map hold. */
void note_file(const char *name);
/* The address of SYMBOL, an assembler name, plus OFFSET bytes. */
void note_address(const char *symbol, unsigned HOST_WIDE_INT offset);
void note_end(void);

#endif
