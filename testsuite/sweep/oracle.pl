#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Tells for every function and every static or global variable that a kernel image defines what the
# right answer to "kallsympos SOURCE SYMBOL" is. It knows DWARF and the symbol table only as
# eu-readelf prints them and has no code and no library in common with klpmake, so that the two
# can be compared.
#
#	oracle.pl VMLINUX	prints tab-separated, for each question once:
#
#	SOURCE SYMBOL KIND VERDICT [ELF-SYMBOL ADDRESS POSITION]
#
# SYMBOL is FUNCTION::NAME for a variable inside of a function; KIND is function, variable, or both,
# and VERDICT "found" or the class of the refusal:
#
#	inlined		a function without code of its own
#	clone		its code is only in symbols such as NAME.isra.0, NAME.part.0
#	optimised-out	a variable without storage
#	overridden	a definition whose address has no symbol of its name, other ones have it
#	no-symbol	the same, and nothing else has the name either
#	init		its section is dropped after booting
#	ambiguous	several symbols can be meant
#
# For ambiguous, the last three fields are missing and the candidates follow, as SYMBOL@ADDRESS.
#
# What the stages do: symbols, then file names of the units, then the units' entries one by one
# (read_info), the few address ranges that these name, and at last the answers.
use strict;
use warnings;

die "usage: oracle.pl VMLINUX\n" if @ARGV != 1 || $ARGV[0] =~ /^-/;
my $vmlinux = $ARGV[0];

my @section;		# name by index
my %at;			# address => symbols there, each [NAME, ADDRESS, SECTION, POSITION]
my %named;		# name => its symbols, in the order of kallsyms
my %files;		# offset of a line number table => paths by file number
my %range_of;		# offset of a range list => [[START, END]...]; filled for the wanted ones
my @unit;		# see end_unit()

# The attributes that are kept of an entry of .debug_info.
my %matters = map { $_ => 1 } qw(name linkage_name decl_file declaration low_pc high_pc ranges
	abstract_origin specification comp_dir stmt_list artificial);

read_sections();
read_symbols();
read_files();
read_info();
read_ranges();
answer();

# readelf OPTION...: a stream of what eu-readelf prints.
sub readelf
{
	local $ENV{LC_ALL} = 'C';

	open(my $stream, '-|', 'eu-readelf', @_, $vmlinux) or die "eu-readelf: $!\n";
	return $stream;
}

sub finish
{
	my ($stream, $what) = @_;

	close($stream) or die "eu-readelf $what failed\n";
}

sub read_sections
{
	my $stream = readelf('-S');

	while (<$stream>) {
		$section[$1] = $2 if /^\[ *([0-9]+)\] (\S+) /;
	}
	finish($stream, '-S');
}

# Position is 0 for a unique name, else it counts from 1 in the order of addresses. Left out is
# what scripts/kallsyms.c leaves out: undefined and absolute symbols, and some names.
sub read_symbols
{
	my $stream = readelf('-s');

	while (<$stream>) {
		my (undef, $address, undef, $type, undef, undef, $index, $name) = split;

		next if !defined $name || $address !~ /^[0-9a-f]{16}$/ || $index !~ /^[0-9]+$/;
		next if $type eq 'SECTION' || $type eq 'FILE';
		next if $name =~ /^(kallsyms_(addresses|offsets|relative_base|num_syms|names|markers|token_table|token_index|seqs_of_names)|_SDA2?_BASE_)$/;
		next if $name =~ /^(__efistub_|__kcfi_typeid_)/;

		my $symbol = [$name, $address, $section[$index], 0];

		push @{$named{$name}}, $symbol;
		push @{$at{$address}}, $symbol;
	}
	finish($stream, '-s');
	die "no symbols in $vmlinux\n" unless %named;

	for my $same (values %named) {
		my $position = 0;

		@$same = sort { $a->[1] cmp $b->[1] } @$same;
		next if @$same == 1;
		$_->[3] = ++$position for @$same;
	}
}

