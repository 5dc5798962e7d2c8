# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash
setup() {
	[ ! -d /proc/sys/net/ipv6 ] || echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6
	insmod /example/dummy.ko || return
	ifconfig lo 127.0.0.1 up
	ifconfig dummy0 10.9.8.7 up
}

# send DEVICE ADDRESS: the bytes that one ping adds. The packet has 84, there is an answer on lo.
send() {
	local counter="/sys/class/net/$1/statistics/tx_bytes" before

	sleep 0.2
	before=$(cat "$counter")
	ping -c 1 -W 1 "$2" >/dev/null
	echo "$1: $(($(cat "$counter") - before)) bytes"
}

observe() {
	send lo 127.0.0.1
	send dummy0 10.9.8.9
}
