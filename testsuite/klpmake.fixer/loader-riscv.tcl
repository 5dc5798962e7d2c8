# SPDX-License-Identifier: GPL-2.0-or-later
#
# 64-bit RISC-V for loader.tcl: arch/riscv/kernel/module.c, and of the instructions those that lead somewhere.

# By number: what is stored, and where: bytes of data, or the form of an immediate.
set loader_riscv_types {
    1 {abs 4} 2 {abs 8} 16 {prel B} 17 {prel J} 18 {prel call} 19 {plt call} 20 {got U} 23 {prel U} 24 {low I} 25 {low S}
    26 {abs U} 27 {abslow I} 28 {abslow S} 33 {add 1} 34 {add 2} 35 {add 4} 36 {add 8} 37 {sub 1} 38 {sub 2} 39 {sub 4}
    40 {sub 8} 44 {prel CB} 45 {prel CJ} 51 {none} 54 {abs 1} 55 {abs 2} 56 {abs 4} 57 {prel 4}
}

set loader_riscv_sums {33 34 35 36 37 38 39 40}

# The bits of VALUE at the places {FROM COUNT TO...}.
proc loader_riscv_bits {value places} {
    set bits 0
    foreach {from count to} $places {
	set bits [expr {$bits | ($value >> $from & ((1 << $count) - 1)) << $to}]
    }
    return $bits
}

# Where the bits of an immediate are: {FROM COUNT TO...}.
set loader_riscv_places {
    I {0 12 20} S {5 7 25 0 5 7} B {12 1 31 5 6 25 1 4 8 11 1 7} U {12 20 12} J {20 1 31 1 10 21 11 1 20 12 8 12}
    CB {8 1 12 3 2 10 6 2 5 1 2 3 5 1 2} CJ {11 1 12 4 1 11 8 2 9 10 1 8 6 1 7 7 1 6 1 3 3 5 1 2}
}

proc loader_riscv_put {memory section offset form value} {
    set size [expr {[string index $form 0] eq "C" ? 2 : 4}]
    set places [dict get $::loader_riscv_places $form]
    set mask [loader_riscv_bits -1 $places]
    set instruction [loader_get $memory $section $offset $size 0]
    return [loader_put $memory $section $offset $size 0 [expr {$instruction & ~$mask | [loader_riscv_bits $value $places]}]]
}

# openEuler's arch_klp_skip_resolve().
proc loader_riscv_skips {memory type} {
    return [expr {$type in {24 25} && [dict exists $memory kallsyms arch_klp_skip_resolve]}]
}

# Do auipc and what is behind it reach so far?
proc loader_riscv_reaches {distance} {
    return [expr {$distance >= -(1 << 31) - (1 << 11) && $distance < (1 << 31) - (1 << 11)}]
}

# What is at the place of a sum's part. Since Linux 6.7, process_accumulated_relocations() begins with zero for each section.
proc loader_riscv_begun {memory relocation} {
    dict with relocation {}
    if {[dict exists $memory kallsyms apply_64_bit_accumulation]} {
	set parts [lsearch -all -inline -exact -integer -index 0 $all $offset]
	set first [lindex [lmap part $parts {expr {[lindex $part 1] in $::loader_riscv_sums ? $part : [continue]}}] 0]
	if {[lrange $first 0 3] eq [list $offset $type $symbol $addend]} {
	    return 0
	}
    }
    return [loader_get $memory $section $offset [lindex [dict get $::loader_riscv_types $type] 1] 0]
}

# The distance that the first part of LO12's pair stores: that at the place of its symbol.
proc loader_riscv_leading {memory_name relocation} {
    upvar 1 $memory_name memory
    set at [dict get $memory symbols [dict get $relocation symbol]]
    foreach other [dict get $relocation all] {
	lassign $other offset type symbol addend
	set place [expr {[dict get $memory address [dict get $relocation section]] + $offset}]
	if {$place == $at && $type in {20 23}} {
	    set value [loader_word [expr {[dict get $memory symbols $symbol] + $addend}]]
	    if {$type == 20} {
		set value [loader_stub memory $value]
	    }
	    return [expr {$value - $place}]
	}
    }
    loader_refuse "Can not find HI20 relocation information"
}

