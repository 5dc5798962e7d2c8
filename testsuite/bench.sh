#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Measures klpmake against what it is compared with, both in the same run: klp-fixer against nm, the
# compiler with the plugin against the compiler without, klpmake against plain Kbuild. "make bench"
# runs it.
set -u

usage() {
	cat <<'END'
usage: bench.sh [--only="PARTS..."] [RUNS]

Each figure is the median of RUNS runs (default: 9), which take turns with those that they are
compared with; a ratio is the median of the turns'.

  --only="diff batch"   only these of fixer, plugin, klpmake, diff, header, references and batch

From the environment: what is measured (KLPMAKE, KLPMAKE_FIXER, KLPMAKE_KALLSYMPOS, KLPMAKE_PLUGIN,
KLPMAKE_RUNTIME), and
the kernel (KERNEL_RELEASE, KERNEL_BUILD, KERNEL_VMLINUX, KERNEL_DEBUG_DIR; without these, Debian's
current cloud kernel, downloaded the first time).

Exit status: 0 measured, whatever came of it, 2 wrong usage, 3 it could not be measured.
END
}

top=$(cd "$(dirname "$0")/.." && pwd) || exit 3
parts="fixer plugin klpmake diff header references batch"
if [[ ${1:-} == --only=* ]]; then
	parts=${1#--only=}
	shift
fi
runs=${1:-9}
if [ $# -gt 1 ] || [[ ! $runs =~ ^[1-9][0-9]*$ ]]; then
	usage >&2
	exit 2
fi

fail() {
	echo "bench.sh: $*" >&2
	exit 3
}

for name in KLPMAKE KLPMAKE_FIXER KLPMAKE_KALLSYMPOS KLPMAKE_PLUGIN KLPMAKE_RUNTIME; do
	[ -e "${!name:-}" ] || fail "$name does not name a part of klpmake: \"make bench\" sets it"
done
export KLPMAKE_FIXER KLPMAKE_PLUGIN KLPMAKE_RUNTIME KLPMAKE_MK=$KLPMAKE_RUNTIME/klpmake.mk LC_ALL=C

# shellcheck source-path=SCRIPTDIR source=lib/debian.sh
. "$top/testsuite/lib/debian.sh"
# shellcheck source-path=SCRIPTDIR source=lib/debian-kernel.sh
. "$top/testsuite/lib/debian-kernel.sh"
[ -n "${KERNEL_SOURCE:-}" ] || { debian_kernel && debian_source; } || exit 3
if command -v apt-get >/dev/null; then
	debian_install binutils dwarfdump elfutils perl-base || exit 3
fi

work=$(mktemp -d) || exit 3
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# What would change what is measured.
unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES KCFLAGS KLPMAKE_VMLINUX
gcc -O2 -Wall -o "$work/measure" "$top/testsuite/lib/measure.c" || fail "cannot compile lib/measure.c"

# measure FILE COMMAND...: adds a line to FILE.
measure() {
	local file=$1

	shift
	"$work/measure" "$@" >>"$file" || fail "this command failed: $*"
}

# median FILE COLUMN
median() {
	sort -n -k "$2,$2" "$1" | awk -v column="$2" '
		{ value[NR] = $column }
		END { print (value[int((NR + 1) / 2)] + value[int(NR / 2) + 1]) / 2 }'
}

# median_ratio FILE FILE COLUMN: of what was measured in turn; a load that comes and goes has less
# influence on it than on the ratio of the medians.
median_ratio() {
	paste -d ' ' "$1" "$2" | awk -v column="$3" '{ print $column / $(3 + column) }' >"$work/ratios"
	median "$work/ratios" 1
}

# verdict WHAT VALUE LIMIT [UNIT]
verdict() {
	awk -v what="$1" -v value="$2" -v limit="$3" -v unit="${4:-}" 'BEGIN {
		printf "  %s: %.2f%s (at most %s%s)%s\n", what, value, unit, limit, unit,
			(value + 0 > limit + 0 ? ", TOO MUCH" : "")
	}'
}

mebibytes() {
	awk -v kib="$1" 'BEGIN { printf "%.1f", kib / 1024 }'
}

# example NAME FOLDER: an example's sources.
example() {
	mkdir -p "$2" && find "$top/example/$1" -maxdepth 1 -type f -name '[!.]*' -exec cp --no-preserve=mode -t "$2" {} +
}

jobs=-j$(getconf _NPROCESSORS_ONLN)

# kbuild FOLDER TARGET [VARIABLE...]: the kernel's own build.
kbuild() {
	local folder=$1 target=$2

	shift 2
	make "$jobs" --no-print-directory -C "$KERNEL_BUILD" M="$folder" KBUILD_MODPOST_WARN=1 "$@" "$target"
}

# prepare EXAMPLE FOLDER: an example's sources, built by Kbuild with the plugin.
prepare() {
	example "$1" "$2" || exit 3
	if ! kbuild "$2" modules >"$work/log" 2>&1; then
		cat "$work/log" >&2
		fail "the example $1 could not be built"
	fi
}

# count_debug_files MODULE.ko: which of the modules' debug files klp-fixer looks into, and which it reads.
count_debug_files() {
	"$KLPMAKE_FIXER" --verbose -v "$KERNEL_VMLINUX" -s "$KERNEL_BUILD/Module.symvers" -d "$KERNEL_DEBUG_DIR" \
		-o "$work/out.ko" "$1" 2>&1 | awk -v all="$(find "$KERNEL_DEBUG_DIR/lib/modules" -name '*.ko*' | wc -l)" '
		/: looking for .* in / { looked[$NF] = 1 }
		/: module: / { read++ }
		END { for (file in looked) count++
			printf "  debug files of modules: %d, looked into %d, read %d\n", all, count, read }'
}

# bench_fixer EXAMPLE
bench_fixer() {
	local name=$1 folder=$work/$1 i

	echo "klp-fixer with livepatch-$name.ko, compared with nm of the same vmlinux"
	prepare "$name" "$folder"
	# Once for the page cache.
	nm "$KERNEL_VMLINUX" >/dev/null || exit 3
	for ((i = 0; i < runs; i++)); do
		measure "$work/nm-$name" nm "$KERNEL_VMLINUX"
		measure "$work/fixer-$name" "$KLPMAKE_FIXER" -v "$KERNEL_VMLINUX" -s "$KERNEL_BUILD/Module.symvers" \
			-d "$KERNEL_DEBUG_DIR" -o "$work/out.ko" "$folder/livepatch-$name.ko"
	done
	printf '  nm         %.3f s, %s MiB\n' "$(median "$work/nm-$name" 1)" "$(mebibytes "$(median "$work/nm-$name" 3)")"
	printf '  klp-fixer  %.3f s, %s MiB\n' "$(median "$work/fixer-$name" 1)" "$(mebibytes "$(median "$work/fixer-$name" 3)")"
	verdict "ratio of time" "$(median_ratio "$work/fixer-$name" "$work/nm-$name" 1)" 1
	verdict "memory" "$(mebibytes "$(median "$work/fixer-$name" 3)")" 128 " MiB"
	count_debug_files "$folder/livepatch-$name.ko"
}

# The command that Kbuild compiled an object with, without what it did to the object afterwards.
compiler_command() {
	sed -n '1s/^[^:]*:= *//p' "$(dirname "$1")/.$(basename "$1").cmd" | sed 's/ ; .*//'
}

# Of processor time, as the difference is smaller than how much the time varies that passes.
bench_plugin() {
	local folder=$work/plugin source object command i

	echo "The compiler with the plugin, compared with the compiler without"
	prepare meminfo "$folder/meminfo"
	prepare netlink "$folder/netlink"
	# These need nothing of the plugin: both compile the same.
	for source in meminfo/meminfo netlink/diag netlink/set-err; do
		object=$folder/$source.o
		command=$(compiler_command "$object")
		case $command in
		*" -fplugin=$KLPMAKE_PLUGIN "*) ;;
		*) fail "no command with the plugin for $object" ;;
		esac
		printf '%s &&\n' "$command" >>"$work/with"
		printf '%s &&\n' "${command//" -fplugin=$KLPMAKE_PLUGIN "/ }" >>"$work/without"
	done
	echo true | tee -a "$work/with" >>"$work/without"
	cd "$KERNEL_BUILD" || exit 3
	for ((i = 0; i < 2 * runs; i++)); do
		measure "$work/times-without" sh "$work/without"
		measure "$work/times-with" sh "$work/with"
	done
	printf '  without  %.3f s of processor time\n' "$(median "$work/times-without" 2)"
	printf '  with     %.3f s of processor time\n' "$(median "$work/times-with" 2)"
	verdict "ratio" "$(median_ratio "$work/times-with" "$work/times-without" 2)" 1.03
}

