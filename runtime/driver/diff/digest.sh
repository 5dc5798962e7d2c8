# SPDX-License-Identifier: GPL-2.0-or-later
# Digests of each unit as it was and as it is patched, by the compiler plugin, and objects of both. Comes in: UNITS, COMPARED.
# Goes out: CHANGED, OLD, OBJECT, and for unit N units/N.new and units/N.new.code.
# shellcheck shell=bash

unset -v CHANGED JOBS FRESH OLD OLD_SAID OBJECT

# The numbers of the units that the patch changes; of those whose originals have just been compiled, as nothing of them
# was kept; and the names of jobs that are to be run.
declare -a CHANGED=() FRESH=() JOBS=()

# By the numbers of units: the digests of the originals, beside which there are .code and .d, what the compiler said, and objects.
declare -a OLD=() OLD_SAID=() OBJECT=()

# flags_of N: the compiler and its options.
flags_of() {
	local flags

	read -r flags <"$WORK/units/$1.flags" || fail 3 "cannot read '$WORK/units/$1.flags'"
	printf '%s\n' "$flags"
}

# comparing_command N UNIT NAME [OPTION]: writes the digest to units/N.NAME, the object to units/N.NAME.code. In the
# object, functions are in sections of their own, so that what they are to each other is in relocations, and names such
# as .LC3 are kept. Variables are not found by their distance from others, which one more of them changes. GCOV's notes would
# go to the source.
comparing_command() {
	local base=$WORK/units/$1.$3 argument=-fplugin-arg-klpmake flags

	flags=$(flags_of "$1") || exit
	printf '%s' "exec $flags -Wp,-MD,$base.d -fplugin=$KLPMAKE_PLUGIN $argument-digest=$base $argument-compile=yes" \
		" ${4-} -g0 -ffunction-sections -fno-section-anchors -fno-test-coverage -Wa,-L -c -o $base.code $2"
}

# write_new_job N UNIT NAME: of the patched unit. What it is compiled with, outside.sh looks at.
write_new_job() {
	local command

	command=$(comparing_command "$1" "$2" "$3" "-I$KLPMAKE_RUNTIME -Wa,--MD,$WORK/units/$1.$3.asm.d") || exit
	write_job "$1.$3" "$WORK/tree" "$command"
}

# write_digest_jobs N...: of the originals to OLD, where these are not kept, of the patched units to N.new. Adds them to JOBS.
write_digest_jobs() {
	local number

	COMMANDS=()
	for number; do COMMANDS[number]=$(comparing_command "$number" "${UNITS[number]}" old) || exit; done
	take_kept old old{,.d,.code,.said}
	for number; do
		if [[ -n ${TAKEN[number]-} ]]; then
			OLD[number]=${TAKEN[number]}/old OLD_SAID[number]=${TAKEN[number]}/old.said
		else
			OLD[number]=$WORK/units/$number.old OLD_SAID[number]=$WORK/jobs/$number.old.log
			write_job "$number.old" "${SOURCE[folder]}" "${COMMANDS[number]}"
			FRESH+=("$number")
			JOBS+=("$number.old")
		fi
		write_new_job "$number" "${UNITS[number]}" new
		JOBS+=("$number.new")
	done
}

# keep_digests: of FRESH. They are good: what they were made of is what was prepared.
keep_digests() {
	local number

	COMMANDS=()
	for number in "${FRESH[@]}"; do
		[[ -z ${UNITS[number]-} ]] || COMMANDS[number]=$(comparing_command "$number" "${UNITS[number]}" old) || exit
	done
	set_entries old
	for number in "${!ENTRIES[@]}"; do
		must cp "${OLD_SAID[number]}" "$WORK/units/$number.old.said"
		keep "$number" old{,.d,.code,.said}
	done
}

