# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash
# Names that are not there are kept as negative dentries.
setup() {
	local number=0

	while [ "$number" -lt 300 ]; do
		[ -e "/sys/kernel/klpmake-$number" ]
		number=$((number + 1))
	done
	return 0
}

observe() {
	# shellcheck disable=SC2046
	set -- $(cat /proc/sys/fs/dentry-state)
	[ "$1" -gt 500 ] && [ "$2" -gt 0 ] && echo "there are dentries"
	if [ "$5" -ge 300 ]; then
		echo "negative: many"
	elif [ "$5" -gt 0 ] && [ "$5" -le 100 ]; then
		echo "negative: some percent"
	else
		echo "negative: $5"
	fi
}
