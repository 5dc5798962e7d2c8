# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash
observe() {
	echo "at first: $(cat /sys/kernel/reboot/cpu)"
	echo 1 > /sys/kernel/reboot/cpu
	echo 0 > /sys/kernel/reboot/cpu
	echo 1000000 > /sys/kernel/reboot/cpu || echo "there is no such CPU"
	echo "at last: $(cat /sys/kernel/reboot/cpu)"
} 2>/dev/null
