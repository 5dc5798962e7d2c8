# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the functions and variables of an object file come to, so that two objects can be compared. Comes in: an x86-64
# object that was compiled with -ffunction-sections. Goes out, for each name: a text of its bytes, where relocations
# go, and its entries in tables of the kernel, as those of __bug_table. Numbers that GCC gives do not occur.
package Object;

use strict;
use warnings;

my %reads_contents = map { $_ => 1 } 1, 7;	# SHT_PROGBITS, SHT_X86_64_UNWIND
my %wide = map { $_ => 1 } 1, 24;		# R_X86_64_64, R_X86_64_PC64
my %relative = map { $_ => 1 } 2, 4;		# R_X86_64_PC32, R_X86_64_PLT32

# contents(FILE): a reference to { functions => { NAME => TEXT }, variables => { NAME => TEXT } }.
sub contents
{
	my ($file) = @_;
	my $object = read_object($file);
	my %result = (functions => {}, variables => {});

	for my $symbol (sort { $a->{section} <=> $b->{section} || $a->{value} <=> $b->{value} }
			grep { defined $_->{kind} } @{$object->{symbols}}) {
		my $name = plain_name($symbol->{name});

		$result{$symbol->{kind}}{$name} .= text_of($object, $symbol);
	}
	add_entries($object, $result{functions});
	return \%result;
}

# Without what GCC puts behind a name: a number, or ".cold".
sub plain_name
{
	my ($name) = @_;

	$name =~ s/\.(?:cold|part|isra|constprop)(?:\.\d+)*//g;
	$name =~ s/\.\d+$//;
	$name =~ s/(__UNIQUE_ID_\w*?|__compiletime_assert_|__addressable_\w*?)\d+$/$1/;
	return $name;
}

# Are what the symbol is called, and whose it is, of no account?
sub is_nameless
{
	my ($name) = @_;

	return $name =~ /^(?:C\.|CSWTCH\.|__compound_literal\.|__func__\.|__PRETTY_FUNCTION__\.|__FUNCTION__\.|\.L)/;
}

sub read_object
{
	my ($file) = @_;
	my $data = do { local $/; open(my $stream, '<:raw', $file) or die "$file: $!\n"; <$stream> };
	my ($offset) = unpack('x40 Q<', $data);
	my ($size, $count, $names) = unpack('x58 v3', $data);
	my @sections = map { section(substr($data, $offset + $size * $_, $size)) } 0 .. $count - 1;
	my %object = (data => $data, sections => \@sections, symbols => [], at => {}, relocations => {});

	$_->{name} = string($data, $sections[$names]{offset} + $_->{name}) for @sections;
	for my $section (@sections) {
		read_symbols(\%object, $section) if $section->{type} == 2;
	}
	for my $section (@sections) {
		read_relocations(\%object, $section) if $section->{type} == 4;
	}
	return \%object;
}

sub section
{
	my %section;

	@section{qw(name type flags address offset size link info align entry)} = unpack('V2 Q<4 V2 Q<2', $_[0]);
	return \%section;
}

sub string
{
	my ($data, $at) = @_;

	return substr($data, $at, index($data, "\0", $at) - $at);
}

sub read_symbols
{
	my ($object, $section) = @_;
	my $strings = $object->{sections}[$section->{link}]{offset};

	for (my $at = 0; $at < $section->{size}; $at += 24) {
		my %symbol;

		@symbol{qw(name info other section value size)} =
			unpack('V C C v Q< Q<', substr($object->{data}, $section->{offset} + $at, 24));
		$symbol{name} = string($object->{data}, $strings + $symbol{name});
		$symbol{type} = $symbol{info} & 15;
		if ($symbol{section} && $symbol{section} < 0xff00 && $symbol{size}) {
			$symbol{kind} = { 1 => 'variables', 2 => 'functions' }->{$symbol{type}};
			push @{$object->{at}{$symbol{section}}}, \%symbol if defined $symbol{kind};
		}
		push @{$object->{symbols}}, \%symbol;
	}
}

sub read_relocations
{
	my ($object, $section) = @_;
	my @relocations;

	for (my $at = 0; $at < $section->{size}; $at += 24) {
		my ($offset, $info, $addend) = unpack('Q<2 q<', substr($object->{data}, $section->{offset} + $at, 24));

		push @relocations, { offset => $offset, type => $info & 0xffffffff, symbol => $info >> 32, addend => $addend };
		# What an instruction reaches counts from behind its four bytes; SHF_EXECINSTR.
		$relocations[-1]{behind} = 4
			if $relative{$relocations[-1]{type}} && $object->{sections}[$section->{info}]{flags} & 4;
	}
	$object->{relocations}{$section->{info}} = [sort { $a->{offset} <=> $b->{offset} } @relocations];
}

