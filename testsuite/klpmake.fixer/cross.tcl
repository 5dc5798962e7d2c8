# SPDX-License-Identifier: GPL-2.0-or-later
#
# The tests of an architecture that is not this machine's: kernels and modules by a cross compiler. Where a finished
# module leads to is asked of a model of the kernel's loader. A file elf/arch-NAME.exp sets a dictionary,
#
#	set cross {
#	    arch NAME			one of small-kernel.exp, and of loader-NAME.tcl
#	    prefix __arm64_sys_		of system calls' functions
#	    sources { PATH BLOCK... }	more files of its kernels, such as what tells of the loader's demands
#	    variants { NAME CFLAGS LDFLAGS... }	kernels, by name; "" is that of most tests
#	    sites { NAME WHAT... }	those whose ftrace sites are looked for; before WHAT, "dynamic" or "linked":
#					are they zeros, which dynamic relocations fill in?
#	    code TEXT			more functions, called from nowhere, for "leads"; in assembler the names of hidden() and
#					counter are __klp.fs_one_c.hidden and __klp.fs_one_c.counter
#	    leads { FUNCTION NAMES... }	what those and that of "everything" lead to
#	    near BYTES			how far from the kernel the module may be for that
#	    far { BASE STUBS }		a place out of a call's reach, and how many stubs "far_away" has there
#	    foreign { INSTRUCTION NAME... }	relocations that modules do not have; %s is a function's name
#	    special { SECTION WHAT... }	tables that come before a module's symbols
#	    needed { SECTION... }	sections that the loader demands,
#	    unneeded { SECTION... }	and of these those that only kernels with the first of "sources" demand
#	    branches { JUMP CALL }	instructions to a function, %s
#	    flags { FLAG... }		compiler's flags with which code is compared, too
#	    filled { BYTE BIT }		a bit that the relocation of a call fills in
#	    filled_besides { TYPE MASK... }	further bits of the little-endian instruction that relocations of a type let
#					differ; 0: the kernel fills in some, but they have to be the same in objects
#	}
#
# sources this file, which has the tests that are the same for all, and adds its own.

load_lib relocations.exp
source [file dirname [info script]]/plan.tcl
source [file dirname [info script]]/loader.tcl

klp_arch [dict get $cross arch]

# The sources of all kernels, before the architecture's own.
set sources [string map [list %PREFIX [dict get $cross prefix]] {
    fs/one.c {
	keep static int hidden(int x) { return x + 1; }
	keep static int twin(int x) { return x + 11; }
	static int __used counter = 3;
	static long __used numbers[4] = { 1, 2, 3, 4 };
	static char __used letters[8] = "letters";
	keep notrace int unseen(int x) { return x + 2; }
	keep int one(int x) { return hidden(x) + twin(x) + unseen(x) + counter; }
	keep int %PREFIXthing(int x) { return x + 3; }
	keep notrace int __do_sys_thing(int x) { return x + 4; }
    }
    fs/two.c {
	keep static int twin(int x) { return x + 12; }
	keep int two(int x) { return twin(x); }
    }
}]

proc kernel {{variant ""}} {
    return [klp_shared kernel$variant [list make_kernel $variant]]/kernel
}

proc make_kernel {variant} {
    foreach {name cflags ldflags} [dict get $::cross variants] {
	if {$name eq $variant} {
	    klp_kernel -cflags $cflags -ldflags $ldflags [concat $::sources [dict get $::cross sources]]
	    klp_write my.c {
		keep static int local(int x) { return x + 21; }
		static int __used state = 5;
		keep int mine(int x) { return local(x) + state; }
	    }
	    file mkdir drivers
	    file rename my.c drivers/my.c
	    klp_kernel_module -cflags $cflags drivers/my {drivers/my.c}
	}
    }
}

# A char is signed where the compiler is told so.
set references [string map [list %CHAR [expr {[klp_char_flags] eq "" ? "u1" : "s1"}]] {
    {local function hidden Fs4(s4) "int hidden(int x)"}
    {local function twin Fs4(s4) "int twin(int x)"}
    {local object counter s4 "int counter"}
    {local object numbers a4:s8 "long numbers\[4]"}
    {local object letters a8:%CHAR "char letters\[8]"}
    {patch one replacement Fs4(s4)}
}]

