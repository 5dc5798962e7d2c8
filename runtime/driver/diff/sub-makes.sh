# SPDX-License-Identifier: GPL-2.0-or-later
# The module, made by what Kbuild's own Makefile would run, but without that: it asks the compiler dozens of things that
# are the same each time. What it then runs are makes of scripts/Makefile.build, Makefile.modpost and Makefile.modfinal,
# with variables for which it takes most of its time. The first link of a kernel notes them, others run them.
#
# Comes in: the module's folder, with its Kbuild file. Goes out: the module, the same to the byte.
#
# An entry .klpmake-makes-KEY of the prepared source has, for each make, N.folder, N.words and N.variables, and "made-by",
# which tells what they depend on. The work folder is @WORK@ in them. An entry .klpmake-kept/main/NAME-KEY has the objects
# of the main file, which are the same for all livepatches of one name, and Kbuild's notes of how they were compiled.
# shellcheck shell=bash

# The main file's parts (klpmake.mk), and what is kept of each.
MAIN_PARTS=(klpmake-begin klpmake-main)
MAIN_FILES=(klpmake-begin.o klpmake-begin.cmd klpmake-main.o klpmake-main.cmd)

unset -v MAKES MAKES_ENTRY MAIN_ENTRY

# The entries that are used: of the makes, empty where there is none; where these will be kept; of the main file.
MAKES='' MAKES_ENTRY='' MAIN_ENTRY=''

# note_makes: writes $WORK/make, which is to be run as make is, and notes each of these makes in $WORK/makes. Those that
# others of them run come with them.
note_makes() {
	must mkdir "$WORK/makes"
	# shellcheck disable=SC2016 # for the other shell
	write_lines "$WORK/make" '#!/bin/bash' "folder=$WORK/makes" '
case " $* " in
*" -f "*/scripts/Makefile.*)
	number=$(printf "%03d-%03d" "$MAKELEVEL" "$(find "$folder" -name "*.folder" | wc -l)")
	pwd >"$folder/$number.folder" && printf "%s\0" "$@" >"$folder/$number.words" &&
		env -0 >"$folder/$number.variables" || exit
	;;
esac
exec make "$@"'
	must chmod +x "$WORK/make"
}

# makes_entry FLAGS: the folder, for what run_make() is called with.
makes_entry() {
	local sum

	set_environment
	sum=$(printf '%s\n' "1 $ENVIRONMENT ${OPTION[build]} $EXTRA_SYMBOLS" "${1//"$WORK"/@WORK@}" "$KLPMAKE_RUNTIME" \
		"$KLPMAKE_PLUGIN" "${KCFLAGS-}" | sha256sum) || fail 3 "cannot run sha256sum"
	printf '%s/.klpmake-makes-%s\n' "${SOURCE[folder]}" "${sum:0:32}"
}

# made_by VARIABLES: what these came of: the kernel's Makefiles, its configuration, the programs that are run.
made_by() {
	local line name file from build files=() found=()
	local -A value=()

	while IFS= read -r -d '' line; do
		name=${line%%=*}
		case $name in
		srctree | objtree | SRCARCH | CC | LD | PATH) value[$name]=${line#*=} ;;
		esac
	done <"$1"
	cd "${OPTION[build]}" || return
	for name in CC LD; do
		files+=("$(PATH=${value[PATH]-$PATH} type -P "${value[$name]%% *}")")
	done
	from=${value[srctree]:-.} build=${value[objtree]:-.}
	files+=({"$from","$build"}/{Makefile*,.config,Kbuild} "$from/scripts"/{,.}* "$from/arch/${value[SRCARCH]-}"/{,.}*
		include/config/auto.conf)
	for file in "${files[@]}"; do [[ ! -f $file ]] || found+=("$file"); done
	stat -L -c '%n %s %y' "${found[@]}"
}

# keep_makes NAME ENTRY: of those in $WORK/makes, the ones that Kbuild's Makefile itself has run, which are of the lowest level.
keep_makes() {
	local files first level file name number=0 names=()

	files=("$WORK/makes"/*.words)
	[[ ${#files[@]} -gt 0 ]] || return 0
	first=${files[0]##*/}
	level=${first%%-*}
	for file in "$WORK/makes/$level"-*.words; do
		file=${file%.words}
		number=$((number + 1))
		for name in folder words variables; do
			LC_ALL=C sed -z "s|$WORK|@WORK@|g" "$file.$name" >"$WORK/makes/$number.$name" || return 0
			names+=("$number.$name")
		done
	done
	(made_by "${files[0]%.words}.variables") >"$WORK/makes/made-by" 2>/dev/null || return 0
	keep_entry "$2" "$WORK/makes/" made-by "${names[@]}" || return 0
	keep_main "$1" "$2" "$WORK/makes/made-by"
}

# set_main_entry NAME ENTRY MADE-BY: to MAIN_ENTRY, the folder, for the module NAME, what the makes are kept as, and a file of
# what these came of.
set_main_entry() {
	local sum

	[[ -z $MAIN_ENTRY ]] || return 0
	sum=$({
		printf '%s\n' "$1" "${OPTION[replace]}" "$2" && cat "$3" && sha256sum "$KLPMAKE_RUNTIME"/klpmake*.[ch] "$KLPMAKE_PLUGIN"
	} | sha256sum) || fail 3 "cannot run sha256sum"
	MAIN_ENTRY=${SOURCE[folder]}/.klpmake-kept/main/$1-${sum:0:32}
}

