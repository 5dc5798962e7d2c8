/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * When two functions are the same for who calls them: a rule on the signatures that klpmake-note.h describes,
 * for the plugin, whose digests of callers hold the signatures of what they call, and for klp-plan, which finds
 * out whether a function's own has changed. What a caller hands over does not depend on the size of a structure
 * that a pointer leads to: "F...(pS64:page;)" is the same call as "F...(pS72:page;)", "(S64:page;)" is not.
 */
#ifndef KLPMAKE_SIGNATURE_H
#define KLPMAKE_SIGNATURE_H

/*
 * The next character of SIGNATURE, from *AT on, which is moved behind it, that counts for a call; 0 at its end.
 * Start with *AT = SIGNATURE.
 */
static inline char klp_signature_next(const char *signature, const char **at)
{
	const char *now = *at;

	if (now - signature >= 2 && (now[-1] == 'S' || now[-1] == 'U') && now[-2] == 'p')
		while (*now >= '0' && *now <= '9')
			now++;
	*at = *now ? now + 1 : now;
	return *now;
}

static inline int klp_signature_same_call(const char *a, const char *b)
{
	const char *a_at = a, *b_at = b;
	char next;

	while ((next = klp_signature_next(a, &a_at)) == klp_signature_next(b, &b_at))
		if (!next)
			return 1;
	return 0;
}

#endif
