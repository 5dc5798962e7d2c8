#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Lets each call of a program fail in turn, and looks what it leaves.
#
#	faults.pl --library=FILE [--status=N] [--limit=N] [--call=NAME] [--stdin=FILE] [--optional=FILE]... [--several]
#		[--log=FILE] NAME COMMAND [WORD...]
#
# --library is what library.c and server.c become. The COMMAND runs in the current folder, which has what it reads and changes.
# Without a fault it ends with --status (0). With one it does the same: ends so, prints and says the same and leaves the
# same files. Or else it ends with status 3 and the reason, and each file is what it was before. Where the COMMAND refuses
# something, no fault may lead to status 0. Only a file that cannot be removed may stay, if that is said.
#
# --limit=N: N faults at most, evenly. --call=NAME: of calls of that name only (library.c). --stdin=FILE: its standard input.
# --optional=FILE: one that need not be there at the end, as it only keeps something for the next time. --several: it makes
# several files, and after a fault each is whole or absent. --log=FILE: adds the figures, "NAME FAULTS SAME TOLD PROBLEMS".
#
# Prints what is wrong, a line for each fault, and figures. Exit status: 0 nothing is wrong, 1 something is, 2 wrong
# usage, 3 it could not be run.
use strict;
use warnings;
use Fcntl qw(:mode);
use File::Find;
use File::Path qw(remove_tree);
use File::Basename qw(dirname);
use File::Temp qw(tempdir);
use Getopt::Long qw(:config require_order);
use POSIX qw(:errno_h);

use lib dirname(__FILE__);
use Program;

# What each call may fail with; SHORT: does half of it. The second list: all later ones fail as well.
use constant SHORT => 0;
my %errors = (
	open => [EMFILE, EIO, EINTR, ENOMEM], read => [SHORT, EIO, EINTR], write => [SHORT, ENOSPC, EIO, EINTR], mmap => [ENOMEM],
	memfd => [EMFILE, ENOMEM], fsync => [EIO, ENOSPC, EINTR], rename => [EIO, ENOSPC], link => [EIO, ENOSPC],
	close => [EIO, EINTR, ENOSPC], stat => [EIO, ENOMEM], fstat => [EIO, ENOMEM], access => [EIO, ENOMEM], readlink => [EIO, ENOMEM],
	getdents => [EIO, ENOMEM], unlink => [EIO], mkdir => [ENOSPC, EIO], truncate => [ENOSPC, EIO, EINTR], chmod => [EIO],
	dup => [EMFILE], memory => [ENOMEM],
);
my %lasting = (open => [EMFILE], read => [EIO], write => [ENOSPC], mmap => [ENOMEM], stat => [ENOMEM], memory => [ENOMEM]);

my %option = (optional => [], status => 0);
GetOptions(\%option, 'library=s', 'status=i', 'limit=i', 'call=s', 'stdin=s', 'optional=s@', 'several', 'log=s') &&
	$option{library} && @ARGV > 1 or usage();
my ($name, @command) = @ARGV;
my $work = tempdir(CLEANUP => 1);
my %optional = map { $_ => 1 } @{$option{optional}};
my %count = (faults => 0, same => 0, told => 0, problems => 0);

my $before = look();
my $program = Program->new(library => $option{library}, work => "$work/run", command => \@command,
	$option{stdin} ? (stdin => $option{stdin}) : ());
my $right = $program->run("list:$work/list");
fail("the command ends with status $right->{status}: $right->{stderr}") unless $right->{status} eq $option{status};
$right->{files} = look();
restore($right->{files});
inject($_) for chosen(faults());
print figures(), "\n";
keep_figures() if $option{log};
exit($count{problems} ? 1 : 0);

sub usage
{
	print STDERR 'usage: faults.pl --library=FILE [--status=N] [--limit=N] [--call=NAME] [--stdin=FILE] [--optional=FILE]... ' .
		"[--several] [--log=FILE] NAME COMMAND [WORD...]\n";
	exit 2;
}

sub fail
{
	print STDERR "faults.pl: $name: @_\n";
	exit 3;
}

sub read_file
{
	my ($file) = @_;

	open(my $stream, '<:raw', $file) or fail("$file: $!");
	return do { local $/; <$stream> } // '';
}

# Of each file below the current folder, by path, its kind, mode and contents.
sub look
{
	my %files;

	find({ no_chdir => 1, wanted => sub {
		my @status = lstat($_) or fail("$_: $!");
		my $contents = -l _ ? readlink($_) : -f _ ? read_file($_) : '';

		$files{s{^\./}{}r} = { mode => $status[2], contents => $contents };
	} }, '.');
	delete $files{'.'};
	return \%files;
}

sub is_same
{
	my ($one, $other) = @_;

	return !$one && !$other unless $one && $other;
	return $one->{mode} == $other->{mode} && $one->{contents} eq $other->{contents};
}

