# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the tests of patch mode share: digests, and what differs between two of them.

set digest_flags {-std=gnu11 -O2 -ffreestanding -fno-pic -fno-common -fno-strict-aliasing}

# make_digest FILE OUTPUT [FLAG...]: runs the compiler as klpmake does. Returns the status.
proc make_digest {file output args} {
    return [klp_run $::klp_target_gcc {*}[klp_char_flags] {*}$::digest_flags {*}[klp_target_flags $args] -fplugin=$::klp_plugin \
	-fplugin-arg-klpmake-digest=$output -S -o /dev/null $file]
}

# digest_lines FILE: the lines of a digest, each a list of its fields. The test ends where it is none.
proc digest_lines {file} {
    set lines [lmap line [split [string trimright [klp_read $file] "\n"] "\n"] {split $line "\t"}]
    set counts {klpmake-digest 3 function 10 variable 13 structure 7 member 9 asm 2 static 4 use 4 look 3 end 1}
    set ok [expr {[lindex $lines 0 0] eq "klpmake-digest" && [lindex $lines end] eq "end"}]
    foreach line $lines {
	if {![dict exists $counts [lindex $line 0]] || [dict get $counts [lindex $line 0]] != [llength $line]} {
	    set ok 0
	}
    }
    if {!$ok} {
	klp_verdict 0 "$file is no digest" [klp_read $file]
	klp_stop
    }
    return $lines
}

# digest_of FILE [FLAG...]: the lines of the digest of a source file that compiles silently.
proc digest_of {file args} {
    file delete $file.digest
    make_digest $file $file.digest {*}$args
    if {$::klp_result(status) != 0 || $::klp_result(stderr) ne ""} {
	klp_verdict 0 "a step before: the digest of $file"
	klp_stop
    }
    return [digest_lines $file.digest]
}

# digest_field LINES KIND NAME FIELD: a field of the function, variable or structure NAME; of a
# function's own variable NAME is FUNCTION.NAME. Ends the test where there is none.
proc digest_field {lines kind name field} {
    set fields [dict get {
	function {kind symbol name linkage form section digest signature file line}
	variable {kind symbol name function linkage form section layout type structure value file line}
	structure {kind name layout size align file line}
    } $kind]
    foreach line $lines {
	if {[lindex $line 0] eq $kind && [digest_name $line] eq $name} {
	    return [lindex $line [lsearch $fields $field]]
	}
    }
    klp_verdict 0 "a step before: the digest has no $kind $name" $lines
    klp_stop
}

proc digest_name {line} {
    switch -- [lindex $line 0] {
	function { return [lindex $line 2] }
	variable {
	    return [expr {[lindex $line 3] eq "-" ? [lindex $line 2] : "[lindex $line 3].[lindex $line 2]"}]
	}
	structure { return [regsub {^(struct|union) } [lindex $line 1] ""] }
	default { return [lindex $line 1] }
    }
}

# What a digest says, but for places and the assembler's names: "WHAT NAME" and its value, each.
proc digest_meaning {lines} {
    set meaning {}
    set of ""
    foreach line $lines {
	set name [digest_name $line]
	switch -- [lindex $line 0] {
	    function {
		lassign [lrange $line 3 7] linkage form section digest signature
		lappend meaning [list "digest $name" $digest] [list "signature $name" $signature] \
		    [list "form $name" "$linkage $form $section"]
	    }
	    variable {
		lassign [lrange $line 4 10] linkage form section layout type structure value
		lappend meaning [list "layout $name" "$layout $type"] [list "value $name" $value] \
		    [list "form $name" "$linkage $form $section"]
	    }
	    structure {
		# One that is a variable's alone is part of that.
		set of [expr {[regexp {^variable ([^.]*)} $name all own] ? "layout $own" : "structure $name"}]
		lappend meaning [list $of [lrange $line 2 4]]
	    }
	    member { lappend meaning [list $of [lrange $line 1 5]] }
	    asm { lappend meaning [list asm $name] }
	}
    }
    return $meaning
}

# The names, sorted, of what differs between two digests, or is in one of them only.
proc digest_differences {one other} {
    set one [digest_meaning $one]
    set other [digest_meaning $other]
    set different {}
    foreach {from to} [list $one $other $other $one] {
	foreach entry $from {
	    if {$entry ni $to} {
		lappend different [lindex $entry 0]
	    }
	}
    }
    return [lsort -unique $different]
}

# compare_texts OLD NEW EXPECTED WHAT [FLAG...]: of the two texts of a source file exactly this differs.
proc compare_texts {old new expected what args} {
    klp_write_exact a.c $old
    set before [digest_of a.c {*}$args]
    klp_write_exact a.c $new
    set after [digest_of a.c {*}$args]
    set found [digest_differences $before $after]
    return [klp_verdict [expr {$found eq [lsort $expected]}] $what \
	"expected to differ: [lsort $expected]\nfound: $found\n$old\n--\n$new"]
}

# same OLD NEW WHAT: two blocks that mean the same.
proc same {old new what args} {
    return [compare_texts [klp_text $old] [klp_text $new] {} $what {*}$args]
}

# changed BLOCK FROM TO EXPECTED [WHAT]: FROM stands once in BLOCK, and TO in its place changes EXPECTED.
proc changed {block from to expected {what ""}} {
    set old [klp_text $block]
    set parts [split [string map [list $from \1] $old] \1]
    if {[llength $parts] != 2} {
	error "'$from' does not stand once in the block"
    }
    set what [expr {$what eq "" ? "" : "$what: "}]
    compare_texts $old [join $parts $to] $expected "${what}'$from' made '$to' changes: [join $expected {, }]"
}
