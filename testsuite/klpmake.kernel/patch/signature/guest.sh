# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash
observe() {
	grep '\[stack\]' /proc/self/maps | sed 's/^[^[]*/maps: /'
	grep '\[stack\]' /proc/self/smaps | sed 's/^[^[]*/smaps: /'
	grep -c 'busybox' /proc/self/maps | sed 's/^[1-9][0-9]*$/the program is mapped/'
}
