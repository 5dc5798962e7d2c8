#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Tells for every function and every static or global variable that a kernel image defines what the
# right answer to "kallsympos SOURCE SYMBOL" is. It knows debug information and symbol table only as
# eu-readelf prints them, and has no code and no library in common with klpmake: a difference
# between the two is a mistake in one of them.
#
#	oracle.pl VMLINUX		prints, tab-separated, for each question once
#
#		SOURCE SYMBOL KIND VERDICT [CANDIDATE...]
#
#	oracle.pl --symbols VMLINUX	prints what /proc/kallsyms has to contain, sorted by name:
#
#		NAME POSITION ADDRESS
#
# SYMBOL is FUNCTION::NAME for a variable inside of a function. KIND is function, variable or both. A
# CANDIDATE is ADDRESS,POSITION,ELF-SYMBOL. VERDICT is one of
#
#	found		the candidates have one address; where they are several (empty objects,
#			folded constants), each is right
#	only-inlined	a function without code of its own, which others may contain
#	clone		its code is only in symbols such as NAME.isra.0 and NAME.part.0
#	optimised-out	a variable without storage, or a function that is nowhere
#	overridden	the definition's address has no symbol of its name, other places have one
#	no-symbol	nothing has the name: its section was discarded by the linker
#	init		found, but dropped after booting
#	ambiguous	the candidates have several addresses
#
# or several of these with "|" between them, where the debug information does not tell: each is right.
use strict;
use warnings;
no warnings 'portable';

my $symbols_only = @ARGV && $ARGV[0] eq '--symbols' && shift @ARGV;
die "usage: oracle.pl [--symbols] VMLINUX\n" if @ARGV != 1 || $ARGV[0] =~ /^-/;
my $vmlinux = $ARGV[0];

my @section;		# name by index
my @contents;		# of the sections that are in memory: { start, end, offset }, numbers
my %at;			# address => the symbols there, see read_symbols()
my %named;		# name => the symbols of that name, in the order of /proc/kallsyms
my %located;		# addresses that a variable has in the debug information
my %func;		# a source file's name => its symbols __func__.N
my %files;		# offset of a line number table => paths by file number
my %range_of;		# offset of a range list => its ranges { start, end }, for the wanted ones
my @unit;		# see end_unit()

# The attributes that are kept of an entry of .debug_info.
my %matters = map { $_ => 1 } qw(name linkage_name decl_file declaration external inline low_pc
	high_pc ranges abstract_origin specification comp_dir stmt_list artificial language);

# Symbols that kallsyms does not list.
my $not_listed = qr{^(?:\$|\.L|L0$|__crc_|__kstrtab(?:ns)?_|__efistub_|__kcfi_typeid_|_SDA2?_BASE_$
	|kallsyms_(?:addresses|offsets|relative_base|num_syms|names|markers|seqs_of_names)$
	|kallsyms_token_(?:table|index)$)}x;

# Suffixes that the compiler gives to what it made of a function.
my $clone = qr/\.(?:isra|constprop|part|cold)\b/;

read_sections();
read_symbols();
if ($symbols_only) {
	print_symbols();
} else {
	read_files();
	read_info();
	read_ranges();
	answer();
}

# readelf OPTION...: a stream of what eu-readelf prints. Addresses are 16 digits everywhere below, so
# that they compare as text.
sub readelf
{
	local $ENV{LC_ALL} = 'C';

	open(my $stream, '-|', 'eu-readelf', @_, $vmlinux) or die "cannot run eu-readelf: $!\n";
	return $stream;
}

sub finish
{
	my ($stream, $what) = @_;

	close($stream) or die "eu-readelf $what failed\n";
}

sub address
{
	return ('0' x (16 - length $_[0])) . $_[0];
}

sub read_sections
{
	my $stream = readelf('-S');

	while (<$stream>) {
		$section[$1] = $2 if /^\[ *([0-9]+)\] (\S+) /;
		next unless /^\[ *[0-9]+\] \S+ +PROGBITS +([0-9a-f]{16}) ([0-9a-f]+) ([0-9a-f]+) /;
		push @contents, { start => hex($1), end => hex($1) + hex($3), offset => hex($2) } if hex($1);
	}
	finish($stream, '-S');
}

