# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash
observe() {
	hostname one
	if hostname "two
lines" 2>/dev/null; then
		echo "two lines are taken"
	else
		echo "two lines are refused"
	fi
	echo "the name has $(wc -l < /proc/sys/kernel/hostname) line(s)"
	hostname one
	echo "the name is $(hostname)"
}