# Where a relocation goes: the symbol there, if any, the place in it, and a text of both.
sub target
{
	my ($object, $relocation, $depth) = @_;
	my $symbol = $object->{symbols}[$relocation->{symbol}];
	my ($section, $at) = ($object->{sections}[$symbol->{section}], $symbol->{value} + $relocation->{addend});
	my ($inside, $text);

	if (!$symbol->{section} || $symbol->{section} >= 0xff00) {
		return (undef, plain_name($symbol->{name}) . "+$relocation->{addend}");
	}
	$at += $relocation->{behind} // 0;
	# SHF_STRINGS
	return (undef, '"' . string($object->{data}, $section->{offset} + $at)) if $section->{flags} & 0x20;
	$inside = symbol_at($object, $symbol->{section}, \$at, $relocation->{behind});
	return (undef, span($object, $symbol->{section}, $at, $depth + 1)) unless $inside;
	$text = plain_name($inside->{name}) . '+' . ($at - $inside->{value});
	$text = 'contents ' . text_of($object, $inside, $depth + 1) if is_nameless($inside->{name}) && $depth < 3;
	return ($inside, $text);
}

# The symbol at a place, which is corrected: an instruction may have up to four bytes more behind what it reaches.
sub symbol_at
{
	my ($object, $number, $at, $behind) = @_;
	my @symbols = @{$object->{at}{$number} // []};

	for my $more (0, $behind ? (1, 2, 4) : ()) {
		my ($symbol) = grep { $_->{value} == $$at + $more } @symbols;

		next unless $symbol;
		$$at += $more;
		return $symbol;
	}
	return (grep { $_->{value} <= $$at && $$at < $_->{value} + $_->{size} } @symbols)[0];
}

# What is at a place that has no symbol: it goes on to where the next relocation leads to.
sub span
{
	my ($object, $number, $at, $depth) = @_;
	my $section = $object->{sections}[$number];
	my ($end) = grep { $_ > $at } @{places_in($object, $number)}, $section->{size};

	return $section->{name} if $depth > 2 || !defined $end;
	# An alternative without instructions ends in front of another function's, which would be told by where it goes.
	return 'part of ' . text_of($object, { section => $number, value => $at, size => $end - $at }, $depth) =~
		s/(:\d+):[\w.]+\+-?\d+/$1/gr;
}

# Where relocations lead to in a section.
sub places_in
{
	my ($object, $number) = @_;
	my %places;

	return $object->{places}{$number} if $object->{places}{$number};
	for my $relocation (map { @$_ } values %{$object->{relocations}}) {
		my $symbol = $object->{symbols}[$relocation->{symbol}];

		$places{$symbol->{value} + $relocation->{addend} + ($relocation->{behind} // 0)} = 1
			if $symbol->{section} == $number;
	}
	return $object->{places}{$number} = [sort { $a <=> $b } keys %places];
}

# RANGE: section, value and size.
sub text_of
{
	my ($object, $range, $depth) = @_;
	my $section = $object->{sections}[$range->{section}];
	my $bytes = $reads_contents{$section->{type}} ?
		substr($object->{data}, $section->{offset} + $range->{value}, $range->{size}) : "\0" x $range->{size};
	my $text = '';

	for my $relocation (@{$object->{relocations}{$range->{section}} // []}) {
		my $at = $relocation->{offset} - $range->{value};
		my $length = $wide{$relocation->{type}} ? 8 : 4;

		next if $at < 0 || $at + $length > $range->{size};
		substr($bytes, $at, $length) = "\0" x $length;
		$text .= " $at:$relocation->{type}:" . (target($object, $relocation, $depth // 0))[1];
	}
	return "$section->{name} " . unpack('H*', $bytes) . "$text\n";
}

# Tables have an entry for each place in code; it begins where a relocation leads to a function.
sub add_entries
{
	my ($object, $functions) = @_;

	for my $number (sort { $a <=> $b } keys %{$object->{relocations}}) {
		my $section = $object->{sections}[$number];

		next if $object->{at}{$number} || !($section->{flags} & 2) ||
			$section->{name} =~ /^(?:\.discard|__mcount_loc|__patchable|\.orc|\.text|\.init\.text|\.exit\.text)/;
		add_entries_of($object, $number, $functions);
	}
}

sub add_entries_of
{
	my ($object, $number, $functions) = @_;
	my $size = $object->{sections}[$number]{size};
	my @starts;

	for my $relocation (@{$object->{relocations}{$number}}) {
		my ($symbol) = target($object, $relocation, 0);

		push @starts, [$relocation->{offset}, $symbol->{name}]
			if $symbol && $symbol->{kind} eq 'functions';
	}
	for my $i (0 .. $#starts) {
		my ($start, $name) = @{$starts[$i]};
		my $end = $i < $#starts ? $starts[$i + 1][0] : $size;
		my $text = text_of($object, { section => $number, value => $start, size => $end - $start });

		# The place in the function is told by its code.
		$text =~ s/:\Q$name\E\+-?\d+/:here/g;
		$functions->{plain_name($name)} .= $text;
	}
}

1;
