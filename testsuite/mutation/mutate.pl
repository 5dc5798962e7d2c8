#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Attacks the digests: edits real kernel functions at random, compiles them with and without the edit, and looks for
# code that is different although the digest is the same.
#
#	mutate.pl [--edits=N] [--seed=N] [--gcc=GCC] [--keep=FOLDER] [--source=FOLDER] --plugin=KLPMAKE.SO [UNIT...]
#
# "make mutate" runs it. --source=FOLDER: a prepared kernel source; without it, the newest in klpmake's cache
# (KLPMAKE_CACHE, ~/.cache/klpmake), where klpmake puts one when it first builds from a diff. UNITs are files of it, as
# fs/read_write.c; without any, some of each kind of the kernel's.
#
# Each is preprocessed once. Then some functions of it, or types and declarations, get one edit each that moves no line
# (Edits.pm); those that do not compile are left out until the rest does. Objects are compiled without the
# interprocedural passes, so that a function's code depends on nothing but itself, what is declared, and the functions
# that have to be inlined; Object.pm tells which functions and variables have become different. Of each, the digest has
# to be different, too, or that of an always_inline function or a constant that it uses.
#
# --edits=N: until N edits have compiled (1500). --seed=N: makes the same edits again (1). --gcc=GCC: the one that the
# plugin was built for (gcc). --keep=FOLDER: keeps the two texts of a file of which something was missed.
#
# Prints what was missed, with the edits of that file, and figures. Exit status: 0 nothing was missed, 1 something was,
# 2 wrong usage, 3 it could not be run.
use strict;
use warnings;
use File::Basename qw(dirname);
use File::Path qw(make_path);
use File::Temp qw(tempdir);
use Getopt::Long;

use lib dirname(__FILE__);
use Edits;
use Object;

my %option = (edits => 1500, seed => 1, gcc => 'gcc');
# What one function's code could otherwise tell another's, and the size of an object without it.
my $isolated = '-ffunction-sections -g0 -fno-inline -fno-partial-inlining -fno-ipa-cp -fno-ipa-cp-clone -fno-ipa-bit-cp ' .
	'-fno-ipa-vrp -fno-ipa-sra -fno-ipa-icf -fno-ipa-icf-functions -fno-ipa-icf-variables -fno-reorder-functions -fno-ipa-pure-const -fno-ipa-modref -fno-ipa-reference ' .
	'-fno-ipa-reference-addressable -fno-ipa-profile -fno-ipa-ra -fno-ipa-stack-alignment';
my %count = (units => 0, files => 0, edits => 0, dropped => 0, functions => 0, variables => 0, explained => 0, frequency => 0,
	missed => 0);
my $work = tempdir(CLEANUP => 1);
my %options_of;

my @some_units = qw(fs/read_write.c fs/fuse/dev.c fs/proc/array.c kernel/sys.c kernel/fork.c mm/mprotect.c mm/vmalloc.c
	net/ipv4/tcp_input.c net/core/skbuff.c net/sched/sch_api.c lib/vsprintf.c lib/xarray.c block/blk-merge.c
	crypto/algapi.c security/keys/keyctl.c drivers/net/virtio_net.c drivers/block/loop.c drivers/base/core.c
	drivers/tty/n_tty.c io_uring/rw.c arch/x86/kernel/process.c sound/core/pcm_lib.c ipc/sem.c);

