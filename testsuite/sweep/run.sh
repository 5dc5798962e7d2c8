#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Asks kallsympos for every function and variable of Debian's current cloud kernel and compares the
# answers with those of an oracle; compares the booted kernel's symbols with its vmlinux. The kernel
# test suite does the same; this is for looking into a difference.
set -u

usage() {
	cat <<'END'
usage: run.sh [--no-boot] KALLSYMPOS [FOLDER]

Compares what the command KALLSYMPOS says with what eu-readelf shows, for every symbol of a kernel:
Debian's current cloud kernel, or the one that KERNEL_VMLINUX and KERNEL_IMAGE name. Prints all
differences, totals, time and memory. FOLDER keeps the files of the comparison.

  --no-boot   do not boot the kernel to compare its /proc/kallsyms
  --help      this text

Exit status: 0 no differences, 1 differences, 2 wrong usage, 3 something is missing.
END
}

folder=$(cd "$(dirname "$0")" && pwd) || exit 3
# shellcheck source-path=SCRIPTDIR source=../lib/debian.sh
. "$folder/../lib/debian.sh"
# shellcheck source-path=SCRIPTDIR source=../lib/debian-kernel.sh
. "$folder/../lib/debian-kernel.sh"
# shellcheck source-path=SCRIPTDIR source=../lib/guest.sh
. "$folder/../lib/guest.sh"
# shellcheck source-path=SCRIPTDIR source=sweep.sh
. "$folder/sweep.sh"

boot=yes
while [ $# -gt 0 ]; do
	case $1 in
	--no-boot) boot=no ;;
	--help) usage; exit 0 ;;
	-*) echo "run.sh: unknown option '$1'" >&2; usage >&2; exit 2 ;;
	*) break ;;
	esac
	shift
done
if [ $# -lt 1 ] || [ $# -gt 2 ]; then
	usage >&2
	exit 2
fi
KALLSYMPOS=$1

if [ -z "${KERNEL_VMLINUX:-}" ]; then
	debian_kernel || exit 3
fi
if command -v apt-get >/dev/null; then
	debian_install elfutils perl-base time || exit 3
fi
if [ $# -eq 2 ]; then
	work=$2
	mkdir -p "$work" || exit 3
else
	work=$(mktemp -d) || exit 3
	trap 'rm -rf "$work"' EXIT
fi

status=0
sweep_oracle "$work" || exit 3
sweep_doubt "$work" || status=1
sweep_batch "$work" || status=1
sweep_compare "$work" || status=1
if [ "$boot" = yes ]; then
	sweep_boot "$work" || exit 3
	sweep_kallsyms "$work" || status=1
	sweep_again "$work" || status=1
fi
exit "$status"
