# SPDX-License-Identifier: GPL-2.0-or-later
# The livepatch selftests of the kernel's own source: takes them out of it, gives each livepatch its tag, and runs
# their scripts, as they are, in the guest. To be sourced, after guest.sh, with the variables of debian_kernel set.
#
#	selftests_unpack TARBALL	makes source/, what the kernel's source has of livepatches
#	selftests_sort			makes plain/, the modules that are no livepatches, and patch*/, folders for klpmake
#	selftests_scripts		prints the names of the scripts, without .sh
#	selftests_root FOLDER		the guest's files, after all modules are made
#	selftests_steps			prints the guest's steps
#
# The scripts are for a whole system with its bash, kmod, procps and coreutils: they get the programs of this
# machine, with their libraries, in a root folder of their own in the guest, /suite.
# shellcheck shell=bash

selftests_folder=source/tools/testing/selftests/livepatch

selftests_unpack() {
	mkdir source && tar -x -f "$1" -C source --strip-components=1 --no-same-owner --wildcards '*/livepatch/*' || return 3
	[ -f "$selftests_folder/functions.sh" ] || { echo "$1 has no livepatch selftests" >&2; return 3; }
}

# Up to Linux 6.8 the modules are among the kernel's own.
selftests_modules() {
	local folder=$selftests_folder/test_modules

	[ -d "$folder" ] || folder=source/lib/livepatch
	find "$folder" -name 'test_klp_*.c' | sort
}

selftests_scripts() {
	find "$selftests_folder" -name 'test-*.sh' -printf '%f\n' | sed 's/\.sh$//' | sort
}

# selftests_included SOURCE: a source that this one includes as a whole.
selftests_included() {
	sed -n 's/^#include "\(.*\.c\)"$/\1/p' "$1"
}

# selftests_is_livepatch SOURCE
selftests_is_livepatch() {
	local included

	included=$(selftests_included "$1")
	grep -qs '^MODULE_INFO(livepatch' "$1" ${included:+"${1%/*}/$included"}
}

# selftests_tag MODULE: the source that has the function that the livepatch replaces; of those that replace
# none, that of what they change or watch.
selftests_tag() {
	case $1 in
	test_klp_livepatch) echo fs/proc/cmdline.c ;;
	test_klp_atomic_replace) echo fs/proc/meminfo.c ;;
	test_klp_callbacks_demo) echo test_klp_callbacks_busy.c ;;
	test_klp_callbacks_demo2) echo test_klp_callbacks_mod.c ;;
	test_klp_mod_patch) echo test_klp_mod_target.c ;;
	test_klp_state | test_klp_state[23]) echo kernel/printk/printk.c ;;
	test_klp_syscall) echo kernel/sys.c ;;
	*) echo "the kernel has a livepatch for its selftests that is not known here: $1" >&2; return 1 ;;
	esac
}

# selftests_add FOLDER SOURCE [TAG]: one module more in the folder.
selftests_add() {
	local name=${2##*/}

	mkdir -p "$1" && { [ -z "${3:-}" ] || echo "//KLPMAKE $3"; cat "$2"; } >"$1/$name" &&
		echo "obj-m += ${name%.c}.o" >>"$1/Makefile"
}

# A source that includes another one has to find that without a tag: it gets a folder of its own.
selftests_sort() {
	local source name included folder tag

	for source in $(selftests_modules); do
		name=$(basename "$source" .c)
		if ! selftests_is_livepatch "$source"; then
			selftests_add plain "$source" || return 3
			continue
		fi
		tag=$(selftests_tag "$name") || return
		included=$(selftests_included "$source")
		folder=patch${included:+-$name}
		selftests_add "$folder" "$source" "$tag" || return 3
		[ -z "$included" ] || cp "${source%/*}/$included" "$folder" || return 3
	done
}

# selftests_program ROOT FILE NAME: a program of this machine, with its libraries.
selftests_program() {
	local root=$1 library

	cp -L "$2" "$root/usr/bin/$3" || return
	while read -r library; do
		mkdir -p "$root${library%/*}" && cp -L "$library" "$root$library" || return
	done < <(ldd "$2" | grep -oE '/[^ ]+')
}

selftests_programs() {
	local root=$1 name file

	for name in awk bash cat comm date diff dirname dmesg getconf grep id insmod mktemp modinfo modprobe rm rmmod \
		sed seq sleep stat sysctl tr uname; do
		file=$(PATH=$PATH:/usr/sbin:/sbin type -P "$name") || { echo "$name is missing" >&2; return 1; }
		selftests_program "$root" "$file" "$name" || return
	done
	ln -s bash "$root/usr/bin/sh" || return
	for file in "$selftests_folder"/*.c; do
		[ -f "$file" ] || continue
		name=$(basename "$file" .c)
		gcc -O2 -o "$name" "$file" && selftests_program "$root" "./$name" "$name" &&
			ln -s "/usr/bin/$name" "$root/selftests/$name" || return
	done
}

# The modules are there twice: where modprobe looks for them, and where the newer scripts have them.
selftests_root() {
	local root=$1/suite name

	mkdir -p "$root"/{dev,proc,selftests/test_modules,sys,tmp,usr/{bin,lib,lib64,sbin}} || return 3
	for name in bin lib lib64 sbin; do
		ln -s "usr/$name" "$root/$name" || return 3
	done
	mkdir -p "$root/lib/modules/$KERNEL_RELEASE/build" &&
		selftests_programs "$root" &&
		cp "$selftests_folder"/*.sh "$root/selftests" &&
		chmod 755 "$root/selftests"/*.sh &&
		cp plain/*.ko patch*/*.ko "$root/selftests/test_modules" &&
		cp plain/*.ko patch*/*.ko "$root/lib/modules/$KERNEL_RELEASE" || return 3
	# The kernel's own modules, of which it would miss the list, are not there.
	PATH=$PATH:/usr/sbin:/sbin depmod -b "$root" "$KERNEL_RELEASE" 2>/dev/null || return 3
}

# Kernel messages are what the scripts compare: none may be left out because there are so many.
selftests_steps() {
	cat <<'END'
mount -t proc proc /suite/proc
mount -t sysfs sysfs /suite/sys
mount -t debugfs debug /suite/sys/kernel/debug
mount -t tracefs trace /suite/sys/kernel/tracing
mount -t devtmpfs dev /suite/dev
echo on > /proc/sys/kernel/printk_devkmsg

# The script's exit status is 4 where it cannot be run, and says why.
script() {
	PATH=/usr/sbin:/usr/bin chroot /suite /bin/bash -c "cd /selftests && exec ./$1.sh"
	echo "status $?"
	ls /sys/kernel/livepatch | sed 's/^/left: /'
	grep -o '^test_klp[^ ]*' /proc/modules | sed 's/^/left: /'
	guest_messages 'WARNING|BUG|Oops|[Cc]all [Tt]race|general protection|unable to handle' | sed 's/^/trouble: /'
}

for file in /suite/selftests/test-*.sh; do
	name=$(basename "$file" .sh)
	guest_phase "$name" script "$name"
done
END
}