# patch.ko, of a file tagged TAG that has TEXT and refers to RECORDS, with a struct klp_object of that name.
proc make_patch {text {tag fs/one.c} {records ""} {object ""} args} {
    set records [expr {$records eq "" ? $::references : $records}]
    set old [lindex [lsearch -inline -index 0 $records patch] 1]
    set text "[klp_note $tag $records]\n$text\n[livepatch $old replacement]"
    if {$object ne ""} {
	set text [string map [list "{ .funcs = funcs }" "{ .name = \"$object\", .funcs = funcs }"] $text]
    }
    klp_write_exact patch.c $text
    klp_module -cflags $args patch {patch.c}
}

# klp-fixer for the kernel of that variant.
proc fix_for {variant args} {
    klp_run $::klp_fixer -v [kernel $variant]/vmlinux -s [kernel $variant]/Module.symvers {*}$args patch.ko
}

# What a function leads to, of that what has a name, which strings have not, and is not there for ftrace.
proc named_leads {memory function} {
    return [lsearch -all -inline -not -regexp [loader_leads $memory $function] {^(0x.*|_mcount)$}]
}

# patch.ko in memory, BYTES behind the kernel.
proc load_near {bytes {vmlinux ""}} {
    set before $::loader_distance
    set ::loader_distance $bytes
    set memory [loader_load patch.ko [expr {$vmlinux eq "" ? "[kernel]/vmlinux" : $vmlinux}]]
    set ::loader_distance $before
    return $memory
}

proc debug_dir {} {
    return [file dirname [kernel]]/debug
}

proc my_module {} {
    return [debug_dir]/lib/modules/$::klp_release/kernel/drivers/my.ko
}

set everything [string map [list %CODE [dict get $cross code]] {
    static int (*const table[])(int) __used = { hidden, twin, hidden };
    static long *const places[] __used = { numbers, numbers + 2 };
    keep int calls(int x) { return hidden(x) + printk("%d", x) + 1; }
    keep int jumps(int x) { return hidden(x + 1); }
    keep int loads(int x) { return counter + numbers[1] + letters[2]; }
    keep int *stores(int x) { counter = x; letters[1] = x; numbers[3] = x; return &counter; }
    static int replacement(int x) { return calls(x) + jumps(x) + loads(x) + *stores(x); }
    %CODE
}]

proc expect_leads {memory leads} {
    foreach {function names} $leads {
	klp_expect_text [named_leads $memory $function] is [lsort $names] "$function: leads to $names"
    }
    klp_expect_text [loader_pointers $memory table] is {hidden twin hidden} "pointers to functions"
    klp_expect_text [loader_pointers $memory places] is {numbers numbers+16} "pointers to variables"
}

klp_test "code and data of every form" {
    make_patch $::everything
    fixed patch.ko "the module"
    expect_symbols patch.ko {vmlinux.counter,0 vmlinux.hidden,0 vmlinux.letters,0 vmlinux.numbers,0 vmlinux.twin,1} "has the symbols"
    expect_leads [load_near [dict get $::cross near]] [dict get $::cross leads]
    fixer -q --check patch.ko
    klp_succeeds "the finished one is checked"
}

klp_test "functions of one name" {
    foreach {tag position} {fs/one.c 1 fs/two.c 2} {
	make_patch {static int replacement(int x) { return twin(x); }} $tag \
	    [list {local function twin Fs4(s4) "int twin(int x)"} [list patch [expr {$position == 1 ? "one" : "two"}] replacement Fs4(s4)]]
	fixed patch.ko "$tag"
	set memory [loader_load patch.ko [kernel]/vmlinux]
	klp_expect_that [expr {[lindex [dict get $memory kallsyms twin] $position-1] in [loader_targets $memory replacement]}] \
	    "$tag: the one of that file"
    }
}

klp_test "a module far away" {
    make_patch {
	keep int far_away(int x) { return hidden(x) + printk("%d", x) + 1; }
	static int replacement(int x) { return far_away(x); }
    }
    fixed patch.ko "the module"
    lassign [dict get $::cross far] base stubs
    # Calls as older compilers and assemblers have them reach no farther, in the kernel, too.
    if {[regexp -line {R_(RISCV_CALL|390_PC32DBL) .*\mhidden} [exec [klp_tool readelf] -rW patch.ko]]} {
	klp_expect_that [catch {loader_load patch.ko [kernel]/vmlinux $base}] "the kernel refuses it"
	return
    }
    set memory [loader_load patch.ko [kernel]/vmlinux $base]
    klp_expect_text [dict size [dict get $memory stubs]] is $stubs "the calls need stubs"
    klp_expect_text [named_leads $memory far_away] is {hidden printk} "which lead there"
}

