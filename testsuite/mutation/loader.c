// SPDX-License-Identifier: GPL-2.0-or-later
// A model of the kernel's module loader, for livepatches on x86-64. It shares nothing with klp-fixer, and goes by what Linux
// 6.1 does: load_module() and what that calls (kernel/module/main.c, kallsyms.c and strict_rwx.c), klp_apply_section_relocs()
// (kernel/livepatch/core.c) and apply_relocate_add() (arch/x86/kernel/module.c). Where the kernel would read or write
// something that is none of the module's, as it checks too little, the module is refused here.
//
//	loader VERMAGIC IMAGE
//
// where IMAGE is a vmlinux, that exports what the kernel exports, reads lines "MODULE IMAGE [NAME FILE]", separated by tabs: a livepatch, a kernel's vmlinux, and another module of that
// kernel, which is loaded later. It answers each with lines, the last of which is "end":
//
//	refused TEXT
//	binding SECTION OFFSET TYPE ADDEND OBJECT ADDRESS
//		a livepatch relocation of the module's section number SECTION: what it leads to. ADDRESS is that of the image;
//		of another module, the number of the section stands before that of the place in it.
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

#define SHF_RELA_LIVEPATCH 0x00100000
#define SHN_LIVEPATCH	   0xff20
#define MAX_MEMORY	   (1ull << 30) // bytes of a module
#define MODULE_NAME	   24 // where the struct module has it
#define THIS_MODULE	   0xffffffffa0000000ull // where that is loaded, behind the image
#define OTHER_MODULE	   0xffffffffc0000000ull // where that is, a section each 1 MiB

struct file {
	unsigned char *bytes; // with a zero behind them
	size_t size;
};

struct section {
	Elf64_Shdr header;
	const char *name; // NULL: the loader looks at none
	unsigned char *memory; // what is loaded, or the file's own bytes; NULL: nothing
	uint64_t address;
};

struct module {
	struct file file;
	struct section *sections;
	unsigned int count;
	unsigned int symtab, strtab;
	Elf64_Sym *symbols; // in the memory of the file
	size_t symbol_count;
	bool is_gpl;
};

// A symbol of the image, as kallsyms has it, or of another module.
struct known {
	const char *name;
	uint64_t address; // as it is told
	uint64_t loaded; // where that is in memory
	size_t index;
};

struct object {
	const char *name;
	struct file file;
	struct known *symbols;
	size_t count;
	uint64_t gpl_start, gpl_end; // of the section __ksymtab_gpl
};

static jmp_buf refused;
static struct object exports;

static void __attribute__((noreturn, format(printf, 1, 2))) refuse(const char *format, ...)
{
	va_list arguments;

	printf("refused\t");
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	printf("\n");
	longjmp(refused, 1);
}

static void *allocate(size_t size)
{
	void *memory = calloc(1, size ? size : 1);

	if (!memory)
		exit(3);
	return memory;
}

static bool within(uint64_t offset, uint64_t length, uint64_t size)
{
	return offset <= size && length <= size - offset;
}

static void read_file(struct file *file, const char *path)
{
	FILE *stream = fopen(path, "re");
	long size;

	if (!stream || fseek(stream, 0, SEEK_END) || (size = ftell(stream)) < 0 || fseek(stream, 0, SEEK_SET)) {
		fprintf(stderr, "loader: %s: %s\n", path, strerror(errno));
		exit(3);
	}
	file->size = (size_t)size;
	file->bytes = allocate(file->size + 1);
	if (fread(file->bytes, 1, file->size, stream) != file->size)
		exit(3);
	fclose(stream);
}

// A string of a section, which has to end within it.
static const char *string_at(const struct file *file, const Elf64_Shdr *header, uint64_t at)
{
	const char *start;

	if (!within(header->sh_offset, header->sh_size, file->size) || at >= header->sh_size)
		return NULL;
	start = (const char *)file->bytes + header->sh_offset + at;
	return memchr(start, 0, header->sh_size - at) ? start : NULL;
}

// validate_section_offset()
static bool is_in_file(const struct module *module, const Elf64_Shdr *header)
{
	return within(header->sh_offset, header->sh_size, module->file.size);
}

