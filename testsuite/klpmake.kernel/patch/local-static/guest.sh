# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash
setup() {
	# guest_messages needs a log that is not empty when a phase begins.
	echo "klpmake: the test begins" > /dev/kmsg
}

# The level that is kept while the console is off is a static variable inside of the patched function.
# Switching it off before the patch and on with it shows that the variable is the kernel's own.
observe() {
	case $1 in
	before)
		/example/console level 6
		/example/console off
		;;
	after)
		/example/console on
		/example/console off
		;;
	unloaded)
		/example/console on
		/example/console off
		/example/console on
		;;
	esac
	guest_messages '^(printk: )?console is on again'
}
