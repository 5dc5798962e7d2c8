#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Installs what the tests need (on Debian), builds klpmake in a temporary folder and runs the tests
# there. The last line is the result: "N passed, N failed, N skipped".
set -u

usage() {
	cat <<'END'
usage: run.sh [--no-skip] [SUITE...]

Runs the tests of the suites: plugin, fixer, driver, kernel (default: all). The kernel suite boots
Debian's current cloud kernel in QEMU; it and the driver suite download that kernel the first time.

  --no-skip   a test that is skipped, because the machine lacks something, is a failure
  --help      this text

Exit status: 0 nothing failed, 1 a test failed, 2 wrong usage, 3 the tests could not be run.
END
}

top=$(cd "$(dirname "$0")/.." && pwd) || exit 3
# shellcheck source-path=SCRIPTDIR source=lib/debian.sh
. "$top/testsuite/lib/debian.sh"
# shellcheck source-path=SCRIPTDIR source=lib/build.sh
. "$top/testsuite/lib/build.sh"

options=()
suites=()
for word; do
	case $word in
	--no-skip) options+=("$word") ;;
	--help) usage; exit 0 ;;
	plugin | fixer | driver | kernel) suites+=("$word") ;;
	*) echo "run.sh: unknown word '$word'" >&2; usage >&2; exit 2 ;;
	esac
done
[ ${#suites[@]} -gt 0 ] || suites=(plugin fixer driver kernel)

build_packages || exit 3
if command -v apt-get >/dev/null; then
	debian_install dejagnu || exit 3
fi

# Without it the tests that fetch debug files are skipped, and say why.
if command -v apt-get >/dev/null; then
	debian_install debuginfod || echo "going on without debuginfod" >&2
fi

case " ${suites[*]} " in
*" driver "* | *" kernel "*)
	# Without these the tests that need them are skipped, and say why.
	if command -v apt-get >/dev/null && debian_install busybox-static bzip2 cpio elfutils kmod patch perl-base \
		qemu-system-x86 strace time xz-utils zstd &&
		debian_kernel; then
		export KERNEL_RELEASE KERNEL_VERSION KERNEL_BUILD KERNEL_IMAGE KERNEL_MODULES \
			KERNEL_VMLINUX KERNEL_DEBUG_DIR
		if debian_source; then
			export KERNEL_SOURCE
		fi
	fi
	;;
esac

# The newest kernel that the archive has for this Debian: one with IBT.
newest_meta() {
	apt-cache search --names-only '^linux-image-[0-9.]+-cloud-amd64$' | sed 's/ .*//' |
		grep -xE 'linux-image-[0-9]+\.[0-9]+-cloud-amd64' | sort -V | tail -n 1
}

case " ${suites[*]} " in
*" kernel "*)
	if [ -n "${KERNEL_RELEASE:-}" ] && meta=$(newest_meta) && [ -n "$meta" ]; then
		mapfile -t ibt < <(KERNEL_META=$meta KERNEL_DEBUG_MODULES="netlink_diag drivers/block" &&
			debian_kernel >&2 && printf '%s\n' "$KERNEL_RELEASE" "$KERNEL_BUILD" "$KERNEL_IMAGE" \
			"$KERNEL_MODULES" "$KERNEL_VMLINUX" "$KERNEL_DEBUG_DIR")
		if [ "${#ibt[@]}" -eq 6 ]; then
			export IBT_KERNEL_RELEASE=${ibt[0]} IBT_KERNEL_BUILD=${ibt[1]} IBT_KERNEL_IMAGE=${ibt[2]} \
				IBT_KERNEL_MODULES=${ibt[3]} IBT_KERNEL_VMLINUX=${ibt[4]} IBT_KERNEL_DEBUG_DIR=${ibt[5]}
		fi
	fi
	;;
esac

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
results=("${suites[@]/#/$work/build/testsuite/out/}")
if ! "$top/testsuite/summary.sh" "${options[@]}" "${results[@]}" >"$work/summary"; then
	trap - EXIT
	echo "What the tests left and logged is kept in $work/build/testsuite/out"
	cat "$work/summary"
	exit 1
fi
cat "$work/summary"