# bench_klpmake EXAMPLE OBJECT...
bench_klpmake() {
	local name=$1 plain=$work/plain-$1 folder=$work/klpmake-$1 i

	shift
	echo "klpmake in the example $name, compared with the plain Kbuild build of the same files"
	example "$name" "$plain"
	example "$name" "$folder"
	printf 'obj-m := livepatch-%s.o\nlivepatch-%s-y := %s\n' "$name" "$name" "$*" >"$plain/Makefile"
	for ((i = 0; i < runs; i++)); do
		kbuild "$plain" clean >"$work/log" 2>&1 || exit 3
		measure "$work/times-plain-$name" make "$jobs" --no-print-directory -C "$KERNEL_BUILD" M="$plain" \
			KBUILD_MODPOST_WARN=1 KCFLAGS="-I$KLPMAKE_RUNTIME" modules
		"$KLPMAKE" -q -k "$KERNEL_RELEASE" -b "$KERNEL_BUILD" -C "$folder" --clean || exit 3
		measure "$work/times-klpmake-$name" "$KLPMAKE" -k "$KERNEL_RELEASE" -b "$KERNEL_BUILD" \
			-v "$KERNEL_VMLINUX" -d "$KERNEL_DEBUG_DIR" -C "$folder"
	done
	printf '  Kbuild   %.3f s\n' "$(median "$work/times-plain-$name" 1)"
	printf '  klpmake  %.3f s\n' "$(median "$work/times-klpmake-$name" 1)"
	verdict "ratio" "$(median_ratio "$work/times-klpmake-$name" "$work/times-plain-$name" 1)" 1.3
}

