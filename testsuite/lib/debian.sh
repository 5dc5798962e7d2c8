# SPDX-License-Identifier: GPL-2.0-or-later
# What Debian's archive gives: missing packages, and the kernel to make livepatches for. To be sourced.
#
#	debian_install PACKAGE...	installs what of these is missing, returns 0 or 3
#	debian_source			gets the source of that kernel, and what preparing it needs, after
#					debian_kernel; sets KERNEL_SOURCE, returns 0 or 3
#	debian_kernel			gets the kernel that the meta-package KERNEL_META stands for,
#					returns 0 or 3
#
# debian_kernel sets
#
#	KERNEL_RELEASE		as uname -r prints it
#	KERNEL_VERSION		version of the packages
#	KERNEL_BUILD		build tree of the headers, installed through apt
#	KERNEL_IMAGE		bootable image
#	KERNEL_MODULES		lib/modules/RELEASE of the image
#	KERNEL_VMLINUX		vmlinux with DWARF and symbols
#	KERNEL_DEBUG_DIR	what would be /usr/lib/debug
#
# Image and debug files are taken out of their packages into the cache and nothing of them is
# installed: a boot loader would want to boot the image. All packages are of one version. Progress
# goes to standard error.
# shellcheck shell=bash disable=SC2034 # the variables are for the caller

: "${KLPMAKE_CACHE:=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/klpmake}"

# The meta-package: its dependency names the release.
: "${KERNEL_META:=linux-image-cloud-amd64}"

# Modules, or folders of modules, whose debug files are unpacked besides vmlinux: all of them take more
# than a gigabyte.
: "${KERNEL_DEBUG_MODULES:=netlink_diag drivers/block cmac dm_mod dummy fat vfat nls_cp437 nls_iso8859_1}"

debian_say() {
	echo "$*" >&2
}

debian_may_install() {
	[ "$(id -u)" -eq 0 ] || command -v sudo >/dev/null
}

# debian_as_root COMMAND...: after debian_may_install.
debian_as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	else
		sudo -- "$@"
	fi
}

debian_installed() {
	[ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# The names that Fedora and openEuler have for a package of Debian's, for a message.
debian_rpm_names() {
	local package

	for package; do
		case $package in
		busybox-static) echo busybox ;;
		g++) echo gcc-c++ ;;
		gcc-*-plugin-dev) echo gcc-plugin-devel ;;
		libc6-dev) echo glibc-devel glibc-static ;;
		libdebuginfod-dev) echo elfutils-debuginfod-client-devel ;;
		libdwarf-dev) echo libdwarf-devel ;;
		libelf-dev) echo elfutils-libelf-devel ;;
		liblzma-dev) echo xz-devel ;;
		libzstd-dev) echo libzstd-devel ;;
		linux-*) echo kernel-devel ;;
		qemu-system-x86) echo qemu-system-x86 ;;
		zlib1g-dev) echo zlib-devel ;;
		*) echo "$package" ;;
		esac
	done
}

# debian_explain PACKAGE...: the command that a person has to run instead.
debian_explain() {
	if command -v apt-get >/dev/null; then
		debian_say "Run this, then try again:"
		debian_say "    sudo apt-get install --no-install-recommends $*"
	elif command -v dnf >/dev/null; then
		debian_say "This needs Debian's packages. What klpmake itself is built with is installed by:"
		# shellcheck disable=SC2046 # one word each
		debian_say "    sudo dnf install" $(debian_rpm_names "$@")
	else
		debian_say "This needs Debian (apt-get is missing), and there the packages: $*"
	fi
}

# debian_update: fetches the lists of packages, once in a run. Failure is no reason to stop: the
# lists that are there may do.
debian_update() {
	[ -z "${debian_updated:-}" ] && debian_may_install || return 0
	debian_updated=yes
	debian_say "Updating the lists of packages"
	debian_as_root apt-get -qq update >&2 || debian_say "that failed: going on with the lists as they are"
}

# debian_size BYTES: as people read it.
debian_size() {
	awk -v bytes="$1" 'BEGIN { printf bytes < 1e6 ? "%.0f kB" : "%.0f MB", bytes / (bytes < 1e6 ? 1e3 : 1e6) }'
}

