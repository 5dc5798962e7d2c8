# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the tests of patches for modules share, besides fixer.tcl. Their "kernel" makes modules with
# klp_kernel_module in the folder that has the kernel.

source [file dirname [info script]]/fixer.tcl

# The folder of debug files beside the kernel.
proc debug_dir {} {
    return [file dirname [kernel]]/debug
}

# The debug file of the module PATH, as klp_kernel_module was given it.
proc module_file {path} {
    return [debug_dir]/lib/modules/$::klp_release/kernel/$path.ko
}

# full_form FILE SOURCE OBJECT OLD TEXT: a file of a patch, tagged SOURCE, in which "replacement" of
# TEXT, which begins in line 4, replaces OLD of the module OBJECT ("": of vmlinux). The klp_func
# is in the line behind TEXT.
proc full_form {file source object old text} {
    set name [expr {$object eq "" ? "" : ".name = \"$object\", "}]
    klp_write_exact $file "//KLPMAKE $source
#include <linux/livepatch.h>
#include <klpmake.h>
$text
static struct klp_func funcs\[] = { { .old_name = \"$old\", .new_func = replacement }, { } };
static struct klp_object objs\[] = { { $name.funcs = funcs }, { } };
static struct klp_patch patch = { .mod = THIS_MODULE, .objs = objs };
int init_module(void) { return klp_enable_patch(&patch); }
void cleanup_module(void) { }
MODULE_LICENSE(\"GPL\");
"
}

# patch_module SOURCE OBJECT OLD TEXT: patch.ko of patch.c, such a file.
proc patch_module {source object old text} {
    full_form patch.c $source $object $old $text
    klp_module patch {patch.c}
}

# short_form FILE SOURCE OLD TEXT: the same in the short form; TEXT begins in line 3.
proc short_form {file source old text} {
    klp_write_exact $file "//KLPMAKE $source
#include <klpmake.h>
$text
KLPMAKE_REPLACE($old, replacement);
"
}

# patch_tagged SOURCE OLD TEXT: patch.ko of patch.c, in the short form. The main file that klpmake
# adds is not in it.
proc patch_tagged {source old text} {
    short_form patch.c $source $old $text
    klp_module patch {patch.c}
}

# fixer_for_modules OPTION...: klp-fixer with the kernel's modules.
proc fixer_for_modules {args} {
    return [fixer -d [debug_dir] {*}$args]
}

# warned MODULE LINES WHAT [OPTION...]: klp-fixer changes MODULE as "fixed" has it, and says LINES.
proc warned {module lines what args} {
    file copy -force $module $module.before
    fixer {*}$args $module
    klp_expect status is 0 "$what: is made a livepatch"
    klp_expect stderr lines $lines "$what: warning"
    klp_expect stderr lacks {error:} "$what: no error"
    if {$::klp_result(status) == 0} {
	set problems [rewrite_problems $module.before $module]
	klp_verdict [expr {$problems eq ""}] "$what: nothing else changes" [join $problems \n]
    }
}

# fixed_short MODULE ENTRIES WHAT [OPTION...]: "fixed" for the short form. ENTRIES are the replaced
# functions: for each its name, its object's ("" is vmlinux) and its position.
proc fixed_short {module entries what args} {
    fixed $module $what {*}$args
    set expected {}
    foreach {name object position} $entries {
	lappend expected [list $name $object $position]
    }
    set found [short_entries $module.before $module]
    klp_verdict [expr {[lsort $found] eq [lsort $expected]}] "$what: says what is replaced" \
	"expected: $expected\nfound: $found"
}

# {NAME OBJECT POSITION} of each function that a patch in the short form replaces. It has no callbacks.
proc short_entries {before after} {
    set old [elf_read $before]
    set new [elf_read $after]
    set kept [kept_sections $old ""]
    set entries {}
    foreach place [object_places $old] value [sympos_values $before $after] {
	lassign $place section offset
	set section [lindex [dict get $new sections] [new_section $kept $section]]
	set object [elf_string [dict get $new bytes] $section $offset]
	lappend entries [list [lindex $value 0] $object [lindex $value 1]]
    }
    return $entries
}

# The symbols, sorted, that a livepatch section of OBJECT needs.
proc needed_for {module object {section .text}} {
    if {[klp_machine] eq "x86_64"} {
	return [lsort [relocated_symbols $module .klp.rela.$object.$section]]
    }
    # Each once, as addresses may be pairs; without RISC-V's labels; with the table of addresses that PowerPC's code has, and
    # with all kinds of data.
    set found {}
    foreach one [dict get [elf_read $module] sections] {
	set name [dict get $one name]
	if {[string match ".klp.rela.$object.$section*" $name] || ($section eq ".text" && $name eq ".klp.rela.$object..toc")} {
	    lappend found {*}[relocated_symbols $module $name]
	}
    }
    return [lsort -unique [lsearch -all -inline -not $found ".L0 "]]
}
