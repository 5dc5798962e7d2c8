#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Tries klpmake on hundreds of real fixes: what differs between two versions of Debian's kernel source,
# one patch for each C file that the older one's cloud kernel is built from. "make corpus" runs it.
set -u

usage() {
	cat <<'END'
usage: corpus.sh [--guest]

  --guest  load every 20th of the modules that were made in the booted kernel instead

From the environment ("make corpus NAME=VALUE"):

  OLD, NEW  versions of the package linux-source-6.1; default: the oldest and the newest in the archive
            whose cloud kernels it has, with debug information
  LIMIT     so many patches only, spread over all
  ONLY      patches only of files whose path this regular expression matches
  JOBS      run so many at once; default: the number of processors
  FRESH     1: not even what is known from an earlier run with the same programs is taken from that
  EVERY     with --guest: load every so manieth module; default: 20
  SERIES    of linux-source-SERIES; default: 6.1
  KLPMAKE_CACHE  where packages are unpacked and results kept, in the folder corpus: 5 GB

and klpmake's parts, which make sets.

Exit status: 0 no bug of klpmake was seen, 1 some were, 2 wrong usage, 3 something is missing.
END
}

here=$(cd "$(dirname "$0")" && pwd) || exit 3
# shellcheck source-path=SCRIPTDIR source=../lib/debian.sh
. "$here/../lib/debian.sh"
# shellcheck source-path=SCRIPTDIR source=../lib/debian-kernel.sh
. "$here/../lib/debian-kernel.sh"
# shellcheck source-path=SCRIPTDIR source=fetch.sh
. "$here/fetch.sh"
# shellcheck source-path=SCRIPTDIR source=split.sh
. "$here/split.sh"

fail() {
	echo "corpus.sh: $2" >&2
	exit "$1"
}

guest=no
case ${1:-} in
'') ;;
--guest) guest=yes ;;
--help) usage; exit 0 ;;
*) usage >&2; exit 2 ;;
esac
[ $# -le 1 ] || { usage >&2; exit 2; }

OLD=${OLD:-} NEW=${NEW:-} SERIES=${SERIES:-6.1}
limit=${LIMIT:-} only=${ONLY:-} jobs=${JOBS:-$(getconf _NPROCESSORS_ONLN)} fresh=${FRESH:-0} every=${EVERY:-20}
for number in "${limit:-1}" "$jobs" "$every"; do
	[[ $number =~ ^[1-9][0-9]*$ ]] || fail 2 "'$number' is not a number above 0"
done
# What make hands down would reach the kernel's make.
unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES KCFLAGS KLPMAKE_VMLINUX LIMIT ONLY JOBS FRESH EVERY

for part in KLPMAKE KLPMAKE_FIXER KLPMAKE_PLAN KLPMAKE_PLUGIN KLPMAKE_RUNTIME; do
	[ -e "${!part:-}" ] || fail 3 "$part does not name a part of klpmake: \"make corpus\" sets it"
	export "${part?}"
done
export LC_ALL=C

# Only one run at a time writes here.
mkdir -p "$KLPMAKE_CACHE/corpus" || exit 3
corpus=$(cd "$KLPMAKE_CACHE/corpus" && pwd -P)
exec {lock}>>"$corpus/lock"
flock -n "$lock" || fail 3 "another run uses $corpus"
rm -rf "$corpus"/*.new.*

debian_install binutils diffutils flex bison bc libelf-dev libssl-dev patch xz-utils || exit 3
fetch_choose || exit 3
KERNEL_SOURCE=$(fetch_source "$OLD") || exit 3
newer=$(fetch_source "$NEW") || exit 3
fetch_kernel || exit 3
split_sources "$KERNEL_SOURCE" "$newer" || exit 3

RUN=$corpus/run_${OLD}_$NEW PREPARED=$corpus/prepared LIMIT_SECONDS=300
mkdir -p "$RUN/results" "$RUN/logs" "$RUN/modules" "$RUN/sets" "$RUN/needs" "$PREPARED" || exit 3
rm -rf "$RUN"/scratch.*
export KERNEL_RELEASE KERNEL_BUILD KERNEL_VMLINUX KERNEL_DEBUG_DIR KERNEL_IMAGE KERNEL_MODULES KERNEL_SOURCE \
	SPLIT RUN PREPARED LIMIT_SECONDS

if [ "$guest" = yes ]; then
	EVERY=$every exec "$here/guest.sh"
fi

# Whatever has an influence on what comes out.
PROGRAM_KEY=$(cat "$KLPMAKE" "$KLPMAKE_FIXER" "$KLPMAKE_PLAN" "$KLPMAKE_PLUGIN" "$KLPMAKE_RUNTIME"/*.* \
	"$KLPMAKE_RUNTIME"/driver/*.sh "$KLPMAKE_RUNTIME"/driver/*/*.sh "$here/one.sh" |
	sha256sum)
export PROGRAM_KEY

awk -F '\t' -v only="$only" '$2 ~ only { print $1 }' "$SPLIT/list" | awk -v limit="${limit:-0}" '
	{ name[NR] = $0 }
	END {
		if (limit == 0 || limit > NR)
			limit = NR
		for (i = 0; i < limit; i++)
			print name[int(i * NR / limit) + 1]
	}' >"$RUN/selected"
[ -s "$RUN/selected" ] || fail 2 "no patch is of a file that '$only' matches"
if [ "$fresh" != 0 ]; then
	(cd "$RUN/results" && xargs rm -f) <"$RUN/selected"
fi

# The source is prepared before anything is timed.
first=$(head -n 1 "$RUN/selected")
"$KLPMAKE" -q -n -k "$KERNEL_RELEASE" -b "$KERNEL_BUILD" -v "$KERNEL_VMLINUX" -d "$KERNEL_DEBUG_DIR" \
	-s "$KERNEL_SOURCE" --cache-dir="$PREPARED" "$SPLIT/patches/$first.patch" >"$RUN/prepare.log" 2>&1
if [ $? -gt 1 ]; then
	cat "$RUN/prepare.log" >&2
	fail 3 "cannot prepare the source"
fi

echo "Kernel $KERNEL_RELEASE ($OLD), $(wc -l <"$RUN/selected") of $(wc -l <"$SPLIT/list") patches to $NEW, $jobs at once"
# A process group of its own, which ends with this script.
set -m
xargs -P "$jobs" -n 1 "$here/one.sh" <"$RUN/selected" &
running=$!
set +m
trap 'kill -- "-$running" 2>/dev/null' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
wait "$running" || [ $? -eq 123 ] || exit 3
trap - EXIT

status=0
(cd "$RUN/results" && xargs cat) <"$RUN/selected" >"$RUN/list.full" || exit 3
cut -f 1-5 "$RUN/list.full" >"$RUN/list"
awk -f "$here/report.awk" "$RUN/list" || status=1
echo "A line for each patch: $RUN/list"
echo "What klpmake said: $RUN/logs/NAME, of $SPLIT/patches/NAME.patch"
exit "$status"
