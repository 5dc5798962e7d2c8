/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The DWARF of a kernel image or module: which units (compiled source files) it has, and a
 * libdwarf handle for one of them. After elf-file.c; dwarf-scan.c is its other half, unit.c looks
 * into one unit.
 */
#ifndef KLPMAKE_DWARF_FILE_H
#define KLPMAKE_DWARF_FILE_H

#include "config.h"

#ifdef HAVE_LIBDWARF_0_LIBDWARF_H
#include <libdwarf-0/dwarf.h>
#include <libdwarf-0/libdwarf.h>
#elif defined(HAVE_LIBDWARF_LIBDWARF_H)
#include <libdwarf/dwarf.h>
#include <libdwarf/libdwarf.h>
#else
#include <dwarf.h>
#include <libdwarf.h>
#endif

/* Its name before libdwarf 0.1. */
#ifndef HAVE_DWARF_DEALLOC_RANGES
#define dwarf_dealloc_ranges dwarf_ranges_dealloc
#endif

#include "elf/bytes.h"
#include "elf/elf-file.h"

struct unit_content;
struct unit_files;

/* An entry that may define something, or import what does: of DW_TAG_subprogram, _variable or _imported_unit. */
struct dwarf_node {
	uint64_t offset; /* from the unit's header on, bytes */
	size_t end; /* the number of the first of the unit's nodes that is behind those in this entry */
	uint16_t tag;
	bool has_code;	  /* a function: DWARF tells an address of it */
	const char *name; /* in its section; NULL: libdwarf has to tell name and place */
	uint64_t file,
		line; /* where it is declared, if there is a name; FILE as DW_AT_decl_file numbers it */
};

struct dwarf_section;

/*
 * A compiled source file; or what units have in common, a partial unit of dwz's, or a type unit with one type: those have
 * no name.
 */
struct dwarf_unit {
	const char *name;	       /* DW_AT_name: relative to the source root or absolute */
	const char *comp_dir;	       /* DW_AT_comp_dir; "" for none */
	struct dwarf_section *section; /* .debug_info, or .debug_types of type units before DWARF 5 */
	uint64_t offset;	       /* of its header in the section, bytes */
	uint64_t size;		       /* with its header, bytes */
	uint64_t entry;		       /* of its own entry, from the header on, bytes */
	uint64_t abbreviations;	       /* of its abbreviations in .debug_abbrev, bytes */
	uint64_t signature;	       /* of a type unit: what the type is referred to by; else 0 */
	uint64_t type;		       /* and the type's entry, from the header on, bytes */
	uint64_t lines;		       /* of its line table in .debug_line, bytes */
	bool has_lines, has_ranges;    /* in .debug_line; among the file's ranges */
	unsigned char version, offset_size,
		address_size;	      /* as its header has them; the latter in bytes */
	bool is_tree, is_malformed;   /* dwarf_tree_check() has seen it, and reported it */
	bool links, links_known;      /* dwarf_scan_links()'s: it refers to other units' entries */
	unsigned int in_use;	      /* while it is not 0, it stays open */
	Dwarf_Debug debug;	      /* while dwarf_file_open_unit() has it open, else NULL */
	Dwarf_Die die;		      /* likewise: the unit's own entry */
	struct dwarf_node
		*nodes; /* dwarf_tree_nodes()'s; from malloc, NULL until they are asked for */
	size_t node_count;
	struct unit_content *content; /* unit.c's; NULL until it is asked for */
	struct unit_files *files;     /* unit-files.c's; likewise */
};

/* Units whose handles stay open; each has tables of up to 1 MiB. */
#define DWARF_OPEN_UNITS 8

struct dwarf_section {
	size_t index; /* in the ELF file */
	const char *name;
	uint64_t size;	      /* bytes, decompressed */
	uint64_t file_offset; /* 0: the contents are not in the file as they are needed */
	unsigned char *data;  /* NULL until it is asked for */
	unsigned char *copy;  /* what is to be freed: data, if it had to be relocated */
	bool hidden;	      /* from libdwarf, which would read much of it for each handle */
};

/* Code of a unit. */
struct dwarf_range {
	uint64_t start, size; /* bytes */
	struct dwarf_unit *unit;
};

/* A function's symbol. */
struct dwarf_entry {
	uint64_t address, size; /* bytes */
};

struct dwarf_file {
	const struct elf_file *elf;
	struct arena *arena;		/* the caller's */
	struct dwarf_section *sections; /* [0] is an empty one, as libdwarf expects */
	size_t section_count;
	struct dwarf_unit *units; /* by their offsets */
	size_t unit_count;
	struct dwarf_unit *parts; /* partial units and type units, in their sections' order */
	size_t part_count;
	const char *root;	    /* what is taken off names of files: dwarf_file_set_root() */
	struct dwarf_range *ranges; /* read when first asked for, and sorted when asked for often */
	size_t range_count;
	unsigned int ranges_asked;
	bool are_ranges_sorted;
	bool has_ranges,
		has_all_ranges; /* those of the table; those of units that it leaves out, too */
	struct dwarf_entry *entries; /* likewise */
	size_t entry_count;
	bool has_entries;
	struct dwarf_unit *open[DWARF_OPEN_UNITS]; /* units with a handle; NULL: a free place */
	size_t next_open;			   /* the place in open[] that is used next */
	Dwarf_Debug
		whole; /* sees all units, for those that refer to each other; NULL: not needed yet */
};

