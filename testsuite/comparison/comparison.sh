#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Measures klpmake beside other tools that make livepatches of diffs: the figures of doc/comparison.md. "make comparison" runs it.
set -u -o pipefail

usage() {
	cat <<'END'
usage: comparison.sh [--keep] [--table] [SUITE...]

In a minimal Debian of each suite (trixie, sid; default: both), which is made in a folder of KLPMAKE_CACHE, a small x86-64 kernel
is built of the suite's own source. For this one kernel, klpmake, the suite's kpatch-build and, where the source has it, the
kernel's klp-build make livepatches of the same diffs. What is measured: what has to be installed and downloaded, time and
processor time for the first livepatch and for further ones, the space that a tool uses, and which diffs it refuses.
Needs root, 15 GB and, without other work on two processors, half an hour for each suite.

  --keep    keep the kernel and what the tools leave, for a look at it
  --table   run nothing: print what earlier runs gave, as tables
  --help    this text

Exit status: 0 measured, whatever came of it, 2 wrong usage, 3 it could not be measured.
END
}

top=$(cd "$(dirname "$0")/../.." && pwd) || exit 3
# shellcheck source-path=SCRIPTDIR source=../lib/debian.sh
. "$top/testsuite/lib/debian.sh"
# shellcheck source-path=SCRIPTDIR source=../lib/build.sh
. "$top/testsuite/lib/build.sh"
# shellcheck source-path=SCRIPTDIR source=../lib/chroot.sh
. "$top/testsuite/lib/chroot.sh"

table=no options=() suites=()
for word; do
	case $word in
	--keep) options+=("$word") ;;
	--table) table=yes ;;
	--help) usage; exit 0 ;;
	trixie | sid) suites+=("$word") ;;
	*) echo "comparison.sh: unknown word '$word'" >&2; usage >&2; exit 2 ;;
	esac
done
[ ${#suites[@]} -gt 0 ] || suites=(trixie sid)
folder=$KLPMAKE_CACHE/comparison
mkdir -p "$folder/results" || exit 3

if [ "$table" = no ]; then
	[ "$(id -u)" -eq 0 ] || { echo "comparison.sh: this needs root, for a minimal Debian" >&2; exit 3; }
	for suite in "${suites[@]}"; do
		chroot_make "$suite" "$folder/$suite" || exit 3
		rm -rf "$folder/$suite.new"
		# What is measured is also what has to be installed: the minimal one stays as it is.
		cp -a "$folder/$suite" "$folder/$suite.new" || exit 3
		chroot_run "$folder/$suite.new" "$top" testsuite/comparison/measure.sh "${options[@]}" \
			"/cache/comparison/results/$suite" </dev/null
		status=$?
		rm -rf "$folder/$suite.new"
		[ "$status" -eq 0 ] || exit 3
	done
fi

for suite in "${suites[@]}"; do
	if [ -f "$folder/results/$suite" ]; then
		echo "Debian $suite:"
		awk -F '\t' -f "$top/testsuite/comparison/tables.awk" "$folder/results/$suite" || exit 3
	fi
done
