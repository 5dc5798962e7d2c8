# SPDX-License-Identifier: GPL-2.0-or-later
# The C files to compile, by klp-plan, and how, by Kbuild. Comes in: TOUCHED. Goes out: UNITS and what belongs to
# them, and for unit N units/N.flags and units/N.objtool.
# shellcheck shell=bash

unset -v UNITS UNIT_OBJECTS FIXED USERS INCLUDED COMPILED NAMES

# By their numbers, from 1 on: the units, and all objects that each is part of, with blanks between them.
declare -a UNITS=() UNIT_OBJECTS=()

# By their numbers, others than those of UNITS: files that include what is touched, and whose code cannot be replaced.
declare -a FIXED=()

# USERS: files that may have to be compiled, and the touched files that each includes, with blanks between them.
# INCLUDED: touched files of which debug information is to be asked, too. COMPILED: those that a compiled file includes.
declare -A USERS=() INCLUDED=() COMPILED=()

# What has changed in headers: macros and declarations, as far as they are known.
declare -a NAMES=()

# Where more C files than so many include a header of which only macros and declarations have changed, these decide.
FEW_USERS=10

find_units() {
	say "finding the files to compile"
	write_lines "$WORK/names" "${TOUCHED[@]}"
	ask "$WORK/users" plan_kernel --program=klpmake --users --source="${SOURCE[folder]}" --files="$WORK/files" \
		--cache="${SOURCE[folder]}/.klpmake-includes" --built="${SOURCE[folder]}/.klpmake-built" --few="$FEW_USERS" \
		${TARGET[arch]:+--arch="${TARGET[arch]}"} "${TOUCHED[@]}"
	read_users
	find_compiled
	find_including
	number_units
	[[ ${#UNIT_OBJECTS[@]} -gt 0 ]] || fail 1 "the patch changes nothing that this kernel is built from [nothing]"
	generate_units
	judge_units
	write_units
}

# A touched C file, which is asked for by its name, is none of its own users here.
read_users() {
	local how file user

	while IFS=$'\t' read -r how file user; do
		if [[ $how == changes ]]; then
			NAMES+=("$user")
			continue
		fi
		[[ $how != includes ]] || INCLUDED[$file]=yes
		[[ -z $user || $user == "$file" ]] || USERS[$user]+=" $file"
	done <"$WORK/users"
}

# is_part FILE: of what is made for the kernel beside its own code: headers of numbers that Kbuild has the compiler find
# (the kernel's Kbuild file), and the vDSO, code that the kernel maps into programs.
is_part() {
	case $1 in
	kernel/bounds.c | arch/*/kernel/asm-offsets.c) ;;
	arch/*/um/* | *.lds.S | */vdso2c.c | */genvdso.c) return 1 ;;
	arch/*/vdso/*.[cS]) ;;
	*) return 1 ;;
	esac
}

# To found.users: the users that this kernel has.
find_compiled() {
	local user object file known='' lines=()

	[[ ${#USERS[@]} -gt 0 ]] || return 0
	write_lines "$WORK/users.list" "${!USERS[@]}"
	ask "$WORK/found.users" plan_kernel --compiled "$WORK/users.list"
	while IFS=$'\t' read -r user object; do
		for file in ${USERS[$user]}; do COMPILED[$file]=yes; done
		known+=" $user "
	done <"$WORK/found.users"
	for user in "${!USERS[@]}"; do
		! is_part "$user" || [[ $known == *" $user "* ]] || lines+=("$user"$'\t-')
	done
	[[ ${#lines[@]} -eq 0 ]] || write_lines "$WORK/found.parts" "${lines[@]}"
}

# To found.touched and found.headers: what GCC's debug information knows to be of a touched file, which is perhaps
# included in a way that the source's text does not tell. Some unit has to have it: the others are not part of this
# kernel.
find_including() {
	local i file needed=() known=()

	for i in "${!TOUCHED[@]}"; do
		file=${TOUCHED[i]}
		[[ -n ${INCLUDED[$file]-} && ${TOUCHED_KINDS[i]} != new ]] || continue
		if [[ $file != *.c && -n ${COMPILED[$file]-} ]]; then
			known+=("$file")
		else
			needed+=("$file")
		fi
	done
	[[ ${#needed[@]} -eq 0 ]] || ask "$WORK/found.touched" plan_kernel --units "${needed[@]}"
	[[ ${#known[@]} -eq 0 ]] || ask "$WORK/found.headers" plan_kernel --units --if-built "${known[@]}"
}

# Found are lines of a unit and an object.
number_units() {
	local unit object before='' number=0 line lines files=("$WORK"/found.*)

	[[ ${#files[@]} -gt 0 ]] || return 0
	LC_ALL=C write_output "$WORK/found" sort -u "${files[@]}"
	mapfile -t lines <"$WORK/found" || fail 3 "cannot read '$WORK/found'"
	for line in "${lines[@]}"; do
		IFS=$'\t' read -r unit object <<<"$line"
		# Modpost's, which has no code.
		[[ $unit != *.mod.c ]] || continue
		if [[ $unit != "$before" ]]; then
			number=$((number + 1)) before=$unit
			if [[ $unit == *.S || $object == - ]]; then
				FIXED[number]=$unit
			else
				UNITS[number]=$unit
			fi
		fi
		UNIT_OBJECTS[number]+=${UNIT_OBJECTS[number]:+ }$object
	done
}

# Units whose source Kbuild generates: by its own programs, not from what a patch may touch. They are kept.
generate_units() {
	local unit objects=()

	for unit in "${UNITS[@]}"; do
		[[ -f ${SOURCE[folder]}/$unit ]] || is_removed "$unit" || objects+=("${unit%.c}.o")
	done
	[[ ${#objects[@]} -gt 0 ]] || return 0
	say "generating ${objects[*]/%.o/.c}"
	generate "${objects[@]}"
}

# units.list: lines of a number, the unit or assembler file and the object that it is part of, or one of these.
write_units() {
	local number lines=()

	for number in "${!UNIT_OBJECTS[@]}"; do
		lines+=("$number"$'\t'"${UNITS[number]-${FIXED[number]-}}"$'\t'"${UNIT_OBJECTS[number]%% *}")
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

# lock_without FILE...: locks the source for what is read there, in which these objects are not. A run that was killed
# as it had files generated has left them; Kbuild would tell no command for what is there.
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

# find_commands N...: and what of the patched source the options lead through is made real.
find_commands() {
	local number numbers=' ' lines=()

	for number; do numbers+="$number "; done
	while IFS= read -r number; do
		[[ $numbers != *" ${number%%$'\t'*} "* ]] || lines+=("$number")
	done <"$WORK/units.list"
	write_lines "$WORK/commands.wanted" "${lines[@]}"
	read_commands "$WORK/commands.wanted"
	write_output "$WORK/ways.options" option_ways
	[[ ! -s $WORK/ways.options ]] || make_ways_real "$WORK/ways.options" || :
}

# read_commands LIST: Kbuild tells them when asked what it would do, beside what it does before compiling ("prepare" in
# the kernel's Makefile), which is done. Files that it has no command for make it fail. What it has told other runs is
# kept with the prepared source: that its Makefiles are what they were, prepared.sh looks at.
read_commands() {
	local list=$WORK/commands.list problems status objects words

	set_environment
	words=(--program=klpmake --commands --into="$WORK/units"
		--cache="${SOURCE[folder]}/.klpmake-commands-${ENVIRONMENT:0:16}")
	ask "$list" plan "${words[@]}" "$1"
	[[ -s $list ]] || return 0
	say "asking Kbuild for the commands"
	mapfile -t objects < <(sed -n 's/^[0-9]*\t\(.*\)\.[cS]\t.*/\1.o/p' "$list")
	ask_kbuild "${objects[@]}"
	problems=$(plan "${words[@]}" "$list" "$WORK/kbuild.log" 2>&1) && return
	status=$?
	if [[ $status -eq 1 ]] && make_scripts; then
		ask_kbuild "${objects[@]}"
		problems=$(plan "${words[@]}" "$list" "$WORK/kbuild.log" 2>&1) && return
		status=$?
	fi
	shown_lines <"$WORK/kbuild.err" >&2
	printf '%s\n' "$problems" >&2
	pass_on "$status" klp-plan
}

# ask_kbuild OBJECT...: what it would do, to kbuild.log.
ask_kbuild() {
	lock_without "$@"
	make_files "$WORK/kbuild.log" "$WORK/kbuild.err"
	await kernel_make "${SOURCE[folder]}" -n -k -o prepare V=1 "$@" >"$WORK/kbuild.log" 2>"$WORK/kbuild.err"
	unlock_source
	check_room "$WORK"
}

show_units() {
	local number

	show_line "kernel ${OPTION[release]}, source ${SOURCE[given]}"
	for number in "${!UNITS[@]}"; do
		show_line "${UNITS[number]} is part of ${UNIT_OBJECTS[number]%% *}"
	done
}