/* Has ELF debug information, so that dwarf_file_open() can read it? */
bool dwarf_file_is_in(Elf *elf);
/*
 * Lists the units of an open ELF file, which has to stay open and stay where it is. WHAT names it
 * in messages. 0, or -1 after a message.
 */
int dwarf_file_open(struct dwarf_file *dwarf, const struct elf_file *elf, const char *what,
		    struct arena *arena);
void dwarf_file_close(struct dwarf_file *dwarf);

/*
 * dwarf-tree.c: do the entries of UNIT stand where each other's DW_AT_sibling says? Looked at once, before libdwarf, which
 * would go round in circles, sees them. 0, or -1 after a message.
 */
int dwarf_tree_check(const struct dwarf_file *dwarf, struct dwarf_unit *unit);
/*
 * Likewise, and lists those entries of UNIT in unit->nodes, in the order of the file, that may define functions and
 * variables with a place of their own: in the unit, in functions, and in blocks of these. Others are none that a kernel
 * has a symbol for. The caller frees them when they are no longer needed.
 */
int dwarf_tree_nodes(const struct dwarf_file *dwarf, struct dwarf_unit *unit);

/*
 * dwarf-handle.c: opens UNIT in libdwarf, unless it is open: sets unit->debug and unit->die. It may be
 * closed again when another one is opened, unless it is in use. 0, or -1 after a message.
 */
int dwarf_file_open_unit(struct dwarf_file *dwarf, struct dwarf_unit *unit);
void dwarf_file_close_units(struct dwarf_file *dwarf);
/* What UNIT was compiled by, with its options: "" if it does not say so; NULL after a message. */
const char *dwarf_file_producer(struct dwarf_file *dwarf, struct dwarf_unit *unit);

/* The section of that name; NULL: there is none. */
struct dwarf_section *dwarf_file_section(const struct dwarf_file *dwarf, const char *name);
/* Its whole contents, relocated; NULL after a message. */
const unsigned char *dwarf_file_section_data(const struct dwarf_file *dwarf,
					     struct dwarf_section *section);

/* The string at OFFSET of the section SECTION, as long as that is there; NULL: there is none. */
const char *dwarf_file_string(const struct dwarf_file *dwarf, const char *section, uint64_t offset);

/*
 * Sets CURSOR to at most ROOM bytes of SECTION from OFFSET on, using BUFFER if they are not in
 * memory. -1 after a message.
 */
int dwarf_file_read(const struct dwarf_file *dwarf, struct dwarf_section *section, uint64_t offset,
		    unsigned char *buffer, size_t room, struct cursor *cursor);

/*
 * The root of the source as names of units have it, with a slash at its end, if the kernel was built in another folder;
 * "" if they are relative to it. An image tells by the unit of init/main.c, which every kernel has; NULL: by none.
 */
const char *dwarf_file_find_root(const struct dwarf_file *dwarf);
/* Takes ROOT, the image's, off the names of units and, from now on, of other files. ROOT stays the caller's. */
void dwarf_file_set_root(struct dwarf_file *dwarf, const char *root);
/* PATH, of a unit compiled in COMP_DIR, without the root. */
const char *dwarf_file_without_root(const struct dwarf_file *dwarf, const char *path,
				    const char *comp_dir);

/*
 * Is PATH the source file SOURCE, given relative to the root of the kernel source? PATH is DWARF's:
 * relative to COMP_DIR or to the source root, or absolute.
 */
bool dwarf_path_matches(const char *path, const char *comp_dir, const char *source);
/* PATH without COMP_DIR before it. */
const char *dwarf_path_strip(const char *path, const char *comp_dir);

/* Reports WHAT is wrong at OFFSET of SECTION; WHERE, "in the unit " say, or "", stands before that. Returns -1. */
int dwarf_file_malformed(const struct dwarf_file *dwarf, const char *what, const char *where,
			 uint64_t offset, const char *section);
/* Reports a libdwarf error and frees it; returns -1. DEBUG may be NULL. */
int dwarf_file_error(const struct dwarf_file *dwarf, Dwarf_Debug debug, Dwarf_Error error);

/* line-header.c: may libdwarf read the line table of UNIT, at OFFSET of .debug_line? 0, or -1 after a message. */
int line_header_check(const struct dwarf_file *dwarf, const struct dwarf_unit *unit,
		      uint64_t offset);

/* dwarf-ranges.c: the unit whose code is at ADDRESS; NULL: none, or after a message. */
struct dwarf_unit *dwarf_file_unit_at(struct dwarf_file *dwarf, uint64_t address);

/*
 * dwarf-entries.c: the address of the symbol of the function that begins at ADDRESS according to the debug information;
 * ADDRESS if there is none.
 */
uint64_t dwarf_file_entry(struct dwarf_file *dwarf, uint64_t address);

/* dwarf-scan.c: fills in dwarf->units and dwarf->parts. 0, or -1 after a message. */
int dwarf_scan(struct dwarf_file *dwarf);
/* Does UNIT refer to entries of other units? Those are then not relative to the unit. */
bool dwarf_scan_links(const struct dwarf_file *dwarf, struct dwarf_unit *unit);
/* The unit that has what is at OFFSET of .debug_info; NULL: none. */
struct dwarf_unit *dwarf_scan_unit(const struct dwarf_file *dwarf, uint64_t offset);
/* The type unit with that signature; NULL: there is none. */
struct dwarf_unit *dwarf_scan_type(const struct dwarf_file *dwarf, uint64_t signature);

#endif
