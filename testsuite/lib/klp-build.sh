# SPDX-License-Identifier: GPL-2.0-or-later
# A small kernel of the kernel's own source, and a livepatch for it that klp-build makes, the kernel's own tool since
# Linux 6.19. It builds that kernel twice more. To be sourced.
#
#	klp_build_source TARBALL	makes source/
#	klp_build_kernel		makes kernel/, with vmlinux, Module.symvers and loop.ko
#	klp_build_patch			makes fix.patch, which changes code of the image and of a module
#	klp_build_livepatch		makes livepatch-fix.ko from that
# shellcheck shell=bash

# What klp-build and kpatch-build ask for, and something to patch: with all else off a kernel is built in minutes.
klp_build_symbols=(64BIT SMP PRINTK BUG JUMP_LABEL MULTIUSER SYSFS PROC_FS BLOCK BLK_DEV MODULES MODULE_UNLOAD EXPERT DEBUG_KERNEL
	KALLSYMS KALLSYMS_ALL FTRACE FUNCTION_TRACER DYNAMIC_FTRACE LIVEPATCH UNWINDER_ORC DEBUG_INFO_DWARF5)
# What has to be there besides.
klp_build_wanted=(KLP_BUILD BLK_DEV_LOOP)

klp_build_make() {
	make -C source -s -j2 "$@" </dev/null
}

klp_build_source() {
	mkdir source && tar -x -f "$1" -C source --strip-components=1 --no-same-owner
}

klp_build_configure() {
	local symbol options=()

	for symbol in "${klp_build_symbols[@]}"; do
		options+=(--enable "$symbol")
	done
	klp_build_make ARCH=x86_64 tinyconfig &&
		source/scripts/config --file source/.config "${options[@]}" --module BLK_DEV_LOOP \
			--disable CC_OPTIMIZE_FOR_SIZE --enable CC_OPTIMIZE_FOR_PERFORMANCE --disable DEBUG_INFO_NONE \
			--disable UNWINDER_GUESS &&
		klp_build_make olddefconfig || return
	for symbol in "${klp_build_symbols[@]}" "${klp_build_wanted[@]}"; do
		grep -q "^CONFIG_$symbol=" source/.config || { echo "CONFIG_$symbol is not on" >&2; return 1; }
	done
}

klp_build_kernel() {
	klp_build_configure && klp_build_make vmlinux modules && mkdir kernel &&
		cp source/vmlinux source/Module.symvers source/drivers/block/loop.ko kernel
}

# klp_build_edit FILE EXPRESSION: adds to fix.patch what sed's EXPRESSION does to the file.
klp_build_edit() {
	mkdir -p "b/$(dirname "$1")" && sed "$2" "source/$1" >"b/$1" || return
	diff -u --label "a/$1" --label "b/$1" "source/$1" "b/$1" >>fix.patch
	[ $? -eq 1 ] || { echo "nothing of $1 was changed" >&2; return 1; }
}

klp_build_patch() {
	klp_build_edit fs/proc/cmdline.c 's/seq_puts(m, saved_command_line);/&\n\tseq_puts(m, " livepatch");/' &&
		klp_build_edit drivers/block/loop.c '/^\(static int \)*loop_set_status(/,/^}/s/^{$/{\n\tpr_info("livepatch\\n");/'
}

klp_build_livepatch() {
	cp fix.patch source && (cd source && scripts/livepatch/klp-build -j 2 fix.patch) &&
		cp source/livepatch-fix.ko .
}
