# SPDX-License-Identifier: GPL-2.0-or-later
# How far long work is: "comparing 620 files: 118 done, about 3 minutes left". On a terminal in one line that is rewritten
# in place and is gone at the end, elsewhere a line every ten seconds; nothing with -q.
#
# What is counted are lines of a file, to which the work adds one for each step. A process of its own looks at
# it, as klpmake itself waits for the work. How long it will take is told where it is known how much there is: the number of
# steps, or the size of a file that the work reads.
#
# shellcheck shell=bash

unset -v PROGRESS_PROCESS PROGRESS_PIPE PROGRESS_INPUT

# The process, and a pipe that only klpmake itself has open for writing: it is closed when the work is done.
PROGRESS_PROCESS='' PROGRESS_PIPE=''

# The descriptor that the work reads its input by; empty: none.
PROGRESS_INPUT=''

# await_counted TEXT FILE DIVISOR TOTAL COMMAND WORD...: awaits COMMAND, which adds DIVISOR lines to FILE for each
# thing that is done, TOTAL lines in all; 0: how many is not known. FILE's folder is klpmake's own.
await_counted() {
	local text=$1 file=$2 divisor=$3 total=$4 status

	shift 4
	: 2>/dev/null >"$file" || cannot_write "$file"
	progress_begin "$text" "$file" "$divisor" "$total"
	await "$@"
	status=$?
	progress_end
	return "$status"
}

progress_begin() {
	[[ -z ${OPTION[quiet]} ]] || return 0
	[[ -p $2.pipe ]] || must mkfifo "$2.pipe"
	exec {PROGRESS_PIPE}<>"$2.pipe" || fail 3 "cannot open '$2.pipe'"
	progress_show "$@" &
	PROGRESS_PROCESS=$!
}

progress_end() {
	[[ -n $PROGRESS_PROCESS ]] || return 0
	exec {PROGRESS_PIPE}>&-
	wait "$PROGRESS_PROCESS" 2>/dev/null
	PROGRESS_PROCESS='' PROGRESS_PIPE=''
	[[ ! -t 2 ]] || printf '\r\033[K' >&2
}

# progress_parts DONE TOTAL: sets "parts" to how many of a thousand parts are done, 0 where that is not known.
progress_parts() {
	local position size

	parts=0
	if [[ $2 -gt 0 ]]; then
		parts=$((1000 * $1 / $2))
	elif [[ -n $PROGRESS_INPUT ]]; then
		size=$(stat -Lc %s "/dev/fd/$PROGRESS_INPUT" 2>/dev/null)
		read -r _ position 2>/dev/null <"/proc/self/fdinfo/$PROGRESS_INPUT"
		[[ ! ${position-} =~ ^[0-9]+$ || ! $size =~ ^[1-9][0-9]*$ ]] || parts=$((1000 * position / size))
	fi
}

# progress_left PARTS: sets "left" to words for the time that is left after SECONDS; to nothing where too little is known.
progress_left() {
	local seconds

	left=''
	[[ $1 -gt 0 && $SECONDS -ge 5 ]] || return 0
	seconds=$((SECONDS * (1000 - $1) / $1))
	if [[ $seconds -lt 60 ]]; then
		left=', less than a minute left'
	elif [[ $seconds -lt 90 ]]; then
		left=', about a minute left'
	else
		left=", about $(((seconds + 30) / 60)) minutes left"
	fi
}

# progress_show TEXT FILE DIVISOR TOTAL: until the pipe is closed, or klpmake is gone. Reading with a time limit, where
# nothing ever comes, is a sleep that needs no process.
progress_show() {
	local text=$1 file=$2 divisor=$3 total=$4 tick=1 due=10 last='' count line pipe parts left

	[[ ! -t 2 ]] || tick=0.2 due=0
	# Opened while the other one is there, so that this waits for nobody.
	exec {pipe}<"$file.pipe" {PROGRESS_PIPE}>&- || return
	SECONDS=0
	while :; do
		read -r -t "$tick" <&"$pipe"
		# Not the time limit, but the end.
		[[ $? -gt 128 ]] || return 0
		[[ $SECONDS -ge $due ]] || continue
		count=$(wc -l <"$file") || return
		progress_parts "$count" "$total"
		progress_left "$parts"
		line="klpmake: $text: $((count / divisor)) done$left"
		[[ $line != "$last" ]] || continue
		last=$line
		if [[ -t 2 ]]; then
			printf '\r%s\033[K' "$line" >&2
		else
			printf '%s\n' "$line" >&2
			due=$((SECONDS + 10))
		fi
	done
}
