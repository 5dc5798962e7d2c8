# SPDX-License-Identifier: GPL-2.0-or-later
# What the corpus is made of, from Debian's archive into the cache: two versions of the kernel's source,
# and the cloud kernel of the older one. To be sourced, after lib/debian.sh and lib/debian-kernel.sh.
#
#	fetch_choose		sets OLD and NEW where they are empty, and KERNEL_RELEASE of OLD
#	fetch_source VERSION	prints the path of that version's tarball
#	fetch_kernel		gets OLD's kernel and sets the variables of debian_kernel
#
# Nothing is installed, not even the headers: another kernel's packages would get in the way of what
# else is tested here. Both functions return 0 or 3 and say on standard error what they do.
# shellcheck shell=bash disable=SC2034,SC2154 # the variables are for the caller, or of it

# Versions of the source, and the releases of those that have a cloud kernel: "VERSION RELEASE" or
# "VERSION -", oldest first.
fetch_known() {
	local images=()

	mapfile -t images < <(apt-cache pkgnames "linux-image-$SERIES." | grep -e '-cloud-amd64-dbg$')
	{
		[ ${#images[@]} -eq 0 ] || debian_versions "${images[@]}"
		debian_versions "linux-source-$SERIES"
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

fetch_source() {
	local folder=$corpus/source_$1

	[ -d "$folder" ] || debian_into "$folder" debian_fill_source "$SERIES" "$1" || return 3
	debian_first "$folder"/*.tar.*
}

fetch_kernel() {
	local folder=$corpus/kernel_$OLD KERNEL_DEBUG_MODULES=all

	debian_cached "$folder" "$KERNEL_RELEASE" || debian_into "$folder" debian_fill "$KERNEL_RELEASE" "$OLD" || return 3
	debian_use "$folder" "$KERNEL_RELEASE" "$OLD"
}
