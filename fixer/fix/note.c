/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads the plugin's note. Comes in: a module's .note.klpmake, of all its objects one after the
 * other, and the relocations of it. Goes out: units with their records. Nothing in the note is
 * trusted.
 */
#include "fix/note.h"

#include <stdlib.h>
#include <string.h>

#include "base/shown-text.h"
#include "dwarf/signature.h"
#include "elf/bytes.h"
#include "kernel/module-file.h"

#define RECORD_HEADER 12 /* bytes: three numbers */

struct reader {
	struct note *note;
	const struct elf_file *module;
	struct arena *arena;
	const unsigned char *data; /* the section */
	uint64_t size;		   /* bytes */
	/* The record at hand. */
	uint64_t desc; /* offset of its desc in the section */
	uint32_t desc_size;
	bool bad; /* a field lies outside of the record */
};

static int malformed(const struct reader *reader, uint64_t offset, const char *what)
{
	struct diag_place place = { reader->module->path, 0 };

	diag_error(&place, "note", "malformed " KLP_NOTE_SECTION ": %s (at offset 0x%llx)", what,
		   (unsigned long long)offset);
	diag_note(NULL,
		  "it was cut off or changed after the compiler wrote it: build the module anew");
	return -1;
}

static uint64_t number_at(const struct reader *reader, uint64_t offset, unsigned int size)
{
	return bytes_load(reader->data + offset, size, elf_file_is_big_endian(reader->module));
}

/* A field of the record at hand; 0, and "bad", if the record is too short to have it. */
static uint64_t field(struct reader *reader, size_t offset, unsigned int size)
{
	if (!range_is_within(offset, size, reader->desc_size)) {
		reader->bad = true;
		return 0;
	}
	return number_at(reader, reader->desc + offset, size);
}

#define U32(type, member) ((uint32_t)field(reader, offsetof(struct type, member), 4))
#define U64(type, member) field(reader, offsetof(struct type, member), 8)

/* The string that is named by the field at OFFSET; NULL: none. */
static const char *optional_string(struct reader *reader, size_t offset)
{
	uint32_t at = (uint32_t)field(reader, offset, 4);
	const unsigned char *start = reader->data + reader->desc + at;

	if (!at)
		return NULL;
	if (at >= reader->desc_size || !memchr(start, 0, reader->desc_size - at)) {
		reader->bad = true;
		return NULL;
	}
	return arena_strdup(reader->arena, (const char *)start);
}

static const char *required_string(struct reader *reader, size_t offset)
{
	const char *text = optional_string(reader, offset);

	if (!text || !*text)
		reader->bad = true;
	return text ? text : "";
}

/* Whoever is handed it does not look at its form again. */
static const char *signature(struct reader *reader, size_t offset)
{
	const char *text = required_string(reader, offset);

	if (!signature_is_valid(text))
		reader->bad = true;
	return text;
}

#define STRING(type, member)   required_string(reader, offsetof(struct type, member))
#define OPTIONAL(type, member) optional_string(reader, offsetof(struct type, member))
#define SIGNATURE(type)	       signature(reader, offsetof(struct type, signature))

/* Finds the relocation of the field at OFFSET of the record's desc. */
static void resolve_address(struct reader *reader, size_t offset, struct note_address *address)
{
	const struct elf_file *module = reader->module;
	uint64_t at = reader->desc + offset;

	memset(address, 0, sizeof(*address));
	for (size_t i = 0; (i = elf_file_relocations_of(module, reader->note->section, i));) {
		Elf_Data *data = elf_file_data(module, i);
		GElf_Rela rela;

		for (int j = 0; data && gelf_getrela(data, j, &rela); j++) {
			uint64_t symbol = GELF_R_SYM(rela.r_info);

			if (rela.r_offset != at || symbol >= module->symbol_count ||
			    arch_absolute_size(module->arch, GELF_R_TYPE(rela.r_info)) != 8)
				continue;
			address->symbol = (uint32_t)symbol;
			address->section = module->symbols[symbol].section;
			address->offset = module->symbols[symbol].value + (uint64_t)rela.r_addend;
			return;
		}
	}
	reader->bad = true;
}

