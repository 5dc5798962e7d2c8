#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# How much of the C programs and of the plugin the tests run: builds klpmake once more, in a temporary folder, so that it
# counts lines and branches, runs the suites, and prints the figures of each file and of all. "make coverage" runs it.
set -eu -o pipefail

usage() {
	cat <<END
usage: coverage.sh [--keep=FOLDER] [--tests=FILES] [--at-least=LINES,BRANCHES] [SUITE...]

Runs the suites (default: fixer plugin) with programs that count, and prints a line for each file: lines, those that were run,
branches, and those that were taken; the last line is of all. A branch is one of the ways from a condition.

What a program that a signal ends has run is not counted. Of the faults and the mutations of files that the suites try, there are
more than in "make check": KLP_FAULTS=N (200) of each command, KLP_MUTATIONS=N (1000) of each kind of file.

  --keep=FOLDER   build there, leave all there, and count what was run before, too
  --tests=FILES   of the suites, these files only: "a.exp b.exp"
  --at-least=LINES,BRANCHES   percent of all, such as 96,88: with less, it fails

Exit status: 0 done, also where a test failed, which is told, 1 less than --at-least, 2 wrong usage, 3 it could not be built or
run.
END
}

top=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source-path=SCRIPTDIR source=lib/build.sh
. "$top/testsuite/lib/build.sh"

keep=
tests=
least=0,0
suites=()
for word; do
	case $word in
	--keep=?*) keep=${word#--keep=} ;;
	--tests=?*) tests=${word#--tests=} ;;
	--at-least=*)
		least=${word#--at-least=}
		[[ $least =~ ^[0-9]+(\.[0-9]+)?,[0-9]+(\.[0-9]+)?$ ]] ||
			{ echo "coverage.sh: not LINES,BRANCHES: '$least'" >&2; usage >&2; exit 2; }
		;;
	--help) usage; exit 0 ;;
	plugin | fixer | driver | kernel) suites+=("$word") ;;
	*) echo "coverage.sh: unknown word '$word'" >&2; usage >&2; exit 2 ;;
	esac
done
[ ${#suites[@]} -gt 0 ] || suites=(fixer plugin)

if [ -n "$keep" ]; then
	mkdir -p "$keep"
	work=$(cd "$keep" && pwd)
else
	work=$(mktemp -d)
	trap 'rm -rf "$work"' EXIT
fi

# A signal's handler and a copy of the process may count at once.
flags="-O0 -g --coverage -fprofile-update=atomic"
if [ ! -x "$work/build/fixer/klp-plan" ]; then
	build_source "$top" "$work/source"
	build_klpmake "$work/source" "$work/build" CFLAGS="$flags" CXXFLAGS="$flags" LDFLAGS=--coverage || exit 3
fi
# More of these than "make check" has time for: what only a fault of the system or a damaged file leads to, is run as well.
export KLP_FAULTS="${KLP_FAULTS:-200}" KLP_MUTATIONS="${KLP_MUTATIONS:-1000}"
make -C "$work/build" --no-print-directory -s check SUITES="${suites[*]}" ${tests:+RUNTESTFLAGS="$tests"} </dev/null ||
	echo "coverage.sh: some tests have failed, see $work/build/testsuite/out" >&2

# gcov's words on each object: "File 'NAME'", "Lines executed:N% of N", "Branches executed:...", "Taken at least once:N% of N".
# Headers are counted where they are included, and not here.
find "$work/build/fixer" "$work/build/plugin" -name '*.gcno' -print0 | sort -z |
	while IFS= read -r -d '' notes; do
		(cd "$work" && "${GCOV:-gcov}" -b -n "$notes" 2>"$work/said") || {
			cat "$work/said" >&2
			exit 3
		}
	done >"$work/figures" || exit 3
awk -v "source=$work/source/" -v "least=$least" '
	function number(text) { sub(/.* of /, "", text); return text + 0 }
	function share(text) { sub(/^[^:]*:/, "", text); sub(/%.*/, "", text); return text / 100 }
	function percent(part, all) { return all ? 100 * part / all : 100 }
	function show(name, l, r, b, t) {
		printf "%-36s %6d lines, %6.2f %% run, %6d branches, %6.2f %% taken\n", name, l, percent(r, l), b, percent(t, b)
	}
	/^File / { name = substr($0, 7, length($0) - 7); wanted = 0
		if (index(name, source) == 1 && name ~ /\.(c|cc)$/) { name = substr(name, length(source) + 1); wanted = 1 } }
	wanted && /^Lines executed:/ { if (!(name in lines)) names[++count] = name
		lines[name] = number($0); run[name] = int(lines[name] * share($0) + 0.5) }
	wanted && /^Taken at least once:/ { branches[name] = number($0); taken[name] = int(branches[name] * share($0) + 0.5) }
	END {
		for (i = 1; i <= count; i++) {
			name = names[i]
			show(name, lines[name], run[name], branches[name], taken[name])
			l += lines[name]; r += run[name]; b += branches[name]; t += taken[name]
		}
		show("all", l, r, b, t)
		if (!count)
			exit 3
		split(least, limit, ",")
		if (percent(r, l) < limit[1] || percent(t, b) < limit[2]) {
			print "coverage.sh: less than " limit[1] " % of the lines are run, or " limit[2] " % of the branches taken" >"/dev/stderr"
			exit 1
		}
	}' "$work/figures"
