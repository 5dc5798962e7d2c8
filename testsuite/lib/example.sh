# SPDX-License-Identifier: GPL-2.0-or-later
# Makes an example's livepatch, tries it in a booted kernel and judges what came of it. To be
# sourced, after guest.sh; used by example/run.sh and by the tests. The variables of debian_kernel
# have to be set, and KLPMAKE, KLPMAKE_FIXER and KLPMAKE_PLUGIN to what klpmake and klp-fixer are, and klpmake.so;
# KERNEL_CC is the compiler for the guest's programs, if not cc.
#
#	example_names				prints the examples there are
#	example_make NAME WORK			WORK/patch/livepatch-NAME.ko from a copy of the example
#	example_boot NAME WORK [MODULE.ko]	WORK/report, see guest-init.sh, and WORK/console
#	example_check NAME REPORT		a line "ok: ..." or "failed: ..." for each expectation
#
# An example is a folder NAME with its patch sources, or a kernel diff, NAME.patch, which klpmake makes the livepatch of,
# or with a Kbuild file, for which its Makefile runs the kernel's own build and klp-fixer. And
#
#	guest.sh	shell functions for the guest: observe PHASE prints what the livepatch is
#			about to change; setup, where there is one, comes first
#	expect		lines "PHASE: REGEX" (a line that observe printed matches as a whole) and
#			"PHASE! REGEX" (none does). Phases: before, after (the patch is in place),
#			unloaded
#	not		if there, the series of Linux that it is not for, each on a line, and why
#	guest/		if there, what to build with make for the guest: programs and modules, and
#			in "modules" the names of the kernel's own modules that are needed
#
# It is written for Linux 6.1 on x86-64. A file that is another one for another series is beside it: expect-6.12, for
# another architecture expect-arm64, and expect-other for all others that have none of their own.
#
# The tests' patches (klpmake.kernel/patch) have the same form: example_top names their folder then.
# shellcheck shell=bash

: "${example_top:=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../example" && pwd)}"

example_names() {
	local file

	for file in "$example_top"/*/expect; do
		file=${file%/expect}
		! example_is_for "${file##*/}" || echo "${file##*/}"
	done
}

# example_series: of Linux, as 6.1.
example_series() {
	sed -E 's/^([0-9]+\.[0-9]+).*/\1/' <<<"$KERNEL_RELEASE"
}

# example_file NAME FILE: FILE of the example, that of the kernel's series or architecture where there is one.
example_file() {
	local path=$example_top/$1/$2 other

	for other in "$path-$(example_series)" ${KERNEL_ARCH:+"$path-$KERNEL_ARCH" "$path-other"} "$path"; do
		[ ! -e "$other" ] || break
	done
	echo "$other"
}

# example_is_for NAME: the kernel, if there is one yet?
example_is_for() {
	[ -n "${KERNEL_RELEASE:-}" ] && [ -f "$example_top/$1/not" ] || return 0
	! cut -d ' ' -f 1 "$example_top/$1/not" | grep -qxF "$(example_series)"
}

example_title() {
	sed -n 's/^# //p;/^# /q' "$example_top/$1/README.md"
}

# example_step LOG COMMAND...: the output is shown only if the command fails.
example_step() {
	local log=$1

	shift
	"$@" >"$log" 2>&1 </dev/null && return
	echo "${1##*/} failed:" >&2
	sed 's/^/    /' "$log" >&2
	return 1
}

example_is_diff() {
	[ -f "$example_top/$1/$1.patch" ]
}

# example_command NAME FOLDER: sets "command" to what makes the livepatch in FOLDER, which has the example's files.
example_command() {
	command=("$KLPMAKE" -k "$KERNEL_RELEASE" -b "$KERNEL_BUILD" -v "$KERNEL_VMLINUX" -d "$KERNEL_DEBUG_DIR")
	if example_is_diff "$1"; then
		command+=(-o "$2/livepatch-$1.ko" "$2/$1.patch")
	elif [ -f "$2/Kbuild" ]; then
		command=(env "KLPMAKE_VMLINUX=$KERNEL_VMLINUX" make -C "$2" "KERNEL_BUILD=$KERNEL_BUILD"
			"KLP_FIXER=$KLPMAKE_FIXER" "KLPMAKE_PLUGIN=$KLPMAKE_PLUGIN")
	else
		command+=(-C "$2")
	fi
}

