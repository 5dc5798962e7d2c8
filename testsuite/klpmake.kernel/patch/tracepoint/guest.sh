# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash
# The tracepoint is in the patched function and has to fire there as before; the name that it gets is
# the one that was asked for.
observe() {
	local tracing=/sys/kernel/tracing

	: > "$tracing/trace"
	echo 1 > "$tracing/events/task/task_rename/enable"
	# shellcheck disable=SC2016
	sh -c 'printf "klp\033make" > /proc/$$/comm; cat /proc/$$/comm; true' | tr '\033' '^' |
		sed 's/^/name: /'
	echo 0 > "$tracing/events/task/task_rename/enable"
	echo "renamings seen: $(tr '\033' '^' < "$tracing/trace" | grep -c 'task_rename: .*newcomm=klp.make')"
}
