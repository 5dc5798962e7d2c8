#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Installs what the tests need (on Debian), builds klpmake in a temporary folder and runs the tests
# there. The last line is the result: "N passed, N failed, N skipped".
set -u

usage() {
	cat <<END
usage: run.sh [--no-skip] [--keep=FOLDER] [--arch=ARCH] [--prepare] [SUITE...]

Runs the tests of the suites: plugin, fixer, driver, kernel (default: all). The kernel suite boots
Debian's current cloud kernel in QEMU; it and the driver suite download that kernel the first time.

  --no-skip      a test that is skipped, because the machine lacks something, is a failure
  --keep=FOLDER  keep there, for each suite, SUITE.sum and SUITE.log, in "versions" the date and what was
                 tested, and in "warnings" how many of them the compilers had
  --arch=ARCH    with the cross compiler for ARCH (${known[*]}): the plugin and fixer suites, and of the
                 kernel suite (the default) those tests that are for any architecture, with a small kernel of
                 ARCH that is cross-compiled the first time, which takes some minutes
  --prepare      only install, download and compile what the tests need that is kept
  --help         this text

BUILD_GCC=N has klpmake built with gcc-N, and tested with that.

Exit status: 0 nothing failed, 1 a test failed, 2 wrong usage, 3 the tests could not be run.
END
}

top=$(cd "$(dirname "$0")/.." && pwd) || exit 3
# shellcheck source-path=SCRIPTDIR source=lib/debian.sh
. "$top/testsuite/lib/debian.sh"
# shellcheck source-path=SCRIPTDIR source=lib/debian-kernel.sh
. "$top/testsuite/lib/debian-kernel.sh"
# shellcheck source-path=SCRIPTDIR source=lib/build.sh
. "$top/testsuite/lib/build.sh"
# shellcheck source-path=SCRIPTDIR source=lib/chroot.sh
. "$top/testsuite/lib/chroot.sh"
# shellcheck source-path=SCRIPTDIR source=lib/arch-kernel.sh
. "$top/testsuite/lib/arch-kernel.sh"

mapfile -t known < <(arch_known)
options=()
keep=
arch=
prepare=no
suites=()
for word; do
	case $word in
	--no-skip) options+=("$word") ;;
	--keep=?*) keep=${word#--keep=} ;;
	--arch=?*) arch=${word#--arch=} ;;
	--prepare) prepare=yes ;;
	--help) usage; exit 0 ;;
	plugin | fixer | driver | kernel) suites+=("$word") ;;
	*) echo "run.sh: unknown word '$word'" >&2; usage >&2; exit 2 ;;
	esac
done
[ -z "$arch" ] || [ ${#suites[@]} -gt 0 ] || suites=(kernel)
case "$arch ${suites[*]} " in
[!\ ]*" driver "*) echo "run.sh: the driver suite is for this machine's kernel only" >&2; exit 2 ;;
esac
# The longest first.
[ ${#suites[@]} -gt 0 ] || suites=(kernel fixer driver plugin)

build_packages || exit 3
if command -v apt-get >/dev/null; then
	debian_install dejagnu || exit 3
fi

case " ${suites[*]} " in
*" fixer "* | *" driver "*)
	# For kernels in other forms than GCC's, for debug files that are fetched, for manual pages and shells; without these,
	# tests are skipped.
	if command -v apt-get >/dev/null; then debian_install clang debuginfod dwz elfutils gcc-aarch64-linux-gnu gcc-powerpc64le-linux-gnu gcc-riscv64-linux-gnu gcc-s390x-linux-gnu groff-base lld mandoc patch strace xz-utils zsh zstd; fi
	;;
esac

# Of the kernel suite, files that hold for any architecture, and diffs of what a small kernel has.
arch_tests=(example.exp kallsyms.exp patch.exp)
arch_examples="meminfo netlink syscall twins"
arch_diffs="clone-isra error-path header-inline inlined-callee irqsave known-flag local-static"
arch_diffs+=" merged-statics missing-unlock module-loop new-helper new-static per-cpu refcount static-key use-after-free"

# Behind that function, the small kernel has one without a symbol, so that it is refused.
[ "$arch" != powerpc ] || arch_diffs=${arch_diffs/ new-helper/}

build_options=()
tests=()
debian_suites=" ${suites[*]} "
if [ -n "$arch" ]; then
	debian_suites=''
	case " ${suites[*]} " in
	*" kernel "*)
		debian_install busybox-static cpio patch perl-base && arch_kernel "$arch" || exit 3
		export KERNEL_RELEASE KERNEL_VERSION KERNEL_BUILD KERNEL_IMAGE KERNEL_MODULES KERNEL_VMLINUX KERNEL_DEBUG_DIR \
			KERNEL_SOURCE KERNEL_ARCH KERNEL_CC KERNEL_CROSS_COMPILE KERNEL_BUSYBOX ARCH=$KERNEL_ARCH CROSS_COMPILE=$KERNEL_CROSS_COMPILE
		export KERNEL_DIFFS=$arch_diffs KERNEL_EXAMPLES=$arch_examples IBT_KERNEL_RELEASE=none
		;;
	*) arch_compiler "$arch" || exit 3 ;;
	esac
	build_options=(--with-target-gcc="$KERNEL_CC")
	tests=("kernel_RUNTESTFLAGS=${arch_tests[*]}")
