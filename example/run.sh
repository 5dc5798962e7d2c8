#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Shows the examples at work: makes each one's livepatch for Debian's current cloud kernel, boots
# that kernel in QEMU, and prints what the guest sees before the patch, with it, and after it.
set -u

usage() {
	cat <<END
usage: run.sh [--arch=ARCH] [NAME...]

Makes the livepatch of each named example (default: all) for Debian's current cloud kernel, boots
that kernel in QEMU, loads the livepatch there, and prints what it changes. Nothing is loaded into
this machine's kernel. What is missing is installed with apt, as root or through sudo.

  --arch=ARCH  with a small kernel of ARCH in place of that ($(arch_known | paste -sd ' ')), which is
               cross-compiled the first time; default: those of the examples that it has what is
               needed for (${arch_names[*]})
  --help       this text

Examples: ${names[*]}

The kernel, its debug files and the built klpmake are kept in
${KLPMAKE_CACHE:-the cache}; KLPMAKE_CACHE names another folder.

Exit status: 0 every example did what it should, 1 one did not, 2 wrong usage, 3 the machine lacks
something that is needed.
END
}

top=$(cd "$(dirname "$0")/.." && pwd) || exit 3
# shellcheck source-path=SCRIPTDIR source=../testsuite/lib/debian.sh
. "$top/testsuite/lib/debian.sh"
# shellcheck source-path=SCRIPTDIR source=../testsuite/lib/debian-kernel.sh
. "$top/testsuite/lib/debian-kernel.sh"
# shellcheck source-path=SCRIPTDIR source=../testsuite/lib/build.sh
. "$top/testsuite/lib/build.sh"
# shellcheck source-path=SCRIPTDIR source=../testsuite/lib/chroot.sh
. "$top/testsuite/lib/chroot.sh"
# shellcheck source-path=SCRIPTDIR source=../testsuite/lib/arch-kernel.sh
. "$top/testsuite/lib/arch-kernel.sh"
# shellcheck source-path=SCRIPTDIR source=../testsuite/lib/guest.sh
. "$top/testsuite/lib/guest.sh"
# shellcheck source-path=SCRIPTDIR source=../testsuite/lib/example.sh
. "$top/testsuite/lib/example.sh"

mapfile -t names < <(example_names)
arch_names=(meminfo netlink syscall)
arch=
chosen=()
while [ $# -gt 0 ]; do
	word=$1
	shift
	case " ${names[*]} " in
	*" $word "*) chosen+=("$word"); continue ;;
	esac
	case $word in
	--arch=*) arch=${word#--arch=} ;;
	--arch)
		[ $# -gt 0 ] || { echo "run.sh: option '--arch' needs an argument" >&2; usage >&2; exit 2; }
		arch=$1
		shift
		;;
	-h | --help) usage; exit 0 ;;
	-*) echo "run.sh: unknown option '$word'" >&2; usage >&2; exit 2 ;;
	*) echo "run.sh: there is no example '$word', but: ${names[*]}" >&2; exit 2 ;;
	esac
