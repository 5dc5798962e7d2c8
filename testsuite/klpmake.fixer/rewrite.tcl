# SPDX-License-Identifier: GPL-2.0-or-later
#
# Compares a module with what klp-fixer made of it:
#
#	rewrite_problems BEFORE AFTER [strip [NAME]]	a list of texts: what is not as it has to be
#
# The rules are those of the kernel's Documentation/livepatch/module-elf-format.rst and, beyond
# them, that nothing else changes. With "strip", .debug_* sections have to be gone; with NAME, the module
# is to be called so.

set elf_symtab 2
set elf_rela 4
set elf_group 17
set elf_strtab 3
set klp_section_flags 0x100002
set klp_symbol_section 0xff20

proc rewrite_problems {before after {strip ""} {name ""}} {
    set old [renamed [elf_read $before] $name]
    set new [elf_read $after]
    set sections [kept_sections $old $strip]
    set symbols [kept_symbols $old $sections]
    set names [lmap index $sections {dict get [lindex [dict get $old sections] $index] name}]
    set found [lmap section [dict get $new sections] {dict get $section name}]
    if {[lrange $found 0 [llength $names]-1] ne $names} {
	return [list "the sections are: $found"]
    }
    return [concat [section_problems $old $new $sections] [symbol_problems $old $new $sections $symbols] \
	[relocation_problems $old $new $sections $symbols] [klp_section_problems $old $new $sections] \
	[modinfo_problems $old $new $name] [readelf_problems $after]]
}

# The file with another name in its struct module: MODULE_NAME_LEN bytes.
proc renamed {elf name} {
    if {$name eq ""} {
	return $elf
    }
    set section [elf_section $elf .gnu.linkonce.this_module]
    regexp -indices {[^\0]} [elf_bytes $elf $section] at
    set at [expr {[dict get $section offset] + [lindex $at 0]}]
    dict set elf bytes [bytes_replace [dict get $elf bytes] $at [binary format a56 $name]]
    return $elf
}

# The old indices of the sections that have to be there still, in order: the note is to go.
proc kept_sections {old strip} {
    set kept {}
    foreach section [dict get $old sections] {
	set name [dict get $section name]
	if {$name in {.note.klpmake .rela.note.klpmake}} {
	    continue
	}
	if {$strip eq "strip" && ([is_debug_name $name] || [is_debug_group $old $section])} {
	    continue
	}
	lappend kept [dict get $section index]
    }
    return $kept
}

proc is_debug_name {name} {
    return [regexp {^(\.rela)?\.debug_} $name]
}

# Is it a group that nothing is left of when debug information goes?
proc is_debug_group {elf section} {
    if {[dict get $section type] != $::elf_group} {
	return 0
    }
    elf_scan $elf [elf_bytes $elf $section] iu* words
    foreach index [lrange $words 1 end] {
	if {![is_debug_name [dict get [lindex [dict get $elf sections] $index] name]]} {
	    return 0
	}
    }
    return 1
}

# The old indices of the symbols that have to be there still: those in a section that is gone are
# not.
proc kept_symbols {old sections} {
    set kept {}
    foreach symbol [dict get $old symbols] {
	set section [dict get $symbol section]
	if {$section >= 0xff00 || $section in $sections} {
	    lappend kept [dict get $symbol index]
	}
    }
    return $kept
}

# The section INDEX of the old file in the new one: its index there.
proc new_section {sections index} {
    return [expr {$index >= 0xff00 ? $index : [lsearch -exact -integer $sections $index]}]
}

proc section_problems {old new sections} {
    set problems {}
    set i 0
    foreach index $sections {
	set one [lindex [dict get $old sections] $index]
	set other [lindex [dict get $new sections] $i]
	incr i
	foreach field {type flags align entsize} {
	    if {[dict get $one $field] ne [dict get $other $field]} {
		lappend problems "section [dict get $one name]: another $field"
	    }
	}
	if {[dict get $one link] && [dict get $other link] != [new_section $sections [dict get $one link]]} {
	    lappend problems "section [dict get $one name]: another sh_link"
	}
	if {[contents_differ $old $one $new $other $sections]} {
	    lappend problems "section [dict get $one name]: other contents"
	}
    }
    return $problems
}

