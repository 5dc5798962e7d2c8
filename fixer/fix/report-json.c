/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What was resolved, for programs. Comes in: the plan that was carried out. Goes out: JSON, in the
 * form that doc/json.md describes. What is there may be added to; what a name stands for only
 * changes with REPORT_FORMAT.
 */
#include "fix/report.h"

#include <string.h>

#include "config.h"
#include "elf/modinfo.h"
#include "kernel/module-file.h"

#define REPORT_FORMAT 1

/* A value that is being written; FIRST: no comma before the next member. */
struct json {
	FILE *stream;
	int depth;
	bool first;
};

static void put_text(struct json *json, const char *text)
{
	if (!text) {
		fputs("null", json->stream);
		return;
	}
	fputc('"', json->stream);
	for (; *text; text++) {
		unsigned char byte = (unsigned char)*text;

		if (byte == '"' || byte == '\\')
			fprintf(json->stream, "\\%c", byte);
		else if (byte < 0x20 || byte == 0x7f)
			fprintf(json->stream, "\\u%04x", byte);
		else
			fputc(byte, json->stream);
	}
	fputc('"', json->stream);
}

/* Begins a member, or an element for NAME NULL, on a line of its own. */
static void begin_member(struct json *json, const char *name)
{
	fprintf(json->stream, "%s\n%*s", json->first ? "" : ",", 2 * json->depth, "");
	json->first = false;
	if (!name)
		return;
	put_text(json, name);
	fputs(": ", json->stream);
}

static void begin(struct json *json, const char *name, char bracket)
{
	if (json->depth)
		begin_member(json, name);
	fputc(bracket, json->stream);
	json->depth++;
	json->first = true;
}

static void end(struct json *json, char bracket)
{
	json->depth--;
	if (!json->first)
		fprintf(json->stream, "\n%*s", 2 * json->depth, "");
	fputc(bracket, json->stream);
	json->first = false;
}

static void member_text(struct json *json, const char *name, const char *text)
{
	begin_member(json, name);
	put_text(json, text);
}

static void member_number(struct json *json, const char *name, unsigned long number)
{
	begin_member(json, name);
	fprintf(json->stream, "%lu", number);
}

/* As text: not every reader keeps 64 bits of a number. */
static void member_address(struct json *json, const char *name, uint64_t address)
{
	begin_member(json, name);
	fprintf(json->stream, "\"0x%llx\"", (unsigned long long)address);
}

static void member_place(struct json *json, const struct diag_place *place)
{
	member_text(json, "file", place->file);
	member_number(json, "line", place->line);
}

static void report_inputs(struct json *json, const struct elf_file *module,
			  const struct target *target)
{
	begin(json, "module", '{');
	member_text(json, "path", module->path);
	member_text(json, "build_id", elf_file_build_id(module, target->arena));
	member_text(json, "vermagic", modinfo_find(module, "vermagic"));
	end(json, '}');
	begin(json, "objects", '[');
	for (const struct kernel_object *object = target->vmlinux; object;
	     object = object == target->vmlinux ? target->modules : object->next) {
		begin(json, NULL, '{');
		member_text(json, "name", object->name);
		member_text(json, "path", object->elf.path);
		member_text(json, "build_id", elf_file_build_id(&object->elf, target->arena));
		end(json, '}');
	}
	end(json, ']');
	member_text(json, "symvers", target->symvers);
	member_text(json, "kallsyms", target->options.kallsyms);
}

static void report_units(struct json *json, const struct note *note)
{
	begin(json, "units", '[');
	for (size_t i = 0; i < note->unit_count; i++) {
		begin(json, NULL, '{');
		member_text(json, "tag", note->units[i].tag);
		member_place(json, &note->units[i].place);
		member_text(json, "compiler", note->units[i].compiler);
		end(json, '}');
	}
	end(json, ']');
}

static void report_resolved(struct json *json, const struct resolved *resolved, const char *by_name)
{
	member_text(json, "object", resolved->object->name);
	member_text(json, "symbol", resolved->symbol->name);
	member_number(json, "position", resolved->position);
	member_address(json, "address", resolved->symbol->value);
	member_text(json, "found_by", resolved->source ? "source" : by_name);
	member_text(json, "source", resolve_file(resolved));
}

static void report_livepatch(struct json *json, const struct livepatch *livepatch)
{
	begin(json, "references", '[');
	for (size_t i = 0; i < livepatch->symbol_count; i++) {
		begin(json, NULL, '{');
		member_text(json, "name", livepatch->symbols[i].source_name);
		member_place(json, &livepatch->symbols[i].place);
		member_text(json, "klp_symbol", livepatch->symbols[i].name);
		member_text(json, "needed_by",
			    livepatch->symbols[i].needed_by ? livepatch->symbols[i].needed_by->name
							    : NULL);
		report_resolved(json, &livepatch->symbols[i].resolved, "global");
		end(json, '}');
	}
	end(json, ']');
	begin(json, "replaced", '[');
	for (size_t i = 0; i < livepatch->function_count; i++) {
		const struct livepatch_function *function = &livepatch->functions[i];

		begin(json, NULL, '{');
		member_text(json, "name", function->patch->old_name);
		member_text(json, "replacement", function->patch->new_name);
		member_place(json, &function->patch->place);
		report_resolved(json, &function->resolved, "unique name");
		end(json, '}');
	}
	end(json, ']');
}

static void report_warnings(struct json *json)
{
	const struct diag_record *warnings;
	size_t count;

	warnings = diag_warnings(&count);
	begin(json, "warnings", '[');
	for (size_t i = 0; i < count; i++) {
		const struct diag_place place = { warnings[i].file, warnings[i].line };

		begin(json, NULL, '{');
		member_text(json, "class", warnings[i].class);
		member_place(json, &place);
		member_text(json, "text", warnings[i].text);
		end(json, '}');
	}
	end(json, ']');
}

void report_json(const struct elf_file *module, const char *name, const struct note *note,
		 const struct livepatch *livepatch, const struct target *target, FILE *stream)
{
	struct json json = { stream, 0, true };

	begin(&json, NULL, '{');
	member_number(&json, "format", REPORT_FORMAT);
	member_text(&json, "klpmake", PACKAGE_VERSION);
	member_text(&json, "name", name ? name : module_file_name(module, target->arena));
	report_inputs(&json, module, target);
	report_units(&json, note);
	report_livepatch(&json, livepatch);
	report_warnings(&json);
	end(&json, '}');
	fputc('\n', stream);
}
