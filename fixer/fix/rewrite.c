/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes a module in the kernel's livepatch ELF format (Documentation/livepatch/
 * module-elf-format.rst). Comes in: a module and the plan for it. Goes out: the same module, in
 * which
 *
 *	- livepatch symbols are called .klp.sym.OBJECT.NAME,POSITION and stand in SHN_LIVEPATCH,
 *	- relocations that need them are in .klp.rela.OBJECT.SECTION instead of .rela.SECTION,
 *	- every klp_func has its old_sympos, and in the short form the name of its object,
 *	- .modinfo says livepatch=Y, and names no module that is not needed any more,
 *	- the module has another name, if it is to be called otherwise,
 *	- the plugin's note is gone.
 *
 * The contents of all other sections are passed on as they are. src_* is the module that is read,
 * dst_* the one that is written; sections keep their order, new ones follow the old ones.
 */
#include "fix/rewrite.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "elf/elf-relocate.h"
#include "fix/rewrite-fields.h"
#include "fix/rewrite-modinfo.h"

/* One section of the new module. */
struct dst_section {
	size_t source;	  /* section of the module; 0: a new one */
	GElf_Shdr header; /* sh_link and sh_info as in the new module */
	const void *data; /* in the host's byte order */
	size_t size;	  /* bytes of DATA */
	Elf_Type type;	  /* of DATA */
};

/* A string table that is extended. */
struct strings {
	size_t source; /* its section in the module */
	char *data;
	size_t size;
};

struct rewriter {
	const struct elf_file *module;
	const struct note *note;
	const struct livepatch *livepatch;
	const struct rewrite_options *options;
	struct arena *arena;
	const char *path;
	struct dst_section *dst;
	size_t dst_count;
	size_t *section_map;	 /* index in the new module by index in the old one; 0: dropped */
	uint32_t *symbol_map;	 /* likewise for symbols */
	struct strings *strings; /* one or two string tables */
	size_t string_count;
};

static int libelf_failed(const struct rewriter *rewriter)
{
	struct diag_place place = { rewriter->path, 0 };

	memory_check();
	/* libelf's own words do not tell why a write failed. */
	if (errno)
		diag_system(&place, "cannot write: %s", strerror(errno));
	else
		diag_error(&place, "elf", "malformed ELF file: it cannot be written again: %s",
			   elf_errmsg(-1));
	return -1;
}

/* Appends TEXT to the string table that is section SOURCE of the module; returns its offset. */
static size_t add_string(struct rewriter *rewriter, size_t source, const char *text)
{
	struct strings *strings = NULL;
	size_t length = strlen(text) + 1, offset;
	char *grown;

	for (size_t i = 0; i < rewriter->string_count; i++)
		if (rewriter->strings[i].source == source)
			strings = &rewriter->strings[i];
	grown = realloc(strings->data, strings->size + length);
	if (!grown)
		out_of_memory();
	memcpy(grown + strings->size, text, length);
	offset = strings->size;
	strings->data = grown;
	strings->size += length;
	return offset;
}

static int open_strings(struct rewriter *rewriter, size_t source)
{
	struct strings *strings;
	Elf_Data *data;

	for (size_t i = 0; i < rewriter->string_count; i++)
		if (rewriter->strings[i].source == source)
			return 0;
	data = elf_file_raw_data(rewriter->module, source);
	if (!data)
		return -1;
	strings = &rewriter->strings[rewriter->string_count++];
	strings->source = source;
	strings->size = data->d_size;
	strings->data = xcalloc(data->d_size, 1);
	memcpy(strings->data, data->d_buf, data->d_size);
	return 0;
}

static bool is_debug_section(const struct elf_section *section)
{
	return string_starts_with(section->name, ".debug_") &&
	       !(section->header.sh_flags & SHF_ALLOC);
}

static bool is_dropped(const struct rewriter *rewriter, size_t index);

/* Are all members of a section group left out? */
static bool is_empty_group(const struct rewriter *rewriter, size_t index)
{
	Elf_Data *data = elf_file_data(rewriter->module, index);
	size_t count = data ? data->d_size / sizeof(Elf64_Word) : 0;

	for (size_t i = 1; i < count; i++) {
		Elf64_Word member = ((Elf64_Word *)data->d_buf)[i];

		if (!is_dropped(rewriter, member))
			return false;
	}
	return count > 1;
}

