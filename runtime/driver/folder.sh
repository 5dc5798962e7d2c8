# SPDX-License-Identifier: GPL-2.0-or-later
# The mode for a folder of patch sources: Kbuild on that folder, then klp-fixer.
# shellcheck shell=bash

# A tag, at the start of a line, or of a file that has a byte order mark there. In the C locale.
TAG_PATTERN=$'^\\(\xef\xbb\xbf\\)\\{0,1\\}[[:blank:]]*//KLPMAKE[[:blank:]]'

make_from_folder() {
	local file

	enter_folder "${OPTION[folder]:-.}"
	find_kernel
	[[ -n ${OPTION[dry-run]} ]] || lock_folder
	if [[ -n ${OPTION[clean]} ]]; then
		check_make_words
		find_arch
		check_cross
		check_part_paths
		clean_folder
		return
	fi
	find_parts
	check_make_words
	if [[ -n ${OPTION[dry-run]} ]]; then
		show_folder
		return
	fi
	make_work "$PWD" .klpmake forget_build
	link_symvers
	prepare_kbuild
	file=$(kbuild_file)
	build_folder
	if are_mixed; then
		remove_modules
		build_folder
	fi
	fix_modules "$file"
	[[ -z ${OPTION[output]} ]] || prepare_output "${OPTION[output]}"
	show_json
	place_modules
	place_output
}

enter_folder() {
	local folder

	case $1 in
	/*) folder=$1 ;;
	*) folder=./$1 ;;
	esac
	cd -P "$folder" 2>/dev/null || fail 3 "cannot enter the folder '$1'"
	folder=$PWD
	check_path "the patch folder" "$folder"
	[[ -w . ]] || fail 3 "the patch folder '$folder' cannot be written to"
}

# Two builds at once would spoil each other's files. The lock is there until klpmake and all that it has started have ended.
lock_folder() {
	local lock

	need_flock
	{ exec {lock}<.; } 2>/dev/null || fail 3 "cannot open the folder '$PWD'"
	flock -n -E 99 "$lock" 2>/dev/null && return
	if [[ $? -eq 99 ]]; then
		say "waiting for another run in $PWD"
		await flock "$lock" || fail 3 "cannot lock the folder '$PWD'"
	else
		warning "cannot lock the folder '$PWD': see that nothing else is built there meanwhile"
	fi
}

# A run was killed here: what it was just writing is newer than what it was made of, and make would take it for whole.
forget_build() {
	[[ -n $(kbuild_file) ]] || return 0
	say "an earlier run was killed here: all is built again"
	(run_make '' clean) >/dev/null || fail 3 "make clean failed"
}

# What the folder's build prints is the author's business: -q leaves out the commands.
build_folder() {
	local words=()

	[[ -z ${OPTION[quiet]} ]] || words+=(-s)
	say "building in $PWD for ${OPTION[release]}"
	if [[ -n ${OPTION[json]} ]]; then
		build_modules '' "${words[@]}" >&2
	else
		build_modules '' "${words[@]}"
	fi
}

# The C files with a tag, in the order of the C locale, each ended by a NUL. The plugin is who really reads
# tags; this only finds files.
tagged_sources() {
	local LC_ALL=C file files=()

	for file in *.c; do
		[[ $file == klpmake-begin.c || $file == klpmake-main.c ]] || files+=("./$file")
	done
	[[ ${#files[@]} -gt 0 ]] || return 0
	grep -lsZ "$TAG_PATTERN" "${files[@]}"
}

# -n: which sources there are, and what they say that they belong to.
show_folder() {
	local source line LC_ALL=C

	show_line "kernel ${OPTION[release]}, build folder ${OPTION[build]}"
	while IFS= read -r -d '' source; do
		while IFS= read -r line; do
			line=${line#*//KLPMAKE}
			show_line "${source#./} belongs to ${line#"${line%%[![:blank:]]*}"}"
		done < <(grep "$TAG_PATTERN" "$source")
	done < <(tagged_sources)
}