# A path relative to the compilation folder, without "x/.." and ".".
sub clean
{
	my ($path) = @_;
	my @parts;

	for my $part (split m{/+}, $path) {
		next if $part eq '.';
		if ($part eq '..' && @parts && $parts[-1] ne '..' && $parts[-1] ne '') {
			pop @parts;
		} else {
			push @parts, $part;
		}
	}
	return join('/', @parts);
}

# The file tables, without the line number programs that follow each.
sub read_files
{
	my $stream = readelf('-N', '--debug-dump=line');
	my ($table, $part, @folder) = (undef, '');

	while (<$stream>) {
		if (/^Table at offset ([0-9]+)/) {
			$table = $files{$1} = [];
			@folder = ();
		} elsif (/^(Directory|File name|Line number)/) {
			$part = $1;
		} elsif ($part eq 'Directory' && /^ *([0-9]+) +(.*) \([0-9]+\)$/) {
			$folder[$1] = $2;
		} elsif ($part eq 'File name' && /^ *([0-9]+) +(.*) \([0-9]+\), +([0-9]+)$/) {
			my ($number, $name, $folder) = ($1, $2, $3);

			# Folder 0 is the compilation's own.
			$name = "$folder[$folder]/$name" if $folder && $name !~ m{^/};
			$table->[$number] = clean($name);
		}
	}
	finish($stream, '--debug-dump=line');
}

# An entry of .debug_info is a hash of the attributes that matter here, and
#	tag	subprogram, variable, inlined_subroutine, compile_unit
#	scope	the entry of the function that it lies in, if any
#	ops	the operations of its location
#
# eu-readelf prints a line " [OFFSET]  TAG" for each entry, indented by its depth, then a line
# "NAME (FORM) VALUE" for each attribute; the operations of a location follow on lines of their own.
sub read_info
{
	my $stream = readelf('-N', '--debug-dump=info');
	my ($entry, $entries, @open, $location);

	while (<$stream>) {
		if (substr($_, 0, 2) eq ' [') {
			undef $entry;
			next unless /^ \[ *([0-9a-f]+)\]( +)(subprogram|variable|inlined_subroutine|lexical_block|compile_unit) /;

			my ($offset, $depth, $tag) = ($1, length $2, $3);

			pop @open while @open && $open[-1]{depth} >= $depth;
			next if $tag eq 'lexical_block';
			if ($tag eq 'compile_unit') {
				end_unit($entries) if $entries;
				$entries = {};
			}
			$entry = { tag => $tag, depth => $depth };
			$entry->{scope} = $open[-1] if @open && $open[-1]{tag} ne 'compile_unit';
			push @open, $entry if $tag ne 'variable';
			$entries->{$tag eq 'compile_unit' ? 'unit' : $offset} = $entry;
			$location = 0;
		} elsif (!$entry) {
			next;
		} elsif (/^ +([a-z_]+) +\(([a-z0-9_]+)\) ?(.*)$/) {
			$location = $1 eq 'location' && $2 eq 'exprloc';
			$entry->{$1} = $3 if $matters{$1};
		} elsif ($location && /^ +\[ *[0-9]+\] (.*)$/) {
			push @{$entry->{ops}}, $1;
		}
	}
	finish($stream, '--debug-dump=info');
	die "no debug information in $vmlinux\n" unless $entries;
	end_unit($entries);
}

sub text
{
	my ($value) = @_;

	return defined $value && $value =~ /^"(.*)"$/ ? $1 : undef;
}

# The addresses that an entry's code begins at: of a function in several parts, only the first
# part has its name. A range list is read later.
sub code
{
	my ($entry) = @_;

	if (defined $entry->{ranges} && $entry->{ranges} =~ /\[ *([0-9a-f]+)\]/) {
		$range_of{$1} = [];
		return { list => $1 };
	}
	return unless defined $entry->{low_pc} && $entry->{low_pc} =~ /^(?:0x)?([0-9a-f]+)/;

	my $start = sprintf('%016s', $1);
	my $end = defined $entry->{high_pc} && $entry->{high_pc} =~ /\(0x([0-9a-f]+)\)/ ? $1 : $start;

	return { start => $start, end => sprintf('%016s', $end) };
}