/* Is a section left out, or does it relocate one that is? */
static bool is_dropped(const struct rewriter *rewriter, size_t index)
{
	const struct elf_section *section = &rewriter->module->sections[index];
	size_t target = index;

	if (section->header.sh_type == SHT_GROUP)
		return is_empty_group(rewriter, index);
	if (section->header.sh_type == SHT_RELA &&
	    section->header.sh_info < rewriter->module->section_count)
		target = section->header.sh_info;
	return (rewriter->note->section && target == rewriter->note->section) ||
	       (rewriter->options->strip_debug &&
		is_debug_section(&rewriter->module->sections[target]));
}

static void map_sections(struct rewriter *rewriter)
{
	const struct elf_file *module = rewriter->module;

	rewriter->section_map = arena_alloc(rewriter->arena,
					    module->section_count * sizeof(*rewriter->section_map));
	rewriter->dst_count = 1;
	for (size_t i = 1; i < module->section_count; i++)
		if (!is_dropped(rewriter, i))
			rewriter->section_map[i] = rewriter->dst_count++;
}

/* Symbols that stand for dropped sections go as well; all others keep their order. */
static void map_symbols(struct rewriter *rewriter)
{
	const struct elf_file *module = rewriter->module;
	uint32_t next = 1;

	rewriter->symbol_map =
		arena_alloc(rewriter->arena, module->symbol_count * sizeof(*rewriter->symbol_map));
	for (size_t i = 1; i < module->symbol_count; i++) {
		const struct elf_symbol *symbol = &module->symbols[i];

		if (symbol->section == SHN_UNDEF || symbol->section >= module->section_count ||
		    rewriter->section_map[symbol->section])
			rewriter->symbol_map[i] = next++;
	}
}

static GElf_Rela mapped(const struct rewriter *rewriter, GElf_Rela rela)
{
	rela.r_info = GELF_R_INFO((uint64_t)rewriter->symbol_map[GELF_R_SYM(rela.r_info)],
				  GELF_R_TYPE(rela.r_info));
	return rela;
}

/*
 * Is RELA, of the section TARGET, among those that select_relocations() is asked for? 1, 0, or -1 after
 * a message.
 */
static int is_selected(const struct rewriter *rewriter, size_t target, const GElf_Rela *rela,
		       const struct kernel_object *object)
{
	uint32_t symbol = (uint32_t)GELF_R_SYM(rela->r_info);
	struct diag_place place = { rewriter->module->path, 0 };
	const struct kernel_object *owner;

	if (!rewriter->livepatch->by_symbol[symbol])
		return !object;
	owner = livepatch_needed_by(rewriter->livepatch, symbol, target, rela->r_offset);
	if (owner)
		return owner == object;
	diag_error(
		&place, "conflict",
		"'%s' is needed by code of several modules, and by offset 0x%llx of %s, of which it "
		"is not known whose code it is",
		rewriter->module->symbols[symbol].name, (unsigned long long)rela->r_offset,
		rewriter->module->sections[target].name);
	diag_note(NULL, "use it in functions and variables of tagged files only");
	return -1;
}

/* Likewise for RELA of section INDEX, which may have to stay with another one. */
static int is_wanted(const struct rewriter *rewriter, size_t index, const GElf_Rela *rela,
		     const struct kernel_object *object)
{
	const struct elf_file *module = rewriter->module;
	const struct arch_relocation *known =
		arch_relocation(module->arch, GELF_R_TYPE(rela->r_info));
	GElf_Rela leading = *rela;

	if (known && known->follows && elf_relocation_followed(module, index, rela, &leading))
		return -1;
	return is_selected(rewriter, module->sections[index].header.sh_info, &leading, object);
}

/*
 * The relocations of section INDEX that OBJECT's code needs livepatch symbols for, OBJECT NULL: against
 * no livepatch symbol, ALL: every one. *COUNT becomes their number. NULL after a message.
 */