# keep_main NAME ENTRY MADE-BY: of the module that was built.
keep_main() {
	local part

	set_main_entry "$@"
	[[ ! -d $MAIN_ENTRY ]] || return 0
	for part in "${MAIN_PARTS[@]}"; do
		[[ -f $part.o && -f .$part.o.cmd ]] || return 0
		cp "$part.o" "$WORK/makes-$part.o" && sed "s|$WORK|@WORK@|g" ".$part.o.cmd" >"$WORK/makes-$part.cmd" || return 0
	done
	keep_entry "$MAIN_ENTRY" "$WORK/makes-" "${MAIN_FILES[@]}" || :
}

# take_main NAME ENTRY MADE-BY: make finds them newer than what they were made of, as they are, unless that has changed since.
take_main() {
	local part text files=()

	set_main_entry "$@"
	is_whole "$MAIN_ENTRY" || return 0
	for part in "${MAIN_PARTS[@]}"; do
		files+=("$KLPMAKE_RUNTIME/$part.c" "$MAIN_ENTRY/$part.o")
	done
	if cp -p "${files[@]}" . 2>/dev/null; then
		for part in "${MAIN_PARTS[@]}"; do
			IFS= read -r -d '' text <"$MAIN_ENTRY/$part.cmd"
			printf '%s' "${text//@WORK@/"$WORK"}" 2>/dev/null >".$part.o.cmd" || cannot_write ".$part.o.cmd"
		done
	else
		rm -f "${MAIN_PARTS[@]/%/.o}"
	fi
}

# find_kept_makes NAME FLAGS: what is kept of earlier builds, for the module NAME, to MAKES; MAKES_ENTRY is where it is kept,
# or will be.
find_kept_makes() {
	MAKES=''
	MAKES_ENTRY=$(makes_entry "$2") || exit
	is_whole "$MAKES_ENTRY" || return 0
	if (made_by "$MAKES_ENTRY/1.variables") 2>/dev/null | cmp -s - "$MAKES_ENTRY/made-by"; then
		MAKES=$MAKES_ENTRY
		take_main "$1" "$MAKES" "$MAKES/made-by"
	else
		# The kernel's headers have been replaced.
		remove_kept "$MAKES_ENTRY"
	fi
}

# run_kept_makes NAME: in the folder of the module. Returns 1 where there is none, or one of them failed: Kbuild itself is to
# say why.
run_kept_makes() {
	local number=0

	[[ -n $MAKES ]] || return
	while number=$((number + 1)); [[ -f $MAKES/$number.words ]]; do
		await run_kept_make "$MAKES/$number" 2>>"$WORK/kept-makes.said" || return 1
	done
	show_messages <"$WORK/kept-makes.said" >&2
	keep_main "$1" "$MAKES" "$MAKES/made-by"
}

# begin_kept_objects NAME...: the first of the makes, for these objects, whose sources are there already, beside what follows. All
# will find them made, or make them.
begin_kept_objects() {
	local word words objects='' file

	for file in "$MAKES"/*.words; do
		mapfile -d '' -t words <"$file" || return 0
		[[ " ${words[*]} " == *'/scripts/Makefile.build '* ]] || continue
		for word in "${words[@]}"; do
			[[ $word != obj=* ]] || objects=${word#obj=}
		done
		run_kept_make "${file%.words}" "${@/#/"${objects:-.}"/}" >/dev/null 2>&1 &
		BESIDE=$!
		return 0
	done
}

end_kept_objects() {
	[[ -z $BESIDE ]] || wait "$BESIDE" 2>/dev/null
	BESIDE=''
}

# run_kept_make FILE [TARGET...]: to be run in a process of its own. The number of jobs, and the pipe for these, were the make's
# that is not run now.
run_kept_make() {
	local file=$1 variables=() words=() flags=() text word i

	shift
	mapfile -d '' -t variables <"$file.variables" && mapfile -d '' -t words <"$file.words" || exit
	variables=("${variables[@]//@WORK@/"$WORK"}") words=("${words[@]//@WORK@/"$WORK"}")
	for i in "${!variables[@]}"; do
		case ${variables[i]} in
		MAKEFLAGS=*)
			text=${variables[i]%% -- *}
			read -r -a flags <<<"$text"
			for word in "${!flags[@]}"; do
				[[ ${flags[word]} != -j*([0-9]) && ${flags[word]} != --jobserver-* ]] || unset "flags[word]"
			done
			variables[i]=${flags[*]}${variables[i]#"$text"}
			;;
		MFLAGS=*) unset "variables[i]" ;;
		esac
	done
	IFS= read -r text <"$file.folder" && cd "${text//@WORK@/"$WORK"}" || exit
	exec env -i "${variables[@]}" make "-j$PROCESSORS" "${words[@]}" MAKE=make "${@//@WORK@/"$WORK"}" >/dev/null
}