// The first half of elf_validity_check().
static const Elf64_Ehdr *check_header(const struct module *module)
{
	const Elf64_Ehdr *header = (const Elf64_Ehdr *)module->file.bytes;

	if (module->file.size < sizeof(*header))
		refuse("no ELF header");
	if (memcmp(header->e_ident, ELFMAG, SELFMAG))
		refuse("no ELF file");
	if (header->e_type != ET_REL)
		refuse("the type of the file");
	if (header->e_machine != EM_X86_64)
		refuse("the machine");
	if (header->e_shentsize != sizeof(Elf64_Shdr))
		refuse("the size of section headers");
	if (header->e_shoff >= module->file.size ||
	    header->e_shnum * sizeof(Elf64_Shdr) > module->file.size - header->e_shoff)
		refuse("section headers outside of the file");
	if (header->e_shstrndx == SHN_UNDEF || header->e_shstrndx >= header->e_shnum)
		refuse("the section of names");
	return header;
}

// The second half.
static void check_sections(struct module *module, const Elf64_Shdr *names)
{
	const Elf64_Shdr *first = &module->sections[0].header;

	if (!is_in_file(module, names) || !names->sh_size || module->file.bytes[names->sh_offset + names->sh_size - 1])
		refuse("the names of sections");
	if (first->sh_type != SHT_NULL || first->sh_size || first->sh_addr)
		refuse("section 0");
	for (unsigned int i = 1; i < module->count; i++) {
		const Elf64_Shdr *header = &module->sections[i].header;

		if (header->sh_type == SHT_NULL || header->sh_type == SHT_NOBITS)
			continue;
		if (header->sh_type == SHT_SYMTAB && (header->sh_link == SHN_UNDEF || header->sh_link >= module->count))
			refuse("the symbol table's names");
		if (!is_in_file(module, header))
			refuse("section %u outside of the file", i);
		if (header->sh_flags & SHF_ALLOC && header->sh_name >= names->sh_size)
			refuse("the name of section %u", i);
	}
}

static void read_sections(struct module *module)
{
	const Elf64_Ehdr *header = check_header(module);
	const Elf64_Shdr *names;

	module->count = header->e_shnum;
	module->sections = allocate(module->count * sizeof(*module->sections));
	for (unsigned int i = 0; i < module->count; i++)
		memcpy(&module->sections[i].header, module->file.bytes + header->e_shoff + i * sizeof(Elf64_Shdr),
		       sizeof(Elf64_Shdr));
	names = &module->sections[header->e_shstrndx].header;
	check_sections(module, names);
	for (unsigned int i = 0; i < module->count; i++) {
		struct section *section = &module->sections[i];

		section->name = string_at(&module->file, names, section->header.sh_name);
		// rewrite_section_headers()
		if (i && section->header.sh_type != SHT_NOBITS && is_in_file(module, &section->header))
			section->memory = module->file.bytes + section->header.sh_offset;
		// find_sec() and module_finalize() compare all.
		if (!section->name && section->header.sh_type != SHT_NULL)
			refuse("the kernel reads the name of section %u outside of the names", i);
	}
}

// find_sec()
static struct section *find_section(const struct module *module, const char *name)
{
	for (unsigned int i = 1; i < module->count; i++) {
		struct section *section = &module->sections[i];

		if (section->header.sh_flags & SHF_ALLOC && section->name && !strcmp(section->name, name))
			return section;
	}
	return NULL;
}

// get_modinfo()
static const char *modinfo(const struct module *module, const char *tag)
{
	const struct section *section = find_section(module, ".modinfo");
	size_t size, length = strlen(tag);
	const char *at;

	if (!section)
		return NULL;
	if (!section->memory)
		refuse("the kernel reads a .modinfo that is not there");
	at = (const char *)section->memory;
	size = section->header.sh_size;
	if (size && at[size - 1])
		refuse("the kernel reads beyond the end of .modinfo");
	for (const char *end = at + size; at < end; at += strlen(at) + 1)
		if (!strncmp(at, tag, length) && at[length] == '=')
			return at + length + 1;
	return NULL;
}

