# SPDX-License-Identifier: GPL-2.0-or-later
# Units that only include what is touched: most are the same with the patch. What the preprocessor makes of them, and what
# is used of that, tells in a fraction of the time that compiling takes. Comes in: UNITS, FIXED. Goes out: fewer UNITS. What cannot be
# replaced, as functions in assembler, and is something else with the patch, is refused.
# shellcheck shell=bash

# So few units are compiled at once.
FEW_UNITS=4

narrow_units() {
	if [[ ${#FIXED[@]} -gt 0 ]]; then
		compare_tokens "${!FIXED[@]}"
		check_fixed
	fi
	[[ ${#INCLUDERS[@]} -eq 0 ]] || compare_tokens "${INCLUDERS[@]}"
	drop_same_units
	[[ ${#UNITS[@]} -eq 0 ]] || return 0
	check_preprocessed
	fail 1 "the patch changes nothing of what this kernel is compiled from [nothing]"
}

# compare_tokens N...
compare_tokens() {
	local number names=() files=() text

	for number; do
		write_token_job "$number"
		names+=("$number.tokens")
		files+=("$WORK/units/$number.new.d")
	done
	text="preprocessing $(count_files $#)"
	say "$text with and without the patch"
	run_jobs "$text" 1 "${names[@]}"
	run_missed_again tokens preprocessing "${files[@]}"
}

# Before klpmake ends: of files that are not compiled, nobody else looks whether they are what was prepared.
check_preprocessed() {
	local LISTS

	set_lists
	check_prepared "$WORK/names" "${LISTS[@]}"
}

unset -v INCLUDERS

# The numbers of the units that are preprocessed.
declare -a INCLUDERS=()

# To INCLUDERS: those that include what is touched, and are not touched themselves; none, if they are few.
find_includers() {
	local number file
	local -A changed=()

	for file in "${TOUCHED[@]}"; do changed[$file]=yes; done
	for number in "${!UNITS[@]}"; do
		[[ -n ${changed[${UNITS[number]}]-} ]] || INCLUDERS+=("$number")
	done
	[[ ${#INCLUDERS[@]} -gt $FEW_UNITS ]] || INCLUDERS=()
}

# write_token_job N: "same" or "different" goes to units/N.tokens, what the files depend on to units/N.old.d and
# units/N.new.d.
write_token_job() {
	local base=$WORK/units/$1 file=${UNITS[$1]-${FIXED[$1]-}} what=--same-tokens flags plan=\'${KLPMAKE_PLAN//\'/\'\\\'\'}\'

	[[ $file != *.c ]] || what=--same-used
	flags=$(flags_of "$1") || exit
	write_job "$1.tokens" "${SOURCE[folder]}" "$flags -E -P -Wp,-MMD,$base.old.d -o $base.old.i $file && cd $WORK/tree && \
$flags -E -P -Wp,-MMD,$base.new.d -o $base.new.i $file && $plan $what $base.old.i $base.new.i >$base.tokens
status=\$?; rm -f $base.old.i $base.new.i; exit \$status"
}

is_same() {
	local word=''

	[[ -e $WORK/jobs/$1.tokens.failed ]] || read -r word <"$WORK/units/$1.tokens" || fail 3 "cannot read '$WORK/units/$1.tokens'"
	[[ $word == same ]]
}

# What cannot be preprocessed cannot be compiled: that is to be told then.
drop_same_units() {
	local number

	for number in "${INCLUDERS[@]}"; do
		! is_same "$number" || unset "UNITS[number]"
	done
}

# What differs may yet be compiled to the same.
check_fixed() {
	local number names=() text word bad='' failed=''

	for number in "${!FIXED[@]}"; do
		is_same "$number" && continue
		write_fixed_job "$number"
		names+=("$number.made")
	done
	[[ ${#names[@]} -gt 0 ]] || return 0
	text="compiling $(count_files ${#names[@]}) that cannot be replaced"
	say "$text with and without the patch"
	run_jobs "$text" 1 "${names[@]}"
	for number in "${names[@]%.made}"; do
		if [[ -e $WORK/jobs/$number.made.failed ]]; then
			report_not_made "$number"
			failed+="${failed:+ }${FIXED[number]}"
			continue
		fi
		read -r word <"$WORK/units/$number.made" || fail 3 "cannot read '$WORK/units/$number.made'"
		[[ $word != same ]] || continue
		[[ -n $bad$failed ]] || check_preprocessed
		report_fixed "${FIXED[number]}"
		bad=yes
	done
	[[ -z $failed ]] || fail 1 "$failed cannot be compiled with and without the patch"
	[[ -z $bad ]] || exit 1
}

# report_not_made N: ends klpmake if it was for want of room.
report_not_made() {
	show_log "$1.made"
	check_job_room "$1.made" "${FIXED[$1]}"
	check_room "$WORK"
}

report_fixed() {
	case $1 in
	*/vdso/*) problem "$1" unsupported "the patch changes code of the vDSO, which programs have mapped: it cannot be replaced" ;;
	*.S) problem "$1" unsupported "the patch changes what this file in assembler is made of: its functions cannot be replaced" ;;
	*) problem "$1" layout "the patch changes numbers that Kbuild finds by this file, for headers that much of the kernel was compiled with" ;;
	esac
}

# write_fixed_job N: "same" or "different" goes to units/N.made. Compared are the two objects, without debug
# information; of files that are only there for numbers, the lines that Kbuild takes these from.
write_fixed_job() {
	local base=$WORK/units/$1 file=${FIXED[$1]} flags made='-c' taken="${OPTION[cross-compile]}objcopy -g"

	case $file in
	*/vdso/* | *.S) ;;
	*) made='-S' taken="sed -i -n '/->/p'" ;;
	esac
	flags=$(flags_of "$1") || exit
	write_job "$1.made" "${SOURCE[folder]}" "$flags $made -o $base.old.o $file && cd $WORK/tree && \
$flags $made -o $base.new.o $file && $taken $base.old.o && $taken $base.new.o || exit
cmp -s $base.old.o $base.new.o
case \$? in
0) echo same >$base.made ;;
1) echo different >$base.made ;;
*) exit 3 ;;
esac"
}
