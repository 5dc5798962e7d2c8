#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Changes numbers in files of all kinds that klp-fixer and klp-plan read, one or a few at a time, and compares what they
# make of these with what a model of the kernel's loader (loader.c) says.
#
#	mutate-elf.pl --folder=FOLDER --loader=PROGRAM --library=FILE --fixer=PROGRAM --plan=PROGRAM --vermagic=TEXT
#		--release=RELEASE [--count=N] [--seed=N] [--keep=FOLDER] [--log=FILE] KIND...
#
# "make mutate-elf" runs it. --folder has the files, see %kinds; --library is what server.c of ../fault becomes. --count=N:
# mutations of each kind (1000). --seed=N: makes the same ones again (1). --keep=FOLDER: keeps the files of what is wrong.
# --log=FILE: adds the figures, "KIND MUTATIONS OUTCOME NUMBER...".
#
#	module		a module before klp-fixer. What comes of it the model loads, and it has the same contents. Each symbol
#			that its notes name, and each function that they replace, is found where it is.
#	finished	a finished livepatch: --check says what the model says
#	kernel		a vmlinux. A module finished with it leads to the same places, in the model of that kernel.
#	debug		a module of the kernel with its debug information, likewise
#	old, new	a digest. A function that has another digest in the two is replaced.
#
# Prints what is wrong, a line each, and figures. Exit status: 0 nothing is wrong, 1 something is, 2 wrong usage, 3 it could
# not be run.
use strict;
use warnings;
no warnings 'portable';
use File::Basename qw(dirname);
use File::Copy qw(copy);
use File::Temp qw(tempdir);
use Getopt::Long;
use IPC::Open2;

use lib dirname(__FILE__), dirname(__FILE__) . '/../fault';
use Fields;
use Program;

my %option = (count => 1000, seed => 1);
my %formats = (1 => 'C', 2 => 'v', 4 => 'V', 8 => 'Q');	# of numbers, by their sizes

sub usage
{
	print STDERR 'usage: mutate-elf.pl --folder=FOLDER --loader=PROGRAM --library=FILE --fixer=PROGRAM --plan=PROGRAM --vermagic=TEXT ' .
		"--release=RELEASE [--count=N] [--seed=N] [--keep=FOLDER] [--log=FILE] KIND...\n";
	exit 2;
}

GetOptions(\%option, map { "$_=s" } qw(folder loader library fixer plan vermagic release count seed keep log)) && @ARGV or usage();
defined $option{$_} or usage() for qw(folder loader library fixer plan vermagic release);

my $folder = $option{folder};
# On a disk in memory, where there is one: each result is synced.
my $work = tempdir(CLEANUP => 1, -d '/dev/shm' && -w _ ? (DIR => '/dev/shm') : ());
my $kernel = "$folder/kernel/vmlinux";
my @files = ('-s', "$folder/kernel/Module.symvers", '-d', "$folder/debug");
my @fix = ($option{fixer}, '-q', @files);
# With warnings: what is not known is not judged.
my @check = ($option{fixer}, @files, '-v', $kernel, '--check');
# SEED: the file that is changed. INPUT: its name then. OUTPUT: what comes of it.
my %kinds = (
	module => { seed => "$folder/patch.ko", command => [@fix, '-v', $kernel, '-o', "$work/out", "$work/in"], judge => \&judge_module },
	'module-of-module' => { seed => "$folder/my-patch.ko", command => [@fix, '-v', $kernel, '-o', "$work/out", "$work/in"],
		judge => \&judge_module },
	finished => { seed => "$folder/finished.ko", command => [@check, "$work/in"], judge => \&judge_finished },
	'finished-of-module' => { seed => "$folder/my-finished.ko", command => [@check, "$work/in"], judge => \&judge_finished },
	kernel => { seed => $kernel, command => [@fix, '-v', "$work/in", '-o', "$work/out", "$folder/patch.ko"], judge => \&judge_kernel },
	'older-kernel' => { seed => "$folder/older/vmlinux", command => [@fix, '-v', "$work/in", '-o', "$work/out", "$folder/patch.ko"],
		judge => \&judge_kernel },
	debug => { seed => "$folder/my.ko", command => [@fix, '-v', $kernel, '--object', "my=$work/in", '-o', "$work/out",
		"$folder/my-patch.ko"], judge => \&judge_debug },
	old => { seed => "$folder/fs_one.c.old", text => 1, command => [$option{plan}, '-v', $kernel, '-r', $option{release},
		'--allow=toolchain', "$work/list"], judge => \&judge_digest },
	new => { seed => "$folder/fs_one.c.new", text => 1, command => [$option{plan}, '-v', $kernel, '-r', $option{release},
		'--allow=toolchain', "$work/list"], judge => \&judge_digest },
);
# What only kernels refuse that are newer than that of the model (elf_validity_cache_*() in kernel/module/main.c of Linux 7.2).
my $newer = qr/^(?:its string table \S+ does not begin and end with a NUL|it has more than one \.|it has \d+ symbol tables|of __version_ext)/;
my $wrong = 0;
my ($to_loader, $from_loader);

