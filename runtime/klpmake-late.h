/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Replaces macros of the kernel's linux/jump_label.h and linux/tracepoint.h, when klpmake cuts a livepatch
 * out of a module's source file, or out of any of RISC-V: included at the end of each of the two.
 *
 * The kernel reads the tables of static keys and static calls when the livepatch is loaded, and the
 * symbols of a module are known only when that is there (see late-symbols.c of klp-fixer). So code of a
 * module asks for the value of a key each time, and calls the function that a tracepoint has for
 * architectures without static calls.
 */
#ifdef CONFIG_JUMP_LABEL

#undef static_branch_likely
#define static_branch_likely(x) likely(static_key_count((struct static_key *)&(x)->key) > 0)
#undef static_branch_unlikely
#define static_branch_unlikely(x) unlikely(static_key_count((struct static_key *)&(x)->key) > 0)

/* Functions, which tracepoints use. */
#undef static_key_false
#define static_key_false(key) unlikely(static_key_count((struct static_key *)(key)) > 0)
#undef static_key_true
#define static_key_true(key) likely(static_key_count((struct static_key *)(key)) > 0)

#endif

#ifdef __DO_TRACE_CALL
#undef __DO_TRACE_CALL
#define __DO_TRACE_CALL(name, args) __traceiter_##name(NULL, args)
#endif
