#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Makes a livepatch of one patch of the corpus, has it checked and writes down what came of it. corpus.sh
# runs it, many at a time, and has set the environment.
#
# usage: one.sh NAME, where $SPLIT/patches/NAME.patch is the patch.
#
# Goes out, all in $RUN: results/NAME, the line of the list with NAME and a key added; logs/NAME, what
# klpmake said; modules/NAME.ko. Nothing is done if there is a result whose key is that of this patch and
# these programs.
set -u

# What the line of the list says, in the field of the result:
#
#	module		a module that passes klp-fixer --check
#	refused		the patch cannot become a livepatch, and klpmake says why: the class
#	nothing		the patch changes nothing of the code
#	incomplete	the patched file cannot be compiled, with or without klpmake: it needs changes of
#			other files that could not be found
#	covered		the patch had to be completed, and another one became the same by that
#
# and of the bugs, with a class where there is one:
#
#	rejected	klp-fixer --check does not like the module
#	crashed		a program was ended by a signal, or the compiler has an internal error
#	timeout, hung	it did not end in time; hung: not even when told to
#	compile		the compiler failed, though the patched file by itself can be compiled
#	unexplained	a refusal without a class
#	failed		exit status 2 or 3, or not what the exit status says
#	left-over	files were left behind in the folder for temporary ones

name=$1
patch=$SPLIT/patches/$name.patch
log=$RUN/logs/$name
module=$RUN/modules/$name.ko
path=$(awk -F '\t' -v name="$name" '$1 == name { print $2 }' "$SPLIT/list")
key=$({ echo "$PROGRAM_KEY"; cat "$patch"; } | sha256sum | cut -c 1-16)
[ "$(cut -s -f 7 "$RUN/results/$name" 2>/dev/null)" != "$key" ] || exit 0

scratch=$(mktemp -d "$RUN/scratch.XXXXXX") || exit 3
running=