# The entry that an entry is a copy or the completion of, or itself.
sub origin
{
	my ($entries, $entry) = @_;

	while (my $value = $entry->{abstract_origin} // $entry->{specification}) {
		$value =~ /\[ *([0-9a-f]+)\]/ && $entries->{$1} or return $entry;
		$entry = $entries->{$1};
	}
	return $entry;
}

# Distils what a unit defines, before its entries are forgotten: a list of definitions
#	kind, name	function or variable; FUNCTION::NAME for one inside of a function
#	label		assembler name, where that is another one
#	file		path of the file with the definition
#	code		of a function: see code()
#	address		of a variable with storage
sub end_unit
{
	my ($entries) = @_;
	my $unit = delete $entries->{unit};
	my ($table) = ($unit->{stmt_list} // '') =~ /^([0-9]+)/;
	my %definition;

	for my $offset (sort { hex $a <=> hex $b } keys %$entries) {
		my $entry = $entries->{$offset};

		next if $entry->{tag} eq 'inlined_subroutine' || defined $entry->{declaration};

		my $origin = origin($entries, $entry);
		my $name = text($origin->{name});

		next unless defined $name;

		my $function = $entry->{tag} eq 'subprogram';
		my @ops = @{$entry->{ops} // []};
		my $address;

		if (!$function) {
			$address = sprintf('%016s', $1) if @ops == 1 && $ops[0] =~ /^addr (?:0x)?([0-9a-f]+)/;
			if ($entry->{scope}) {
				my $scope = text(origin($entries, $entry->{scope})->{name}) // next;

				# Whether one without storage was static is not told, but for __func__.
				next unless defined $address || defined $entry->{artificial};
				$name = "${scope}::$name";
			} elsif (!defined $address && @ops) {
				# A register that has a name.
				next;
			}
		}

		my $known = $definition{$origin} //= {
			kind => $function ? 'function' : 'variable',
			name => $name,
			label => text($origin->{linkage_name}),
			file => $entry->{decl_file} // $origin->{decl_file},
			code => [],
		};
		$known->{file} = $entry->{decl_file} if defined $entry->{specification} && defined $entry->{decl_file};
		$known->{address} = $address if defined $address;
		push @{$known->{code}}, code($entry) if $function;
	}

	for my $known (values %definition) {
		my ($number) = ($known->{file} // '') =~ /\(([0-9]+)\)/;

		$known->{file} = defined $number && defined $table ? $files{$table}[$number] : undef;
	}
	push @unit, {
		name => clean(text($unit->{name})),
		folder => clean(text($unit->{comp_dir}) // ''),
		code => [code($unit)],
		definition => [values %definition],
	};
}

# The range lists that entries of functions and units name.
sub read_ranges
{
	my $stream = readelf('-N', '--debug-dump=ranges');
	my ($list, $start);

	while (<$stream>) {
		if (/^ *Offset: ([0-9a-f]+),/) {
			$list = $range_of{$1};
		} elsif (!$list) {
			next;
		} elsif (/^ +0x([0-9a-f]+)\.\.$/) {
			$start = $1;
		} elsif (defined $start && /^ +0x([0-9a-f]+)$/) {
			push @$list, { start => $start, end => sprintf('%016x', hex64($1) + 1) };
			undef $start;
		}
	}
	finish($stream, '--debug-dump=ranges');
}

sub hex64
{
	no warnings 'portable';
	return hex $_[0];
}

sub ranges
{
	return map { defined $_->{list} ? @{$range_of{$_->{list}}} : $_ } @_;
}

# What a definition's name leads to: [CLASS], or ['found', SYMBOL...].
sub resolve_function
{
	my ($definition, $unit) = @_;
	my $name = $definition->{label} // $definition->{name};
	my @code = @{$definition->{code}};
	my @start = map { $_->{start} } map { (ranges($_))[0] // () } @code;
	my @here = map { @{$at{$_} // []} } @start;
	my @found = grep { $_->[0] eq $name } @here;

	# Identical functions are folded into one: the others keep a symbol and lose their code.
	@found = grep { in_unit($_, $unit) } @{$named{$name} // []} unless @found || @start;
	return ['found', @found] if @found;
	return ['clone'] if grep { /^\Q$name\E\.(isra|constprop|part|cold)\b/ } map { $_->[0] } @here;
	return ['inlined'] unless @start;
	return [$named{$name} ? 'overridden' : 'no-symbol'];
}

sub in_unit
{
	my ($symbol, $unit) = @_;

	for my $range (ranges(@{$unit->{code}})) {
		return 1 if $symbol->[1] ge $range->{start} && $symbol->[1] lt $range->{end};
	}
	return 0;
}

sub resolve_variable
{
	my ($definition) = @_;
	my ($scope, $name) = $definition->{name} =~ /^(?:(.*)::)?(.*)$/;
	my @found;

	return ['optimised-out'] unless defined $definition->{address};
	$name = $definition->{label} // $name;
	@found = grep { $_->[0] eq $name } @{$at{$definition->{address}} // []};
	if (!@found && defined $scope) {
		@found = grep { $_->[0] =~ /^\Q$name\E\.[0-9]+$/ } @{$at{$definition->{address}} // []};
	}
	return ['found', @found] if @found;
	return [$named{$name} ? 'overridden' : 'no-symbol'];
}

# Absolute names of assembler units are relative to the folder that these names have in common.
sub source_root
{
	my $root;

	for my $path (map { ($_->{name}, $_->{folder}) } @unit) {
		next unless $path =~ m{^/};
		$root = $path unless defined $root;
		$root =~ s{/[^/]*$}{} while index("$path/", "$root/") != 0;
	}
	return $root // '';
}

sub relative
{
	my ($path, $folder, $root) = @_;

	for my $prefix ($folder, $root) {
		return substr($path, length($prefix) + 1) if $prefix ne '' && index($path, "$prefix/") == 0;
	}
	return $path;
}

sub answer
{
	my $root = source_root();
	my %asked;

	for my $unit (@unit) {
		my $source = relative($unit->{name}, $unit->{folder}, $root);

		for my $definition (@{$unit->{definition}}) {
			my $file = $definition->{file};
			my @sources = ($source);

			# A source file that others include is a source of its own.
			if (defined $file) {
				$file = relative($file, $unit->{folder}, $root);
				push @sources, $file if $file =~ /\.[cS]$/ && $file ne $source;
			}
			my $result = $definition->{kind} eq 'function' ?
				resolve_function($definition, $unit) : resolve_variable($definition);

			push @{$asked{"$_\t$definition->{name}"}}, [$definition->{kind}, @$result] for @sources;
		}
	}
	for my $question (sort keys %asked) {
		print join("\t", $question, verdict(@{$asked{$question}})), "\n";
	}
}

# The one answer for all definitions of a name in a source file.
sub verdict
{
	my (%kind, %class, %symbol);

	for (@_) {
		my ($kind, $class, @symbols) = @$_;

		$kind{$kind} = 1;
		$class{$class} = 1;
		$symbol{"$_->[0]\@$_->[1]"} = $_ for @symbols;
	}

	my $kind = keys %kind > 1 ? 'both' : (keys %kind)[0];
	my @symbols = sort keys %symbol;

	return ($kind, 'ambiguous', @symbols) if @symbols > 1;
	return ($kind, join('+', sort keys %class)) unless @symbols;

	my ($name, $address, $section, $position) = @{$symbol{$symbols[0]}};

	return ($kind, $section =~ /^\.(init|exit)\b/ ? 'init' : 'found', $name, $address, $position);
}
