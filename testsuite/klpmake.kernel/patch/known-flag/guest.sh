# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash
observe() {
	/example/closed-end
	[ "$1" != after ] || ls /sys/kernel/livepatch/*/vmlinux
}
