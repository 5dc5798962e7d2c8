# SPDX-License-Identifier: GPL-2.0-or-later
# The C files to compile, by klp-plan, and how, by Kbuild.
# shellcheck shell=sh disable=SC2034,SC2154 # klpmake sets what is not set here, and uses what is not used

find_units() {
	say "finding the files to compile"
	cut -f 2 "$scratch/touched" >"$scratch/names"
	: >"$scratch/found"
	set --
	while IFS=$tab read -r kind path; do
		case $kind-$path in
		new-*) continue ;;
		modify-*.c) ;;
		modify-*) ! find_users "$path" || continue ;;
		esac
		set -- "$@" "$path"
	done <"$scratch/touched"
	if [ $# -gt 0 ]; then
		await plan --units "$@" >>"$scratch/found" || exit
	fi
	list_units
	[ -s "$scratch/units.list" ] || fail 1 "the patch changes nothing that this kernel is built from [nothing]"
	mkdir "$scratch/units" "$scratch/jobs" || exit 3
	judge_units
}

# find_users PATH: adds the units that use a header whose macros are changed. Returns 1 where none are
# changed, or nobody uses it: that is to be treated as any header is.
find_users() {
	find_macro_users "$1" || return
	line_words
	# shellcheck disable=SC2046 # a path in each line
	set -- $(cat "$scratch/users")
	blank_words
	await plan --units --if-built "$@" >"$scratch/found.more" || exit
	cat "$scratch/found.more" >>"$scratch/found"
	[ -s "$scratch/found.more" ]
}

# units.list: lines of a number, the unit and the object that it is part of, or one of these.
list_units() {
	LC_ALL=C sort -u "$scratch/found" |
		awk -F '\t' -v OFS='\t' '$1 != before { print ++count, $0 } { before = $1 }' >"$scratch/units.list"
}

judge_units() {
	while IFS=$tab read -r number unit object; do
		check_path "the source file" "$unit"
		if [ ! -f "$prepared/$unit" ]; then
			problem "$unit" unsupported "the kernel is built from this file, but '$source' has none"
		elif [ -s "$scratch/removed" ] && grep -qxF "remove$tab$unit" "$scratch/touched"; then
			problem "$unit" unsupported "the patch removes this file, but its code stays in the running kernel: remove only what calls it"
		fi
	done <"$scratch/units.list"
	stop_on_problems
}

# Kbuild tells the commands when asked what it would do. It prints each as echo and its text, in
# single quotes.
find_commands() {
	say "asking Kbuild for the commands"
	set --
	while IFS=$tab read -r number unit object; do set -- "$@" "${unit%.c}.o"; done <"$scratch/units.list"
	await kernel_make -n -k V=1 "$@" >"$scratch/kbuild.log" 2>"$scratch/kbuild.err"
	LC_ALL=C awk -F '\t' -v units="$scratch/units/" -f "$runtime/patch/commands.awk" "$scratch/units.list" "$scratch/kbuild.log"
	while IFS=$tab read -r number unit object; do
		[ -s "$scratch/units/$number.flags" ] ||
			problem "$unit" unsupported "Kbuild has no command that compiles this file with the kernel's configuration"
	done <"$scratch/units.list"
	[ ! -s "$scratch/problems" ] || cat "$scratch/kbuild.err" >&2
	stop_on_problems
}
