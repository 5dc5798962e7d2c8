/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finds the lines that two versions of a file have in common. Comes in: numbers that stand for lines. Goes out: for
 * each line of the later one, which one of the earlier it is.
 *
 * The way is Eugene Myers's ("An O(ND) Difference Algorithm and Its Variations", 1986), in linear space: one search
 * from the front and one from the back, both with more and more edits, meet where a shortest list of edits can be
 * cut in two; then the same is done with both parts. Time is the number of lines times that of edits, memory a few
 * numbers for each line.
 */
#include "plan/line-match.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/util.h"

/* Part of both files: lines FROM to TO, without TO. */
struct range {
	long one_from, one_to, other_from, other_to;
};

struct match {
	const size_t *one, *other;
	size_t *matches;
	/* How far in ONE the searches have come on each diagonal (ONE's line minus OTHER's); of the whole room. */
	long *front, *back;
	long middle; /* the place of diagonal 0 in these */
};

/* One of the two searches: from the front, or from the back where all is counted from the end. */
struct search {
	const struct match *match;
	struct range range;
	long one_count, other_count;
	bool backward;
	long *reached;
};

static bool is_same(const struct search *search, long one, long other)
{
	const struct range *range = &search->range;

	if (search->backward)
		return search->match->one[range->one_to - 1 - one] ==
		       search->match->other[range->other_to - 1 - other];
	return search->match->one[range->one_from + one] ==
	       search->match->other[range->other_from + other];
}

/* Goes as far as it can with EDITS edits on DIAGONAL; the place in ONE. */
static long advance(const struct search *search, long edits, long diagonal)
{
	long *at = search->reached + search->match->middle + diagonal;
	long one = diagonal == -edits || (diagonal != edits && at[-1] < at[1]) ? at[1] : at[-1] + 1;
	long other = one - diagonal;

	while (one < search->one_count && other < search->other_count &&
	       is_same(search, one, other)) {
		one++;
		other++;
	}
	*at = one;
	return one;
}

/* Has SEARCH, now at ONE on DIAGONAL, met OPPOSITE, which has made up to EDITS edits? */
static bool meets(const struct search *search, const struct search *opposite, long edits, long one,
		  long diagonal)
{
	long theirs = search->one_count - search->other_count - diagonal;

	return theirs >= -edits && theirs <= edits &&
	       one + opposite->reached[search->match->middle + theirs] >= search->one_count;
}

/* Makes SEARCH use EDITS edits. True: it has met OPPOSITE, at *ONE and *OTHER, counted as SEARCH does. */
static bool step(const struct search *search, const struct search *opposite, long edits, long *one,
		 long *other)
{
	bool odd = (search->one_count + search->other_count) & 1;
	long least = -edits, most = edits;

	/* Diagonals that lie outside lead nowhere. */
	if (edits > search->other_count)
		least += 2 * (edits - search->other_count);
	if (edits > search->one_count)
		most -= 2 * (edits - search->one_count);
	for (long diagonal = least; diagonal <= most; diagonal += 2) {
		*one = advance(search, edits, diagonal);
		*other = *one - diagonal;
		if (odd != search->backward &&
		    meets(search, opposite, search->backward ? edits : edits - 1, *one, diagonal))
			return true;
	}
	return false;
}

/* Finds a place to cut RANGE, in which neither the first nor the last lines are the same. */
static void find_cut(const struct match *match, const struct range *range, long *one, long *other)
{
	struct search front = { match,
				*range,
				range->one_to - range->one_from,
				range->other_to - range->other_from,
				false,
				match->front },
		      back = front;

	back.backward = true;
	back.reached = match->back;
	front.reached[match->middle + 1] = back.reached[match->middle + 1] = 0;
	for (long edits = 0;; edits++) {
		if (step(&front, &back, edits, one, other)) {
			*one += range->one_from;
			*other += range->other_from;
			return;
		}
		if (step(&back, &front, edits, one, other)) {
			*one = range->one_to - *one;
			*other = range->other_to - *other;
			return;
		}
	}
}

static void match_range(const struct match *match, struct range range)
{
	struct range rest;
	long one, other;

	while (range.one_from < range.one_to && range.other_from < range.other_to &&
	       match->one[range.one_from] == match->other[range.other_from])
		match->matches[range.other_from++] = (size_t)++range.one_from;
	while (range.one_from < range.one_to && range.other_from < range.other_to &&
	       match->one[range.one_to - 1] == match->other[range.other_to - 1])
		match->matches[--range.other_to] = (size_t)range.one_to--;
	if (range.one_from == range.one_to || range.other_from == range.other_to)
		return;
	find_cut(match, &range, &one, &other);
	rest = (struct range){ one, range.one_to, other, range.other_to };
	range.one_to = one;
	range.other_to = other;
	match_range(match, range);
	match_range(match, rest);
}

void line_match(const struct line_list *one, const struct line_list *other, size_t *matches)
{
	size_t room = 2 * (one->count + other->count) + 5;
	struct match match = { .one = one->lines,
			       .other = other->lines,
			       .matches = matches,
			       .front = xcalloc(room, sizeof(long)),
			       .back = xcalloc(room, sizeof(long)),
			       .middle = (long)(room / 2) };

	match_range(&match, (struct range){ 0, (long)one->count, 0, (long)other->count });
	free(match.front);
	free(match.back);
}
