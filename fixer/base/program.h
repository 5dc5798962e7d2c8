/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Other programs, run without a shell: what is theirs to know is a word of its own. Used by fix/link.c.
 */
#ifndef KLPMAKE_PROGRAM_H
#define KLPMAKE_PROGRAM_H

#include <signal.h>

/*
 * Signals that end this program, held back while there is something that has to be cleaned up. program_run() ends what
 * it runs when one comes.
 */
struct held_signals {
	sigset_t set, before; /* what is held; the mask */
	int came;	      /* the first one; 0: none */
};

void signals_hold(struct held_signals *held);
/* They take effect now: does not return where one came that ends this program. */
void signals_release(struct held_signals *held);

/*
 * Runs WORDS[0], searched in PATH, and waits for its end. It reads nothing, and what it prints goes to the file OUTPUT.
 * NULL ends both lists. *STATUS becomes what waitpid() tells. 0, or -1 after a message.
 */
int program_run(const char *const *words, const char *const *environment, const char *output,
		struct held_signals *held, int *status);

#endif
