# SPDX-License-Identifier: GPL-2.0-or-later
# What Debian's archive gives: packages, installed or taken apart. To be sourced.
#
#	debian_install PACKAGE...	installs what of these is missing, returns 0 or 3
#	debian_download PACKAGE VERSION	into the current folder
#	debian_unpack FILE.deb FOLDER PATTERN...
#					takes what matches out of a package
#
# Progress goes to standard error.
# shellcheck shell=bash

: "${KLPMAKE_CACHE:=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/klpmake}"

# For apt: another one may be at work, of a run beside this one too. Seconds.
debian_wait=(-o DPkg::Lock::Timeout=1800)

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
	if ! debian_as_root env DEBIAN_FRONTEND=noninteractive LC_ALL=C apt-get install -q -y "${debian_wait[@]}" \
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