# Makes what is there, NOW, what was there first.
sub restore
{
	my ($now) = @_;

	for my $path (sort { $b cmp $a } keys %$now) {
		remove_tree($path) unless is_same($now->{$path}, $before->{$path});
	}
	for my $path (sort keys %$before) {
		my $file = $before->{$path};

		next if -e $path || -l $path;
		if (S_ISDIR($file->{mode})) {
			mkdir($path) or fail("$path: $!");
		} elsif (S_ISLNK($file->{mode})) {
			symlink($file->{contents}, $path) or fail("$path: $!");
			next;
		} else {
			open(my $stream, '>:raw', $path) or fail("$path: $!");
			print $stream $file->{contents};
			close($stream) or fail("$path: $!");
		}
		chmod($file->{mode} & 07777, $path) or fail("$path: $!");
	}
}

# All faults that there can be, by what FAULT is told.
sub faults
{
	my @faults;

	for my $line (split /\n/, read_file("$work/list")) {
		my ($number, $call, $flags) = split / /, $line;

		next if $option{call} && $option{call} ne $call;
		for my $error (@{$errors{$call}}, $flags eq 'c' ? ENOSPC : ()) {
			push @faults, "$number:$call:$error" unless $error == SHORT && $flags eq 'n';
		}
		push @faults, "$number+:$call:$_" for @{$lasting{$call} // []};
	}
	return @faults;
}

sub chosen
{
	my @faults = @_;
	my $limit = $option{limit} // @faults;

	return @faults if $limit >= @faults;
	return map { $faults[int(($_ + 0.5) * @faults / $limit)] } 0 .. $limit - 1;
}

sub inject
{
	my ($fault) = @_;
	my $result = $program->run($fault);
	my $now = look();
	my $problem = $result->{status} eq '3' && !is_right($result, $now) ? told_badly($fault, $result, $now) :
		done_badly($fault, $result, $now);

	$count{faults}++;
	if ($problem) {
		$count{problems}++;
		print "$name: $fault: $problem: " . substr($result->{stderr}, 0, 300) =~ s/\n/ | /gr . "\n";
	}
	restore($now);
}

# Is it what comes without a fault?
sub is_right
{
	my ($result, $now) = @_;

	return $result->{status} eq $right->{status} && $result->{stdout} eq $right->{stdout} && $result->{stderr} eq $right->{stderr} &&
		!others($now, $right->{files}, 1);
}

# The files that are not the same in two states; those that are optional may be absent.
sub others
{
	my ($now, $wanted, $may_lack) = @_;

	return grep {
		my $absent = $may_lack && $optional{$_} && is_same($now->{$_}, $before->{$_});

		!$absent && !is_same($now->{$_}, $wanted->{$_});
	} sort keys %{{ %$now, %$wanted }};
}

# Those of FILES that were to be removed, which was the FAULT, and are not told of.
sub left
{
	my ($fault, $result, $now, @files) = @_;

	return grep {
		$fault !~ /:unlink:/ || $before->{$_} || $right->{files}{$_} ||
			$result->{stderr} !~ /^\S+: the temporary file '\Q$_\E' cannot be removed: /m
	} @files;
}

sub done_badly
{
	my ($fault, $result, $now) = @_;
	my @kept = others($now, $right->{files}, 1);
	my @others = left($fault, $result, $now, @kept);

	$result->{stderr} =~ s/^\S+: the temporary file '.*' cannot be removed: .*\n//mg if @kept && !@others;
	return "status $result->{status}" if $result->{status} ne $right->{status};
	return "other files: @others" if @others;
	return 'something else is printed' if $result->{stdout} ne $right->{stdout};
	return "something else is said than '" . substr($right->{stderr}, 0, 300) . "'" if $result->{stderr} ne $right->{stderr};
	$count{same}++;
	return undef;
}

sub told_badly
{
	my ($fault, $result, $now) = @_;
	my ($call, $error) = $fault =~ /:(\w+):(\d+)$/;
	my @others = grep { !(($option{several} || $optional{$_}) && is_same($now->{$_}, $right->{files}{$_})) }
		left($fault, $result, $now, others($now, $before, 0));

	return 'half of a read or write is no failure' if $error == SHORT;
	return 'no reason' unless $result->{stderr} =~ /error: .*\Q${\reason($error)}\E/ ||
		($error == ENOMEM && $result->{stderr} =~ /error: .*out of memory/i);
	return "other files: @others" if @others;
	$count{told}++;
	return undef;
}

sub reason
{
	local $! = $_[0];

	return "$!";
}

sub figures
{
	return "$name: $count{faults} faults: $count{same} made no difference, $count{told} were told, $count{problems} problems";
}

sub keep_figures
{
	open(my $stream, '>>', $option{log}) or fail("$option{log}: $!");
	print $stream join("\t", $name, @count{qw(faults same told problems)}) . "\n";
	close($stream) or fail("$option{log}: $!");
}
