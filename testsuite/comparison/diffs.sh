# SPDX-License-Identifier: GPL-2.0-or-later
# The diffs that are compared, for any Linux from 6.12 to 7.2. To be sourced.
#
#	diffs_make SOURCE FOLDER	makes FOLDER/NAME.patch, each of one kind; returns 0 or 3
#	diffs_measured			their names: those that each tool takes, the first one first
#	diffs_tried			and those of which it is seen what a tool does
# shellcheck shell=bash

diffs_measured() {
	printf '%s\n' first next header
}

diffs_tried() {
	printf '%s\n' initial-value layout init lib vdso assembler system-call
}

# diffs_edit NAME FILE EXPRESSION: adds to NAME.patch in "folder" what sed's EXPRESSION does to the file of "source".
diffs_edit() {
	mkdir -p "$folder/b" && sed "$3" "$source/$2" >"$folder/b/file" || return 3
	diff -u --label "a/$2" --label "b/$2" "$source/$2" "$folder/b/file" >>"$folder/$1.patch"
	[ $? -eq 1 ] || { echo "nothing of $2 was changed for $1" >&2; return 3; }
}

diffs_make() {
	local source=$1 folder=$2 vdso

	vdso=$(cd "$source" && find arch/x86/entry/vdso -name vgetcpu.c | head -n 1)
	# A line more in a function: of one file, of another one, of one that nine files use, which some hundred include.
	diffs_edit first fs/proc/cmdline.c 's/seq_puts(m, saved_command_line);/&\n\tseq_puts(m, " livepatch");/' &&
		diffs_edit next fs/proc/loadavg.c '/^static int loadavg_proc_show(/,/^}/s/^\treturn 0;/\tseq_puts(m, "livepatch\\n");\n&/' &&
		diffs_edit header include/linux/seq_file.h 's/return m->count == m->size;/return m->count >= m->size;/' &&
		diffs_edit initial-value fs/namespace.c 's/sysctl_mount_max __read_mostly = 100000/sysctl_mount_max __read_mostly = 200000/' &&
		diffs_edit layout fs/mount.h 's/^struct mnt_namespace {/&\n\tint klp_more;/' &&
		diffs_edit init fs/proc/cmdline.c '/^static int __init proc_cmdline_init(/,/^}/s/^{/{\n\tpr_info("livepatch\\n");/' &&
		diffs_edit lib lib/cmdline.c '/^int get_option(/,/^}/s/return 0;/return 5;/' &&
		diffs_edit vdso "$vdso" '/^__vdso_getcpu(/,/^}/s/^{/{\n\tif (!cpu)\n\t\treturn 1;/' &&
		diffs_edit assembler arch/x86/lib/memset_64.S 's/^SYM_\(TYPED_\)*FUNC_START(__memset)/&\n\tnop/' &&
		diffs_edit system-call kernel/sys.c '/^SYSCALL_DEFINE1(newuname/,/^}/s/^{/{\n\tif (!name)\n\t\treturn -EFAULT;/' &&
		rm -r "$folder/b"
}
