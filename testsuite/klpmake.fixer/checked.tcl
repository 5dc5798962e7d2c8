# SPDX-License-Identifier: GPL-2.0-or-later
#
# The programs with checks of every access to memory and of undefined behaviour, for files of tests that attack them.

set checked_folder [file normalize $outdir]/checked

# The folder that has them, which is the same for all files of a run. Skips the test where the compiler has no sanitizers.
proc checked_programs {} {
    set folder $::checked_folder
    if {![file exists $folder]} {
	file mkdir $folder
	klp_in_folder $folder build_checked
    }
    if {![file exists $folder/klp-plan]} {
	klp_skip "the compiler has no sanitizers"
    }
    return $folder
}

proc build_checked {} {
    set flags {-O1 -g1 -fsanitize=address,undefined -fno-sanitize-recover=all}
    klp_write_exact empty.c "int main(void) { return 0; }\n"
    if {[klp_run sh -c {gcc "$@" empty.c -o empty && ./empty} sh {*}$flags] eq "0"} {
	klp_run -limit 1800 make -s -j2 -f $::srcdir/fuzz/programs.mk SOURCES=[file join [file dirname $::srcdir] fixer] \
	    CONFIG=[file dirname [file dirname $::klp_fixer]] LIBRARIES=$::klp_fixer_libraries "COMPILER=gcc $flags"
	if {$::klp_result(status) ne "0"} {
	    klp_verdict 0 "the programs are built with sanitizers"
	    klp_stop
	}
    }
}

# What a program ends with that a sanitizer stops is none of its own.
proc checked_settings {} {
    return {ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1:exitcode=99 UBSAN_OPTIONS=print_stacktrace=1:exitcode=99}
}
