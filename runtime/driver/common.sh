# SPDX-License-Identifier: GPL-2.0-or-later
# What all parts of klpmake use: messages, how it ends, files that are written, programs that are run.
#
# A function that fails has said why, once, and ends klpmake; so does whatever calls it in a process of its own
# and looks at the status: "words=$(function) || exit".
#
# shellcheck shell=bash

# Not to be handed on to programs, should they have come from the environment.
unset -v WORK PREPARING PLACING AWAITED BESIDE SHOWN UTF8_CHARACTER UTF8_OBEYED PROCESSORS NOW

# Folders that are removed at the end: WORK, the work folder, PREPARING, a source that is being prepared, and PLACING, what
# a module is in before it is in its place.
WORK=''
PREPARING=''
PLACING=''

# The process that klpmake waits for, and one that works beside it.
AWAITED='' BESIDE=''

# As many things are done at once.
PROCESSORS=1

# Of messages on a terminal, as those of the programs in C have them (fixer/base/diag.c).
declare -rA COLOURS=([error]=$'\033[1;31m' [warning]=$'\033[1;35m' [note]=$'\033[1;36m')

# What is printed: see show().
SHOWN=''

# A character of UTF-8 that takes more than a byte, but none of C1, as a regular expression of bytes; and, as a pattern, those
# that end a line or turn its direction.
readonly UTF8_CHARACTER=$'^(\xc2[\xa0-\xbf]|[\xc3-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|'\
$'\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2})'
readonly UTF8_OBEYED=$'@(\xd8\x9c|\xe2\x80[\x8e\x8f\xa8-\xae]|\xe2\x81[\xa6-\xa9])'

