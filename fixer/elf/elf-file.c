/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An ELF file opened for reading. Comes in: a path. Goes out: sections and symbols that later
 * stages may index without further checks of the tables themselves.
 */
#include "elf/elf-file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/compressed-file.h"
#include "base/diag.h"
#include "base/input-file.h"
#include "elf/bytes.h"

/* Kernels align sections to huge pages at the most. */
#define MAX_ALIGNMENT (16ull << 20)

static int malformed(const struct elf_file *file, const char *what)
{
	struct diag_place place = { file->path, 0 };

	memory_check();
	diag_error(&place, "elf", "malformed ELF file: %s", what);
	return -1;
}

static int open_libelf(struct elf_file *file, const char *what)
{
	struct diag_place place = { file->path, 0 };

	file->fd = input_file_open(file->path);
	if (file->fd == INPUT_FILE_FAILED) {
		diag_system(&place, "cannot read %s: %s", what, strerror(errno));
		return -1;
	}
	if (file->fd == INPUT_FILE_NOT_REGULAR) {
		diag_error(&place, "elf",
			   "%s has to be an ELF file: this is not even a regular file", what);
		return -1;
	}
	file->fd = compressed_file_open(file->fd, file->path, what, false, &file->compressed);
	if (file->fd < 0)
		return -1;
	elf_version(EV_CURRENT);
	errno = 0;
	file->elf = elf_begin(file->fd, ELF_C_READ_MMAP, NULL);
	if (!file->elf || elf_kind(file->elf) != ELF_K_ELF ||
	    !gelf_getehdr(file->elf, &file->header)) {
		memory_check();
		diag_error(&place, "elf", "not an ELF file, but %s has to be one", what);
		return -1;
	}
	if (gelf_getclass(file->elf) != ELFCLASS64) {
		diag_error(&place, "elf",
			   "a 32-bit ELF file: livepatches exist for 64-bit kernels only");
		return -1;
	}
	file->arch = arch_of(file->header.e_machine);
	return 0;
}

/* What the others are read as. */
static bool is_table(const GElf_Shdr *header)
{
	return header->sh_type == SHT_RELA || header->sh_type == SHT_REL ||
	       header->sh_type == SHT_SYMTAB || header->sh_type == SHT_STRTAB ||
	       header->sh_type == SHT_GROUP;
}

/* SIZE is that of the file. */
static int check_section(const struct elf_file *file, const GElf_Shdr *header, uint64_t size)
{
	if (header->sh_addralign & (header->sh_addralign - 1) ||
	    header->sh_addralign > MAX_ALIGNMENT)
		return malformed(file, "a section's alignment makes no sense");
	if (header->sh_type == SHT_SYMTAB_SHNDX)
		return malformed(file, "extended section indices are not supported");
	if (header->sh_type != SHT_NOBITS && header->sh_type != SHT_NULL &&
	    !range_is_within(header->sh_offset, header->sh_size, size))
		return malformed(file, "a section's contents lie outside of the file");
	/* The kernel knows no such thing, and libelf hands out the table as what it is not. */
	if (header->sh_flags & SHF_COMPRESSED && (is_table(header) || header->sh_flags & SHF_ALLOC))
		return malformed(file, "a section is compressed that has no debug information");
	return 0;
}

static int read_sections(struct elf_file *file)
{
	struct diag_place place = { file->path, 0 };
	struct stat status;
	size_t names;

	if (fstat(file->fd, &status)) {
		diag_system(&place, "cannot read: %s", strerror(errno));
		return -1;
	}
	if (elf_getshdrnum(file->elf, &file->section_count) || elf_getshdrstrndx(file->elf, &names))
		return malformed(file, elf_errmsg(-1));
	if (file->section_count < 2)
		return malformed(file, "it has no sections");
	if (file->section_count >= SHN_LORESERVE)
		return malformed(file, "more than 65279 sections are not supported");
	file->sections = xcalloc(file->section_count, sizeof(*file->sections));
	for (size_t i = 0; i < file->section_count; i++) {
		struct elf_section *section = &file->sections[i];

		section->scn = elf_getscn(file->elf, i);
		if (!section->scn || !gelf_getshdr(section->scn, &section->header))
			return malformed(file, "a section header lies outside of the file");
		section->name = i ? elf_strptr(file->elf, names, section->header.sh_name) : "";
		if (!section->name)
			return malformed(file, "a section has no name");
		if (i && check_section(file, &section->header, (uint64_t)status.st_size))
			return -1;
		if (section->header.sh_type == SHT_SYMTAB && !file->symtab)
			file->symtab = i;
	}
	return 0;
}