// license_is_gpl_compatible()
static bool is_gpl(const char *license)
{
	static const char *const names[] = { "GPL", "GPL v2", "GPL and additional rights", "Dual BSD/GPL", "Dual MIT/GPL",
					     "Dual MPL/GPL" };

	for (size_t i = 0; license && i < ARRAY_SIZE(names); i++)
		if (!strcmp(license, names[i]))
			return true;
	return false;
}

// setup_load_info(), check_modinfo() and the beginning of layout_and_allocate()
static void check_info(struct module *module, const char *vermagic)
{
	const struct section *strings;
	const char *found;

	for (unsigned int i = 1; i < module->count && !module->symtab; i++)
		if (module->sections[i].header.sh_type == SHT_SYMTAB)
			module->symtab = i;
	if (!module->symtab)
		refuse("no symbols");
	module->strtab = module->sections[module->symtab].header.sh_link;
	strings = &module->sections[module->strtab];
	if (!strings->memory || !is_in_file(module, &strings->header))
		refuse("the kernel reads names of symbols that are not there");
	if (!find_section(module, ".gnu.linkonce.this_module") ||
	    !find_section(module, ".gnu.linkonce.this_module")->memory)
		refuse("no struct module");
	// kobject_add_internal() refuses what has no name.
	if (find_section(module, ".gnu.linkonce.this_module")->header.sh_size <= MODULE_NAME ||
	    !find_section(module, ".gnu.linkonce.this_module")->memory[MODULE_NAME])
		refuse("there is no name where the struct module has it");
	found = modinfo(module, "vermagic");
	if (!found || strcmp(found, vermagic))
		refuse("vermagic");
	if (!modinfo(module, "livepatch"))
		refuse("it is not marked as a livepatch");
	module->is_gpl = is_gpl(modinfo(module, "license"));
	// rewrite_section_headers(): what has been read goes.
	if (find_section(module, ".modinfo"))
		find_section(module, ".modinfo")->header.sh_flags &= ~(uint64_t)SHF_ALLOC;
	if (find_section(module, "__versions"))
		find_section(module, "__versions")->header.sh_flags &= ~(uint64_t)SHF_ALLOC;
	for (unsigned int i = 0; i < module->count; i++)
		if ((module->sections[i].header.sh_flags & (SHF_WRITE | SHF_EXECINSTR)) == (SHF_WRITE | SHF_EXECINSTR))
			refuse("section %u is to be written and run", i);
}

// layout_sections(), layout_symtab() and move_module(): where what is loaded has its place.
static void lay_out(struct module *module, uint64_t base)
{
	uint64_t size = 0;

	module->sections[module->symtab].header.sh_flags |= SHF_ALLOC;
	module->sections[module->strtab].header.sh_flags |= SHF_ALLOC;
	for (unsigned int i = 1; i < module->count; i++) {
		struct section *section = &module->sections[i];
		uint64_t align = section->header.sh_addralign ? section->header.sh_addralign : 1;
		unsigned char *memory;

		if (!(section->header.sh_flags & SHF_ALLOC))
			continue;
		if (align & (align - 1))
			refuse("the kernel lays out sections by the alignment %llu", (unsigned long long)align);
		if (align > MAX_MEMORY || section->header.sh_size > MAX_MEMORY || size > MAX_MEMORY)
			refuse("there is not so much memory");
		size = (size + align - 1) & ~(align - 1);
		section->address = base + size;
		size += section->header.sh_size;
		if (section->header.sh_type != SHT_NOBITS && !section->memory)
			refuse("the kernel copies section %u from outside of the file", i);
		memory = allocate(section->header.sh_size);
		if (section->memory)
			memcpy(memory, section->memory, section->header.sh_size);
		section->memory = memory;
	}
}

static int by_address(const void *one, const void *other)
{
	const struct known *a = one, *b = other;

	if (a->address != b->address)
		return a->address < b->address ? -1 : 1;
	return a->index < b->index ? -1 : 1;
}

