#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Installs what the tests need (on Debian), builds klpmake in a temporary folder and runs the tests
# there. The last line is the result: "N passed, N failed, N skipped".
set -u

usage() {
	cat <<'END'
usage: run.sh [--no-skip] [--keep=FOLDER] [SUITE...]

Runs the tests of the suites: plugin, fixer, driver, kernel (default: all). The kernel suite boots
Debian's current cloud kernel in QEMU; it and the driver suite download that kernel the first time.

  --no-skip      a test that is skipped, because the machine lacks something, is a failure
  --keep=FOLDER  keep there, for each suite, SUITE.sum and SUITE.log, in "versions" the date and what was
                 tested, and in "warnings" how many of them the compilers had
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

options=()
keep=
suites=()
for word; do
	case $word in
	--no-skip) options+=("$word") ;;
	--keep=?*) keep=${word#--keep=} ;;
	--help) usage; exit 0 ;;
	plugin | fixer | driver | kernel) suites+=("$word") ;;
	*) echo "run.sh: unknown word '$word'" >&2; usage >&2; exit 2 ;;
	esac
done
# The longest first.
[ ${#suites[@]} -gt 0 ] || suites=(kernel fixer driver plugin)

build_packages || exit 3
if command -v apt-get >/dev/null; then
	debian_install dejagnu || exit 3
fi

case " ${suites[*]} " in
*" fixer "* | *" driver "*)
	# For kernels in other forms than GCC's, and for debug files that are fetched; without these, tests are skipped.
	if command -v apt-get >/dev/null; then debian_install clang debuginfod dwz elfutils gcc-aarch64-linux-gnu gcc-riscv64-linux-gnu gcc-s390x-linux-gnu lld xz-utils zstd; fi
	;;
esac

case " ${suites[*]} " in
*" driver "* | *" kernel "*)
	# Without these the tests that need them are skipped, and say why.
	if command -v apt-get >/dev/null && debian_install busybox-static bzip2 cpio elfutils kmod patch perl-base procps \
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

case " ${suites[*]} " in
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
if ! { build_source "$top" "$work/source" && build_klpmake "$work/source" "$work/build"; }; then
	echo "klpmake could not be built" >&2
	exit 3
fi

echo "Running the tests: ${suites[*]}"
make -C "$work/build" --no-print-directory -s -j2 check SUITES="${suites[*]}" </dev/null
[ -z "$keep" ] || keep_results "$keep" "${suites[@]}" || exit 3
results=("${suites[@]/#/$work/build/testsuite/out/}")
if ! "$top/testsuite/summary.sh" "${options[@]}" "${results[@]}" >"$work/summary"; then
	trap - EXIT
	echo "What the tests left and logged is kept in $work/build/testsuite/out"
	cat "$work/summary"
	exit 1
fi
cat "$work/summary"