finish() {
	# timeout passes it on.
	[ -z "$running" ] || kill "$running" 2>/dev/null
	wait
	rm -rf "$scratch"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# limited COMMAND...: with a time limit, and so that signals are honoured. The output is added to the log.
limited() {
	local status

	timeout -k 10 "$LIMIT_SECONDS" "$@" >>"$log" 2>&1 </dev/null &
	running=$!
	wait "$running"
	status=$?
	running=
	return "$status"
}

make_module() {
	begin=$EPOCHREALTIME
	# The module is called as its file; a name of the corpus may be longer than one of a module.
	output=$RUN/modules/fix-$(echo "$name" | sha256sum | cut -c 1-16).ko
	TMPDIR=$scratch limited "$KLPMAKE" -k "$KERNEL_RELEASE" -b "$KERNEL_BUILD" -v "$KERNEL_VMLINUX" \
		-d "$KERNEL_DEBUG_DIR" -s "$KERNEL_SOURCE" --cache-dir="$PREPARED" --no-replace -o "$output" "${patches[@]}"
	status=$?
	[ ! -f "$output" ] || mv "$output" "$module"
	seconds=$(awk -v begin="$begin" -v end="$EPOCHREALTIME" 'BEGIN { printf "%.1f", end - begin }')
	left=$(ls -A "$scratch")
}

check_module() {
	limited "$KLPMAKE_FIXER" --check --vmlinux="$KERNEL_VMLINUX" --release="$KERNEL_RELEASE" \
		--symvers="$KERNEL_BUILD/Module.symvers" --debug-dir="$KERNEL_DEBUG_DIR" "$module"
}

# The class is that of the first error. GCC's own end in [-W...].
first_class() {
	sed -n 's/^.*[:] error: .*\[\([a-z][a-z-]*\)\]$/\1/p' "$log" | head -n 1
}

# Can the patched file be compiled by the kernel's own command? The work folder of another run has that,
# as the script which compiles it with the plugin.
compiles_by_itself() {
	local job status=0

	rm -rf "$scratch"/klpmake*
	TMPDIR=$scratch timeout -k 10 "$LIMIT_SECONDS" "$KLPMAKE" -q --keep-work -k "$KERNEL_RELEASE" -b "$KERNEL_BUILD" \
		-v "$KERNEL_VMLINUX" -d "$KERNEL_DEBUG_DIR" -s "$KERNEL_SOURCE" --cache-dir="$PREPARED" -n "${patches[@]}" \
		>/dev/null 2>&1 </dev/null
	for job in "$scratch"/klpmake*/jobs/*.new.sh; do
		[ -e "$job" ] || continue
		sed -i 's/ -fplugin[^ ]*//g' "$job"
		sh "$job" >>"$log" 2>&1 || status=1
	done
	rm -rf "$scratch"/klpmake*
	return "$status"
}

judge_refusal() {
	class=$(first_class)
	if [ "$class" = nothing ]; then
		result=nothing
	elif [ "$class" = no-symbol ] && [ -n "$(missing_files)" ]; then
		result=incomplete
	elif [ "$class" = unknown ]; then
		# A function that another file's patch adds.
		result=compile
		[ -z "$(missing_files)" ] || result=incomplete
	elif [ -n "$class" ]; then
		result=refused
	elif grep -qE ' cannot be compiled with the patch$| cannot be reduced' "$log"; then
		result=incomplete
	elif grep -qE 'cannot be compiled|the build of the module failed' "$log"; then
		result=compile
		[ -z "$(missing_files)" ] || result=incomplete
	else
		result=unexplained
	fi
}

judge() {
	class=-
	case $1 in
	0)
		if [ ! -s "$module" ]; then
			result=failed
		elif check_module; then
			result=module
		else
			result=rejected
			class=$(first_class)
		fi
		;;
	1) judge_refusal ;;
	124) result=timeout ;;
	137) result=hung ;;
	*) result=failed ;;
	esac
	if [ "$1" -ge 128 ] && [ "$1" -ne 137 ] ||
		grep -qE 'internal compiler error|Segmentation fault|Aborted|core dumped|AddressSanitizer|runtime error:' "$log"; then
		result=crashed
	fi
	case ${left:+$result} in
	module | refused | nothing | incomplete) result='left-over' ;;
	esac
	[ "$result" = module ] || rm -f "$module"
}

# What the compiler and klp-fixer miss, as words.
missing_words() {
	sed -n \
		-e "s/^.*error: .* has no member named '\([^']*\)'.*/\1/p" \
		-e "s/^.*error: '\([A-Za-z0-9_]*\)' undeclared.*/\1/p" \
		-e "s/^.*error: .*\(function\|types for\|argument [0-9]* of\) '\([^']*\)'.*/\2/p" \
		-e "s/^.*error: .* type\( name\)* '\(struct \|union \|enum \)*\([A-Za-z0-9_]*\)'.*/\3/p" \
		-e "s/^.*error: '.*[>.]\([A-Za-z0-9_]*\)' is a pointer.*/\1/p" \
		-e "s/^.*error: .* defines no [a-z]* '\([^']*\)'.*/\1/p" \
		-e "s/^.*error: undefined symbol '\([^']*\)': .*/\1/p" "$log" | sort -u
}

# Places of errors, where what is declared is shown, and headers that are not there, as paths or the end of
# such.
missing_places() {
	sed -n -e 's/:[0-9:]* note: \(declared here\|expected\|previous declaration\).*/: error:/' \
		-e 's/\/[^/]*\/\.\.\//\//' \
		-e 's/^.*fatal error: \(\.*\/\)*\([^ ]*\.h\): No such file.*/\/\2/p' \
		-e 's/^\.*\/*\([a-z][^: ]*\.[ch]\):[0-9:]* error:.*/\1/p' "$log" | sort -u
}

