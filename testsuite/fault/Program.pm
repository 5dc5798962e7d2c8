# SPDX-License-Identifier: GPL-2.0-or-later
#
# A program that is run many times, by way of server.c.
#
#	$program = Program->new(library => FILE, work => PREFIX, stdin => FILE, seconds => N, command => [WORD...])
#	$result = $program->run([FAULT])
#
# --library is what server.c becomes, perhaps with library.c. Files that begin with PREFIX are written. The result has
# "status", a number or a text where the program has not ended by itself, "stdout" and "stderr".
package Program;

use strict;
use warnings;
use IO::Select;
use POSIX qw(:sys_wait_h);

use constant { REQUESTS => 198, ANSWERS => 199 };

sub new
{
	my ($class, %self) = @_;
	my $self = bless { seconds => 60, stdin => '/dev/null', %self }, $class;

	$self->start();
	return $self;
}

sub start
{
	my ($self) = @_;

	pipe(my $requests, $self->{requests}) && pipe($self->{answers}, my $answers) or die "pipe: $!\n";
	$self->{server} = fork() // die "fork: $!\n";
	if (!$self->{server}) {
		POSIX::dup2(fileno($requests), REQUESTS) && POSIX::dup2(fileno($answers), ANSWERS) or POSIX::_exit(95);
		@ENV{qw(LD_PRELOAD LC_ALL SERVER_INPUT SERVER_OUTPUT)} = ($self->{library}, 'C', $self->{stdin}, $self->{work});
		exec { $self->{command}[0] } @{$self->{command}} or POSIX::_exit(95);
	}
	$self->{requests}->autoflush(1);
}

# The next line of what the server answers; undef where there is none in time.
sub answer
{
	my ($self, $seconds) = @_;
	my $line = '';

	while ($line !~ /\n/) {
		IO::Select->new($self->{answers})->can_read($seconds) or return undef;
		sysread($self->{answers}, $line, 1, length($line)) or die "the server of $self->{command}[0] has ended\n";
	}
	return $line + 0;
}

sub read_file
{
	my ($file) = @_;

	open(my $stream, '<:raw', $file) or die "$file: $!\n";
	return do { local $/; <$stream> } // '';
}

sub run
{
	my ($self, $fault) = @_;
	my ($process, $status);

	print { $self->{requests} } ($fault // '-') . "\n";
	$process = $self->answer($self->{seconds}) // die "the server of $self->{command}[0] does not answer\n";
	$status = $self->answer($self->{seconds});
	if (!defined $status) {
		kill('KILL', $process);
		$self->answer($self->{seconds});
		$status = 'no end';
	} else {
		$status = WIFEXITED($status) ? WEXITSTATUS($status) : 'signal ' . WTERMSIG($status);
	}
	return { status => $status, stdout => read_file("$self->{work}.out"), stderr => read_file("$self->{work}.err") };
}

sub DESTROY
{
	my ($self) = @_;

	local $?;
	close($self->{requests}) if $self->{requests};
	waitpid($self->{server}, 0) if $self->{server};
}

1;
