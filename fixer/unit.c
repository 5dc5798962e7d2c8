/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What one unit defines. Comes in: a unit's tree of DWARF entries. Goes out: a flat list of its
 * functions and of its variables with static storage. Types, parameters and the like are passed
 * over.
 */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "cursor.h"
#include "diag.h"

/* How far DW_AT_abstract_origin and DW_AT_specification are followed; compilers need two. */
#define MAX_ORIGINS 8

/* DW_OP_addr with its operand. */
#define ADDRESS_EXPRESSION_SIZE 9

struct reader {
	struct dwarf_file *dwarf;
	struct dwarf_unit *unit;
	struct unit_content *content;
	unsigned int version;		/* of the unit's DWARF */
	unsigned int first_file;	/* number that DW_AT_decl_file gives to files[0] */
};

static int failed(const struct reader *reader, Dwarf_Error error)
{
	return dwarf_file_error(reader->dwarf, reader->unit->debug, error);
}

/* 1 with *ATTRIBUTE, which the caller frees; 0: DIE has none of that number; -1 after a message. */
static int get_attribute(const struct reader *reader, Dwarf_Die die, Dwarf_Half number,
			 Dwarf_Attribute *attribute)
{
	Dwarf_Error error = NULL;

	switch (dwarf_attr(die, number, attribute, &error)) {
	case DW_DLV_OK:
		return 1;
	case DW_DLV_NO_ENTRY:
		return 0;
	default:
		return failed(reader, error);
	}
}

/*
 * The number in ATTRIBUTE; as unit_number(). Not all versions of libdwarf take every form: an
 * implicit constant is refused by dwarf_formudata(), a length that is computed by all.
 */
static int form_number(const struct reader *reader, Dwarf_Attribute attribute, Dwarf_Unsigned *value)
{
	Dwarf_Error error = NULL;
	Dwarf_Signed number;
	Dwarf_Half form;
	int result;

	if (dwarf_whatform(attribute, &form, &error) != DW_DLV_OK)
		return failed(reader, error);
	switch (form) {
	case DW_FORM_exprloc:
	case DW_FORM_block1:
	case DW_FORM_ref4:
		return 0;
	case DW_FORM_implicit_const:
	case DW_FORM_sdata:
		result = dwarf_formsdata(attribute, &number, &error);
		*value = (Dwarf_Unsigned)number;
		break;
	default:
		result = dwarf_formudata(attribute, value, &error);
	}
	return result == DW_DLV_OK ? 1 : failed(reader, error);
}

static int get_number(const struct reader *reader, Dwarf_Die die, Dwarf_Half number,
		      Dwarf_Unsigned *value)
{
	Dwarf_Attribute attribute;
	int result = get_attribute(reader, die, number, &attribute);

	if (result != 1)
		return result;
	result = form_number(reader, attribute, value);
	dwarf_dealloc_attribute(attribute);
	return result;
}

static int get_origin(const struct reader *reader, Dwarf_Die die, Dwarf_Half number, Dwarf_Die *origin)
{
	Dwarf_Attribute attribute;
	Dwarf_Error error = NULL;
	Dwarf_Off offset;
	int result = get_attribute(reader, die, number, &attribute);

	if (result != 1)
		return result;
	result = dwarf_global_formref(attribute, &offset, &error);
	dwarf_dealloc_attribute(attribute);
	if (result == DW_DLV_OK)
		result = dwarf_offdie_b(reader->unit->debug, offset, true, origin, &error);
	return result == DW_DLV_OK ? 1 : failed(reader, error);
}

int unit_number(struct dwarf_file *dwarf, struct dwarf_unit *unit, Dwarf_Die die, Dwarf_Half number,
		Dwarf_Unsigned *value)
{
	struct reader reader = { .dwarf = dwarf, .unit = unit };

	return get_number(&reader, die, number, value);
}

int unit_follow(struct dwarf_file *dwarf, struct dwarf_unit *unit, Dwarf_Die die, Dwarf_Half number,
		Dwarf_Die *target)
{
	struct reader reader = { .dwarf = dwarf, .unit = unit };

	return get_origin(&reader, die, number, target);
}

/* Name and place of DIE's declaration, gathered from it and from where it refers to. */
struct declaration {
	const char *name;
	Dwarf_Unsigned file, line;
	bool has_file;
	Dwarf_Off die;		/* of DIE itself */
};

