# SPDX-License-Identifier: GPL-2.0-or-later
# The kernel to make livepatches for, from Debian's archive into the cache. To be sourced, after debian.sh.
#
#	debian_kernel	gets the newest kernel of the kind of the meta-package KERNEL_META of which the archive has all
#			parts in one version; returns 0 or 3
#	debian_source	gets the source of that kernel, and what preparing it needs, after debian_kernel; sets
#			KERNEL_SOURCE, returns 0 or 3
#
# debian_kernel sets
#
#	KERNEL_FOLDER		in the cache, where all of it is
#	KERNEL_RELEASE		as uname -r prints it
#	KERNEL_VERSION		version of the packages
#	KERNEL_BUILD		build tree of the headers
#	KERNEL_IMAGE		bootable image
#	KERNEL_MODULES		lib/modules/RELEASE of the image
#	KERNEL_VMLINUX		vmlinux with DWARF and symbols
#	KERNEL_DEBUG_DIR	what would be /usr/lib/debug
#
# All is taken out of the packages into the cache, and nothing of the kernel is installed: a boot loader would want to boot the
# image, and from Linux 6.12 on even the headers want it installed. Progress goes to standard error.
# shellcheck shell=bash disable=SC2034 # the variables are for the caller

# The meta-package: its dependency names the series, its name the flavour.
: "${KERNEL_META:=linux-image-cloud-amd64}"

# Modules, or folders of modules, whose debug files are unpacked besides vmlinux: all of them take more
# than a gigabyte.
: "${KERNEL_DEBUG_MODULES:=netlink_diag drivers/block cmac dm_mod dummy fat vfat nls_cp437 nls_iso8859_1}"

# debian_versions PACKAGE...: "PACKAGE VERSION" of all that the archive has.
debian_versions() {
	LC_ALL=C apt-cache madison "$@" 2>/dev/null | awk -F ' *[|] *' '{ sub(/^ */, "", $1); print $1, $2 }' | sort -u
}

# debian_series META: as 6.1, of the kernel that the meta-package depends on.
debian_series() {
	LC_ALL=C apt-cache show --no-all-versions "$1" 2>/dev/null |
		sed -nE 's/^Depends:.*linux-image-([0-9]+\.[0-9]+)\.[^ ,]+ \(= [^)]+\).*/\1/p' | head -n 1
}

