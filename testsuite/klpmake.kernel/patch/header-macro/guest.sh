# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash
observe() {
	mkdir -p /run/bpf
	mount -t bpf none /run/bpf
	echo "bpf is $(stat -f -c %t /run/bpf), proc is $(stat -f -c %t /proc)"
	umount /run/bpf
}
