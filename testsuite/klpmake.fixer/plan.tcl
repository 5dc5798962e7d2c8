# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the tests of klp-plan share. The kernel's sources are in its folder, the patched ones in the test's
# folder new, the digests and plans beside it. A file of tests starts with
#
#	source [file dirname [info script]]/plan.tcl
#	proc kernel {} { return [plan_kernel { PATH BLOCK... } { MODULE SOURCES... }] }

source [file dirname [info script]]/fixer.tcl

# Flags with which a test's kernel was compiled, beside those of all.
set plan_cflags {}

# plan_kernel [OPTION...] FILES MODULES: a small kernel (see klp_kernel), and modules of further files: a
# module's path, and the paths and blocks of its sources. Headers are among the FILES.
proc plan_kernel {args} {
    return [klp_shared small-kernel [list plan_build {*}$args]]/kernel
}

proc plan_build {args} {
    lassign [lrange $args end-1 end] files modules
    set sources {}
    foreach {path block} $files {
	if {[string match *.h $path]} {
	    klp_write kernel/$path $block
	} else {
	    lappend sources $path $block
	}
    }
    klp_kernel {*}[lrange $args 0 end-2] $sources
    foreach {path sources} $modules {
	foreach {file block} $sources {
	    klp_write kernel/$file $block
	}
	klp_in_folder kernel klp_kernel_module -symvers Module.symvers $path [dict keys $sources]
    }
}

# edit PATH FROM TO...: new/PATH is the kernel's file with TO for each FROM, which stands there once.
proc edit {path args} {
    if {![file isdirectory new]} {
	file mkdir new
	exec sh -c {cd "$1" && find . -name "*.[ch]" -exec cp --parents -t "$2" "{}" +} sh [kernel] [pwd]/new
    }
    set text [klp_read new/$path]
    foreach {from to} $args {
	set parts [split [string map [list $from \1] $text] \1]
	if {[llength $parts] != 2} {
	    error "'$from' does not stand once in $path"
	}
	set text [join $parts $to]
    }
    klp_write_exact new/$path $text
}

proc plan_file {path ending} {
    return [string map {/ _} $path].$ending
}

# plan PATHS [OPTION...]: digests of these units as they were and as they are edited, and klp-plan.
proc plan {paths args} {
    set list ""
    foreach path $paths {
	file delete [plan_file $path plan]
	foreach {folder ending} [list [kernel] old [pwd]/new new] {
	    klp_in_folder $folder klp_must {*}[klp_kernel_command] {*}$::plan_cflags -w -fplugin=$::klp_plugin \
		-fplugin-arg-klpmake-digest=[pwd]/[plan_file $path $ending] -S -o /dev/null $path
	}
	append list [join [list $path [plan_file $path old] [plan_file $path new] \
	    [kernel]/[file rootname $path].o [plan_file $path plan]] "\t"] "\n"
    }
    klp_write_exact plan.list $list
    return [run_plan --source=[kernel] --files=[pwd]/new plan.list {*}$args]
}

# plan_compiled PATHS [OPTION...]: as plan, with the patched files' lines numbered and objects to compare.
proc plan_compiled {paths args} {
    file delete -force numbered lines
    file copy new numbered
    file mkdir lines
    set touched ""
    foreach path [split [exec find new -name "*.\[ch\]" -printf "%P\n"] "\n"] {
	if {[klp_read_bytes new/$path] ne [klp_read_bytes [kernel]/$path]} {
	    append touched "modify\t$path\n"
	}
    }
    klp_write_exact touched $touched
    klp_must $::klp_plan --lines --source=[kernel] --files=new --into=lines touched
    exec cp -r lines/. numbered
    set list ""
    foreach path $paths {
	file delete [plan_file $path plan]
	foreach {folder ending} [list [kernel] old [pwd]/numbered new] {
	    klp_in_folder $folder klp_must {*}[klp_kernel_command] {*}$::plan_cflags -w -fplugin=$::klp_plugin \
		-fplugin-arg-klpmake-digest=[pwd]/[plan_file $path $ending] -S -o /dev/null $path
	    klp_in_folder $folder klp_must {*}[klp_kernel_command] {*}$::plan_cflags -w -g0 -ffunction-sections -fno-section-anchors -Wa,-L -c \
		-o [pwd]/[plan_file $path $ending.o] $path
	}
	append list [join [list $path [plan_file $path old] [plan_file $path new] [kernel]/[file rootname $path].o \
	    [plan_file $path plan] [plan_file $path entries] [plan_file $path old.o] [plan_file $path new.o]] "\t"] "\n"
    }
    klp_write_exact plan.list $list
    return [run_plan --numbered=lines --source=[kernel] --files=[pwd]/new plan.list {*}$args]
}

# run_plan WORD...: klp-plan for the test file's kernel.
proc run_plan {args} {
    return [klp_run $::klp_plan -v [kernel]/vmlinux -r $::klp_release -d [kernel]/debug {*}$args]
}

