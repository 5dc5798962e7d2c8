/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes .note.klpmake into the assembler file, in the format of klpmake-note.h. Comes in: records, field by
 * field, from the stages that collected them, at the end of the assembler file. Goes out: assembler
 * directives, so that the target's byte order and its relocations are the assembler's business.
 */
#include "gcc-compat.h"
#include "note.h"

#include "klpmake-note.h"

/* The record that is being written: its strings follow its fields. */
static struct {
	unsigned int type;
	unsigned int fixed_size; /* bytes of all fields */
	unsigned int size;	 /* bytes of fields and strings so far */
	struct obstack fields;	 /* directives */
	struct obstack strings;
} record;

static void ATTRIBUTE_PRINTF_2 directive(struct obstack *out, const char *format, ...)
{
	va_list arguments;
	char *text;

	va_start(arguments, format);
	text = xvasprintf(format, arguments);
	va_end(arguments);
	obstack_grow(out, text, strlen(text));
	free(text);
}

void note_begin(unsigned int type, unsigned int fixed_size)
{
	record.type = type;
	record.fixed_size = record.size = fixed_size;
	obstack_init(&record.fields);
	obstack_init(&record.strings);
}

void note_u32(unsigned int value)
{
	directive(&record.fields, "\t.4byte\t%u\n", value);
}

void note_u64(unsigned HOST_WIDE_INT value)
{
	directive(&record.fields, "\t.8byte\t%llu\n", (unsigned long long)value);
}

void note_address(const char *symbol, unsigned HOST_WIDE_INT offset)
{
	directive(&record.fields, "\t.8byte\t%s+%llu\n", symbol, (unsigned long long)offset);
}

void note_string(const char *text)
{
	if (!text) {
		note_u32(0);
		return;
	}
	note_u32(record.size);
	record.size += strlen(text) + 1;
	directive(&record.strings, "\t.ascii\t\"");
	for (; *text; text++) {
		if (ISPRINT(*text) && *text != '"' && *text != '\\')
			obstack_1grow(&record.strings, *text);
		else
			directive(&record.strings, "\\%03o", (unsigned char)*text);
	}
	directive(&record.strings, "\\000\"\n");
}

void note_file(const char *name)
{
	note_string(name ? remap_debug_filename(name) : NULL);
}

void note_end(void)
{
	const unsigned int header = 12 + sizeof(KLP_NOTE_NAME);
	unsigned int padding = -(header + record.size) % KLP_NOTE_RECORD_ALIGN;

	obstack_1grow(&record.fields, '\0');
	obstack_1grow(&record.strings, '\0');
	fprintf(asm_out_file, "\t.4byte\t%u, %u, %u\n\t.ascii\t\"" KLP_NOTE_NAME "\\000\"\n",
		(unsigned int)sizeof(KLP_NOTE_NAME), record.size + padding, record.type);
	fputs((char *)obstack_finish(&record.fields), asm_out_file);
	fputs((char *)obstack_finish(&record.strings), asm_out_file);
	if (padding)
		fprintf(asm_out_file, "\t.zero\t%u\n", padding);
	obstack_free(&record.fields, NULL);
	obstack_free(&record.strings, NULL);
}

bool note_open(void)
{
	if (!asm_out_file)
		return false;
	/* '%', as '@' starts a comment on some targets. */
	fputs("\t.pushsection\t" KLP_NOTE_SECTION ",\"\",%note\n\t.balign\t4\n" KLP_NOTE_UNIT_SYMBOL
	      ":\n",
	      asm_out_file);
	return true;
}

void note_unit(const struct note_unit *unit)
{
	note_begin(KLP_NOTE_UNIT, sizeof(struct klp_note_unit));
	note_u32(KLP_NOTE_VERSION);
	note_string(unit->tag);
	note_file(unit->source);
	note_u32(unit->line);
	note_string(unit->plugin);
	note_string(unit->compiler);
	note_end();
}

void note_close(void)
{
	fputs("\t.popsection\n", asm_out_file);
}
