# SPDX-License-Identifier: GPL-2.0-or-later
# How far long work is: "comparing 620 files: 118 done". On a terminal in one line that is rewritten in place
# and is gone at the end, elsewhere a line every ten seconds; nothing with -q.
#
# What is counted are lines of a file, to which the work adds one for each step. A process of its own looks at
# it, as klpmake itself waits for the work.
#
# shellcheck shell=bash

unset -v PROGRESS_PROCESS PROGRESS_PIPE

# The process, and a pipe that only klpmake itself has open for writing: it is closed when the work is done.
PROGRESS_PROCESS='' PROGRESS_PIPE=''

# await_counted TEXT FILE DIVISOR COMMAND WORD...: awaits COMMAND, which adds DIVISOR lines to FILE for each
# thing that is done. FILE's folder is klpmake's own.
await_counted() {
	local text=$1 file=$2 divisor=$3 status

	shift 3
	: 2>/dev/null >"$file" || cannot_write "$file"
	progress_begin "$text" "$file" "$divisor"
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

# progress_show TEXT FILE DIVISOR: until the pipe is closed, or klpmake is gone. Reading with a time limit, where
# nothing ever comes, is a sleep that needs no process.
progress_show() {
	local text=$1 file=$2 divisor=$3 tick=1 due=10 last='' count line pipe

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
		line="klpmake: $text: $((count / divisor)) done"
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