#define ADDRESS(type, member, address)                                                             \
	resolve_address(reader, offsetof(struct type, member), address)

static struct note_unit *current_unit(struct reader *reader)
{
	struct note *note = reader->note;

	return note->unit_count ? &note->units[note->unit_count - 1] : NULL;
}

static void read_unit(struct reader *reader)
{
	struct note *note = reader->note;
	struct note_unit *unit;

	note->units = array_grow(note->units, note->unit_count, sizeof(*note->units));
	unit = &note->units[note->unit_count++];
	memset(unit, 0, sizeof(*unit));
	unit->offset = reader->desc - RECORD_HEADER - sizeof(KLP_NOTE_NAME);
	unit->tag = STRING(klp_note_unit, tag);
	unit->place.file = STRING(klp_note_unit, source);
	unit->place.line = U32(klp_note_unit, line);
	unit->plugin = STRING(klp_note_unit, plugin);
	unit->compiler = STRING(klp_note_unit, compiler);
}

static void read_ref(struct reader *reader, struct note_unit *unit)
{
	struct note_ref *ref;

	unit->refs = array_grow(unit->refs, unit->ref_count, sizeof(*unit->refs));
	ref = &unit->refs[unit->ref_count++];
	memset(ref, 0, sizeof(*ref));
	ref->kind = U32(klp_note_ref, kind);
	ref->scope = U32(klp_note_ref, scope);
	ref->elf_name = STRING(klp_note_ref, elf_name);
	ref->name = STRING(klp_note_ref, name);
	ref->function = OPTIONAL(klp_note_ref, function);
	ref->section = OPTIONAL(klp_note_ref, section);
	ref->declared = U32(klp_note_ref, declared);
	ref->place.file = OPTIONAL(klp_note_ref, file);
	ref->place.line = U32(klp_note_ref, line);
	ref->pointer_place.file = OPTIONAL(klp_note_ref, pointer_file);
	ref->pointer_place.line = U32(klp_note_ref, pointer_line);
	ref->signature = SIGNATURE(klp_note_ref);
	if (ref->kind != KLP_NOTE_FUNCTION && ref->kind != KLP_NOTE_OBJECT)
		reader->bad = true;
	if (ref->scope != KLP_NOTE_EXTERN && ref->scope != KLP_NOTE_LOCAL)
		reader->bad = true;
}

/* The field that an object's name goes into. Every module's name has to fit. */
static void read_object_field(struct reader *reader, size_t at, size_t size,
			      struct note_address *address, unsigned int *field_size)
{
	resolve_address(reader, at, address);
	*field_size = (unsigned int)field(reader, size, 4);
	if (*field_size < MODULE_NAME_SIZE)
		reader->bad = true;
}

static void read_patch(struct reader *reader, struct note_unit *unit)
{
	const uint32_t known = KLP_NOTE_SYMPOS_GIVEN | KLP_NOTE_OBJECT_BY_TAG;
	struct note_patch *patch;
	uint32_t flags;

	unit->patches = array_grow(unit->patches, unit->patch_count, sizeof(*unit->patches));
	patch = &unit->patches[unit->patch_count++];
	memset(patch, 0, sizeof(*patch));
	flags = U32(klp_note_patch, flags);
	patch->sympos_given = flags & KLP_NOTE_SYMPOS_GIVEN;
	patch->object_by_tag = flags & KLP_NOTE_OBJECT_BY_TAG;
	ADDRESS(klp_note_patch, new_func, &patch->new_func);
	ADDRESS(klp_note_patch, sympos_at, &patch->sympos_at);
	patch->sympos = U64(klp_note_patch, sympos);
	patch->sympos_size = U32(klp_note_patch, sympos_size);
	patch->object = OPTIONAL(klp_note_patch, object);
	patch->old_name = STRING(klp_note_patch, old_name);
	patch->new_name = STRING(klp_note_patch, new_name);
	patch->place.file = OPTIONAL(klp_note_patch, file);
	patch->place.line = U32(klp_note_patch, line);
	patch->signature = SIGNATURE(klp_note_patch);
	if (patch->object_by_tag)
		read_object_field(reader, offsetof(struct klp_note_patch, object_at),
				  offsetof(struct klp_note_patch, object_size), &patch->object_at,
				  &patch->object_size);
	if (flags & ~known || (patch->sympos_size != 8 && patch->sympos_size != 4))
		reader->bad = true;
}