static Elf64_Rela *select_relocations(const struct rewriter *rewriter, size_t index, bool all,
				      const struct kernel_object *object, size_t *count)
{
	const struct elf_file *module = rewriter->module;
	struct diag_place place = { module->path, 0 };
	Elf_Data *data = elf_file_data(module, index);
	Elf64_Rela *selected;
	GElf_Rela rela;
	int wanted;

	*count = 0;
	if (!data)
		return NULL;
	selected = arena_alloc(rewriter->arena, data->d_size);
	for (int i = 0; gelf_getrela(data, i, &rela); i++) {
		size_t symbol = GELF_R_SYM(rela.r_info);

		if (symbol >= module->symbol_count || (symbol && !rewriter->symbol_map[symbol])) {
			diag_error(&place, "elf",
				   "malformed ELF file: relocation %d of %s has no symbol", i,
				   module->sections[index].name);
			return NULL;
		}
		wanted = all ? 1 : is_wanted(rewriter, index, &rela, object);
		if (wanted < 0)
			return NULL;
		if (wanted)
			selected[(*count)++] = mapped(rewriter, rela);
	}
	return selected;
}

static struct dst_section *add_section(struct rewriter *rewriter)
{
	struct dst_section *section;

	rewriter->dst = array_grow(rewriter->dst, rewriter->dst_count, sizeof(*rewriter->dst));
	section = &rewriter->dst[rewriter->dst_count++];
	memset(section, 0, sizeof(*section));
	return section;
}

/* .klp.rela.OBJECT.SECTION for the relocations of section INDEX, if there are any. */
static int add_klp_section(struct rewriter *rewriter, size_t index,
			   const struct kernel_object *object)
{
	const struct elf_file *module = rewriter->module;
	const GElf_Shdr *header = &module->sections[index].header;
	struct dst_section *added;
	Elf64_Rela *relocations;
	size_t count;

	relocations = select_relocations(rewriter, index, false, object, &count);
	if (!relocations)
		return -1;
	if (!count)
		return 0;
	added = add_section(rewriter);
	added->header.sh_name = (Elf64_Word)add_string(
		rewriter, rewriter->strings[0].source,
		arena_printf(rewriter->arena, LIVEPATCH_RELA_PREFIX "%s.%s", object->name,
			     module->sections[header->sh_info].name));
	added->header.sh_type = SHT_RELA;
	added->header.sh_flags = SHF_ALLOC | LIVEPATCH_SHF_RELA;
	added->header.sh_link = (Elf64_Word)rewriter->section_map[module->symtab];
	added->header.sh_info = (Elf64_Word)rewriter->section_map[header->sh_info];
	added->header.sh_addralign = 8;
	added->header.sh_entsize = sizeof(Elf64_Rela);
	added->data = relocations;
	added->size = count * sizeof(*relocations);
	added->type = ELF_T_RELA;
	return 0;
}

static int add_klp_sections(struct rewriter *rewriter)
{
	const struct livepatch *livepatch = rewriter->livepatch;

	for (size_t i = 1; i < rewriter->module->section_count; i++) {
		if (!elf_file_is_loaded_relocation(rewriter->module, i) ||
		    !rewriter->section_map[i])
			continue;
		for (size_t j = 0; j < livepatch->object_count; j++)
			if (add_klp_section(rewriter, i, livepatch->objects[j]))
				return -1;
	}
	return 0;
}

static int convert_relocations(struct rewriter *rewriter, struct dst_section *dst)
{
	bool loaded = elf_file_is_loaded_relocation(rewriter->module, dst->source);
	size_t count;

	dst->data = select_relocations(rewriter, dst->source, !loaded, NULL, &count);
	dst->size = count * sizeof(Elf64_Rela);
	dst->type = ELF_T_RELA;
	return dst->data ? 0 : -1;
}

static Elf64_Sym convert_symbol(struct rewriter *rewriter, GElf_Sym symbol, size_t index)
{
	uint32_t entry = rewriter->livepatch->by_symbol[index];

	if (entry) {
		const struct elf_section *table =
			&rewriter->module->sections[rewriter->module->symtab];

		symbol.st_name =
			(Elf64_Word)add_string(rewriter, table->header.sh_link,
					       rewriter->livepatch->symbols[entry - 1].name);
		symbol.st_shndx = LIVEPATCH_SHN;
	} else if (symbol.st_shndx < SHN_LORESERVE) {
		symbol.st_shndx = (Elf64_Section)rewriter->section_map[symbol.st_shndx];
	}
	return symbol;
}