static int read_own_declaration(const struct reader *reader, Dwarf_Die die, struct declaration *declaration)
{
	Dwarf_Error error = NULL;
	char *name;
	int result;

	if (!declaration->name) {
		result = dwarf_die_text(die, DW_AT_name, &name, &error);
		if (result == DW_DLV_ERROR)
			return failed(reader, error);
		if (result == DW_DLV_OK)
			declaration->name = name;
	}
	if (!declaration->has_file) {
		result = get_number(reader, die, DW_AT_decl_file, &declaration->file);
		if (result < 0 || (result && get_number(reader, die, DW_AT_decl_line, &declaration->line) < 0))
			return -1;
		declaration->has_file = result;
	}
	return 0;
}

static int read_declaration(const struct reader *reader, Dwarf_Die die, struct declaration *declaration)
{
	Dwarf_Die current = die, next = NULL;
	Dwarf_Error error = NULL;
	int result = 0;

	memset(declaration, 0, sizeof(*declaration));
	if (dwarf_dieoffset(die, &declaration->die, &error) != DW_DLV_OK)
		return failed(reader, error);
	for (int i = 0; i < MAX_ORIGINS; i++) {
		if (read_own_declaration(reader, current, declaration)) {
			result = -1;
			break;
		}
		result = get_origin(reader, current, DW_AT_abstract_origin, &next);
		if (!result)
			result = get_origin(reader, current, DW_AT_specification, &next);
		if (result != 1)
			break;
		if (current != die)
			dwarf_dealloc_die(current);
		current = next;
	}
	if (current != die)
		dwarf_dealloc_die(current);
	return result < 0 ? -1 : 0;
}

/* The start of the first range of a DWARF 5 list; as get_number(). */
static int first_of_rnglist(const struct reader *reader, Dwarf_Attribute attribute, Dwarf_Unsigned list,
			    Dwarf_Unsigned *address)
{
	Dwarf_Unsigned count = 0, offset = 0;
	Dwarf_Rnglists_Head head;
	Dwarf_Error error = NULL;
	Dwarf_Half form;
	int result, found = 0;

	if (dwarf_whatform(attribute, &form, &error) != DW_DLV_OK ||
	    dwarf_rnglists_get_rle_head(attribute, form, list, &head, &count, &offset, &error) != DW_DLV_OK)
		return failed(reader, error);
	for (Dwarf_Unsigned i = 0; i < count && !found; i++) {
		Dwarf_Unsigned raw1, raw2, start, end;
		unsigned int length, kind;
		Dwarf_Bool unavailable;

		result = dwarf_get_rnglists_entry_fields_a(head, i, &length, &kind, &raw1, &raw2,
							   &unavailable, &start, &end, &error);
		if (result != DW_DLV_OK)
			break;
		if (kind == DW_RLE_base_address || kind == DW_RLE_base_addressx || kind == DW_RLE_end_of_list)
			continue;
		*address = start;
		found = 1;
	}
	dwarf_dealloc_rnglists_head(head);
	return found;
}

/* The same for DWARF up to 4. */
static int first_of_ranges(const struct reader *reader, Dwarf_Die die, Dwarf_Unsigned list,
			   Dwarf_Unsigned *address)
{
	Dwarf_Ranges *ranges;
	Dwarf_Signed count;
	Dwarf_Off offset;
	Dwarf_Unsigned base = 0;
	Dwarf_Error error = NULL;
	int found = 0;

	if (dwarf_get_ranges_b(reader->unit->debug, list, die, &offset, &ranges, &count, NULL, &error) !=
	    DW_DLV_OK)
		return failed(reader, error);
	for (Dwarf_Signed i = 0; i < count && !found; i++) {
		if (ranges[i].dwr_type == DW_RANGES_ADDRESS_SELECTION) {
			base = ranges[i].dwr_addr2;
		} else if (ranges[i].dwr_type == DW_RANGES_ENTRY) {
			*address = base + ranges[i].dwr_addr1;
			found = 1;
		}
	}
	dwarf_ranges_dealloc(reader->unit->debug, ranges, count);
	return found;
}

/*
 * The address of a function's entry: of a function in several parts it is where the first part
 * starts. As get_number().
 */
