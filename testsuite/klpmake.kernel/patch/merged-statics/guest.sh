# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash
setup() {
	# guest_messages needs a log that is not empty when a phase begins.
	echo "klpmake: the test begins" > /dev/kmsg
}

# The kernel tells of ten negative timeouts, and then no more: were its counter that of the long ones, it would not
# tell of any while it is patched, nor later.
observe() {
	if [ "$1" = after ]; then
		/example/timeout 2000000
		/example/timeout 3000000
	fi
	/example/timeout -12345
	guest_messages '(negative|long) timeout'
}