# A symbol is { name, address, type, section, file, position }: file is that of a local symbol, without
# folder; position is 0 for a unique name, else it counts from 1 in the order of addresses. Left out
# is what scripts/mksysmap and scripts/kallsyms.c leave out: undefined and absolute symbols, some names.
sub read_symbols
{
	my $stream = readelf('-s');
	my $file;

	while (<$stream>) {
		my (undef, $address, undef, $type, $bind, undef, $index, $name) = split;

		next if !defined $name || $address !~ /^[0-9a-f]{16}$/;
		$file = $name if $type eq 'FILE';
		next if $type eq 'FILE' || $type eq 'SECTION' || $index !~ /^[1-9][0-9]*$/;
		next if $name =~ $not_listed;

		my $symbol = {
			name => $name, address => $address, type => $type, section => $section[$index],
			file => $bind eq 'LOCAL' ? $file : undef, position => 0,
		};

		push @{$named{$name}}, $symbol;
		push @{$at{$address}}, $symbol;
	}
	finish($stream, '-s');
	die "no symbols in $vmlinux\n" unless %named;

	for my $same (values %named) {
		my $position = 0;

		@$same = sort { $a->{address} cmp $b->{address} } @$same;
		next if @$same == 1;
		$_->{position} = ++$position for @$same;
	}
}

sub print_symbols
{
	for my $name (sort keys %named) {
		print join("\t", $name, $_->{position}, $_->{address}), "\n" for @{$named{$name}};
	}
}

# A path without "." and "x/..".
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

			# Folder 0 is the one that the compiler ran in.
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
				$offset = 'unit';
			}
			$entry = { tag => $tag, depth => $depth };
			$entry->{scope} = $open[-1] if @open && $open[-1]{tag} ne 'compile_unit';
			push @open, $entry if $tag ne 'variable';
			$entries->{$offset} = $entry;
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

# The text of an attribute that is one.
sub text
{
	my ($value) = @_;

	return defined $value && $value =~ /^"(.*)"$/ ? $1 : undef;
}

# Where an entry's code is: ranges { start, end }, or { list } for a list that is read later.
sub code
{
	my ($entry) = @_;

	if (defined $entry->{ranges} && $entry->{ranges} =~ /\[ *([0-9a-f]+)\]/) {
		$range_of{$1} = [];
		return { list => $1 };
	}
	return unless defined $entry->{low_pc} && $entry->{low_pc} =~ /^0x([0-9a-f]+)/;

	my $start = address($1);
	my $end = defined $entry->{high_pc} && $entry->{high_pc} =~ /\(0x([0-9a-f]+)\)/ ? address($1) : $start;

	return { start => $start, end => $end };
}

# The entry that an entry is a copy or the completion of, or itself.
sub origin
{
	my ($entries, $entry) = @_;

	while (my $value = $entry->{abstract_origin} // $entry->{specification}) {
		die "an entry refers to another unit: $value\n"
			unless $value =~ /\[ *([0-9a-f]+)\]/ && $entries->{$1};
		$entry = $entries->{$1};
	}
	return $entry;
}

