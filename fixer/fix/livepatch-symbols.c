/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is to become of a module's undefined symbols. Comes in: the module's symbol table and the
 * references in its note. Goes out: those that are livepatch symbols. The others are left to the
 * kernel's module loader.
 *
 * That one knows what the image and other modules export. But a reference to what a module exports
 * makes the livepatch depend on that module: it could be loaded only after it, and would keep it
 * from being unloaded. Code that belongs to a module therefore refers to other modules by livepatch
 * symbols too, which the kernel resolves when the patched module is there.
 */
#include <stdlib.h>
#include <string.h>

#include "fix/livepatch-internal.h"
#include "fix/per-cpu.h"
#include "fix/prototype.h"

/* What one file of the patch means by a symbol. */
struct binding {
	bool plain;		  /* the module loader's, no livepatch symbol */
	struct resolved resolved; /* unless PLAIN */
	struct kernel_object *needed_by;
	const struct note_ref *ref;
};

static struct wanted wanted_of(const struct note_ref *ref)
{
	return (struct wanted){
		.name = ref->name,
		.function = ref->function,
		.line = ref->declared,
		.kind = ref->kind == KLP_NOTE_FUNCTION ? DEFINITION_FUNCTION : DEFINITION_VARIABLE,
		.place = ref->place,
	};
}

static bool is_patched(const struct planner *planner, const char *object)
{
	for (size_t i = 0; i < planner->object_count; i++)
		if (!strcmp(planner->objects[i]->name, object))
			return true;
	for (size_t i = 0; i < planner->note->unit_count; i++) {
		const struct source *source = planner->sources[i];

		if (source->object && !strcmp(source->object->name, object))
			return true;
	}
	return false;
}

/* Code of the image uses what MODULE exports. The livepatch then depends on that module. */
static int bind_export_to_image(const struct planner *planner, const struct note_ref *ref,
				const char *module, struct binding *binding)
{
	binding->plain = true;
	if (!is_patched(planner, module)) {
		diag_warning(
			&ref->place, "depends",
			"'%s' is exported by the module '%s': the livepatch can be loaded only "
			"when that is loaded, and keeps it",
			ref->name, module);
		return 0;
	}
	diag_error(
		&ref->place, "depends",
		"code of vmlinux cannot use '%s' of the module '%s', which the patch also patches: "
		"that module need not be loaded",
		ref->name, module);
	diag_note(NULL,
		  "use it in a file that is tagged with a source of '%s', or take its address "
		  "with symbol_get() where it is needed",
		  module);
	return -1;
}

/* Code of SOURCE, of a module, uses what another MODULE exports. */
static int bind_export(struct planner *planner, const struct source *source,
		       const struct note_ref *ref, const char *module, struct binding *binding)
{
	struct target *target = planner->resolver->target;
	struct kernel_object *object = target_object(target, module, &ref->place);
	const struct elf_symbol *symbol = object ? resolve_global(object, ref->name) : NULL;
	struct wanted wanted = wanted_of(ref);
	int needed;

	if (!object)
		return -1;
	if (!symbol) {
		diag_error(&ref->place, "no-symbol",
			   "the module '%s' does not have '%s', which it exports according to '%s'",
			   module, ref->name, target->symvers);
		return -1;
	}
	needed = target_needs(target, source->object, module);
	if (needed < 0)
		diag_warning(
			&ref->place, "depends",
			"'%s' is exported by the module '%s': whether '%s' depends on that is not "
			"known, as debug files are missing",
			ref->name, module, source->object->name);
	if (!needed) {
		int result =
			diag_refuse(&ref->place, "depends",
				    "'%s' is exported by the module '%s', on which '%s' does not "
				    "depend",
				    ref->name, module, source->object->name);

		diag_note(NULL,
			  "while the livepatch is there, '%s' could be loaded only after '%s'; use "
			  "--allow=depends if that is meant",
			  source->object->name, module);
		if (result)
			return result;
	}
	binding->needed_by = source->object;
	return resolve_symbol(planner->resolver, object, symbol, &wanted, &binding->resolved);
}

