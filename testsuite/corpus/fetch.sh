# SPDX-License-Identifier: GPL-2.0-or-later
# What the corpus is made of, from Debian's archive into the cache: two versions of the kernel's source,
# and the cloud kernel of the older one. To be sourced, after lib/debian.sh.
#
#	fetch_choose		sets OLD and NEW where they are empty, and KERNEL_RELEASE of OLD
#	fetch_source VERSION	prints the path of that version's tarball
#	fetch_kernel		gets OLD's kernel and sets the variables of debian_kernel
#
# Nothing is installed, not even the headers: another kernel's packages would get in the way of what
# else is tested here. Both functions return 0 or 3 and say on standard error what they do.
# shellcheck shell=bash disable=SC2034,SC2154 # the variables are for the caller, or of it

# fetch_versions PACKAGE...: "PACKAGE VERSION" of all that the archive has.
fetch_versions() {
	LC_ALL=C apt-cache madison "$@" 2>/dev/null | awk -F ' *[|] *' '{ sub(/^ */, "", $1); print $1, $2 }' | sort -u
}

# Versions of the source, and the releases of those that have a cloud kernel: "VERSION RELEASE" or
# "VERSION -", oldest first.
fetch_known() {
	local images=()

	mapfile -t images < <(apt-cache pkgnames "linux-image-$SERIES." | grep -e '-cloud-amd64-dbg$')
	{
		[ ${#images[@]} -eq 0 ] || fetch_versions "${images[@]}"
		fetch_versions "linux-source-$SERIES"
	} | awk '
		/^linux-source-/ { source[$2] }
		/^linux-image-/ { release = $1; gsub(/^linux-image-|-dbg$/, "", release); kernel[$2] = release }
		END { for (version in source) print version, version in kernel ? kernel[version] : "-" }' | sort -V
}

fetch_choose() {
	local known

	if ! command -v apt-get >/dev/null || ! command -v dpkg-deb >/dev/null; then
		debian_say "The corpus comes from Debian's packages: this needs Debian and apt-get."
		return 3
	fi
	known=$(fetch_known)
	if [ -z "$known" ]; then
		debian_update
		known=$(fetch_known)
	fi
	OLD=${OLD:-$(awk '$2 != "-" { print $1; exit }' <<<"$known")}
	NEW=${NEW:-$(awk '$2 != "-" { found = $1 } END { print found }' <<<"$known")}
	KERNEL_RELEASE=$(awk -v old="$OLD" '$1 == old { print $2 }' <<<"$known")
	if [ -z "$OLD" ] || [ -z "$NEW" ] || [ "${KERNEL_RELEASE:--}" = - ] || [ "$OLD" = "$NEW" ] ||
		! grep -qF "$NEW " <<<"$known"; then
		debian_say "The archive has no such versions: OLD=$OLD, NEW=$NEW. Those of linux-source-$SERIES," \
			"and the releases of which there is a cloud kernel with debug information:"
		debian_say "${known:-none}"
		return 3
	fi
}

# fetch_into FOLDER FUNCTION ARGUMENT...: makes FOLDER, whole or not at all: FUNCTION fills the folder
# in which it runs.
fetch_into() {
	local folder=$1 new status=0

	shift
	[ ! -d "$folder" ] || return 0
	new=$(mktemp -d "$folder.new.XXXXXX") || return 3
	(
		trap 'rm -rf "$new"' EXIT
		trap 'exit 130' INT
		trap 'exit 143' TERM HUP
		cd "$new" && "$@" && chmod 755 . && mv "$new" "$folder"
	) || status=$?
	[ "$status" -eq 0 ] || debian_say "could not make $folder (see above)"
	return "$status"
}

# fetch_package PACKAGE VERSION
fetch_package() {
	debian_say "Downloading $1 $2"
	debian_download "$1" "$2" || { debian_say "the archive does not give $1 of version $2"; return 3; }
}

fetch_fill_source() {
	fetch_package "linux-source-$SERIES" "$1" &&
		debian_unpack linux-source-*.deb . './usr/src/*.tar.*' && rm linux-source-*.deb &&
		mv usr/src/*.tar.* . && rm -r usr
}

fetch_source() {
	local folder=$corpus/source_$1

	fetch_into "$folder" fetch_fill_source "$1" || return 3
	echo "$folder"/*.tar.*
}

# The package with the programs of Kbuild: its version need not be the kernel's, but is if possible.
fetch_kbuild_package() {
	local package

	package=$(LC_ALL=C apt-cache show "linux-headers-$KERNEL_RELEASE=$OLD" |
		sed -n 's/^Depends:.*\(linux-kbuild-[^ ,]*\).*/\1/p' | head -n 1)
	fetch_versions "$package" | sort -V | awk -v old="$OLD" '$2 == old { exit } { last = $0 }
		END { print $2 == old ? $0 : last }'
}

# The build folder leads to the common headers by an absolute path, all else by relative links.
fetch_fill_headers() {
	local kbuild makefile package

	kbuild=$(fetch_kbuild_package)
	fetch_package "linux-headers-$KERNEL_RELEASE" "$OLD" &&
		fetch_package "linux-headers-${KERNEL_RELEASE%-cloud-amd64}-common" "$OLD" &&
		fetch_package "${kbuild% *}" "${kbuild#* }" || return 3
	for package in *.deb; do
		debian_unpack "$package" . './usr/*' || return 3
	done
	rm ./*.deb
	makefile=usr/src/linux-headers-$KERNEL_RELEASE/Makefile
	# shellcheck disable=SC2016 # a variable of make
	sed -i 's|^include /usr/src/|include $(dir $(lastword $(MAKEFILE_LIST)))../|' "$makefile"
	if grep -q '^include /' "$makefile" || [ ! -e "${makefile%/*}/scripts/Makefile.build" ]; then
		debian_say "the headers of $KERNEL_RELEASE cannot be used where they are not installed"
		return 3
	fi
}

fetch_kernel() {
	local folder=$corpus/kernel_$OLD headers=$corpus/headers_$OLD KERNEL_DEBUG_MODULES=all

	fetch_into "$headers" fetch_fill_headers || return 3
	fetch_into "$folder" debian_fill "$KERNEL_RELEASE" "$OLD" || return 3
	KERNEL_VERSION=$OLD
	KERNEL_BUILD=$headers/usr/src/linux-headers-$KERNEL_RELEASE
	KERNEL_IMAGE=$folder/boot/vmlinuz-$KERNEL_RELEASE
	KERNEL_MODULES=$folder/lib/modules/$KERNEL_RELEASE
	KERNEL_DEBUG_DIR=$folder/debug/usr/lib/debug
	KERNEL_VMLINUX=$KERNEL_DEBUG_DIR/boot/vmlinux-$KERNEL_RELEASE
}
