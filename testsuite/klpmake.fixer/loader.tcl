# SPDX-License-Identifier: GPL-2.0-or-later
#
# A model of the kernel's module loader, which tells where a finished module's code and data lead to. It shares
# nothing with klp-fixer. The kernel it follows is that of kernel/module/main.c, kernel/livepatch/core.c and each
# architecture's apply_relocate_add(); loader-NAME.tcl has what is an architecture's:
#
#	loader_NAME_apply MEMORY RELOCATION	as apply_relocate_add() does for one relocation
#	processor_NAME_follow MEMORY START END	what the code there leads to, as the processor would: places outside of
#						it, in order
#	loader_NAME_symbol MEMORY NAME		the address that the loader itself gives an undefined symbol, or ""; the
#						procedure may be missing
#	loader_NAME_skips MEMORY TYPE		is such a relocation in a livepatch section, though its symbol is none? If
#						there is no such procedure: no
#
# loader_load FILE VMLINUX [BASE] returns the loaded module as a dictionary: the bytes by section, addresses, symbols.
# It ends with the error {loader TEXT} where the kernel would refuse the module. What belongs to modules
# (.klp.rela.MODULE.*) is relocated by loader_late when the module is there.

# Where modules are put: 64 MiB behind the image, 64 KiB from each other.
set loader_distance 0x4000000

proc loader_refuse {text} {
    return -code error -errorcode {LOADER} "loader: $text"
}

proc loader_word {number} {
    return [expr {$number & 0xffffffffffffffff}]
}

# A number of so many bits that has a sign.
proc loader_signed {number bits} {
    set number [expr {$number & ((1 << $bits) - 1)}]
    return [expr {$number >> ($bits - 1) ? $number - (1 << $bits) : $number}]
}

# The image's symbols as kallsyms has them: by name a list of addresses in their order.
proc loader_kallsyms {elf} {
    set table {}
    foreach symbol [dict get $elf symbols] {
	set kind [expr {[dict get $symbol info] & 15}]
	if {[dict get $symbol name] eq "" || $kind in {3 4} || [dict get $symbol section] in {0 65521}} {
	    continue
	}
	dict lappend table [dict get $symbol name] [loader_word [dict get $symbol value]]
    }
    dict for {name addresses} $table {
	dict set table $name [lsort -integer $addresses]
    }
    return $table
}

# A list of {value name section} of the functions and variables.
proc loader_things {elf} {
    set things {}
    foreach symbol [dict get $elf symbols] {
	if {([dict get $symbol info] & 15) in {1 2} && [dict get $symbol section] != 0} {
	    lappend things [list [loader_word [dict get $symbol value]] [dict get $symbol name] [dict get $symbol section]]
	}
    }
    return $things
}

proc loader_load {file vmlinux {base ""}} {
    set image [elf_read $vmlinux]
    set elf [elf_read $file]
    set kallsyms [loader_kallsyms $image]
    if {$base eq ""} {
	# Never within the image.
	set base [expr {([lindex [dict get $kallsyms _end] 0] + $::loader_distance + 0xffff) & ~0xffff}]
    }
    set memory [dict create elf $elf big [dict get $elf big] image [loader_things $image] kallsyms $kallsyms base $base bytes {} address {} \
	stubs {} others {}]
    foreach section [dict get $elf sections] {
	if {[dict get $section flags] & 2} {
	    set index [dict get $section index]
	    set align [expr {[dict get $section align] > 16 ? [dict get $section align] : 16}]
	    set base [expr {($base + $align - 1) / $align * $align}]
	    dict set memory address $index $base
	    dict set memory bytes $index [expr {[dict get $section type] == 8 ? [string repeat \0 [dict get $section size]]
		: [elf_bytes $elf $section]}]
	    incr base [dict get $section size]
	}
    }
    dict set memory stub_base [expr {($base + 255) & ~255}]
    dict set memory symbols [loader_symbols $memory]
    # simplify_symbols(), and then livepatch sections of the image, or ordinary ones, in the order of the file.
    foreach section [elf_sections $elf type 4] {
	set memory [loader_relocate $memory $section {"" vmlinux}]
    }
    return $memory
}

