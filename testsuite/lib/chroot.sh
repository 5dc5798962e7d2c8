# SPDX-License-Identifier: GPL-2.0-or-later
# A minimal Debian in a folder, in which commands are run on a copy of a checkout. To be sourced, after
# debian.sh and build.sh; as root.
#
#	chroot_make SUITE FOLDER	makes a minimal Debian of that suite (as bookworm), unless it is there,
#					whole or not at all; returns 0 or 3
#	chroot_run FOLDER TOP COMMAND...	copies the checkout TOP to /klpmake of it and runs COMMAND there;
#					returns what that returns, or 3
#
# Packages come from the archive of the running Debian, which has the other suites beside it. Mounts are of a
# name space of their own, and go with it. KLPMAKE_CACHE is /cache inside.
# shellcheck shell=bash

# "ADDRESS RELEASE" for each archive of Debian's that the running one knows.
chroot_archives() {
	# shellcheck disable=SC2016 # these are apt's own variables
	apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' 'Origin: Debian'
}

# chroot_sources SUITE: what goes into sources.list: the suite, and where it gets security updates.
chroot_sources() {
	local codename

	codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
	chroot_archives | awk -v suite="$1" -v running="$codename" '
		$2 == running { print "deb", $1, suite, "main" }
		$2 == running "-security" && suite != "sid" { print "deb", $1, suite "-security main" }'
}

# chroot_make SUITE FOLDER
chroot_make() {
	local suite=$1 root=$2 address file

	[ ! -d "$root" ] || return 0
	debian_install debootstrap || return 3
	address=$(chroot_sources "$suite" | awk '{ print $2; exit }')
	[ -n "$address" ] || { debian_say "apt tells no archive of this Debian"; return 3; }
	debian_say "Making a minimal Debian $suite"
	mkdir -p "$(dirname "$root")" && rm -rf "$root.new" || return 3
	if ! debootstrap --variant=minbase "$suite" "$root.new" "$address" >"$root.log" 2>&1; then
		tail -n 20 "$root.log" >&2
		return 3
	fi
	[ ! -e /etc/apt/trusted.gpg.d ] || cp -a /etc/apt/trusted.gpg.d "$root.new/etc/apt/" || return 3
	for file in /etc/apt/apt.conf.d/*; do
		# What belongs to a package comes with that, there in another version maybe, which dpkg would ask about.
		[ ! -e "$file" ] || dpkg-query -S "$file" >/dev/null 2>&1 || cp -a "$file" "$root.new$file" || return 3
	done
	chroot_sources "$suite" >"$root.new/etc/apt/sources.list" || return 3
	mv "$root.new" "$root"
}

# chroot_enter FOLDER COMMAND...: in a name space of its own already.
chroot_enter() {
	local root=$1

	shift
	# What has to be a mount is one for "unshare --mount" in there, too.
	mount --bind "$root" "$root" &&
		mount -t proc proc "$root/proc" &&
		mount -t sysfs -o ro sysfs "$root/sys" &&
		mount -t devpts -o newinstance,ptmxmode=0666 devpts "$root/dev/pts" &&
		ln -sf pts/ptmx "$root/dev/ptmx" &&
		mkdir -p "$root/cache" &&
		mount --bind "$KLPMAKE_CACHE" "$root/cache" || return 3
	exec chroot "$root" env -i BUILD_GCC="${BUILD_GCC:-}" KERNEL_DIFFS="${KERNEL_DIFFS:-}" \
		PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root \
		TERM="${TERM:-dumb}" LC_ALL=C.UTF-8 CI="${CI:-}" KLPMAKE_CACHE=/cache \
		sh -c 'cd /klpmake && exec "$@"' sh "$@"
}

# chroot_run FOLDER TOP COMMAND [ARGUMENT...]
chroot_run() {
	local root top=$2

	root=$(cd "$1" && pwd) && mkdir -p "$KLPMAKE_CACHE" && rm -rf "$root/klpmake" &&
		build_source "$top" "$root/klpmake" || return 3
	cp -L /etc/resolv.conf /etc/hosts "$root/etc/" 2>/dev/null || :
	shift 2
	# shellcheck disable=SC2016 # for the other shell
	KLPMAKE_CACHE=$KLPMAKE_CACHE unshare --mount --propagation private bash -c '. "$1" && shift && chroot_enter "$@"' bash \
		"$top/testsuite/lib/chroot.sh" "$root" "$@"
}
