# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash
# The livepatch is loaded while there is no module, and unloaded while there is one.
observe() {
	if [ "$1" != unloaded ]; then
		insmod /example/loop.ko || return
		dd if=/dev/zero of=/tmp/image bs=1024 count=16 2>/dev/null
		losetup -o 1024 /dev/loop0 /tmp/image
	fi
	echo "offset: $(cat /sys/block/loop0/loop/offset)"
	echo "sizelimit: $(cat /sys/block/loop0/loop/sizelimit)"
	if [ "$1" = before ]; then
		losetup -d /dev/loop0
		rmmod loop
	fi
}

cleanup() {
	losetup -d /dev/loop0
	rmmod loop
}