static int resolve_ref(struct planner *planner, struct source *source, const struct note_ref *ref,
		       struct binding *binding)
{
	struct wanted wanted = wanted_of(ref);
	struct resolver *resolver = planner->resolver;
	int result;

	if (ref->scope == KLP_NOTE_LOCAL)
		result = resolve_in_source(resolver, source, &wanted, &binding->resolved);
	else
		result = resolve_extern(resolver, source, &wanted, &binding->resolved);
	if (result)
		return -1;
	binding->needed_by = binding->resolved.object;
	return 0;
}

/* What the image exports; a module is not opened for that. */
static int check_exported(const struct planner *planner, const struct note_ref *ref,
			  const char *exporter)
{
	const struct kernel_object *vmlinux = planner->resolver->target->vmlinux;
	const struct elf_symbol *symbol = NULL;

	if (!strcmp(exporter, vmlinux->name))
		symbol = resolve_global(vmlinux, ref->name);
	return symbol ? per_cpu_check(ref, vmlinux, symbol) : 0;
}

/* EXPORTER: of the symbol, NULL: nobody exports it. */
static int bind(struct planner *planner, struct source *source, const struct note_ref *ref,
		const char *exporter, struct binding *binding)
{
	struct target *target = planner->resolver->target;
	struct declared declared = {
		.name = ref->name,
		.signature = ref->signature,
		.is_function = ref->kind == KLP_NOTE_FUNCTION,
		.place = ref->place,
		.source = source,
	};
	bool own;
	int result;

	memset(binding, 0, sizeof(*binding));
	binding->ref = ref;
	if (!source->object)
		return -1; /* the tag was reported */
	/* A module's own symbols come first, as for the linker that made it. */
	own = ref->scope == KLP_NOTE_LOCAL || !exporter ||
	      (target_is_module(target, source->object) &&
	       resolve_global(source->object, ref->name));
	if (own) {
		result = resolve_ref(planner, source, ref, binding);
	} else if (!strcmp(exporter, target->vmlinux->name)) {
		binding->plain = true;
		result = 0;
	} else if (!target_is_module(target, source->object)) {
		result = bind_export_to_image(planner, ref, exporter, binding);
	} else {
		result = bind_export(planner, source, ref, exporter, binding);
	}
	if (!result && binding->plain)
		result = check_exported(planner, ref, exporter);
	if (result || binding->plain)
		return result;
	if (per_cpu_check(ref, binding->resolved.object, binding->resolved.symbol))
		return -1;
	return prototype_check(planner->resolver, &declared, &binding->resolved);
}

static const char *livepatch_name(struct arena *arena, const struct resolved *resolved)
{
	return arena_printf(arena, LIVEPATCH_SYM_PREFIX "%s.%s,%lu", resolved->object->name,
			    resolved->symbol->name, resolved->position);
}

static void add_object(struct livepatch *livepatch, const struct kernel_object *object)
{
	for (size_t i = 0; i < livepatch->object_count; i++)
		if (livepatch->objects[i] == object)
			return;
	livepatch->objects = array_grow(livepatch->objects, livepatch->object_count,
					sizeof(*livepatch->objects));
	livepatch->objects[livepatch->object_count++] = object;
}

static void add_symbol(struct planner *planner, uint32_t symbol, const struct binding *binding)
{
	struct livepatch *livepatch = planner->livepatch;
	struct livepatch_symbol *added;

	livepatch->symbols =
		array_grow(livepatch->symbols, livepatch->symbol_count, sizeof(*added));
	added = &livepatch->symbols[livepatch->symbol_count++];
	added->symbol = symbol;
	added->name = livepatch_name(planner->resolver->arena, &binding->resolved);
	added->source_name = binding->ref->name;
	added->place = binding->ref->place;
	added->pointer_place = binding->ref->pointer_place;
	added->resolved = binding->resolved;
	added->needed_by = binding->needed_by;
	livepatch->by_symbol[symbol] = (uint32_t)livepatch->symbol_count;
}

