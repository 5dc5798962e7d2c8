/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plan: what klp-plan says is to become of the functions and variables of a kernel source file. */
#ifndef KLPMAKE_PLAN_H
#define KLPMAKE_PLAN_H

enum plan_action {
	PLAN_ACTION_REPLACE,
	PLAN_ACTION_REFER_LOCAL,
	PLAN_ACTION_REFER_EXTERN,
};

struct plan_entry {
	enum plan_action action;
	char *symbol;	    /* assembler name; of a variable inside of a function: the source's */
	char *function;	    /* that function; NULL: none */
	unsigned int order; /* its place among several of the name there; 0: there is but one */
	unsigned int line; /* that declares it in the kernel's source, if there are several; else 0 */
	char *new_name;	   /* of PLAN_ACTION_REPLACE */
	bool used;	   /* plan_find() has returned it */
};

/* What the kernel has of a structure. */
struct plan_structure {
	char *name, *kernel_name;	/* as a digest has it */
	unsigned int size, kernel_size; /* bytes */
};

/* Reads the plan PATH, or ends the compilation with an error. */
void plan_read(const char *path);
/* Was a plan read? */
bool plan_is_there(void);
/* What the plan says of the symbol NAME, which is an assembler name. NULL: nothing. */
const struct plan_entry *plan_find(const char *name);
/* The same of a static variable of FUNCTION, whose name in the source is NAME, the ORDER-th one of that name. */
const struct plan_entry *plan_find_static(const char *name, const char *function,
					  unsigned int order);
/* What the kernel has of the structure NAME, of SIZE bytes, if it has it by another name or in another size; else NULL. */
const struct plan_structure *plan_find_structure(const char *name, unsigned HOST_WIDE_INT size);
/* Reports what is to be replaced and was never looked for. */
void plan_check_used(void);

#endif