example_make() {
	local name=$1 work=$2 command

	rm -rf "$work/patch" && mkdir -p "$work/patch" || return 3
	find "$example_top/$name" -maxdepth 1 -type f -name '[!.]*' \
		-exec cp --no-preserve=mode -t "$work/patch" {} + || return 3
	example_command "$name" "$work/patch"
	example_step "$work/klpmake.log" "${command[@]}" || return
	if [ ! -f "$work/patch/livepatch-$name.ko" ]; then
		echo "klpmake has made no livepatch-$name.ko" >&2
		return 1
	fi
}

# kernel_module NAME FOLDER: copies that module of the kernel there, as NAME.ko: what loads it does not decompress it.
kernel_module() {
	local file

	file=$(find "$KERNEL_MODULES" -name "$1.ko*" -print -quit)
	case $file in
	*.ko) cp "$file" "$2" ;;
	*.ko.gz) gzip -dc "$file" >"$2/$1.ko" ;;
	*.ko.xz) xz -dc "$file" >"$2/$1.ko" ;;
	*.ko.zst) zstd -qdc "$file" >"$2/$1.ko" ;;
	*) echo "the kernel $KERNEL_RELEASE has no module $1" >&2; return 3 ;;
	esac
}

# example_guest NAME WORK [FOLDER]: builds what the guest needs besides, into WORK/root/example.
example_guest() {
	local name=$1 work=$2 root=${3:-$2/root/example} source=$example_top/$1/guest module

	rm -rf "$root" "$work/guest" && mkdir -p "$root" || return 3
	cp "$example_top/$name/guest.sh" "$root" || return 3
	[ -d "$source" ] || return 0

	cp -R --no-preserve=mode "$source" "$work/guest" || return 3
	example_step "$work/guest.log" make -C "$work/guest" "KERNEL_BUILD=$KERNEL_BUILD" \
		${KERNEL_CC:+"CC=$KERNEL_CC"} ${KERNEL_ARCH:+"ARCH=$KERNEL_ARCH" "CROSS_COMPILE=$KERNEL_CROSS_COMPILE"} ||
		return 3
	find "$work/guest" -maxdepth 1 -type f '(' -name '*.ko' -o -perm -u=x ')' \
		-exec cp -t "$root" {} + || return 3
	[ -f "$source/modules" ] || return 0
	while read -r module; do
		[ "${module#\#}" = "$module" ] || continue
		kernel_module "$module" "$root" || return 3
	done <"$source/modules"
}

# The guest's steps, the same for all examples.
example_steps() {
	cat <<'END'
. /example/guest.sh
if command -v setup >/dev/null; then
	guest_phase setup setup
fi
livepatch=$(echo /example/livepatch-*.ko)
guest_phase before observe before
guest_load "$livepatch" || exit 1
guest_phase after observe after
guest_unload "$livepatch" || exit 1
guest_phase unloaded observe unloaded
if guest_is_reliable; then
	guest_load "$livepatch" || exit 1
	guest_phase again observe after
	guest_unload "$livepatch" || exit 1
fi
guest_dmesg_check
END
}

# example_again REPORT: a second time, what is expected is what was the first time. Prints these lines of "expect".
example_again() {
	! grep -q '^@again: ' "$1" || sed -n 's/^after\([:!] \)/again\1/p'
}

# 0 if the steps ended well, 1 if not, 3 if there was no guest or it came to no end.
example_boot() {
	local name=$1 work=$2 module=${3:-$2/patch/livepatch-$1.ko}

	: >"$work/report" || return 3
	example_guest "$name" "$work" || return
	cp "$module" "$work/root/example/livepatch-$name.ko" || return 3
	example_steps >"$work/steps" || return 3
	guest_image "$work/initramfs" "$work/steps" "$work/root" || return
	guest_boot "$KERNEL_IMAGE" "$work/initramfs" "$work"
}

# example_expect REPORT PHASE SIGN REGEX
example_expect() {
	local found=no

	guest_lines "$2" "$1" | grep -qxE -- "$4" && found=yes
	case $3$found in
	:yes | !no) echo "ok: $2$3 $4" ;;
	*) echo "failed: $2$3 $4"; return 1 ;;
	esac
}

example_check() {
	local name=$1 report=$2 line phase status=0

	while read -r line; do
		phase=${line%%[:!]*}
		case $line in
		'' | '#'*) ;;
		"$phase"[:!]' '*)
			example_expect "$report" "$phase" "${line:${#phase}:1}" "${line:${#phase}+2}" || status=1 ;;
		*) echo "failed: $name/expect has a line that is none: $line"; status=1 ;;
		esac
	done < <(cat "$(example_file "$name" expect)" <(example_again "$report" <"$(example_file "$name" expect)") - <<-'END'
		load: .* ok
		unload: .* ok
		dmesg: clean
		error! .*
		done: 0
	END
	)
	return "$status"
}
