#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Runs a command of a copy of this checkout in a minimal Debian, so that no package that happens to be on
# a machine hides that something is not installed. As root.
set -eu -o pipefail

usage() {
	cat <<'END'
usage: minimal.sh FOLDER COMMAND [ARGUMENT...]

Makes a minimal Debian, of the running one's release and archive, in FOLDER, unless it is there already;
copies the checkout to /klpmake of it and runs COMMAND there. Downloads are kept in KLPMAKE_CACHE.

Exit status: COMMAND's; 2 wrong usage, 3 the minimal Debian could not be made.
END
}

[ $# -ge 2 ] || { usage >&2; exit 2; }
top=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=testsuite/lib/debian.sh
. "$top/testsuite/lib/debian.sh"
# shellcheck source=testsuite/lib/build.sh
. "$top/testsuite/lib/build.sh"
mkdir -p "$(dirname "$1")"
root=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
shift

# "ADDRESS SUITE" of the archive that the running Debian is from.
archive() {
	local codename

	codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
	# shellcheck disable=SC2016 # these are apt's own variables
	apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' 'Origin: Debian' |
		awk -v suite="$codename" '$2 == suite { print; exit }'
}

make_root() {
	local address suite

	debian_install debootstrap || return
	read -r address suite < <(archive)
	[ -n "$suite" ] || { debian_say "apt tells no archive of this Debian"; return 3; }
	debian_say "Making a minimal Debian $suite"
	rm -rf "$root.new"
	if ! debootstrap --variant=minbase "$suite" "$root.new" "$address" >"$root.log" 2>&1; then
		tail -n 20 "$root.log" >&2
		return 3
	fi
	# Its kernels come from all of the running Debian's archives.
	rm -f "$root.new"/etc/apt/sources.list
	for part in sources.list sources.list.d apt.conf.d preferences.d trusted.gpg.d; do
		[ ! -e "/etc/apt/$part" ] || cp -a "/etc/apt/$part" "$root.new/etc/apt/"
	done
	mkdir -p "$root.new/usr/share/keyrings"
	cp -a /usr/share/keyrings/. "$root.new/usr/share/keyrings/"
	mv "$root.new" "$root"
}

# Mounts are of a name space of their own, and go with it.
inside() {
	# What has to be a mount is one for "unshare --mount" in there, too.
	mount --bind "$root" "$root"
	mount -t proc proc "$root/proc"
	mount -t sysfs -o ro sysfs "$root/sys"
	mount -t devpts -o newinstance,ptmxmode=0666 devpts "$root/dev/pts"
	ln -sf pts/ptmx "$root/dev/ptmx"
	mkdir -p "$root/cache"
	mount --bind "$KLPMAKE_CACHE" "$root/cache"
	exec chroot "$root" env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root \
		TERM="${TERM:-dumb}" LC_ALL=C.UTF-8 CI="${CI:-}" KLPMAKE_CACHE=/cache \
		sh -c 'cd /klpmake && exec "$@"' sh "$@"
}

if [ "${KLPMAKE_MINIMAL_INSIDE:-}" = yes ]; then
	inside "$@"
fi
[ -d "$root" ] || make_root || exit 3
mkdir -p "$KLPMAKE_CACHE"
rm -rf "$root/klpmake"
build_source "$top" "$root/klpmake"
cp -L /etc/resolv.conf /etc/hosts "$root/etc/" 2>/dev/null || :
KLPMAKE_MINIMAL_INSIDE=yes exec unshare --mount --propagation private "$0" "$root" "$@"
