# SPDX-License-Identifier: GPL-2.0-or-later
# What comes of a file without the patch is the same for each patch: its digest and its objects are kept with the prepared
# source, for the next run. Comes in: a unit's command. Goes out: what that would write.
#
# An entry is a folder .klpmake-kept/UNIT/NAME-KEY, which has the files and their sums. KEY is of the command, the
# environment, the compiler plugin and the manifest, which is another one when Kbuild has generated files; the compiler
# and the kernel's configuration are the prepared source's. That what the command reads is still what was prepared,
# prepared.sh looks at, as for a file that has just been compiled.
#
# Nothing depends on it: what cannot be kept, or is not whole, is made again.
# shellcheck shell=bash

unset -v ENVIRONMENT MADE_BY

# A hash of the variables that programs see.
ENVIRONMENT=''

# A text of what all entries are made by; empty where it is not known yet, or has changed.
MADE_BY=''

# All entries together have so many KiB; beyond that, those that were used least recently go.
KEPT_LIMIT=2097152

# To ENVIRONMENT: make takes variables from there, as ARCH, KBUILD_..., KCONFIG_..., LLVM or W, any Makefile may, and
# compilers do. Those that every login has, and none of these, are left out.
set_environment() {
	[[ -z $ENVIRONMENT ]] || return 0
	ENVIRONMENT=$(env | LC_ALL=C sort | sed -E \
		'/^(_|SHLVL|PWD|OLDPWD|TMPDIR|MAKE_TMPDIR|HOME|USER|LOGNAME|MAIL|TERM|COLUMNS|LINES|DISPLAY|LS_COLORS|LANG|(KLPMAKE|DEBUGINFOD|SSH|XDG|DBUS|LC|LESS|SUDO)_?[A-Z_]*)=/d' |
		sha256sum) || fail 3 "cannot read the environment"
}

# set_entry N NAME COMMAND: to ENTRY.
set_entry() {
	local sum

	set_environment
	[[ -n $MADE_BY ]] || MADE_BY="1 $ENVIRONMENT $(sha256sum <"$KLPMAKE_PLUGIN") $(stat -c '%s %y' "${SOURCE[folder]}/.klpmake-manifest")"
	# The work folder and the unit's number differ from run to run.
	sum=$(printf '%s %s\n' "$MADE_BY" "${3//"$WORK/units/$1."/@}" | sha256sum) || fail 3 "cannot run sha256sum"
	ENTRY=${SOURCE[folder]}/.klpmake-kept/${UNITS[$1]}/$2-${sum:0:32}
}

# take_kept N NAME COMMAND FILE...: these files to $WORK/units, as N.FILE. Returns 1 where they are not kept.
take_kept() {
	local ENTRY

	set_entry "$1" "$2" "$3"
	take_entry "$ENTRY" "$WORK/units/$1." "${@:4}"
}

# keep N NAME COMMAND FILE...: as above.
keep() {
	local ENTRY

	set_entry "$1" "$2" "$3"
	keep_entry "$ENTRY" "$WORK/units/$1." "${@:4}" || [[ -z ${OPTION[verbose]} ]] ||
		note "what comes of ${UNITS[$1]} without the patch cannot be kept in '${SOURCE[folder]}'"
}

# take_entry ENTRY PREFIX FILE...: copies each to PREFIX and its name. Returns 1 where they are not there.
take_entry() {
	local entry=$1 prefix=$2 file status=0

	shift 2
	is_whole "$entry" || return
	lock_source --shared
	for file; do
		cp "$entry/$file" "$prefix$file" 2>/dev/null || status=1
	done
	unlock_source
	return "$status"
}

# is_whole ENTRY: is it there, and what it was? Then it is in use. What is not whole makes room for a new one.
is_whole() {
	[[ -d $1 ]] || return
	(cd "$1" && sha256sum --check --status --strict sums && touch .) 2>/dev/null && return
	remove_kept "$1"
	return 1
}

# remove_kept ENTRY: nobody finds a half of it.
remove_kept() {
	local new

	{ new=$(new_entry) && mv "$1" "$new" && rm -rf "$new"; } 2>/dev/null
}

# new_entry: a folder beside all that is kept, and its name. What killed runs leave there, remove_left_files() removes.
new_entry() {
	mktemp -d "${SOURCE[folder]}/.klpmake-new.XXXXXX"
}

# keep_entry ENTRY PREFIX FILE...: several runs may want to: the first one does. Returns 1 where it cannot be kept.
keep_entry() {
	local status

	[[ ! -d $1 ]] || return 0
	lock_source --shared
	(make_entry "$@") 2>/dev/null
	status=$?
	unlock_source
	[[ $status -eq 0 || -d $1 ]]
}

make_entry() {
	local file new

	new=$(new_entry) || return
	# shellcheck disable=SC2064 # as it is now
	trap "rm -rf '$new'" EXIT
	for file in "${@:3}"; do
		cp "$2$file" "$new/$file" || return
	done
	mkdir -p "${1%/*}" && cd "$new" && sha256sum -- "${@:3}" >sums && mv -T "$new" "$1"
}

# Once in a run that has kept something.
limit_kept() {
	local folder=${SOURCE[folder]}/.klpmake-kept size entry

	read -r size _ < <(du -sk "$folder" 2>/dev/null) || return 0
	[[ $size -gt $KEPT_LIMIT ]] && try_lock_source || return 0
	while read -r _ entry; do
		rm -rf "$entry" 2>/dev/null
		read -r size _ < <(du -sk "$folder" 2>/dev/null) || break
		[[ $size -gt $((KEPT_LIMIT / 2)) ]] || break
	done < <(find "$folder" -type d -name '*-*' -exec test -e '{}/sums' ';' -printf '%T@ %p\n' 2>/dev/null | sort -n)
	unlock_source
}
