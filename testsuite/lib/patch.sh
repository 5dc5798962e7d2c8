# SPDX-License-Identifier: GPL-2.0-or-later
# Makes livepatches of diffs and tries many of them in one booted kernel. To be sourced, after
# example.sh, with example_top set to a folder that has a folder for each, in the form of the examples:
# fix.patch in place of patch sources.
#
#	patch_make NAME WORK		WORK/livepatch-NAME.ko
#	patch_image WORK NAME...	WORK/initramfs for those that were made
#	patch_report NAME REPORT	the part of a report that is about one, as example_check reads it
# shellcheck shell=bash disable=SC2154 # example_top is the caller's

patch_make() {
	local name=$1 work=$2

	# The livepatch is called like the diff.
	mkdir -p "$work/log" && cp "$(example_file "$name" fix.patch)" "$work/$name.patch" || return 3
	example_step "$work/log/$name" "$KLPMAKE" -k "$KERNEL_RELEASE" -b "$KERNEL_BUILD" -v "$KERNEL_VMLINUX" \
		-d "$KERNEL_DEBUG_DIR" -o "$work/livepatch-$name.ko" "$work/$name.patch"
}

# The guest's steps: each patch has its own shell, and its folder is called /example meanwhile.
patch_steps() {
	cat <<'END'
try() {
	name=${1##*/}
	rm -f /example
	ln -s "$1" /example
	# shellcheck source=/dev/null
	. /example/guest.sh
	if command -v setup >/dev/null; then
		guest_phase "$name.setup" setup
	fi
	guest_phase "$name.before" observe before
	guest_load "/example/livepatch-$name.ko" || return
	guest_phase "$name.after" observe after
	guest_unload "/example/livepatch-$name.ko" || return
	guest_phase "$name.unloaded" observe unloaded
	# For those that come after it.
	if command -v cleanup >/dev/null; then
		guest_phase "$name.cleanup" cleanup
	fi
}

for folder in /patches/*; do
	(try "$folder")
done
guest_dmesg_check
END
}

patch_image() {
	local work=$1 name

	shift
	rm -rf "$work/root" && mkdir -p "$work/root/patches" || return 3
	for name; do
		[ -f "$work/livepatch-$name.ko" ] || continue
		example_guest "$name" "$work" "$work/root/patches/$name" &&
			cp "$work/livepatch-$name.ko" "$work/root/patches/$name" || return 3
	done
	patch_steps >"$work/steps" || return 3
	guest_image "$work/initramfs" "$work/steps" "$work/root"
}

patch_report() {
	local module=livepatch_${1//-/_}

	awk -v name="@$1." -v module="$module" '
		index($0, name) == 1 { print "@" substr($0, length(name) + 1) }
		$1 == "@load:" || $1 == "@unload:" { if ($2 == module) print }
		$1 == "@error:" { if (index($0, module) || index($0, substr(name, 2))) print }
		$1 == "@dmesg:" { print }
		$1 == "@done:" { done = 1 }
		END { if (done) print "@done: 0" }' "$2"
}