static void read_callback(struct reader *reader, struct note_unit *unit)
{
	struct note_callback *callback;

	unit->callbacks =
		array_grow(unit->callbacks, unit->callback_count, sizeof(*unit->callbacks));
	callback = &unit->callbacks[unit->callback_count++];
	memset(callback, 0, sizeof(*callback));
	read_object_field(reader, offsetof(struct klp_note_callback, object_at),
			  offsetof(struct klp_note_callback, object_size), &callback->object_at,
			  &callback->object_size);
	callback->kind = STRING(klp_note_callback, kind);
	callback->place.file = OPTIONAL(klp_note_callback, file);
	callback->place.line = U32(klp_note_callback, line);
}

static void read_def(struct reader *reader, struct note_unit *unit)
{
	struct note_def *def;

	unit->defs = array_grow(unit->defs, unit->def_count, sizeof(*unit->defs));
	def = &unit->defs[unit->def_count++];
	def->name = STRING(klp_note_def, name);
	def->signature = SIGNATURE(klp_note_def);
}

/* A number and what ENDS it, at *TEXT, which is moved behind that. */
static uint64_t member_number(struct reader *reader, const char **text, char ends)
{
	unsigned long long number = 0;
	char *end = NULL;

	if (**text >= '0' && **text <= '9')
		number = strtoull(*text, &end, 10);
	if (!end || *end != ends) {
		reader->bad = true;
		return 0;
	}
	*text = end + 1;
	return number;
}

/* Lines of a name, a place and a size. */
static void read_members(struct reader *reader, struct note_structure *structure, const char *text)
{
	struct note_member *member;
	size_t length;

	while (text && *text && !reader->bad) {
		length = strcspn(text, " \n");
		if (!length || text[length] != ' ') {
			reader->bad = true;
			break;
		}
		structure->members = array_grow(structure->members, structure->member_count,
						sizeof(*structure->members));
		member = &structure->members[structure->member_count++];
		member->name = arena_strndup(reader->arena, text, length);
		text += length + 1;
		member->place = member_number(reader, &text, ' ');
		member->size = member_number(reader, &text, '\n');
	}
}

static void read_structure(struct reader *reader, struct note_unit *unit)
{
	struct note_structure *structure;

	unit->structures =
		array_grow(unit->structures, unit->structure_count, sizeof(*unit->structures));
	structure = &unit->structures[unit->structure_count++];
	memset(structure, 0, sizeof(*structure));
	structure->size = U64(klp_note_structure, size);
	structure->name = STRING(klp_note_structure, name);
	structure->place.file = OPTIONAL(klp_note_structure, file);
	structure->place.line = U32(klp_note_structure, line);
	read_members(reader, structure, OPTIONAL(klp_note_structure, members));
}

static void read_constant(struct reader *reader, struct note_unit *unit)
{
	struct note_constant *constant;

	unit->constants =
		array_grow(unit->constants, unit->constant_count, sizeof(*unit->constants));
	constant = &unit->constants[unit->constant_count++];
	constant->value = U64(klp_note_constant, value);
	constant->name = STRING(klp_note_constant, name);
	constant->place.file = OPTIONAL(klp_note_constant, file);
	constant->place.line = U32(klp_note_constant, line);
}

static void read_variable(struct reader *reader, struct note_unit *unit)
{
	struct note_variable *variable;

	unit->variables =
		array_grow(unit->variables, unit->variable_count, sizeof(*unit->variables));
	variable = &unit->variables[unit->variable_count++];
	variable->name = STRING(klp_note_variable, name);
	variable->function = OPTIONAL(klp_note_variable, function);
	variable->place.file = OPTIONAL(klp_note_variable, file);
	variable->place.line = U32(klp_note_variable, line);
}