# planned PATHS SUMMARY WHAT [OPTION...]: klp-plan is content, and has exactly these lines on standard output,
# in any order but for the files'.
proc planned {paths summary what args} {
    plan $paths {*}$args
    klp_expect status is 0 "$what: exit status 0"
    klp_expect stderr lacks {error: |warning: } "$what: no complaint"
    expect_summary $summary "$what: the summary"
}

proc expect_summary {summary what} {
    set found [sorted_summary [split [string trimright $::klp_result(stdout) "\n"] "\n"]]
    klp_verdict [expr {$found eq [sorted_summary $summary]}] $what "expected: $summary\nfound: $found"
}

# Those lines below one of a file are in no order.
proc sorted_summary {lines} {
    set sorted {}
    set below {}
    foreach line $lines {
	if {![string match "  *" $line]} {
	    lappend sorted {*}[lsort $below] $line
	    set below {}
	} else {
	    lappend below $line
	}
    }
    return [concat $sorted [lsort $below]]
}

# plan_refused PATHS LINES WHAT [OPTION...]: klp-plan says LINES, which are all its errors, and writes nothing.
proc plan_refused {paths lines what args} {
    plan $paths {*}$args
    klp_refused 1 $lines $what
    set errors [llength [lsearch -all $lines "*error: *"]]
    set found [regexp -all -line {error: } $::klp_result(stderr)]
    klp_expect_that [expr {$found == $errors}] "$what: $errors errors"
    klp_expect stdout is "" "$what: no summary"
    klp_expect_that [expr {[glob -nocomplain *.plan] eq ""}] "$what: no plan"
}

# The lines of a plan but the first and the last, with spaces for tabs. "" where it is none.
proc plan_lines {path} {
    set file [plan_file $path plan]
    if {![file exists $file]} {
	return ""
    }
    set lines [split [string trimright [klp_read $file] "\n"] "\n"]
    if {[lindex $lines 0] ne "klpmake-plan\t1" || [lindex $lines end] ne "end"} {
	return ""
    }
    return [lmap line [lrange $lines 1 end-1] {string map {"\t" " "} $line}]
}

# expect_plan PATH LINES WHAT: the plan has exactly these, in any order. Numbers of static locals are N.
proc expect_plan {path lines what} {
    set found [lsort [lmap line [plan_lines $path] {regsub {^(variable \S+)\.\d+ } $line {\1.N }}]]
    klp_verdict [expr {$found eq [lsort $lines]}] $what "expected: [lsort $lines]\nfound: $found"
}

# expect_planned PATH LINES WHAT: the plan has these among others. expect_not_planned: none that match.
proc expect_planned {path lines what} {
    set found [plan_lines $path]
    set missing [lmap line $lines {expr {$line in $found ? [continue] : $line}}]
    klp_verdict [expr {$missing eq ""}] $what "missing: $missing\nfound: $found"
}

proc expect_not_planned {path pattern what} {
    set found [plan_lines $path]
    klp_verdict [expr {$found ne "" && [lsearch -regexp $found $pattern] < 0}] $what "found: $found"
}

# The functions, sorted, that the plan replaces.
proc replaced {path} {
    set names {}
    foreach line [plan_lines $path] {
	if {[lindex $line 0] eq "replace"} {
	    lappend names [lindex $line 1]
	}
    }
    return [lsort $names]
}

proc expect_replaced {path names what} {
    set found [replaced $path]
    klp_verdict [expr {$found eq [lsort $names]}] $what "expected: [lsort $names]\nfound: $found"
}

# carve PATH: the edited file compiles with its plan.
proc carve {path what} {
    klp_in_folder new klp_run {*}[klp_kernel_command] {*}$::plan_cflags -w -fplugin=$::klp_plugin -fplugin-arg-klpmake-source=$path \
	-fplugin-arg-klpmake-plan=[pwd]/[plan_file $path plan] -c -o [pwd]/[plan_file $path o] $path
    klp_succeeds $what
}

# finish PATH WHAT [OPTION...]: the livepatch that the plan makes of the carved file, patch.ko, is finished by klp-fixer.
proc finish {path what args} {
    set unit [string map {/ _ . _} $path]
    klp_write_exact entries.c "//KLPMAKE $path\n#include <klpmake.h>\n[join [lmap name [replaced $path] {
	string cat "extern void new_$name\(void) __asm__(\"livepatch.$unit.$name\");\nKLPMAKE_REPLACE($name, new_$name);"
    }] \n]\n"
    klp_must {*}[klp_kernel_command] -DMODULE -DKBUILD_MODNAME="patch" -I$::klp_runtime -fplugin=$::klp_plugin -c entries.c -o entries.o
    klp_must {*}[klp_kernel_command] -DMODULE -DNAME="patch" -c [klp_small_kernel_folder]/module.c -o patch.mod.o
    klp_must {*}[klp_kernel_command] -DMODULE -DKBUILD_MODNAME="patch" -I$::klp_runtime -c $::klp_runtime/klpmake-begin.c -o begin.o
    klp_link_module patch.ko [list begin.o [plan_file $path o] entries.o patch.mod.o] {}
    klp_run $::klp_fixer -v [kernel]/vmlinux -s [kernel]/Module.symvers {*}$args patch.ko
    klp_expect status is 0 "$what: the livepatch is finished"
}