// The symbols of an image or a module, which is another one than that which is tested, as far as it can be read.
static void read_object(struct object *object, bool is_image)
{
	const Elf64_Ehdr *header = (const Elf64_Ehdr *)object->file.bytes;
	const Elf64_Shdr *sections, *symtab = NULL, *strtab, *names;
	size_t count;

	if (object->file.size < sizeof(*header) ||
	    !within(header->e_shoff, header->e_shnum * sizeof(Elf64_Shdr), object->file.size) || header->e_shoff % 8 ||
	    header->e_shstrndx >= header->e_shnum)
		refuse("no such kernel");
	sections = (const Elf64_Shdr *)(object->file.bytes + header->e_shoff);
	names = &sections[header->e_shstrndx];
	for (unsigned int i = 1; i < header->e_shnum; i++) {
		const char *name = string_at(&object->file, names, sections[i].sh_name);

		if (sections[i].sh_type == SHT_SYMTAB && !symtab)
			symtab = &sections[i];
		if (name && !strcmp(name, "__ksymtab_gpl")) {
			object->gpl_start = sections[i].sh_addr;
			object->gpl_end = sections[i].sh_addr + sections[i].sh_size;
		}
	}
	if (!symtab || symtab->sh_link >= header->e_shnum || !within(symtab->sh_offset, symtab->sh_size, object->file.size))
		refuse("no symbols of the kernel");
	strtab = &sections[symtab->sh_link];
	count = symtab->sh_size / sizeof(Elf64_Sym);
	object->symbols = allocate(count * sizeof(*object->symbols));
	for (size_t i = 1; i < count; i++) {
		Elf64_Sym symbol;
		const char *name;

		memcpy(&symbol, object->file.bytes + symtab->sh_offset + i * sizeof(symbol), sizeof(symbol));
		name = string_at(&object->file, strtab, symbol.st_name);
		if (!name || !*name || symbol.st_shndx == SHN_UNDEF)
			continue;
		// What nm does not list, or is_core_symbol() leaves out.
		if (is_image ? symbol.st_shndx == SHN_ABS || ELF64_ST_TYPE(symbol.st_info) == STT_SECTION ||
				       ELF64_ST_TYPE(symbol.st_info) == STT_FILE
			     : symbol.st_shndx >= header->e_shnum || !(sections[symbol.st_shndx].sh_flags & SHF_ALLOC))
			continue;
		object->symbols[object->count++] = (struct known){
			.name = name,
			.address = is_image ? symbol.st_value : ((uint64_t)symbol.st_shndx << 32) + symbol.st_value,
			.loaded = is_image ? symbol.st_value : OTHER_MODULE + ((uint64_t)symbol.st_shndx << 20) + symbol.st_value,
			.index = i,
		};
	}
	// kallsyms is sorted by addresses; a module's is as its symbol table is.
	if (is_image)
		qsort(object->symbols, object->count, sizeof(*object->symbols), by_address);
}

// klp_find_object_symbol(); how many there are is told in *COUNT.
static const struct known *find_known(const struct object *object, const char *name, unsigned long position, unsigned long *count)
{
	const struct known *found = NULL;

	*count = 0;
	for (size_t i = 0; i < object->count; i++) {
		if (strcmp(object->symbols[i].name, name))
			continue;
		++*count;
		if (!position || *count == position)
			found = &object->symbols[i];
	}
	return found;
}

// resolve_symbol(): of what the image exports.
static const struct known *exported(const struct module *module, const struct object *image, const char *name)
{
	char entry_name[1024];
	const struct known *entry;
	unsigned long count;

	if ((size_t)snprintf(entry_name, sizeof(entry_name), "__ksymtab_%s", name) >= sizeof(entry_name))
		return NULL;
	entry = find_known(image, entry_name, 1, &count);
	if (!entry || (!module->is_gpl && entry->address >= image->gpl_start && entry->address < image->gpl_end))
		return NULL;
	return find_known(image, name, 1, &count);
}

// What is not loaded has an address as well: in the copy of the file, which is freed.
static uint64_t section_address(const struct module *module, unsigned int index)
{
	const struct section *section = &module->sections[index];

	return section->address || !index ? section->address : 0xffffc90000000000 + section->header.sh_offset;
}

