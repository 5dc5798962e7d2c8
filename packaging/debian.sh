#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Makes the folder debian/ that dpkg-buildpackage wants, of packaging/debian.
set -u -o pipefail

usage() {
	cat <<'EOT'
usage: debian.sh [--gcc="N..."] [TREE]

Copies packaging/debian of the source tree TREE (default: the one that this script is in) to TREE/debian, and writes
debian/control there, with a package gcc-N-plugin-klpmake for each GCC, of version 10 or later, that this Debian has
gcc-N-plugin-dev of.

  --gcc="11 12"  for these only
  --help         this text

Exit status: 0 done, 1 there is no such GCC, 2 wrong usage, 3 it could not be written.
EOT
}

gccs='' tree=''
for word; do
	case $word in
	--gcc=*) gccs=${word#--gcc=} ;;
	--help) usage; exit 0 ;;
	-*) echo "debian.sh: unknown option '$word'" >&2; usage >&2; exit 2 ;;
	*)
		[ -z "$tree" ] || { usage >&2; exit 2; }
		tree=$word
		;;
	esac
done
case $gccs in
*[!0-9\ ]*) echo "debian.sh: --gcc wants numbers, as \"11 12\", not '$gccs'" >&2; exit 2 ;;
esac
[ -n "$tree" ] || tree=$(dirname "$0")/..
[ -f "$tree/packaging/debian/control.in" ] || {
	echo "debian.sh: '$tree' is no source tree of klpmake: it has no packaging/debian/control.in" >&2
	exit 2
}

# known_gccs: those with plugin headers, each on a line.
known_gccs() {
	apt-cache pkgnames gcc- | sed -n 's/^gcc-\([1-9][0-9]\)-plugin-dev$/\1/p' | sort -n
}

if [ -z "$gccs" ]; then
	mapfile -t versions < <(known_gccs)
else
	read -r -a versions <<<"$gccs"
fi
[ ${#versions[@]} -gt 0 ] || {
	echo "debian.sh: apt knows no package gcc-N-plugin-dev: run 'apt-get update', or say which with --gcc" >&2
	exit 1
}

# known_policy: that of this Debian. What the packages have has not changed from 4.6.2 to 4.7.2.
known_policy() {
	local version

	version=$(apt-cache show --no-all-versions debian-policy 2>/dev/null | sed -n 's/^Version: \([0-9]*\.[0-9]*\.[0-9]*\).*/\1/p')
	echo "${version:-4.6.2}"
}

# control: control.in, whose last paragraph is printed for each version.
control() {
	awk -v versions="${versions[*]}" -v policy="$(known_policy)" '
		BEGIN { count = split(versions, version, " ") }
		/^#/ { next }
		{ sub(/@POLICY@/, policy) }
		/^@PLUGIN_HEADERS@$/ {
			for (i = 1; i <= count; i++)
				print " gcc-" version[i] "-plugin-dev,"
			next
		}
		/@GCC@/ { template = 1 }
		template { text = text $0 "\n"; next }
		{ print }
		END {
			for (i = 1; i <= count; i++) {
				paragraph = text
				gsub(/@GCC@/, version[i], paragraph)
				printf "%s%s", (i > 1 ? "\n" : ""), paragraph
			}
		}' "$tree/packaging/debian/control.in"
}

if ! rm -rf "$tree/debian" || ! cp -R "$tree/packaging/debian" "$tree/debian" || ! rm "$tree/debian/control.in" ||
	! control >"$tree/debian/control"; then
	echo "debian.sh: cannot write '$tree/debian'" >&2
	exit 3
fi
echo "debian.sh: made '$tree/debian', with plugins for GCC ${versions[*]}" >&2
