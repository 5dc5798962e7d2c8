#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Compares a booted kernel's /proc/kallsyms with what its vmlinux makes one expect.
#
#	kallsyms.pl SYMBOLS KALLSYMS
#
# SYMBOLS is what "oracle.pl --symbols" printed. Each name has to be there as often as in vmlinux, and
# the symbols of one name in the same order. Prints each difference and the totals; exit status 1 if
# there is a difference.
use strict;
use warnings;
no warnings 'portable';

die "usage: kallsyms.pl SYMBOLS KALLSYMS\n" if @ARGV != 2;

# Of the tables' own symbols and what only modpost reads, some kernels' kallsyms have them (scripts/kallsyms.c and
# scripts/mksysmap). Nobody refers to these.
my $either = qr/^(?:kallsyms_|\.L|__kstrtab|__mod_device_table__|__UNIQUE_ID_modinfo_?[0-9]*$)/;

my ($symbols, $kallsyms) = @ARGV;
my (%expected, %given);		# name => addresses in order
my ($count, $repeated, $differences) = (0, 0, 0);

read_symbols();
read_kallsyms();
compare();
exit($differences ? 1 : 0);

sub read_symbols
{
	open(my $stream, '<', $symbols) or die "$symbols: $!\n";
	while (<$stream>) {
		my ($name, undef, $address) = split;

		push @{$expected{$name}}, $address if $name !~ $either;
	}
}

# Type A is not shifted by KASLR: the addresses of per-CPU variables are offsets. What belongs to a
# module has its name in brackets.
sub read_kallsyms
{
	my $shift;
	my @lines;

	open(my $stream, '<', $kallsyms) or die "$kallsyms: $!\n";
	while (<$stream>) {
		chomp;

		my ($address, $type, $name, $module) = split;

		next if defined $module || $name =~ $either;
		push @lines, [$address, $type, $name];
		$shift = hex($address) - hex($expected{_text}[0]) if $name eq '_text';
	}
	die "$kallsyms is not a kernel's, or its addresses are hidden\n" if !defined $shift || $shift < 0;

	for my $line (@lines) {
		my ($address, $type, $name) = @$line;

		$address = sprintf('%016x', hex($address) - $shift) if $type !~ /^[aA]$/;
		push @{$given{$name}}, $address;
		$count++;
	}
	printf "shift of the addresses: %x\n", $shift;
}

sub compare
{
	my %all = (%expected, %given);

	for my $name (sort keys %all) {
		my $one = join(' ', @{$expected{$name} // []});
		my $other = join(' ', @{$given{$name} // []});

		$repeated++ if @{$all{$name}} > 1;
		next if $one eq $other;
		$differences++;
		print "difference: $name: expected $one, given $other\n";
	}
	print "symbols: $count\n";
	print "names: ", scalar keys %all, "\n";
	print "names of several symbols: $repeated\n";
}
