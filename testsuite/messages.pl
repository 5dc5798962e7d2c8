#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Lists the messages of the programs, the plugin and the driver, errors and warnings, that no test names. One that is not tested
# may never come.
#
#	messages.pl [--all] TOP
#
# TOP is the source's folder. --all: those that a test names as well, with a mark. A message is named where three words of it
# that follow each other, and that no other message has, are in a test; fewer where it has no more. Prints "FILE:LINE: MESSAGE".
# Exit status: 0 all are named, 1 some are not, 2 wrong usage.
use strict;
use warnings;
use File::Find;

# Their last string is the message, or a part that makes it another one.
my $functions = qr/\b(?:diag_(?:error|refuse|system|usage|warning)|check_refuse|refuse_form|error_at|warning_at|\w*malformed\w*|refuse)\(/;
# The driver's, whose message is one string of the shell's.
my $shell_functions = qr/\b(?:fail \d|problem \S+ [\w-]+|warning|error|bad_usage)(?=\s+")/;
# Those that only a fault of the system leads to, or one that no file has: faults.exp lets each call fail, and asks for a reason.
my %by_faults = map { $_ => 1 } ('cannot be looked at: %s', 'cannot set its mode: %s', 'no more entries', 'a section header lies outside of the file');
# And those of the driver where what it has made a moment before cannot be opened.
$by_faults{$_} = 1 for "cannot open '%s'", "cannot open the folder '%s'", "cannot open '%s.pipe'";
my $all = @ARGV && $ARGV[0] eq '--all' ? shift @ARGV : undef;

if (@ARGV != 1 || !-d "$ARGV[0]/fixer") {
	print STDERR "usage: messages.pl [--all] TOP\n";
	exit 2;
}
my $top = $ARGV[0];

sub read_file
{
	my ($file) = @_;

	open(my $stream, '<', $file) or die "$file: $!\n";
	return do { local $/; <$stream> };
}

# The files below FOLDERS whose names match PATTERN, sorted.
sub files
{
	my ($pattern, @folders) = @_;
	my @found;

	find({ wanted => sub { push @found, $File::Find::name if /$pattern/ && -f }, no_chdir => 1 }, @folders);
	return sort @found;
}

# The arguments of a call, TEXT beginning behind its parenthesis.
sub arguments
{
	my ($text) = @_;
	my $depth = 1;

	while ($text =~ /\G(?:[^()"']|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|([()]))/gcs) {
		next unless defined $1;
		$depth += $1 eq '(' ? 1 : -1;
		return substr($text, 0, pos($text) - 1) if !$depth;
	}
	return '';
}

# The messages among the strings of a call: of "condition ? one : other" both.
sub strings
{
	my ($arguments) = @_;
	my @found;

	# Adjacent ones are one, with macros between them.
	while ($arguments =~ /((?:"(?:[^"\\]|\\.)*"(?:\s|PRI\w+|[A-Z_]{4,})*)+)/g) {
		my $string = join('', map { s/^"|"$//gr } map { /^"/ ? $_ : '%s' } $1 =~ /("(?:[^"\\]|\\.)*"|\w+)/g);

		push @found, $string if $string =~ / .* |\w+ \w+/ || $string =~ /\w{12}/;
	}
	return @found;
}

# The message of a call in the shell, TEXT beginning at its quote: with %s for what is put in.
sub shell_message
{
	my ($text) = @_;
	my $brace = qr/(\{(?:[^{}]|(?-1))*\})/;
	my $command = qr/(\((?:[^()]|(?-1))*\))/;

	return unless $text =~ /\A\s+"((?:[^"\\\$]|\\.|\$$brace|\$$command|\$)*)"/s;
	my $message = $1;
	$message =~ s/\$(?:$brace|$command|\w+)/%s/g;
	return $message =~ /\w+ \w+/ ? $message : ();
}

# The runs of literal words of a message.
sub runs
{
	my ($message) = @_;

	$message =~ s/%<|%>|'//g;
	$message =~ s/\\n|\\"/ /g;
	return grep { "@$_" =~ /[A-Za-z]/ } map { [/[A-Za-z0-9_.=-]+/g] } split(/[':,;(]?%[-+#0-9.*lhzjt]*[a-zA-Z]\S*|[:;,()]/, $message);
}

sub phrases
{
	my ($message) = @_;
	my @phrases;

	for my $run (runs($message)) {
		my $length = @$run < 3 ? @$run : 3;

		push @phrases, map { join(' ', @$run[$_ .. $_ + $length - 1]) } 0 .. @$run - $length;
	}
	# One word alone is no phrase where there are others.
	my @long = grep { / / } @phrases;
	return @long ? @long : @phrases;
}

my (@messages, %count);
for my $file (files(qr/\.(?:c|cc)$/, "$top/fixer", "$top/plugin")) {
	my $text = read_file($file);

	$text =~ s{/\*.*?\*/}{ $& =~ tr/\n//cdr }gse;
	while ($text =~ /$functions/g) {
		my $at = pos($text);
		my $line = 1 + (substr($text, 0, $at) =~ tr/\n//);

		for my $message (strings(arguments(substr($text, $at, 3000)))) {
			push @messages, { place => substr($file, length($top) + 1) . ":$line", message => $message, phrases => [phrases($message)] };
		}
		pos($text) = $at;
	}
}
for my $file (-d "$top/runtime" ? files(qr/\.sh$|\/klpmake\.in$/, "$top/runtime") : ()) {
	my $text = read_file($file) =~ s/^[ \t]*#.*//gmr;

	while ($text =~ /$shell_functions/g) {
		my $line = 1 + (substr($text, 0, pos($text)) =~ tr/\n//);

		push @messages, map { { place => substr($file, length($top) + 1) . ":$line", message => $_, phrases => [phrases($_)],
			shell => 1 } } shell_message(substr($text, pos($text), 1000));
	}
}
for my $message (@messages) {
	my %seen;

	$count{$message->{shell} // 0}{$_}++ for grep { !$seen{$_}++ } @{$message->{phrases}};
}

# What tests have, without what regular expressions add.
my $tests = join(' ', map { read_file($_) } files(qr/\.(?:exp|tcl)$|^.*refused\/.*$|expect$/, "$top/testsuite"));
$tests =~ tr/\\'"//d;
$tests =~ s/\s+/ /g;

my $missing = 0;
for my $message (@messages) {
	my @phrases = @{$message->{phrases}};
	my @own = grep { $count{$message->{shell} // 0}{$_} == 1 } @phrases;
	my $named = $by_faults{$message->{message}} || grep { index($tests, $_) >= 0 } @own ? @own : @phrases;

	$missing++ unless $named;
	print $all ? ($named ? '+ ' : '- ') : '', "$message->{place}: $message->{message}\n" if $all || !$named;
}
exit($missing ? 1 : 0);