# debian_candidates META: "RELEASE VERSION" of each kernel of which there are the image, its debug files, headers and
# source in one version, newest first: the archive's parts do not move together.
debian_candidates() {
	local series flavour=${1#linux-image-} releases=()

	series=$(debian_series "$1")
	[ -n "$series" ] || return 0
	flavour=${flavour#"$series"-}
	mapfile -t releases < <(apt-cache pkgnames "linux-image-$series." | sed -n "s/^linux-image-\(.*-$flavour\)$/\1/p")
	[ ${#releases[@]} -gt 0 ] || return 0
	debian_versions "linux-source-$series" "${releases[@]/#/linux-image-}" "${releases[@]/#/linux-headers-}" |
		cat - <(debian_debug_versions "${releases[@]}") | awk -v source="linux-source-$series" '
		{ has[$1, $2] }
		/^linux-image-/ && !/-dbg / { images[$0] }
		END {
			for (image in images) {
				split(image, part, " ")
				release = substr(part[1], 13)
				v = part[2]
				if ((source, v) in has && ("linux-headers-" release, v) in has && (part[1] "-dbg", v) in has)
					print v, release
			}
		}' | sort -rV | awk '{ print $2, $1 }'
}

debian_debug_versions() {
	local names=("${@/#/linux-image-}")

	debian_versions "${names[@]/%/-dbg}"
}

# debian_first PATH...: the first that is there.
debian_first() {
	local path

	for path; do
		[ ! -e "$path" ] || { echo "$path"; return; }
	done
	return 1
}

# The places of a kernel in the cache, which differ from release to release. debian_PART FOLDER RELEASE
debian_image() {
	debian_first "$1/boot/vmlinuz-$2" "$1"/{,usr/}"lib/modules/$2/vmlinuz"
}

debian_modules() {
	debian_first "$1"/{usr/,}"lib/modules/$2/kernel" | sed 's|/kernel$||'
}

debian_vmlinux() {
	debian_first "$1/debug/usr/lib/debug/boot/vmlinux-$2" "$1/debug/usr/lib/debug"/{,usr/}"lib/modules/$2/vmlinux"
}

debian_build() {
	debian_first "$1/usr/src/linux-headers-$2"
}

# A cached kernel is complete if it has all that debian_kernel promises.
debian_cached() {
	local folder=$1 release=$2 module

	[ -f "$folder/needs" ] && debian_image "$folder" "$release" >/dev/null && [ -n "$(debian_modules "$folder" "$release")" ] &&
		debian_vmlinux "$folder" "$release" >/dev/null && debian_build "$folder" "$release" >/dev/null || return 1
	for module in $KERNEL_DEBUG_MODULES; do
		[ -e "$folder/debug/.has-${module//\//-}" ] || [ -e "$folder/debug/.has-all" ] || return 1
	done
}

# Patterns for tar: the debug files of the modules asked for. A module is called x_y, its file x-y.
debian_debug_patterns() {
	local module

	for module in $KERNEL_DEBUG_MODULES; do
		case $module in
		all) echo "./usr/lib/debug/*lib/modules/*/kernel" ;;
		*/*) echo "./usr/lib/debug/*lib/modules/*/kernel/$module/*" ;;
		*) echo "./usr/lib/debug/*lib/modules/*/${module//[-_]/[-_]}.ko" ;;
		esac
	done
}

# debian_get PACKAGE VERSION: downloads it into the current folder.
debian_get() {
	local size

	size=$(LC_ALL=C apt-cache show "$1=$2" 2>/dev/null | awk '/^Size:/ { print $2; exit }')
	if [ -z "$size" ]; then
		debian_say "the archive has no $1 of version $2"
		return 3
	fi
	debian_say "Downloading $1 $2 ($(debian_size "$size"))"
	debian_download "$1" "$2" || { debian_say "the archive does not give $1 of version $2"; return 3; }
}

# debian_series_of RELEASE: as 6.1.
debian_series_of() {
	sed -E 's/^([0-9]+\.[0-9]+).*/\1/' <<<"$1"
}

# debian_needs PACKAGE VERSION: the packages that it depends on, without versions.
debian_needs() {
	LC_ALL=C apt-cache show "$1=$2" | sed -n 's/^Depends: //p' | head -n 1 | tr ',' '\n' | sed 's/^ *//; s/[ |].*//'
}

# debian_nearest PACKAGE VERSION: "PACKAGE VERSION" of that version if it is there, of the newest else.
debian_nearest() {
	debian_versions "$1" | sort -V | awk -v wanted="$2" '$2 == wanted { exit } { last = $0 } END { print $2 == wanted ? $0 : last }'
}

# debian_fill_image RELEASE VERSION: from Linux 7 on the image's package has nothing of its own but what it needs.
debian_fill_image() {
	local image=linux-image-$1 package patterns=() module

	for package in "$image" $(debian_needs "$image" "$2" | grep -xF -e "linux-binary-$1" -e "linux-modules-$1"); do
		debian_get "$package" "$2" || return
		debian_unpack "${package}_"*.deb . './*' && rm "${package}_"*.deb || return
	done
	debian_get "$image-dbg" "$2" || return
	debian_say "Unpacking the kernel and its debug files"
	mapfile -t patterns < <(debian_debug_patterns)
	debian_unpack "$image-dbg_"*.deb debug './usr/lib/debug/*/vmlinux*' "${patterns[@]}" || return
	rm "$image-dbg_"*.deb
	for module in $KERNEL_DEBUG_MODULES; do
		: >"debug/.has-${module//\//-}" || return
	done
}

# debian_fill_headers RELEASE VERSION: the build folder leads to the common headers by an absolute path, since Linux 7 to
# itself, too, and to all else by relative links. The programs of Kbuild need not be of the same version.
debian_fill_headers() {
	local headers=linux-headers-$1 package makefile=usr/src/linux-headers-$1/Makefile nearest

	for package in "$headers" $(debian_needs "$headers" "$2" | grep -E '^linux-(headers-.*-common|kbuild-.*)$'); do
		nearest=$(debian_nearest "$package" "$2")
		debian_get "$package" "${nearest#* }" || return
		debian_unpack "${package}_"*.deb . './usr/*' && rm "${package}_"*.deb || return
	done
	# What Kbuild's programs need, as pahole.
	debian_needs "$package" "${nearest#* }" | grep -v '^linux-' >needs || return
	# shellcheck disable=SC2016 # a variable of make
	sed -i -e 's|^include /usr/src/|include $(dir $(lastword $(MAKEFILE_LIST)))../|' \
		-e 's|^KBUILD_OUTPUT=/usr/src/.*|KBUILD_OUTPUT := $(realpath $(dir $(lastword $(MAKEFILE_LIST))))|' "$makefile" || return
	if grep -q '/usr/src/' "$makefile" || [ ! -e "${makefile%/*}/scripts/Makefile.build" ]; then
		debian_say "the headers of $1 cannot be used where they are not installed"
		return 3
	fi
}

# debian_fill_source RELEASE VERSION: the tarball.
debian_fill_source() {
	local package

	package=linux-source-$(debian_series_of "$1")
	debian_get "$package" "$2" && debian_unpack "${package}_"*.deb . './usr/src/*.tar.*' &&
		rm "${package}_"*.deb && mv usr/src/*.tar.* . && rm -r usr
}

# debian_fill RELEASE VERSION: into the current folder.
debian_fill() {
	debian_fill_image "$1" "$2" && debian_fill_headers "$1" "$2" || return
	echo "$KERNEL_META $(debian_series_of "$1")" >meta
	debian_cached . "$1" || { debian_say "the packages of $1 lack files"; return 3; }
}

# debian_into FOLDER FUNCTION ARGUMENT...: makes FOLDER, whole or not at all: FUNCTION fills the folder in which it runs.
debian_into() {
	local folder=$1 new status=0

	shift
	new=$(mktemp -d "$folder.new.XXXXXX") || return 3
	(
		trap 'rm -rf "$new"' EXIT
		trap 'exit 130' INT
		trap 'exit 143' TERM HUP
		cd "$new" && "$@" && chmod 755 . && rm -rf "$folder" && mv "$new" "$folder"
	) || status=$?
	[ "$status" -eq 0 ] || debian_say "could not make $folder (see above)"
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

# debian_lock FOLDER: of the cache, until the file descriptor that "lock" names is closed.
debian_lock() {
	store=$KLPMAKE_CACHE/$1
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
	# What an interrupted run left: only the holder of the lock makes such folders.
	rm -rf "$store"/*.new.*
}

# debian_install_listed FILE: the packages that it has.
debian_install_listed() {
	local names

	mapfile -t names <"$1" && debian_install "${names[@]}"
}

# debian_kernel: see the top of this file.
debian_kernel() {
	local release='' version='' store='' folder='' lock held status=0

	if ! command -v apt-get >/dev/null || ! command -v dpkg-deb >/dev/null; then
		debian_say "The kernel comes from Debian's packages: this needs Debian and apt-get."
		return 3
	fi
	debian_lock debian || return 3
	debian_locate || status=$?
	[ "$status" -ne 0 ] || debian_install_listed "$folder/needs" || status=3
	if [ "$status" -eq 0 ]; then
		# Held until the shell ends: the folder is not to be pruned meanwhile.
		exec {held}<"$folder" && flock -s "$held" || status=3
	fi
	exec {lock}>&-
	[ "$status" -eq 0 ] || return 3

	debian_use "$folder" "$release" "$version"
}

# debian_use FOLDER RELEASE VERSION: sets the variables for what is there.
debian_use() {
	KERNEL_FOLDER=$1
	KERNEL_RELEASE=$2
	KERNEL_VERSION=$3
	KERNEL_BUILD=$(debian_build "$1" "$2")
	KERNEL_IMAGE=$(debian_image "$1" "$2")
	KERNEL_MODULES=$(debian_modules "$1" "$2")
	KERNEL_DEBUG_DIR=$1/debug/usr/lib/debug
	KERNEL_VMLINUX=$(debian_vmlinux "$1" "$2")
}

# debian_locate: sets debian_kernel's release, version and folder. If the lists of packages know the kernel and it is
# cached, nothing is asked of the network. What the archive lists may be gone from it, or not be there yet: that is
# not asked for again that day, and the next newest is taken.
debian_locate() {
	local candidates

	candidates=$(debian_candidates "$KERNEL_META")
	debian_known <<<"$candidates" && return

	debian_update
	candidates=$(debian_candidates "$KERNEL_META")
	if [ -z "$candidates" ]; then
		debian_say "apt knows no kernel of $KERNEL_META with headers, source and debug files: this needs Debian's" \
			"archive for amd64"
		return 3
	fi
	while read -r release version; do
		folder=$store/${release}_$version
		! debian_is_absent || continue
		if debian_cached "$folder" "$release" || debian_into "$folder" debian_fill "$release" "$version"; then
			debian_prune "$folder"
			return 0
		fi
		: >"$folder.absent" || return 3
	done <<<"$candidates"
	return 3
}

debian_is_absent() {
	[ -n "$(find "$folder.absent" -mmin -1440 2>/dev/null)" ]
}

# debian_known <CANDIDATES: sets the three if the newest that is not absent is cached.
debian_known() {
	while read -r release version; do
		folder=$store/${release}_$version
		if [ -n "$version" ] && ! debian_is_absent; then
			debian_cached "$folder" "$release"
			return
		fi
	done
	return 1
}

# debian_source: see the top of this file.
debian_source() {
	local store='' lock status=0

	debian_install bc bison flex libelf-dev libssl-dev make patch xz-utils && debian_lock debian || return 3
	[ -d "$KERNEL_FOLDER/source" ] || debian_into "$KERNEL_FOLDER/source" debian_fill_source "$KERNEL_RELEASE" "$KERNEL_VERSION" ||
		status=3
	exec {lock}>&-
	[ "$status" -eq 0 ] || return 3
	KERNEL_SOURCE=$(debian_first "$KERNEL_FOLDER"/source/linux-source-*.tar.*)
	# Where klpmake looks instead of in /usr/src.
	export KLPMAKE_SOURCES=$KERNEL_FOLDER/source
}