open2($from_loader, $to_loader, $option{loader}, $option{vermagic}, $kernel);
for my $kind (@ARGV) {
	usage() unless $kinds{$kind};
	attack($kind, $kinds{$kind});
}
exit($wrong ? 1 : 0);

sub fail
{
	print STDERR "mutate-elf.pl: @_\n";
	exit 3;
}

sub read_file
{
	my ($file) = @_;

	open(my $stream, '<:raw', $file) or fail("$file: $!");
	return do { local $/; <$stream> } // '';
}

sub write_file
{
	my ($file, $bytes) = @_;

	open(my $stream, '>:raw', $file) or fail("$file: $!");
	print $stream $bytes;
	close($stream) or fail("$file: $!");
}

# What the model says of the livepatch FILE: { refused, bindings }, "SECTION OFFSET TYPE ADDEND OBJECT ADDRESS" each.
sub load
{
	my ($file, $image, @module) = @_;
	my %result = (bindings => []);

	print $to_loader join("\t", $file, $image, @module) . "\n";
	while (defined(my $line = <$from_loader>)) {
		chomp($line);
		return \%result if $line eq 'end';
		if ($line =~ s/^refused\t//) {
			$result{refused} = $line;
		} else {
			push @{$result{bindings}}, [(split /\t/, $line)[1 .. 6]];
		}
	}
	fail('the model has ended');
}

# Attacks one KIND as often as is wanted.
sub attack
{
	my ($name, $kind) = @_;
	my $seed = read_file($kind->{seed});
	my %figures;

	srand($option{seed});
	$kind->{elf} = Fields->read($seed) unless $kind->{text};
	$kind->{output} = grep { $_ eq '-o' } @{$kind->{command}};
	$kind->{input} = $kind->{text} ? "$work/fs_one.c.$name" : "$work/in";
	prepare($name, $kind);
	$kind->{program} = Program->new(library => $option{library}, work => "$work/run", seconds => 30, command => $kind->{command});
	write_file($kind->{input}, $seed);
	$kind->{right} = $kind->{program}->run();
	fail("$name: what is not changed ends with status $kind->{right}{status}: $kind->{right}{stderr}") if $kind->{right}{status} ne '0';
	my @judged = $kind->{judge}->($kind, $kind->{right}, $seed);
	fail("$name: what is not changed is wrong: $judged[1]") if defined $judged[1];
	for my $number (1 .. $option{count}) {
		my $change = $kind->{text} ? change_text($seed) : change($kind->{elf}, $seed);
		my ($outcome, $problem);

		write_file($kind->{input}, $change->{bytes});
		unlink("$work/out", "$work/plan");
		($outcome, $problem) = outcome($kind, $kind->{program}->run(), $change->{bytes});
		$figures{$outcome}++;
		report($name, $number, $outcome, $change, $problem, $kind) if $problem;
	}
	show($name, \%figures);
	delete $kind->{program};
}

sub report
{
	my ($name, $number, $outcome, $change, $problem, $kind) = @_;

	$wrong++;
	print "$name $number: $outcome: $problem ($change->{what})\n";
	copy($kind->{input}, "$option{keep}/$name-$option{seed}-$number") if $option{keep};
}