# What is left for the module NAME, whose file is FILE, when it is there, BYTES away from where it is otherwise.
proc loader_late {memory name file {bytes 0}} {
    # A symbol's place in the module does not matter: each gets one of its own, before the livepatch.
    set symbols {}
    foreach symbol [dict get [elf_read $file] symbols] {
	if {[dict get $symbol name] ne "" && [dict get $symbol section] != 0} {
	    set address [expr {[dict get $memory base] - 0x100000 - $bytes + [dict get $symbol index] * 0x100}]
	    dict lappend symbols [dict get $symbol name] $address
	    dict lappend memory others [list $address $name.[dict get $symbol name]]
	}
    }
    dict set memory modules $name $symbols
    dict set memory symbols [loader_symbols $memory]
    foreach section [elf_sections [dict get $memory elf] type 4] {
	set memory [loader_relocate $memory $section [list $name]]
    }
    return $memory
}

# Their addresses, by index; what is not there is left out.
proc loader_symbols {memory} {
    set addresses {}
    set own loader_[loader_arch [dict get $memory elf]]_symbol
    foreach symbol [dict get $memory elf symbols] {
	set section [dict get $symbol section]
	set name [dict get $symbol name]
	if {[dict exists $memory address $section]} {
	    dict set addresses [dict get $symbol index] [expr {[dict get $memory address $section] + [dict get $symbol value]}]
	} elseif {$section == 0xff20} {
	    if {![regexp {^\.klp\.sym\.([^.]+)\.([^,]+),(\d+)$} $name all object symbol_name position]
		|| [string length $object] > 55 || [string length $symbol_name] > 511} {
		loader_refuse "$name has an incorrect name"
	    }
	    set found [loader_find $memory $object $symbol_name $position]
	    if {$found ne ""} {
		dict set addresses [dict get $symbol index] $found
	    }
	} elseif {$section == 0 && [info procs $own] ne "" && [$own $memory $name] ne ""} {
	    dict set addresses [dict get $symbol index] [$own $memory $name]
	} elseif {$section == 0 && $name ne ""} {
	    if {![dict exists $memory kallsyms __ksymtab_$name]} {
		loader_refuse "Unknown symbol $name"
	    }
	    dict set addresses [dict get $symbol index] [lindex [dict get $memory kallsyms $name] 0]
	}
    }
    return $addresses
}

# As klp_find_object_symbol(); "" for a module that is not there.
proc loader_find {memory object name position} {
    if {$object eq "vmlinux"} {
	set symbols [dict get $memory kallsyms]
    } elseif {[dict exists $memory modules $object]} {
	set symbols [dict get $memory modules $object]
    } else {
	return ""
    }
    set found [expr {[dict exists $symbols $name] ? [dict get $symbols $name] : ""}]
    if {$position == 0 && [llength $found] != 1} {
	loader_refuse "[llength $found] symbols $name in $object"
    }
    if {$position > [llength $found]} {
	loader_refuse "no symbol $name of position $position in $object"
    }
    return [lindex $found [expr {$position ? $position - 1 : 0}]]
}

# The types of relocations in livepatch sections that were applied in this file of tests.
set loader_applied {}

# Applies the relocations of SECTION if it belongs to one of OBJECTS ("": the module itself).
proc loader_relocate {memory section objects} {
    set elf [dict get $memory elf]
    set object ""
    if {[dict get $section flags] & 0x100000} {
	regexp {^\.klp\.rela\.([^.]+)\.} [dict get $section name] all object
    }
    if {$object ni $objects || ![dict exists $memory address [dict get $section info]]} {
	return $memory
    }
    global loader_applied
    set apply loader_[loader_arch $elf]_apply
    set skips loader_[loader_arch $elf]_skips
    set all [elf_relocations $elf $section]
    foreach relocation $all {
	lassign $relocation offset type symbol addend
	set livepatch [expr {[dict get [lindex [dict get $elf symbols] $symbol] section] == 0xff20}]
	if {$livepatch != ($object ne "") && !([info procs $skips] ne "" && [$skips $memory $type])} {
	    loader_refuse "[dict get $section name]: symbol $symbol is [expr {$livepatch ? "a" : "no"}] livepatch symbol"
	}
	if {$object ne ""} {
	    dict set loader_applied $type 1
	}
	set memory [$apply $memory [dict create section [dict get $section info] offset $offset type $type \
	    symbol $symbol addend $addend all $all place [expr {[dict get $memory address [dict get $section info]] + $offset}] \
	    value [loader_word [expr {[expr {$symbol ? [dict get $memory symbols $symbol] : 0}] + $addend}]]]]
    }
    return $memory
}

