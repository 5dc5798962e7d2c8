# SPDX-License-Identifier: GPL-2.0-or-later
#
# 64-bit PowerPC (ELF ABI 2) for loader.tcl: arch/powerpc/kernel/module_64.c, and of the instructions those that lead
# somewhere. r2 is what the module's functions make of it.

# By number: what is stored, in which form.
set loader_powerpc_types {
    1 {abs 4} 38 {abs 8} 44 {prel 8} 26 {prel 4} 51 {toc 8} 47 {fromtoc half} 48 {fromtoc lo} 50 {fromtoc ha} 63 {fromtoc ds}
    64 {fromtoc lo_ds} 10 branch 109 none 118 entry 252 {prel ha} 250 {prel lo}
}

# What the loader makes of an undefined symbol, or "".
proc loader_powerpc_symbol {memory name} {
    return [expr {$name eq ".TOC." ? [loader_powerpc_toc $memory] : ""}]
}

# my_r2().
proc loader_powerpc_toc {memory} {
    foreach name {.toc .stubs} {
	foreach section [elf_sections [dict get $memory elf] name $name] {
	    return [expr {([dict get $memory address [dict get $section index]] & ~0xff) + 0x8000}]
	}
    }
    loader_refuse "doesn't contain .stubs"
}

# st_other's bytes between a symbol and where calls of the same file enter.
proc loader_powerpc_local_entry {symbol} {
    return [expr {((1 << ([dict get $symbol other] >> 5)) >> 2) << 2}]
}

proc loader_powerpc_branch {memory relocation} {
    dict with relocation {}
    set to [lindex [dict get $memory elf symbols] $symbol]
    set instruction [loader_get $memory $section $offset 4 [dict get $memory big]]
    if {[dict get $to section] in {0 65312}} {
	set target [loader_stub memory $value]
	if {$instruction & 1 && [dict get $to name] ne "_mcount"} {
	    set behind [loader_get $memory $section [expr {$offset + 4}] 4 [dict get $memory big]]
	    # Since 6.3, it may have been done before.
	    if {$behind != 0x60000000 && $behind != 0xe8410018} {
		loader_refuse [format "Expected nop after call, got %08x" $behind]
	    }
	    set memory [loader_put $memory $section [expr {$offset + 4}] 4 [dict get $memory big] 0xe8410018]
	}
    } else {
	set target [expr {$value + [loader_powerpc_local_entry $to]}]
    }
    set distance [expr {$target - $place}]
    if {$distance & 3 || $distance != [loader_signed $distance 26]} {
	loader_refuse "REL24 $distance out of range!"
    }
    return [loader_put $memory $section $offset 4 [dict get $memory big] [expr {$instruction & ~0x3fffffc | $distance & 0x3fffffc}]]
}

# ld r2, -8(r12); add r2, r2, r12 becomes addis r2, r12; addi r2, r2.
proc loader_powerpc_entry {memory section offset place} {
    set big [dict get $memory big]
    set distance [loader_signed [expr {[loader_powerpc_toc $memory] - $place}] 64]
    if {([loader_get $memory $section $offset 4 $big] & ~0xfffc) != 0xe84c0000 ||
	[loader_get $memory $section [expr {$offset + 4}] 4 $big] != 0x7c426214} {
	return $memory
    }
    set memory [loader_put $memory $section $offset 4 $big [expr {0x3c4c0000 | ($distance + 0x8000 >> 16) & 0xffff}]]
    return [loader_put $memory $section [expr {$offset + 4}] 4 $big [expr {0x38420000 | $distance & 0xffff}]]
}

proc loader_powerpc_apply {memory relocation} {
    dict with relocation {}
    if {![dict exists $::loader_powerpc_types $type]} {
	loader_refuse "Unknown ADD relocation: $type"
    }
    lassign [dict get $::loader_powerpc_types $type] operation form
    switch -- $operation {
	none { return $memory }
	branch { return [loader_powerpc_branch $memory $relocation] }
	entry { return [loader_powerpc_entry $memory $section $offset $place] }
	abs { set stored $value }
	toc { set stored [loader_powerpc_toc $memory] }
	prel { set stored [loader_signed [expr {$value - $place}] 64] }
	fromtoc { set stored [loader_signed [expr {$value - [loader_powerpc_toc $memory]}] 64] }
    }
    if {[string is integer $form]} {
	if {$type == 26 && $stored != [loader_signed $stored 32]} {
	    loader_refuse "REL32 $stored out of range!"
	}
	return [loader_put $memory $section $offset $form [dict get $memory big] $stored]
    }
    set mask 0xffff
    switch -- $form {
	ha { set stored [expr {$stored + 0x8000 >> 16}] }
	ds - lo_ds { set mask 0xfffc }
    }
    if {$form in {half ds} && $stored != [loader_signed $stored 16] || $form in {ds lo_ds} && $stored & 3} {
	loader_refuse "bad TOC16 relocation"
    }
    set there [loader_get $memory $section $offset 2 [dict get $memory big]]
    return [loader_put $memory $section $offset 2 [dict get $memory big] [expr {$there & ~$mask | $stored & $mask}]]
}

proc processor_powerpc_follow {memory section start end} {
    set found {}
    set base [dict get $memory address $section]
    set toc [loader_powerpc_toc $memory]
    array set pages [list 2 $toc]
    for {set at $start} {$at < $end} {incr at 4} {
	set i [loader_get $memory $section $at 4 [dict get $memory big]]
	set place [expr {$base + $at}]
	set operation [expr {$i >> 26}]
	set rt [expr {$i >> 21 & 31}]
	set ra [expr {$i >> 16 & 31}]
	set low [loader_signed $i 16]
	set target ""
	if {$operation == 18} {
	    set target [expr {$place + [loader_signed [expr {$i & 0x3fffffc}] 26]}]
	    if {$i & 1} {
		array unset pages
		set pages(2) $toc
	    }
	} elseif {$operation == 16} {
	    set target [expr {$place + [loader_signed [expr {$i & 0xfffc}] 16]}]
	} elseif {$operation in {14 15} && [info exists pages($ra)] && $rt != 2} {
	    set value [expr {$pages($ra) + ($operation == 15 ? $low << 16 : $low)}]
	    set pages($rt) $value
	    if {$operation == 14} {
		set target $value
	    }
	} elseif {$operation >= 32 && $operation <= 62 && [info exists pages($ra)]} {
	    set target [expr {$pages($ra) + ($operation in {58 62} ? $low & ~3 : $low)}]
	    if {$operation == 58} {
		set pointer [loader_pointer $memory $target]
		unset -nocomplain pages($rt)
		if {$pointer ne ""} {
		    set target [set pages($rt) $pointer]
		}
	    } elseif {$operation < 36 || $operation in {40 41 42 43}} {
		unset -nocomplain pages($rt)
	    }
	} elseif {$rt != 2 && $operation ni {36 37 38 39 44 45 62 10 11}} {
	    # What else is computed goes to the first register, or to the second.
	    unset -nocomplain pages($rt)
	    if {$operation in {31 20 21 23 24 25 26 27 28 29 30}} {
		unset -nocomplain pages($ra)
	    }
	}
	if {$target ne "" && ($target < $base + $start || $target >= $base + $end)} {
	    lappend found [loader_word $target]
	}
    }
    return $found
}
