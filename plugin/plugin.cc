/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * klpmake.so: notes in each object of a livepatch what it refers to and what it replaces. A file without
 * a tag passes through untouched. This file hooks the stages into GCC, hands each what it needs of those
 * before it, and says in which order the note is written. In the order in which a compilation passes
 * through them:
 *
 *	tag.cc		while the file is lexed: which kernel source does it belong to
 *	attribute.cc	while it is parsed: KLPMAKE_LOCAL, KLPMAKE_LOCAL_IN
 *	reference.cc	while it is parsed: accept undefined static functions; before the
 *			interprocedural passes: name and collect what the file refers to
 *	own-type.cc	while it is parsed: types that the file defines itself
 *	own-variable.cc	before the interprocedural passes: variables that it defines itself
 *	klp-func.cc	before the interprocedural passes: collect every struct klp_func
 *	note.cc		at the end of the assembler file: write what was collected
 *
 * In patch mode, a whole source file of the kernel is compiled:
 *
 *	digest.cc	once before and once after it is patched: write what it means, before GCC optimises it;
 *			digest-body.cc, digest-asm.cc, digest-tree.cc, digest-type.cc, digest-attribute.cc and
 *			digest-text.cc make the texts
 *	plan.cc		when the plugin is loaded: read what klp-plan says
 *	carve.cc	before reference.cc collects: keep what the livepatch replaces, refer to the rest
 *
 * symbol-name.cc, signature.cc and structure.cc, which name symbols and spell types, are everybody's. A file includes
 * the headers of those that it calls, and no two call each other, be it through others.
 *
 * Arguments: -fplugin-arg-klpmake-source=PATH, the tag of a file that cannot carry one; for patch mode
 * digest=FILE, compile=yes and plan=FILE.
 */
#include "gcc-compat.h"
#include "attribute.h"
#include "carve.h"
#include "digest.h"
#include "klp-func.h"
#include "klp-list.h"
#include "note.h"
#include "own-type.h"
#include "own-variable.h"
#include "plan.h"
#include "reference.h"
#include "symbol-name.h"
#include "tag.h"

extern "C" {
__attribute__((visibility("default"))) int plugin_is_GPL_compatible;
__attribute__((visibility("default"))) int plugin_init(struct plugin_name_args *,
						       struct plugin_gcc_version *);
}

static const char *source_argument, *digest_argument, *compile_argument, *plan_argument,
	*entries_argument;

static struct plugin_info information = {
	KLPMAKE_VERSION,
	"Records references to kernel symbols in files tagged with //KLPMAKE.\n"
	"  source=PATH  the kernel source that the file belongs to, instead of a tag in it\n"
	"  digest=FILE  write there what the file means, and compile nothing\n"
	"  compile=yes  with digest: compile it all the same\n"
	"  plan=FILE    keep what klp-plan says of a whole kernel source file\n"
	"  entries=yes  each replacement belongs to the kernel source that a #line names\n",
};

static void on_start_unit(void *, void *)
{
	tag_start(source_argument, reference_accept_undefined);
}

static void on_attributes(void *, void *)
{
	attribute_register();
}

static void on_finish_decl(void *decl, void *)
{
	attribute_check_declaration((tree)decl);
	reference_see_declaration((tree)decl);
	if (tag_path())
		reference_accept_undefined();
}

static void on_finish_type(void *type, void *)
{
	if (tag_path() && !plan_is_there())
		own_type_see((tree)type);
}

static void on_finish_function(void *decl, void *)
{
	if (tag_path())
		reference_see_definition((tree)decl);
}

static void on_pre_genericize(void *, void *)
{
	if (tag_path())
		reference_accept_undefined();
}

static void on_ggc_marking(void *, void *)
{
	reference_mark();
	own_type_mark();
}

/* Were there errors, or warnings that -Werror makes such? */
static bool has_errors(void)
{
	return seen_error() || werrorcount;
}

/* What the plan and the attributes say of a declaration. */
static void origin_of(tree decl, struct reference_origin *origin)
{
	/* There is one in each module: the linker is not to take the livepatch's own for the kernel's. */
	static const char module[] = "__this_module";
	struct carve_origin carved;

	carve_find_origin(decl, &carved);
	*origin = { .local = carved.local,
		    .own_name = false,
		    .function = carved.function,
		    .name = carved.name,
		    .section = carved.section,
		    .line = carved.line };
	if (origin->local)
		return;
	origin->local = attribute_is_local(decl, &origin->function);
	/* An asm label tells the kernel's name where the author wants another one in C. */
	origin->name = symbol_name(decl);
	origin->own_name = plan_is_there() && !strcmp(origin->name, module);
}

/* The file is nobody's patch source. */
static void write_digest(void)
{
	if (!has_errors())
		digest_write(digest_argument);
	/* Has nobody asked for code? */
	if (!compile_argument)
		exit(has_errors() ? FATAL_EXIT_CODE : SUCCESS_EXIT_CODE);
}

static void on_ipa_passes(void *, void *)
{
	if (digest_argument) {
		write_digest();
		return;
	}
	if (!tag_path()) {
		attribute_check_untagged();
		klp_func_check_untagged();
		return;
	}
	if (flag_lto)
		error("%<-flto%> does not go together with klpmake: the symbols have to keep their names");
	if (plan_is_there())
		carve_apply();
	attribute_check_definitions();
	reference_collect(tag_unit_id(), origin_of);
	klp_func_collect();
	klp_list_check();
	if (!plan_is_there()) {
		own_type_collect();
		own_variable_collect();
	}
}