uint64_t elf_file_address(const struct elf_file *file, size_t section, uint64_t value)
{
	if (file->header.e_type != ET_REL || section >= file->section_count ||
	    !(file->sections[section].header.sh_flags & SHF_ALLOC))
		return value;
	return ((uint64_t)section << 32) + value;
}

/* Of a table of strings, as many bytes as have an end. */
static size_t ended_bytes(const Elf_Data *strings)
{
	const char *end = strings->d_buf ? memrchr(strings->d_buf, 0, strings->d_size) : NULL;

	return end ? (size_t)(end - (const char *)strings->d_buf) + 1 : 0;
}

/* libelf's functions for one symbol and one string look at the whole each time; a kernel has two hundred thousand. */
static int read_symbols(struct elf_file *file)
{
	Elf_Data *data, *names;
	size_t strings, size;

	if (!file->symtab)
		return 0;
	data = elf_file_data(file, file->symtab);
	if (!data)
		return -1;
	strings = file->sections[file->symtab].header.sh_link;
	if (strings >= file->section_count || file->sections[strings].header.sh_type != SHT_STRTAB)
		return malformed(file, "the symbol table has no string table");
	names = elf_file_data(file, strings);
	if (!names)
		return -1;
	size = ended_bytes(names);
	file->symbol_count = data->d_size / sizeof(Elf64_Sym);
	file->symbols = xcalloc(file->symbol_count, sizeof(*file->symbols));
	memory_populate(file->symbols, file->symbol_count * sizeof(*file->symbols));
	for (size_t i = 0; i < file->symbol_count; i++) {
		struct elf_symbol *symbol = &file->symbols[i];
		Elf64_Sym entry;

		memcpy(&entry, (const char *)data->d_buf + i * sizeof(entry), sizeof(entry));
		if (entry.st_name >= size)
			return malformed(file, "a symbol's name lies outside of the string table");
		if (entry.st_shndx < SHN_LORESERVE && entry.st_shndx >= file->section_count)
			return malformed(file, "a symbol is in a section that does not exist");
		symbol->name = (const char *)names->d_buf + entry.st_name;
		symbol->value = entry.st_value;
		symbol->address = elf_file_address(file, entry.st_shndx, entry.st_value);
		symbol->size = entry.st_size;
		symbol->index = (uint32_t)i;
		symbol->section = entry.st_shndx;
		symbol->type = ELF64_ST_TYPE(entry.st_info) & 15;
		symbol->binding = ELF64_ST_BIND(entry.st_info) & 15;
		symbol->other = entry.st_other;
	}
	return 0;
}

/* Groups have sections as members, not groups, and a symbol as their name. */
static int check_groups(const struct elf_file *file)
{
	for (size_t i = 1; i < file->section_count; i++) {
		Elf_Data *data;

		if (file->sections[i].header.sh_type != SHT_GROUP)
			continue;
		if (file->symtab && (file->sections[i].header.sh_link != file->symtab ||
				     file->sections[i].header.sh_info >= file->symbol_count))
			return malformed(file, "a section group has no symbol");
		data = elf_file_data(file, i);
		if (!data)
			return -1;
		for (size_t j = 1; j < data->d_size / sizeof(Elf64_Word); j++) {
			Elf64_Word member = ((Elf64_Word *)data->d_buf)[j];

			if (member >= file->section_count ||
			    file->sections[member].header.sh_type == SHT_GROUP)
				return malformed(file, "a section group has a bad member");
		}
	}
	return 0;
}

int elf_file_open(struct elf_file *file, const char *path, const char *what)
{
	memset(file, 0, sizeof(*file));
	file->path = path;
	file->fd = -1;
	if (open_libelf(file, what) || read_sections(file) || read_symbols(file) ||
	    check_groups(file)) {
		elf_file_close(file);
		return -1;
	}
	return 0;
}

