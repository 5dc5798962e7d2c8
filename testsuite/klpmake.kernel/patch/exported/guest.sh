# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash
observe() {
	if [ "$(stat -f -c %i /proc)" = 0 ]; then
		echo "/proc has no ID"
	else
		echo "/proc has an ID"
	fi
	echo "block size: $(stat -f -c %s /proc)"
}