static int read_record(struct reader *reader, uint32_t type)
{
	uint64_t at = reader->desc - RECORD_HEADER - sizeof(KLP_NOTE_NAME);
	struct note_unit *unit = current_unit(reader);
	struct diag_place place = { reader->module->path, 0 };

	if (type == KLP_NOTE_UNIT && U32(klp_note_unit, version) != KLP_NOTE_VERSION) {
		diag_error(&place, "note",
			   "the plugin that compiled the module wrote version %u of the note, this "
			   "program reads version %d",
			   (unsigned int)U32(klp_note_unit, version), KLP_NOTE_VERSION);
		diag_note(NULL, "use klpmake.so and klp-fixer of the same release of klpmake");
		return -1;
	}
	if (type != KLP_NOTE_UNIT && !unit)
		return malformed(reader, at, "a record stands before the first unit");
	switch (type) {
	case KLP_NOTE_UNIT:
		read_unit(reader);
		break;
	case KLP_NOTE_REF:
		read_ref(reader, unit);
		break;
	case KLP_NOTE_PATCH:
		read_patch(reader, unit);
		break;
	case KLP_NOTE_DEF:
		read_def(reader, unit);
		break;
	case KLP_NOTE_CALLBACK:
		read_callback(reader, unit);
		break;
	case KLP_NOTE_STRUCTURE:
		read_structure(reader, unit);
		break;
	case KLP_NOTE_CONSTANT:
		read_constant(reader, unit);
		break;
	case KLP_NOTE_VARIABLE:
		read_variable(reader, unit);
		break;
	default:
		return malformed(reader, at, "a record of an unknown type");
	}
	return reader->bad ? malformed(reader, at, "a record with a bad field") : 0;
}

static int read_records(struct reader *reader)
{
	const uint64_t header = RECORD_HEADER + sizeof(KLP_NOTE_NAME);
	uint64_t offset = 0;

	while (offset < reader->size) {
		if (!range_is_within(offset, header, reader->size))
			return malformed(reader, offset, "the last record is cut off");
		reader->desc = offset + header;
		reader->desc_size = (uint32_t)number_at(reader, offset + 4, 4);
		if (number_at(reader, offset, 4) != sizeof(KLP_NOTE_NAME) ||
		    memcmp(reader->data + offset + RECORD_HEADER, KLP_NOTE_NAME,
			   sizeof(KLP_NOTE_NAME)))
			return malformed(reader, offset, "a record that is not klpmake's");
		if (!range_is_within(reader->desc, reader->desc_size, reader->size))
			return malformed(reader, offset, "the last record is cut off");
		if ((header + reader->desc_size) % KLP_NOTE_RECORD_ALIGN)
			return malformed(reader, offset, "a record of an odd size");
		if (read_record(reader, (uint32_t)number_at(reader, offset + 8, 4)))
			return -1;
		offset = reader->desc + reader->desc_size;
	}
	return 0;
}

int note_read(struct note *note, const struct elf_file *module, struct arena *arena)
{
	struct reader reader = { .note = note, .module = module, .arena = arena };
	Elf_Data *data;

	memset(note, 0, sizeof(*note));
	note->section = elf_file_find_section(module, KLP_NOTE_SECTION);
	if (!note->section)
		return 0;
	data = elf_file_raw_data(module, note->section);
	if (!data)
		return -1;
	if (module->sections[note->section].header.sh_type == SHT_NOBITS || !data->d_size)
		return malformed(&reader, 0, "it is empty");
	reader.data = data->d_buf;
	reader.size = data->d_size;
	if (!read_records(&reader))
		return 0;
	note_free(note);
	return -1;
}

void note_free(struct note *note)
{
	for (size_t i = 0; i < note->unit_count; i++) {
		for (size_t j = 0; j < note->units[i].structure_count; j++)
			free(note->units[i].structures[j].members);
		free(note->units[i].structures);
		free(note->units[i].constants);
		free(note->units[i].variables);
		free(note->units[i].refs);
		free(note->units[i].patches);
		free(note->units[i].defs);
		free(note->units[i].callbacks);
	}
	free(note->units);
	memset(note, 0, sizeof(*note));
}

/* Fields of records, each behind WORD, as a terminal is to have them. */
static void dump_field(const char *word, const char *text, FILE *stream)
{
	fputs(word, stream);
	shown_text_write(text, stream);
}

