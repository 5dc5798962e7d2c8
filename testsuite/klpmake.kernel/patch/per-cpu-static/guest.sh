# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash
# Names that are not there are kept as negative dentries.
setup() {
	local number=0

	while [ "$number" -lt 300 ]; do
		[ -e "/sys/kernel/klpmake-$number" ]
		number=$((number + 1))
	done
	# Names that were looked at are kept as unused ones: Linux 5.10 does not keep the others.
	find /sys >/dev/null
}

observe() {
	# shellcheck disable=SC2046
	set -- $(cat /proc/sys/fs/dentry-state)
	[ "$1" -gt 500 ] && [ "$2" -gt 0 ] && echo "there are dentries"
	class negative "$5"
	class unused "$2"
}

# class NAME NUMBER
class() {
	if [ "$2" -ge 300 ]; then
		echo "$1: many"
	elif [ "$2" -gt 0 ] && [ "$2" -le 100 ]; then
		echo "$1: some percent"
	else
		echo "$1: $2"
	fi
}
