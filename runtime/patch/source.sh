# SPDX-License-Identifier: GPL-2.0-or-later
# The kernel's source: found, prepared once for the kernel's configuration and kept in the cache.
# shellcheck shell=sh disable=SC2034,SC2154 # klpmake sets what is not set here, and uses what is not used

# The versions by which the source may be called, best one first. A release need not begin with the
# whole of its version: Debian's 6.1.0-56-cloud-amd64 is a 6.1.192, as its configuration says.
kernel_version() {
	sed -n '1,5s/^# Linux\/[^ ]* \([0-9][0-9.]*[0-9]\).*/\1/p' "$build/.config" 2>/dev/null
}

source_versions() {
	{
		echo "$version"
		echo "$release" | sed -n 's/^\([0-9]*\.[0-9]*\.[0-9]*\).*/\1/p'
		echo "$release" | sed -n 's/^\([0-9]*\.[0-9]*\).*/\1/p'
	} | grep .
}

find_source() {
	sources=${KLPMAKE_SOURCES:-/usr/src}
	for candidate in $(source_versions); do
		for found in "$sources/linux-source-$candidate" "$sources/linux-source-$candidate".tar.*; do
			case $found in
			*.tar.xz | *.tar.bz2 | *.tar.gz | *.tar.zst) [ ! -f "$found" ] || source=$found ;;
			*.tar.*) ;;
			*) [ ! -f "$found/Makefile" ] || source=$found ;;
			esac
			[ -z "$source" ] || return 0
		done
	done
	fail 3 "the source of kernel $release is missing: there is no linux-source-$candidate in '$sources'" \
		"install it (on Debian: linux-source-$candidate) or give it, a folder or a tarball, with -s"
}

check_source() {
	version=$(kernel_version)
	[ -f "$build/.config" ] || fail 3 "the build folder '$build' has no .config"
	[ -n "$source" ] || find_source
	[ -r "$source" ] || fail 3 "cannot read the kernel source '$source'"
	[ ! -d "$source" ] || [ -f "$source/Makefile" ] ||
		fail 3 "'$source' is not a kernel source: it has no Makefile"
}

# The compiler is the one that the configuration names, where it is there.
find_compiler() {
	text=$(sed -n 's/^CONFIG_CC_VERSION_TEXT="\(.*\)"$/\1/p' "$build/.config")
	compiler=${text%% *}
	command -v "${compiler:-none}" >/dev/null || compiler=gcc
	compiler_text=$(LC_ALL=C "$compiler" --version 2>/dev/null | head -n 1)
	[ -n "$compiler_text" ] || fail 3 "there is no compiler '$compiler'" "install gcc"
	[ "${text#* }" = "${compiler_text#* }" ] || [ -z "$text" ] ||
		note "the kernel was compiled by '$text', here is '$compiler_text'"
}

# What tells one source from another. In a folder any file may have changed.
source_identity() {
	if [ -d "$source" ]; then
		find "$source/" -name .git -prune -o ! -type d -printf '%P %y %s %T@\n'
	else
		stat -Lc '%n %s %y' "$source"
	fi
}

# Under a lock, as two runs may want the same: the folder is there only when it is complete.
prepare_source() {
	cache_dir=${cache_dir:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/klpmake/source}
	mkdir -p "$cache_dir" 2>/dev/null
	if [ ! -d "$cache_dir" ] || [ ! -w "$cache_dir" ]; then
		fail 3 "cannot write to '$cache_dir'" "give another folder for prepared sources with --cache-dir"
	fi
	cache_dir=$(cd "$cache_dir" && pwd -P)
	check_path "the folder for prepared sources," "$cache_dir"
	key=$release-$({
		echo "2 $source $release"
		cat "$build/.config"
		echo "$compiler $compiler_text"
		source_identity
	} | sha256sum | cut -c1-16)
	prepared=$cache_dir/$key
	command -v flock >/dev/null || fail 3 "there is no flock" "install util-linux"
	exec 9>"$cache_dir/$key.lock" || exit 3
	if ! flock -n 9; then
		say "waiting for another run that prepares the source"
		await flock 9 || fail 3 "cannot lock '$cache_dir/$key.lock'"
	fi
	[ -d "$prepared" ] || fill_cache
	exec 9>&-
	check_version
}

fill_cache() {
	# What interrupted runs have left.
	rm -rf "$cache_dir/.$key".*
	preparing=$(mktemp -d "$cache_dir/.$key.XXXXXX") || exit 3
	say "preparing the source of $release from $source; it is kept in $prepared"
	copy_source
	prepared=$preparing/tree
	is_allowed source || check_version
	configure_source
	[ ! -f "$build/Module.symvers" ] || cp "$build/Module.symvers" "$prepared/Module.symvers" || exit 3
	prepared=$cache_dir/$key
	mv "$preparing/tree" "$prepared" || exit 3
	rm -rf "$preparing"
	preparing=''
}