proc loader_riscv_apply {memory relocation} {
    dict with relocation {}
    if {![dict exists $::loader_riscv_types $type]} {
	loader_refuse "Unknown relocation type $type"
    }
    lassign [dict get $::loader_riscv_types $type] operation form
    set distance [loader_signed [expr {$value - $place}] 64]
    switch -- $operation {
	none { return $memory }
	abs - abslow { set stored $value }
	low { set stored [loader_riscv_leading memory $relocation] }
	got { set stored [expr {[loader_stub memory $value] - $place}] }
	plt { set stored [expr {[loader_riscv_reaches $distance] ? $distance : [loader_stub memory $value] - $place}] }
	default { set stored $distance }
    }
    if {$operation in {add sub}} {
	set there [loader_riscv_begun $memory $relocation]
	return [loader_put $memory $section $offset $form 0 [expr {$operation eq "add" ? $there + $value : $there - $value}]]
    }
    if {[string is integer $form]} {
	if {$type == 1 && $stored >= 1 << 32} {
	    loader_refuse "value out of range for 32-bit field"
	}
	return [loader_put $memory $section $offset $form 0 $stored]
    }
    # The low part has a sign, so that the high one is that of the nearest multiple of 4096.
    set high [expr {$stored + 0x800}]
    switch -- $form {
	U - call {
	    if {$operation ne "abs" && ![loader_riscv_reaches $stored]} {
		loader_refuse "target can not be addressed by the 32-bit offset"
	    }
	    set memory [loader_riscv_put $memory $section $offset U $high]
	    if {$form eq "call"} {
		set memory [loader_riscv_put $memory $section [expr {$offset + 4}] I $stored]
	    }
	    return $memory
	}
	default { return [loader_riscv_put $memory $section $offset $form $stored] }
    }
}

# The immediate of an instruction, with its sign.
proc processor_riscv_immediate {instruction form} {
    set value 0
    set top 0
    foreach {from count to} [dict get $::loader_riscv_places $form] {
	set value [expr {$value | ($instruction >> $to & ((1 << $count) - 1)) << $from}]
	set top [expr {$from + $count > $top ? $from + $count : $top}]
    }
    return [loader_signed $value $top]
}

# What an instruction of two bytes changes: a register, or "".
proc processor_riscv_short_result {i} {
    switch -- [expr {$i & 3}]-[expr {$i >> 13}] {
	0-2 - 0-3 { return [expr {8 + ($i >> 2 & 7)}] }
	1-4 { return [expr {8 + ($i >> 7 & 7)}] }
	1-0 - 1-1 - 1-2 - 1-3 - 2-0 - 2-2 - 2-3 - 2-4 { return [expr {$i >> 7 & 31}] }
    }
    return ""
}

proc processor_riscv_follow {memory section start end} {
    set found {}
    set base [dict get $memory address $section]
    array set pages {}
    for {set at $start} {$at < $end} {incr at $size} {
	set i [loader_get $memory $section $at 2 0]
	set size [expr {($i & 3) == 3 ? 4 : 2}]
	set place [expr {$base + $at}]
	set target ""
	if {$size == 2} {
	    set form [dict get {1-5 CJ 1-6 CB 1-7 CB "" ""} [expr {($i & 3) == 1 && $i >> 13 >= 5 ? "1-[expr {$i >> 13}]" : ""}]]
	    if {$form ne ""} {
		set target [expr {$place + [processor_riscv_immediate $i $form]}]
	    }
	    unset -nocomplain pages([processor_riscv_short_result $i])
	} else {
	    set i [loader_get $memory $section $at 4 0]
	    set rd [expr {$i >> 7 & 31}]
	    set rs [expr {$i >> 15 & 31}]
	    switch -- [format 0x%02x [expr {$i & 0x7f}]] {
		0x17 { set pages($rd) [expr {$place + ([processor_riscv_immediate $i U])}] }
		0x6f { set target [expr {$place + [processor_riscv_immediate $i J]}] }
		0x63 { set target [expr {$place + [processor_riscv_immediate $i B]}] }
		0x23 {
		    if {[info exists pages($rs)]} {
			set target [expr {$pages($rs) + [processor_riscv_immediate $i S]}]
		    }
		}
		0x03 - 0x13 - 0x67 {
		    if {[info exists pages($rs)]} {
			set target [expr {$pages($rs) + [processor_riscv_immediate $i I]}]
		    }
		    unset -nocomplain pages($rd)
		    if {($i & 0x7f) == 0x67} {
			array unset pages
		    }
		}
		default { unset -nocomplain pages($rd) }
	    }
	}
	if {$target ne "" && ($target < $base + $start || $target >= $base + $end)} {
	    lappend found [loader_word $target]
	}
    }
    return $found
}
