# SPDX-License-Identifier: GPL-2.0-or-later
# Builds klpmake outside of the checkout, which stays as it is. To be sourced, after debian.sh.
#
#	build_packages			installs what the build needs, returns 0 or 3; that is for the compiler
#					gcc-N where BUILD_GCC is N, else for gcc
#	build_source TOP FOLDER		copies the sources, without what a build left there
#	build_klpmake SOURCE FOLDER [CONFIGURE-OPTION...]
#					configures and builds in FOLDER, returns 0 or 3; FOLDER/build.log
#					tells all, its end is printed where something failed
# shellcheck shell=bash

build_packages() {
	# Elsewhere configure names what is missing.
	command -v apt-get >/dev/null || return 0
	debian_install autoconf automake binutils g++ gcc libc6-dev libdebuginfod-dev libdwarf-dev libelf-dev \
		liblzma-dev libzstd-dev make zlib1g-dev || return
	[ -z "${BUILD_GCC:-}" ] || debian_install "gcc-$BUILD_GCC" "g++-$BUILD_GCC" || return
	debian_install "gcc-${BUILD_GCC:-$(gcc -dumpversion | sed 's/\..*//')}-plugin-dev"
}

build_source() {
	local top=$1 folder=$2

	mkdir -p "$folder" &&
		tar -C "$top" -c --mode=u+w --exclude-vcs --exclude=./autom4te.cache \
			--exclude=./config.status --exclude=./config.h --exclude=./stamp-h1 \
			--exclude=./configure --exclude='*.o' --exclude='*.a' --exclude='*.so' \
			--exclude=./fixer/klp-fixer --exclude=./fixer/klp-plan --exclude=./fixer/kallsympos \
			--exclude=./runtime/klpmake --exclude=./runtime/klpmake.mk \
			--exclude=./testsuite/out --exclude=./testsuite/site.exp . |
		tar -C "$folder" -x --no-same-owner
}

# build_step COMMAND...: its output goes to the log.
build_step() {
	echo "\$ $*" >>"$build_log"
	"$@" >>"$build_log" 2>&1 </dev/null && return
	echo "'$*' failed:" >&2
	tail -n 30 "$build_log" | sed 's/^/    /' >&2
	return 3
}

build_klpmake() {
	local source folder=$2

	source=$(cd "$1" && pwd) || return 3
	shift 2
	[ -z "${BUILD_GCC:-}" ] || set -- "CC=gcc-$BUILD_GCC" "CXX=g++-$BUILD_GCC" "$@"
	mkdir -p "$folder" || return 3
	build_log=$(cd "$folder" && pwd)/build.log
	: >"$build_log" || return 3
	(
		cd "$source" && build_step autoreconf -i &&
			cd "${build_log%/*}" &&
			build_step "$source/configure" --disable-dependency-tracking "$@" &&
			build_step make -j2
	) || return 3
}
