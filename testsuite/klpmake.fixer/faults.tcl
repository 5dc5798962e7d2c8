# SPDX-License-Identifier: GPL-2.0-or-later
#
# Whatever call fails, of the system or for memory, also in libelf and libdwarf: a program ends with status 3 and the
# reason, and everything is as it was, or the fault makes no difference. Of each command, so many faults are tried as
# KLP_FAULTS tells, evenly; with "all", as "make faults" has it, all that there are.

# The figures of each command.
set figures [file normalize $outdir]/faults

# What lets calls fail; the test is skipped where it cannot.
proc library {} {
    # System calls of other machines are not known to it.
    if {[exec uname -m] ne "x86_64"} {
	klp_skip "there is no library for [exec uname -m]"
    }
    # Whose modules the programs read makes no difference to these calls: other compilers than this machine's go without.
    klp_only_x86
    set folder [klp_shared library {
	klp_must gcc -Wall -Wextra -O1 -shared -fPIC -o library.so $::srcdir/fault/library.c $::srcdir/fault/server.c
	klp_run perl $::srcdir/fault/faults.pl --library=[pwd]/library.so --limit=1 version $::klp_fixer --version
	if {$::klp_result(status) == 3 && [regexp {the command ends with status 98:} $::klp_result(stderr)]} {
	    klp_skip "no filter for system calls can be installed (seccomp)"
	}
	klp_expect status is 0 "the simplest command: each fault is told, or makes no difference"
    }]
    return $folder/library.so
}

# faults NAME STATUS {OPTION...} COMMAND...: in the folder "here", which has what COMMAND changes; without faults, it ends
# with STATUS.
proc faults {name status options args} {
    klp_need perl
    set limit [expr {[info exists ::env(KLP_FAULTS)] ? $::env(KLP_FAULTS) : 20}]
    if {$limit ne "all"} {
	lappend options --limit=$limit
    }
    set library [library]
    klp_in_folder here klp_run -limit 7200 perl $::srcdir/fault/faults.pl --library=$library --status=$status \
	--log=$::figures {*}$options $name {*}$args
    klp_expect status is 0 "$name: each fault is told, or makes no difference"
    klp_expect stdout matches "^$name: \[1-9]\\d* faults: " "$name: there were some"
}
