# SPDX-License-Identifier: GPL-2.0-or-later
# A few units, compared before all others are even preprocessed: where a patch changes a structure that hundreds of files
# use, it is not to take minutes to say so. Comes in: UNITS. Goes out: COMPARED.
# shellcheck shell=bash

unset -v FIRST COMPARED

# The numbers of these units, and, by their numbers, those of which there are digests and objects then.
declare -a FIRST=() COMPARED=()

# So many: as many as there may be processors.
FIRST_UNITS=2

# Of more units than these, Kbuild is not asked for the commands of all before the first have been compared.
MANY_UNITS=50

# To FIRST. Touched files are compared in any case; of the others, those are likely to use what has changed which say its
# name most often, and those to use a header of which GCC has written debug information.
choose_first_units() {
	local number unit file rest
	local -A number_of=()

	for number in "${!UNITS[@]}"; do number_of[${UNITS[number]}]=$number; done
	for file in "${TOUCHED[@]}"; do add_first "${number_of[$file]-}"; done
	if [[ ${#NAMES[@]} -gt 0 && ${#FIRST[@]} -lt $FIRST_UNITS ]]; then
		write_lines "$WORK/first.names" "${NAMES[@]}"
		write_lines "$WORK/first.units" "${UNITS[@]}"
		write_output "$WORK/first.mentions" count_mentions
		while IFS=$'\t' read -r _ file; do add_first "${number_of[$file]-}"; done <"$WORK/first.mentions"
	fi
	for file in "$WORK/found.touched" "$WORK/found.headers"; do
		[[ -f $file ]] || continue
		while IFS=$'\t' read -r unit rest; do add_first "${number_of[$unit]-}"; done <"$file"
	done
	for number in "${!UNITS[@]}"; do add_first "$number"; done
}

# Lines of a number and a unit that says a name of first.names in so many lines, the most first.
count_mentions() {
	local file count

	cd "${SOURCE[folder]}" || exit
	# Units that Kbuild generates may be missing, and there need not be any that says one.
	{ xargs -d '\n' -a "$WORK/first.units" grep -s -H -c -Z -w -F -f "$WORK/first.names" -- || :; } |
		while IFS= read -r -d '' file && read -r count; do
			[[ $count -eq 0 ]] || printf '%s\t%s\n' "$count" "$file"
		done | LC_ALL=C sort -k 1,1nr -k 2
}

# add_first N: nothing if it is none, or there are enough.
add_first() {
	[[ -z $1 || ${#FIRST[@]} -ge $FIRST_UNITS ]] || is_one_of "$1" "${FIRST[@]}" || FIRST+=("$1")
}

# What fails here fails again, and is told then.
compare_first_units() {
	local number numbers=("${!UNIT_OBJECTS[@]}") lines=() files text

	[[ ${#INCLUDERS[@]} -gt 0 && -z ${OPTION['all']} ]] && ! is_allowed layout || return 0
	choose_first_units
	[[ ${#UNITS[@]} -le $MANY_UNITS ]] || numbers=("${FIRST[@]}")
	find_commands "${numbers[@]}"
	text="comparing the first $(count_files ${#FIRST[@]}) of ${#UNITS[@]}"
	say "$text with and without the patch"
	write_digest_jobs "${FIRST[@]}"
	run_jobs "$text" 2 "${JOBS[@]}"
	files=("${FIRST[@]/#/$WORK/units/}")
	run_missed_again new comparing "${files[@]/%/.new.d}"
	for number in "${FIRST[@]}"; do
		[[ ! -e $WORK/jobs/$number.old.failed && ! -e $WORK/jobs/$number.new.failed ]] || continue
		# shellcheck disable=SC2034 # for digest.sh
		COMPARED[number]=yes
		lines+=("$(unit_line "$number")") || exit
	done
	[[ ${#lines[@]} -gt 0 ]] || return 0
	check_preprocessed
	refuse_layout "${lines[@]}"
}

# refuse_layout LINE...
refuse_layout() {
	local status words=()

	# Of what is allowed the plan tells.
	! is_allowed fits || words+=(--allow=fits)
	write_lines "$WORK/first.list" "$@"
	await plan --program=klpmake --build="${OPTION[build]}" --numbered="$WORK/lines" "${words[@]}" --layout "$WORK/first.list" && return
	status=$?
	[[ $status -ne 1 ]] ||
		note "$((${#UNITS[@]} - $#)) more files that include what is touched have not been compared: --all does that"
	pass_on "$status" klp-plan
}
