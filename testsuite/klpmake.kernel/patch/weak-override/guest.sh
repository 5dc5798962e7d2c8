# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash
# QEMU's plain processor has no pages of 1 GB.
observe() {
	grep DirectMap /proc/meminfo
}