/* "an exported symbol", or the file that has it. */
static const char *binding_name(const struct binding *binding)
{
	const char *file = binding->plain ? NULL : resolve_file(&binding->resolved);

	return binding->plain ? "an exported symbol" : file ? file : binding->resolved.object->name;
}

/* Two files' references to one name, which "ld -r" made one symbol, mean different symbols. */
static int report_conflict(const struct binding *binding, const struct binding *other)
{
	diag_error(&binding->ref->place, "conflict",
		   "'%s' means another symbol here, of '%s', than in another file of the patch",
		   binding->ref->name, binding_name(binding));
	diag_note(&other->ref->place, "the other one, of '%s'", binding_name(other));
	diag_note(NULL,
		  "mark the declarations with KLPMAKE_LOCAL, or declare the functions static");
	return -1;
}

static bool same_binding(const struct binding *a, const struct binding *b)
{
	return a->plain == b->plain && (a->plain || a->resolved.symbol == b->resolved.symbol);
}

/*
 * Binds an undefined symbol as every file that refers to it means it. *RECORDED: some file does.
 */
static int plan_symbol(struct planner *planner, const struct elf_symbol *symbol, bool *recorded)
{
	const char *exporter = target_exporter(planner->resolver->target, symbol->name);
	struct binding first, binding;
	bool known = false;
	int result = 0;

	for (size_t i = 0; i < planner->note->unit_count; i++) {
		const struct note_unit *unit = &planner->note->units[i];

		for (size_t j = 0; j < unit->ref_count; j++) {
			const struct note_ref *ref = &unit->refs[j];

			if (strcmp(ref->elf_name, symbol->name))
				continue;
			*recorded = true;
			if (bind(planner, planner->sources[i], ref, exporter, &binding)) {
				result = -1;
				continue;
			}
			if (!binding.plain)
				add_object(planner->livepatch, binding.needed_by);
			if (!known)
				first = binding;
			else if (!same_binding(&binding, &first))
				result = report_conflict(&binding, &first);
			else if (binding.needed_by != first.needed_by)
				first.needed_by = NULL;
			known = true;
		}
	}
	if (known && !first.plain)
		add_symbol(planner, symbol->index, &first);
	*recorded = *recorded || exporter;
	return result;
}

static int report_unrecorded(const struct planner *planner, const struct elf_symbol *symbol)
{
	struct diag_place place = { planner->module->path, 0 };

	diag_error(&place, "unknown",
		   "undefined symbol '%s': the kernel does not export it, and no tagged file "
		   "refers to it in C",
		   symbol->name);
	diag_note(
		NULL,
		"give the file that uses it a tag, '//KLPMAKE path'; what assembler code names has to be "
		"exported; of a diff, look whether it is one for this kernel");
	return -1;
}

bool livepatch_depends_on(const struct livepatch *livepatch, const char *name)
{
	const struct elf_file *module = livepatch->module;

	for (size_t i = 1; i < module->symbol_count; i++) {
		const char *exporter;

		if (module->symbols[i].section != SHN_UNDEF || livepatch->by_symbol[i])
			continue;
		exporter = target_exporter(livepatch->target, module->symbols[i].name);
		if (exporter && !strcmp(exporter, name))
			return true;
	}
	/* Something else than a symbol it must be that it is listed for. */
	return !target_has_exports_of(livepatch->target, name);
}

int livepatch_symbols_plan(struct planner *planner)
{
	const struct elf_file *module = planner->module;
	int result = 0;

	for (size_t i = 1; i < module->symbol_count; i++) {
		const struct elf_symbol *symbol = &module->symbols[i];
		bool recorded = false;

		if (symbol->section != SHN_UNDEF || !*symbol->name || symbol->binding == STB_LOCAL)
			continue;
		if (plan_symbol(planner, symbol, &recorded))
			result = -1;
		else if (!recorded && symbol->binding != STB_WEAK)
			result = report_unrecorded(planner, symbol);
	}
	return result;
}