done
if [ -n "$arch" ]; then
	arch_known | grep -qxF -e "$arch" || {
		echo "run.sh: there is no small kernel of '$arch', but of: $(arch_known | paste -sd ' ')" >&2
		exit 2
	}
	[ ${#chosen[@]} -gt 0 ] || chosen=("${arch_names[@]}")
fi
[ ${#chosen[@]} -gt 0 ] || chosen=("${names[@]}")

# A checkout has its own work folder, found again by the next run.
work=$KLPMAKE_CACHE/example/$(printf '%s' "$top" | sha256sum | cut -c 1-16)
if ! mkdir -p "$work" || ! : >>"$work/lock"; then
	echo "run.sh: cannot write to $work (KLPMAKE_CACHE names another folder)" >&2
	exit 3
fi
exec {work_lock}>>"$work/lock"
if ! flock -n "$work_lock"; then
	echo "Waiting for another run of this checkout" >&2
	flock "$work_lock"
fi

# What the sources are, besides the examples themselves.
digest() {
	(cd "$1" && find . -path ./example -prune -o -type f -print0 | sort -z | xargs -0 sha256sum) |
		sha256sum
}

# install_klpmake [OPTION...]: builds klpmake, configured with these, from a copy of the checkout and installs it in the work
# folder.
install_klpmake() {
	local new=$work/source.new

	rm -rf "$new" && build_source "$top" "$new" || return 3
	digest "$new" >"$work/digest.new" || return 3
	echo "$*" >>"$work/digest.new"
	if cmp -s "$work/digest.new" "$work/digest"; then
		rm -rf "$new"
		return 0
	fi
	echo "Building klpmake" >&2
	rm -rf "$work/digest" "$work/source" "$work/build" "$work/installed" &&
		mv "$new" "$work/source" &&
		build_klpmake "$work/source" "$work/build" --prefix="$work/installed" "$@" &&
		build_step make -C "$work/build" install &&
		mv "$work/digest.new" "$work/digest"
}

# print_phase PHASE TITLE REPORT
print_phase() {
	echo "  $2"
	guest_lines "$1" "$3" | sed 's/^/      /'
}

# run_example NAME
run_example() {
	local name=$1 folder=$work/run/$1 status=0

	echo
	echo "$name: $(example_title "$name")"
	rm -rf "$folder" && mkdir -p "$folder" || return 3
	echo "  making livepatch-$name.ko for $KERNEL_RELEASE" >&2
	example_make "$name" "$folder" || return
	if example_is_diff "$name"; then
		echo "  what livepatch-$name.ko replaces:"
		grep '^  ' "$folder/klpmake.log" | sed 's/^/    /'
	else
		echo "  symbols of livepatch-$name.ko:"
		sed 's/^/      /' "$folder/patch/_klpmake.syms"
	fi
	echo "  booting $KERNEL_RELEASE" >&2
	example_boot "$name" "$folder" || status=$?
	print_phase before "before:" "$folder/report"
	print_phase after "with livepatch-$name loaded:" "$folder/report"
	print_phase unloaded "after it is unloaded:" "$folder/report"
	[ "$status" -ne 3 ] || return 3
	if example_check "$name" "$folder/report" >"$folder/check"; then
		echo "  ok: it did what it should"
		return 0
	fi
	echo "  not as it should be:"
	sed -n 's/^failed: /      expected /p' "$folder/check"
	grep -E '^@(error|dmesg): ' "$folder/report" | grep -vx '@dmesg: clean' | sed 's/^/      /'
	return 1
}

build_packages && debian_install busybox-static cpio make xz-utils || exit 3
if [ -n "$arch" ]; then
	debian_install patch && arch_kernel "$arch" || exit 3
	export ARCH=$KERNEL_ARCH CROSS_COMPILE=$KERNEL_CROSS_COMPILE
	install_klpmake --with-target-gcc="$KERNEL_CC" || exit 3
else
	debian_install qemu-system-x86 && debian_kernel && debian_source || exit 3
	install_klpmake || exit 3
fi
KLPMAKE=$work/installed/bin/klpmake
KLPMAKE_FIXER=$work/installed/bin/klp-fixer
KLPMAKE_PLUGIN=$work/installed/lib/klpmake/klpmake.so

failed=()
result=0
for name in "${chosen[@]}"; do
	if ! example_is_for "$name"; then
		echo
		echo "$name is not for Linux $(cat "$top/example/$name/not")"
		continue
	fi
	run_example "$name" && continue
	status=$?
	failed+=("$name")
	[ "$status" -gt 1 ] && result=3
	[ "$result" -eq 3 ] || result=1
done
echo
if [ "$result" -eq 0 ]; then
	echo "Every example did what it should: ${chosen[*]}"
else
	echo "Failed: ${failed[*]} (logs are in $work/run)"
fi
exit "$result"
