# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash
setup() {
	# guest_messages needs a log that is not empty when a phase begins.
	echo "klpmake: the test begins" > /dev/kmsg
}

# The message comes once, however often there is reason for it.
observe() {
	/example/no-descriptor
	/example/no-descriptor
	echo "messages: $(guest_messages '^pipe: ' | wc -l)"
	guest_messages '^pipe: '
}
