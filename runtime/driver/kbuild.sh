# SPDX-License-Identifier: GPL-2.0-or-later
# Building and finishing the modules of a folder, which both modes do: Kbuild with the compiler plugin, then
# klp-fixer on each module. The functions work in the current folder, which is the modules'.
# shellcheck shell=bash

unset -v EXTRA_SYMBOLS OUTPUT NEW_OUTPUT PLACED

# Words for make: files of exported symbols.
EXTRA_SYMBOLS=''

# The file of -o, what becomes that, and what is in its place already.
OUTPUT='' NEW_OUTPUT=''
declare -a PLACED=()

# check_make_words: looks at what else a user hands to make and the shells that it runs.
check_make_words() {
	local name

	# Make expands what it finds of these in the environment, and has shells run them. A pass phrase is only handed on.
	for name in "${!KBUILD_@}" "${!KCONFIG_@}" "${!LLVM@}" "${!HOSTC@}" "${!HOSTL@}" KCFLAGS KCPPFLAGS KAFLAGS KRUSTFLAGS \
		{C,A,LD,RUST}FLAGS_{MODULE,KERNEL} USER{C,LD}FLAGS V W C CF O ARCH CROSS_COMPILE; do
		[[ $name != KBUILD_EXTRA_SYMBOLS && $name != KBUILD_SIGN_PIN && ${!name-} == *[\$\`\;\&\|\<\>\#$'\n']* ]] || continue
		fail 1 "$name has a character that make or the shell would interpret: '${!name}'"
	done
	[[ -z ${KCFLAGS-} ]] || xargs true <<<"$KCFLAGS" 2>/dev/null || fail 1 "KCFLAGS has a quote without its other one: '$KCFLAGS'"
	[[ ${KBUILD_EXTRA_SYMBOLS-} != *[!A-Za-z0-9_./+@~,=\ $'\t'-]* ]] ||
		fail 1 "KBUILD_EXTRA_SYMBOLS has a character that make or the shell would interpret: '$KBUILD_EXTRA_SYMBOLS'" \
			"--symvers=FILE takes any path"
}

# link_symvers: a link in the work folder has a name that make understands.
link_symvers() {
	local number=0 file

	EXTRA_SYMBOLS=${KBUILD_EXTRA_SYMBOLS-}
	for file in "${SYMVERS[@]}"; do
		if ! is_plain "$file"; then
			number=$((number + 1))
			must ln -s "$file" "$WORK/symvers-$number"
			file=$WORK/symvers-$number
		fi
		EXTRA_SYMBOLS+=" $file"
	done
}

# run_make FLAGS WORD...: make in the current folder, with more flags for the compiler. To be run in a process of
# its own. klpmake.mk adds the same flags, where it is included; GCC loads a plugin once.
run_make() {
	local flags=$1 words=()

	shift
	# Parallel, unless the caller is a make that has its own idea of it.
	case ${MAKEFLAGS-} in
	*-j* | *jobserver*) ;;
	*) words+=("-j$PROCESSORS") ;;
	esac
	[[ -z ${OPTION[verbose]} ]] || words+=(V=1)
	[[ -z $WORK ]] || words+=(KLPMAKE_INCLUDED="$WORK/included")
	exec make "${words[@]}" "${TARGET_WORDS[@]}" --no-print-directory -C "${OPTION[build]}" M="$(pwd -P)" \
		KBUILD_MODPOST_WARN=1 KLPMAKE_PLUGIN="$KLPMAKE_PLUGIN" KLPMAKE_RUNTIME="$KLPMAKE_RUNTIME" \
		KLPMAKE_MK="$KLPMAKE_RUNTIME/klpmake.mk" KBUILD_EXTRA_SYMBOLS="$EXTRA_SYMBOLS" \
		KCFLAGS="${KCFLAGS-} -fplugin=$KLPMAKE_PLUGIN -I$KLPMAKE_RUNTIME$flags" "$@"
}

# Modpost knows nothing of livepatch symbols and warns that they are undefined. klp-fixer, which knows, tells
# those that are. Returns 1 where one of the messages is that there is no room. A program that a shell has not found
# is named in $WORK/not-found.
show_messages() {
	local line full=''

	while IFS= read -r line || [[ -n $line ]]; do
		case $line in
		*'modpost: "'*'" ['*'] undefined!') continue ;;
		*'modpost: suppressed '[0-9]*' unresolved symbol warnings'*) continue ;;
		*'Skipping BTF generation for '*' due to unavailability of vmlinux'*) continue ;;
		*'No space left on device'*) full=yes ;;
		/bin/sh:*' not found') printf '%s\n' "$line" >"$WORK/not-found" ;;
		esac
		show "$line"
		printf '%s\n' "$SHOWN"
	done
	[[ -z $full ]]
}

make_with_messages() {
	run_make "$@" 2>"$WORK/messages"
}

# build_modules FLAGS WORD...: as run_make(). A pipe with a name, as a make above may use any numbered descriptor
# for its job server.
build_modules() {
	local filter status has_room

	# A module without its table is linked again.
	[[ -f _klpmake.syms ]] || remove_modules
	must rm -f "$WORK/messages" "$WORK/not-found"
	must mkfifo "$WORK/messages"
	show_messages <"$WORK/messages" >&2 &
	filter=$!
	await make_with_messages "$@" modules
	status=$?
	wait "$filter"
	has_room=$?
	[[ $status -ne 0 ]] || return 0
	[[ $has_room -eq 0 ]] || fail 3 "the build of the module failed: No space left on device"
	check_room "$WORK"
	check_not_found
	fail 1 "the build of the module failed"
}

# "/bin/sh: 1: pahole: not found" of dash, "/bin/sh: line 1: pahole: command not found" of bash.
check_not_found() {
	local line=''

	[[ -f $WORK/not-found ]] || return 0
	read -r line <"$WORK/not-found"
	line=${line%: not found}
	line=${line%: command not found}
	line=${line##*: }
	fail 3 "the build of the module failed: Kbuild has not found the program '$line'" \
		"install it: the kernel's headers need it (on Debian, what linux-kbuild depends on)"
}

# The folder's modules, each on a line: modules.order has them as .ko, since 6.2 as .o.
modules() {
	local line

	[[ -f modules.order ]] || return 0
	while read -r line || [[ -n $line ]]; do
		line=${line##*/}
		case $line in
		*.ko) printf '%s\n' "$line" ;;
		*.o) printf '%s.ko\n' "${line%.o}" ;;
		esac
	done <modules.order
}

remove_modules() {
	local names

	mapfile -t names < <(modules)
	[[ ${#names[@]} -eq 0 ]] || must rm -f "${names[@]}"
}

# Are there finished modules beside others? The table is to have the symbols of all.
are_mixed() {
	local finished=0 unfinished=0 module names

	mapfile -t names < <(modules)
	for module in "${names[@]}"; do
		if "$KLPMAKE_FIXER" --dump-note "$module" >/dev/null 2>&1; then
			unfinished=$((unfinished + 1))
		else
			finished=$((finished + 1))
		fi
	done
	[[ $finished -gt 0 && $unfinished -gt 0 ]]
}

# run_fixer WORD...: klp-fixer, told what it has to know of the kernel.
run_fixer() {
	local words=("$@" --release="${OPTION[release]}" --build="${OPTION[build]}") word name

	for name in vmlinux debug-dir kallsyms notes build-id; do
		[[ -z ${OPTION[$name]} ]] || words+=("--$name=${OPTION[$name]}")
	done
	[[ ! -f ${OPTION[build]}/Module.symvers ]] || words+=(--symvers="${OPTION[build]}/Module.symvers")
	for word in "${MODULE_FILES[@]}"; do words+=(--object="$word"); done
	for word in "${SYMVERS[@]}"; do words+=(--symvers="$word"); done
	for word in "${ALLOW_FIXER[@]}"; do
		! is_allowed "$word" || words+=(--allow="$word")
	done
	for name in json quiet verbose; do
		[[ -z ${OPTION[$name]} ]] || words+=("--$name")
	done
	"$KLPMAKE_FIXER" "${words[@]}"
}

# fix_modules KBUILD-FILE [OPTION...]: finishes copies of all of the folder's, in $WORK/fixed, with the table $WORK/table.
# With --json, what is to be printed is $WORK/json.
fix_modules() {
	local file=$1 status=0 now module names tables LC_ALL=C

	shift
	mapfile -t names < <(modules)
	[[ ${#names[@]} -gt 0 ]] || fail 1 "the build made no module" \
		"$(pwd -P)/$file has to name one: obj-m := <module>.o"
	[[ -z ${OPTION[output]} || ${#names[@]} -eq 1 ]] || fail 2 "-o is for folders with one module, here are: ${names[*]}"
	must mkdir "$WORK/fixed"
	must cp -p "${names[@]}" "$WORK/fixed/"
	for module in "${names[@]}"; do
		fix_module "$module" "$@"
		now=$?
		[[ $now -le 3 ]] || {
			error "klp-fixer ended with status $now"
			now=3
		}
		[[ $now -le $status ]] || status=$now
	done
	if [[ $status -ne 0 ]]; then
		rm -f _klpmake.syms
		exit "$status"
	fi
	tables=("$WORK"/*.syms)
	[[ ${#tables[@]} -eq 0 ]] || write_output "$WORK/table" cat "${tables[@]}"
}

# fix_module MODULE [OPTION...]
fix_module() (
	cd "$WORK/fixed" || fail 3 "cannot enter '$WORK/fixed'"
	[[ -z ${OPTION[json]} ]] || { exec >>"$WORK/json"; } 2>/dev/null || cannot_write "$WORK/json"
	run_fixer --syms="$WORK/$1.syms" "$@"
)

# show_json: before anything is in its place, as what is printed is all that some want.
show_json() {
	[[ -z ${OPTION[json]} || ! -f $WORK/json ]] || cat "$WORK/json" 2>/dev/null || fail 3 "cannot write to standard output"
}

# place FILE NAME: what was placed before is gone where that fails: there is nothing, or all of it.
place() {
	local said

	if ! said=$(mv -f -T "$1" "$2" 2>&1); then
		rm -f "${PLACED[@]}"
		fail 3 "cannot write '$2': ${said##*: }"
	fi
	PLACED+=("$2")
}

# place_modules: the table, and the modules, as far as klp-fixer has changed them.
place_modules() {
	local module names

	mapfile -t names < <(modules)
	[[ ! -f $WORK/table ]] || place "$WORK/table" _klpmake.syms
	for module in "${names[@]}"; do
		cmp -s "$WORK/fixed/$module" "$module" || place "$WORK/fixed/$module" "$module"
	done
}

# name_in FILE: what the file of -o says that the module is called: NAME of NAME.ko. Returns 1 where it says nothing.
name_in() {
	local name=${1##*/}

	[[ $name == ?*.ko ]] && printf '%s\n' "${name%.ko}"
}

# is_called MODULE FILE: is MODULE called as the file of -o says? To the kernel, '-' is '_'.
is_called() {
	local name

	name=$(name_in "$2") || return 0
	[[ ${name//-/_}.ko == "${1//-/_}" ]]
}

# prepare_output FILE: the finished module, for FILE or a folder of this name. To OUTPUT and NEW_OUTPUT, which is empty where
# klp-fixer has put it there.
prepare_output() {
	local names folder said LOCKED

	OUTPUT=$1
	mapfile -t names < <(modules)
	[[ ! -d $OUTPUT ]] || OUTPUT=$OUTPUT/${names[0]}
	[[ ! -e $OUTPUT || -f $OUTPUT ]] || fail 3 "cannot write '$OUTPUT': it is not a regular file"
	if ! is_called "${names[0]}" "$OUTPUT"; then
		run_fixer --output="$OUTPUT" "$WORK/fixed/${names[0]}"
		pass_on $? klp-fixer
		PLACED+=("$OUTPUT")
		return
	fi
	folder=${OUTPUT%/*}
	[[ -d $folder/ && -w $folder/ ]] || fail 3 "cannot write to the folder of '$OUTPUT'"
	remove_left_over "$folder/.klpmake-out"
	make_locked "$folder/.klpmake-out" "$OUTPUT"
	PLACING=$LOCKED
	NEW_OUTPUT=$PLACING/${names[0]}
	said=$(cp --preserve=mode "$WORK/fixed/${names[0]}" "$NEW_OUTPUT" 2>&1 && sync "$NEW_OUTPUT" 2>&1) ||
		fail 3 "cannot write '$OUTPUT': ${said##*: }"
}

place_output() {
	[[ -z $NEW_OUTPUT ]] || place "$NEW_OUTPUT" "$OUTPUT"
}