# klpmake_diff CACHE WORD...
klpmake_diff() {
	"$KLPMAKE" -k "$KERNEL_RELEASE" -b "$KERNEL_BUILD" -v "$KERNEL_VMLINUX" -d "$KERNEL_DEBUG_DIR" --cache-dir "$@"
}

# make_diff CACHE FILE PATCH [OPTION...]: klpmake with that diff; each line of what it says goes to FILE, with
# the time before it. Of a patch that is called refused.patch it says what is refused.
make_diff() {
	local line wanted=0

	[[ $3 != */refused.patch ]] || wanted=1

	klpmake_diff "$1" -o "$work/livepatch-diff.ko" "${@:3}" 2>&1 |
		while IFS= read -r line; do
			echo "$EPOCHREALTIME $line"
		done >"$2"
	[ "${PIPESTATUS[0]}" -eq "$wanted" ] || { cat "$2" >&2; fail "klpmake failed"; }
	echo "$EPOCHREALTIME klpmake: end" >>"$2"
}

# stages FILE: how long each took.
stages() {
	awk '$2 == "klpmake:" {
			if (what) printf "    %6.2f s  %s\n", $1 - since, what
			since = $1; $1 = $2 = ""; what = substr($0, 3)
		}' "$1"
}

# stage FILE WHAT: how long those stages took that begin with WHAT, in seconds.
stage() {
	stages "$1" | awk -v what="$2" '{ seconds = $1; sub(/^ *[0-9.]+ s  /, "") } index($0, what) == 1 { sum += seconds }
		END { print sum + 0 }'
}