klp_test "symbols of a module" {
    make_patch {
	static int *const place __used = &state;
	static int replacement(int x) { return local(x) + state + printk(""); }
    } drivers/my.c {
	{local function local Fs4(s4) "int local(int x)"}
	{local object state s4 "int state"}
	{patch mine replacement Fs4(s4) my}
    } my
    fixed patch.ko "the module" -d [debug_dir]
    expect_symbols patch.ko {my.local,0 my.state,0} "has the symbols"
    set memory [loader_load patch.ko [kernel]/vmlinux]
    klp_expect_text [lsearch -all -inline [loader_leads $memory replacement] my.*] is {} "nothing is resolved before the module is there"
    set memory [loader_late $memory my [my_module]]
    klp_expect_text [named_leads $memory replacement] is {my.local my.state printk} "and then all is"
    klp_expect_text [loader_pointers $memory place] is my.state "the pointer, too"
    # The module comes back elsewhere. Nothing was cleared.
    set memory [loader_late $memory my [my_module] 0x40000]
    klp_expect_text [named_leads $memory replacement] is {my.local my.state printk} "a second time"
}

# Whether a kernel's ftrace sites are zeros, which dynamic relocations fill in.
proc has_dynamic_sites {vmlinux} {
    set elf [elf_read $vmlinux]
    set section [elf_section $elf .init.data]
    set start [expr {[klp_address $vmlinux __start_mcount_loc] - [loader_word [dict get $section address]]}]
    return [expr {[string range [elf_bytes $elf $section] $start $start+7] eq [string repeat \0 8]}]
}

klp_test "where the ftrace sites are" {
    foreach {variant kind what} [dict get $::cross sites] {
	klp_expect_that [expr {[has_dynamic_sites [kernel $variant]/vmlinux] == ($kind eq "dynamic")}] "$what: they are $kind"
	foreach {old status} {one 0 unseen 1} {
	    make_patch {static int replacement(int x) { return x; }} fs/one.c [list [list patch $old replacement Fs4(s4)]]
	    fix_for $variant -q
	    klp_expect status is $status "$what: $old"
	    if {$status} {
		klp_expect stderr matches {error: 'unseen' cannot be replaced: it has no ftrace site \[untraceable\]$} "$what: $old is refused"
	    }
	}
    }
    make_patch {static int replacement(int x) { return x; }} drivers/my.c {{patch mine replacement Fs4(s4) my}} my
    fixed patch.ko "a module's function" -d [debug_dir]
}

klp_test "the inner function of a system call" {
    make_patch {static int replacement(int x) { return x; }} fs/one.c {{patch __do_sys_thing replacement Fs4(s4)}}
    refused patch.ko 1 [list {'__do_sys_thing' cannot be replaced: it has no ftrace site \[untraceable\]$} \
	"note: .*'[dict get $::cross prefix]thing'"] "its wrapper is named"
}

klp_test "relocations that modules do not have" {
    foreach {instruction name} [dict get $::cross foreign] {
	make_patch "static int replacement(int x) { asm volatile(\"[format $instruction __klp.fs_one_c.hidden]\"); return hidden(x); }"
	refused patch.ko 1 [list "the kernel would refuse the module: relocation \\d+ of \\.klp\\.rela\\.vmlinux\\.\\.text is $name, which it\
	    does not apply to modules \\\[loader]$"] "$instruction is refused"
    }
}