static int function_address(const struct reader *reader, Dwarf_Die die, Dwarf_Unsigned *address)
{
	Dwarf_Attribute attribute;
	Dwarf_Unsigned list;
	Dwarf_Addr low;
	Dwarf_Error error = NULL;
	int result = dwarf_lowpc(die, &low, &error);

	if (result == DW_DLV_ERROR)
		return failed(reader, error);
	if (result == DW_DLV_OK) {
		*address = low;
		return 1;
	}
	result = get_attribute(reader, die, DW_AT_ranges, &attribute);
	if (result != 1)
		return result;
	result = dwarf_global_formref(attribute, &list, &error);
	if (result != DW_DLV_OK)
		result = dwarf_formudata(attribute, &list, &error);
	if (result != DW_DLV_OK)
		result = failed(reader, error);
	else if (reader->version >= 5)
		result = first_of_rnglist(reader, attribute, list, address);
	else
		result = first_of_ranges(reader, die, list, address);
	dwarf_dealloc_attribute(attribute);
	return result;
}

/* The address of a variable with static storage; as get_number(), 0 for all other variables. */
static int variable_address(const struct reader *reader, Dwarf_Die die, Dwarf_Unsigned *address)
{
	Dwarf_Attribute attribute;
	Dwarf_Unsigned length = 0;
	Dwarf_Ptr bytes = NULL;
	Dwarf_Error error = NULL;
	int result = get_attribute(reader, die, DW_AT_location, &attribute);
	Dwarf_Block *block;
	Dwarf_Half form;

	if (result != 1)
		return result;
	if (dwarf_whatform(attribute, &form, &error) != DW_DLV_OK) {
		result = failed(reader, error);
	} else if (form == DW_FORM_exprloc) {
		if (dwarf_formexprloc(attribute, &length, &bytes, &error) != DW_DLV_OK)
			result = failed(reader, error);
	} else if (form == DW_FORM_block1) {
		if (dwarf_formblock(attribute, &block, &error) != DW_DLV_OK) {
			result = failed(reader, error);
		} else {
			length = block->bl_len;
			bytes = block->bl_data;
			dwarf_dealloc(reader->unit->debug, block, DW_DLA_BLOCK);
		}
	}
	dwarf_dealloc_attribute(attribute);
	if (result < 0)
		return -1;
	if (length != ADDRESS_EXPRESSION_SIZE || *(unsigned char *)bytes != DW_OP_addr)
		return 0;
	*address = number_load((unsigned char *)bytes + 1, 8, elf_file_is_big_endian(reader->dwarf->elf));
	return 1;
}

static struct definition *add_definition(struct reader *reader, const struct declaration *declaration)
{
	struct unit_content *content = reader->content;
	struct definition *definition;
	uint64_t index = declaration->file - reader->first_file;

	content->definitions = array_grow(content->definitions, content->count, sizeof(*definition));
	definition = &content->definitions[content->count++];
	memset(definition, 0, sizeof(*definition));
	definition->name = declaration->name;
	definition->die = declaration->die;
	if (declaration->has_file && index < content->file_count) {
		definition->file = content->files[index];
		definition->line = (unsigned int)declaration->line;
	}
	return definition;
}

/* A function's entry; *NAME becomes its name, for the variables inside of it. */
static int add_function(struct reader *reader, Dwarf_Die die, const char **name)
{
	struct declaration declaration;
	struct definition *definition;
	Dwarf_Unsigned address = 0, value;
	int has_address, is_inline = 0;

	*name = NULL;
	has_address = function_address(reader, die, &address);
	if (has_address < 0)
		return -1;
	if (!has_address)
		is_inline = get_number(reader, die, DW_AT_inline, &value);
	if (is_inline < 0)
		return -1;
	if (!has_address && !is_inline)
		return 0;	/* a declaration */
	if (read_declaration(reader, die, &declaration))
		return -1;
	*name = declaration.name;
	if (!declaration.name)
		return 0;
	definition = add_definition(reader, &declaration);
	definition->kind = DEFINITION_FUNCTION;
	definition->state = has_address ? DEFINITION_PRESENT : DEFINITION_INLINED_ONLY;
	definition->address = address;
	return 0;
}

/* Is DIE, a variable outside of functions, declared only, without a definition in this unit? */
static int is_declaration(const struct reader *reader, Dwarf_Die die)
{
	Dwarf_Error error = NULL;
	Dwarf_Bool declared = false;

	if (dwarf_hasattr(die, DW_AT_declaration, &declared, &error) == DW_DLV_ERROR)
		return failed(reader, error);
	return declared;
}

static int add_variable(struct reader *reader, Dwarf_Die die, const char *function)
{
	struct declaration declaration;
	struct definition *definition;
	Dwarf_Unsigned address = 0;
	int has_address = variable_address(reader, die, &address), declared;

	if (has_address < 0)
		return -1;
	if (!has_address) {
		/* In a function it is an automatic variable, most probably. */
		declared = function ? 1 : is_declaration(reader, die);
		if (declared)
			return declared < 0 ? -1 : 0;
	}
	if (read_declaration(reader, die, &declaration))
		return -1;
	if (!declaration.name)
		return 0;
	definition = add_definition(reader, &declaration);
	definition->kind = DEFINITION_VARIABLE;
	definition->function = function;
	definition->state = has_address ? DEFINITION_PRESENT : DEFINITION_OPTIMISED_OUT;
	definition->address = address;
	return 0;
}