// simplify_symbols()
static void simplify_symbol(const struct module *module, Elf64_Sym *symbol)
{
	const char *name = string_at(&module->file, &module->sections[module->strtab].header, symbol->st_name);
	const struct known *found;

	// add_kallsyms() copies all names of a livepatch.
	if (!name)
		refuse("the kernel reads the name of a symbol from outside of the names");
	switch (symbol->st_shndx) {
	case SHN_COMMON:
		if (strncmp(name, "__gnu_lto", 9))
			refuse("a common symbol");
		break;
	case SHN_ABS:
	case SHN_LIVEPATCH:
		break;
	case SHN_UNDEF:
		found = exported(module, &exports, name);
		if (found)
			symbol->st_value = found->address;
		else if (ELF64_ST_BIND(symbol->st_info) != STB_WEAK)
			refuse("unknown symbol %s", name);
		break;
	default:
		if (symbol->st_shndx >= module->count)
			refuse("a symbol in section %u", symbol->st_shndx);
		symbol->st_value += section_address(module, symbol->st_shndx);
	}
}

static void simplify_symbols(struct module *module)
{
	struct section *section = &module->sections[module->symtab];

	module->symbols = (Elf64_Sym *)section->memory;
	module->symbol_count = section->header.sh_size / sizeof(Elf64_Sym);
	for (size_t i = 1; i < module->symbol_count; i++)
		simplify_symbol(module, &module->symbols[i]);
}

// Stores VALUE, where there have to be zeros. The kernel does not look whether the place is in the section.
static void store(struct section *target, uint64_t offset, uint64_t value, size_t size)
{
	unsigned char *place = target->memory + offset;

	if (!within(offset, size, target->header.sh_size))
		refuse("the kernel writes outside of section %s", target->name);
	for (size_t i = 0; i < size; i++)
		if (place[i])
			refuse("a place that is not zero in section %s", target->name);
	memcpy(place, &value, size);
}

// apply_relocate_add() for one.
static void apply(struct section *target, const Elf64_Rela *rela, const Elf64_Sym *symbol)
{
	uint64_t value = symbol->st_value + (uint64_t)rela->r_addend, offset = rela->r_offset;

	switch (ELF64_R_TYPE(rela->r_info)) {
	case R_X86_64_NONE:
		break;
	case R_X86_64_64:
		store(target, offset, value, 8);
		break;
	case R_X86_64_32:
		store(target, offset, value, 4);
		if (value != (uint32_t)value)
			refuse("an overflow");
		break;
	case R_X86_64_32S:
		store(target, offset, value, 4);
		if ((int64_t)value != (int32_t)value)
			refuse("an overflow");
		break;
	case R_X86_64_PC32:
	case R_X86_64_PLT32:
		store(target, offset, value - (target->address + offset), 4);
		break;
	case R_X86_64_PC64:
		store(target, offset, value - (target->address + offset), 8);
		break;
	default:
		refuse("relocation type %u", (unsigned int)ELF64_R_TYPE(rela->r_info));
	}
}

// klp_resolve_symbols() for one: sets *VALUE to the symbol's.
static const struct known *resolve(const struct module *module, const Elf64_Sym *symbol, const char *section_object,
				   const struct object *image, const struct object *other, char *object)
{
	const char *text = string_at(&module->file, &module->sections[module->strtab].header, symbol->st_name);
	const struct known *found;
	unsigned long position, count;
	char name[512];

	if (symbol->st_shndx != SHN_LIVEPATCH)
		refuse("a symbol that is no livepatch symbol");
	if (sscanf(text, ".klp.sym.%55[^.].%511[^,],%lu", object, name, &position) != 3)
		refuse("the name of a livepatch symbol");
	if (strcmp(section_object, "vmlinux") && !strcmp(object, "vmlinux"))
		refuse("a symbol of vmlinux in a module's section");
	if (strcmp(object, "vmlinux") && (!other->name || strcmp(object, other->name)))
		refuse("a symbol of module %s, which need not be there", object);
	if (!strcmp(section_object, "vmlinux") && strcmp(object, "vmlinux"))
		refuse("a symbol of a module in vmlinux's section");
	found = find_known(strcmp(object, "vmlinux") ? other : image, name, position, &count);
	if (!found || (!position && count != 1) || position > count)
		refuse("%lu symbols %s in %s for position %lu", count, name, object, position);
	return found;
}

