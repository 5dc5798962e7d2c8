/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The file that a diff is of. Comes in: the two names of a diff. Goes out: a path in the source, and whether a
 * livepatch can have such a change, need not have it, or cannot.
 */
#include "plan/diff-file.h"

#include <regex.h>
#include <string.h>
#include <sys/stat.h>

#include "base/diag.h"
#include "base/input-file.h"
#include "klpmake-path.h"

/* States of a file, as numbers of a name table's entries. */
enum {
	UNTOUCHED,
	CREATED,
	GONE,
};

/* Paths that match PATTERN, an extended regular expression, are treated alike. */
struct rule {
	const char *pattern;
	const char *reason; /* why such files are refused */
	regex_t compiled;
	bool is_compiled;
};

static struct rule ignored[] = {
	{ "^(Documentation|tools|scripts|samples|LICENSES|usr|rust)/", NULL, { 0 }, false },
	{ "\\.(rst|txt|yaml|dts|dtsi)$", NULL, { 0 }, false },
	{ "(^|/)(\\.[^/]*|README[^/]*|TODO)$", NULL, { 0 }, false },
	{ "(selftest|kunit)s?/", NULL, { 0 }, false },
};

/* What the kernel has of folders, or of kinds of files, that are no part of it otherwise. */
static struct rule code_elsewhere[] = {
	{ "^tools/lib/bpf/relo_core\\.[ch]$|^scripts/dtc/libfdt/",
	  "compiled into the kernel from outside of its own folders",
	  { 0 },
	  false },
	{ "^arch/x86/lib/x86-opcode-map\\.txt$",
	  "what Kbuild makes code of the kernel of",
	  { 0 },
	  false },
};

/* Headers of which Kbuild makes other files of the kernel, by their lines or comments. */
static const struct {
	const char *path, *made;
} sources[] = {
	{ "include/linux/oid_registry.h", "lib/oid_registry_data.c" },
	{ "arch/x86/include/asm/cpufeatures.h", "arch/x86/kernel/cpu/capflags.c" },
	{ "arch/x86/include/asm/vmxfeatures.h", "arch/x86/kernel/cpu/capflags.c" },
	{ "include/uapi/linux/capability.h", "security/apparmor/capability_names.h" },
	{ "include/linux/socket.h", "security/apparmor/net_names.h" },
};

static struct rule refused[] = {
	{ "^arch/[^/]*/boot/|^drivers/firmware/efi/libstub/|^arch/[^/]*/purgatory/",
	  "boot code, which has run long before the livepatch",
	  { 0 },
	  false },
	{ "^arch/[^/]*/realmode/rm/", "real mode code, which is an image of its own", { 0 }, false },
	{ "(^|/)vdso(32|64)?(/|-|\\.)",
	  "code of the vDSO, which processes have mapped",
	  { 0 },
	  false },
	{ "\\.(S|s|lds|asm)$", "assembler, and only functions in C can be replaced", { 0 }, false },
	{ "(^|/)(Makefile|Kbuild|Kconfig)[^/]*$|\\.config$",
	  "part of how the kernel is configured and built, which a livepatch cannot change",
	  { 0 },
	  false },
};

/* C files that are the kernel's own code, in folders of what is refused. */
static struct rule taken = { "(^|/)vdso/(datastore|extable|vdso32-setup|vma)\\.c$",
			     NULL,
			     { 0 },
			     false };

static bool matches(struct rule *rule, const char *path)
{
	int result;

	if (!rule->is_compiled && regcomp(&rule->compiled, rule->pattern, REG_EXTENDED | REG_NOSUB))
		out_of_memory(); /* the patterns are right */
	rule->is_compiled = true;
	result = regexec(&rule->compiled, path, 0, NULL, 0);
	if (result && result != REG_NOMATCH)
		out_of_memory();
	return !result;
}

/* The first of COUNT rules that PATH matches; NULL: none. */
static const struct rule *find_rule(struct rule *rules, size_t count, const char *path)
{
	for (size_t i = 0; i < count; i++)
		if (matches(&rules[i], path))
			return &rules[i];
	return NULL;
}

static bool has_source_ending(const char *path)
{
	return string_ends_with(path, ".c") || string_ends_with(path, ".h") ||
	       string_ends_with(path, ".inc") || string_ends_with(path, ".def");
}

/* Why a livepatch cannot have a change of PATH; NULL: it can. */
static const char *refusal(const char *path)
{
	const struct rule *rule;

	if (matches(&taken, path))
		return NULL;
	rule = find_rule(refused, ARRAY_SIZE(refused), path);
	if (rule)
		return rule->reason;
	return has_source_ending(path)
		       ? NULL
		       : "no C source, and klpmake cannot tell what it does to the kernel";
}

/* Is PATH of an architecture that is not the kernel's? */
static bool is_of_other_arch(const struct diff_tree *tree, const char *path)
{
	size_t length = tree->arch ? strlen(tree->arch) : 0;

	if (!length || !string_starts_with(path, "arch/"))
		return false;
	path += strlen("arch/");
	return strchr(path, '/') && (strncmp(path, tree->arch, length) || path[length] != '/');
}

static bool is_ignored(const struct diff_tree *tree, const char *path)
{
	if (find_rule(ignored, ARRAY_SIZE(ignored), path))
		return true;
	if (!strchr(path, '/'))
		return strcmp(path, "Makefile") && strcmp(path, "Kbuild") &&
		       strcmp(path, "Kconfig");
	return is_of_other_arch(tree, path);
}

static bool is_in_source(const struct diff_tree *tree, const char *path)
{
	struct stat status;

	return input_file_status(arena_printf(tree->arena, "%s/%s", tree->source, path), &status) &&
	       !S_ISDIR(status.st_mode);
}

