# SPDX-License-Identifier: GPL-2.0-or-later
#
# From kernel diffs to a livepatch: the part of klpmake for PATCH arguments, read by it. In the order
# in which it runs, a file for each stage:
#
#	source		the kernel's source, prepared once and kept in the cache
#	apply		the patches, taken apart, judged and applied to copies of the files that they touch
#	units		the C files to compile, by klp-plan, and how, by Kbuild
#	macros		those of them that use changed macros
#	tree		the patched source
#	digest		of each unit as it was and as it is patched, by the compiler plugin
#	plan		what is replaced and kept, by klp-plan
#	module		each unit carved by the plugin, put together in a folder as authors write it
#
# All this happens in the work folder $scratch:
#
#	files/		the touched files, patched
#	tree/		the patched source: symbolic links to the prepared one, but for the touched files
#	diffs/		a diff for each touched file
#	jobs/		scripts that make runs, and their output
#	units/		what belongs to unit N, as N.old, N.new, N.plan and so on
#	module/		what Kbuild makes the module of
#
# shellcheck shell=sh disable=SC2034,SC2154 # klpmake sets what is not set here, and uses what is not used

# shellcheck source=runtime/patch/source.sh
. "$runtime/patch/source.sh"
# shellcheck source=runtime/patch/apply.sh
. "$runtime/patch/apply.sh"
# shellcheck source=runtime/patch/units.sh
. "$runtime/patch/units.sh"
# shellcheck source=runtime/patch/macros.sh
. "$runtime/patch/macros.sh"
# shellcheck source=runtime/patch/tree.sh
. "$runtime/patch/tree.sh"
# shellcheck source=runtime/patch/digest.sh
. "$runtime/patch/digest.sh"
# shellcheck source=runtime/patch/plan.sh
. "$runtime/patch/plan.sh"
# shellcheck source=runtime/patch/module.sh
. "$runtime/patch/module.sh"

tab=$(printf '\t')

# await COMMAND...: a signal that comes meanwhile is honoured at once.
await() {
	"$@" &
	make_process=$!
	wait "$make_process"
	set -- $?
	make_process=
	return "$1"
}

# problem PLACE CLASS TEXT: all of a stage are reported together.
problem() {
	printf '%s: error: %s [%s]\n' "$1" "$3" "$2" >>"$scratch/problems"
}

stop_on_problems() {
	[ -s "$scratch/problems" ] || return 0
	cat "$scratch/problems" >&2
	exit 1
}

is_allowed() {
	case " $allow " in
	*" $1 "*) return 0 ;;
	esac
	return 1
}

# plan WORD...: klp-plan, told which kernel it is.
plan() {
	[ -z "$vmlinux" ] || set -- --vmlinux="$vmlinux" "$@"
	[ -z "$debug_dir" ] || set -- --debug-dir="$debug_dir" "$@"
	[ -z "$kallsyms" ] || set -- --kallsyms="$kallsyms" "$@"
	[ -z "$quiet" ] || set -- --quiet "$@"
	[ -z "$verbose" ] || set -- --verbose "$@"
	line_words
	for word in $objects; do set -- --object="$word" "$@"; done
	exec "$planner" --release="$release" "$@"
}

# The result's folder is looked at before all the work.
check_output() {
	output=${output:-$(pwd)}
	[ ! -d "$output" ] || output=${output%/}/$name.ko
	if [ ! -d "${output%/*}/" ] || [ ! -w "${output%/*}/" ]; then
		fail 3 "cannot write to the folder of '$output'"
	fi
}

check_tools() {
	[ -x "$planner" ] || fail 3 "the program '$planner' is missing" "$incomplete KLPMAKE_PLAN"
	command -v patch >/dev/null || fail 3 "there is no patch" "install the package patch"
	processors=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1)
}

make_scratch() {
	scratch=$(mktemp -d "${TMPDIR:-/tmp}/klpmake.XXXXXX") || exit 3
	scratch=$(cd "$scratch" && pwd -P)
	if [ -n "$keep_work" ]; then
		note "the work folder is $scratch"
		trap 'scratch=; remove_scratch' EXIT
	fi
	check_path "the work folder" "$scratch"
}

make_from_patches() {
	started=$(date +%s.%N)
	check_tools
	name_module
	check_output
	check_source
	find_compiler
	prepare_source
	make_scratch
	apply_patches
	judge_files
	find_units
	find_commands
	[ -z "$dry_run" ] || show_units
	make_tree
	digest_units
	find_changes
	make_plan
	[ -z "$dry_run" ] || return 0
	make_late_headers
	carve_units
	link_module
	report_module
}