klp_test "a table that the kernel reads before it knows a module's symbols" {
    foreach {section what} [dict get $::cross special] {
	make_patch "static int replacement(int x)
{
	asm volatile(\".pushsection $section, \\\"a\\\"; .quad __klp.drivers_my_c.state; .zero 40; .popsection\");
	return state;
}" drivers/my.c {{local object state s4 "int state"} {patch mine replacement Fs4(s4) my}} my
	refused patch.ko 1 [list "'state' of the module 'my' cannot be part of $what \\(section [string map {. \\.} $section]\\) \\\[special]$" {note: }] \
	    "$section is refused" -d [debug_dir]
    }
}

klp_test "sections that the module loader demands" {
    foreach section [dict get $::cross needed] {
	make_patch {static int replacement(int x) { return hidden(x); }}
	klp_must [klp_tool objcopy] -R $section patch.ko
	refused patch.ko 1 [list "^patch\\.ko: error: the kernel would refuse the module: it has no section [string map {. \\.} $section] \\\[loader]$" \
	    {note: .*scripts/module\.lds}] "$section is missed"
    }
    if {[dict get $::cross unneeded] ne ""} {
	klp_kernel $::sources
	make_patch {static int replacement(int x) { return hidden(x); }}
	foreach section [dict get $::cross unneeded] {
	    klp_must [klp_tool objcopy] -R $section patch.ko
	}
	klp_run $::klp_fixer -q -v kernel/vmlinux -s kernel/Module.symvers patch.ko
	klp_succeeds "a kernel without stubs demands none"
    }
}

klp_test "bytes under a relocation" {
    make_patch {static int replacement(int x) { return hidden(x) + counter; }}
    fixed patch.ko "the module"
    set elf [elf_read patch.ko]
    set section [elf_section $elf .text]
    set relocation [lindex [elf_relocations $elf [elf_section $elf .klp.rela.vmlinux..text]] 0]
    lassign [dict get $::cross filled] byte bit
    set at [expr {[dict get $section offset] + [lindex $relocation 0] + $byte}]
    change_file patch.ko $at [binary format c [expr {[scan [string index [dict get $elf bytes] $at] %c] ^ $bit}]]
    fixer -q --check patch.ko
    klp_succeeds "may be anything"
}

# As "plan" (plan.tcl), with the digests of the native compiler: they tell of meaning, not of code.
proc plan_with {path object args} {
    klp_arch [klp_native_arch]
    foreach {folder ending} [list [kernel] old [pwd]/new new] {
	klp_in_folder $folder klp_must {*}[klp_kernel_command] -w -fplugin=$::klp_plugin \
	    -fplugin-arg-klpmake-digest=[pwd]/[plan_file $path $ending] -S -o /dev/null $path
    }
    klp_arch [dict get $::cross arch]
    klp_write_exact plan.list [join [list $path [plan_file $path old] [plan_file $path new] $object [plan_file $path plan]] "\t"]\n
    return [run_plan --source=[kernel] --files=[pwd]/new plan.list {*}$args]
}

# Likewise for the file PATH of a kernel in the test's folder, and an object of TEXT.
proc compare_kernel {path text args} {
    klp_write_exact other.c $text
    klp_must {*}[klp_kernel_command] -w {*}$args -c other.c -o other.o
    klp_arch [klp_native_arch]
    foreach {folder ending} [list kernel old new new] {
	klp_in_folder $folder klp_must {*}[klp_kernel_command] -w -fplugin=$::klp_plugin -fplugin-arg-klpmake-digest=[pwd]/other.$ending \
	    -S -o /dev/null $path
    }
    klp_arch [dict get $::cross arch]
    klp_write_exact plan.list "$path\tother.old\tother.new\tother.o\tother.plan\n"
    return [klp_run $::klp_plan -v kernel/vmlinux -r $::klp_release --source=kernel --files=[pwd]/new --allow=toolchain plan.list]
}

klp_test "the proof of the tool chain" {
    edit fs/one.c "return x + 11" "return x + 111"
    plan_with fs/one.c [kernel]/fs/one.o
    klp_expect stderr matches {6 of 6 functions are compiled to the kernel's own code$} "the kernel's own object"
    klp_must {*}[klp_kernel_command] -ffunction-sections -c [kernel]/fs/one.c -o sections.o
    plan_with fs/one.c sections.o
    klp_expect stderr matches {6 of 6 functions are compiled to the kernel's own code$} "with a section for each function"
    foreach {from to what} {
	"x + 1;" "x + 5;" "another number" "hidden(x) + twin(x)" "twin(x) + hidden(x)" "another order"
    } {
	klp_write_exact other.c [string map [list $from $to] [klp_read [kernel]/fs/one.c]]
	klp_must {*}[klp_kernel_command] -w -c other.c -o other.o
	plan_with fs/one.c other.o --allow=toolchain
	# Where only calls within the file differ, the places that they lead to are not looked at.
	klp_expect stderr matches [expr {$what eq "another order" ? "(6|5) of 6" : "5 of 6"}] "$what is another code"
    }
}

# Calls and jumps as the linker has filled them in: debug information does not have all.
klp_test "who calls what was __init" {
    klp_kernel {
	fs/early.c {
	    keep int __init called(int x) { return x + 7; }
	    keep int __init jumped(int x) { return x + 8; }
	    keep int __init lonely(int x) { return x + 9; }
	    keep int own(int x) { return lonely(x) + 10; }
	}
	fs/late.c {
	    extern int called(int x), jumped(int x), lonely(int x);
	    keep int calls(int x) { return called(x) + 20; }
	    keep int jumps(int x) { asm volatile(""); return jumped(x + 3); }
	    keep int __init too(int x) { return lonely(x) + 21; }
	}
    }
    set text [klp_read kernel/fs/early.c]
    foreach {name caller} {called calls jumped jumps lonely ""} {
	klp_write_exact new/fs/early.c [string map [list "__init $name" $name] $text]
	compare_kernel fs/early.c $text
	if {$caller eq ""} {
	    klp_expect status is 0 "$name: is accepted where only __init functions do"
	    klp_expect stderr lacks {\[init\]} "$name: without a message"
	} else {
	    klp_refused 1 [list "^fs/early\\.c:\\d+: error: the code of '$name' is gone, and '$caller' of another file calls it \\\[init\\]$"] "$name"
	}
    }
}

# code NAME TEXT [FLAG...]: the object NAME.o.
proc code {name text args} {
    klp_write_exact $name.c $text
    klp_must {*}[klp_kernel_command] -w -g0 {*}$args -c -o $name.o $name.c
}

# The functions whose code differs in the objects old.o and new.o.
proc differing {} {
    klp_write_exact same "klpmake-digest\t2\tx.c\nend\n"
    klp_write_exact list "1\tx.c\tvmlinux\tsame\tsame\told.o\tnew.o\n"
    klp_run $::klp_plan --program=klpmake --changed --verbose list
    return [lmap {all name} [regexp -all -inline -line {: the code of '(.*)' differs$} $::klp_result(stderr)] {set name}]
}

klp_test "whose code differs" {
    set start "int use(int); static keep int a(int x) { return x * 3; } static keep int b(int x) { return x * 5; }
static int v = 1, w = 2; int *pv = &v, *pw = &w;"
    lassign [lmap branch [dict get $::cross branches] {
	string cat "int f(int x) { asm volatile(\"" [format $branch a] "\"); return x; }"
    }] jump call
    foreach {what old new names} [string map [list %JUMP [list $jump] %CALL [list $call]] {
	"a number" "int f(int x) { return x + 1; }" "int f(int x) { return x + 2; }" f
	"what is called" "int f(int x) { return a(x) + 1; }" "int f(int x) { return b(x) + 1; }" f
	"what is called at the end" "int f(int x) { return a(x); }" "int f(int x) { return b(x); }" f
	"a jump in place of a call" %CALL %JUMP f
	"what is loaded" "int f(int x) { return v++; }" "int f(int x) { return w++; }" f
	"another place of the same" "int f(int x) { return a(x) + v++; }" "int g(int x) { return x * 7 + x / 9; } int f(int x) { return a(x) + v++; }" {}
	"a switch with other labels before it"
	    "int f(int x) { switch (x) { case 1: return use(3); case 2: return a(x); case 3: return use(1); case 4: return b(x); case 5: return use(7); } return x * v; }"
	    "int g(int x) { return x ? use(x) : a(x) + b(x); } int f(int x) { switch (x) { case 1: return use(3); case 2: return a(x); case 3: return use(1); case 4: return b(x); case 5: return use(7); } return x * v; }"
	    {}
    }] {
	foreach flags [concat {""} -ffunction-sections [dict get $::cross flags]] {
	    code old "$start\n$old" -fno-section-anchors {*}$flags
	    code new "$start\n$new" -fno-section-anchors {*}$flags
	    klp_expect_text [differing] is $names "$what$flags"
	}
    }
}

# Of the object ELF, the bits of each byte of the function NAME that the kernel's loader fills in, by the model of it:
# those that depend on where the symbols are, and those of "filled_besides".
proc filled_in {elf name} {
    set function [lsearch -inline [dict get $elf symbols] "* name $name"]
    set index [dict get $function section]
    set memory [dict create elf $elf big [dict get $elf big] image {} kallsyms {} base 0 bytes {} address {} stubs {} others {} symbols {}]
    set base 0x40000000
    foreach section [dict get $elf sections] {
	if {[dict get $section flags] & 2} {
	    dict set memory address [dict get $section index] $base
	    dict set memory bytes [dict get $section index] [elf_bytes $elf $section]
	    incr base 0x10000
	}
    }
    set place [dict get $memory address $index]
    set apply loader_[loader_arch $elf]_apply
    set bits [lrepeat [dict get $function size] 0]
    foreach distance [concat 0 [lmap bit [lsearch -integer -all [lrepeat 34 0] 0] {expr {1 << $bit}}]] {
	foreach sign {1 -1} {
	    dict set memory stubs {}
	    dict set memory stub_base [expr {$place + $sign * ($distance & ~3)}]
	    foreach symbol [dict get $elf symbols] {
		# RISC-V's second relocation of a pair names the place of the first.
		set own [expr {[string match .L0* [dict get $symbol name]] ? [dict get $symbol value] : $sign * $distance}]
		dict set memory symbols [dict get $symbol index] [expr {$place + $own}]
	    }
	    foreach section [elf_sections $elf info $index] {
		if {[dict get $section type] != 4} {
		    continue
		}
		set all [elf_relocations $elf $section]
		foreach relocation $all {
		    lassign $relocation offset type symbol addend
		    if {[dict exists $::cross filled_besides $type]} {
			set bits [bits_besides $bits $function $offset [dict get $::cross filled_besides $type]]
			if {[dict get $::cross filled_besides $type] == 0} {
			    continue
			}
		    }
		    # What does not reach is none of the places that there are.
		    if {[catch {$apply $memory [dict create section $index offset $offset type $type symbol $symbol addend $addend all $all \
			place [expr {$place + $offset}] value [loader_word [expr {[dict get $memory symbols $symbol] + $addend}]]]} result]} {
			continue
		    }
		    set bits [bits_changed $bits $function [dict get $memory bytes $index] [dict get $result bytes $index]]
		}
	    }
	}
    }
    return $bits
}

# BITS and those that are MASK of the instruction at an offset of the FUNCTION's section.
proc bits_besides {bits function offset mask} {
    for {set i 0} {$i < 4} {incr i} {
	set at [expr {$offset - [dict get $function value] + $i}]
	lset bits $at [expr {[lindex $bits $at] | $mask >> 8 * $i & 0xff}]
    }
    return $bits
}

# BITS and those in which the FUNCTION's bytes differ.
proc bits_changed {bits function one other} {
    set start [dict get $function value]
    set end [expr {$start + [dict get $function size] - 1}]
    binary scan [string range $one $start $end] cu* one
    binary scan [string range $other $start $end] cu* other
    return [lmap had $bits a $one b $other {expr {$had | $a ^ $b}}]
}

klp_test "each bit of the code" {
    foreach flags [concat {""} [dict get $::cross flags]] {
	code old "static keep int callee(int x) { return x * 3; } static int v = 1; static short w = 2; int *pv = &v; short *pw = &w; extern int z;
	    int f(int x) { v = callee(x) + w + z; return callee(v); }" -ffunction-sections -fno-section-anchors {*}$flags
	set elf [elf_read old.o]
	set function [lsearch -inline [dict get $elf symbols] "* name f"]
	set section [lindex [dict get $elf sections] [dict get $function section]]
	set bits [filled_in $elf f]
	klp_expect_that [expr {[lsearch -not -integer $bits 0] >= 0}] "$flags: something is filled in"
	klp_write_exact same "klpmake-digest\t2\tx.c\nend\n"
	set list ""
	set expected {}
	for {set bit 0} {$bit < 8 * [dict get $function size]} {incr bit} {
	    set at [expr {[dict get $section offset] + [dict get $function value] + $bit / 8}]
	    set byte [expr {[scan [string index [dict get $elf bytes] $at] %c] ^ 1 << $bit % 8}]
	    write_bytes bit-$bit.o [bytes_replace [dict get $elf bytes] $at [binary format c $byte]]
	    append list "1\tx.c\tvmlinux\tsame\tsame\told.o\tbit-$bit.o\n"
	    if {!([lindex $bits [expr {$bit / 8}]] >> $bit % 8 & 1)} {
		lappend expected $bit
	    }
	}
	klp_write_exact list $list
	klp_run $::klp_plan --program=klpmake --changed --verbose list
	set found [lmap {all bit} [regexp -all -inline -line {bit-(\d+)\.o: the code of 'f' differs$} $::klp_result(stderr)] {set bit}]
	klp_expect_text $found is $expected "$flags: those that are not filled in make another function"
    }
}

proc tell_relocations {} {
    klp_test "what the model has applied" {
	klp_need_arch
	klp_tell_relocations $::klp_arch [dict keys $::loader_applied] "the model"
    }
}