kbuild_file() {
	if [[ -f Kbuild ]]; then
		echo Kbuild
	elif [[ -f Makefile ]]; then
		echo Makefile
	fi
}

# A Kbuild file for a folder that has none; written by klpmake, it is kept up to date.
GENERATED='# Written by klpmake, as this folder had no Makefile; remove this line to keep your changes.'

# is_generated KBUILD-FILE
is_generated() {
	local line=''

	IFS= read -r line 2>/dev/null <"$1"
	[[ $line == "$GENERATED" ]]
}

# generate_kbuild SOURCE...
generate_kbuild() {
	local name=${PWD##*/} LC_ALL=C

	name=livepatch-${name//[!A-Za-z0-9_-]/_}
	# A module of several files cannot be called like one of them.
	[[ ! -f $name.c ]] || name=$name-module
	write_lines "$WORK/Kbuild" "$GENERATED" "obj-m := $name.o" "$name-y := $(join_words ' ' "${@/%.c/.o}")" \
		"include \$(KLPMAKE_RUNTIME)/klpmake.mk"
	cmp -s "$WORK/Kbuild" Kbuild || must mv "$WORK/Kbuild" Kbuild
}

# A Makefile of the author's may list files of subfolders too.
has_tagged_source() {
	LC_ALL=C find . -name '*.c' -exec grep -ls "$TAG_PATTERN" '{}' + 2>/dev/null | grep -q .
}

# Of subfolders, where nobody but klpmake says what is built.
warn_left_out() {
	local file

	while IFS= read -r -d '' file; do
		warning "$file has a tag, and is not built: klpmake builds this folder's own files, unless a Makefile lists others"
	done < <(LC_ALL=C find . -name '.?*' -prune -o -type f -path './*/*' -name '*.c' -exec grep -lsZ "$TAG_PATTERN" '{}' + 2>/dev/null)
}

no_tag() {
	fail 1 "no C file in '$PWD' has a tag" "put a line '//KLPMAKE <kernel source path>' into each patch source"
}

# lacks_main KBUILD-FILE: is the short form used, but no klpmake.mk included that would add the main file?
# Kbuild itself tells, where a look at the files does not.
lacks_main() {
	local sources=(*.c)

	[[ ${#sources[@]} -gt 0 ]] || return
	grep -qs '^[[:blank:]]*KLPMAKE_REPLACE[[:blank:]]*(' "${sources[@]/#/./}" || return
	! grep -q 'klpmake\.mk' "$1" || return
	(run_make '' modules -n) >/dev/null 2>&1
	[[ ! -f $WORK/included ]]
}

prepare_kbuild() {
	local sources source file

	mapfile -d '' -t sources < <(tagged_sources)
	sources=("${sources[@]#./}")
	for source in "${sources[@]}"; do check_path "the file" "$source"; done
	file=$(kbuild_file)
	if [[ -z $file ]] || is_generated "$file"; then
		[[ ${#sources[@]} -gt 0 ]] || no_tag
		warn_left_out
		generate_kbuild "${sources[@]}"
		return
	fi
	[[ ${#sources[@]} -gt 0 ]] || has_tagged_source || no_tag
	if lacks_main "$file"; then
		fail 1 "$PWD/$file does not include klpmake.mk, which KLPMAKE_REPLACE() needs" \
			"add 'include $KLPMAKE_RUNTIME/klpmake.mk' at its end"
	fi
}

clean_folder() {
	local file

	file=$(kbuild_file)
	[[ -n $file ]] || return 0
	(run_make '' clean) >/dev/null || fail 3 "make clean failed"
	remove_left_over "$PWD/.klpmake"
	must rm -f _klpmake.syms klpmake-begin.c klpmake-main.c klpmake-begin.c.tmp klpmake-main.c.tmp
	! is_generated "$file" || must rm -f "$file"
}