static int convert_symbols(struct rewriter *rewriter, struct dst_section *dst)
{
	Elf_Data *data = elf_file_data(rewriter->module, dst->source);
	Elf64_Sym *symbols;
	size_t count = 1, locals = 1;
	GElf_Sym symbol;

	if (!data)
		return -1;
	symbols = arena_alloc(rewriter->arena, data->d_size);
	for (size_t i = 1; gelf_getsym(data, (int)i, &symbol); i++) {
		if (!rewriter->symbol_map[i])
			continue;
		symbols[count++] = convert_symbol(rewriter, symbol, i);
		if (GELF_ST_BIND(symbol.st_info) == STB_LOCAL)
			locals = count;
	}
	dst->header.sh_info = (Elf64_Word)locals;
	dst->data = symbols;
	dst->size = count * sizeof(*symbols);
	dst->type = ELF_T_SYM;
	return 0;
}

/* The members of a section group, by their new indices. */
static int convert_group(struct rewriter *rewriter, struct dst_section *dst)
{
	Elf_Data *data = elf_file_data(rewriter->module, dst->source);
	Elf64_Word *words;
	size_t count = 1;

	if (!data || data->d_size < sizeof(*words))
		return -1;
	words = arena_alloc(rewriter->arena, data->d_size);
	memcpy(words, data->d_buf, data->d_size);
	for (size_t i = 1; i < data->d_size / sizeof(*words); i++)
		if (words[i] < rewriter->module->section_count && rewriter->section_map[words[i]])
			words[count++] = (Elf64_Word)rewriter->section_map[words[i]];
	dst->header.sh_info = rewriter->symbol_map[dst->header.sh_info];
	dst->data = words;
	dst->size = count * sizeof(*words);
	dst->type = ELF_T_WORD;
	return 0;
}

static int convert_plain(struct rewriter *rewriter, struct dst_section *dst)
{
	Elf_Data *data;

	dst->type = ELF_T_BYTE;
	dst->size = dst->header.sh_size;
	if (dst->header.sh_type == SHT_NOBITS)
		return 0;
	data = elf_file_raw_data(rewriter->module, dst->source);
	if (!data)
		return -1;
	dst->data = data->d_buf;
	dst->size = data->d_size;
	if (dst->header.sh_type == SHT_PROGBITS)
		dst->data = rewrite_fields(rewriter->livepatch, rewriter->options->name,
					   dst->source, dst->data, dst->size, rewriter->arena);
	if (!strcmp(rewriter->module->sections[dst->source].name, ".modinfo"))
		dst->data = rewrite_modinfo(rewriter->livepatch, rewriter->options->name, dst->data,
					    &dst->size, rewriter->arena);
	return 0;
}

static int convert_section(struct rewriter *rewriter, size_t index)
{
	const struct elf_file *module = rewriter->module;
	struct dst_section *dst = &rewriter->dst[rewriter->section_map[index]];
	size_t link = module->sections[index].header.sh_link,
	       info = module->sections[index].header.sh_info;

	dst->source = index;
	dst->header = module->sections[index].header;
	if (link < module->section_count)
		dst->header.sh_link = (Elf64_Word)rewriter->section_map[link];
	if ((dst->header.sh_type == SHT_RELA || dst->header.sh_flags & SHF_INFO_LINK) &&
	    info < module->section_count)
		dst->header.sh_info = (Elf64_Word)rewriter->section_map[info];
	switch (dst->header.sh_type) {
	case SHT_RELA:
		return convert_relocations(rewriter, dst);
	case SHT_SYMTAB:
		return convert_symbols(rewriter, dst);
	case SHT_GROUP:
		return convert_group(rewriter, dst);
	default:
		return convert_plain(rewriter, dst);
	}
}

static int convert_sections(struct rewriter *rewriter)
{
	size_t count = rewriter->dst_count;

	rewriter->dst_count = 0;
	for (size_t i = 0; i < count; i++)
		add_section(rewriter);
	for (size_t i = 1; i < rewriter->module->section_count; i++)
		if (rewriter->section_map[i] && convert_section(rewriter, i))
			return -1;
	return add_klp_sections(rewriter);
}

