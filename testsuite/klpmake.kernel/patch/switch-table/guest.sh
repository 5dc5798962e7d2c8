# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash
observe() {
	for mode in cold warm hard soft gpio; do
		echo "$mode" > /sys/kernel/reboot/mode
		echo "$mode is shown as $(cat /sys/kernel/reboot/mode)"
	done
	echo cold > /sys/kernel/reboot/mode
}
