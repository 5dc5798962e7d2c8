# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash
setup() {
	# guest_messages needs a log that is not empty when a phase begins.
	echo "klpmake: the test begins" > /dev/kmsg
}

debug() {
	echo "func ioctx_alloc $1" > /proc/dynamic_debug/control
}

observe() {
	# Nothing is said unless it is asked for.
	/example/many-events
	debug +p
	/example/many-events
	debug -p
	/example/many-events
	guest_messages 'nr_events'
	echo "messages: $(guest_messages 'nr_events' | wc -l)"
}