# To LISTS, the compiler's lists of what it has read, as far as there are any.
set_lists() {
	local list

	LISTS=("$WORK/units"/*.{old,new}.d)
	for list in "${OLD[@]/%/.d}"; do
		[[ $list == "$WORK/units/"* || ! -e $list ]] || LISTS+=("$list")
	done
}

# unit_line N: as --changed and --layout read it.
unit_line() {
	local base=$WORK/units/$1

	printf '%s\t' "$1" "${UNITS[$1]}" "${UNIT_OBJECTS[$1]}" "${OLD[$1]}" "$base.new" "${OLD[$1]}.code"
	printf '%s\n' "$base.new.code"
}

digest_units() {
	local number numbers=() files=() LISTS text

	text="comparing $(count_files ${#UNITS[@]})"
	say "$text with and without the patch"
	JOBS=()
	for number in "${!UNITS[@]}"; do
		[[ -n ${COMPARED[number]-} ]] || numbers+=("$number")
		files+=("$WORK/units/$number.new.d")
	done
	write_digest_jobs "${numbers[@]}"
	[[ ${#JOBS[@]} -eq 0 ]] || run_jobs "$text" 2 "${JOBS[@]}"
	! generate_files || run_jobs "$text" 2 "${JOBS[@]}"
	run_missed_again new comparing "${files[@]}"
	set_lists
	check_prepared "$WORK/names" "${LISTS[@]}"
	place_true_files
	report_failures old "cannot be compiled even without the patch"
	report_failures new "cannot be compiled with the patch"
	warn_outside new "${!UNITS[@]}"
	keep_digests
	show_warnings
}

# Some units need files that Kbuild generates beside them, which their failure shows. Kbuild is told
# to compile these, in the prepared source, so that they are there from then on. Returns 1 where none failed, and ends
# klpmake where it was room that failed: the prepared source is not to be changed for that.
generate_files() {
	local number objects=()

	for number in "${!UNITS[@]}"; do
		[[ ! -e $WORK/jobs/$number.old.failed ]] || objects+=("${UNITS[number]%.c}.o")
	done
	[[ ${#objects[@]} -gt 0 ]] || return
	report_no_room old
	check_room "$WORK"
	check_all_prepared
	say "generating files that compiling ${objects[*]} needs"
	generate "${objects[@]}"
	make_tree
}

# run_missed_again JOB TEXT FILE...: runs the jobs N.JOB of those units again that came to the original of a touched
# file, as their dependencies FILE..., N.*, tell, as far as these are there, until none does.
run_missed_again() {
	local job=$1 text=$2 file files numbers ways number way line lines

	shift 2
	while :; do
		files=()
		for file; do [[ ! -e $file ]] || files+=("$file"); done
		[[ ${#files[@]} -gt 0 ]] || return 0
		ask "$WORK/missed" plan --missed --touched="$WORK/names" "${files[@]}"
		mapfile -t lines <"$WORK/missed" || fail 3 "cannot read '$WORK/missed'"
		[[ ${#lines[@]} -gt 0 ]] || return 0
		numbers=() ways=()
		for line in "${lines[@]}"; do
			IFS=$'\t' read -r number way <<<"$line"
			numbers[number]=$number.$job
			ways+=("$way")
		done
		write_lines "$WORK/ways" "${ways[@]}"
		make_ways_real "$WORK/ways" || return 0
		run_jobs "$text ${#numbers[@]} files again" 1 "${numbers[@]}"
	done
}

# Warnings that the patch has brought: their lines need not be the old ones.
show_warnings() {
	local number line lines key
	local -A old

	[[ -z ${OPTION[quiet]} ]] || return 0
	for number in "${!UNITS[@]}"; do
		[[ -s $WORK/jobs/$number.new.log ]] || continue
		old=()
		mapfile -t lines <"${OLD_SAID[number]}" || fail 3 "cannot read '${OLD_SAID[number]}'"
		for line in "${lines[@]}"; do
			[[ $line == *': warning: '* ]] || continue
			key=$(warning_text "$line")
			old[$key]=yes
		done
		mapfile -t lines <"$WORK/jobs/$number.new.log" || fail 3 "cannot read '$WORK/jobs/$number.new.log'"
		for line in "${lines[@]}"; do
			[[ $line == *': warning: '* ]] || continue
			key=$(warning_text "$line")
			[[ -n ${old[$key]-} ]] || message "${line#./}"
		done
	done
}

# warning_text LINE: without numbers of lines and columns.
warning_text() {
	local line=${1#./}

	while [[ $line =~ :[0-9]+ ]]; do line=${line/"${BASH_REMATCH[0]}"/}; done
	printf '%s\n' "$line"
}

# object_command N: of the original, with debug information.
object_command() {
	local flags

	flags=$(flags_of "$1") || exit
	printf '%s' "exec $flags -g -c -o $WORK/units/$1.o ${UNITS[$1]}"
}

# Of units that differ there has to be an object of the original as the kernel has it, for klp-plan to compare with that.
find_changes() {
	local number line lines=() names=()

	for number in "${!UNITS[@]}"; do lines+=("$(unit_line "$number")") || exit; done
	write_lines "$WORK/digests.list" "${lines[@]}"
	ask "$WORK/changed" plan --program=klpmake --changed "$WORK/digests.list"
	mapfile -t lines <"$WORK/changed" || fail 3 "cannot read '$WORK/changed'"
	COMMANDS=()
	for line in "${lines[@]}"; do
		IFS=$'\t' read -r number _ <<<"$line"
		CHANGED+=("$number")
		COMMANDS[number]=$(object_command "$number") || exit
	done
	take_kept object o
	for number in "${CHANGED[@]}"; do
		if [[ -n ${TAKEN[number]-} ]]; then
			OBJECT[number]=${TAKEN[number]}/o
		else
			# shellcheck disable=SC2034 # for module.sh
			OBJECT[number]=$WORK/units/$number.o
			write_job "$number.object" "${SOURCE[folder]}" "${COMMANDS[number]}"
			names+=("$number.object")
		fi
	done
	if [[ ${#names[@]} -gt 0 ]]; then
		run_jobs "compiling ${#names[@]} changed files as they were" 1 "${names[@]}"
		report_failures object "cannot be compiled even without the patch"
		for number in "${names[@]%.object}"; do keep "$number" o; done
	fi
	[[ ${#FRESH[@]} -eq 0 && ${#names[@]} -eq 0 ]] || limit_kept
}
