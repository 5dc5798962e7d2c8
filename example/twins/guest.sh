# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash
# The values are other ones than at boot, so that no other function could give them by chance.
setup() {
	echo kbd > /sys/kernel/reboot/type
	echo warm > /sys/kernel/reboot/mode
	echo 0 > /proc/sys/kernel/ctrl-alt-del
}

observe() {
	echo "serio0: $(cat /sys/bus/serio/devices/serio0/modalias)"
	echo "serio1: $(cat /sys/bus/serio/devices/serio1/modalias)"
	echo "reboot: $(cat /sys/kernel/reboot/mode)"
}