static int read_children(struct reader *reader, Dwarf_Die parent, const char *function);

/* FUNCTION: the one that DIE is inside of, or NULL. */
static int read_entry(struct reader *reader, Dwarf_Die die, const char *function)
{
	Dwarf_Error error = NULL;
	const char *name;
	Dwarf_Half tag;

	if (dwarf_tag(die, &tag, &error) != DW_DLV_OK)
		return failed(reader, error);
	switch (tag) {
	case DW_TAG_subprogram:
		if (add_function(reader, die, &name))
			return -1;
		return name ? read_children(reader, die, name) : 0;
	case DW_TAG_variable:
		return add_variable(reader, die, function);
	case DW_TAG_lexical_block:
		return read_children(reader, die, function);
	default:
		return 0;
	}
}

static int read_children(struct reader *reader, Dwarf_Die parent, const char *function)
{
	Dwarf_Error error = NULL;
	Dwarf_Die die, next;
	int result = dwarf_child(parent, &die, &error);

	while (result == DW_DLV_OK) {
		int bad = read_entry(reader, die, function);

		result = bad ? DW_DLV_NO_ENTRY : dwarf_siblingof_b(reader->unit->debug, die, true, &next, &error);
		dwarf_dealloc_die(die);
		if (bad)
			return -1;
		die = next;
	}
	return result == DW_DLV_ERROR ? failed(reader, error) : 0;
}

/* The unit's source files, copied out of libdwarf. */
static int read_files(struct reader *reader, Dwarf_Die unit_die)
{
	Dwarf_Error error = NULL;
	Dwarf_Signed count = 0;
	char **names, **files;
	int result = dwarf_srcfiles(unit_die, &names, &count, &error);

	if (result == DW_DLV_NO_ENTRY)
		return 0;
	if (result == DW_DLV_ERROR)
		return failed(reader, error);
	files = arena_alloc(reader->dwarf->arena, (size_t)count * sizeof(*files));
	for (Dwarf_Signed i = 0; i < count; i++) {
		files[i] = arena_strdup(reader->dwarf->arena, names[i]);
		dwarf_dealloc(reader->unit->debug, names[i], DW_DLA_STRING);
	}
	dwarf_dealloc(reader->unit->debug, names, DW_DLA_LIST);
	reader->content->files = (const char *const *)files;
	reader->content->file_count = (size_t)count;
	return 0;
}

static int read_version(struct reader *reader, Dwarf_Die die)
{
	Dwarf_Half version, offset_size;

	if (dwarf_get_version_of_die(die, &version, &offset_size) != DW_DLV_OK)
		return failed(reader, NULL);
	reader->version = version;
	/* DWARF 5 counts files from 0, earlier versions from 1. */
	reader->first_file = version >= 5 ? 0 : 1;
	return 0;
}

int unit_read(struct dwarf_file *dwarf, struct dwarf_unit *unit)
{
	struct reader reader = { .dwarf = dwarf, .unit = unit };

	if (unit->content)
		return 0;
	if (dwarf_file_open_unit(dwarf, unit))
		return -1;
	unit->content = reader.content = xcalloc(1, sizeof(*unit->content));
	if (!read_version(&reader, unit->die) && !read_files(&reader, unit->die) &&
	    !read_children(&reader, unit->die, NULL))
		return 0;
	unit_free(unit);
	return -1;
}

void unit_free(struct dwarf_unit *unit)
{
	if (!unit->content)
		return;
	free(unit->content->definitions);
	free(unit->content);
	unit->content = NULL;
}

int unit_includes(struct dwarf_file *dwarf, struct dwarf_unit *unit, const char *source)
{
	struct unit_content content = { NULL, 0, NULL, 0 };
	struct reader reader = { .dwarf = dwarf, .unit = unit, .content = &content };

	if (unit->content)
		content = *unit->content;
	else if (dwarf_file_open_unit(dwarf, unit) || read_files(&reader, unit->die))
		return -1;
	for (size_t i = 0; i < content.file_count; i++)
		if (dwarf_path_matches(content.files[i], unit->comp_dir, source))
			return 1;
	return 0;
}