# show TEXT: to SHOWN. What in it a terminal would obey, and what is no UTF-8, is "\x1b" there, as in the messages of the
# programs in C (shown-text.c). Names of files, of tags and in diffs are anybody's.
show() {
	local LC_ALL=C text=$1 plain=$'^[\t -~]+' byte

	SHOWN=''
	while [[ -n $text ]]; do
		# shellcheck disable=SC2053 # it is a pattern
		if [[ $text =~ $plain ]] || [[ $text =~ $UTF8_CHARACTER && ${BASH_REMATCH[0]} != $UTF8_OBEYED ]]; then
			SHOWN+=${BASH_REMATCH[0]}
			text=${text:${#BASH_REMATCH[0]}}
		else
			printf -v byte '\\x%02x' "'${text:0:1}"
			SHOWN+=$byte
			text=${text:1}
		fi
	done
}

# shown_lines: standard input, each line of it as show() has it.
shown_lines() {
	local line

	while IFS= read -r line || [[ -n $line ]]; do
		show "$line"
		printf '%s\n' "$SHOWN" || return
	done
}

# message TEXT: to standard error.
message() {
	show "$1"
	printf '%s\n' "$SHOWN" >&2
}

say() {
	[[ -n ${OPTION[quiet]} ]] || message "klpmake: $*"
}

# print_message PLACE KIND TEXT: "PLACE: KIND: TEXT". KIND is error, warning or note.
print_message() {
	local bold='' colour='' plain='' place

	if [[ -t 2 && -z ${NO_COLOR-} && ${TERM:-dumb} != dumb ]]; then
		bold=$'\033[1m' colour=${COLOURS[$2]} plain=$'\033[0m'
	fi
	show "$1"
	place=$SHOWN
	show "$3"
	printf '%s%s:%s %s%s:%s %s\n' "$bold" "$place" "$plain" "$colour" "$2" "$plain" "$SHOWN" >&2
}

note() {
	print_message klpmake note "$*"
}

warning() {
	print_message klpmake warning "$*"
}

error() {
	print_message klpmake error "$*"
}

# fail STATUS TEXT [NOTE]: 1 for what cannot become a livepatch, 3 for what the system refuses.
fail() {
	error "$2"
	[[ $# -lt 3 ]] || note "$3"
	exit "$1"
}

bad_usage() {
	error "$*"
	echo "Try 'klpmake --help'." >&2
	exit 2
}

# problem PLACE CLASS TEXT: of several that are reported together; the caller ends klpmake.
problem() {
	print_message "$1" error "$3 [$2]"
}

# cannot_write FILE: ends klpmake after a write of the shell's own has failed. Another one tells why.
cannot_write() {
	local reason

	reason=$({ printf '\n' >>"$1"; } 2>&1)
	fail 3 "cannot write '$1'${reason:+: ${reason##*: }}"
}

# show_line TEXT: to standard output.
show_line() {
	show "$1"
	printf '%s\n' "$SHOWN" 2>/dev/null || fail 3 "cannot write to standard output"
}

# show_file FILE: to standard output.
show_file() {
	shown_lines 2>/dev/null <"$1" || fail 3 "cannot write to standard output"
}

# make_files FILE...: empty ones, for what is redirected there: the shell's own message would be no reason.
make_files() {
	local file

	for file; do { : >"$file"; } 2>/dev/null || cannot_write "$file"; done
}

# write_lines FILE LINE...
write_lines() {
	local file=$1

	shift
	printf '%s\n' "$@" 2>/dev/null >"$file" || cannot_write "$file"
}

# write_output FILE COMMAND WORD...: a command that says why it fails.
write_output() {
	local file=$1 said

	shift
	said=$({ "$@" >"$file"; } 2>&1) || fail 3 "cannot write '$file': ${said##*: }"
}

# must COMMAND WORD...: one of those that make, move or remove files. Its message becomes klpmake's.
must() {
	local said

	said=$("$@" 2>&1) && return
	said=${said%%$'\n'*}
	 fail 3 "${said:-"'$1' failed"}"
}

# check_room FOLDER: where the status of what was written there tells nothing of it.
check_room() {
	{ printf '%16384s' '' >"$1/.room"; } 2>/dev/null || cannot_write "$1/.room"
	{ : >"$1/.room"; } 2>/dev/null
}

# await COMMAND...: a signal that comes meanwhile is honoured at once. The pipe is klpmake's alone (see progress.sh).
await() {
	local status

	if [[ -n $PROGRESS_PIPE ]]; then
		"$@" {PROGRESS_PIPE}>&- &
	else
		"$@" &
	fi
	AWAITED=$!
	wait "$AWAITED"
	status=$?
	AWAITED=''
	return "$status"
}

# stop STATUS: a signal came.
stop() {
	progress_end
	end_process "$AWAITED"
	exit "$1"
}

# end_process PID: of klpmake's own; nothing for ''.
end_process() {
	[[ -n $1 ]] || return 0
	kill "$1" 2>/dev/null
	wait "$1" 2>/dev/null
}

# pass_on STATUS PROGRAM: ends klpmake where a program of klpmake's has failed, which has said why.
pass_on() {
	case $1 in
	0) ;;
	[123]) exit "$1" ;;
	*) fail 3 "$2 ended with status $1" ;;
	esac
}

# What the machine's packages are installed by.
machine_installer() {
	local name

	for name in apt-get dnf zypper; do
		command -v "$name" >/dev/null && break
		name=''
	done
	[[ -n $name ]] && echo "$name install" || echo "install"
}

# machine_package APT [DNF ZYPPER]: the command that gets the package, as the machine's distribution calls it; APT where all
# call it so.
machine_package() {
	local installer name=${2-$1}

	installer=$(machine_installer)
	case $installer in
	apt-get*) name=$1 ;;
	zypper*) name=${3-$1} ;;
	esac
	printf '%s %s\n' "$installer" "$name"
}

need_flock() {
	command -v flock >/dev/null || fail 3 "there is no flock" "$(machine_package util-linux)"
}

