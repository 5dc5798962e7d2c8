# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash
# The shell that opens files is the one that is looked at: 0 to 5, 8 and 9.
observe() {
	(
		exec 3</dev/null 4</dev/null 5</dev/null 8</dev/null
		# shellcheck disable=SC2016
		sh -c 'exec 9</dev/null; grep "^Max open files" /proc/$$/limits; grep "^Open files" /proc/$$/limits
			true'
	)
}
