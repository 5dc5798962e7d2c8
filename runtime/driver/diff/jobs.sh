# SPDX-License-Identifier: GPL-2.0-or-later
# Running the compiler on many files, several at once: make does that, of a script for each.
# shellcheck shell=bash

# write_job NAME FOLDER COMMAND: COMMAND is a shell's. What a compiler that is killed leaves behind goes with the work folder.
write_job() {
	[[ -z ${OPTION[verbose]} ]] || printf '%s\n' "$3" >&2
	write_lines "$WORK/jobs/$1.sh" "export LC_ALL=C TMPDIR=$WORK/jobs" "cd $2 || exit" "$3"
}

# run_jobs TEXT DIVISOR NAME...: runs the scripts jobs/NAME.sh, of which DIVISOR are for one file. Their output is
# in jobs/NAME.log, and jobs/NAME.failed is there where one failed. TEXT says what is done.
#
# The output is written when a script has ended: a compiler that found no room has removed its files by then. Under the lock, so
# that no other run has files generated of which the compiler would see a half, or that were not there yet.
run_jobs() {
	local text=$1 divisor=$2 name marks=() status

	shift 2
	for name; do [[ ! -e $WORK/jobs/$name.failed ]] || marks+=("$WORK/jobs/$name.failed"); done
	[[ ${#marks[@]} -eq 0 ]] || must rm -f "${marks[@]}"
	write_lines "$WORK/jobs/Makefile" ".PHONY: all $*" "all: $*" "$*:" \
		$'\t@said=$$(sh ./$@.sh 2>&1) || : >$@.failed; \\' \
		$'\t{ [ -z "$$said" ] || printf "%s\\n" "$$said"; } >$@.log && echo >>done'
	lock_source --shared
	link_new_files
	await_counted "$text" "$WORK/jobs/done" "$divisor" $# make_jobs
	status=$?
	unlock_source
	[[ $status -ne 0 ]] || return 0
	shown_lines <"$WORK/jobs/make.log" >&2
	check_room "$WORK"
	fail 3 "cannot run the compiler"
}

make_jobs() {
	unset -v MAKEFLAGS MFLAGS MAKELEVEL
	exec make -s -C "$WORK/jobs" "-j$PROCESSORS" all >"$WORK/jobs/make.log" 2>&1
}

# show_log NAME: the compiler's messages, with paths as a patch has them. They show lines of the file that they are about: not
# where that is somewhere else, as a "#line" of a diff may say.
show_log() {
	local line elsewhere='' lines quoted='^ *[0-9]* \|'

	mapfile -t lines <"$WORK/jobs/$1.log" || fail 3 "cannot read '$WORK/jobs/$1.log'"
	for line in "${lines[@]}"; do
		[[ ! $line =~ ^('In file included from '|' '*'from ')?'./' ]] || line=${BASH_REMATCH[1]}${line:${#BASH_REMATCH[0]}}
		if [[ $line != ' '* ]]; then
			elsewhere=''
			[[ ${line%%: *} != /* && /${line%%: *} != */../* ]] || elsewhere=yes
		fi
		[[ -n $elsewhere && $line =~ $quoted ]] || message "$line"
	done
}

# run_failed_again JOB: of the units. Perhaps another run has had files generated since the patched source was made.
run_failed_again() {
	local number names=()

	for number in "${!UNITS[@]}"; do
		[[ ! -e $WORK/jobs/$number.$1.failed ]] || names+=("$number.$1")
	done
	[[ ${#names[@]} -gt 0 ]] || return 0
	rm -f "$WORK/tree.made"
	run_jobs "compiling ${#names[@]} files again" 1 "${names[@]}"
}

# count_files N: "1 file", "N files".
count_files() {
	[[ $1 -eq 1 ]] && printf '1 file\n' || printf '%s files\n' "$1"
}

# check_job_room NAME FILE: ends klpmake if the job, which compiles FILE, failed for want of room.
check_job_room() {
	! grep -q 'No space left on device' "$WORK/jobs/$1.log" || fail 3 "cannot compile $2: No space left on device"
}

# report_no_room JOB: ends klpmake if one of the units could not be compiled for want of room. What a compiler that says
# nothing wants is not known either.
report_no_room() {
	local number

	for number in "${!UNITS[@]}"; do
		[[ -e $WORK/jobs/$number.$1.failed ]] || continue
		[[ -s $WORK/jobs/$number.$1.log ]] || fail 3 "cannot compile ${UNITS[number]}: the compiler failed and said nothing"
		check_job_room "$number.$1" "${UNITS[number]}"
	done
}

# report_failures JOB TEXT: ends klpmake if one of the units could not be compiled, TEXT says how.
report_failures() {
	local number failed=''

	run_failed_again "$1"
	report_no_room "$1"
	for number in "${!UNITS[@]}"; do
		[[ -e $WORK/jobs/$number.$1.failed ]] || continue
		show_log "$number.$1"
		failed+="${failed:+ }${UNITS[number]}"
	done
	[[ -n $failed ]] || return 0
	check_room "$WORK"
	fail 1 "$failed $2"
}