proc contents_differ {old one new other sections} {
    set before [elf_bytes $old $one]
    set after [elf_bytes $new $other]
    if {[dict get $one name] eq ".modinfo"} {
	return 0
    }
    if {[dict get $one type] in [list $::elf_symtab $::elf_rela]} {
	return 0
    }
    if {[dict get $one type] == $::elf_strtab} {
	return [expr {[string first $before $after] != 0}]
    }
    if {[dict get $one type] == $::elf_group} {
	elf_scan $old $before iu* before
	elf_scan $new $after iu* after
	set members [lmap index [lrange $before 1 end] {new_section $sections $index}]
	return [expr {$after ne [list [lindex $before 0] {*}$members]}]
    }
    foreach place [concat [sympos_places $old] [object_places $old]] {
	lassign $place section offset size
	if {$section == [dict get $one index]} {
	    set before [bytes_replace $before $offset [string repeat \0 $size]]
	    set after [bytes_replace $after $offset [string repeat \0 $size]]
	}
    }
    return [expr {$before ne $after || [dict get $one size] != [dict get $other size]}]
}

proc symbol_problems {old new sections symbols} {
    set problems {}
    if {[llength [dict get $new symbols]] != [llength $symbols]} {
	return [list "[llength [dict get $new symbols]] symbols instead of [llength $symbols]"]
    }
    foreach other [dict get $new symbols] index $symbols {
	set one [lindex [dict get $old symbols] $index]
	foreach field {value size info other} {
	    if {[dict get $one $field] ne [dict get $other $field]} {
		lappend problems "symbol [dict get $one name]: another $field"
	    }
	}
	if {[is_livepatch_symbol $other]} {
	    if {[dict get $one section] != 0} {
		lappend problems "symbol [dict get $one name] was defined and is a livepatch symbol"
	    }
	} elseif {[dict get $one name] ne [dict get $other name] ||
		  [dict get $other section] != [new_section $sections [dict get $one section]]} {
	    lappend problems "symbol [dict get $one name]: became [dict get $other name]"
	}
    }
    set first_global [dict get [lindex [elf_sections $new type $::elf_symtab] 0] info]
    foreach symbol [dict get $new symbols] {
	if {([dict get $symbol info] >> 4 == 0) != ([dict get $symbol index] < $first_global)} {
	    lappend problems "symbol [dict get $symbol name]: not where sh_info has it"
	}
    }
    return $problems
}

# The mark is there, or the name: each of them alone is wrong.
proc is_livepatch_symbol {symbol} {
    return [expr {[dict get $symbol section] == $::klp_symbol_section ||
		  [string match .klp.sym.* [dict get $symbol name]]}]
}

# The object that a livepatch symbol is of; "" for another symbol.
proc livepatch_object {symbol} {
    if {[dict get $symbol section] == $::klp_symbol_section} {
	regexp {^\.klp\.sym\.([^.]+)\.[^,]+,\d+$} [dict get $symbol name] all object
	return [expr {[info exists object] ? $object : "(malformed)"}]
    }
    return [expr {[is_livepatch_symbol $symbol] ? "(not marked)" : ""}]
}

# By section and offset of a relocation against a livepatch symbol, the object whose livepatch section it
# is in. Symbols of the image are in the image's; those of a module in its own or in those of another
# module that needs them.
proc needed_by {new problems_name} {
    upvar 1 $problems_name problems
    set objects [dict create]
    foreach section [klp_sections $new] {
	set object [lindex [split [dict get $section name] .] 3]
	set all [elf_relocations $new $section]
	foreach relocation $all {
	    set index [lindex [meant_relocation $new $all $relocation] 2]
	    set owner [livepatch_object [lindex [dict get $new symbols] $index]]
	    if {($owner eq "vmlinux") != ($object eq "vmlinux")} {
		lappend problems "a symbol of $owner is in [dict get $section name]"
	    }
	    set place [list [dict get $section info] [lindex $relocation 0]]
	    if {[dict exists $objects $place]} {
		lappend problems "section and offset $place are relocated twice"
	    }
	    dict set objects $place $object
	}
    }
    return $objects
}