# Files whose patches could be what is missing: those that may define such a word, and those in which
# something does not fit.
missing_files() {
	{
		missing_words | awk -F '\t' 'FNR == NR { wanted[$1]; next } $1 in wanted { print $2 }' - "$SPLIT/added"
		missing_places | awk '
			FNR == NR { wanted[$1]; next }
			$NF in wanted { print $NF; next }
			{
				for (end in wanted)
					if (end ~ /^\// && substr("/" $NF, length($NF) + 2 - length(end)) == end)
						print $NF
			}' - "$SPLIT/list" "$SPLIT/header-list"
	} | sort -u | grep -vxF -e "$(printf '%s\n' "${files[@]}")"
}

# How many files have to be compiled for a patch of these.
count_units() {
	"$KLPMAKE_PLAN" --quiet --vmlinux="$KERNEL_VMLINUX" --debug-dir="$KERNEL_DEBUG_DIR" \
		--release="$KERNEL_RELEASE" --units "$@" 2>/dev/null | wc -l
}

# needs_of FILE: where is kept what a file's patch by itself lacks, or a header's with that of one file, for the patches
# that it completes.
needs_of() {
	echo "$RUN/needs/${1//\//-}-$(echo "$PROGRAM_KEY" | cut -c 1-16)"
}

# keep_needs FILE MISSING...
keep_needs() {
	local kept

	kept=$(needs_of "$1")
	shift
	[ -f "$kept" ] || { printf '%s\n' "$@" >"$kept.$$" && mv "$kept.$$" "$kept"; }
}

# The files that are missing, and those that these are known to lack in turn: that spares a build for each of them.
all_missing_files() {
	local file more=() known found=()

	mapfile -t more < <(missing_files)
	for file in "${files[@]}"; do
		case "${#files[@]} $file" in
		"1 "* | *.h) keep_needs "$file" "${more[@]}" ;;
		esac
	done
	while [ ${#more[@]} -gt 0 ]; do
		file=${more[0]}
		more=("${more[@]:1}")
		case " ${files[*]} ${found[*]} " in
		*" $file "*) continue ;;
		esac
		[ -n "$file" ] || continue
		found+=("$file")
		echo "$file"
		known=$(needs_of "$file")
		[ ! -f "$known" ] || mapfile -t -O ${#more[@]} more <"$known"
	done
}

# Adds patches of other files. Not if there are none, or they make it too large for a test, or the same
# as another patch.
complete_patch() {
	local file more=() set

	mapfile -t more < <(all_missing_files)
	[ ${#more[@]} -gt 0 ] && [ "$(count_units "${files[@]}" "${more[@]}")" -le 60 ] || return 1
	for file in "${more[@]}"; do
		files+=("$file")
		case $file in
		*.h) patches+=("$SPLIT/headers/$file") ;;
		*) patches+=("$SPLIT/patches/$(awk -F '\t' -v file="$file" '$2 == file { print $1 }' "$SPLIT/list").patch") ;;
		esac
	done
	set=$RUN/sets/$({ echo "$PROGRAM_KEY"; printf '%s\n' "${files[@]}" | sort; } | sha256sum | cut -c 1-16)
	(set -o noclobber; echo "$name" >"$set") 2>/dev/null || [ "$(cat "$set")" = "$name" ] || result=covered
	[ "$result" != covered ]
}

rm -f "$module"
files=("$path") patches=("$patch")
for round in 1 2 3 4 5; do
	printf 'klpmake' >"$log"
	printf ' %s' "${patches[@]##*/}" >>"$log"
	echo >>"$log"
	make_module
	judge "$status"
	if [ "$result" != incomplete ] || [ "$round" -eq 5 ] || ! complete_patch; then
		break
	fi
done
if [ "$result" = incomplete ] && grep -qE ' cannot be compiled with the patch$| cannot be reduced' "$log"; then
	echo "== without klpmake" >>"$log"
	! compiles_by_itself || result=compile
fi
printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$path" "$result" "${class:--}" "$seconds" "${#files[@]}" "$name" "$key" \
	>"$scratch/result"
mv "$scratch/result" "$RUN/results/$name"
printf '%-11s %-12s %6s s  %s%s\n' "$result" "${class#-}" "$seconds" "$path" \
	"$([ ${#files[@]} -eq 1 ] || echo ", and $((${#files[@]} - 1)) more")"
