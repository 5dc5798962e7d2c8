# SPDX-License-Identifier: GPL-2.0-or-later
#
# The mode for diffs of the kernel: from these to a livepatch. In the order in which it runs, a file for each
# stage in diff/:
#
#	entries		the folder of prepared sources, the cache, and its locks
#	source		the kernel's source, prepared once and kept there
#	prepared	what is used of it compared with what was prepared
#	apply		the patches, applied to copies of the files that they touch
#	units		the files to compile: which include what is touched, and how Kbuild compiles them
#	numbered	the touched files once more, with the old numbers of lines
#	tree		the patched source
#	jobs		how the compiler is run on many files
#	kept		what comes of a file without the patch, kept from run to run
#	first		a few of these units, to see whether a structure changes
#	narrow		which of these need not be compiled: the preprocessor makes the same of them
#	digest		of each unit as it was and as it is patched, by the compiler plugin, and objects: which
#			have changed
#	outside		what that was compiled with and is none of the kernel's source
#	sub-makes	the makes that Kbuild runs for a module, kept from run to run
#	module		each changed unit carved by the plugin, put together in a folder as authors write it
#
# What is to be found out is klp-plan's; its modes tell what they read and print.
#
# All this happens in the work folder $WORK:
#
#	files/		the touched files, patched
#	tree/		the patched source: symbolic links to the prepared one, but for the touched files
#	lines/		the touched files, patched, with numbered lines
#	diffs/		a diff for each touched file, and what patch said
#	jobs/		scripts that make runs, and their output
#	units/		what belongs to unit N, as N.old, N.new, N.plan and so on
#	module/		what Kbuild makes the module of
#
# shellcheck shell=bash

# shellcheck source=runtime/driver/diff/entries.sh
. "$KLPMAKE_RUNTIME/driver/diff/entries.sh" || exit 3
# shellcheck source=runtime/driver/diff/source.sh
. "$KLPMAKE_RUNTIME/driver/diff/source.sh" || exit 3
# shellcheck source=runtime/driver/diff/prepared.sh
. "$KLPMAKE_RUNTIME/driver/diff/prepared.sh" || exit 3
# shellcheck source=runtime/driver/diff/apply.sh
. "$KLPMAKE_RUNTIME/driver/diff/apply.sh" || exit 3
# shellcheck source=runtime/driver/diff/units.sh
. "$KLPMAKE_RUNTIME/driver/diff/units.sh" || exit 3
# shellcheck source=runtime/driver/diff/numbered.sh
. "$KLPMAKE_RUNTIME/driver/diff/numbered.sh" || exit 3
# shellcheck source=runtime/driver/diff/tree.sh
. "$KLPMAKE_RUNTIME/driver/diff/tree.sh" || exit 3
# shellcheck source=runtime/driver/diff/jobs.sh
. "$KLPMAKE_RUNTIME/driver/diff/jobs.sh" || exit 3
# shellcheck source=runtime/driver/diff/kept.sh
. "$KLPMAKE_RUNTIME/driver/diff/kept.sh" || exit 3
# shellcheck source=runtime/driver/diff/first.sh
. "$KLPMAKE_RUNTIME/driver/diff/first.sh" || exit 3
# shellcheck source=runtime/driver/diff/narrow.sh
. "$KLPMAKE_RUNTIME/driver/diff/narrow.sh" || exit 3
# shellcheck source=runtime/driver/diff/digest.sh
. "$KLPMAKE_RUNTIME/driver/diff/digest.sh" || exit 3
# shellcheck source=runtime/driver/diff/outside.sh
. "$KLPMAKE_RUNTIME/driver/diff/outside.sh" || exit 3
# shellcheck source=runtime/driver/diff/sub-makes.sh
. "$KLPMAKE_RUNTIME/driver/diff/sub-makes.sh" || exit 3
# shellcheck source=runtime/driver/diff/module.sh
. "$KLPMAKE_RUNTIME/driver/diff/module.sh" || exit 3

make_from_diffs() {
	local started name given

	set_now
	started=$NOW
	# What is kept in the cache is nobody else's to write to.
	umask go-w
	find_kernel
	find_parts
	check_make_words
	check_program "$KLPMAKE_PLAN" KLPMAKE_PLAN
	command -v patch >/dev/null || fail 3 "there is no patch" "$(machine_package patch)"
	name=$(module_name "${PATCHES[0]}")
	set_output "$name"
	! given=$(name_in "$OUTPUT") || name=$given
	check_name "$name"
	check_source
	prepare_source
	make_work "${TMPDIR:-/tmp}" klpmake
	[[ -z ${OPTION[keep-work]} ]] || note "the work folder is $WORK"
	check_path "the work folder" "$WORK"
	must mkdir "$WORK"/{files,diffs,units,jobs,lines,module}
	link_symvers
	apply_patches
	find_units
	number_lines
	make_tree
	find_includers
	compare_first_units
	find_commands "${!UNIT_OBJECTS[@]}"
	narrow_units
	[[ -z ${OPTION[dry-run]} ]] || show_units
	digest_units
	find_changes
	make_plan
	[[ -z ${OPTION[dry-run]} ]] || return 0
	make_late_headers
	replace_runtime_constants
	carve_units "$name"
	link_module "$name" "$OUTPUT"
	report_module "$OUTPUT" "$started"
}

# module_name PATCH: the livepatch's, of the first patch's. Of bytes, whatever the locale is.
module_name() {
	local name=${1##*/} LC_ALL=C

	name=${name%.patch}
	name=${name%.diff}
	name=${name//[!A-Za-z0-9_-]/_}
	name=${name:0:40}
	printf 'livepatch-%s\n' "${name:-patch}"
}

# set_output NAME: where the module goes, to OUTPUT. The folder is looked at before all the work.
set_output() {
	OUTPUT=${OPTION[output]:-$PWD}
	[[ ! -d $OUTPUT ]] || OUTPUT=${OUTPUT%/}/$1.ko
	[[ -d ${OUTPUT%/*}/ && -w ${OUTPUT%/*}/ ]] || fail 3 "cannot write to the folder of '$OUTPUT'"
}

# check_name NAME: the livepatch's. Parts of it have names of klpmake's own.
check_name() {
	case $1 in
	klpmake-begin | klpmake-main | namespaces | entries | unit-*)
		fail 1 "klpmake calls a part of the livepatch '$1' [name]" "-o NAME.ko says what the livepatch is called"
		;;
	esac
	(plan_kernel --program=klpmake --name -- "$1")
	pass_on $? klp-plan
}

# plan WORD...: klp-plan. To be run in a process of its own.
plan() {
	local words=()

	[[ -z ${OPTION[quiet]} ]] || words+=(--quiet)
	[[ -z ${OPTION[verbose]} ]] || words+=(--verbose)
	exec "$KLPMAKE_PLAN" "${words[@]}" "$@"
}

# plan_kernel WORD...: klp-plan, told which kernel it is.
plan_kernel() {
	local words=() word name

	for name in vmlinux debug-dir kallsyms notes build-id; do
		[[ -z ${OPTION[$name]} ]] || words+=("--$name=${OPTION[$name]}")
	done
	for word in "${MODULE_FILES[@]}"; do words+=(--object="$word"); done
	plan --release="${OPTION[release]}" "${words[@]}" "$@"
}

# ask FILE COMMAND WORD...: COMMAND is one of the two above, what it prints goes to FILE. Ends klpmake where
# klp-plan fails.
ask() {
	local file=$1

	shift
	make_files "$file"
	await "$@" >"$file"
	pass_on $? klp-plan
}
