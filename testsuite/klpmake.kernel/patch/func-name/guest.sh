# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash
setup() {
	# guest_messages needs a log that is not empty when a phase begins.
	echo "klpmake: the test begins" > /dev/kmsg
}

observe() {
	/example/negative-timeout
	guest_messages 'negative timeout'
}