if (!GetOptions(\%option, 'edits=i', 'seed=i', 'gcc=s', 'keep=s', 'plugin=s', 'source=s') || !$option{plugin}) {
	print STDERR 'usage: mutate.pl [--edits=N] [--seed=N] [--gcc=GCC] [--keep=FOLDER] [--source=FOLDER] ' .
		"--plugin=KLPMAKE.SO [UNIT...]\n";
	exit 2;
}
@ARGV = @some_units unless @ARGV;
$option{source} //= newest_source();
srand($option{seed});
ask_kbuild(@ARGV);
my @units = grep { defined } map { prepare($_) } @ARGV;
fail('no unit can be compiled') unless @units;
$count{units} = @units;
for (my $i = 0; $count{edits} < $option{edits}; $i++) {
	fail('almost no edit compiles') if $i > $option{edits} + 100;
	attack($units[$i % @units]);
}
print "$count{units} units, $count{files} edited files with $count{edits} edits that compile ($count{dropped} did not); " .
	"code differs of $count{functions} functions and $count{variables} variables, $count{explained} of them by what they " .
	"inline or read, $count{frequency} by how often they are called; missed: $count{missed}\n";
exit($count{missed} ? 1 : 0);

sub fail
{
	print STDERR "mutate.pl: @_\n";
	exit 3;
}

sub newest_source
{
	my $cache = $ENV{KLPMAKE_CACHE} // "$ENV{HOME}/.cache/klpmake";
	my ($newest) = sort { -M $a <=> -M $b } glob("$cache/source/*/Makefile");

	fail("there is no prepared source in '$cache/source': name one with --source=") unless $newest;
	return dirname($newest);
}

sub read_file
{
	my ($file) = @_;

	open(my $stream, '<', $file) or fail("$file: $!");
	return do { local $/; <$stream> };
}

sub write_file
{
	my ($file, @text) = @_;

	open(my $stream, '>', $file) or fail("$file: $!");
	print $stream @text;
	close($stream) or fail("$file: $!");
}

