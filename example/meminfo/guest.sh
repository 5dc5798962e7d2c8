# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash
observe() {
	grep -iE '^(memtotal|memfree|directmap4k|patchedreads):' /proc/meminfo
	guest_messages '^livepatch_meminfo: '
}