# Each section with relocations keeps those that no livepatch symbol is in, in order; the others are
# in the livepatch section of the object that needs the symbol, in order.
proc relocation_problems {old new sections symbols} {
    set problems {}
    set objects [needed_by $new problems]
    foreach one [elf_sections $old type $::elf_rela] {
	if {[dict get $one index] ni $sections} {
	    continue
	}
	set target [lindex [dict get $old sections] [dict get $one info]]
	set place [new_section $sections [dict get $one info]]
	set other [lindex [dict get $new sections] [new_section $sections [dict get $one index]]]
	if {[dict get $other info] != $place} {
	    lappend problems "[dict get $one name] is of another section"
	}
	set loaded [expr {[dict get $target flags] & 2}]
	set expected [expected_relocations $old $new $one $symbols $loaded $objects $place]
	set found [dict create "" [elf_relocations $new $other]]
	foreach section [klp_sections $new] {
	    if {[dict get $section info] == $place} {
		set object [lindex [split [dict get $section name] .] 3]
		dict lappend found $object {*}[elf_relocations $new $section]
		set name ".klp.rela.$object.[dict get $target name]"
		if {[dict get $section name] ne $name} {
		    lappend problems "[dict get $section name]: should be called $name"
		}
	    }
	}
	foreach object [lsort -unique [concat [dict keys $expected] [dict keys $found]]] {
	    if {![dict exists $expected $object] || ![dict exists $found $object]
		|| [dict get $expected $object] ne [dict get $found $object]} {
		lappend problems "[dict get $one name]: other relocations for object '$object'"
	    }
	}
    }
    return $problems
}

# Of those of a section, the relocation whose symbol RELOCATION is about: RISC-V's PCREL_LO12_I and _S name the place of
# a PCREL_HI20 or GOT_HI20.
proc meant_relocation {elf all relocation} {
    if {[dict get $elf machine] != 243 || [lindex $relocation 1] ni {24 25}} {
	return $relocation
    }
    set place [dict get [lindex [dict get $elf symbols] [lindex $relocation 2]] value]
    return [lsearch -inline -regexp $all "^$place (20|23) "]
}

# By object ("": ordinary), the relocations of a section as they have to be.
proc expected_relocations {old new section symbols loaded objects place} {
    set expected [dict create "" {}]
    set all [elf_relocations $old $section]
    foreach relocation $all {
	lassign $relocation offset type symbol addend
	set symbol [lsearch -exact -integer $symbols $symbol]
	set object ""
	if {$loaded} {
	    set meant [lindex [meant_relocation $old $all $relocation] 2]
	    set object [livepatch_object [lindex [dict get $new symbols] [lsearch -exact -integer $symbols $meant]]]
	}
	if {$object ne "" && [dict exists $objects [list $place $offset]]} {
	    set object [dict get $objects [list $place $offset]]
	}
	dict lappend expected $object [list $offset $type $symbol $addend]
    }
    return $expected
}

proc klp_sections {elf} {
    set found {}
    foreach section [dict get $elf sections] {
	if {[string match .klp.rela.* [dict get $section name]] || [dict get $section flags] & 0x100000} {
	    lappend found $section
	}
    }
    return $found
}

# The livepatch sections are the only new ones, at the end; each has the right form, and none is
# empty.
proc klp_section_problems {old new sections} {
    set problems {}
    set symtab [dict get [lindex [elf_sections $new type $::elf_symtab] 0] index]
    foreach section [lrange [dict get $new sections] [llength $sections] end] {
	set name [dict get $section name]
	set target [lindex [dict get $new sections] [dict get $section info]]
	if {$name eq ".modinfo"} {
	    continue
	}
	if {![string match .klp.rela.* $name]} {
	    lappend problems "section $name is new"
	}
	if {[dict get $section flags] != $::klp_section_flags || [dict get $section type] != $::elf_rela
	    || [dict get $section link] != $symtab || [dict get $section entsize] != 24
	    || [dict get $section size] == 0 || !([dict get $target flags] & 2)} {
	    lappend problems "section $name has not the form of a livepatch section"
	}
	if {[llength [elf_sections $new name $name]] != 1} {
	    lappend problems "section $name is there twice"
	}
    }
    return $problems
}

