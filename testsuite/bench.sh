#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Measures what klp-fixer needs for the example with the most references, against one "nm" of the
# same vmlinux, in time and in memory. Called by "make bench", which sets KLPMAKE, KLPMAKE_FIXER,
# KLPMAKE_PLUGIN and KLPMAKE_RUNTIME. It judges nothing: machines differ.
set -eu

folder=$(cd "$(dirname "$0")" && pwd)
# shellcheck source-path=SCRIPTDIR source=lib/debian.sh
. "$folder/lib/debian.sh"
# shellcheck source-path=SCRIPTDIR source=lib/guest.sh
. "$folder/lib/guest.sh"
# shellcheck source-path=SCRIPTDIR source=lib/example.sh
. "$folder/lib/example.sh"

example=twins
runs=5

debian_install binutils make time
KERNEL_DEBUG_MODULES=netlink_diag debian_kernel ''

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# A klp-fixer that keeps the module as it was and its own arguments.
real=$KLPMAKE_FIXER
cat >"$work/klp-fixer" <<END
#!/bin/bash
if [ "\$1" != --dump-note ]; then
	for word; do
		case \$word in
		*.ko) cp "\$word" "$work/module.ko" ;;
		--syms=*) ;;
		*) printf '%s\0' "\$word" >>"$work/arguments" ;;
		esac
	done
fi
exec "$real" "\$@"
END
chmod +x "$work/klp-fixer"
KLPMAKE_FIXER=$work/klp-fixer example_make "$example" "$work"
mapfile -d '' -t arguments <"$work/arguments"

# best COMMAND...: "SECONDS KILOBYTES", the least of some runs, after one for the page cache.
best() {
	local i

	for ((i = 0; i <= runs; i++)); do
		command time -f '%e %M' -o "$work/time" "$@" >"$work/output" 2>&1 || { cat "$work/output" >&2; return 1; }
		[ "$i" -eq 0 ] || cat "$work/time"
	done | sort -n | head -n 1
}

read -r nm_time _ < <(best nm "$KERNEL_VMLINUX")
read -r fixer_time fixer_memory < <(best "$real" "${arguments[@]}" -o "$work/out.ko" "$work/module.ko")
awk -v nm="$nm_time" -v fixer="$fixer_time" -v memory="$fixer_memory" -v example="$example" 'BEGIN {
	printf "nm vmlinux:           %.2f s\n", nm
	printf "klp-fixer, %s:     %.2f s, %.0f MiB at the peak\n", example, fixer, memory / 1024
	printf "ratio of the times:   %.2f\n", fixer / nm
}'
