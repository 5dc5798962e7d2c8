# SPDX-License-Identifier: GPL-2.0-or-later
# Building and finishing the modules of a folder, which both modes do: Kbuild with the compiler plugin, then
# klp-fixer on each module. The functions work in the current folder, which is the modules'.
# shellcheck shell=bash

unset -v EXTRA_SYMBOLS

# Words for make: files of exported symbols.
EXTRA_SYMBOLS=''

# check_make_words: looks at what else a user hands to make and the shells that it runs.
check_make_words() {
	case ${KCFLAGS-} in
	*[\$\`\;\&\|\<\>\#$'\n']*)
		fail 1 "KCFLAGS has a character that make or the shell would interpret: '$KCFLAGS'"
		;;
	esac
	xargs true <<<"${KCFLAGS-}" 2>/dev/null || fail 1 "KCFLAGS has a quote without its other one: '$KCFLAGS'"
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
	*) words+=("-j$(processors)") ;;
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
		printf '%s\n' "$line"
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

# fix_modules KBUILD-FILE [OPTION...]: finishes all of the folder's, and writes _klpmake.syms.
fix_modules() {
	local file=$1 status=0 now module names tables LC_ALL=C

	shift
	mapfile -t names < <(modules)
	[[ ${#names[@]} -gt 0 ]] || fail 1 "the build made no module" \
		"$(pwd -P)/$file has to name one: obj-m := <module>.o"
	for module in "${names[@]}"; do
		run_fixer --syms="$WORK/$module.syms" "$module" "$@"
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
	if [[ ${#tables[@]} -gt 0 ]]; then
		write_output "$WORK/table" cat "${tables[@]}"
		must mv "$WORK/table" _klpmake.syms
	fi
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

# copy_output FILE: the folder's module, to FILE or a folder of this name, all or nothing.
copy_output() {
	local output=$1 names copy said

	mapfile -t names < <(modules)
	[[ ${#names[@]} -eq 1 ]] || fail 2 "-o is for folders with one module, here are: ${names[*]}"
	[[ ! -d $output ]] || output=$output/${names[0]}
	[[ ! -e $output || -f $output ]] || fail 3 "cannot write '$output': it is not a regular file"
	if ! is_called "${names[0]}" "$output"; then
		run_fixer --output="$output" "${names[0]}"
		pass_on $? klp-fixer
		return
	fi
	copy=$(mktemp "$output.XXXXXX" 2>/dev/null) || fail 3 "cannot write to the folder of '$output'"
	if ! said=$(cp --preserve=mode "${names[0]}" "$copy" 2>&1 && mv "$copy" "$output" 2>&1); then
		rm -f "$copy"
		fail 3 "cannot write '$output': ${said##*: }"
	fi
}