static void on_finish_unit(void *, void *)
{
	struct note_unit unit = {};

	if (digest_argument || !tag_path() || has_errors())
		return;
	unit.tag = tag_path();
	unit.source = compat_main_file();
	unit.line = tag_line();
	unit.plugin = KLPMAKE_VERSION;
	unit.compiler = gcc_version.basever;
	if (!note_open())
		return;
	note_unit(&unit);
	reference_write();
	own_type_write();
	own_variable_write();
	/* The last: what follows is another source's, where each has its own. */
	klp_func_write(entries_argument ? &unit : NULL);
	note_close();
}

/* OPT_iplugindir_ is what the driver adds to OPT_fplugin_. */
static bool is_plugin_option(const cl_decoded_option *option)
{
	return option->opt_index == OPT_fplugin_ || option->opt_index == OPT_fplugin_arg_ ||
	       option->opt_index == OPT_iplugindir_;
}

/*
 * GCC writes its options into the debug information and, with -frecord-gcc-switches, into the
 * object. Those of the plugin would make a difference in files that it leaves alone.
 */
static void hide_options(void)
{
	unsigned int kept = 0;

	for (unsigned int i = 0; i < save_decoded_options_count; i++)
		if (!is_plugin_option(&save_decoded_options[i]))
			save_decoded_options[kept++] = save_decoded_options[i];
	save_decoded_options_count = kept;
}

/* Where the value of the argument KEY goes; NULL: there is no such argument. */
static const char **argument_place(const char *key)
{
	if (!strcmp(key, "source"))
		return &source_argument;
	if (!strcmp(key, "digest"))
		return &digest_argument;
	if (!strcmp(key, "compile"))
		return &compile_argument;
	if (!strcmp(key, "entries"))
		return &entries_argument;
	return !strcmp(key, "plan") ? &plan_argument : NULL;
}

static bool parse_arguments(struct plugin_name_args *name)
{
	for (int i = 0; i < name->argc; i++) {
		const struct plugin_argument *argument = &name->argv[i];
		const char **place = argument_place(argument->key);

		if (!place) {
			error("plugin %qs has no argument %qs: it has %<-fplugin-arg-%s-source=PATH%>",
			      name->base_name, argument->key, name->base_name);
			return false;
		}
		if (!argument->value) {
			error("the argument %<-fplugin-arg-%s-%s=PATH%> needs a path",
			      name->base_name, argument->key);
			return false;
		}
		if (*place && strcmp(*place, argument->value)) {
			error("%<-fplugin-arg-%s-%s=%> is given twice: %qs, %qs", name->base_name,
			      argument->key, *place, argument->value);
			return false;
		}
		*place = argument->value;
	}
	if (entries_argument && strcmp(entries_argument, "yes")) {
		error("%<-fplugin-arg-%s-entries=yes%> has no other value", name->base_name);
		return false;
	}
	if (compile_argument && (!digest_argument || strcmp(compile_argument, "yes"))) {
		error("%<-fplugin-arg-%s-compile=yes%> goes with %<-fplugin-arg-%s-digest=%>, and has "
		      "no other value",
		      name->base_name, name->base_name);
		return false;
	}
	if (plan_argument && !source_argument) {
		error("%<-fplugin-arg-%s-plan=%> needs %<-fplugin-arg-%s-source=%>",
		      name->base_name, name->base_name);
		return false;
	}
	return true;
}

static void report_difference(const char *field, const char *built_for, const char *running)
{
	if (strcmp(built_for, running))
		inform(UNKNOWN_LOCATION, "%s: built for %qs, running %qs", field, built_for,
		       running);
}

/*
 * A plugin uses GCC's inner interfaces, so that it works with the very GCC that it was built for.
 */
static bool check_version(const char *plugin, struct plugin_gcc_version *running)
{
	if (plugin_default_version_check(running, &gcc_version))
		return true;
	error("plugin %qs was built for another GCC: build klpmake with "
	      "%<--with-target-gcc=%> this one",
	      plugin);
	report_difference("version", gcc_version.basever, running->basever);
	report_difference("date", gcc_version.datestamp, running->datestamp);
	report_difference("phase", gcc_version.devphase, running->devphase);
	report_difference("revision", gcc_version.revision, running->revision);
	report_difference("configuration", gcc_version.configuration_arguments,
			  running->configuration_arguments);
	return false;
}

int plugin_init(struct plugin_name_args *name, struct plugin_gcc_version *running)
{
	if (!check_version(name->full_name, running) || !parse_arguments(name))
		return 1;
	if (plan_argument) {
		plan_read(plan_argument);
		/* It would refer to what is not there any more. */
		write_symbols = NO_DEBUG;
		debug_info_level = DINFO_LEVEL_NONE;
	}
	hide_options();
	register_callback(name->base_name, PLUGIN_INFO, NULL, &information);
	register_callback(name->base_name, PLUGIN_START_UNIT, on_start_unit, NULL);
	register_callback(name->base_name, PLUGIN_ATTRIBUTES, on_attributes, NULL);
	register_callback(name->base_name, PLUGIN_FINISH_DECL, on_finish_decl, NULL);
	register_callback(name->base_name, PLUGIN_FINISH_TYPE, on_finish_type, NULL);
	register_callback(name->base_name, PLUGIN_FINISH_PARSE_FUNCTION, on_finish_function, NULL);
	register_callback(name->base_name, PLUGIN_PRE_GENERICIZE, on_pre_genericize, NULL);
	register_callback(name->base_name, PLUGIN_GGC_MARKING, on_ggc_marking, NULL);
	register_callback(name->base_name, PLUGIN_ALL_IPA_PASSES_START, on_ipa_passes, NULL);
	register_callback(name->base_name, PLUGIN_FINISH_UNIT, on_finish_unit, NULL);
	return 0;
}
