# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash
observe() {
	echo "at most $(cat /proc/sys/fs/pipe-max-size)"
}
