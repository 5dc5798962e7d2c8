# SPDX-License-Identifier: GPL-2.0-or-later
#
# A reader of JSON (RFC 8259) that takes nothing but JSON.
#
#	json_read TEXT		the value: an object is {object {NAME VALUE...}}, an array
#				{array {VALUE...}}, a string {text TEXT}, a number {number TEXT},
#				other words {word true|false|null}
#	json_get VALUE NAME...	a member's value; a number as NAME is an array's element, from 0
#	json_plain VALUE	what a string, number or word says

proc json_read {text} {
    set at 0
    set value [json_value $text at]
    json_skip $text at
    if {$at != [string length $text]} {
	json_fail $text $at "something follows"
    }
    return $value
}

proc json_fail {text at what} {
    error "no JSON, $what: [string range $text $at [expr {$at + 40}]]"
}

# Passes blanks.
proc json_skip {text at_name} {
    upvar 1 $at_name at
    regexp -indices -start $at {\A[ \t\r\n]*} $text range
    set at [expr {[lindex $range 1] + 1}]
}

# Passes CHAR if it is there.
proc json_take {text at_name char} {
    upvar 1 $at_name at
    json_skip $text at
    if {[string index $text $at] ne $char} {
	return 0
    }
    incr at
    return 1
}

proc json_value {text at_name} {
    upvar 1 $at_name at
    json_skip $text at
    if {[string index $text $at] eq "\""} {
	return [list text [json_text $text at]]
    }
    if {[json_take $text at "\{"]} {
	return [list object [json_members $text at]]
    }
    if {[json_take $text at "\["]} {
	return [list array [json_elements $text at]]
    }
    foreach {kind form} {number {-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?} word {true|false|null}} {
	if {[regexp -indices -start $at "\\A(?:$form)" $text range]} {
	    set value [string range $text {*}$range]
	    set at [expr {[lindex $range 1] + 1}]
	    return [list $kind $value]
	}
    }
    json_fail $text $at "no value"
}

proc json_text {text at_name} {
    upvar 1 $at_name at
    set form {\A"((?:[^"\\\u0000-\u001f]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*)"}
    if {![regexp -indices -start $at $form $text range inner]} {
	json_fail $text $at "no string"
    }
    set at [expr {[lindex $range 1] + 1}]
    # What Tcl takes for its own is out of the way.
    set inner [string map {\[ \\u005b $ \\u0024 \\/ /} [string range $text {*}$inner]]
    return [subst -nocommands -novariables $inner]
}

proc json_members {text at_name} {
    upvar 1 $at_name at
    set members {}
    if {[json_take $text at "\}"]} {
	return $members
    }
    while 1 {
	json_skip $text at
	set name [json_text $text at]
	if {[dict exists $members $name]} {
	    json_fail $text $at "'$name' twice"
	}
	if {![json_take $text at :]} {
	    json_fail $text $at "no colon"
	}
	dict set members $name [json_value $text at]
	if {[json_take $text at "\}"]} {
	    return $members
	}
	if {![json_take $text at ,]} {
	    json_fail $text $at "no comma"
	}
    }
}

proc json_elements {text at_name} {
    upvar 1 $at_name at
    set elements {}
    if {[json_take $text at "\]"]} {
	return $elements
    }
    while 1 {
	lappend elements [json_value $text at]
	if {[json_take $text at "\]"]} {
	    return $elements
	}
	if {![json_take $text at ,]} {
	    json_fail $text $at "no comma"
	}
    }
}

proc json_get {value args} {
    foreach name $args {
	lassign $value kind content
	if {$kind eq "array" && [string is integer -strict $name]} {
	    set value [lindex $content $name]
	} elseif {$kind eq "object" && [dict exists $content $name]} {
	    set value [dict get $content $name]
	} else {
	    error "there is no '$name' in a JSON $kind"
	}
    }
    return $value
}

# The names of an object's members, the number of an array's elements.
proc json_names {value} { return [dict keys [lindex $value 1]] }
proc json_length {value} { return [llength [lindex $value 1]] }

proc json_plain {value} {
    if {[lindex $value 0] ni {text number word}} {
	error "a JSON [lindex $value 0] is no plain value"
    }
    return [lindex $value 1]
}