# debian_install PACKAGE[=VERSION]...
debian_install() {
	local package missing=() size log

	for package; do
		case $package in
		*=*) [ "$(debian_version "${package%%=*}")" = "${package#*=}" ] || missing+=("$package") ;;
		*) debian_installed "$package" || missing+=("$package") ;;
		esac
	done
	[ ${#missing[@]} -gt 0 ] || return 0

	if ! command -v apt-get >/dev/null || ! debian_may_install; then
		debian_explain "${missing[@]}"
		return 3
	fi
	debian_update
	size=$(LC_ALL=C apt-get install -qq -y --no-install-recommends --print-uris "${missing[@]}" 2>/dev/null |
		awk '{ bytes += $3 } END { print bytes + 0 }')
	debian_say "Installing ${missing[*]} ($(debian_size "$size") to download, with what they need)"
	log=$(mktemp) || return 3
	# A package of the wanted kernel may be there in a newer version, one that other packages do not have yet.
	if ! debian_as_root env DEBIAN_FRONTEND=noninteractive LC_ALL=C apt-get install -q -y \
		--allow-downgrades --no-install-recommends -o Dpkg::Use-Pty=0 "${missing[@]}" >"$log" 2>&1 </dev/null; then
		tail -n 20 "$log" >&2
		rm -f "$log"
		debian_explain "${missing[@]}"
		return 3
	fi
	rm -f "$log"
}

# debian_version PACKAGE: the version that is installed, nothing if it is not.
debian_version() {
	debian_installed "$1" && dpkg-query -W -f '${Version}' "$1"
}

# debian_resolve META: "RELEASE VERSION" of the kernel that the meta-package depends on.
debian_resolve() {
	LC_ALL=C apt-cache show --no-all-versions "$1" 2>/dev/null |
		sed -nE 's/^Depends:.*linux-image-([^ ,]+) \(= ([^)]+)\).*/\1 \2/p' | head -n 1
}

# A cached kernel is complete if it has all that debian_kernel promises.
debian_cached() {
	local folder=$1 release=$2 module

	[ -f "$folder/boot/vmlinuz-$release" ] && [ -d "$folder/lib/modules/$release" ] &&
		[ -f "$folder/debug/usr/lib/debug/boot/vmlinux-$release" ] || return 1
	for module in $KERNEL_DEBUG_MODULES; do
		[ -e "$folder/debug/.has-${module//\//-}" ] || [ -e "$folder/debug/.has-all" ] || return 1
	done
}

# debian_download PACKAGE VERSION: into the current folder. Root need not become apt's own user
# for it, who could not write here.
debian_download() {
	local options=(-o APT::Sandbox::User=root)

	[ -t 2 ] || options+=(-qq)
	apt-get "${options[@]}" download "$1=$2" >&2
}

# debian_unpack FILE.deb FOLDER PATTERN...: takes what matches out of a package.
debian_unpack() {
	local file=$1 folder=$2

	shift 2
	mkdir -p "$folder" &&
		(set -o pipefail
		dpkg-deb --fsys-tarfile "$file" |
			tar -x -C "$folder" --no-same-owner --anchored --wildcards "$@")
}

# Patterns for tar: the debug files of the modules asked for. A module is called x_y, its file x-y.
debian_debug_patterns() {
	local module

	for module in $KERNEL_DEBUG_MODULES; do
		case $module in
		all) echo "./usr/lib/debug/lib/modules/*" ;;
		*/*) echo "./usr/lib/debug/lib/modules/*/kernel/$module/*" ;;
		*) echo "./usr/lib/debug/lib/modules/*/${module//[-_]/[-_]}.ko" ;;
		esac
	done
}

# debian_fill RELEASE VERSION: downloads and unpacks into the current folder.
debian_fill() {
	local release=$1 version=$2 package size image=linux-image-$1 patterns=() module

	for package in "$image" "$image-dbg"; do
		size=$(LC_ALL=C apt-cache show "$package=$version" 2>/dev/null | awk '/^Size:/ { print $2; exit }')
		if [ -z "$size" ]; then
			debian_say "the archive has no $package of version $version"
			return 3
		fi
		debian_say "Downloading $package $version ($(debian_size "$size"))"
		debian_download "$package" "$version" || return
	done

	debian_say "Unpacking the kernel and its debug files"
	debian_unpack "${image}_"*.deb . './boot/*' './lib/modules/*' || return
	rm "${image}_"*.deb
	mapfile -t patterns < <(debian_debug_patterns)
	debian_unpack "$image-dbg_"*.deb debug './usr/lib/debug/boot/vmlinux-*' "${patterns[@]}" || return
	rm "$image-dbg_"*.deb
	for module in $KERNEL_DEBUG_MODULES; do
		: > "debug/.has-${module//\//-}"
	done
	echo "$KERNEL_META" > meta
	debian_cached . "$release" || { debian_say "the packages of $release lack files"; return 3; }
}

# debian_fetch RELEASE VERSION FOLDER: makes FOLDER, whole or not at all. Run under the lock.
debian_fetch() {
	local store new status=0

	store=$(dirname "$3")
	# What an interrupted run left: only the holder of the lock makes such folders.
	rm -rf "$store"/new.*
	new=$(mktemp -d "$store/new.XXXXXX") || return 3
	(
		trap 'rm -rf "$new"' EXIT
		trap 'exit 130' INT
		trap 'exit 143' TERM HUP
		cd "$new" && debian_fill "$1" "$2" && chmod 755 . && rm -rf "$3" && mv "$new" "$3"
	) || status=$?
	if [ "$status" -ne 0 ]; then
		debian_say "could not get the kernel $1 (see above)"
	fi
	return "$status"
}

# debian_prune FOLDER: removes what KERNEL_META stood for earlier, unless a run still uses it.
debian_prune() {
	local keep=$1 other

	for other in "$(dirname "$keep")"/*_*; do
		if [ "$other" != "$keep" ] && cmp -s "$other/meta" "$keep/meta" && flock -n "$other" true; then
			debian_say "Removing the older kernel $(basename "$other") from the cache"
			rm -rf "$other"
		fi
	done
}

# debian_kernel: see the top of this file.
debian_kernel() {
	local release='' version='' store folder='' lock held status

	if ! command -v apt-get >/dev/null || ! command -v dpkg-deb >/dev/null; then
		debian_say "The kernel comes from Debian's packages: this needs Debian and apt-get."
		return 3
	fi
	store=$KLPMAKE_CACHE/debian
	if ! mkdir -p "$store" || ! : >>"$store/lock"; then
		debian_say "cannot write to $store (KLPMAKE_CACHE names another folder)"
		return 3
	fi
	store=$(cd "$store" && pwd)
	exec {lock}>>"$store/lock"
	if ! flock -n "$lock"; then
		debian_say "Waiting for another run that gets the kernel"
		flock "$lock"
	fi

	status=0
	debian_locate || status=$?
	if [ "$status" -eq 0 ]; then
		# Held until the shell ends: the folder is not to be pruned meanwhile.
		exec {held}<"$folder" && flock -s "$held" || status=3
	fi
	exec {lock}>&-
	[ "$status" -eq 0 ] || return 3

	KERNEL_RELEASE=$release
	KERNEL_VERSION=$version
	KERNEL_BUILD=/lib/modules/$release/build
	KERNEL_IMAGE=$folder/boot/vmlinuz-$release
	KERNEL_MODULES=$folder/lib/modules/$release
	KERNEL_DEBUG_DIR=$folder/debug/usr/lib/debug
	KERNEL_VMLINUX=$KERNEL_DEBUG_DIR/boot/vmlinux-$release
}

# debian_source: see the top of this file.
debian_source() {
	local version=${KERNEL_RELEASE%%-*}

	version=${version%.*}
	debian_install "linux-source-$version=$KERNEL_VERSION" bc bison flex libelf-dev libssl-dev make patch xz-utils ||
		return 3
	KERNEL_SOURCE=/usr/src/linux-source-$version.tar.xz
}

# debian_locate: sets debian_kernel's release, version and folder. If the lists of packages
# know the kernel, it is cached and its headers are installed, then nothing is asked of the network.
debian_locate() {
	read -r release version < <(debian_resolve "$KERNEL_META") || true
	folder=$store/${release}_$version
	if [ -n "$version" ] && debian_cached "$folder" "$release" &&
		[ "$(debian_version "linux-headers-$release")" = "$version" ]; then
		return 0
	fi

	debian_update
	read -r release version < <(debian_resolve "$KERNEL_META") || true
	if [ -z "$version" ]; then
		debian_say "apt knows no package $KERNEL_META: this needs Debian's archive for amd64"
		return 3
	fi
	folder=$store/${release}_$version
	debian_install "linux-headers-$release=$version" || return 3
	debian_cached "$folder" "$release" || debian_fetch "$release" "$version" "$folder" || return 3
	debian_prune "$folder"
}