sub show
{
	my ($name, $figures) = @_;
	my @figures = map { "$_ $figures->{$_}" } sort keys %$figures;

	print "$name: $option{count} mutations: " . join(', ', @figures) . "\n";
	return unless $option{log};
	open(my $stream, '>>', $option{log}) or fail("$option{log}: $!");
	print $stream join("\t", $name, $option{count}, map { ($_, $figures->{$_}) } sort keys %$figures) . "\n";
	close($stream) or fail("$option{log}: $!");
}

# The outcome of one mutation, and what is wrong with it, if anything is.
sub outcome
{
	my ($kind, $result, $bytes) = @_;
	my $status = $result->{status};
	my @left = grep { !m{/(?:in|out|plan|list|run\.\w+|fs_one\.c\.(?:old|new))$} } glob("$work/*");

	return ('hang', "it does not end") if $status eq 'no end';
	return ('crash', "$status: " . first_line($result->{stderr})) if $status !~ /^[0123]$/;
	return ('wrong', "it left @left") if @left && unlink(@left);
	return ('wrong', 'the file was changed') if read_file($kind->{input}) ne $bytes;
	return ('wrong', "status $status: " . first_line($result->{stderr})) if $status eq '2' || $status eq '3';
	return ('wrong', 'no reason') if $status eq '1' && $result->{stderr} !~ /error: .*\[[a-z-]+\]$/m;
	return ('wrong', 'it has written nothing') if $status eq '0' && $kind->{output} && !-e "$work/out";
	return ('wrong', 'it wrote') if $status eq '1' && (-e "$work/out" || -e "$work/plan");
	my @judged = $kind->{judge}->($kind, $result, $bytes);
	return defined $judged[0] ? @judged : $status eq '0' ? 'taken' : 'refused';
}