proc loader_arch {elf} {
    return [dict get {62 x86 183 arm64 243 riscv 22 s390 21 powerpc} [dict get $elf machine]]
}

# The number of SIZE bytes at a place of a section, in the order BIG.
proc loader_get {memory section offset size big} {
    set bytes [string range [dict get $memory bytes $section] $offset [expr {$offset + $size - 1}]]
    if {[string length $bytes] != $size} {
	loader_refuse "a place outside of section $section"
    }
    binary scan $bytes [elf_format $big [dict get {1 cu 2 su 4 iu 8 wu} $size]] number
    return $number
}

proc loader_put {memory section offset size big number} {
    loader_get $memory $section $offset $size $big
    set bytes [binary format [elf_format $big [dict get {1 c 2 s 4 i 8 w} $size]] [loader_signed $number 64]]
    dict set memory bytes $section [bytes_replace [dict get $memory bytes $section] $offset $bytes]
    return $memory
}

# The pointer of 8 bytes at an address of the module's own memory; "": there is nothing.
proc loader_pointer {memory address} {
    dict for {section start} [dict get $memory address] {
	if {$address >= $start && $address + 8 <= $start + [string length [dict get $memory bytes $section]]} {
	    return [loader_get $memory $section [expr {$address - $start}] 8 [dict get $memory big]]
	}
    }
    return ""
}

# A stub for TARGET: its address. The kernel's loader makes them where a call does not reach.
proc loader_stub {memory_name target} {
    upvar 1 $memory_name memory
    if {![dict exists $memory stubs $target]} {
	dict set memory stubs $target [expr {[dict get $memory stub_base] + 16 * [dict size [dict get $memory stubs]]}]
    }
    return [dict get $memory stubs $target]
}

# Where an address leads to: that of a stub to its target.
proc loader_behind {memory address} {
    dict for {target stub} [dict get $memory stubs] {
	if {$stub == $address} {
	    return $target
	}
    }
    return $address
}

# What is at an address: "NAME" of the image, the module, or (MODULE.NAME) another module, or "NAME+DISTANCE". A stub
# is what it leads to.
proc loader_name {memory address} {
    set address [loader_behind $memory $address]
    set things [concat [dict get $memory image] [dict get $memory others]]
    foreach thing [loader_things [dict get $memory elf]] {
	lassign $thing value name section
	if {[dict exists $memory address $section]} {
	    set start [dict get $memory address $section]
	    # What is behind the section's end is none of it.
	    if {$address < $start + [string length [dict get $memory bytes $section]]} {
		lappend things [list [expr {$start + $value}] $name]
	    }
	}
    }
    set best ""
    foreach thing $things {
	lassign $thing one name
	if {$one <= $address && $address - $one < 64 && ($best eq "" || $one > $best)} {
	    set best $one
	    set found $name
	}
    }
    if {$best eq ""} {
	return [format 0x%x $address]
    }
    return [expr {$best == $address ? $found : "$found+[expr {$address - $best}]"}]
}

proc loader_symbol {memory name} {
    foreach symbol [dict get $memory elf symbols] {
	if {[dict get $symbol name] eq $name && [dict exists $memory address [dict get $symbol section]]} {
	    return $symbol
	}
    }
    error "the module has no $name"
}

# The places that the code of the module's FUNCTION leads to.
proc loader_targets {memory function} {
    set symbol [loader_symbol $memory $function]
    set found [processor_[loader_arch [dict get $memory elf]]_follow $memory [dict get $symbol section] \
	[dict get $symbol value] [expr {[dict get $symbol value] + [dict get $symbol size]}]]
    return [lmap address $found {loader_behind $memory $address}]
}

# Their names, each once, sorted.
proc loader_leads {memory function} {
    return [lsort -unique [lmap address [loader_targets $memory $function] {loader_name $memory $address}]]
}

# The names of what the 8-byte pointers of a variable lead to, in order.
proc loader_pointers {memory variable} {
    set symbol [loader_symbol $memory $variable]
    set names {}
    for {set at 0} {$at < [dict get $symbol size]} {incr at 8} {
	lappend names [loader_name $memory [loader_get $memory [dict get $symbol section] \
	    [expr {[dict get $symbol value] + $at}] 8 [dict get $memory big]]]
    }
    return $names
}

foreach file [glob -nocomplain [file join [file dirname [info script]] loader-*.tcl]] {
    source $file
}
