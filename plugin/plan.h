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
	char *symbol;	/* assembler name; of a variable inside of a function: the source's */
	char *function; /* that function; NULL: none */
	char *new_name; /* of PLAN_ACTION_REPLACE */
	bool used;	/* plan_find() has returned it */
};

/* Reads the plan PATH, or ends the compilation with an error. */
void plan_read(const char *path);
/* Was a plan read? */
bool plan_is_there(void);
/*
 * What the plan says of the symbol NAME, which is an assembler name, or, where FUNCTION is not NULL, that of a
 * static variable of this function in the source. NULL: nothing.
 */
const struct plan_entry *plan_find(const char *name, const char *function);
/* Reports what is to be replaced and was never looked for. */
void plan_check_used(void);

#endif