# prepared CACHE: the source in it.
prepared() {
	local source

	source=$(echo "$1"/*/)
	echo "${source%/}"
}

# seconds FILE
seconds() {
	awk 'NR == 1 { first = $1 } { last = $1 } END { print last - first }' "$1"
}

# edit NAME SOURCE [PATH SED]...: NAME.patch, a diff that SED makes of files of SOURCE.
edit() {
	local name=$1 source=$2

	shift 2
	while [ $# -gt 0 ]; do
		mkdir -p "$work/$name/$(dirname "$1")" || exit 3
		sed "$2" "$source/$1" >"$work/$name/$1" || exit 3
		! diff -u --label "a/$1" --label "b/$1" "$source/$1" "$work/$name/$1" >>"$work/$name.patch" ||
			fail "nothing to change in $1"
		shift 2
	done
}

# keep_work CACHE NAME: prints the work folder of NAME.patch, to be removed; NAME.list is what klpmake prints.
keep_work() {
	klpmake_diff "$1" -n --keep-work "$work/$2.patch" >"$work/$2.list" 2>"$work/log" || { cat "$work/log" >&2; exit 3; }
	sed -n 's/.*the work folder is //p' "$work/log"
}

# write_compile SOURCE FOLDER NUMBER UNIT OBJECT SCRIPT: SCRIPT compiles the unit as klpmake found out, in its work folder, that
# Kbuild does, but for what is done to the object afterwards.
write_compile() {
	local flags

	read -r flags <"$2/units/$3.flags" || exit 3
	printf 'cd %q && exec %s -c -o %q %s\n' "$1" "$flags" "$5" "$4" >"$6"
}

# compile_plain SOURCE UNIT NAME: a script NAME-plain compiles the unit of NAME.patch.
compile_plain() {
	local folder

	folder=$(keep_work "$(dirname "$1")" "$3") || exit
	write_compile "$1" "$folder" 1 "$2" "$work/plain.o" "$work/$3-plain"
	rm -rf "$folder"
}

# time_diff CACHE NAME NUMBER PATCH [OPTION...]: make_diff for the NUMBERth time, and a line for NAME-seconds.
time_diff() {
	make_diff "$1" "$work/$2-$3" "${@:4}"
	# As measure writes it: time, processor time, memory.
	echo "$(seconds "$work/$2-$3") 0 0" >>"$work/$2-seconds"
}

# bench_ways SOURCE WAY...: each way of make_diff, "NAME PATCH [OPTION...]", in turn with the others and with the plain compile.
bench_ways() {
	local cache i way words

	cache=$(dirname "$1")
	shift
	for ((i = 0; i < runs; i++)); do
		measure "$work/plain-one-seconds" sh "$work/one-plain"
		measure "$work/plain-small-seconds" sh "$work/small-plain"
		for way; do
			read -r -a words <<<"$way"
			time_diff "$cache" "${words[0]}" "$i" "$work/${words[1]}.patch" "${words[@]:2}"
		done
	done
}

# judge WHAT NAME OTHER LIMIT: how the seconds of NAME compare with those of OTHER, and where they go.
judge() {
	verdict "$1" "$(median_ratio "$work/$2-seconds" "$work/$3-seconds" 1)" "$4"
	printf '    %.2f s against %.2f s\n' "$(median "$work/$2-seconds" 1)" "$(median "$work/$3-seconds" 1)"
	[ ! -f "$work/$2-0" ] || stages "$work/$2-0"
}

# Ten small files, all of the image.
ten_files=(cmdline loadavg softirqs uptime version devices interrupts consoles cpuinfo proc_tty)

bench_diff() {
	local cache=$work/source source file edits=()

	echo "klpmake with diffs, compared with the plain compile of one of their files"
	make_diff "$cache" "$work/diff-first" "$top/example/units/units.patch"
	verdict "the first time, with preparing the source" "$(seconds "$work/diff-first")" 15 " s"
	verdict "unpacking the source" "$(stage "$work/diff-first" unpacking)" 7.5 " s"
	stages "$work/diff-first"
	source=$(prepared "$cache")
	edit one "$source" fs/proc/array.c 's/^\t\tseq_put_decimal_ull(m, "", size);/&\n\t\tbarrier();/'
	edit small "$source" fs/proc/cmdline.c "s/^\tseq_putc(m, '.n');/&\n\tseq_puts(m, \"more\");/"
	for file in "${ten_files[@]}"; do
		edits+=("fs/proc/$file.c" '0,/^{$/s//{\n\tbarrier();/')
	done
	edit ten "$source" "${edits[@]}"
	edit macro "$source" \
		include/linux/kernel.h 's/^#define _LINUX_KERNEL_H/&\n#define KLPMAKE_BENCH 3/' \
		fs/proc/cmdline.c "s/^\tseq_putc(m, '.n');/&\n\tseq_printf(m, \"%d\", KLPMAKE_BENCH);/"
	edit inline "$source" \
		fs/proc/internal.h 's/^static inline bool is_empty_pde/static inline int klpmake_bench(int x)\n{\n\treturn x + 1;\n}\n\n&/' \
		fs/proc/cmdline.c "s/^#include <linux.seq_file.h>/&\n#include \"internal.h\"/; s/^\tseq_putc(m, '.n');/&\n\tseq_printf(m, \"%d\", klpmake_bench(1));/"
	edit refused "$source" include/linux/tcp.h 's/^struct tcp_sock {$/&\n\tint klpmake_bench;/'
	compile_plain "$source" fs/proc/array.c one
	compile_plain "$source" fs/proc/cmdline.c small
	make_diff "$cache" "$work/refused-first" "$work/refused.patch"
	bench_ways "$source" "one one" "dry one -n" "small small" "ten ten" "macro macro" "inline inline" "refused refused"
	judge "one file, with the source prepared" one plain-one 4
	judge "one file, -n" dry plain-one 2
	printf '  a file of few lines: %.2f s, plain %.2f s\n' "$(median "$work/small-seconds" 1)" "$(median "$work/plain-small-seconds" 1)"
	judge "ten files of few lines, compared with one" ten small 3
	judge "a macro in a header that most files include, compared with one file" macro small 4
	judge "an inline function in a header of 25 files, compared with one file" inline small 4
	verdict "a structure that many files use, refused the first time" "$(seconds "$work/refused-first")" 15 " s"
	judge "a structure that many files use, refused, compared with one file" refused small 8
}

# compile_units CACHE NAME: a script NAME-plain compiles those files that are part of the livepatch of NAME.patch, as many at once
# as plain make. Prints how many they are.
compile_units() {
	local objects=$work/$2-objects source folder number unit count=0

	folder=$(keep_work "$1" "$2") || exit
	source=$(prepared "$1")
	mkdir -p "$objects" || exit 3
	while IFS=$'\t' read -r number unit _; do
		grep -qF "$unit is part of " "$work/$2.list" || continue
		write_compile "$source" "$folder" "$number" "$unit" "$objects/$number.o" "$objects/$number.sh"
		count=$((count + 1))
	done <"$folder/units.list"
	rm -rf "$folder"
	printf 'printf "%%s\\n" %q/*.sh | xargs -P %d -n 1 sh\n' "$objects" "$(getconf _NPROCESSORS_ONLN)" >"$work/$2-plain"
	echo "$count"
}

# A few times only, as each takes long.
bench_header() {
	local cache=$work/source source count i runs=$((runs < 3 ? runs : 3))

	echo "klpmake with a changed inline function of include/linux/skbuff.h, compared with the plain compile of its files"
	[ -d "$cache" ] || make_diff "$cache" "$work/header-first" "$top/example/units/units.patch"
	source=$(prepared "$cache")
	edit header "$source" include/linux/skbuff.h '/^static inline void skb_orphan(/,/^}/s/if (skb->destructor) {/&\n\t\tbarrier();/'
	count=$(compile_units "$cache" header) || exit 3
	echo "  $count files"
	for ((i = 0; i < runs; i++)); do
		measure "$work/plain-header-seconds" sh "$work/header-plain"
		time_diff "$cache" header "$i" "$work/header.patch"
	done
	judge "all of them" header plain-header 2.2
}

# Fifty references in five tagged files. Their declarations do not agree with the kernel's, which takes
# the longest: the types are read as well.
# make_references COUNT FOLDER: livepatch-references.ko, with COUNT references in each of 5 tagged files.
make_references() {
	local count=$1 folder=$2 file names=()

	mkdir -p "$folder" || exit 3
	for file in fs/namei.c kernel/fork.c mm/page_alloc.c mm/slub.c net/ipv4/tcp_input.c; do
		mapfile -t names < <(awk -F '\t' -v file="$file" '
			$1 == file && $3 == "function" && $4 == "found" && $2 !~ /[.:]/ && ++n <= count { print $2 }' \
			count="$count" "$work/oracle")
		[ ${#names[@]} -eq "$count" ] || fail "$file has too few functions"
		{
			echo "//KLPMAKE $file"
			printf 'static void %s(void);\n' "${names[@]}"
			echo "void livepatch_$(basename "$file" .c)(void)"
			echo "{"
			printf '\t%s();\n' "${names[@]}"
			echo "}"
		} >"$folder/$(basename "$file")"
	done
	{
		echo "//KLPMAKE fs/proc/cmdline.c"
		printf "#include <%s>\n" linux/seq_file.h klpmake.h
		echo "static int livepatch_cmdline_proc_show(struct seq_file *m, void *v) { return 0; }"
		echo "KLPMAKE_REPLACE(cmdline_proc_show, livepatch_cmdline_proc_show);"
	} >"$folder/cmdline.c"
	printf 'obj-m := livepatch-references.o\nlivepatch-references-y := cmdline.o fork.o namei.o page_alloc.o slub.o tcp_input.o\n' \
		>"$folder/Makefile"
	# shellcheck disable=SC2016
	echo 'include $(KLPMAKE_MK)' >>"$folder/Makefile"
	kbuild "$folder" modules >"$work/log" 2>&1 || { cat "$work/log" >&2; fail "the patch could not be built"; }
}

# fix_references FILE FOLDER: how long it takes.
fix_references() {
	measure "$1" "$KLPMAKE_FIXER" -q --allow=prototype -v "$KERNEL_VMLINUX" \
		-s "$KERNEL_BUILD/Module.symvers" -o "$work/out.ko" "$2/livepatch-references.ko"
}

bench_references() {
	local i

	echo "klp-fixer with 50 references in 5 tagged files, compared with nm of the same vmlinux"
	make_references 10 "$work/fifty"
	make_references 1 "$work/five"
	for ((i = 0; i < runs; i++)); do
		measure "$work/nm-fifty" nm "$KERNEL_VMLINUX"
		fix_references "$work/fifty-times" "$work/fifty"
		fix_references "$work/five-times" "$work/five"
	done
	printf '  nm         %.3f s\n' "$(median "$work/nm-fifty" 1)"
	printf '  klp-fixer  %.3f s, %s MiB\n' "$(median "$work/fifty-times" 1)" \
		"$(mebibytes "$(median "$work/fifty-times" 3)")"
	verdict "ratio of time" "$(median_ratio "$work/fifty-times" "$work/nm-fifty" 1)" 0.4
	verdict "memory" "$(mebibytes "$(median "$work/fifty-times" 3)")" 128 " MiB"
	# Of time of the processor.
	awk -v fifty="$(median "$work/fifty-times" 2)" -v five="$(median "$work/five-times" 2)" 'BEGIN {
		printf "  for each reference: %.3f ms of the processor beside %.3f s for all\n", (fifty - five) / 45 * 1000, five
	}'
}

# Its status is 1: some of the questions are about what the kernel does not have.
batch() {
	"$KLPMAKE_KALLSYMPOS" -v "$KERNEL_VMLINUX" --batch <"$work/questions" >/dev/null 2>&1 || [ $? -eq 1 ]
}

bench_batch() {
	local i

	echo "kallsympos --batch with all $(wc -l <"$work/questions") functions and variables of the kernel"
	export -f batch
	export work KERNEL_VMLINUX KLPMAKE_KALLSYMPOS
	for ((i = 0; i < 3; i++)); do
		measure "$work/nm-batch" nm "$KERNEL_VMLINUX"
		measure "$work/dwarfdump" dwarfdump -i -u fs/proc/meminfo.c "$KERNEL_VMLINUX"
		measure "$work/batch" bash -c batch
	done
	printf '  nm          %.3f s\n' "$(median "$work/nm-batch" 1)"
	printf '  dwarfdump   %.3f s, %s MiB, of one unit (-u)\n' "$(median "$work/dwarfdump" 1)" \
		"$(mebibytes "$(median "$work/dwarfdump" 3)")"
	printf '  kallsympos  %.3f s, %s MiB\n' "$(median "$work/batch" 1)" "$(mebibytes "$(median "$work/batch" 3)")"
	printf '  ratio of time: %.2f of nm, %.2f of dwarfdump\n' "$(median_ratio "$work/batch" "$work/nm-batch" 1)" \
		"$(median_ratio "$work/batch" "$work/dwarfdump" 1)"
}

# wanted PART
wanted() {
	[[ " $parts " == *" $1 "* ]]
}

echo "Kernel $KERNEL_RELEASE, vmlinux of $(($(stat -L -c %s "$KERNEL_VMLINUX") / 1000000)) MB, $(getconf _NPROCESSORS_ONLN) processors, medians of $runs runs"
! wanted fixer || { (bench_fixer twins) && (bench_fixer module); } || exit
! wanted plugin || (bench_plugin) || exit
! wanted klpmake || { (bench_klpmake meminfo meminfo.o) && (bench_klpmake twins reboot.o serio.o); } || exit
! wanted diff || (bench_diff) || exit
! wanted header || (bench_header) || exit
if wanted references || wanted batch; then
	echo "Asking eu-readelf for all functions and variables"
	perl "$top/testsuite/sweep/oracle.pl" "$KERNEL_VMLINUX" >"$work/oracle" || exit 3
	cut -f 1,2 "$work/oracle" | tr '\t' ' ' >"$work/questions"
fi
! wanted references || (bench_references) || exit
! wanted batch || (bench_batch) || exit