# remove_left_over NAME [COMMAND]: folders that killed runs have left, NAME and six letters: of this user, and locked by nobody.
# What such a run has started has the lock as long as it works there. Before the first one goes, COMMAND is run.
remove_left_over() {
	local path lock letter='[A-Za-z0-9]' first=${2-}

	# shellcheck disable=SC2231 # a pattern
	for path in "$1".$letter$letter$letter$letter$letter$letter; do
		[[ -d $path && ! -L $path && -O $path ]] || continue
		{ exec {lock}<"$path"; } 2>/dev/null || continue
		if flock -n "$lock" 2>/dev/null; then
			${first:+"$first"}
			first=''
			remove_folder "$path"
		fi
		exec {lock}<&-
	done
}

# make_locked NAME [FILE]: a folder, NAME and six letters, to LOCKED; FILE is what cannot be written without it. Another run may
# find it before it is locked, and take it for left over: then it is gone when the lock is there.
make_locked() {
	local lock tries what="cannot make a folder in '${1%/*}'"

	[[ -z ${2-} ]] || what="cannot write '$2'"
	for ((tries = 0; tries < 100; tries++)); do
		LOCKED=$(mktemp -d "$1.XXXXXX" 2>&1) || fail 3 "$what: ${LOCKED##*: }"
		{ exec {lock}<"$LOCKED"; } 2>/dev/null || continue
		# Where there are no locks, nobody gets one to remove it.
		flock "$lock" 2>/dev/null
		[[ ! -d $LOCKED ]] || return 0
		exec {lock}<&-
	done
	fail 3 "$what: others remove it"
}

# make_work FOLDER NAME [COMMAND]: the work folder, NAME and six letters in FOLDER. What is to be kept is called NAME-kept. COMMAND
# is run where a killed run has left one.
make_work() {
	local made LOCKED

	need_flock
	remove_left_over "$1/$2" "${3-}"
	make_locked "$1/$2${OPTION[keep-work]:+-kept}"
	WORK=$LOCKED
	made=$(cd "$WORK" && pwd -P) || fail 3 "cannot enter the work folder '$WORK'"
	WORK=$made
	keep_make_in "$WORK"
}

# keep_make_in FOLDER: where make, since 4.4, has the pipe of its job server. It leaves that behind when it is killed.
keep_make_in() {
	export MAKE_TMPDIR=$1
}

# remove_folder FOLDER: a compiler whose make was ended may still write there for a moment.
remove_folder() {
	rm -rf "$1" 2>/dev/null || { sleep 1 && rm -rf "$1"; }
}

remove_work() {
	progress_end
	end_process "$BESIDE"
	[[ -z $PREPARING ]] || remove_folder "$PREPARING"
	[[ -z $PLACING ]] || remove_folder "$PLACING"
	[[ -z $WORK || -n ${OPTION[keep-work]} ]] || remove_folder "$WORK"
}

clean_up_at_end() {
	trap remove_work EXIT
	trap 'stop 129' HUP
	trap 'stop 130' INT
	trap 'stop 143' TERM
}

# is_plain PATH: neither make nor a shell finds anything in it that has a meaning of its own.
is_plain() {
	[[ $1 != *[!A-Za-z0-9_./+@~-]* ]]
}

# check_path WHAT PATH
check_path() {
	is_plain "$2" || fail 1 "$1 '$2' has a character that Kbuild cannot cope with" \
		"use a path of letters, digits and any of _ . / + @ ~ -"
}

# check_program FILE VARIABLE: one of klpmake's own.
check_program() {
	[[ -f $1 && -x $1 ]] || fail 3 "the program '$1' is missing" "$(incomplete "$2")"
}

# incomplete VARIABLE: what to do where a part of klpmake is missing that VARIABLE names.
incomplete() {
	printf 'klpmake is not installed completely: install it again, or set %s\n' "$1"
}

# set_now: microseconds, to NOW.
set_now() {
	local LC_ALL=C

	NOW=${EPOCHREALTIME-}
	NOW=${NOW/./}
	# Before Bash 5.
	[[ -n $NOW ]] || NOW=$(date +%s%6N) || fail 3 "there is no date"
}

# find_processors: how many there are, to PROCESSORS.
find_processors() {
	# shellcheck disable=SC2034 # for who runs make
	PROCESSORS=$(getconf _NPROCESSORS_ONLN 2>/dev/null) || PROCESSORS=1
}
