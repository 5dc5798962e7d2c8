#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Compares what kallsympos --batch said with what oracle.pl did.
#
#	compare.pl ORACLE ANSWERS ERRORS
#
# ANSWERS and ERRORS are standard output and standard error of the batch that was given the oracle's
# questions, in their order. Prints each difference with both sides, how many there are of each sort,
# the totals, and for each verdict of the oracle "ok: ..." or "failed: ...". Exit status 1 if there is
# a difference.
use strict;
use warnings;

die "usage: compare.pl ORACLE ANSWERS ERRORS\n" if @ARGV != 3;

my ($oracle, $answers, $errors) = @ARGV;
my (@question, %expected, %given, @difference);
my %sort;	# differences of a sort
my %total;	# answers that agree, by what they are
my %claim;	# differences by the oracle's verdict

read_oracle();
read_answers();
read_errors();
compare();
report();
exit(@difference ? 1 : 0);

sub lines
{
	my ($file) = @_;

	open(my $stream, '<', $file) or die "$file: $!\n";
	chomp(my @lines = <$stream>);
	return @lines;
}

sub read_oracle
{
	for (lines($oracle)) {
		my ($source, $symbol, $kind, $verdict, @candidates) = split /\t/;

		push @question, "$source $symbol";
		$expected{$question[-1]} = [$kind, $verdict, @candidates];
	}
}

# What is given for a question is a list: a second answer to it is a difference, too.
sub read_answers
{
	for (lines($answers)) {
		my ($source, $symbol, $object, $position, $address) = split /\t/;

		$address //= '';
		push @{$given{"$source $symbol"}}, "found $object $address,$position";
	}
}

sub read_errors
{
	my $file = '<stdin>';

	for (lines($errors)) {
		next unless /^\Q$file\E:([0-9]+): error: .* \[([a-z-]+)\]$/;
		push @{$given{$question[$1 - 1] // "line $1"}}, $2;
	}
}

# Whether an answer is one of those that are right.
sub agrees
{
	my ($given, $verdict, @candidates) = @_;

	return 1 if grep { $_ eq $given } split /\|/, $verdict;
	return 0 unless $verdict =~ /\bfound\b/;
	return (grep { $given eq 'found vmlinux ' . s/,[^,]*$//r } @candidates) > 0;
}

sub compare
{
	for my $question (@question) {
		my ($kind, $verdict, @candidates) = @{$expected{$question}};
		my @answers = @{delete $given{$question} // ['nothing']};

		$claim{$verdict} //= 0;
		if (@answers == 1 && agrees($answers[0], $verdict, @candidates)) {
			$total{$answers[0] =~ /^found / ? 'found' : $answers[0]}++;
			next;
		}

		my $class = join(' and ', map { /^(\S+)/ } @answers);

		$class .= ' elsewhere' if $class eq $verdict;
		$claim{$verdict}++;
		$sort{"$kind: $verdict expected, $class given"}++;
		push @difference, "$question: $verdict expected, $class given" . details(\@candidates, \@answers);
	}
	for my $question (sort keys %given) {
		$claim{'not asked'}++;
		$sort{'not asked'}++;
		push @difference, "$question: not asked, @{$given{$question}} given";
	}
}

sub details
{
	my ($candidates, $answers) = @_;
	my @details;

	push @details, "expected: @$candidates" if @$candidates;
	push @details, "given: @$answers" if grep { / / } @$answers;
	return @details ? ' (' . join('; ', @details) . ')' : '';
}

sub report
{
	print "difference: $_\n" for @difference;
	print "differences: $sort{$_} $_\n" for sort keys %sort;
	print "compared: ", scalar @question, "\n";
	print "agreed: ", @question - (grep { !/: not asked, / } @difference), "\n";
	print "agreed, $_: $total{$_}\n" for sort { $total{$b} <=> $total{$a} || $a cmp $b } keys %total;
	for my $verdict (sort keys %claim) {
		print $claim{$verdict} ? "failed: $verdict: $claim{$verdict} differ\n" : "ok: $verdict: all agree\n";
	}
}