// load_module() has put much into the struct module before anything is relocated. modpost gives it a name, and two
// pointers behind that, to functions.
static void check_struct_module(const struct module *module, const struct section *target, const Elf64_Rela *rela,
				const Elf64_Sym *symbol)
{
	const uint64_t behind_name = MODULE_NAME + 56;

	if (target != find_section(module, ".gnu.linkonce.this_module") || ELF64_R_TYPE(rela->r_info) == R_X86_64_NONE)
		return;
	if (rela->r_offset < behind_name || ELF64_R_TYPE(rela->r_info) != R_X86_64_64)
		refuse("the kernel overwrites its struct module");
	if (symbol->st_shndx == SHN_UNDEF && ELF64_ST_BIND(symbol->st_info) == STB_WEAK)
		return;
	if (symbol->st_shndx == SHN_UNDEF || symbol->st_shndx >= module->count ||
	    !(module->sections[symbol->st_shndx].header.sh_flags & SHF_EXECINSTR))
		refuse("the kernel calls what is no function");
}

static void apply_livepatch(const struct module *module, const struct section *section, struct section *target,
			    const char *section_object, const struct object *image, const struct object *other)
{
	for (size_t i = 0; i < section->header.sh_size / sizeof(Elf64_Rela); i++) {
		const Elf64_Rela *rela = (const Elf64_Rela *)section->memory + i;
		const struct known *found;
		char object[56];

		if (ELF64_R_SYM(rela->r_info) >= module->symbol_count)
			refuse("the kernel reads a symbol from outside of the symbol table");
		found = resolve(module, &module->symbols[ELF64_R_SYM(rela->r_info)], section_object, image, other, object);
		module->symbols[ELF64_R_SYM(rela->r_info)].st_value = found->loaded;
		printf("binding\t%u\t%llu\t%u\t%lld\t%s\t%llx\n", section->header.sh_info, (unsigned long long)rela->r_offset,
		       (unsigned int)ELF64_R_TYPE(rela->r_info), (long long)rela->r_addend, object,
		       (unsigned long long)found->address);
	}
	// apply_relocate_add() comes when all have been resolved.
	for (size_t i = 0; i < section->header.sh_size / sizeof(Elf64_Rela); i++) {
		const Elf64_Rela *rela = (const Elf64_Rela *)section->memory + i;

		apply(target, rela, &module->symbols[ELF64_R_SYM(rela->r_info)]);
	}
}

static void apply_ordinary(const struct module *module, const struct section *section, struct section *target)
{
	for (size_t i = 0; i < section->header.sh_size / sizeof(Elf64_Rela); i++) {
		const Elf64_Rela *rela = (const Elf64_Rela *)section->memory + i;
		size_t symbol = ELF64_R_SYM(rela->r_info);

		if (symbol >= module->symbol_count)
			refuse("the kernel reads a symbol from outside of the symbol table");
		if (symbol && module->symbols[symbol].st_shndx < module->count && module->symbols[symbol].st_shndx &&
		    !module->sections[module->symbols[symbol].st_shndx].address && ELF64_R_TYPE(rela->r_info) != R_X86_64_NONE)
			refuse("the kernel stores where section %u was, which is not loaded", module->symbols[symbol].st_shndx);
		if (symbol && module->symbols[symbol].st_shndx == SHN_LIVEPATCH && ELF64_R_TYPE(rela->r_info) != R_X86_64_NONE)
			refuse("the kernel stores a livepatch symbol that is not resolved");
		check_struct_module(module, target, rela, &module->symbols[symbol]);
		apply(target, rela, &module->symbols[symbol]);
	}
}

// Are these relocations that the kernel applies?
static bool is_read(const struct module *module, const struct section *section)
{
	if (section->header.sh_type != SHT_RELA && !(section->header.sh_flags & SHF_RELA_LIVEPATCH))
		return false;
	return section->header.sh_info < module->count && module->sections[section->header.sh_info].header.sh_flags & SHF_ALLOC;
}

// klp_resolve_symbols() for relocations of a module that is not there, which come when it does.
static void look_through(const struct module *module, const struct section *section)
{
	for (size_t i = 0; section->memory && i < section->header.sh_size / sizeof(Elf64_Rela); i++) {
		size_t symbol = ELF64_R_SYM(((const Elf64_Rela *)section->memory)[i].r_info);
		const char *text;

		if (symbol >= module->symbol_count)
			refuse("the kernel reads a symbol from outside of the symbol table");
		text = string_at(&module->file, &module->sections[module->strtab].header, module->symbols[symbol].st_name);
		if (text && !strncmp(text, ".klp.sym.vmlinux.", strlen(".klp.sym.vmlinux.")))
			refuse("a symbol of vmlinux in a module's section");
	}
}

