# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash
write_filter() {
	if (echo "$1" > /proc/self/coredump_filter) 2>/dev/null; then
		echo "$1 is taken"
	else
		echo "$1 is refused"
	fi
}

observe() {
	write_filter 0x33
	write_filter 0x1ff
	write_filter 0x200
	write_filter 0xffffffff
}
