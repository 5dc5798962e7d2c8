# SPDX-License-Identifier: GPL-2.0-or-later
# What all parts of klpmake use: messages, how it ends, files that are written, programs that are run.
#
# A function that fails has said why, once, and ends klpmake; so does whatever calls it in a process of its own
# and looks at the status: "words=$(function) || exit".
#
# shellcheck shell=bash

# Not to be handed on to programs, should they have come from the environment.
unset -v WORK PREPARING AWAITED

# Folders that are removed at the end: WORK, the work folder, and PREPARING, a source that is being prepared.
WORK=''
PREPARING=''

# The process that klpmake waits for.
AWAITED=''

# Of messages on a terminal, as those of the programs in C have them (fixer/base/diag.c).
declare -rA COLOURS=([error]=$'\033[1;31m' [warning]=$'\033[1;35m' [note]=$'\033[1;36m')

say() {
	[[ -n ${OPTION[quiet]} ]] || printf 'klpmake: %s\n' "$*" >&2
}

# print_message PLACE KIND TEXT: "PLACE: KIND: TEXT". KIND is error, warning or note.
print_message() {
	local bold='' colour='' plain=''

	if [[ -t 2 && -z ${NO_COLOR-} && ${TERM:-dumb} != dumb ]]; then
		bold=$'\033[1m' colour=${COLOURS[$2]} plain=$'\033[0m'
	fi
	printf '%s%s:%s %s%s:%s %s\n' "$bold" "$1" "$plain" "$colour" "$2" "$plain" "$3" >&2
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
	printf '%s\n' "$1" 2>/dev/null || fail 3 "cannot write to standard output"
}

# show_file FILE: to standard output.
show_file() {
	cat "$1" 2>/dev/null || fail 3 "cannot write to standard output"
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
	{ head -c 16384 /dev/zero >"$1/.room"; } 2>/dev/null || cannot_write "$1/.room"
	rm -f "$1/.room"
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
	if [[ -n $AWAITED ]]; then
		kill "$AWAITED" 2>/dev/null
		wait "$AWAITED" 2>/dev/null
	fi
	exit "$1"
}

# pass_on STATUS PROGRAM: ends klpmake where a program of klpmake's has failed, which has said why.
pass_on() {
	case $1 in
	0) ;;
	[123]) exit "$1" ;;
	*) fail 3 "$2 ended with status $1" ;;
	esac
}

# make_work FOLDER NAME: the work folder, NAME and six letters in FOLDER.
make_work() {
	local made

	made=$(mktemp -d "$1/$2.XXXXXX" 2>&1) || fail 3 "cannot make a work folder in '$1': ${made##*: }"
	WORK=$made
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
	[[ -z $PREPARING ]] || remove_folder "$PREPARING"
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

processors() {
	getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1
}
