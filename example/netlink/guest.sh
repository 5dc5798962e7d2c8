# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash
setup() {
	insmod /example/netlink_diag.ko && insmod /example/trigger.ko
}

use_netlink() {
	/example/probe /proc/netlink-trigger
}

observe() {
	use_netlink
	# A patched module may come and go: its new instance is patched while it is loaded.
	if [ "$1" = after ]; then
		rmmod netlink_diag && insmod /example/netlink_diag.ko && echo "netlink_diag is loaded again"
		use_netlink
	fi
	guest_messages '^livepatch_netlink: |^livepatch: applying patch'
}
