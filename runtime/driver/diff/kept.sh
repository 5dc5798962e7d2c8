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

unset -v ENVIRONMENT MADE_BY COMMANDS ENTRIES TAKEN

# A hash of the variables that programs see.
ENVIRONMENT=''

# A text of what all entries are made by; empty where it is not known yet, or has changed.
MADE_BY=''

# By the numbers of units: commands, the entries of what these write, and folders of what has been kept of that.
declare -a COMMANDS=() ENTRIES=() TAKEN=()

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

# set_entries NAME: to ENTRIES, of COMMANDS.
set_entries() {
	local name=$1 number sum file files=()

	set_environment
	[[ -n $MADE_BY ]] || MADE_BY="1 $ENVIRONMENT $(sha256sum <"$KLPMAKE_PLUGIN") $(stat -c '%s %y' "${SOURCE[folder]}/.klpmake-manifest")"
	ENTRIES=()
	[[ ${#COMMANDS[@]} -gt 0 ]] || return 0
	[[ -d $WORK/keys ]] || must mkdir "$WORK/keys"
	for number in "${!COMMANDS[@]}"; do
		files+=("$WORK/keys/$number")
		# The work folder and the unit's number differ from run to run.
		write_lines "$WORK/keys/$number" "$MADE_BY ${COMMANDS[number]//"$WORK/units/$number."/@}"
	done
	write_output "$WORK/keys.sums" sha256sum "${files[@]}"
	while read -r sum file; do
		number=${file##*/}
		ENTRIES[number]=${SOURCE[folder]}/.klpmake-kept/${UNITS[number]}/$name-${sum:0:32}
	done <"$WORK/keys.sums"
}

# take_kept NAME FILE...: what is kept of COMMANDS: to TAKEN, folders that have copies of these files.
take_kept() {
	local name=$1 number path kept=${SOURCE[folder]}/.klpmake-kept sums=() paths=()

	shift
	set_entries "$name"
	TAKEN=()
	for number in "${!ENTRIES[@]}"; do
		[[ -d ${ENTRIES[number]} ]] || continue
		TAKEN[number]=$WORK/kept/${ENTRIES[number]#"$kept/"}
		paths+=("${ENTRIES[number]#"$kept/"}")
	done
	[[ ${#paths[@]} -gt 0 ]] || return 0
	[[ -d $WORK/kept ]] || must mkdir "$WORK/kept"
	lock_source --shared
	(cd "$kept" && cp -R --parents -t "$WORK/kept" -- "${paths[@]}" && touch -c -- "${paths[@]}") 2>/dev/null
	unlock_source
	for number in "${!TAKEN[@]}"; do
		path=${TAKEN[number]#"$WORK/kept/"}
		read_sums "$path" "$@" || drop_taken "$number"
	done
	check_sums
}

# drop_taken N: what is not whole makes room for a new one.
drop_taken() {
	remove_kept "${ENTRIES[$1]}"
	unset "TAKEN[$1]"
}

# read_sums PATH FILE...: adds the sums of the copy to the caller's. Returns 1 where it has not got that of each file.
read_sums() {
	local path=$1 line lines names=' ' found=()

	shift
	mapfile -t lines 2>/dev/null <"$WORK/kept/$path/sums" || return
	for line in "${lines[@]}"; do
		[[ $line =~ ^([0-9a-f]{64})'  '([a-z.]+)$ ]] || return
		names+="${BASH_REMATCH[2]} "
		found+=("${BASH_REMATCH[1]}  $path/${BASH_REMATCH[2]}")
	done
	for line; do [[ $names == *" $line "* ]] || return; done
	sums+=("${found[@]}")
}

# The copies are what the caller's sums say, or they are dropped.
check_sums() {
	local number line lines bad=' '

	[[ ${#sums[@]} -gt 0 ]] || return 0
	write_lines "$WORK/kept.sums" "${sums[@]}"
	(cd "$WORK/kept" && LC_ALL=C sha256sum --check --quiet --strict "$WORK/kept.sums") >"$WORK/kept.bad" 2>/dev/null && return
	mapfile -t lines <"$WORK/kept.bad" || fail 3 "cannot read '$WORK/kept.bad'"
	for line in "${lines[@]%: FAILED*}"; do bad+="${line%/*} "; done
	for number in "${!TAKEN[@]}"; do
		# Where it says of none what is wrong, none is taken.
		[[ $bad != ' ' && $bad != *" ${TAKEN[number]#"$WORK/kept/"} "* ]] || drop_taken "$number"
	done
}

# keep N NAME FILE...: what the unit's command wrote, the entry of which is in ENTRIES.
keep() {
	keep_entry "${ENTRIES[$1]}" "$WORK/units/$1." "${@:2}" || [[ -z ${OPTION[verbose]} ]] ||
		note "what comes of ${UNITS[$1]} without the patch cannot be kept in '${SOURCE[folder]}'"
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