proc modinfo_problems {old new name} {
    set before [modinfo $old]
    set after [modinfo $new]
    set expected $before
    if {$name ne ""} {
	set expected [lsearch -all -inline -not -glob $expected name=*]
	lappend expected name=$name
    }
    if {[lsearch -glob $before livepatch=*] < 0} {
	lappend expected livepatch=Y
    }
    lappend expected klpmake=$::klp_version
    set expected [lmap entry $expected {expr {[string match depends=* $entry] ? [fewer $entry $after] : $entry}}]
    if {$after ne $expected} {
	return [list ".modinfo is: $after"]
    }
    return {}
}

# The entry "depends=a,b" as the new ENTRIES have it, if that lists no other modules.
proc fewer {entry entries} {
    set new [lsearch -inline -glob $entries depends=*]
    foreach module [split [string range $new 8 end] ,] {
	if {$module ni [split [string range $entry 8 end] ,]} {
	    return $entry
	}
    }
    return $new
}

# The strings of .modinfo; there may be zeros between them.
proc modinfo {elf} {
    set sections [elf_sections $elf name .modinfo]
    if {[llength $sections] == 0} {
	return {}
    }
    return [lsearch -all -inline -not -exact [split [elf_bytes $elf [lindex $sections 0]] \0] ""]
}

# Is anything wrong in the eyes of somebody else?
proc readelf_problems {file} {
    if {[catch {exec readelf -aW $file >/dev/null} message]} {
	return [list "readelf says: $message"]
    }
    return {}
}

# Where the fields are that the plugin noted: a list of {section-index offset size}, by address. FIELDS:
# for each type of record the offset of the field's address in its desc and, behind it, of its size.
proc noted_places {elf fields} {
    set sections [elf_sections $elf name .note.klpmake]
    if {[llength $sections] == 0} {
	return {}
    }
    set bytes [elf_bytes $elf [lindex $sections 0]]
    set wanted [dict create]
    for {set at 0} {$at < [string length $bytes]} {incr at [expr {12 + $name + $desc}]} {
	elf_scan $elf $bytes @${at}iuiuiu name desc type
	foreach {record address size} $fields {
	    if {$type == $record} {
		set start [expr {$at + 12 + $name}]
		elf_scan $elf $bytes @[expr {$start + $size}]iu width
		dict set wanted [expr {$start + $address}] $width
	    }
	}
    }
    set places {}
    foreach section [elf_sections $elf name .rela.note.klpmake] {
	foreach relocation [elf_relocations $elf $section] {
	    if {[dict exists $wanted [lindex $relocation 0]]} {
		lappend places [list {*}[relocation_target $elf $relocation] \
		    [dict get $wanted [lindex $relocation 0]]]
	    }
	}
    }
    return [lsort -integer -index 0 [lsort -integer -index 1 $places]]
}

# The old_sympos fields: of PATCH records.
proc sympos_places {elf} {
    return [noted_places $elf {3 12 28}]
}

# The fields for objects' names, in the short form: of PATCH and CALLBACK records.
proc object_places {elf} {
    return [noted_places $elf {3 56 64 5 0 8}]
}

# {section-index offset} of what a relocation refers to.
proc relocation_target {elf relocation} {
    lassign $relocation at type symbol addend
    set symbol [lindex [dict get $elf symbols] $symbol]
    return [list [dict get $symbol section] [expr {[dict get $symbol value] + $addend}]]
}

# {old_name old_sympos} of each struct klp_func, by address.
proc sympos_values {before after} {
    set old [elf_read $before]
    set new [elf_read $after]
    set kept [kept_sections $old ""]
    set values {}
    foreach place [sympos_places $old] {
	lassign $place section offset
	set other [lindex [dict get $new sections] [new_section $kept $section]]
	elf_scan $new [elf_bytes $new $other] @${offset}w value
	lappend values [list [string_pointed_to $old $section [expr {$offset - 16}]] $value]
    }
    return $values
}

# The string that the pointer in this place is relocated to.
proc string_pointed_to {elf section offset} {
    foreach relocations [elf_sections $elf type $::elf_rela] {
	if {[dict get $relocations info] != $section} {
	    continue
	}
	foreach relocation [elf_relocations $elf $relocations] {
	    if {[lindex $relocation 0] == $offset} {
		lassign [relocation_target $elf $relocation] index at
		return [elf_string [dict get $elf bytes] [lindex [dict get $elf sections] $index] $at]
	    }
	}
    }
    error "no pointer at offset $offset"
}
