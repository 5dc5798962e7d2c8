#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Tries klpmake for other architectures: "make check-arch" runs it; doc/tested.md has what came of it.
set -u -o pipefail

usage() {
	cat <<END
usage: archs.sh [--table] [ARCH...]

Runs, for each architecture (${known[*]}; default: all), the tests with a small kernel of it that is
cross-compiled and booted in QEMU, and those of the plugin and klp-fixer with its compiler. Needs root on Debian, and some
4 GB in KLPMAKE_CACHE for each.

  --table   run nothing: print what earlier runs gave, as tables
  --help    this text

Exit status: 0 nothing failed or was skipped, 1 something was, 2 wrong usage, 3 an architecture could not be tried.
END
}

top=$(cd "$(dirname "$0")/.." && pwd) || exit 3
# shellcheck source-path=SCRIPTDIR source=lib/debian.sh
. "$top/testsuite/lib/debian.sh"
# shellcheck source-path=SCRIPTDIR source=lib/chroot.sh
. "$top/testsuite/lib/chroot.sh"
# shellcheck source-path=SCRIPTDIR source=lib/arch-kernel.sh
. "$top/testsuite/lib/arch-kernel.sh"
# shellcheck source-path=SCRIPTDIR source=lib/table.sh
. "$top/testsuite/lib/table.sh"

mapfile -t known < <(arch_known)
table=no archs=()
for word; do
	case $word in
	--table) table=yes ;;
	--help) usage; exit 0 ;;
	-*) echo "archs.sh: unknown option '$word'" >&2; usage >&2; exit 2 ;;
	*)
		printf '%s\n' "${known[@]}" | grep -qxF -e "$word" ||
			{ echo "archs.sh: unknown architecture '$word', but: ${known[*]}" >&2; exit 2; }
		archs+=("$word")
		;;
	esac
done
[ ${#archs[@]} -gt 0 ] || archs=("${known[@]}")
results=$KLPMAKE_CACHE/arch/results
mkdir -p "$results" || exit 3

# kinds ARCH WHO: the relocations that tests say WHO, "the model" or "the guest", has applied. The model's tests run
# whatever the target GCC is for.
kinds() {
	local file="arch-$1" sums=("$results"/*/fixer.sum)

	if [ "$2" = "the guest" ]; then
		file='[a-z]*' sums=("$results/$1/kernel.sum")
	fi
	sed -n "s/^PASS: $file: .*: relocations: \\(R_[A-Z0-9_]*\\) by $2\$/\\1/p" "${sums[@]}" 2>/dev/null | sort -u
}

# What came of each suite; of the kernel's, its examples, diffs, and what else was tried in the booted kernel.
print_results() {
	local arch kept date versions

	echo "| architecture | kernel, libdwarf | date | build | plugin | fixer | source | diff | boot |"
	echo "| --- | --- | --- | --- | --- | --- | --- | --- | --- |"
	for arch in "${archs[@]}"; do
		kept=$results/$arch
		[ -f "$kept/versions" ] || continue
		read -r date versions <"$kept/versions"
		printf '| %s ' "$arch" "$versions" "$date" "$(cat "$kept/warnings") warnings" "$(table_cell "$kept/plugin.sum" '.*')" \
			"$(table_cell "$kept/fixer.sum" '.*')" "$(table_cell "$kept/kernel.sum" 'example')" \
			"$(table_cell "$kept/kernel.sum" 'patch')" "$(table_cell "$kept/kernel.sum" 'kallsyms')"
		echo "|"
	done
}

print_relocations() {
	local arch kind model guest

	echo "| architecture | relocation | model | guest |"
	echo "| --- | --- | --- | --- |"
	for arch in "${archs[@]}"; do
		while read -r kind; do
			model=- guest=-
			! kinds "$arch" "the model" | grep -qxF "$kind" || model=yes
			! kinds "$arch" "the guest" | grep -qxF "$kind" || guest=yes
			echo "| $arch | $kind | $model | $guest |"
		done < <({ kinds "$arch" "the model"; kinds "$arch" "the guest"; } | sort -u)
	done
}

status=0
if [ "$table" = no ]; then
	for arch in "${archs[@]}"; do
		echo "== $arch"
		"$top/testsuite/run.sh" --no-skip --keep="$results/$arch" --arch="$arch" kernel fixer plugin </dev/null
		now=$?
		[ "$now" -le "$status" ] || status=$now
	done
fi
print_results
echo
print_relocations
exit "$status"
