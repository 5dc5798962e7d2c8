# SPDX-License-Identifier: GPL-2.0-or-later
#
# Files that programs are attacked with when they are changed: mutate-elf.exp and fuzz.exp have these in common.

source [file dirname [info script]]/plan.tcl

set seed_sources {
    fs/one.h {
	struct one { int count; long total; };
	enum kind { FIRST, SECOND };
    }
    fs/one.c {
	#include "one.h"
	struct one root;
	keep static int hidden(int x) { return x + 1; }
	static int __used counter = 2;
	static __always_inline int inlined(int x) { return x * 3; }
	keep int one(int x) { static int __used calls = 3; return hidden(x) + inlined(x) + counter + ++calls; }
	keep int other(struct one *one, enum kind kind) { return one->count + kind; }
    }
    fs/two.c {
	#include "one.h"
	keep static int hidden(int x) { return x + 11; }
	keep int two(int x) { return hidden(x); }
	static int __used counter = 4;
	keep int closed(int x) { return x + 2; }
	asm(".pushsection .ibt_endbr_seal, \"a\"; .long closed - .; .popsection");
    }
}

# The folder of the seeds: kernels, modules of each kind, what comes of the source before and after a patch.
proc seeds {} {
    return [klp_shared seeds {
	plan_build $::seed_sources {drivers/my {drivers/my.c {
	    keep static int local(int x) { static int __used state = 5; return x + ++state; }
	    keep static int hidden(int x) { return x + 31; }
	    keep int mine(int x) { return local(x) + hidden(x); }
	}}}
	# Debug information of an older form, in a kernel that is the same otherwise.
	foreach {path block} $::seed_sources {
	    klp_write older/$path $block
	}
	klp_kernel -dir older -cflags {-gdwarf-4 -ffunction-sections} [dict remove $::seed_sources fs/one.h]
	file rename kernel/debug debug
	file copy [glob debug/lib/modules/*/kernel/drivers/my.ko] my.ko
	klp_write one.c "//KLPMAKE fs/one.c
#include <klpmake.h>
struct one { int count; long total; };
enum kind { FIRST, SECOND };
static int hidden(int x);
extern int counter KLPMAKE_LOCAL;
extern int calls KLPMAKE_LOCAL_IN(one);
extern int other(struct one *one, enum kind kind);
int use(int x);
int (*pointer)(int) = hidden;
int use(int x) { return hidden(x) + counter + calls + other((void *)0, SECOND); }
"
	klp_write two.c "//KLPMAKE fs/two.c
#include <klpmake.h>
static int hidden(int x);
extern int counter KLPMAKE_LOCAL;
extern int use(int x), one(int x);
static int replacement(int x) { printk(\"x\"); return hidden(x) + use(x) + one(x) + counter; }
[livepatch two replacement]"
	klp_module patch {one.c two.c}
	klp_write my-patch.c "//KLPMAKE drivers/my.c
#include <klpmake.h>
static int local(int x);
static int hidden(int x);
extern int state KLPMAKE_LOCAL_IN(local);
static int replacement(int x) { return local(x) + hidden(x) + state; }
[string map {"{ .funcs = funcs }" "{ .name = \"my\", .funcs = funcs }"} [livepatch mine replacement]]"
	klp_module my-patch {my-patch.c}
	foreach {from to} {patch finished my-patch my-finished} {
	    klp_must $::klp_fixer -q -v kernel/vmlinux -s kernel/Module.symvers -d debug -o here.ko $from.ko
	    file rename here.ko $to.ko
	}
	file mkdir new
	foreach {path block} $::seed_sources {
	    klp_write new/$path $block
	}
	klp_write_exact new/fs/one.c [string map {"x * 3" "x * 4" "x + 1;" "x + 100;"} [klp_read new/fs/one.c]]
	foreach {folder ending} {kernel old new new} {
	    set output [pwd]/fs_one.c.$ending
	    klp_in_folder $folder klp_must {*}[klp_kernel_command] -w -fplugin=$::klp_plugin -fplugin-arg-klpmake-digest=$output -S -o /dev/null \
		fs/one.c
	}
	file mkdir fs
	file copy kernel/fs/one.o fs/one.o
    }]
}
