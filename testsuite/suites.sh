#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Builds and tries klpmake in other suites of Debian, each with its own compiler, libraries and kernel: in a minimal one in
# a folder of the cache, which is kept for the next time. "make check-suites" runs it; doc/tested.md has what came of it.
set -u -o pipefail

usage() {
	cat <<'END'
usage: suites.sh [--only="TESTS..."] [--few] [--packages[="WORDS..."]] [--table] [SUITE...]

Suites are bullseye, bookworm, trixie and sid; default: all. In each, testsuite/run.sh is run for each compiler of it:
with the one that its kernel was compiled by all tests, with another one those of the plugin and klp-fixer. Needs root, and
some 10 GB in KLPMAKE_CACHE.

  --only="plugin fixer"   only these suites of tests
  --few                   of the kernel suite's diffs, only a dozen, of all kinds
  --packages[="WORDS..."] make and try the packages there, too: packaging/check.sh, with these words
  --table                 run nothing: print what earlier runs gave, as a table
  --help                  this text

Exit status: 0 nothing failed or was skipped, 1 something was, 2 wrong usage, 3 a suite could not be made.
END
}

top=$(cd "$(dirname "$0")/.." && pwd) || exit 3
# shellcheck source-path=SCRIPTDIR source=lib/debian.sh
. "$top/testsuite/lib/debian.sh"
# shellcheck source-path=SCRIPTDIR source=lib/build.sh
. "$top/testsuite/lib/build.sh"
# shellcheck source-path=SCRIPTDIR source=lib/chroot.sh
. "$top/testsuite/lib/chroot.sh"
# shellcheck source-path=SCRIPTDIR source=lib/table.sh
. "$top/testsuite/lib/table.sh"

# The compilers of a suite, that of its kernel first.
suite_compilers() {
	case $1 in
	bullseye) echo 10 ;;
	bookworm) echo 12 11 ;;
	trixie) echo 14 ;;
	sid) echo 16 15 ;;
	*) return 1 ;;
	esac
}

# One of each kind: own, clone, inlined, header, what the compiler knew, static local, module, per-CPU, a value in an
# instruction (not in all kernels), shadow variable, callbacks, static key, system call, tracepoint, image and module.
few_diffs="bounds-check clone-isra inlined-callee header-inline initial-value known-range local-static module-loop"
few_diffs+=" per-cpu-static runtime-const shadow-variable static-key syscall tracepoint vmlinux-and-module"

only='' table=no packages='' words=() suites=()
for word; do
	case $word in
	--only=*) only=${word#--only=} ;;
	--few) export KERNEL_DIFFS=$few_diffs ;;
	--packages) packages=yes ;;
	--packages=*)
		packages=yes
		read -r -a words <<<"${word#--packages=}"
		;;
	--table) table=yes ;;
	--help) usage; exit 0 ;;
	-*) echo "suites.sh: unknown option '$word'" >&2; usage >&2; exit 2 ;;
	*)
		suite_compilers "$word" >/dev/null || { echo "suites.sh: unknown suite '$word'" >&2; exit 2; }
		suites+=("$word")
		;;
	esac
done
[ ${#suites[@]} -gt 0 ] || suites=(bullseye bookworm trixie sid)
results=$KLPMAKE_CACHE/suites/results
mkdir -p "$results" || exit 3

# make_root SUITE: what is run in it installs packages; the minimal one that it is a copy of stays as it is.
make_root() {
	local root=$KLPMAKE_CACHE/suites/$1 minimal=$KLPMAKE_CACHE/suites/minimal/$1

	[ ! -d "$root" ] || return 0
	chroot_make "$1" "$minimal" && rm -rf "$root.new" && cp -a "$minimal" "$root.new" && mv "$root.new" "$root"
}

# try_packages SUITE: in that root they are made, in a copy of the minimal one they are installed.
try_packages() {
	echo "== Debian $1: packages"
	make_root "$1" && chroot_make "$1" "$KLPMAKE_CACHE/suites/minimal/$1" || return 3
	chroot_run "$KLPMAKE_CACHE/suites/$1" "$top" packaging/check.sh --root="/cache/suites/minimal/$1" "${words[@]}" </dev/null
}

# run_suite SUITE COMPILER TESTS...: what comes of it is kept in results/SUITE-COMPILER.
run_suite() {
	local suite=$1 compiler=$2 root=$KLPMAKE_CACHE/suites/$1

	shift 2
	echo "== Debian $suite, GCC $compiler: $*"
	make_root "$suite" || return 3
	BUILD_GCC=$compiler chroot_run "$root" "$top" testsuite/run.sh --no-skip \
		--keep="/cache/suites/results/$suite-$compiler" "$@" </dev/null
}

print_table() {
	local suite compiler kept date versions

	echo "| Debian | GCC | kernel, libdwarf | date | build | plugin | fixer | driver | source | diff | boot | sweep |"
	echo "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |"
	for suite in "${suites[@]}"; do
		for compiler in $(suite_compilers "$suite"); do
			kept=$results/$suite-$compiler
			[ -f "$kept/versions" ] || continue
			read -r date versions <"$kept/versions"
			printf '| %s ' "$suite" "$compiler" "$versions" "$date" "$(cat "$kept/warnings") warnings" \
				"$(table_cell "$kept/plugin.sum" '.*')" \
				"$(table_cell "$kept/fixer.sum" '.*')" "$(table_cell "$kept/driver.sum" '.*')" \
				"$(table_cell "$kept/kernel.sum" 'example')" "$(table_cell "$kept/kernel.sum" 'patch|refused-diffs')" \
				"$(table_cell "$kept/kernel.sum" 'documents|kallsyms|klp-build|loading|many-names|modules|refused|sealed|selftests')" \
				"$(table_cell "$kept/kernel.sum" 'sweep')"
			echo "|"
		done
	done
}

if [ "$table" = yes ]; then
	print_table
	exit
fi

status=0
# judge STATUS: the worst counts.
judge() {
	[ "$1" -le "$status" ] || status=$1
}

for suite in "${suites[@]}"; do
	read -r -a tests <<<"${only:-kernel fixer driver plugin}"
	for compiler in $(suite_compilers "$suite"); do
		[ ${#tests[@]} -gt 0 ] || break
		run_suite "$suite" "$compiler" "${tests[@]}"
		judge $?
		# With another compiler than the kernel's.
		mapfile -t tests < <(printf '%s\n' "${tests[@]}" | grep -xE 'plugin|fixer')
	done
	[ -z "$packages" ] || { try_packages "$suite"; judge $?; }
done
print_table
exit "$status"