int elf_file_check_machine(const struct elf_file *file)
{
	struct diag_place place = { file->path, 0 };

	if (file->arch->complete)
		return 0;
	diag_error(&place, "machine", "livepatches for %s are not supported yet", file->arch->name);
	return -1;
}

void elf_file_close(struct elf_file *file)
{
	if (file->elf) {
		elf_end(file->elf);
		close(file->fd);
	} else if (file->path && file->fd >= 0) {
		close(file->fd);
	}
	free(file->sections);
	free(file->symbols);
	memset(file, 0, sizeof(*file));
}

bool elf_file_is_loaded_relocation(const struct elf_file *file, size_t section)
{
	const GElf_Shdr *header = &file->sections[section].header;

	return header->sh_type == SHT_RELA && header->sh_info < file->section_count &&
	       file->sections[header->sh_info].header.sh_flags & SHF_ALLOC;
}

size_t elf_file_relocations_of(const struct elf_file *file, size_t section, size_t previous)
{
	for (size_t i = previous + 1; i < file->section_count; i++)
		if (file->sections[i].header.sh_type == SHT_RELA &&
		    file->sections[i].header.sh_info == section)
			return i;
	return 0;
}

enum elf_section_life elf_section_life(const char *name)
{
	if (string_starts_with(name, ".init"))
		return ELF_SECTION_INIT;
	return string_starts_with(name, ".exit") ? ELF_SECTION_EXIT : ELF_SECTION_STAYS;
}

bool elf_section_is_per_cpu(const char *name)
{
	return string_starts_with(name, ".data..percpu") ||
	       string_starts_with(name, ".data.percpu");
}

bool elf_symbol_is_entered(const struct elf_file *file, const struct elf_symbol *symbol,
			   uint64_t address)
{
	return address == symbol->address ||
	       (file->arch->local_entry &&
		address == symbol->address + file->arch->local_entry(symbol->other));
}

const char *elf_symbol_section_name(const struct elf_file *file, const struct elf_symbol *symbol)
{
	return symbol->section < file->section_count ? file->sections[symbol->section].name : "";
}

enum elf_section_life elf_symbol_life(const struct elf_file *file, const struct elf_symbol *symbol)
{
	return elf_section_life(elf_symbol_section_name(file, symbol));
}

const unsigned char *elf_symbol_contents(const struct elf_file *file,
					 const struct elf_symbol *symbol)
{
	uint64_t offset = symbol->value;
	Elf_Data *data;

	if (symbol->section >= file->section_count ||
	    file->sections[symbol->section].header.sh_type == SHT_NOBITS)
		return NULL;
	data = elf_file_raw_data(file, symbol->section);
	if (file->header.e_type != ET_REL)
		offset -= file->sections[symbol->section].header.sh_addr;
	if (!data || !data->d_buf || !range_is_within(offset, symbol->size, data->d_size))
		return NULL;
	return (const unsigned char *)data->d_buf + offset;
}

const unsigned char *elf_file_contents_at(const struct elf_file *file, uint64_t address,
					  uint64_t *size)
{
	for (size_t i = 1; i < file->section_count; i++) {
		const GElf_Shdr *header = &file->sections[i].header;
		uint64_t offset = address - header->sh_addr;
		Elf_Data *data;

		if (!(header->sh_flags & SHF_ALLOC) || header->sh_type == SHT_NOBITS ||
		    address < header->sh_addr || offset >= header->sh_size)
			continue;
		data = elf_file_raw_data(file, i);
		if (!data || !data->d_buf || offset >= data->d_size)
			return NULL;
		*size = data->d_size - offset;
		return (const unsigned char *)data->d_buf + offset;
	}
	return NULL;
}

void elf_file_take_symbols(struct elf_file *to, const struct elf_file *from)
{
	uint16_t *sections = xcalloc(from->section_count, sizeof(*sections));

	for (size_t i = 1; i < from->section_count; i++)
		sections[i] = (uint16_t)elf_file_find_section(to, from->sections[i].name);
	free(to->symbols);
	to->symbol_count = from->symbol_count;
	to->symbols = xcalloc(to->symbol_count, sizeof(*to->symbols));
	for (size_t i = 0; i < to->symbol_count; i++) {
		to->symbols[i] = from->symbols[i];
		if (to->symbols[i].section < from->section_count)
			to->symbols[i].section = sections[to->symbols[i].section];
	}
	free(sections);
}

