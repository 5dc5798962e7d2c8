# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash
# The values are other ones than at boot, so that no other function could give them by chance.
setup() {
	[ ! -e /sys/kernel/reboot/type ] || echo kbd > /sys/kernel/reboot/type
	echo warm > /sys/kernel/reboot/mode
	echo 0 > /proc/sys/kernel/ctrl-alt-del
}

observe() {
	for port in serio0 serio1; do
		[ ! -e "/sys/bus/serio/devices/$port" ] || echo "$port: $(cat "/sys/bus/serio/devices/$port/modalias")"
	done
	echo "reboot: $(cat /sys/kernel/reboot/mode)"
}
