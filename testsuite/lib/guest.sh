# SPDX-License-Identifier: GPL-2.0-or-later
# Boots a kernel in QEMU with a small initramfs and collects what its steps report. To be sourced.
#
#	guest_image OUTPUT STEPS [FOLDER]	packs busybox, guest-init.sh, STEPS and FOLDER's files
#	guest_boot KERNEL IMAGE FOLDER		boots them; FOLDER/report and FOLDER/console are written
#	guest_lines TAG REPORT			prints what a report has for TAG
#
# The guest is of the architecture KERNEL_ARCH, as Kbuild calls it; default: x86. KERNEL_BUSYBOX is that architecture's.
# Nothing of the host is shared with the guest: no disk, no network.
# shellcheck shell=bash

guest_lib=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

# Seconds that a guest may run. Without hardware help a boot takes about three, but on a machine that has much else to do a
# guest that waits for its tasks to leave functions has taken more than 400.
: "${KLPMAKE_GUEST_LIMIT:=1200}"

guest_busybox() {
	local busybox

	[ -z "${KERNEL_BUSYBOX:-}" ] || { echo "$KERNEL_BUSYBOX"; return; }
	for busybox in /bin/busybox /usr/bin/busybox; do
		[ -x "$busybox" ] && ! ldd "$busybox" >/dev/null 2>&1 && echo "$busybox" && return
	done
	echo "a static busybox is missing (Debian: busybox-static)" >&2
	return 3
}

# guest_image OUTPUT STEPS [FOLDER]: STEPS is a shell script that uses the functions of
# guest-init.sh; FOLDER's files are found in the guest's root folder, which the steps start in.
guest_image() {
	local output=$1 steps=$2 folder=${3:-} busybox root

	busybox=$(guest_busybox) || return
	root=$(mktemp -d "$output.XXXXXX") || return 3
	if ! {
		mkdir "$root/bin" &&
		cp "$busybox" "$root/bin/busybox" &&
		{ [ -z "$folder" ] || cp -R "$folder/." "$root"; } &&
		cp "$guest_lib/guest-init.sh" "$root/init" &&
		cp "$steps" "$root/steps" &&
		chmod 755 "$root/init" &&
		(cd "$root" && find . -print0 | cpio --null --quiet -o -H newc -R 0:0) > "$output"
	}; then
		echo "cannot make the guest's file system in $root" >&2
		rm -rf "$root"
		return 3
	fi
	rm -rf "$root"
}

# guest_tail TITLE FILE LINES
guest_tail() {
	[ -s "$2" ] || return 0
	echo "$1" >&2
	tr -d '\r' < "$2" | tail -n "$3" | sed 's/^/    /' >&2
}

# guest_machine: sets "qemu" to the emulator and the machine, "console" to what the kernel calls that.
guest_machine() {
	case ${KERNEL_ARCH:-x86} in
	x86) qemu=(qemu-system-x86_64 -accel "tcg,thread=multi") console=ttyS0 ;;
	arm64) qemu=(qemu-system-aarch64 -M virt -cpu "max,pauth-impdef=on" -accel "tcg,thread=multi") console=ttyAMA0 ;;
	powerpc)
		qemu=(qemu-system-ppc64 -M "pseries,cap-cfpc=broken,cap-sbbc=broken,cap-ibs=broken,cap-ccf-assist=off" -cpu power9
			-accel "tcg,thread=multi")
		console=hvc0
		;;
	riscv) qemu=(qemu-system-riscv64 -M virt -accel "tcg,thread=multi") console=ttyS0 ;;
	s390) qemu=(qemu-system-s390x -M s390-ccw-virtio -cpu max -accel "tcg,thread=multi") console=ttysclp0 ;;
	*) echo "no machine of architecture $KERNEL_ARCH is known" >&2; return 3 ;;
	esac
}

# guest_boot KERNEL IMAGE FOLDER: 0 if the steps ended well, 1 if not, 3 if the guest came to no end.
guest_boot() {
	local kernel=$1 image=$2 folder=$3 status=0 ended qemu console report=() words=''

	guest_machine || return
	if [ "${KERNEL_ARCH:-x86}" = x86 ]; then
		report=(-chardev "file,id=report,path=${folder//,/,,}/report.raw" -serial chardev:report)
		# On a machine that has much else to do, a kernel that looks whether its timer goes finds that it does not.
		words="report=/dev/ttyS1 no_timer_check"
	fi
	: > "$folder/report"
	: > "$folder/console"
	timeout --foreground -k 5 "$KLPMAKE_GUEST_LIMIT" "${qemu[@]}" -smp 2 -m 1024 \
		-nodefaults -no-reboot -display none -monitor none \
		-chardev "file,id=console,path=${folder//,/,,}/console" -serial chardev:console "${report[@]}" \
		-kernel "$kernel" -initrd "$image" \
		-append "console=$console quiet panic=-1 oops=panic softlockup_panic=1 $words" </dev/null || status=$?
	[ ${#report[@]} -gt 0 ] || grep -a '^@' "$folder/console" > "$folder/report.raw"
	tr -d '\r' < "$folder/report.raw" > "$folder/report"
	rm -f "$folder/report.raw"

	ended=$(guest_lines 'done' "$folder/report")
	if [ -n "$ended" ]; then
		[ "$ended" = 0 ]
		return
	fi
	if [ "$status" -eq 124 ] || [ "$status" -eq 137 ]; then
		echo "the guest was stopped: it did not end within $KLPMAKE_GUEST_LIMIT seconds" >&2
	elif [ "$status" -ne 0 ]; then
		echo "${qemu[0]} failed with status $status" >&2
	else
		echo "the guest ended before its steps did" >&2
	fi
	guest_tail "what it reported last:" "$folder/report" 5
	guest_tail "the last lines of its console:" "$folder/console" 50
	return 3
}

# guest_lines TAG REPORT
guest_lines() {
	sed -n "s/^@$1: //p" "$2"
}
