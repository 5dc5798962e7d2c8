# SPDX-License-Identifier: GPL-2.0-or-later
# The prepared sources: listed, and those removed that are not wanted any more.
#
# Below the folder of the cache, RELEASE-KEY is a prepared source and RELEASE-KEY.lock its lock, which each run that
# wants it opens for writing: its time is that of the last use. .RELEASE-KEY.XXXXXX is a source that is being prepared,
# or what is left of that. A run that uses a source has a lock on the folder itself (use_source()), which it gets
# under the exclusive lock; so does who removes it. Nothing else is touched: somebody may have given a folder of his own.
#
# shellcheck shell=bash

unset -v CACHE ENTRIES SIZES USES

# The folder; the names in it, those that were used least recently first; their KiB, and when they were used.
CACHE=''
declare -a ENTRIES=()
declare -A SIZES=() USES=()

use_cache_command() {
	CACHE=$(cache_folder)
	find_entries
	case ${OPTION[command]} in
	cache) list_cache ;;
	*) prune_cache ;;
	esac
}

# entry_key NAME: RELEASE-KEY of an entry's name, as it is or as of one that is being prepared. Returns 1 for others.
entry_key() {
	if [[ $1 =~ ^\.([A-Za-z0-9_.+~:@-]+-[0-9a-f]{16})\.[A-Za-z0-9]{6}$ ]]; then
		[[ -f $CACHE/${BASH_REMATCH[1]}.lock ]] || return
		printf '%s\n' "${BASH_REMATCH[1]}"
	else
		[[ $1 =~ ^[A-Za-z0-9_+~:@-][A-Za-z0-9_.+~:@-]*-[0-9a-f]{16}$ && -f $CACHE/$1/.klpmake-manifest ]] && printf '%s\n' "$1"
	fi
}

is_complete() {
	[[ $1 != .* ]]
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

	command -v flock >/dev/null || fail 3 "there is no flock" "install util-linux"
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

# remove_entry NAME: in a process of its own, which has the locks until it ends. Returns 1 where it is in use.
remove_entry() (
	key=$(entry_key "$1") || exit 0
	{ exec {lock}>>"$CACHE/$key.lock"; } 2>/dev/null || cannot_write "$CACHE/$key.lock"
	flock -n --exclusive "$lock" || exit 1
	[[ -d $CACHE/$1 ]] || exit 0
	exec {use}<"$CACHE/$1" || exit 3
	flock -n --exclusive "$use" || exit 1
	made=$(mktemp -d "$CACHE/.$key.XXXXXX" 2>&1) || fail 3 "cannot make a folder in '$CACHE': ${made##*: }"
	must mv "$CACHE/$1" "$made/tree"
	exec {use}<&-
	must rm -rf "$made"
)
