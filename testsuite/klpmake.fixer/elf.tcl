# SPDX-License-Identifier: GPL-2.0-or-later
#
# A reader of ELF files of 64 bits, of either byte order, that shares nothing with klp-fixer, libelf included:
# what it finds in a finished module is what the tests compare.
#
# elf_read FILE returns a dictionary:
#
#	sections	list of dictionaries: index name type flags address offset size link info
#			align entsize
#	symbols		list of dictionaries: index name value size info other section
#	bytes		the file
#	machine		e_machine
#	big		is it big-endian?

proc elf_read {file} {
    set bytes [klp_read_bytes $file]
    if {[string range $bytes 0 4] ne "\x7fELF\x02"} {
	error "$file is not a 64-bit ELF file"
    }
    set big [expr {[string index $bytes 5] eq "\x02"}]
    binary scan $bytes [elf_format $big @18su@40w] machine table
    binary scan $bytes [elf_format $big @58su3] numbers
    lassign $numbers size count names
    set sections {}
    for {set i 0} {$i < $count} {incr i} {
	lappend sections [elf_read_section $bytes $big [expr {$table + $i * $size}] $i]
    }
    set strings [lindex $sections $names]
    for {set i 0} {$i < $count} {incr i} {
	set section [lindex $sections $i]
	dict set section name [elf_string $bytes $strings [dict get $section name]]
	lset sections $i $section
    }
    set elf [dict create sections $sections bytes $bytes symbols {} machine $machine big $big]
    dict set elf symbols [elf_read_symbols $elf]
    return $elf
}

# A format for "binary" with the numbers of a big-endian file; it is written as for a little-endian one.
proc elf_format {big format} {
    return [expr {$big ? [string map {s S i I w W} $format] : $format}]
}

# elf_pack FORMAT VALUE...: binary format, for a file of the target GCC's machine.
proc elf_pack {format args} {
    return [binary format [elf_format [expr {[klp_machine] eq "s390x"}] $format] {*}$args]
}

# binary scan for a file that was read.
proc elf_scan {elf bytes format args} {
    uplevel 1 [list binary scan $bytes [elf_format [dict get $elf big] $format] {*}$args]
}

proc elf_read_section {bytes big at index} {
    binary scan $bytes [elf_format $big @${at}iuiuwwwwiuiuww] name type flags address offset size link info align entsize
    return [dict create index $index name $name type $type flags $flags address $address \
	offset $offset size $size \
	link $link info $info align $align entsize $entsize]
}

proc elf_string {bytes strings at} {
    set start [expr {[dict get $strings offset] + $at}]
    return [string range $bytes $start [expr {[string first \0 $bytes $start] - 1}]]
}

proc elf_read_symbols {elf} {
    set symbols {}
    foreach table [elf_sections $elf type 2] {
	set strings [lindex [dict get $elf sections] [dict get $table link]]
	set data [elf_bytes $elf $table]
	for {set at 0} {$at < [string length $data]} {incr at 24} {
	    elf_scan $elf $data @${at}iucucusuww name info other section value size
	    lappend symbols [dict create index [llength $symbols] value $value size $size info $info \
		other $other section $section name [elf_string [dict get $elf bytes] $strings $name]]
	}
    }
    return $symbols
}

# The sections whose FIELD has this value.
proc elf_sections {elf field value} {
    set found {}
    foreach section [dict get $elf sections] {
	if {[dict get $section $field] eq $value} {
	    lappend found $section
	}
    }
    return $found
}

# The one section of this name.
proc elf_section {elf name} {
    set found [elf_sections $elf name $name]
    if {[llength $found] != 1} {
	error "there are [llength $found] sections $name"
    }
    return [lindex $found 0]
}

# What is in a section; a section that occupies nothing in the file is empty.
proc elf_bytes {elf section} {
    if {[dict get $section type] == 8} {
	return ""
    }
    set start [dict get $section offset]
    return [string range [dict get $elf bytes] $start [expr {$start + [dict get $section size] - 1}]]
}

# A list of {offset type symbol-index addend}.
proc elf_relocations {elf section} {
    set relocations {}
    set data [elf_bytes $elf $section]
    for {set at 0} {$at < [string length $data]} {incr at 24} {
	elf_scan $elf $data @${at}wwuw offset info addend
	set type [expr {$info & 0xffffffff}]
	set symbol [expr {$info >> 32}]
	lappend relocations [list $offset $type $symbol $addend]
    }
    return $relocations
}

proc elf_symbol_names {elf} {
    return [lmap symbol [dict get $elf symbols] {dict get $symbol name}]
}

# Where the header of a section is in the file.
proc elf_header_offset {elf section} {
    elf_scan $elf [dict get $elf bytes] @40w table
    return [expr {$table + 64 * [dict get $section index]}]
}

# The bytes with others from an offset on.
proc bytes_replace {bytes at new} {
    return [string replace $bytes $at [expr {$at + [string length $new] - 1}] $new]
}

proc write_bytes {file bytes} {
    set channel [open $file wb]
    puts -nonewline $channel $bytes
    close $channel
}

# change_file FILE AT BYTES: writes over what is there.
proc change_file {file at bytes} {
    write_bytes $file [bytes_replace [klp_read_bytes $file] $at $bytes]
}

# change_section FILE SECTION FIELD VALUE: a field of the section's header, called as in elf_read.
proc change_section {file section field value} {
    array set places {
	type {4 i} flags {8 w} offset {24 w} size {32 w} link {40 i} info {44 i} align {48 w} entsize {56 w}
    }
    lassign $places($field) at format
    set elf [elf_read $file]
    set header [elf_header_offset $elf [elf_section $elf $section]]
    change_file $file [expr {$header + $at}] [binary format [elf_format [dict get $elf big] $format] $value]
}
