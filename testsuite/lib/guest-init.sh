#!/bin/busybox sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The guest's first process: prepares a minimal system, runs the caller's steps (/steps) with the
# functions below at hand, and switches the guest off. Packed into the initramfs by guest.sh.
#
# Everything that matters goes to the second serial port, where there is one, one line each, so that the
# kernel's own messages (on the first) cannot get in between. A line is "@TAG: TEXT":
#
#	@kernel: RELEASE	the booted kernel
#	@PHASE: LINE		a line that the commands of guest_phase printed
#	@load: NAME ok		a livepatch is loaded and its transition complete
#	@unload: NAME ok	a livepatch is disabled, gone from sysfs and its module removed
#	@error: TEXT		what went wrong; the steps are then counted as failed
#	@dmesg: LINE		a kernel message that ought not to be there, or the single word "clean"
#	@done: STATUS		the last line: 0, or what the steps ended with
# shellcheck shell=dash

# Seconds that a transition, the end of a livepatch and the removal of its module may take.
guest_limit=60
guest_failed=/run/failed
guest_mark=0

guest_say() {
	printf '@%s: %s\n' "$1" "$2"
}

guest_error() {
	guest_say error "$1"
	: > "$guest_failed"
}

# guest_wait WHAT COMMAND...: repeats COMMAND until it succeeds, for guest_limit seconds at most.
guest_wait() {
	local what="$1" left=$((guest_limit * 10))

	shift
	until "$@"; do
		left=$((left - 1))
		if [ "$left" -le 0 ]; then
			guest_error "$what: not within $guest_limit seconds"
			return 1
		fi
		sleep 0.1
	done
}

guest_module_name() {
	basename "$1" .ko | tr - _
}

guest_transition_over() {
	[ "$(cat "/sys/kernel/livepatch/$1/transition" 2>/dev/null)" = 0 ]
}

guest_livepatch_gone() {
	[ ! -e "/sys/kernel/livepatch/$1" ]
}

# The module's reference is dropped a moment after its sysfs folder is gone.
guest_module_removed() {
	rmmod "$1" 2>/dev/null
	[ ! -e "/sys/module/$1" ]
}

# Does the kernel know what a sleeping task is in? If not, kernel threads keep to the old functions.
guest_is_reliable() {
	[ "$(uname -m)" != riscv64 ]
}

# Ends a transition that would not end.
guest_force() {
	guest_is_reliable || echo 1 > "/sys/kernel/livepatch/$1/force"
}

# Names the tasks that hold a transition up, with where they are in the kernel.
guest_stalled() {
	local patched task state

	patched=$(cat "/sys/kernel/livepatch/$1/enabled")
	for task in /proc/[0-9]*/task/[0-9]*; do
		state=$(cat "$task/patch_state" 2>/dev/null) || continue
		[ "$state" = "$patched" ] && continue
		guest_error "$1 waits for task ${task##*/} ($(cat "$task/comm")): $(tr '\n' ' ' < "$task/stack")"
	done
}

# guest_load FILE.ko: loads a livepatch and waits until all tasks use it.
guest_load() {
	local name message

	name=$(guest_module_name "$1")
	if ! message=$(insmod "$1" 2>&1); then
		guest_error "cannot load $1: $message"
		dmesg | tail -n 5 | sed 's/^/@error: /'
		return 1
	fi
	guest_force "$name"
	if ! guest_wait "$name: transition" guest_transition_over "$name"; then
		guest_stalled "$name"
		return 1
	fi
	guest_say load "$name ok"
}

# guest_unload FILE.ko: the way back, until the module is gone.
guest_unload() {
	local name

	name=$(guest_module_name "$1")
	if ! echo 0 > "/sys/kernel/livepatch/$name/enabled"; then
		guest_error "cannot disable $name"
		return 1
	fi
	guest_force "$name"
	if ! guest_wait "$name: reverse transition" guest_livepatch_gone "$name"; then
		guest_stalled "$name"
		return 1
	fi
	# After a transition by force the module stays.
	guest_is_reliable || { guest_say unload "$name ok"; return; }
	guest_wait "$name: removal" guest_module_removed "$name" || return 1
	guest_say unload "$name ok"
}

# guest_phase PHASE COMMAND...: reports each line that COMMAND prints as "@PHASE: LINE".
guest_phase() {
	local phase="$1"

	shift
	guest_mark=$(dmesg | wc -l)
	{ "$@" 2>&1 || guest_error "$phase: '$*' failed"; } | sed "/^@error: /!s/^/@$phase: /"
}

# guest_messages PATTERN: what the kernel has said since the phase began, without its time stamps.
guest_messages() {
	dmesg | tail -n "+$((guest_mark + 1))" | sed 's/^\[[ 0-9.]*\] //' | grep -E "$1" || true
}

# What a livepatch says of itself in the kernel log when all is well.
guest_normal='tainting kernel with TAINT_LIVEPATCH
loading out-of-tree module taints kernel
module verification failed: .*tainting kernel
^livepatch: enabling patch
^livepatch: .*: starting (un)?patching transition
^livepatch: .*: (un)?patching complete
^livepatch: (applying|reverting) patch .* (un)?loading module
^livepatch: signaling remaining tasks'
guest_is_reliable || guest_normal="$guest_normal
^livepatch: This architecture doesn't have support for the livepatch consistency model
^livepatch: The livepatch transition may never complete
^livepatch: forcing remaining tasks to the (un)?patched state"

guest_trouble='WARNING|BUG|Oops|[Cc]all [Tt]race|general protection|unable to handle
[Tt]aint|rcu.*stall|blocked for more than|^livepatch: |^x86/modules: |Unknown symbol|overflow in relocation'

# guest_dmesg_check: reports every kernel message that a livepatch ought not to cause.
guest_dmesg_check() {
	local bad

	bad=$(dmesg | sed 's/^\[[ 0-9.]*\] //' | grep -vE "$guest_normal" | grep -E "$guest_trouble")
	if [ -n "$bad" ]; then
		: > "$guest_failed"
		echo "$bad" | sed 's/^/@dmesg: /'
	else
		guest_say dmesg clean
	fi
}

busybox=/bin/busybox
$busybox mkdir -p /proc /sys /dev /run /tmp /sbin /usr/bin /usr/sbin
$busybox --install -s
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev
mount -t tracefs trace /sys/kernel/tracing 2>/dev/null
# Other machines than x86's have one line only, of which guest.sh takes what is the report. The kernel hands on "report".
: "${report:=/dev/console}"
exec > "$report" 2>&1 < /dev/null
stty -opost < "$report"

# The kernel's own start is not what is looked at.
dmesg -c > /run/boot.log
guest_say kernel "$(uname -r)"
(
	# shellcheck source=/dev/null
	. /steps
)
status=$?
[ "$status" -eq 0 ] && [ -e "$guest_failed" ] && status=1
guest_say "done" "$status"
sync
reboot -f