bool elf_file_defines(const struct elf_file *file, const char *name)
{
	for (size_t i = 1; i < file->symbol_count; i++)
		if (file->symbols[i].section != SHN_UNDEF && !strcmp(file->symbols[i].name, name))
			return true;
	return false;
}

size_t elf_file_find_section(const struct elf_file *file, const char *name)
{
	for (size_t i = 1; i < file->section_count; i++)
		if (!strcmp(file->sections[i].name, name))
			return i;
	return 0;
}

typedef Elf_Data *data_function(Elf_Scn *section, Elf_Data *previous);

static Elf_Data *contents(const struct elf_file *file, size_t section, data_function *get)
{
	static char nothing[1];
	static Elf_Data empty = { .d_buf = nothing, .d_type = ELF_T_BYTE, .d_version = EV_CURRENT };
	Elf_Data *data;

	/* libelf tells its size, with no contents. */
	if (file->sections[section].header.sh_type == SHT_NOBITS)
		return &empty;
	errno = 0;
	data = get(file->sections[section].scn, NULL);
	if (data && (data->d_buf || !data->d_size))
		return data;
	malformed(file, "a section's contents lie outside of the file");
	return NULL;
}

Elf_Data *elf_file_data(const struct elf_file *file, size_t section)
{
	return contents(file, section, elf_getdata);
}

Elf_Data *elf_file_raw_data(const struct elf_file *file, size_t section)
{
	return contents(file, section, elf_rawdata);
}

/* The size that a compressed SECTION claims; false: it is none that has one. */
static bool decompressed_size(Elf_Scn *section, bool gnu, uint64_t *size)
{
	GElf_Chdr header;
	Elf_Data *data;

	if (!gnu && gelf_getchdr(section, &header)) {
		*size = header.ch_size;
		return true;
	}
	data = gnu ? elf_rawdata(section, NULL) : NULL;
	if (!data || !data->d_buf || data->d_size < 12 || memcmp(data->d_buf, "ZLIB", 4))
		return false;
	*size = bytes_load((const unsigned char *)data->d_buf + 4, 8, true);
	return true;
}

int elf_decompress(Elf_Scn *section, const char *name, GElf_Shdr *header, const char **reason)
{
	bool gnu = !(header->sh_flags & SHF_COMPRESSED);
	uint64_t size;

	if (gnu && !string_starts_with(name, ".z"))
		return 0;
	errno = 0;
	if (decompressed_size(section, gnu, &size) &&
	    !compressed_size_is_sane(header->sh_size, size)) {
		*reason = COMPRESSED_INSANE;
		return -1;
	}
	if ((gnu ? elf_compress_gnu(section, 0, 0) : elf_compress(section, 0, 0)) >= 0 &&
	    gelf_getshdr(section, header))
		return 1;
	memory_check();
	*reason = elf_errmsg(-1);
	return -1;
}

static const char *build_id_in(Elf_Data *data, struct arena *arena)
{
	size_t offset = 0, name, desc;
	GElf_Nhdr note;

	while ((offset = gelf_getnote(data, offset, &note, &name, &desc)) > 0) {
		if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == sizeof("GNU") &&
		    !memcmp((const char *)data->d_buf + name, "GNU", sizeof("GNU")))
			return hex_digits((const unsigned char *)data->d_buf + desc, note.n_descsz,
					  arena);
	}
	return NULL;
}

const char *elf_build_id(Elf *elf, struct arena *arena)
{
	Elf_Scn *section = NULL;
	const char *id = NULL;
	GElf_Shdr header;

	while (!id && (section = elf_nextscn(elf, section))) {
		Elf_Data *data;

		if (!gelf_getshdr(section, &header) || header.sh_type != SHT_NOTE ||
		    !(header.sh_flags & SHF_ALLOC))
			continue;
		data = elf_getdata_rawchunk(elf, (int64_t)header.sh_offset, header.sh_size,
					    ELF_T_NHDR);
		if (data)
			id = build_id_in(data, arena);
	}
	return id;
}

const char *elf_file_build_id(const struct elf_file *file, struct arena *arena)
{
	return elf_build_id(file->elf, arena);
}
