# SPDX-License-Identifier: GPL-2.0-or-later
# The C files to compile, by klp-plan, and how, by Kbuild. Comes in: TOUCHED. Goes out: UNITS and what belongs to
# them, and for unit N units/N.flags and units/N.objtool.
# shellcheck shell=bash

unset -v UNITS UNIT_OBJECTS

# By their numbers, from 1 on: the units, and all objects that each is part of, with blanks between them.
declare -a UNITS=() UNIT_OBJECTS=()

find_units() {
	local i asked=()

	say "finding the files to compile"
	write_lines "$WORK/names" "${TOUCHED[@]}"
	find_macro_users
	for i in "${!TOUCHED[@]}"; do
		case ${TOUCHED_KINDS[i]}-${TOUCHED[i]} in
		new-*) continue ;;
		modify-*.c) ;;
		modify-*) ! find_users "${TOUCHED[i]}" "$i" || continue ;;
		esac
		asked+=("${TOUCHED[i]}")
	done
	[[ ${#asked[@]} -eq 0 ]] || ask "$WORK/found.all" plan_kernel --units "${asked[@]}"
	number_units
	[[ ${#UNITS[@]} -gt 0 ]] || fail 1 "the patch changes nothing that this kernel is built from [nothing]"
	must mkdir "$WORK/units" "$WORK/jobs" "$WORK/module"
	judge_units
	write_units
}

# GCC's debug information names a header in those units only that have code, types or variables of it, so the
# source itself has to be asked who uses its changed macros. These may be too many, as names may be used for more
# than one thing: the digests tell in the end what has changed.
find_macro_users() {
	local i headers=()

	for i in "${!TOUCHED[@]}"; do
		[[ ${TOUCHED_KINDS[i]} != modify || ${TOUCHED[i]} == *.c ]] || headers+=("${TOUCHED[i]}")
	done
	[[ ${#headers[@]} -eq 0 ]] || ask "$WORK/users" plan --users --source="${SOURCE[folder]}" --files="$WORK/files" \
		${SOURCE[arch]:+--arch="${SOURCE[arch]}"} "${headers[@]}"
}

# find_users HEADER NUMBER: the units that use it, where its macros are changed, to found.NUMBER. Returns 1 where none
# are changed, or nobody uses it: that is to be treated as any header is.
find_users() {
	local header user users=()

	while IFS=$'\t' read -r header user; do
		[[ $header != "$1" ]] || users+=("$user")
	done <"$WORK/users"
	[[ ${#users[@]} -gt 0 ]] || return
	ask "$WORK/found.$2" plan_kernel --units --if-built "${users[@]}"
	[[ -s $WORK/found.$2 ]]
}

# Found are lines of a unit and an object.
number_units() {
	local unit object before='' number=0 line lines

	write_output "$WORK/found" env LC_ALL=C sort -u "$WORK"/found.*
	mapfile -t lines <"$WORK/found" || fail 3 "cannot read '$WORK/found'"
	for line in "${lines[@]}"; do
		IFS=$'\t' read -r unit object <<<"$line"
		if [[ $unit == "$before" ]]; then
			UNIT_OBJECTS[number]+=" $object"
			continue
		fi
		number=$((number + 1)) before=$unit
		UNITS[number]=$unit
		UNIT_OBJECTS[number]=$object
	done
}

# units.list: lines of a number, the unit and the object that it is part of, or one of these.
write_units() {
	local number lines=()

	for number in "${!UNITS[@]}"; do
		lines+=("$number"$'\t'"${UNITS[number]}"$'\t'"${UNIT_OBJECTS[number]%% *}")
	done
	write_lines "$WORK/units.list" "${lines[@]}"
}

# Is the file removed by the patch?
is_removed() {
	local i

	for i in "${!TOUCHED[@]}"; do
		[[ ${TOUCHED[i]} != "$1" || ${TOUCHED_KINDS[i]} != remove ]] || return 0
	done
	return 1
}

judge_units() {
	local unit bad=''

	for unit in "${UNITS[@]}"; do
		check_path "the source file" "$unit"
		if [[ ! -f ${SOURCE[folder]}/$unit ]]; then
			problem "$unit" unsupported "the kernel is built from this file, but '${SOURCE[given]}' has none"
			bad=yes
		elif is_removed "$unit"; then
			problem "$unit" unsupported "the patch removes this file, but its code stays in the running kernel: remove only what calls it"
			bad=yes
		fi
	done
	[[ -z $bad ]] || exit 1
}

# lock_without FILE...: locks the source for what is read there, in which these objects are not. A run that was killed as
# it had files generated has left them; Kbuild would tell no command for what is there.
lock_without() {
	local file

	lock_source --shared
	for file; do
		[[ -e ${SOURCE[folder]}/$file ]] || continue
		unlock_source
		lock_source --exclusive
		must rm -f "${@/#/${SOURCE[folder]}/}"
		break
	done
}

# Kbuild tells the commands when asked what it would do. Files that it has no command for make it fail.
find_commands() {
	local objects=("${UNITS[@]/%.c/.o}") problems

	say "asking Kbuild for the commands"
	lock_without "${objects[@]}"
	await kernel_make "${SOURCE[folder]}" -n -k V=1 "${objects[@]}" >"$WORK/kbuild.log" 2>"$WORK/kbuild.err"
	unlock_source
	check_room "$WORK"
	problems=$(plan --program=klpmake --commands --into="$WORK/units" "$WORK/units.list" "$WORK/kbuild.log" 2>&1) && return
	set -- $?
	cat "$WORK/kbuild.err" >&2
	printf '%s\n' "$problems" >&2
	pass_on "$1" klp-plan
}

show_units() {
	local number

	show_line "kernel ${OPTION[release]}, source ${SOURCE[given]}"
	for number in "${!UNITS[@]}"; do
		show_line "${UNITS[number]} is part of ${UNIT_OBJECTS[number]%% *}"
	done
}