/* A module of one object that has no .modinfo gets one. */
static void add_modinfo(struct rewriter *rewriter)
{
	struct dst_section *added;

	if (elf_file_find_section(rewriter->module, ".modinfo"))
		return;
	added = add_section(rewriter);
	added->header.sh_name =
		(Elf64_Word)add_string(rewriter, rewriter->strings[0].source, ".modinfo");
	added->header.sh_type = SHT_PROGBITS;
	added->header.sh_flags = SHF_ALLOC;
	added->header.sh_addralign = 1;
	added->data = rewrite_modinfo(rewriter->livepatch, rewriter->options->name, NULL,
				      &added->size, rewriter->arena);
}

/* Once all names are known. */
static void finish_strings(struct rewriter *rewriter)
{
	for (size_t i = 0; i < rewriter->string_count; i++) {
		struct dst_section *dst =
			&rewriter->dst[rewriter->section_map[rewriter->strings[i].source]];

		dst->data = rewriter->strings[i].data;
		dst->size = rewriter->strings[i].size;
	}
}

static int write_section(struct rewriter *rewriter, Elf *elf, struct dst_section *section)
{
	Elf_Data *data = NULL;
	Elf_Scn *scn;

	/* Without memory, elf_newscn() returns a section that has no header, and its users crash. */
	errno = 0;
	scn = elf_newscn(elf);
	memory_check();
	if (scn)
		data = elf_newdata(scn);
	if (!data)
		return libelf_failed(rewriter);
	data->d_buf = (void *)section->data;
	data->d_size = section->size;
	data->d_type = section->type;
	data->d_align = section->header.sh_addralign ? section->header.sh_addralign : 1;
	data->d_version = EV_CURRENT;
	if (section->header.sh_type == SHT_NOBITS)
		data->d_buf = NULL;
	return gelf_update_shdr(scn, &section->header) ? 0 : libelf_failed(rewriter);
}

static int write_header(struct rewriter *rewriter, Elf *elf)
{
	const GElf_Ehdr *source = &rewriter->module->header;
	GElf_Ehdr header;

	if (!gelf_newehdr(elf, ELFCLASS64) || !gelf_getehdr(elf, &header))
		return libelf_failed(rewriter);
	memcpy(header.e_ident, source->e_ident, EI_NIDENT);
	header.e_type = source->e_type;
	header.e_machine = source->e_machine;
	header.e_version = source->e_version;
	header.e_flags = source->e_flags;
	header.e_shstrndx = (Elf64_Half)rewriter->section_map[rewriter->strings[0].source];
	return gelf_update_ehdr(elf, &header) ? 0 : libelf_failed(rewriter);
}

static int write_module(struct rewriter *rewriter, int fd)
{
	int result = 0;
	Elf *elf;

	errno = 0;
	elf = elf_begin(fd, ELF_C_WRITE, NULL);
	if (!elf)
		return libelf_failed(rewriter);
	result = write_header(rewriter, elf);
	for (size_t i = 1; !result && i < rewriter->dst_count; i++)
		result = write_section(rewriter, elf, &rewriter->dst[i]);
	if (!result && elf_update(elf, ELF_C_WRITE) < 0)
		result = libelf_failed(rewriter);
	elf_end(elf);
	return result;
}

int rewrite_module(const struct elf_file *module, const struct note *note,
		   const struct livepatch *livepatch, const struct rewrite_options *options, int fd,
		   const char *path, struct arena *arena)
{
	struct strings strings[2] = { { 0, NULL, 0 }, { 0, NULL, 0 } };
	struct rewriter rewriter = {
		.module = module,
		.note = note,
		.livepatch = livepatch,
		.options = options,
		.arena = arena,
		.path = path,
		.strings = strings,
	};
	size_t names;
	int result = -1;

	map_sections(&rewriter);
	map_symbols(&rewriter);
	if (elf_getshdrstrndx(module->elf, &names)) {
		libelf_failed(&rewriter);
	} else if (!open_strings(&rewriter, names) &&
		   !open_strings(&rewriter, module->sections[module->symtab].header.sh_link) &&
		   !convert_sections(&rewriter)) {
		add_modinfo(&rewriter);
		finish_strings(&rewriter);
		result = write_module(&rewriter, fd);
	}
	free(strings[0].data);
	free(strings[1].data);
	free(rewriter.dst);
	return result;
}
