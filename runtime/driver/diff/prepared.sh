# SPDX-License-Identifier: GPL-2.0-or-later
# Is what a run uses of the prepared source what was prepared? Its manifest, .klpmake-manifest, knows, and klp-plan
# compares. Where it is not, the source is prepared again, and klpmake starts again, once.
# shellcheck shell=bash

# Has klpmake started again already? The variable is for the process that follows only.
PREPARED_AGAIN=${KLPMAKE_PREPARED_AGAIN-}
unset -v KLPMAKE_PREPARED_AGAIN

# find_changed LIST DEPENDENCIES...: to $WORK/unlike, the files that are not what they were. A manifest that is missing
# or not whole is one of them.
find_changed() {
	local list=$1 manifest=${SOURCE[folder]}/.klpmake-manifest

	shift
	write_lines "$WORK/unlike" "$manifest"
	[[ -f $manifest ]] || return 0
	make_files "$WORK/unlike.found" "$WORK/unlike.said"
	await plan --program=klpmake --quiet --agrees --source="${SOURCE[folder]}" --touched="$list" "$manifest" "$@" \
		>"$WORK/unlike.found" 2>"$WORK/unlike.said"
	set -- $?
	[[ $1 -ne 1 ]] || return 0
	[[ $1 -eq 0 ]] || cat "$WORK/unlike.said" >&2
	pass_on "$1" klp-plan
	must mv "$WORK/unlike.found" "$WORK/unlike"
}

# check_prepared LIST DEPENDENCIES...: of the files of LIST, and of those that these lists of the compiler's name.
check_prepared() {
	local lines

	lock_source --shared
	find_changed "$@"
	unlock_source
	[[ -s $WORK/unlike ]] || return 0
	mapfile -t lines <"$WORK/unlike" || fail 3 "cannot read '$WORK/unlike'"
	[[ -z $PREPARED_AGAIN ]] ||
		fail 3 "the prepared source '${SOURCE[folder]}' changes while it is used: '${lines[0]}' is not what was prepared"
	warning "the prepared source '${SOURCE[folder]}' is not what was prepared, '${lines[0]}' has changed: it is prepared again"
	lock_source --exclusive
	# Another run has perhaps done that meanwhile.
	find_changed "$@"
	[[ ! -s $WORK/unlike ]] || remove_prepared
	unlock_source
	start_again
}

# Of all files that code may be in, where a unit cannot be compiled: no list names one that is gone. What belongs to
# Kbuild's own programs, it makes anew as it likes.
check_all_prepared() {
	write_output "$WORK/all" sed -n -e '/^tools\//d' -e '/^scripts\//d' -e 's/^\([^\t]*\.[ch]\)\t.*/\1/p' \
		"${SOURCE[folder]}/.klpmake-manifest"
	check_prepared "$WORK/all"
}

# The folder is there as a whole, or not at all.
remove_prepared() {
	local folder

	folder=$(entry_folder "${SOURCE[key]}") || exit
	must mv "${SOURCE[folder]}" "$folder/tree"
	must rm -rf "$folder"
}

start_again() {
	remove_work
	cd "$STARTED_IN" || fail 3 "cannot enter '$STARTED_IN'"
	KLPMAKE_PREPARED_AGAIN=yes exec "$BASH" "$0" "${ARGUMENTS[@]}"
}

# make_prepared TARGET...: Kbuild, in the prepared source, which is locked. "since" is older than all that it makes.
make_prepared() {
	must touch "$WORK/since"
	make_files "$WORK/kbuild.log"
	await kernel_make "${SOURCE[folder]}" -s -k "-j$PROCESSORS" "$@" >"$WORK/kbuild.log" 2>&1
}

# generate OBJECT...: has Kbuild make these in the prepared source, for the files that it generates on the way: they are
# there from then on, the objects are not. Whether it did what was needed is seen when it is used.
generate() {
	lock_source --exclusive
	must rm -f "${@/#/${SOURCE[folder]}/}"
	make_prepared "$@"
	# As built files they would have no command the next time.
	must rm -f "${@/#/${SOURCE[folder]}/}"
	note_generated "$WORK/since"
	unlock_source
}

# make_scripts: Kbuild's own programs ("scripts" in the kernel's Makefile), some of which make files that others are compiled
# from, as genheaders does for security/selinux. Where the build folder's files were taken, there are none. Returns 1 if
# they have been made before.
make_scripts() {
	local mark=${SOURCE[folder]}/.klpmake-scripts

	[[ ! -e $mark ]] || return 1
	say "building Kbuild's programs"
	lock_source --exclusive
	make_prepared scripts
	must touch "$mark"
	note_generated "$WORK/since"
	unlock_source
}

# note_generated SINCE: what Kbuild has made since the file SINCE, under the lock. It may be nothing.
note_generated() {
	local manifest=${SOURCE[folder]}/.klpmake-manifest

	ask "$WORK/manifest" plan --program=klpmake --manifest --source="${SOURCE[folder]}" "$manifest" "$1"
	! cmp -s "$WORK/manifest" "$manifest" || return 0
	must cp "$WORK/manifest" "$manifest.new"
	must mv -f "$manifest.new" "$manifest"
	# shellcheck disable=SC2034 # for kept.sh
	MADE_BY=''
}
