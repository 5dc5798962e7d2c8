# SPDX-License-Identifier: GPL-2.0-or-later
# The prepared sources: listed, and those removed that are not wanted any more.
#
# What is in their folder, diff/entries.sh tells.
#
# shellcheck shell=bash

unset -v ENTRIES SIZES USES

# The names in the folder, those that were used least recently first; their KiB, and when they were used.
declare -a ENTRIES=()
declare -A SIZES=() USES=()

use_cache_command() {
	set_cache
	[[ ! -d $CACHE || ${OPTION[command]} == cache ]] || check_owner "$CACHE"
	find_entries
	case ${OPTION[command]} in
	cache) list_cache ;;
	*) prune_cache ;;
	esac
}

find_entries() {
	local path name key used size sorted=()

	for path in "$CACHE"/* "$CACHE"/.[!.]*; do
		name=${path##*/}
		[[ -d $path && ! -L $path ]] || continue
		key=$(entry_key "$name") || continue
		used=$(stat -c %Y "$CACHE/$key.lock" 2>/dev/null) || used=$(stat -c %Y "$path" 2>/dev/null) || continue
		# What goes meanwhile is no error.
		read -r size _ < <(du -sk "$path" 2>/dev/null) || continue
		SIZES[$name]=$size
		USES[$name]=$used
		sorted+=("$used $name")
	done
	[[ ${#sorted[@]} -gt 0 ]] || return 0
	mapfile -t ENTRIES < <(printf '%s\n' "${sorted[@]}" | sort -n | cut -d ' ' -f 2-)
}

# entry_release NAME
entry_release() {
	local key

	key=$(entry_key "$1")
	printf '%s\n' "${key%-*}"
}

# The days since it was used.
entry_age() {
	printf '%s\n' $((($(date +%s) - USES[$1]) / 86400))
}

list_cache() {
	local name total=0 what

	show_line "$(printf '%-32s %9s %9s  %s' release size 'days ago' folder)"
	for name in "${ENTRIES[@]}"; do
		what=''
		is_complete "$name" || what=' (incomplete)'
		show_line "$(printf '%-32s %5s MiB %9s  %s' "$(entry_release "$name")" $(((SIZES[$name] + 1023) / 1024)) \
			"$(entry_age "$name")" "$CACHE/$name$what")"
		total=$((total + SIZES[$name]))
	done
	show_line "$(printf '%-32s %5s MiB' total $(((total + 1023) / 1024)))"
}

# Is the kernel there, or what livepatches of it can be made with?
is_installed() {
	local release=$1 root=${KLPMAKE_ROOT-} build

	[[ $release != "$(uname -r)" && ! -d ${root%/}/lib/modules/$release && ! -d ${root%/}/usr/lib/modules/$release ]] || return 0
	build=$(find_place --release="$release" --doctor) || exit
	[[ $build == ok$'\tbuild\t'* ]]
}

# is_unwanted NAME
is_unwanted() {
	local release

	is_complete "$1" || return 0
	[[ -z ${OPTION[older]} || $(entry_age "$1") -le ${OPTION[older]} ]] || return 0
	[[ -n ${OPTION[unused]} ]] || return
	release=$(entry_release "$1")
	! is_installed "$release"
}

prune_cache() {
	local name total=0 kept=()

	need_flock
	for name in "${ENTRIES[@]}"; do
		if is_unwanted "$name" && prune "$name"; then
			continue
		fi
		total=$((total + SIZES[$name]))
		kept+=("$name")
	done
	[[ -n ${OPTION[larger-than]} ]] || return 0
	for name in "${kept[@]}"; do
		[[ $total -gt ${OPTION[larger-than]} ]] || break
		! prune "$name" || total=$((total - SIZES[$name]))
	done
}

# prune NAME: returns 1 where it is in use.
prune() {
	local text

	text="${1#.}, $(((SIZES[$1] + 1023) / 1024)) MiB"
	if [[ -n ${OPTION[dry-run]} ]]; then
		show_line "would be removed: $text"
		return
	fi
	remove_entry "$1"
	case $? in
	0) say "removed: $text" ;;
	1)
		say "in use, kept: $text"
		return 1
		;;
	*) exit 3 ;;
	esac
}