# Distils what a unit defines, before its entries are forgotten: a list of definitions
#	kind, name	function or variable; FUNCTION::NAME for one inside of a function
#	label		assembler name, where that is another one
#	file		path of the file that has it
#	weak		a function that may be another unit's in the end
#	code		of a function, see code()
#	address		of a variable with storage
#	value		a variable that has none by its nature: a register, or a value that is an address
sub end_unit
{
	my ($entries) = @_;
	my $unit = delete $entries->{unit};
	my ($table) = ($unit->{stmt_list} // '') =~ /^([0-9]+)/;
	my %known;

	# Of files in Rust, nobody can ask for anything.
	return if ($unit->{language} // '') =~ /^Rust\b/;
	for my $offset (sort { hex $a <=> hex $b } keys %$entries) {
		my $entry = $entries->{$offset};

		next if $entry->{tag} eq 'inlined_subroutine' || defined $entry->{declaration};

		my $origin = origin($entries, $entry);
		my $scope = $origin->{scope} && text(origin($entries, $origin->{scope})->{name});
		my $name = text($origin->{name});

		next if !defined $name || $entry->{scope} && !defined $scope;
		if ($entry->{tag} eq 'variable') {
			define_variable(\%known, $entry, $origin, $scope, $name);
		} else {
			define_function(\%known, $entry, $origin, $name);
		}
	}
	for my $definition (values %known) {
		my ($number) = ($definition->{file} // '') =~ /\(([0-9]+)\)/;

		$definition->{file} = defined $number && defined $table ? $files{$table}[$number] : undef;
	}
	push @unit, {
		name => clean(text($unit->{name})),
		folder => clean(text($unit->{comp_dir}) // ''),
		code => [code($unit)],
		definition => [values %known],
	};
}

sub define
{
	my ($known, $entry, $origin, $kind, $name) = @_;
	my $definition = $known->{$origin} //= {
		kind => $kind, name => $name, label => text($origin->{linkage_name}),
		file => $origin->{decl_file}, code => [],
	};

	# A definition that completes a declaration says where it is if that is elsewhere.
	$definition->{file} = $entry->{decl_file} if defined $entry->{decl_file};
	return $definition;
}

sub define_function
{
	my ($known, $entry, $origin, $name) = @_;
	my $definition = define($known, $entry, $origin, 'function', $name);

	push @{$definition->{code}}, code($entry);
	# 2, declared_not_inlined, is what nothing has been inlined of.
	$definition->{inlined} = 1 if ($origin->{inline} // '') =~ /\((?:1|3)\)/;
	$definition->{weak} = 1 if defined $origin->{external} && !defined $origin->{inline};
}

# Inside of a function, storage tells what is static. Without it, only __func__ is sure to be.
sub define_variable
{
	my ($known, $entry, $origin, $scope, $name) = @_;
	my @ops = @{$entry->{ops} // []};
	my $static = @ops == 1 && $ops[0] =~ /^addr (?:0x)?([0-9a-f]+)/ ? address($1) : undef;
	my $value = @ops > 1 && $ops[0] =~ /^addr / || @ops && !defined $scope;

	return if defined $scope && !defined $static && !$value && !defined $origin->{artificial};

	my $definition = define($known, $entry, $origin, 'variable', defined $scope ? "${scope}::$name" : $name);

	$definition->{address} = $static if defined $static;
	$located{$static} = 1 if defined $static;
	$definition->{value} = 1 if $value;
}

# The range lists that functions and units name.
sub read_ranges
{
	my $stream = readelf('-N', '--debug-dump=ranges');
	my ($list, $start);

	while (<$stream>) {
		# In DWARF 5, and before.
		if (/^ *Offset: ([0-9a-f]+),/ || /^ \[ *([0-9a-f]+)\] /) {
			$list = $range_of{$1};
		} elsif (!$list) {
			next;
		} elsif (/^ +0x([0-9a-f]+)\.\.$/) {
			$start = address($1);
		} elsif (defined $start && /^ +0x([0-9a-f]+)$/) {
			# It is the last address that is printed.
			no warnings 'portable';
			push @$list, { start => $start, end => sprintf('%016x', hex($1) + 1) };
			undef $start;
		}
	}
	finish($stream, '--debug-dump=ranges');
}

sub ranges
{
	return map { defined $_->{list} ? @{$range_of{$_->{list}}} : $_ } @_;
}

sub in_unit
{
	my ($symbol, $unit) = @_;

	for my $range (@{$unit->{ranges} //= [ranges(@{$unit->{code}})]}) {
		return 1 if $symbol->{address} ge $range->{start} && $symbol->{address} lt $range->{end};
	}
	return 0;
}

# What a definition leads to: (CLASS), or ('found', SYMBOL...).
sub resolve_function
{
	my ($definition, $unit) = @_;
	my $name = $definition->{label} // $definition->{name};
	# Of a function in several parts, the first one is the one with its name.
	my @start = map { $_->{start} } map { (ranges($_))[0] // () } @{$definition->{code}};
	my @here = map { @{$at{$_} // []} } @start;
	my @found = grep { $_->{name} eq $name } @here;

	# Of identical functions all but one become aliases or wrappers of that one, whose code the debug
	# information does not mention.
	@found = grep { in_unit($_, $unit) } @{$named{$name} // []} unless @start;
	return ('found', @found) if @found;
	return ('clone') if grep { $_->{name} =~ /^\Q$name\E$clone/ } @here;
	return ($named{$name} ? 'overridden' : 'no-symbol') if @start;

	my $class = $definition->{inlined} ? 'only-inlined' : 'optimised-out';

	return ($class, 'overridden') if $definition->{weak} && $named{$name};
	return ($class);
}

# The text that ends with a NUL at an address of the image.
sub text_at
{
	my $address = hex $_[0];

	open(my $stream, '<:raw', $vmlinux) or die "$vmlinux: $!\n";
	for my $part (@contents) {
		next if $address < $part->{start} || $address >= $part->{end};
		seek($stream, $part->{offset} + $address - $part->{start}, 0) or die "$vmlinux: $!\n";
		read($stream, my $text, 256) or die "$vmlinux: $!\n";
		return unpack('Z*', $text);
	}
	return '';
}

# GCC writes __func__ without an address where only another variable leads to it. What it contains tells whose it is;
# who does not look at that cannot always tell.
sub resolve_func
{
	my ($scope, $unit) = @_;
	my ($base) = $unit->{name} =~ m{([^/]*)$};

	$func{$base} //= [grep { defined $_->{file} && $_->{file} eq $base && !$located{$_->{address}} } map { @{$named{$_}} } grep { /^__func__\.[0-9]+$/ } keys %named];
	return ('unlocated', grep { text_at($_->{address}) eq $scope } @{$func{$base}});
}

sub resolve_variable
{
	my ($definition, $unit) = @_;
	my ($scope, $name) = $definition->{name} =~ /^(?:(.*)::)?(.*)$/;

	if (!defined $definition->{address}) {
		return ('optimised-out', 'no-symbol') if $definition->{value};
		return resolve_func($scope, $unit) if defined $scope && $name eq '__func__';
		return ('optimised-out');
	}
	$name = $definition->{label} // $name;

	my @here = @{$at{$definition->{address}} // []};
	my @found = grep { $_->{name} eq $name } @here;

	@found = grep { $_->{name} =~ /^\Q$name\E\.[0-9]+$/ } @here if !@found && defined $scope;
	return ('found', @found) if @found;
	return ($named{$name} ? 'overridden' : 'no-symbol');
}

# The symbol table, too, says what source file a local symbol is of: a check of what was found. Of several
# symbols at one address (empty objects, mostly), one has to be the unit's and all are as good.
sub check_file
{
	my ($unit, @symbols) = @_;
	my ($base) = $unit->{name} =~ m{([^/]*)$};
	# Objects made from assembly have their own name instead.
	(my $object = $base) =~ s/\.[^.]*$/.o/;
	my $own = grep { !defined $_->{file} || $_->{file} eq $base || $_->{file} eq $object } @symbols;

	die "$symbols[0]{name} at $symbols[0]{address} is not $unit->{name}'s but $symbols[0]{file}'s\n"
		if !$own && $base =~ /\.c$/;
}

# Absolute names of assembler units are relative to the folder that all of them have in common.
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

# Collects for each question the results of all definitions that it could mean, prints the answers.
sub answer
{
	my $root = source_root();
	my (%asked, %described, %compiled);

	for my $unit (@unit) {
		$unit->{source} = relative($unit->{name}, $unit->{folder}, $root);
		$compiled{$unit->{source}} = 1;
	}
	for my $unit (@unit) {
		for my $definition (@{$unit->{definition}}) {
			my @sources = ($unit->{source});
			my $file = $definition->{file};

			# A source file that others include is a source of its own, unless it is compiled by
			# itself as well: then its name stands for that unit alone.
			if (defined $file) {
				$file = relative($file, $unit->{folder}, $root);
				push @sources, $file if $file =~ /\.[cS]$/ && !$compiled{$file};
			}

			my @result = $definition->{kind} eq 'function' ?
				resolve_function($definition, $unit) : resolve_variable($definition, $unit);

			if ($result[0] eq 'found') {
				check_file($unit, @result[1 .. $#result]);
				$described{$_} = 1 for @result[1 .. $#result];
			}
			push @{$asked{"$_\t$definition->{name}"}}, [$definition->{kind}, @result] for @sources;
		}
	}
	add_undescribed(\%asked, \%described);
	check_coverage(\%described);
	for my $question (sort keys %asked) {
		print join("\t", $question, verdict(@{$asked{$question}})), "\n";
	}
}

# Aliases and functions in assembly have no definition in the debug information: they are functions
# of the unit in whose code they lie. Padding has symbols, too: __pfx_NAME and __cfi_NAME.
sub add_undescribed
{
	my ($asked, $described) = @_;
	my @ranges = sort { $a->{start} cmp $b->{start} }
		map { my $unit = $_; map { { %$_, unit => $unit } } ranges(@{$unit->{code}}) } @unit;
	my @symbols = sort { $a->{address} cmp $b->{address} }
		grep { $_->{type} eq 'FUNC' && $_->{name} !~ /$clone|^__(?:pfx|cfi)_/ && !$described->{$_} }
		map { @$_ } values %named;

	for my $symbol (@symbols) {
		shift @ranges while @ranges && $ranges[0]{end} le $symbol->{address};
		last unless @ranges;
		next if $symbol->{address} lt $ranges[0]{start};
		push @{$asked->{"$ranges[0]{unit}{source}\t$symbol->{name}"}}, ['function', 'found', $symbol];
		$described->{$symbol} = 1;
	}
}

# An oracle that finds little has not understood what it read. Not described are trampolines in
# sections of their own, numbered constants, and data of assembly; the padding before functions is none.
sub check_coverage
{
	my ($described) = @_;

	for my $type (qw(FUNC OBJECT)) {
		my @symbols = grep { $_->{type} eq $type && $_->{name} !~ /$clone|^__(?:pfx|cfi)_/ }
			map { @$_ } values %named;
		my $found = grep { $described->{$_} } @symbols;

		warn sprintf("%s: %d of %d symbols have a definition\n", $type, $found, scalar @symbols);
		die "too few of the symbols have a definition\n" if $found < 0.9 * @symbols;
	}
}

# The one answer for all definitions of a name in a source file.
sub verdict
{
	my (%kind, %class, %symbol, %address, $unlocated);

	for (@_) {
		my ($kind, $class, @more) = @$_;

		$kind{$kind} = 1;
		if ($class eq 'found') {
			$address{$_->{address}} = $_ for @more;
			$symbol{"$_->{address},$_->{position},$_->{name}"} = 1 for @more;
		} elsif ($class eq 'unlocated') {
			$unlocated = 1;
			$symbol{"$_->{address},$_->{position},$_->{name}"} = 1 for @more;
		} else {
			$class{$_} = 1 for $class, @more;
		}
	}

	my $kind = keys %kind > 1 ? 'both' : (keys %kind)[0];
	my @candidates = sort keys %symbol;

	return ($kind, @candidates ? 'ambiguous|found' : 'ambiguous|optimised-out', @candidates) if $unlocated;
	return ($kind, join('|', sort keys %class)) unless @candidates;
	return ($kind, 'ambiguous', @candidates) if keys %address > 1;
	return ($kind, is_init((values %address)[0]) ? 'init' : 'found', @candidates);
}

# More is freed after booting than the sections that are called so.
sub is_init
{
	my ($symbol) = @_;
	my ($begin, $end) = map { ($named{$_} // [])->[0] } qw(__init_begin __init_end);

	return 1 if $symbol->{section} =~ /^\.(init|exit)\b/;
	# Of these, each processor has a copy that stays.
	return 0 if $symbol->{section} =~ /^\.data\.\.percpu/;
	return $begin && $end && $symbol->{address} ge $begin->{address} && $symbol->{address} lt $end->{address};
}