static void dump_place(const char *word, const struct diag_place *place, FILE *stream)
{
	if (!place->file)
		return;
	dump_field(word, place->file, stream);
	fprintf(stream, ":%u", place->line);
}

static void dump_ref(const struct note_ref *ref, FILE *stream)
{
	fprintf(stream, "ref %s %s", ref->scope == KLP_NOTE_LOCAL ? "local" : "extern",
		ref->kind == KLP_NOTE_FUNCTION ? "function" : "object");
	dump_field(" ", ref->name, stream);
	if (ref->function)
		dump_field(" in ", ref->function, stream);
	if (ref->declared)
		fprintf(stream, " of line %u", ref->declared);
	if (ref->section)
		dump_field(" section ", ref->section, stream);
	dump_field(" symbol ", ref->elf_name, stream);
	dump_field(" type ", ref->signature, stream);
	dump_place(" pointer at ", &ref->pointer_place, stream);
	dump_place(" at ", &ref->place, stream);
	fputc('\n', stream);
}

static void dump_patch(const struct note_patch *patch, FILE *stream)
{
	dump_field("patch ", patch->old_name, stream);
	dump_field(" object ",
		   patch->object	  ? patch->object
		   : patch->object_by_tag ? "(by tag)"
					  : "vmlinux",
		   stream);
	dump_field(" by ", patch->new_name, stream);
	if (patch->sympos_given)
		fprintf(stream, " sympos %llu", (unsigned long long)patch->sympos);
	dump_field(" type ", patch->signature, stream);
	dump_place(" at ", &patch->place, stream);
	fputc('\n', stream);
}

static void dump_own(const struct note_unit *unit, FILE *stream)
{
	for (size_t i = 0; i < unit->structure_count; i++) {
		const struct note_structure *structure = &unit->structures[i];

		dump_field("structure ", structure->name, stream);
		fprintf(stream, " size %llu", (unsigned long long)structure->size);
		for (size_t j = 0; j < structure->member_count; j++) {
			dump_field(" member ", structure->members[j].name, stream);
			fprintf(stream, " %llu %llu",
				(unsigned long long)structure->members[j].place,
				(unsigned long long)structure->members[j].size);
		}
		dump_place(" at ", &structure->place, stream);
		fputc('\n', stream);
	}
	for (size_t i = 0; i < unit->constant_count; i++) {
		dump_field("constant ", unit->constants[i].name, stream);
		fprintf(stream, " %lld", (long long)unit->constants[i].value);
		dump_place(" at ", &unit->constants[i].place, stream);
		fputc('\n', stream);
	}
	for (size_t i = 0; i < unit->variable_count; i++) {
		dump_field("variable ", unit->variables[i].name, stream);
		if (unit->variables[i].function)
			dump_field(" in ", unit->variables[i].function, stream);
		dump_place(" at ", &unit->variables[i].place, stream);
		fputc('\n', stream);
	}
}

static void dump_unit(const struct note_unit *unit, FILE *stream)
{
	dump_field("unit ", unit->tag, stream);
	dump_place(" source ", &unit->place, stream);
	dump_field(" klpmake ", unit->plugin, stream);
	dump_field(" gcc ", unit->compiler, stream);
	fputc('\n', stream);
	for (size_t i = 0; i < unit->ref_count; i++)
		dump_ref(&unit->refs[i], stream);
	for (size_t i = 0; i < unit->patch_count; i++)
		dump_patch(&unit->patches[i], stream);
	for (size_t i = 0; i < unit->def_count; i++) {
		dump_field("def ", unit->defs[i].name, stream);
		dump_field(" type ", unit->defs[i].signature, stream);
		fputc('\n', stream);
	}
	for (size_t i = 0; i < unit->callback_count; i++) {
		dump_field("callback ", unit->callbacks[i].kind, stream);
		dump_place(" at ", &unit->callbacks[i].place, stream);
		fputc('\n', stream);
	}
	dump_own(unit, stream);
}

void note_dump(const struct note *note, FILE *stream)
{
	for (size_t i = 0; i < note->unit_count; i++)
		dump_unit(&note->units[i], stream);
}
