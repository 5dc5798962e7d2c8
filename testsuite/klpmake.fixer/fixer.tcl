# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the tests of klp-fixer and kallsympos share. A file of tests starts with
#
#	source [file dirname [info script]]/fixer.tcl
#	proc kernel {} { return [small_kernel { PATH BLOCK... }] }
#
# and its tests make modules with klp_module and give them to "fixed" or "refused".

source [file dirname [info script]]/elf.tcl
source [file dirname [info script]]/rewrite.tcl

# small_kernel [OPTION...] FILES: a kernel for all tests of the .exp file (see klp_kernel); its
# folder.
proc small_kernel {args} {
    return [klp_shared small-kernel [list klp_kernel {*}$args]]/kernel
}

# livepatch OLD FUNCTION [REST]: what a module of one file says of itself; to be the end of a source
# in which FUNCTION replaces OLD. REST is more of the klp_func.
proc livepatch {old function {rest ""}} {
    return "
#include <linux/livepatch.h>
static struct klp_func funcs\[] = { { .old_name = \"$old\", .new_func = $function$rest }, { } };
static struct klp_object objs\[] = { { .funcs = funcs }, { } };
static struct klp_patch patch = { .mod = THIS_MODULE, .objs = objs };
static int patch_init(void) { return klp_enable_patch(&patch); }
static void patch_exit(void) { }
module_init(patch_init);
module_exit(patch_exit);
MODULE_LICENSE(\"GPL\");
"
}

# Runs klp-fixer, for the kernel of the test file. "-S FILE" stands for another Module.symvers in place
# of the kernel's.
proc fixer {args} {
    set symvers [kernel]/Module.symvers
    set at [lsearch -exact $args -S]
    if {$at >= 0} {
	set symvers [lindex $args $at+1]
	set args [lreplace $args $at $at+1]
    }
    return [klp_run $::klp_fixer -v [kernel]/vmlinux -s $symvers {*}$args]
}

# fixed MODULE WHAT [OPTION...]: klp-fixer changes MODULE and all that is in it is as it should be.
# MODULE.before is the module as it was.
proc fixed {module what args} {
    file copy -force $module $module.before
    fixer -q {*}$args $module
    klp_succeeds "$what: is made a livepatch"
    set strip [expr {"--strip-debug" in $args ? "strip" : ""}]
    set problems [rewrite_problems $module.before $module $strip]
    klp_verdict [expr {$problems eq ""}] "$what: nothing else changes" [join $problems \n]
}

# refused MODULE STATUS LINES WHAT [OPTION...]: klp-fixer ends with STATUS, says LINES (see "lines"
# in testcase.exp; only errors and notes are there to say), and everything is as it was.
proc refused {module status lines what args} {
    set state [klp_state $module]
    set files [all_files]
    fixer {*}$args $module
    klp_expect stdout is "" "$what: nothing on standard output"
    klp_refused $status $lines $what
    klp_unchanged $state "$what: the module is as it was"
    klp_expect_that [expr {[all_files] eq $files}] "$what: no file is left behind"
}

proc all_files {} {
    return [lsort [glob -nocomplain * .*]]
}

# The livepatch symbols of a module, without their prefix, sorted.
proc livepatch_symbols {module} {
    set names {}
    foreach symbol [dict get [elf_read $module] symbols] {
	if {[regexp {^\.klp\.sym\.(.*)$} [dict get $symbol name] all name]} {
	    lappend names $name
	}
    }
    return [lsort $names]
}

# expect_symbols MODULE NAMES WHAT: these are its livepatch symbols, "OBJECT.NAME,POSITION" each.
proc expect_symbols {module names what} {
    set found [livepatch_symbols $module]
    return [klp_verdict [expr {$found eq [lsort $names]}] $what "expected: [lsort $names]\nfound: $found"]
}

# The names of the symbols, in the order of the relocations, that a section's relocations refer to.
proc relocated_symbols {module section} {
    set elf [elf_read $module]
    set names [elf_symbol_names $elf]
    set found {}
    foreach one [elf_sections $elf name $section] {
	foreach relocation [elf_relocations $elf $one] {
	    lappend found [lindex $names [lindex $relocation 2]]
	}
    }
    return $found
}

# expect_relocated MODULE SECTION SYMBOLS WHAT: the relocations of this section refer to these.
proc expect_relocated {module section symbols what} {
    set found [relocated_symbols $module $section]
    return [klp_verdict [expr {$found eq $symbols}] $what "expected: $symbols\nfound: $found"]
}

# The names of the undefined symbols.
proc undefined_symbols {module} {
    set names {}
    foreach symbol [lrange [dict get [elf_read $module] symbols] 1 end] {
	if {[dict get $symbol section] == 0} {
	    lappend names [dict get $symbol name]
	}
    }
    return [lsort $names]
}

# expect_positions MODULE {OLD-NAME POSITION...} WHAT: the klp_funcs have these old_sympos. Those of
# one name in the order of their addresses. To be used after "fixed".
proc expect_positions {module expected what} {
    set found [concat {*}[lsort -index 0 [sympos_values $module.before $module]]]
    set expected [concat {*}[lsort -index 0 [lmap {name value} $expected {list $name $value}]]]
    return [klp_verdict [expr {$found eq $expected}] $what "expected: $expected\nfound: $found"]
}

# holder VMLINUX PATTERN VALUE: "NAME,POSITION" of the int variable, of those whose names match,
# that is initialised with VALUE. A test that cannot know how the compiler numbers symbols finds out
# like this.
proc holder {vmlinux pattern value} {
    set elf [elf_read $vmlinux]
    foreach symbol [dict get $elf symbols] {
	if {[string match $pattern [dict get $symbol name]] && [int_at $elf $symbol] == $value} {
	    return [dict get $symbol name],[position $elf $symbol]
	}
    }
    error "no $pattern is $value"
}

# The int that a symbol of a linked file stands for; "" where it has no contents.
proc int_at {elf symbol} {
    set section [lindex [dict get $elf sections] [dict get $symbol section]]
    if {$section eq "" || [dict get $section type] != 1} {
	return ""
    }
    set at [expr {[dict get $symbol value] - [dict get $section address]}]
    incr at [dict get $section offset]
    elf_scan $elf [dict get $elf bytes] @${at}i value
    return $value
}

# A symbol's position among those of its name, as kallsyms has them.
proc position {elf symbol} {
    set addresses {}
    foreach other [dict get $elf symbols] {
	if {[dict get $other name] eq [dict get $symbol name]} {
	    lappend addresses [format %016lx [dict get $other value]]
	}
    }
    if {[llength $addresses] == 1} {
	return 0
    }
    return [expr {[lsearch -exact [lsort $addresses] [format %016lx [dict get $symbol value]]] + 1}]
}

# Where FILE's debug information has functions of that name begin, sorted. GCC before 13 has them do so behind what
# -fpatchable-function-entry puts there for ftrace.
proc debug_entries {file function} {
    set places {}
    set name ""
    foreach line [split [exec [klp_tool readelf] --debug-dump=info $file 2>@1] \n] {
	if {[string match "*Abbrev Number:*" $line]} {
	    set name ""
	}
	regexp {DW_AT_name +: .*?(\w+)\s*$} $line all name
	if {$name eq $function && [regexp {DW_AT_low_pc +: (\w+)} $line all place]} {
	    lappend places [expr {$place}]
	}
    }
    return [lsort -integer $places]
}

# fix_all MODULES [FIXER [OPTION...]]: one process runs klp-fixer on each, with a limit of time.
# Returns a list of the exit statuses; what it says of a module is in MODULE.err.
proc fix_all {modules {fixer ""} args} {
    if {$fixer eq ""} {
	set fixer $::klp_fixer
    }
    klp_run -limit 300 -stdin [join $modules \n]\n sh -c {
	fixer=$1; kernel=$2; shift 2
	ulimit -f 65536
	while read -r module; do
		timeout 10 "$fixer" -q -v "$kernel/vmlinux" -s "$kernel/Module.symvers" "$@" \
			"$module" 2>"$module.err" </dev/null
		echo $?
	done
    } sh $fixer [kernel] {*}$args
    return [split [string trim $::klp_result(stdout)] \n]
}

# What klp_state has, for many files.
proc states {files} {
    set states {}
    foreach status [split [exec stat -c {%a %u %g %i %s %y} {*}$files] \n] \
	sum [split [exec sha256sum {*}$files] \n] {
	lappend states "$status $sum"
    }
    return $states
}

# changed_program PROGRAM NAME SOURCE {FROM TO...}: the program (klp-fixer or klp-plan) with texts of one of its SOURCEs changed.
# It is made once for all tests of the .exp file, by which NAME tells it from others.
proc changed_program {program name source changes} {
    return [klp_shared $name [list link_changed $program $source $changes]]/$program
}

proc link_changed {program source changes} {
    set sources [file join [file dirname $::klp_runtime] fixer]
    set built [file dirname $::klp_fixer]
    set text [klp_read $sources/$source]
    foreach {from to} $changes {
	if {[llength [split [string map [list $from \1] $text] \1]] != 2} {
	    error "'$from' does not stand once in $source"
	}
	set text [string map [list $from $to] $text]
    }
    klp_write_exact changed.c $text
    set files [expr {$program eq "klp-plan" ? [glob $sources/plan/*.c] : "$sources/fix/klp-fixer.c"}]
    klp_must gcc -std=gnu11 -O1 -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -I[file dirname $built] -I$sources \
	-I$::klp_runtime {*}$::klp_ldflags changed.c {*}$files $built/libfixer.a {*}$::klp_fixer_libraries -o $program
}