// apply_relocations(), or what klp_module_coming() does for the module NAME.
static void apply_relocations(struct module *module, const char *name, const struct object *image, const struct object *other)
{
	for (unsigned int i = 1; i < module->count; i++) {
		const struct section *section = &module->sections[i];
		unsigned int info = section->header.sh_info;
		struct section *target;
		char object[56];

		if (info >= module->count || !(module->sections[info].header.sh_flags & SHF_ALLOC)) {
			if (section->header.sh_flags & SHF_RELA_LIVEPATCH)
				refuse("the kernel passes over livepatch relocations");
			continue;
		}
		target = &module->sections[info];
		if (section->header.sh_flags & SHF_RELA_LIVEPATCH) {
			if (sscanf(section->name, ".klp.rela.%55[^.]", object) != 1)
				refuse("the name of section %u", i);
			if (!name && strcmp(object, "vmlinux") && (!other->name || strcmp(object, other->name)))
				look_through(module, section);
			if (strcmp(name ? name : "vmlinux", object))
				continue;
			if (name && !(section->header.sh_flags & SHF_ALLOC))
				refuse("the kernel reads relocations that are not loaded");
		} else if (name) {
			continue;
		} else if (section->header.sh_type == SHT_REL) {
			refuse("relocations without addends");
		} else if (section->header.sh_type != SHT_RELA) {
			continue;
		}
		if (!section->memory)
			refuse("the kernel reads relocations that are not there");
		if (info == module->symtab || info == module->strtab || is_read(module, target))
			refuse("the kernel writes over what it reads itself");
		if (section->header.sh_flags & SHF_RELA_LIVEPATCH && target == find_section(module, ".gnu.linkonce.this_module"))
			refuse("the struct module depends on a livepatch symbol");
		if (section->header.sh_flags & SHF_RELA_LIVEPATCH)
			apply_livepatch(module, section, target, object, image, other);
		else
			apply_ordinary(module, section, target);
	}
}

static void load(struct module *module, const char *vermagic, struct object *image, struct object *other)
{
	read_object(image, true);
	if (other->name)
		read_object(other, false);
	read_sections(module);
	check_info(module, vermagic);
	lay_out(module, THIS_MODULE);
	simplify_symbols(module);
	apply_relocations(module, NULL, image, other);
	if (other->name)
		apply_relocations(module, other->name, image, other);
}

static void free_module(struct module *module)
{
	for (unsigned int i = 0; i < module->count; i++)
		if (module->sections[i].address)
			free(module->sections[i].memory);
	free(module->sections);
	free(module->file.bytes);
}

static void answer(char *line, const char *vermagic)
{
	struct module *module = allocate(sizeof(*module));
	struct object *objects = allocate(2 * sizeof(*objects));
	char *path = strsep(&line, "\t"), *image = strsep(&line, "\t"), *name = strsep(&line, "\t");

	if (!image || (name && !line))
		exit(2);
	read_file(&module->file, path);
	objects[0].name = "vmlinux";
	read_file(&objects[0].file, image);
	if (name) {
		objects[1].name = name;
		read_file(&objects[1].file, line);
	}
	if (!setjmp(refused))
		load(module, vermagic, &objects[0], &objects[1]);
	printf("end\n");
	fflush(stdout);
	free_module(module);
	for (int i = 0; i < 2; i++) {
		free(objects[i].symbols);
		free(objects[i].file.bytes);
	}
	free(objects);
	free(module);
}

int main(int argc, char **argv)
{
	char *line = NULL;
	size_t room = 0;

	if (argc != 3) {
		fprintf(stderr, "usage: loader VERMAGIC IMAGE\n");
		return 2;
	}
	read_file(&exports.file, argv[2]);
	if (setjmp(refused))
		return 3;
	read_object(&exports, true);
	while (getline(&line, &room, stdin) > 0) {
		line[strcspn(line, "\n")] = '\0';
		answer(line, argv[1]);
	}
	free(line);
	return 0;
}