fi

case "$debian_suites" in
*" driver "* | *" kernel "*)
	# Without these the tests that need them are skipped, and say why.
	if command -v apt-get >/dev/null && debian_install busybox-static bzip2 cpio elfutils kmod openssl patch perl-base procps \
		qemu-system-x86 strace time xz-utils zstd &&
		debian_kernel; then
		export KERNEL_RELEASE KERNEL_VERSION KERNEL_BUILD KERNEL_IMAGE KERNEL_MODULES \
			KERNEL_VMLINUX KERNEL_DEBUG_DIR
		if debian_source; then
			export KERNEL_SOURCE
		fi
		# For klp-build, which the source has from there on.
		if dpkg --compare-versions "$(debian_series_of "$KERNEL_RELEASE")" ge 6.19; then
			debian_install gawk libxxhash-dev patchutils
		fi
	fi
	;;
esac

# has_ibt BUILD-FOLDER
has_ibt() {
	grep -qs '^CONFIG_X86_KERNEL_IBT=y' "$1/.config"
}

# The newest kernel that the archive has for this Debian beside the suite's own. One before 6.2 has no IBT.
newest_meta() {
	local meta series

	meta=$(apt-cache search --names-only '^linux-image-[0-9.]+-cloud-amd64$' | sed 's/ .*//' |
		grep -xE 'linux-image-[0-9]+\.[0-9]+-cloud-amd64' | sort -V | tail -n 1)
	series=${meta#linux-image-}
	dpkg --compare-versions "${series%%-*}" ge 6.2 && printf '%s\n' "$meta"
}

case "$debian_suites" in
*" kernel "*)
	if [ -z "${KERNEL_RELEASE:-}" ]; then
		:
	elif has_ibt "$KERNEL_BUILD"; then
		# The suite's own kernel is one.
		export IBT_KERNEL_RELEASE=$KERNEL_RELEASE IBT_KERNEL_BUILD=$KERNEL_BUILD IBT_KERNEL_IMAGE=$KERNEL_IMAGE \
			IBT_KERNEL_MODULES=$KERNEL_MODULES IBT_KERNEL_VMLINUX=$KERNEL_VMLINUX \
			IBT_KERNEL_DEBUG_DIR=$KERNEL_DEBUG_DIR
	elif meta=$(newest_meta); then
		mapfile -t ibt < <(KERNEL_META=$meta KERNEL_DEBUG_MODULES="netlink_diag drivers/block" &&
			debian_kernel >&2 && printf '%s\n' "$KERNEL_RELEASE" "$KERNEL_BUILD" "$KERNEL_IMAGE" \
			"$KERNEL_MODULES" "$KERNEL_VMLINUX" "$KERNEL_DEBUG_DIR")
		if [ "${#ibt[@]}" -eq 6 ]; then
			export IBT_KERNEL_RELEASE=${ibt[0]} IBT_KERNEL_BUILD=${ibt[1]} IBT_KERNEL_IMAGE=${ibt[2]} \
				IBT_KERNEL_MODULES=${ibt[3]} IBT_KERNEL_VMLINUX=${ibt[4]} IBT_KERNEL_DEBUG_DIR=${ibt[5]}
		fi
	elif command -v apt-cache >/dev/null; then
		# This Debian has none: that is no reason to skip a test.
		export IBT_KERNEL_RELEASE=none
	fi
	;;
esac

[ "$prepare" = no ] || exit 0

# keep_results FOLDER SUITE...
keep_results() {
	local folder=$1 suite

	shift
	mkdir -p "$folder" || return
	for suite; do
		cp "$work/build/testsuite/out/$suite/klpmake.sum" "$folder/$suite.sum" &&
			cp "$work/build/testsuite/out/$suite/klpmake.log" "$folder/$suite.log" || return
	done
	grep -c 'warning:' "$work/build/build.log" >"$folder/warnings"
	echo "$(date +%Y-%m-%d) ${KERNEL_VERSION:-}${KERNEL_VERSION:+, }$(dpkg-query -W -f '${Version}' libdwarf-dev 2>/dev/null)" \
		>"$folder/versions"
}

work=$(mktemp -d) || exit 3
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

echo "Building klpmake"
if ! { build_source "$top" "$work/source" && build_klpmake "$work/source" "$work/build" "${build_options[@]}"; }; then
	echo "klpmake could not be built" >&2
	exit 3
fi

echo "Running the tests: ${suites[*]}"
make -C "$work/build" --no-print-directory -s -j2 check SUITES="${suites[*]}" "${tests[@]}" </dev/null
[ -z "$keep" ] || keep_results "$keep" "${suites[@]}" || exit 3
results=("${suites[@]/#/$work/build/testsuite/out/}")
if ! "$top/testsuite/summary.sh" "${options[@]}" "${results[@]}" >"$work/summary"; then
	trap - EXIT
	echo "What the tests left and logged is kept in $work/build/testsuite/out"
	cat "$work/summary"
	exit 1
fi
cat "$work/summary"
