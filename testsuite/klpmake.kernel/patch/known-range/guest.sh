# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash
observe() {
	[ "$1" != after ] || ls /sys/kernel/livepatch/*/vmlinux
	# shellcheck disable=SC2046
	set -- $(cat /proc/self/stat)
	echo "$2 $# fields"
}
