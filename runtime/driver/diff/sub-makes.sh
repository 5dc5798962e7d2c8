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
	local line name
	local -A value=()

	while IFS= read -r -d '' line; do
		name=${line%%=*}
		case $name in
		srctree | objtree | SRCARCH | CC | LD | PATH) value[$name]=${line#*=} ;;
		esac
	done <"$1"
	cd "${OPTION[build]}" || return
	for name in CC LD; do
		PATH=${value[PATH]-$PATH} type -P "${value[$name]%% *}"
	done | xargs -d '\n' stat -L -c '%n %s %y'
	find "${value[srctree]:-.}/" "${value[objtree]:-.}/" -maxdepth 1 '(' -name 'Makefile*' -o -name .config -o -name Kbuild ')' \
		-printf '%p %s %T@\n'
	find "${value[srctree]:-.}/scripts/" "${value[srctree]:-.}/arch/${value[SRCARCH]-}/" -maxdepth 1 -type f \
		-printf '%p %s %T@\n'
	find include/config/auto.conf -printf '%p %s %T@\n'
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

# main_entry NAME ENTRY MADE-BY: the folder, for the module NAME, what the makes are kept as, and a file of what these
# came of.
main_entry() {
	local sum

	sum=$({
		printf '%s\n' "$1" "${OPTION[replace]}" "$2" && cat "$3" && sha256sum "$KLPMAKE_RUNTIME"/klpmake*.[ch] "$KLPMAKE_PLUGIN"
	} | sha256sum) || fail 3 "cannot run sha256sum"
	printf '%s/.klpmake-kept/main/%s-%s\n' "${SOURCE[folder]}" "$1" "${sum:0:32}"
}

# keep_main NAME ENTRY MADE-BY: of the module that was built.
keep_main() {
	local entry part

	entry=$(main_entry "$@") || exit
	[[ ! -d $entry ]] || return 0
	for part in "${MAIN_PARTS[@]}"; do
		[[ -f $part.o && -f .$part.o.cmd ]] || return 0
		cp "$part.o" "$WORK/makes-$part.o" && sed "s|$WORK|@WORK@|g" ".$part.o.cmd" >"$WORK/makes-$part.cmd" || return 0
	done
	keep_entry "$entry" "$WORK/makes-" "${MAIN_FILES[@]}" || :
}

# take_main NAME ENTRY MADE-BY: make finds them newer than what they were made of, as they are, unless that has changed since.
take_main() {
	local entry part

	entry=$(main_entry "$@") || exit
	take_entry "$entry" "$WORK/main-" "${MAIN_FILES[@]}" || return 0
	for part in "${MAIN_PARTS[@]}"; do
		must cp -p "$KLPMAKE_RUNTIME/$part.c" "$part.c"
		must mv "$WORK/main-$part.o" "$part.o"
		touch -r "$entry/$part.o" "$part.o" 2>/dev/null || must rm -f "$part.o"
		write_output ".$part.o.cmd" sed "s|@WORK@|$WORK|g" "$WORK/main-$part.cmd"
	done
}

# run_kept_makes NAME ENTRY: in the folder of the module. Returns 1 where there is none, or one of them failed: Kbuild itself
# is to say why.
run_kept_makes() {
	local number=0 names=(made-by) file

	[[ -d $2 ]] || return
	for file in "$2"/*.words; do
		number=$((number + 1))
		names+=("$number".{folder,words,variables})
	done
	must mkdir "$WORK/kept-makes"
	take_entry "$2" "$WORK/kept-makes/" "${names[@]}" || return
	if ! (made_by "$WORK/kept-makes/1.variables") 2>/dev/null | cmp -s - "$WORK/kept-makes/made-by"; then
		# The kernel's headers have been replaced.
		remove_kept "$2"
		return 1
	fi
	take_main "$1" "$2" "$WORK/kept-makes/made-by"
	for ((file = 1; file <= number; file++)); do
		await run_kept_make "$WORK/kept-makes/$file" 2>>"$WORK/kept-makes/said" || return 1
	done
	show_messages <"$WORK/kept-makes/said" >&2
	keep_main "$1" "$2" "$WORK/kept-makes/made-by"
}

# run_kept_make FILE: to be run in a process of its own. The number of jobs, and the pipe for these, were the make's that
# is not run now.
run_kept_make() {
	local variables=() words=() i flags

	mapfile -d '' -t variables <"$1.variables" && mapfile -d '' -t words <"$1.words" || exit
	variables=("${variables[@]//@WORK@/"$WORK"}") words=("${words[@]//@WORK@/"$WORK"}")
	for i in "${!variables[@]}"; do
		case ${variables[i]} in
		MAKEFLAGS=*)
			flags=$(sed -E ':again; s/^([^-]*( -.*)?) (-j[0-9]*|--jobserver-[a-z]*=[^ ]*)( |$)/\1\4/; t again' \
				<<<"${variables[i]%% -- *}")
			variables[i]=$flags${variables[i]#"${variables[i]%% -- *}"}
			;;
		MFLAGS=*) unset "variables[i]" ;;
		esac
	done
	cd "$(<"$1.folder")" || exit
	exec env -i "${variables[@]}" make "-j$(processors)" "${words[@]}" MAKE=make >/dev/null
}