# Sets the compiler's options for each unit, as Kbuild tells them, in %options_of.
sub ask_kbuild
{
	my $objects = join(' ', map { "'" . s/\.c$/.o/r . "'" } @_);
	my $said = `cd '$option{source}' && env -u MAKEFLAGS LC_ALL=C make --no-print-directory -n -k V=1 CC='$option{gcc}' $objects 2>/dev/null`;

	while ($said =~ /[;({] *\Q$option{gcc}\E -Wp,-MMD,\S+ ([^;\n]*?) -c -o \S+ (\S+\.c) /g) {
		my ($options, $unit) = ($1, $2);

		$options_of{$unit} = $options;
	}
}

sub prepare
{
	my ($name) = @_;
	my $options = $options_of{$name};
	my %unit = (name => $name);
	my $text = "$work/" . ($name =~ tr{/}{-}r) . '.i';

	return skip($name, 'Kbuild has no command for it') unless $options;
	return skip($name, 'it cannot be preprocessed')
		if system("cd '$option{source}' && $option{gcc} $options -E -o '$text' '$name' 2>/dev/null");
	$unit{options} = $options =~ s/(?:-include|-I) *\S+|-D\S+|-Wp,\S+|-nostdinc//gr;
	# Functions that are not inlined call these.
	$unit{lines} = [map { "$_\n" } split /\n/, read_file($text) =~ s/__attribute__\(\(__(?:error|warning)__\("[^"\n]*"\)\)\)//gr];
	find_places(\%unit);
	write_file($text, @{$unit{lines}});
	return skip($name, 'it cannot be compiled in the way that is needed')
		unless compile(\%unit, $text, $unit{old} = {}) && @{$unit{bodies}};
	return \%unit;
}

sub skip
{
	print STDERR "mutate.pl: without $_[0]: $_[1]\n";
	return undef;
}

# Where edits may be: bodies of functions [HEAD, FIRST, LAST], and lines that are outside of functions.
sub find_places
{
	my ($unit) = @_;
	my $lines = $unit->{lines};
	my ($own, $head, $open);

	$unit->{$_} = [] for qw(bodies inlines outside headers places);
	for my $i (0 .. $#$lines) {
		my $line = $lines->[$i];

		if ($line =~ /^# (\d+) "([^"]*)"/) {
			$own = $2 =~ /(?:^|\/)\Q$unit->{name}\E$/;
		} elsif (!defined $open && $line =~ /^[a-z_].*\(/ && $line !~ /;\s*$|^(?:typedef|struct \w+ \{|asm)/) {
			$head = $i;
		} elsif ($line =~ /^\{/ && defined $head) {
			$open = $i + 1;
		} elsif ($line =~ /^\}/ && defined $open) {
			push @{$unit->{$own ? 'bodies' : 'inlines'}}, [$head, $open, $i] if $i > $open;
			($head, $open) = ();
		} elsif (!defined $open && $line =~ /\S/) {
			$head = undef if $line =~ /[;}]\s*$/;
			push @{$unit->{$own ? 'outside' : 'headers'}}, $i unless defined $head;
		}
	}
	# Of headers, what the unit may use.
	my %used;
	my $text = join('', map { my ($head, $first, $last) = @$_; @$lines[$head .. $last] } @{$unit->{bodies}});
	$used{$_} = 1 for $text =~ /\b([a-z_]\w{3,})\b/g;
	$unit->{headers} = [grep { grep { $used{$_} } $lines->[$_] =~ /\b([a-z_]\w{3,})\b/g } @{$unit->{headers}}];
	$unit->{inlines} = [grep { grep { $used{$_} } $lines->[$_->[0]] =~ /\b([a-z_]\w{3,})\(/g } @{$unit->{inlines}}];
}

sub run_gcc
{
	my ($unit, $text, $more) = @_;

	return !system("cd '$option{source}' && $option{gcc} $unit->{options} -w $isolated -fpreprocessed $more '$text' 2>'$work/errors'");
}

sub digest
{
	my ($unit, $text, $result) = @_;
	my $plugin = "-fplugin=$option{plugin} -fplugin-arg-klpmake-digest=$work/digest -S -o /dev/null";

	return 0 unless run_gcc($unit, $text, $plugin);
	for (split /\n/, read_file("$work/digest")) {
		my ($kind, @fields) = split /\t/;

		$result->{functions}{$fields[0]} = $fields[5] if $kind eq 'function';
		$result->{variables}{Object::plain_name($fields[0])} .= "@fields[4 .. 7]\n" if $kind eq 'variable';
		$result->{asm} .= $_ if $kind eq 'asm';
	}
	return 1;
}

sub compile
{
	my ($unit, $text, $result) = @_;

	return 0 unless digest($unit, $text, $result) && run_gcc($unit, $text, "-c -o $work/object.o");
	$result->{object} = Object::contents("$work/object.o");
	return 1;
}

# Edits as [FIRST, LAST, { LINE => TEXT }]: one each of some functions, or of some things outside of them, which may make
# anything fail to compile.
sub choose
{
	my ($unit) = @_;

	return rand() < 0.65 ? choose_functions($unit) : choose_declarations($unit);
}

sub choose_functions
{
	my ($unit) = @_;
	my ($lines, @bodies) = ($unit->{lines}, @{$unit->{bodies}});
	my (@edits, %taken);

	for (1 .. 40) {
		my ($head, $first, $last) = @{rand() < 0.85 ? Edits::pick(@bodies) : Edits::pick(@{$unit->{inlines}}, $bodies[0])};
		my $edit;

		next if $taken{$head}++;
		$edit = rand() < 0.1 ? Edits::of_head($lines, $head) : Edits::inside_function($lines, $first, $last);
		push @edits, [$head, $last, $edit] if $edit;
	}
	return @edits;
}

sub choose_declarations
{
	my ($unit) = @_;
	my (@edits, %taken);

	for (1 .. 8) {
		my $at = Edits::pick(@{$unit->{rand() < 0.5 ? 'headers' : 'outside'}}) // next;
		my $edit = Edits::of_declaration($unit->{lines}, $at) // Edits::outside_functions($unit->{lines}, $at, $at + 2);

		push @edits, [$at, $at + 1, $edit] if $edit && !$taken{$at}++ && !$taken{$at + 1}++;
	}
	return @edits;
}

sub edited
{
	my ($unit, @edits) = @_;
	my @lines = @{$unit->{lines}};

	for (@edits) {
		my $edit = $_->[2];

		$lines[$_] = $edit->{$_} for keys %$edit;
	}
	return @lines;
}

# Where GCC has found fault, as lines of the preprocessed text.
sub faults
{
	my ($unit) = @_;
	my (%at, @faults);

	for (split /\n/, read_file("$work/errors")) {
		$at{"$1:$2"} = 1 if /^(\S+?):(\d+):(?:\d+:)? (?:fatal )?(?:error|note|internal)/ || /^\s+from (\S+?):(\d+)[:,]/;
	}
	unless ($unit->{place_of}) {
		my ($file, $line) = ('', 0);

		for my $i (0 .. $#{$unit->{lines}}) {
			if ($unit->{lines}[$i] =~ /^# (\d+) "([^"]*)"/) {
				($line, $file) = ($1, $2);
			} else {
				push @{$unit->{place_of}{"$file:$line"}}, $i;
				$line++;
			}
		}
	}
	return map { @{$unit->{place_of}{$_} // []} } keys %at;
}

# Those edits that compile together; the digest of the last try is in RESULT.
sub compiling
{
	my ($unit, $text, $result, @edits) = @_;

	for (1 .. 8) {
		my (@bad, @good);

		last unless @edits;
		write_file($text, edited($unit, @edits));
		%$result = ();
		return @edits if compile($unit, $text, $result);
		my @faults = faults($unit);
		for my $edit (@edits) {
			my $bad = grep { $_ >= $edit->[0] && $_ <= $edit->[1] } @faults;

			push @{$bad ? \@bad : \@good}, $edit;
		}
		# Of something else that an edit has made wrong.
		@good = grep { rand() < 0.6 } @good unless @bad;
		$count{dropped} += @edits - @good;
		@edits = @good;
	}
	return ();
}

sub attack
{
	my ($unit) = @_;
	my $text = "$work/edited.i";
	my @edits = compiling($unit, $text, \my %new, choose($unit));

	return unless @edits;
	$count{files}++;
	$count{edits} += @edits;
	print STDERR "\r$count{edits} of $option{edits} edits" if -t STDERR;
	my @missed = (not_by_frequency($unit, $text, compare_functions($unit, \%new, $text)), compare_variables($unit, \%new));
	return unless @missed;
	$count{missed} += @missed;
	print "$unit->{name}: missed: @missed\n";
	for my $edit (map { $_->[2] } @edits) {
		print_edit($unit->{lines}[$_], $edit->{$_}) for sort { $a <=> $b } keys %$edit;
	}
	return unless $option{keep};
	make_path($option{keep});
	write_file("$option{keep}/$count{files}-old.i", @{$unit->{lines}});
	write_file("$option{keep}/$count{files}-new.i", read_file($text));
	write_file("$option{keep}/$count{files}.flags", "cd $option{source}\n$option{gcc} $unit->{options} -w $isolated -fpreprocessed\n@missed\n");
}

# What differs of a line, with what stands around it.
sub print_edit
{
	my ($old, $new) = @_;
	my $same = length(($old ^ $new) =~ /^(\0*)/ ? $1 : '');
	my $start = $same > 60 ? $same - 60 : 0;

	chomp($old, $new);
	print '  -', substr($old, $start, 150), "\n  +", substr($new, $start, 150), "\n";
}

# The names whose values differ, of those that are in both.
sub differing
{
	my ($old, $new) = @_;

	return grep { defined $new->{$_} && $new->{$_} ne $old->{$_} } sort keys %$old;
}

sub compare_functions
{
	my ($unit, $new, $text) = @_;
	my $old = $unit->{old};
	my %changed = map { $_ => 1 } changed_names($old, $new, 'functions');
	my @differing = differing($old->{object}{functions}, $new->{object}{functions});
	my @open = grep { !$changed{$_} && $old->{functions}{$_} } @differing;

	$count{functions} += @differing;
	return () unless @open;
	my %texts = (%{texts_of($unit, $text, $new)});
	my %variables = map { $_ => 1 } changed_names($old, $new, 'variables');
	my @missed = grep { !is_explained($_, \%changed, \%variables, \%texts, {}) } @open;

	$count{explained} += @open - @missed;
	return @missed;
}

# A function that others hardly ever call is made small, and there is no option against it but not to guess how often
# anything is done. Those of the functions that are different without that, too.
sub not_by_frequency
{
	my ($unit, $text, @functions) = @_;
	my (@objects, %different);

	return () unless @functions;
	write_file("$work/original.i", @{$unit->{lines}});
	for my $file ("$work/original.i", $text) {
		run_gcc($unit, $file, "-fno-guess-branch-probability -c -o $work/object.o") or return @functions;
		push @objects, Object::contents("$work/object.o")->{functions};
	}
	$different{$_} = 1 for differing(@objects);
	my @left = grep { $different{$_} } @functions;
	$count{frequency} += @functions - @left;
	return @left;
}

# Those that differ or are in one of them.
sub changed_names
{
	my ($old, $new, $kind) = @_;
	my %all = (%{$old->{$kind}}, %{$new->{$kind}});

	return grep { ($old->{$kind}{$_} // '') ne ($new->{$kind}{$_} // '') } keys %all;
}

# The texts of the functions' digests, by name: those of the edited file, and behind them what the original says first.
sub texts_of
{
	my ($unit, $text, $new) = @_;
	my %texts = read_texts($unit, $text, $new->{functions});
	my %old;

	write_file("$work/original.i", @{$unit->{lines}});
	%old = read_texts($unit, "$work/original.i", $unit->{old}{functions});
	$texts{$_} = ($texts{$_} // '') . "\n" . ($old{$_} =~ s/\n.*//sr) for keys %old;
	return \%texts;
}

sub read_texts
{
	my ($unit, $text, $digests) = @_;
	my %by_digest;

	local $ENV{KLPMAKE_DIGEST_TEXT} = 1;
	digest($unit, $text, {});
	%by_digest = map { /^([0-9a-f]{32}) (.*)/s ? ($1 => $2) : () } split /\n(?=[0-9a-f]{32} )/, read_file("$work/errors");
	return map { $_ => $by_digest{$digests->{$_}} // '' } keys %$digests;
}

# Does FUNCTION inline a changed one, or read a changed variable?
sub is_explained
{
	my ($function, $changed, $variables, $texts, $seen) = @_;
	my $text = $texts->{$function} // '';

	return 0 if $seen->{$function}++;
	return 1 if $text =~ /alias \@/ && grep { index($text, "alias \@${_}F") >= 0 } keys %$changed;
	return 1 if grep { $variables->{$_} } $text =~ /(?:G|S\d+)([A-Za-z_]\w*)/g;
	for (keys %$texts) {
		next unless index($text, "\@${_}F") >= 0 && ($texts->{$_} // '') =~ /^F[^\n]*\balways_inline/m;
		return 1 if $changed->{$_} || is_explained($_, $changed, $variables, $texts, $seen);
	}
	return 0;
}

sub compare_variables
{
	my ($unit, $new) = @_;
	my ($old, %changed) = $unit->{old};
	my @differing = grep { !Object::is_nameless($_) && !Object::is_nameless("$_.") }
		differing($old->{object}{variables}, $new->{object}{variables});

	%changed = map { $_ => 1 } changed_names($old, $new, 'variables');
	$count{variables} += @differing;
	return map { "variable $_" } grep { !$changed{$_} && ($old->{asm} // '') eq ($new->{asm} // '') } @differing;
}