static bool exists(const struct diff_tree *tree, const char *path)
{
	const struct name_entry *entry = name_table_find(&tree->states, path);

	if (!*path || (entry && entry->number == GONE))
		return false;
	return (entry && entry->number == CREATED) || is_in_source(tree, path);
}

const char *diff_file_stripped(const char *name)
{
	const char *slash = strchr(name, '/');

	return slash ? slash + strspn(slash, "/") : name;
}

/* How many of the folders that PATH leads through are in the source. */
static unsigned int known_folders(const struct diff_tree *tree, const char *path)
{
	unsigned int count = 0;
	struct stat status;

	for (const char *end = strchr(path, '/'); end; end = strchr(end + 1, '/')) {
		const char *folder =
			arena_printf(tree->arena, "%s/%.*s", tree->source, (int)(end - path), path);

		if (!input_file_status(folder, &status) || !S_ISDIR(status.st_mode))
			break;
		count++;
	}
	return count;
}

/*
 * With the first folder, or without it, as is usual. Files that are new, or none of the kernel's code, as those of
 * tools/testing, may not be in the source: folders that are tell what "tools/testing/a/b.c" is.
 */
static const char *path_of(const struct diff_tree *tree, const char *name)
{
	const char *stripped = diff_file_stripped(name);

	if (exists(tree, stripped))
		return stripped;
	if (exists(tree, name) || known_folders(tree, name) > known_folders(tree, stripped))
		return name;
	return stripped;
}

/* Where both names are of files, the new one's is the path, unless only the old one is there. */
static const char *path_of_both(const struct diff_tree *tree, const char *old, const char *new)
{
	const char *path = path_of(tree, strcmp(new, DIFF_NO_FILE) ? new : old);

	if (strcmp(old, DIFF_NO_FILE) && strcmp(new, DIFF_NO_FILE) && !exists(tree, path) &&
	    exists(tree, path_of(tree, old)))
		path = path_of(tree, old);
	return string_starts_with(path, "./") ? path + 2 : path;
}

/* Is NAME something else than folders below each other and a file? An empty one is another problem. */
static bool leads_out(const char *name)
{
	enum klp_path_flaw flaw = klp_path_flaw(name);

	return flaw != KLP_PATH_FINE && flaw != KLP_PATH_EMPTY;
}

static struct diff_file refuse(const char *class, const char *text)
{
	return (struct diff_file){ DIFF_REFUSED, DIFF_MODIFY, NULL, class, text };
}

static struct diff_file judge_path(const struct diff_tree *tree, const char *path)
{
	const struct rule *elsewhere = find_rule(code_elsewhere, ARRAY_SIZE(code_elsewhere), path);
	const char *reason;

	if (!elsewhere && is_ignored(tree, path))
		return (struct diff_file){ DIFF_IGNORED, DIFF_MODIFY, path, NULL, NULL };
	reason = elsewhere ? elsewhere->reason : refusal(path);
	if (reason)
		return refuse("unsupported", arena_printf(tree->arena, "'%s' is %s", path, reason));
	if (path[strspn(path, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
			      "_./+@~,=-")])
		return refuse(
			"patch",
			arena_printf(tree->arena,
				     "the path '%s' has a character that no kernel source has",
				     path));
	return (struct diff_file){ DIFF_TAKEN, DIFF_MODIFY, path, NULL, NULL };
}

/* What is made of PATH besides is not made again. */
static void warn_made(const char *path)
{
	struct diag_place place = { path, 0 };

	for (size_t i = 0; i < ARRAY_SIZE(sources); i++)
		if (!strcmp(sources[i].path, path))
			diag_warning(&place, "unsupported",
				     "Kbuild makes '%s' of this header, which stays as it is",
				     sources[i].made);
}

/* What follows may be later commits. */
static struct diff_file take(struct diff_tree *tree, enum diff_kind kind, const char *path)
{
	bool is_there = exists(tree, path);

	if (kind == DIFF_NEW && is_there)
		return refuse(
			"patch",
			arena_printf(
				tree->arena,
				"'%s' is to be created, but is there already: is the patch applied?",
				path));
	if (kind != DIFF_NEW && !is_there)
		return refuse("patch",
			      arena_printf(tree->arena, "the source has no file '%s'", path));
	warn_made(path);
	if (kind != DIFF_MODIFY)
		name_table_add(&tree->states, path)->number = kind == DIFF_NEW ? CREATED : GONE;
	return (struct diff_file){ DIFF_TAKEN, kind, path, NULL, NULL };
}

struct diff_file diff_file_judge(struct diff_tree *tree, const char *old, const char *new,
				 bool has_hunks)
{
	bool no_old = !strcmp(old, DIFF_NO_FILE), no_new = !strcmp(new, DIFF_NO_FILE);
	struct diff_file file;
	const char *path;

	if (leads_out(no_old ? new : old) || leads_out(no_new ? old : new))
		return refuse("patch",
			      arena_printf(tree->arena, "the path '%s' leads out of the source",
					   no_new ? old : new));
	path = path_of_both(tree, old, new);
	if (!*path)
		return refuse("patch", "the diff names no file");
	file = judge_path(tree, path);
	if (file.fate != DIFF_TAKEN)
		return file;
	if (!has_hunks)
		return refuse("patch",
			      arena_printf(tree->arena, "the diff of '%s' has no hunks", path));
	return take(tree, no_old ? DIFF_NEW : no_new ? DIFF_REMOVE : DIFF_MODIFY, path);
}

const char *diff_file_kind_name(enum diff_kind kind)
{
	static const char *const names[] = { "modify", "new", "remove" };

	return names[kind];
}

void diff_tree_free(struct diff_tree *tree)
{
	name_table_free(&tree->states);
}