sub first_line
{
	my ($text) = @_;
	my ($line) = $text =~ /^(.*error.*)$/m;

	return substr($line // $text, 0, 250) =~ s/\n/ | /gr;
}

# What is needed beside the file itself.
sub prepare
{
	my ($name, $kind) = @_;

	return unless $kind->{text};
	copy("$folder/fs_one.c.$_", "$work/fs_one.c.$_") or fail("fs_one.c.$_: $!") for qw(old new);
	write_file("$work/list", join("\t", 'fs/one.c', "$work/fs_one.c.old", "$work/fs_one.c.new", "$folder/fs/one.o", "$work/plan") . "\n");
}

# Another number of SIZE bytes in place of VALUE; DONORS are those of other fields of its kind.
sub other_value
{
	my ($value, $size, $file_size, @donors) = @_;
	my $limit = $size == 8 ? ~0 : (1 << 8 * $size) - 1;
	my @ways = (
		sub { 0 }, sub { 1 }, sub { $value + 1 }, sub { $value - 1 }, sub { $value ^ (1 << int(rand(8 * $size))) }, sub { $limit },
		sub { $limit >> 1 }, sub { int(rand(256)) }, sub { int(rand($size > 4 ? 2**52 : 2**(8 * $size))) }, sub { $file_size - int(rand(3)) },
		sub { $value + 8 * (1 + int(rand(8))) }, sub { $value - 8 * (1 + int(rand(8))) }, sub { $limit - int(rand(300)) },
		(sub { $donors[rand @donors] }) x 6,
	);

	for (1 .. 20) {
		my $new = $ways[rand @ways]->();

		next unless defined $new;
		{
			no warnings;
			use integer;
			$new &= $limit;
		}
		return $new if $new != $value;
	}
	return $value ^ 1;
}

sub number_at
{
	my ($bytes, $field) = @_;

	return unpack($formats{$field->[1]}, substr($bytes, $field->[0], $field->[1]));
}

# SEED with one or a few changes: { bytes, what }.
sub change
{
	my ($elf, $seed) = @_;
	my $bytes = $seed;
	my @what;

	for (1 .. (1, 1, 1, 1, 1, 1, 1, 2, 2, 3)[rand 10]) {
		push @what, rand() < 0.1 ? change_records($elf, \$bytes) : rand() < 0.02 ? change_size(\$bytes) : change_field($elf, \$bytes);
	}
	return { bytes => $bytes, what => join('; ', @what) };
}

sub change_field
{
	my ($elf, $bytes) = @_;
	my $fields = $elf->fields();
	my @names = sort keys %$fields;
	my ($name, $all, $field);

	for (1 .. 100) {
		$name = $names[rand @names];
		$all = $fields->{$name};
		$field = $all->[rand @$all];
		last if $formats{$field->[1]} && $field->[0] + $field->[1] <= length($$bytes);
	}
	my @donors = map { number_at($elf->{bytes}, $_) } grep { $_->[1] == $field->[1] } map { $all->[rand @$all] } 1 .. 3;
	my $value = number_at($$bytes, $field);
	my $new = other_value($value, $field->[1], length($$bytes), @donors);

	substr($$bytes, $field->[0], $field->[1]) = pack($formats{$field->[1]}, $new);
	return sprintf('%s at 0x%x: 0x%x becomes 0x%x', $name, $field->[0], $value, $new);
}

# Two records of one table change their places, or one is there twice.
sub change_records
{
	my ($elf, $bytes) = @_;
	my $records = $elf->records();
	my @names = sort grep { @{$records->{$_}} > 1 } keys %$records;
	my $name = $names[rand @names];
	my ($one, $other) = map { $records->{$name}[rand @{$records->{$name}}] } 1 .. 2;
	my $twice = rand() < 0.5;

	return 'nothing' if $one->[0] + $one->[1] > length($$bytes) || $other->[0] + $other->[1] > length($$bytes);
	my ($first, $second) = map { substr($$bytes, $_->[0], $_->[1]) } $one, $other;
	substr($$bytes, $other->[0], $other->[1]) = $first;
	substr($$bytes, $one->[0], $one->[1]) = $second unless $twice;
	return sprintf('%s at 0x%x and 0x%x: %s', $name, $one->[0], $other->[0], $twice ? 'the first one is there twice' : 'are exchanged');
}

sub change_size
{
	my ($bytes) = @_;
	my $size = int(rand(length($$bytes)));

	if (rand() < 0.5) {
		$$bytes = substr($$bytes, 0, $size);
		return "cut off at $size";
	}
	$$bytes .= "\0" x ($size % 5000);
	return 'zeros at the end';
}

# A digest with a line or a field changed.
sub change_text
{
	my ($seed) = @_;
	my @lines = split /\n/, $seed;
	my @what;

	for (1 .. (1, 1, 1, 1, 1, 2, 3)[rand 7]) {
		push @what, change_line(\@lines);
		push @lines, 'end' unless @lines;
	}
	return { bytes => join("\n", @lines) . (rand() < 0.02 ? '' : "\n"), what => join('; ', @what) };
}

sub change_line
{
	my ($lines) = @_;
	my $at = int(rand(@$lines));
	my @fields = split /\t/, $lines->[$at], -1;
	my $field = int(rand(@fields));
	my ($donor) = grep { defined } map { (split /\t/, $lines->[rand @$lines], -1)[$field] } 1 .. 3;
	my @ways = (
		sub { splice(@$lines, $at, 1); 'is gone' },
		sub { splice(@$lines, rand @$lines, 0, $lines->[$at]); 'is there twice' },
		sub { my $to = int(rand(@$lines)); @$lines[$at, $to] = @$lines[$to, $at]; "and line $to are exchanged" },
		(sub { $fields[$field] = $donor // ''; undef }) x 3,
		sub { $fields[$field] = ('', '-', '0', '1', '-1', '99999999999999999999', "\xff\xfe", 'x' x 5000, '.', '/')[rand 10]; undef },
		sub { substr($fields[$field], rand(length($fields[$field])), 1) = chr(32 + rand(96)) if length($fields[$field]); undef },
		sub { splice(@fields, $field, 1); undef },
		sub { splice(@fields, $field, 0, $fields[rand @fields]); undef },
	);
	my $what = $ways[rand @ways]->();

	return "line $at $what" if defined $what;
	$lines->[$at] = join("\t", @fields);
	return "line $at becomes '" . substr($lines->[$at], 0, 80) . "'";
}

# --check and the model: both take it, or both refuse it. What klp-fixer refuses for another reason than the loader's is none
# of the model's matter.
sub judge_finished
{
	my ($kind, $result) = @_;
	my $model = load($kind->{input}, $kernel, 'my', "$folder/my.ko");
	my $says = $result->{stderr} =~ /: error: (?:the kernel would refuse the module: )?(.*) \[loader\]$/m ? $1 : undef;

	if ($result->{status} eq '0') {
		# Where it has its name, only its contents tell: CONFIG_RANDSTRUCT moves it.
		return 'taken' if ($model->{refused} // '') =~ /^there is no name where/;
		# Of a module that only the changed file names, nothing is known, which --check says.
		return 'taken' if !$model->{refused} ||
			($model->{refused} =~ /which need not be there$/ && $result->{stderr} =~ /\[no-module\]$/m);
		return ('wrong', "it is taken, but the model says: $model->{refused}");
	}
	return 'refused' if $model->{refused};
	# What cannot be read leads to others of the loader's reasons.
	return ('wrong', "the model takes it, but: $says")
		if defined $says && $says !~ $newer && $result->{stderr} !~ /: error: malformed ELF file: /;
	return 'refused, although the loader would not';
}

# The bindings of a result that the model refuses; undef and what is wrong otherwise.
sub bindings_of
{
	my ($image, @module) = @_;
	my $model = load("$work/out", $image, @module);

	return (undef, "the model says of what it made: $model->{refused}") if $model->{refused};
	return join("\n", map { join(' ', @$_) } @{$model->{bindings}});
}

# The module is the same as ever, so it has to lead to the same places. This is found out with what was not changed. Where a
# global symbol is, only the symbol table tells, which the model reads as well.
sub judge_same
{
	my ($kind, $result, $image, @module) = @_;

	return $result->{status} eq '1' ? 'refused' : 'wrong' if $result->{status} ne '0';
	my ($bindings, $problem) = bindings_of($image, @module);
	return ('wrong', $problem) if $problem;
	my @locals = grep { $_->{info} >> 4 == 0 && ($_->{info} & 15) =~ /^[12]$/ } @{$kind->{elf}{symbols}};
	my %is_local = map { (sprintf('%x', $_->{value}) => 1, sprintf('%x', ($_->{section} << 32) + $_->{value}) => 1) } @locals;

	$kind->{bindings} //= [split /\n/, $bindings];
	my @now = split /\n/, $bindings;
	my @other = grep { ($now[$_] // '') ne $kind->{bindings}[$_] && $is_local{(split / /, $kind->{bindings}[$_])[5]} } 0 .. $#{$kind->{bindings}};
	return @other ? ('wrong', "it leads to another place: $kind->{bindings}[$other[0]] becomes $now[$other[0]]") : undef;
}

sub judge_kernel
{
	my ($kind, $result) = @_;

	return judge_same($kind, $result, $kind->{input});
}

sub judge_debug
{
	my ($kind, $result) = @_;

	return judge_same($kind, $result, $kernel, 'my', $kind->{input});
}

# The notes of a module: by symbol "TAG NAME", and what it replaces: [old name, object, section, offset of old_sympos, size].
sub notes
{
	my ($elf) = @_;
	my $section = $elf->section('.note.klpmake');
	my ($index) = grep { $elf->{sections}[$_] == $section } 0 .. $#{$elf->{sections}};
	my @relocations = map { $elf->relocations($_) } grep { $_->{type} == 4 && $_->{info} == $index } @{$elf->{sections}};
	# The first pointer to a place counts.
	my %places = map { $_->[0] => $_ } grep { $_->[1] == 1 } reverse @relocations;
	my ($tag, %refs, @patches);

	$elf->each_note($section->{offset}, $section->{offset} + $section->{size}, sub {
		my ($type, $at, $size) = @_;
		my $string = sub { $_[0] ? $elf->text($at + $_[0]) : '' };

		if ($type == 1) {
			$tag = $string->(unpack('V', substr($elf->{bytes}, $at + 4, 4)));
		} elsif ($type == 2) {
			my ($elf_name, $name, $function) = map { $string->($_) } unpack('x8 V V V', substr($elf->{bytes}, $at, 20));

			$refs{$elf_name} = "$tag $name" . ($function ne '' ? " $function" : '');
		} elsif ($type == 3) {
			my ($sympos_size, $object, $old) = unpack('x28 V V V', substr($elf->{bytes}, $at, 40));
			my $place = $places{$at + 12 - $section->{offset}};

			push @patches, [$tag, $string->($old), $string->($object), $place, $sympos_size];
		}
	});
	return (\%refs, \@patches);
}

# A module that was changed before klp-fixer had it.
sub judge_module
{
	my ($kind, $result, $bytes) = @_;

	return $result->{status} eq '1' ? 'refused' : 'wrong' if $result->{status} ne '0';
	my $model = load("$work/out", $kernel, 'my', "$folder/my.ko");
	return ('wrong', "the model says of what it made: $model->{refused}") if $model->{refused};
	my ($before, $after) = (Fields->read($bytes), Fields->read(read_file("$work/out")));
	my $problem = contents_problem($before, $after) // meaning_problem($kind, $before, $after, $model->{bindings});
	return $problem ? ('wrong', $problem) : undef;
}

# Sections of the two files by their order: those that klp-fixer leaves out have no partner.
sub pairs
{
	my ($before, $after) = @_;
	my ($note) = grep { $before->{sections}[$_]{name} eq '.note.klpmake' } 0 .. $#{$before->{sections}};
	my @old = map { $before->{sections}[$_] } grep {
		$_ != $note && !($before->{sections}[$_]{type} == 4 && $before->{sections}[$_]{info} == $note)
	} 0 .. $#{$before->{sections}};

	return map { [$old[$_], $after->{sections}[$_]] } 0 .. $#old;
}

# Is anything another one but what klp-fixer has to change?
sub contents_problem
{
	my ($before, $after) = @_;

	# Section 0 becomes what it has to be.
	for my $pair ((pairs($before, $after))[1 .. $#{$before->{sections}}]) {
		my ($old, $new) = @{$pair // next};

		return "section '$old->{name}' has become another one" unless $new && $new->{name} eq $old->{name} && $new->{type} == $old->{type} &&
			$new->{flags} == $old->{flags};
		next if $old->{name} eq '.modinfo' || $old->{type} == 2 || $old->{type} == 3 || $old->{type} == 4 || $old->{type} == 17;
		return "section '$old->{name}' has other contents"
			if $before->contents($old) ne $after->contents($new) && !differs_by_fields($before, $old, $after, $new);
	}
	return undef;
}

# Do the contents differ in the fields only that are filled in, old_sympos and names of objects?
sub differs_by_fields
{
	my ($before, $old, $after, $new) = @_;
	my (undef, $patches) = notes($before);
	my ($one, $other) = ($before->contents($old), $after->contents($new));

	for my $patch (@$patches) {
		my ($section, $offset) = place($before, $patch->[3]);

		next unless defined $section && $section == $old && $offset >= 0 && $offset + 8 <= length($one);
		substr($_, $offset, 8) = "\0" x 8 for $one, $other;
	}
	return $one eq $other;
}

# The section and the offset that a relocation leads to.
sub place
{
	my ($elf, $relocation) = @_;
	my $symbol = $relocation ? $elf->{symbols}[$relocation->[2]] : undef;

	return () unless $symbol;
	# Of 64 bits, as both are.
	use integer;
	return ($elf->{sections}[$symbol->{section}], $symbol->{value} + $relocation->[3]);
}

# Does each livepatch relocation lead to what the notes say of its symbol, and is each replaced function that which is meant?
sub meaning_problem
{
	my ($kind, $before, $after, $bindings) = @_;
	my ($refs, $patches) = notes($before);
	my %old_of = map { $_->[1] ? ("$_->[1]" => $_->[0]) : () } pairs($before, $after);

	for my $binding (@$bindings) {
		my ($section, $offset, $type, $addend, $object, $address) = @$binding;
		my $old = $old_of{$after->{sections}[$section] // ''} // return "section $section is new";
		my $symbol = symbol_at($before, $old, $offset, $type, $addend) // return "there was no relocation at $old->{name}+$offset";
		my $what = $refs->{$symbol} // return "no note is about '$symbol'";

		$kind->{meant}{$what} //= $kind->{learnt} ? global_place($what) : "$object $address";
		return "'$what' leads to $object $address" if ($kind->{meant}{$what} // '') ne "$object $address";
	}
	for my $patch (@$patches) {
		my $problem = replaced_problem($kind, $before, $after, $patch);

		return $problem if $problem;
	}
	$kind->{learnt} = 1;
	return undef;
}

# The place of the only symbol of that name in the module that is tagged, or in the kernel, whatever file is said to have it.
sub global_place
{
	my ($what) = @_;
	my ($tag, $name) = split / /, $what;
	my @in_module = $tag eq 'drivers/my.c' ? symbols_called("$folder/my.ko", $name) : ();
	my @found = symbols_called($kernel, $name);

	return sprintf('my %x', ($in_module[0]{section} << 32) + $in_module[0]{value}) if @in_module == 1;
	return @found == 1 ? sprintf('vmlinux %x', $found[0]{value}) : undef;
}

sub symbols_called
{
	my ($file, $name) = @_;

	return grep { $_->{name} eq $name && $_->{section} } @{Fields->read(read_file($file))->{symbols}};
}

sub symbol_at
{
	my ($elf, $target, $offset, $type, $addend) = @_;
	my ($index) = grep { $elf->{sections}[$_] == $target } 0 .. $#{$elf->{sections}};

	for my $section (grep { $_->{type} == 4 && $_->{info} == $index } @{$elf->{sections}}) {
		for my $relocation ($elf->relocations($section)) {
			return $elf->{symbols}[$relocation->[2]]{name}
				if $relocation->[0] == $offset && $relocation->[1] == $type && $relocation->[3] == $addend;
		}
	}
	return undef;
}

# The old_sympos of a function that is replaced is that of the function in the tagged file: the first time, it is learnt. Where
# the tagged file has none, it is 0, and the kernel has but one.
sub replaced_problem
{
	my ($kind, $before, $after, $patch) = @_;
	my ($tag, $name, $object, $relocation, $size) = @$patch;
	my ($section, $offset) = place($before, $relocation);
	my ($new) = map { $_->[1] } grep { defined $section && $_->[0] == $section } pairs($before, $after);
	return "'$name' of $tag has no place for its position" if !$new || $offset < 0;
	my $position = unpack($formats{$size}, substr($after->contents($new), $offset, $size)) // -1;

	$kind->{positions}{"$tag $name $object"} //= $kind->{learnt} ? defined global_place("$tag $name") ? 0 : -1 : $position;
	return undef if $position == $kind->{positions}{"$tag $name $object"};
	return "'$name' of $tag is replaced at position $position";
}

# A function whose line is what it was but for its digest, which is not the same in the two, is replaced; "inlined", which
# exists only inlined, by way of "one".
sub judge_digest
{
	my ($kind, $result, $bytes) = @_;

	return $result->{status} eq '1' ? 'refused' : 'wrong' if $result->{status} ne '0';
	my ($old, $new) = map { digests(read_file("$work/fs_one.c.$_"), read_file("$folder/fs_one.c.$_")) } qw(old new);
	my %replaced = map { $_ => 1 } read_file("$work/plan") =~ /^replace\t(\S+)\t/mg;
	my @changed = grep { defined $new->{$_} && $old->{$_} ne $new->{$_} } keys %$old;
	my @missing = grep { !$replaced{$_ eq 'inlined' ? 'one' : $_} && ($_ ne 'inlined' || $old->{one} && $new->{one}) } @changed;

	return @missing ? ('wrong', "not replaced: @missing") : undef;
}

# Of the kernel's functions, those whose lines are as they were in the text SEED, the digests.
sub digests
{
	my ($text, $seed) = @_;
	my %lines = map { $_ => 1 } map { s/\t[0-9a-f]{32}\t/\t\t/r } split /\n/, $seed;
	my %digests;

	for my $line (grep { /^function\t(?:one|hidden|inlined|other)\t/ } split /\n/, $text) {
		my @fields = split /\t/, $line, -1;

		$digests{$fields[1]} = $fields[6] if $lines{$line =~ s/\t[^\t]*(?=(?:\t[^\t]*){3}$)/\t/r};
	}
	return \%digests;
}
