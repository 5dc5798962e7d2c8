# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash
use_loop() {
	for number in 20 40; do
		[ -b "/dev/loop$number" ] || mknod "/dev/loop$number" b 7 "$number"
		cat "/dev/loop$number" >/dev/null 2>&1
		if [ -d "/sys/block/loop$number" ]; then
			echo "opening loop$number makes the device"
		else
			echo "opening loop$number makes no device"
		fi
	done
}

observe() {
	# The livepatch is loaded while there is no module, and unloaded while there is one.
	case $1 in
	before)
		insmod /example/loop.ko && use_loop && rmmod loop
		;;
	after)
		insmod /example/loop.ko && use_loop
		rmmod loop && insmod /example/loop.ko && echo "loop is loaded again"
		use_loop
		;;
	*)
		use_loop
		;;
	esac
	guest_messages '^livepatch_module: |^livepatch: (applying|reverting) patch'
}
