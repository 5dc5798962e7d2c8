# SPDX-License-Identifier: GPL-2.0-or-later
# What is replaced and kept, by klp-plan.
# shellcheck shell=sh disable=SC2034,SC2154 # klpmake sets what is not set here, and uses what is not used

# tag_of UNIT: sets tag, the path without "..". Kbuild knows units of a folder beside by such a path.
tag_of() {
	tag=$1
	while :; do
		case $tag in
		*/../*) tag=$(printf '%s\n' "$tag" | sed 's|[^/][^/]*/\.\./||') ;;
		*) break ;;
		esac
	done
}

make_plan() {
	say "planning"
	while IFS=$tab read -r number unit; do
		base=$scratch/units/$number
		tag_of "$unit"
		printf '%s\t%s\t%s\t%s\t%s\n' "$tag" "$base.old" "$base.new" "$base.o" "$base.plan"
	done <"$scratch/changed.list" >"$scratch/plan.list"
	set -- "$scratch/plan.list"
	for class in $allow; do
		case $class in
		layout | toolchain) set -- --allow="$class" "$@" ;;
		esac
	done
	await plan "$@" >"$scratch/summary"
	status=$?
	if [ -n "$json" ]; then
		cat "$scratch/summary" >&2
	elif [ -z "$quiet" ] || [ -n "$dry_run" ]; then
		cat "$scratch/summary"
	fi
	[ "$status" -eq 0 ] || exit "$status"
}

show_units() {
	printf 'kernel %s, source %s\n' "$release" "$source"
	awk -F '\t' '{ print $2 " is part of " $3 }' "$scratch/units.list"
}
