# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash
setup() {
	for module in loop nls_cp437 nls_cp850 nls_iso8859-1 fat vfat; do
		insmod "/example/$module.ko" || return
	done
	mkdir -p /mnt
	dd if=/dev/zero of=/tmp/floppy bs=1024 count=1440 2>/dev/null
	mkdosfs /tmp/floppy >/dev/null 2>&1
	losetup /dev/loop0 /tmp/floppy
}

show() {
	mount -t vfat -o "iocharset=iso8859-1$1" /dev/loop0 /mnt &&
		sed -n 's/^[^ ]* \/mnt .*codepage=\([0-9]*\).*/codepage \1/p' /proc/mounts
	umount /mnt
}

observe() {
	show ,codepage=850
	show ""
	[ "$1" != after ] || ls /sys/kernel/livepatch/*/fat
}

cleanup() {
	losetup -d /dev/loop0
	rmmod vfat && rmmod fat && rmmod nls_iso8859-1 nls_cp850 nls_cp437 loop
}
