# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash
observe() {
	cat /proc/version
	echo "livepatches: $(ls /sys/kernel/livepatch)"
}