copy_source() {
	if [ -d "$source" ]; then
		say "copying"
		mkdir "$preparing/tree" || exit 3
		await find "$source/" -mindepth 1 -maxdepth 1 ! -name .git \
			-exec cp -a --reflink=auto -t "$preparing/tree" '{}' + ||
			fail 3 "cannot copy '$source'"
	else
		say "unpacking"
		mkdir "$preparing/unpacked" || exit 3
		# What has nothing to do with compiling is a quarter of the files.
		await tar -xf "$source" -C "$preparing/unpacked" --no-same-owner --exclude='*/Documentation/*/*' \
			--exclude='*/tools/testing' --exclude='*/arch/*/boot/dts' || fail 3 "cannot unpack '$source'"
		set -- "$preparing/unpacked"/*/Makefile
		if [ $# -ne 1 ] || [ ! -f "$1" ]; then
			fail 3 "'$source' does not hold a kernel source, which is one folder"
		fi
		mv "${1%/Makefile}" "$preparing/tree" || exit 3
	fi
}

# Another version's source makes a wrong livepatch, one that may well load.
check_version() {
	found=$(awk '
		$1 ~ /^(VERSION|PATCHLEVEL|SUBLEVEL)$/ && $2 == "=" { number[$1] = $3 }
		/^NAME/ { exit }
		END { print number["VERSION"] "." number["PATCHLEVEL"] "." number["SUBLEVEL"] }' "$prepared/Makefile")
	wanted=${version:-$(echo "$release" | sed 's/^\([0-9]*\.[0-9]*\).*/\1/')}
	case $found. in
	"$wanted".*) return ;;
	esac
	text="'$source' is the source of Linux $found, but kernel $release is a $wanted"
	if is_allowed source; then
		printf '%s: warning: %s [source]\n' "$program" "$text" >&2
	else
		fail 1 "$text [source]" \
			"install the source of the kernel's own version, or insist with --allow=source"
	fi
}

# kernel_make WORD...: make in the prepared source, always with the same settings, or else Kbuild
# would configure it again. To be run in a process of its own.
kernel_make() {
	# A pahole that is missing, or another one, would change the configuration, even struct module.
	pahole=
	[ ! -f "$prepared/scripts/klpmake-pahole" ] || pahole=PAHOLE=scripts/klpmake-pahole
	exec env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL -u KBUILD_OUTPUT -u KCFLAGS -u KCPPFLAGS -u KAFLAGS LC_ALL=C \
		make --no-print-directory -C "$prepared" CC="$compiler" KERNELRELEASE="$release" \
		KBUILD_MODPOST_WARN=1 ${pahole:+"$pahole"} "$@"
}

# prepare_step WORD...
prepare_step() {
	await kernel_make "$@" >"$preparing/log" 2>&1 && return
	tail -n 20 "$preparing/log" >&2
	fail 3 "cannot prepare the kernel source: 'make $1' failed" \
		"it needs flex, bison, bc, and the headers of libelf and OpenSSL (on Debian: libelf-dev, libssl-dev)"
}

configure_source() {
	say "configuring"
	# Where it was built in, that was for another configuration.
	if [ -f "$prepared/.config" ] || [ -d "$prepared/include/generated" ]; then
		prepare_step mrproper
	fi
	provide_pahole
	leave_out_btfids
	configuration=$(cat "$build/.config")
	# GCC's plugin headers are there, as klpmake is: that alone would switch these on.
	case $configuration in
	*CONFIG_GCC_PLUGINS=y*) printf '%s\n' "$configuration" ;;
	*) printf '%s\n# CONFIG_GCC_PLUGINS is not set\n' "$configuration" ;;
	esac >"$prepared/.config" || exit 3
	prepare_step olddefconfig
	check_configuration
	say "building what compiling needs"
	prepare_step modules_prepare "-j$processors"
	check_configuration
}

provide_pahole() {
	number=$(sed -n 's/^CONFIG_PAHOLE_VERSION=\([0-9]\)\([0-9][0-9]\)$/\1.\2/p' "$build/.config")
	[ -n "$number" ] && [ -d "$prepared/scripts" ] || return 0
	printf '#!/bin/sh\necho v%s\n' "$number" >"$prepared/scripts/klpmake-pahole" &&
		chmod +x "$prepared/scripts/klpmake-pahole" || exit 3
}

# resolve_btfids works on linked files, and building it needs libbpf and so Python: what prepares a source
# (the "prepare" targets of the kernel's Makefile) is to find nothing to do there.
leave_out_btfids() {
	makefile=$prepared/tools/bpf/resolve_btfids/Makefile
	[ -f "$makefile" ] || return 0
	printf '# Emptied by klpmake: no file is linked here.\n.PHONY: all clean\nall clean: ;\n' >"$makefile.new" &&
		mv "$makefile.new" "$makefile" || exit 3
}

# set_options FILE: those options of a configuration that code may depend on.
set_options() {
	grep '^CONFIG_' "$1" | grep -v '^CONFIG_[A-Z0-9_]*_VERSION\(_TEXT\)\?=' | LC_ALL=C sort
}

check_configuration() {
	set_options "$build/.config" >"$preparing/wanted"
	set_options "$prepared/.config" >"$preparing/found"
	if ! grep -q '^CONFIG_GCC_PLUGINS=' "$preparing/wanted" && grep -q '^CONFIG_GCC_PLUGINS=' "$preparing/found"; then
		fail 3 "CONFIG_GCC_PLUGINS cannot be kept off in the prepared source"
	fi
	cmp -s "$preparing/wanted" "$preparing/found" && return
	printf '%s: warning: the prepared source is not configured as kernel %s is: %s [source]\n' "$program" "$release" \
		"$(diff "$preparing/wanted" "$preparing/found" | sed -n 's/^[<>]/&/p' | head -n 10 | tr '\n' ' ')" >&2
}
