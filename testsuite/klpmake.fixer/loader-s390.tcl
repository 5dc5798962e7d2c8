# SPDX-License-Identifier: GPL-2.0-or-later
#
# S/390 for loader.tcl: arch/s390/kernel/module.c, and of the instructions those that lead somewhere. The entries for
# addresses are filled in once for each symbol, as the kernel does it; so are those for calls that do not reach.

# By number: what is stored, whether it has a sign, in how many bits, and how far it is shifted.
set loader_s390_types {
    0 none 1 {abs 0 8 0} 2 {abs 0 12 0} 3 {abs 0 16 0} 57 {abs 1 20 0} 4 {abs 0 32 0} 22 {abs 0 64 0}
    16 {prel 1 16 0} 17 {prel 1 16 1} 19 {prel 1 32 1} 5 {prel 1 32 0} 23 {prel 1 64 0}
    6 {got 0 12 0} 15 {got 0 16 0} 58 {got 1 20 0} 7 {got 0 32 0} 24 {got 0 64 0} 26 {gotent 1 32 1}
    29 {got 0 12 0} 30 {got 0 16 0} 59 {got 1 20 0} 31 {got 0 32 0} 32 {got 0 64 0} 33 {gotent 1 32 1}
    18 {plt 1 16 1} 20 {plt 1 32 1} 8 {pltonly 0 32 0} 25 {pltonly 0 64 0}
}

# The entry of SYMBOL, which leads to VALUE the first time that it is asked for: its address.
proc loader_s390_entry {memory_name symbol value} {
    upvar 1 $memory_name memory
    if {![dict exists $memory entries $symbol]} {
	dict set memory entries $symbol [loader_stub memory $value]
    }
    return [dict get $memory entries $symbol]
}

proc loader_s390_apply {memory relocation} {
    dict with relocation {}
    if {![dict exists $::loader_s390_types $type]} {
	loader_refuse "unknown relocation: $type"
    }
    lassign [dict get $::loader_s390_types $type] operation sign bits shift
    set target [loader_word [expr {$value - $addend}]]
    set distance [loader_signed [expr {$target - $place}] 64]
    switch -- $operation {
	none { return $memory }
	abs { set stored [expr {$sign ? [loader_signed $value 64] : $value}] }
	prel { set stored [loader_signed [expr {$value - $place}] 64] }
	got { set stored [expr {[loader_s390_entry memory $symbol $target] - [dict get $memory stub_base] + $addend}] }
	gotent { set stored [expr {[loader_s390_entry memory $symbol $target] + $addend - $place}] }
	default {
	    set reach [expr {$operation eq "plt" ? 1 << $bits : 0}]
	    if {abs($distance) >= $reach} {
		set distance [expr {[loader_s390_entry memory $symbol $target] - $place}]
	    }
	    set stored [expr {$distance + $addend}]
	}
    }
    if {$stored & ((1 << $shift) - 1)} {
	loader_refuse "relocation error (r_type $type): odd"
    }
    set stored [expr {$stored >> $shift}]
    if {$sign ? $stored != [loader_signed $stored $bits] : $stored < 0 || $stored >> $bits} {
	loader_refuse "relocation error (r_type $type): too far"
    }
    switch -- $bits {
	12 { set size 2; set mask 0xfff; set number $stored }
	20 { set size 4; set mask 0x0fffff00; set number [expr {($stored & 0xfff) << 16 | ($stored & 0xff000) >> 4}] }
	default { set size [expr {$bits / 8}]; set mask [expr {(1 << $bits) - 1}]; set number $stored }
    }
    set there [loader_get $memory $section $offset $size 1]
    return [loader_put $memory $section $offset $size 1 [expr {$there & ~$mask | $number & $mask}]]
}

proc processor_s390_follow {memory section start end} {
    set found {}
    set base [dict get $memory address $section]
    array set pages {}
    for {set at $start} {$at < $end} {incr at $size} {
	set i [loader_get $memory $section $at 2 1]
	set size [lindex {2 4 4 6} [expr {$i >> 14}]]
	set place [expr {$base + $at}]
	set operation [expr {$i >> 8}]
	set r [expr {$i >> 4 & 15}]
	set x [expr {$i & 15}]
	set target ""
	set low [expr {$size > 2 ? [loader_get $memory $section [expr {$at + 2}] 2 1] : 0}]
	switch -- [format %02x $operation] {
	    c0 - c4 - c6 {
		set distance [expr {2 * [loader_signed [loader_get $memory $section [expr {$at + 2}] 4 1] 32]}]
		if {$operation != 0xc0 || $x in {0 4 5}} {
		    set target [expr {$place + $distance}]
		}
		if {$operation == 0xc0 && $x == 0} {
		    # larl: used by what is behind it.
		    set pages($r) $target
		} elseif {$operation == 0xc4} {
		    unset -nocomplain pages($r)
		}
		if {$operation == 0xc4 && $x == 8} {
		    # lgrl: a pointer of the module's own.
		    set pointer [loader_pointer $memory $target]
		    if {$pointer ne ""} {
			set target [set pages($r) $pointer]
		    }
		}
	    }
	    a7 {
		if {$x in {4 5 6 7}} {
		    set target [expr {$place + 2 * [loader_signed $low 16]}]
		} else {
		    unset -nocomplain pages($r)
		}
	    }
	    ec { }
	    default {
		# Storage operands: of four bytes with 12 bits of displacement, of six with 20.
		set displacement [expr {$low & 0xfff}]
		if {$size == 6} {
		    set displacement [loader_signed [expr {$displacement | [loader_get $memory $section [expr {$at + 4}] 1 1] << 12}] 20]
		}
		foreach register [list [expr {$low >> 12}] $x] {
		    if {$size > 2 && $register && $operation != 0xb9 && [info exists pages($register)]} {
			set target [expr {$pages($register) + $displacement}]
		    }
		}
		if {$operation ni {0x50 0x42 0x40 0xe3 0x92} || $size == 2} {
		    unset -nocomplain pages($r)
		}
	    }
	}
	if {$target ne "" && ($target < $base + $start || $target >= $base + $end)} {
	    lappend found [loader_word $target]
	}
    }
    return $found
}
