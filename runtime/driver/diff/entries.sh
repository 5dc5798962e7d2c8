# SPDX-License-Identifier: GPL-2.0-or-later
# The folder of prepared sources: whose it is, what is in it, and who may do what there at once.
#
# RELEASE-KEY is a prepared source and RELEASE-KEY.lock its lock, which each run that wants it opens for writing: its time is
# that of the last use. .RELEASE-KEY.XXXXXX is a source that is being prepared or removed, or what is left of that. A run that
# uses a source has a shared lock on the folder itself (use_source()), which it gets under that lock; who removes it has the
# exclusive ones of both. Nothing else is touched: somebody may have given a folder of his own.
#
# In a prepared source, .klpmake-new.XXXXXX is what will be kept (see kept.sh), or what is left of that.
#
# shellcheck shell=bash

unset -v CACHE

# The folder.
CACHE=''

# The lock of the prepared source.
SOURCE_LOCK=''

# The prepared source itself, as a descriptor: as long as it is there, nobody removes what it leads to.
SOURCE_USE=''

# To CACHE; it need not be there.
set_cache() {
	CACHE=${OPTION['cache-dir']:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/klpmake/source}
}

find_cache() {
	local folder

	set_cache
	# Not to be made and then refused.
	[[ -d $CACHE ]] || check_path "the folder for prepared sources," "$CACHE"
	(umask 077 && mkdir -p -- "$CACHE") 2>/dev/null
	[[ -d $CACHE && -w $CACHE ]] ||
		fail 3 "cannot write to '$CACHE'" "give another folder for prepared sources with --cache-dir"
	folder=$(cd -- "$CACHE" && pwd -P) || fail 3 "cannot enter '$CACHE'"
	check_path "the folder for prepared sources," "$folder"
	check_owner "$folder"
	CACHE=$folder
}

# check_owner FOLDER: what is in it is compiled and run. Whoever owns it, or can write there, or can put another one in the
# place of a folder above it, would decide what that is.
check_owner() {
	local path=$1 paths=("$1") mode lines number

	[[ -O $1 ]] || fail 3 "the folder for prepared sources, '$1', belongs to another user, who could change what is compiled" \
		"give another one with --cache-dir"
	while [[ $path == /*/* ]]; do
		path=${path%/*}
		paths+=("$path")
	done
	mapfile -t lines < <(stat -c %a / "${paths[@]}" 2>/dev/null)
	[[ ${#lines[@]} -gt ${#paths[@]} ]] || fail 3 "cannot find out who may write to '$1'"
	for number in "${!paths[@]}"; do
		mode=$((8#${lines[number + 1]}))
		if [[ $number -eq 0 && $((mode & 8#22)) -ne 0 ]]; then
			fail 3 "other users can write to the folder for prepared sources, '$1', and change what is compiled" \
				"look who has, and then 'chmod go-w' it, or give another one with --cache-dir"
		fi
		[[ $((mode & 8#1002)) -ne $((8#2)) ]] ||
			fail 3 "other users can write to '${paths[number]}', and put another folder in the place of '$1'" \
				"give another folder for prepared sources with --cache-dir"
	done
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

# entry_folder KEY: makes a folder for a source that is being prepared or removed, and prints its name.
entry_folder() {
	local made

	made=$(mktemp -d "$CACHE/.$1.XXXXXX" 2>&1) || fail 3 "cannot make a folder in '$CACHE': ${made##*: }"
	printf '%s\n' "$made"
}

# remove_entry NAME: in a process of its own, which has the locks until it ends. Returns 1 where it is in use.
remove_entry() (
	entry=$(entry_key "$1") || exit 0
	{ exec {lock}>>"$CACHE/$entry.lock"; } 2>/dev/null || cannot_write "$CACHE/$entry.lock"
	flock -n --exclusive "$lock" || exit 1
	[[ -d $CACHE/$1 ]] || exit 0
	if is_complete "$1"; then
		exec {use}<"$CACHE/$1" || exit 3
		flock -n --exclusive "$use" || exit 1
		made=$(entry_folder "$entry") || exit
		must mv "$CACHE/$1" "$made/tree"
		exec {use}<&-
		must rm -rf "$made"
	else
		must rm -rf "${CACHE:?}/$1"
	fi
)

# What killed runs have left as they prepared or removed sources, be they of other kernels, and nobody works on any more.
remove_left_entries() {
	local path letter='[A-Za-z0-9]'

	# shellcheck disable=SC2231 # a pattern
	for path in "$CACHE"/.*-*.$letter$letter$letter$letter$letter$letter; do
		[[ -d $path && ! -L $path && -O $path ]] || continue
		remove_entry "${path##*/}"
		[[ $? -ne 3 ]] || exit 3
	done
}

# In the prepared source, unless another run is just making something there.
remove_left_files() {
	local left=("${SOURCE['folder']}"/.klpmake-new.*)

	[[ ! -e ${SOURCE['folder']}/.klpmake-manifest.new ]] || left+=("${SOURCE['folder']}/.klpmake-manifest.new")
	[[ ${#left[@]} -gt 0 ]] && try_lock_source || return 0
	must rm -rf "${left[@]}"
	unlock_source
}

# lock_source --exclusive or --shared, unlock_source: two runs may want the same. Files come to be and go under the
# exclusive lock only; with the other one others may look at them meanwhile, too. A descriptor that no make above has.
lock_source() {
	local file=$CACHE/${SOURCE['key']}.lock

	{ exec {SOURCE_LOCK}>"$file"; } 2>/dev/null || cannot_write "$file"
	flock -n "$1" "$SOURCE_LOCK" && return
	say "waiting for another run that prepares the source"
	await flock "$1" "$SOURCE_LOCK" || fail 3 "cannot lock '$file'"
}

# try_lock_source: exclusively, for what need not be done now. Returns 1 where others have it.
try_lock_source() {
	local file=$CACHE/${SOURCE['key']}.lock

	{ exec {SOURCE_LOCK}>"$file"; } 2>/dev/null || cannot_write "$file"
	flock -n --exclusive "$SOURCE_LOCK" && return
	unlock_source
	return 1
}

unlock_source() {
	exec {SOURCE_LOCK}>&-
	SOURCE_LOCK=''
}

# use_source: under the lock. It is in use until klpmake and all that it runs have ended (see cache.sh).
use_source() {
	[[ -O ${SOURCE['folder']} ]] || fail 3 "the prepared source '${SOURCE['folder']}' belongs to another user" "remove it"
	{ exec {SOURCE_USE}<"${SOURCE['folder']}"; } 2>/dev/null || fail 3 "cannot open '${SOURCE['folder']}'"
	flock --shared "$SOURCE_USE" || fail 3 "cannot lock '${SOURCE['folder']}'"
}
