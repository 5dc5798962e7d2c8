# SPDX-License-Identifier: GPL-2.0-or-later
#
# arm64 for loader.tcl: arch/arm64/kernel/module.c, and of the instructions those that lead somewhere.

# By number: name, what is stored, the size of data or the bits of the instruction, the shift of the value, and whether
# it has to fit.
set loader_arm64_types {
    0 {NONE none} 256 {NONE none}
    257 {ABS64 abs data 64} 258 {ABS32 abs data 32} 259 {ABS16 abs data 16}
    260 {PREL64 prel data 64} 261 {PREL32 prel data 32} 262 {PREL16 prel data 16}
    263 {MOVW_UABS_G0 abs move 0} 264 {MOVW_UABS_G0_NC abs move 0} 265 {MOVW_UABS_G1 abs move 16}
    266 {MOVW_UABS_G1_NC abs move 16} 267 {MOVW_UABS_G2 abs move 32} 268 {MOVW_UABS_G2_NC abs move 32}
    269 {MOVW_UABS_G3 abs move 48}
    273 {LD_PREL_LO19 prel imm19 2 19} 274 {ADR_PREL_LO21 prel adr 0 21}
    275 {ADR_PREL_PG_HI21 page adr 12 21} 276 {ADR_PREL_PG_HI21_NC page adr 12 0}
    277 {ADD_ABS_LO12_NC abs imm12 0 0} 278 {LDST8_ABS_LO12_NC abs imm12 0 0} 284 {LDST16_ABS_LO12_NC abs imm12 1 0}
    285 {LDST32_ABS_LO12_NC abs imm12 2 0} 286 {LDST64_ABS_LO12_NC abs imm12 3 0} 299 {LDST128_ABS_LO12_NC abs imm12 4 0}
    279 {TSTBR14 prel imm14 2 14} 280 {CONDBR19 prel imm19 2 19} 282 {JUMP26 prel imm26 2 26} 283 {CALL26 prel imm26 2 26}
}

proc loader_arm64_apply {memory relocation} {
    dict with relocation {}
    if {![dict exists $::loader_arm64_types $type]} {
	loader_refuse "unsupported RELA relocation: $type"
    }
    lassign [dict get $::loader_arm64_types $type] name operation form shift bits
    if {$operation eq "none"} {
	return $memory
    }
    set stored [dict get [list abs $value prel [loader_signed [expr {$value - $place}] 64] \
	page [loader_signed [expr {($value & ~0xfff) - ($place & ~0xfff)}] 64]] $operation]
    if {$form eq "data"} {
	if {$shift < 64 && ($stored < ($operation eq "abs" ? 0 : -(1 << ($shift - 1))) ||
	    $stored >= 1 << ($operation eq "abs" ? $shift : $shift - 1))} {
	    loader_refuse "overflow in relocation type $type"
	}
	return [loader_put $memory $section $offset [expr {$shift / 8}] [dict get $memory big] \
	    [expr {$stored & ((1 << $shift) - 1)}]]
    }
    if {$form eq "imm26" && abs($stored) >= 1 << 27} {
	set stored [expr {[loader_stub memory $value] - $place}]
    }
    if {$form ne "move" && $bits && ($stored >> $shift) != [loader_signed [expr {$stored >> $shift}] $bits]} {
	loader_refuse "overflow in relocation type $type"
    }
    # LO12 is within the page.
    if {$form eq "imm12"} {
	set stored [expr {$stored & 0xfff}]
    }
    set instruction [loader_get $memory $section $offset 4 0]
    set number [expr {$stored >> $shift}]
    switch -- $form {
	move { set instruction [expr {$instruction & ~0x1fffe0 | ($number & 0xffff) << 5}] }
	imm26 { set instruction [expr {$instruction & ~0x3ffffff | $number & 0x3ffffff}] }
	imm19 { set instruction [expr {$instruction & ~0xffffe0 | ($number & 0x7ffff) << 5}] }
	imm14 { set instruction [expr {$instruction & ~0x7ffe0 | ($number & 0x3fff) << 5}] }
	imm12 { set instruction [expr {$instruction & ~0x3ffc00 | ($number & 0xfff) << 10}] }
	adr { set instruction [expr {$instruction & ~0x60ffffe0 | ($number & 3) << 29 | ($number >> 2 & 0x7ffff) << 5}] }
    }
    return [loader_put $memory $section $offset 4 0 $instruction]
}

# Of LDR and STR with an offset: how far that is shifted.
proc processor_arm64_scale {instruction} {
    if {($instruction & 0x04800000) == 0x04800000 && $instruction >> 30 == 0} {
	return 4
    }
    return [expr {$instruction >> 30 & 3}]
}

proc processor_arm64_follow {memory section start end} {
    set found {}
    set base [dict get $memory address $section]
    array set pages {}
    for {set at $start} {$at < $end} {incr at 4} {
	set i [loader_get $memory $section $at 4 0]
	set place [expr {$base + $at}]
	set target ""
	set rd [expr {$i & 31}]
	set rn [expr {$i >> 5 & 31}]
	set imm12 [expr {$i >> 10 & 0xfff}]
	set adr [loader_signed [expr {($i >> 5 & 0x7ffff) << 2 | $i >> 29 & 3}] 21]
	if {($i & 0x7c000000) == 0x14000000} {
	    set target [expr {$place + 4 * [loader_signed $i 26]}]
	} elseif {($i & 0xff000010) == 0x54000000 || ($i & 0x7e000000) == 0x34000000} {
	    set target [expr {$place + 4 * [loader_signed [expr {$i >> 5}] 19]}]
	} elseif {($i & 0x7e000000) == 0x36000000} {
	    set target [expr {$place + 4 * [loader_signed [expr {$i >> 5}] 14]}]
	} elseif {($i & 0x3b000000) == 0x18000000} {
	    set target [expr {$place + 4 * [loader_signed [expr {$i >> 5}] 19]}]
	} elseif {($i & 0x9f000000) == 0x90000000} {
	    set pages($rd) [expr {($place & ~0xfff) + ($adr << 12)}]
	} elseif {($i & 0x9f000000) == 0x10000000} {
	    set target [expr {$place + $adr}]
	} elseif {($i & 0xffc00000) == 0x91000000 && [info exists pages($rn)]} {
	    set target [expr {$pages($rn) + $imm12}]
	} elseif {($i & 0x3b000000) == 0x39000000 && [info exists pages($rn)]} {
	    set target [expr {$pages($rn) + ($imm12 << [processor_arm64_scale $i])}]
	}
	if {$target ne "" && ($target < $base + $start || $target >= $base + $end)} {
	    lappend found [loader_word $target]
	}
    }
    return $found
}
