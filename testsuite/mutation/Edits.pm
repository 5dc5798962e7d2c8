# SPDX-License-Identifier: GPL-2.0-or-later
#
# Random edits of preprocessed C in the kernel's style. Comes in: a reference to the lines of a file, of which the
# edited function or declaration is a part. Goes out: the same lines, one or two of them with another text, so that no
# line moves. An edit may well be one that does not compile.
package Edits;

use strict;
use warnings;

my @function_attributes = (
	'noinline', 'cold', 'hot', 'noipa', 'no_stack_protector', 'no_instrument_function', 'flatten', 'aligned(64)',
	'section(".text.other")', 'optimize("O1")', 'optimize("no-tree-vrp")', 'optimize("O3")', 'target("tune=atom")',
	'target("no-sse2")', 'no_reorder', 'used', 'naked', 'always_inline', 'patchable_function_entry(5,2)',
	'no_sanitize("address")', 'weak', 'noclone', 'target("indirect-branch=keep")', 'function_return("keep")',
	'zero_call_used_regs("used-gpr")', 'no_split_stack', 'nocf_check', 'force_align_arg_pointer', 'stack_protect',
);
my @used_attributes = (
	'const', 'pure', 'noreturn', 'malloc', 'alloc_size(1)', 'alloc_align(1)', 'assume_aligned(64)', 'nonnull',
	'returns_nonnull', 'cold', 'hot', 'returns_twice', 'weak', 'leaf', 'nothrow', 'visibility("hidden")',
	'no_caller_saved_registers', 'ms_abi', 'noplt',
);
my @types = ('int', 'unsigned int', 'long', 'unsigned long', 'short', 'unsigned short', 'signed char', 'u8', 'u16',
	'u32', 'u64', 's16', 's32', 's64', 'bool', 'size_t', 'unsigned char');
my $any_type = join('|', map { quotemeta } sort { length($b) <=> length($a) } @types);
my %other_operators = (
	'<' => ['<=', '>', '=='], '<=' => ['<', '>='], '>' => ['>=', '<', '!='], '>=' => ['>', '<='],
	'==' => ['!=', '<', '>='], '!=' => ['==', '>'], '&&' => ['||', '&'], '||' => ['&&', '|'], '+' => ['-', '|'],
	'-' => ['+'], '*' => ['+'], '/' => ['*', '%'], '&' => ['|', '^', '&&'], '|' => ['&', '^', '+'], '^' => ['|'],
	'<<' => ['>>'], '>>' => ['<<'], '=' => ['+=', '|='], '+=' => ['-=', '='], '-=' => ['+='], '|=' => ['&=', '='],
	'&=' => ['|=', '='], '++' => ['--'], '--' => ['++'],
);

# In bodies of functions, and anywhere else; how often is by the number of times they stand here.
my @in_body = (
	\&number, \&number, \&number, \&operator, \&operator, \&operator, \&type, \&type, \&removed, \&removed, \&swapped,
	\&swapped, \&text, \&condition, \&identifier, \&identifier, \&identifier, \&arguments, \&jump, \&volatile,
	\&local_attribute, \&member, \&not, \&suffix, \&assembler, \&assembler, \&expected, \&returned, \&static_local,
	\&twice,
);
my @outside = (
	\&member_order, \&member_order, \&type, \&bit_field, \&number, \&structure_attribute, \&operator, \&text,
	\&constant, \&restricted, \&volatile, \&identifier,
);

sub pick
{
	return $_[int(rand(@_))];
}

# replace(LINE, PATTERN, SUB): what SUB makes of a random place that matches stands there. undef: there is none.
sub replace
{
	my ($line, $pattern, $make) = @_;
	my @places;

	while ($line =~ /$pattern/g) {
		push @places, [$-[0], $+[0] - $-[0]];
		pos($line) = $-[0] + 1;
	}
	return undef unless @places;
	my ($at, $length) = @{pick(@places)};
	my $made = $make->(substr($line, $at, $length));
	return undef unless defined $made;
	substr($line, $at, $length) = $made;
	return $line;
}

sub at_line
{
	my ($lines, $at, $text) = @_;

	return undef if !defined $text || $text eq $lines->[$at];
	return { $at => $text };
}

sub number
{
	my ($lines, $at) = @_;

	return at_line($lines, $at, replace($lines->[$at], qr/(?<![\w."])(?:0[xX][0-9a-fA-F]+|\d+)(?=[uUlL]*(?![\w."]))/, sub {
		my $value = $_[0] =~ /^0x/i ? hex(substr($_[0], 0, 15)) : $_[0];
		return pick($value + 1, $value + 1, $value * 2, $value + 8, 0, 1, $value > 0 ? $value - 1 : 3);
	}));
}

sub operator
{
	my ($lines, $at) = @_;

	return at_line($lines, $at, replace($lines->[$at],
		qr{(?<= )(?:<<|>>|<=|>=|==|!=|&&|\|\||\+=|-=|\|=|&=|[-+*/&|^<>=])(?= )|\+\+|--(?!>)}, sub {
			my $others = $other_operators{$_[0]};
			return $others ? pick(@$others) : undef;
		}));
}

sub type
{
	my ($lines, $at) = @_;

	return at_line($lines, $at, replace($lines->[$at], qr/(?<![\w.>])(?:$any_type)(?!\w)/, sub { pick(@types) }));
}

sub is_statement
{
	return $_[0] =~ /^\s+\S.*;\s*$/ && $_[0] !~ /^\s*(?:$any_type|struct|union|enum|static|const|register|case|default|[a-z_]\w*\s+\**[a-z_]\w*(?:\[[^\]]*\])?\s*[;=,])\b/
		&& ($_[0] =~ tr/(//) == ($_[0] =~ tr/)//);
}

sub removed
{
	my ($lines, $at) = @_;

	return undef unless is_statement($lines->[$at]);
	return at_line($lines, $at, "\t;\n");
}

sub twice
{
	my ($lines, $at) = @_;

	return undef unless is_statement($lines->[$at]) && $lines->[$at] =~ /^(\s+)(\w.*;)$/ && $lines->[$at] !~ /\breturn\b/;
	return at_line($lines, $at, "$1\{ $2 $2 }\n");
}

sub swapped
{
	my ($lines, $at, $last) = @_;
	my $next = $at + 1;

	$next++ while $next < $last && $lines->[$next] =~ /^\s*$/;
	return undef unless $next < $last && is_statement($lines->[$at]) && is_statement($lines->[$next]) &&
		$lines->[$at] ne $lines->[$next];
	return { $at => $lines->[$next], $next => $lines->[$at] };
}

sub text
{
	my ($lines, $at) = @_;

	return at_line($lines, $at, replace($lines->[$at], qr/(?<=[\w :.,=])[a-z0-9](?=[\w :.,=\\%]*")/, sub {
		return $_[0] =~ /\d/ ? ($_[0] + 1) % 10 : chr(ord('a') + (ord($_[0]) - ord('a') + 1) % 26);
	}));
}

sub condition
{
	my ($lines, $at) = @_;

	return at_line($lines, $at, "$1(!($2))" . ($3 // '') . "\n")
		if $lines->[$at] =~ /^(\s+(?:\} else )?(?:if|while) )\((.*)\)( \{)?$/ && ($2 =~ tr/(//) == ($2 =~ tr/)//);
	return undef;
}

sub identifier
{
	my ($lines, $at, $last) = @_;
	my $body = join('', map { $lines->[$_] // '' } grep { $_ >= 0 && $_ < $last } $at - 12 .. $at + 12);
	my @names = $body =~ /(?<![\w.>"])([a-z_]\w+)(?![\w(])/g;

	return undef unless @names;
	return at_line($lines, $at, replace($lines->[$at], qr/(?<![\w.>"])[a-z_]\w+(?![\w("])/, sub { pick(@names) }));
}

sub member
{
	my ($lines, $at, $last) = @_;
	my $body = join('', map { $lines->[$_] // '' } grep { $_ >= 0 && $_ < $last } $at - 30 .. $at + 30);
	my @names = $body =~ /(?:->|\.)([a-z_]\w*)/g;

	return undef unless @names;
	return at_line($lines, $at, replace($lines->[$at], qr/(?:(?<=->)|(?<=\w\.))[a-z_]\w*/, sub { pick(@names) }));
}

sub arguments
{
	my ($lines, $at) = @_;

	return at_line($lines, $at, replace($lines->[$at], qr/[^(),;"]+, [^(),;"]+(?=\))/, sub {
		my ($one, $two) = split /, /, $_[0], 2;
		return "$two, $one";
	}));
}

sub jump
{
	my ($lines, $at, $last) = @_;
	my @labels = map { /^(\w+):\s*$/ ? $1 : () } map { $lines->[$_] } $at .. $last - 1;
	my $line = $lines->[$at];

	return at_line($lines, $at, $line) if $line =~ s/\bgoto \w+;/'goto ' . pick(@labels, 'out') . ';'/e;
	return at_line($lines, $at, $line) if $line =~ s/\bbreak;/continue;/ || $line =~ s/\bcontinue;/break;/;
	return at_line($lines, $at, $line) if $line =~ s/\bcase [^:]*:/'case ' . int(rand(9)) . ':'/e;
	return undef;
}

sub returned
{
	my ($lines, $at) = @_;
	my $line = $lines->[$at];

	return at_line($lines, $at, $line) if $line =~ s/\breturn [^;]*;/'return ' . pick(0, 1, -22) . ';'/e;
	return undef;
}

sub volatile
{
	my ($lines, $at) = @_;

	return at_line($lines, $at, replace($lines->[$at],
		qr/(?<![\w.>])(?:(?:$any_type)|struct \w+)(?= [*\w])/, sub { "volatile $_[0]" }));
}

sub local_attribute
{
	my ($lines, $at) = @_;
	my $attribute = pick('aligned(32)', 'aligned(64)', 'uninitialized', 'nonstring');

	return undef if $lines->[$at] !~ /^\t(?:$any_type|struct \w+) [^()]*;$/;
	return at_line($lines, $at, replace($lines->[$at], qr/(?: =[^,;]*)?;$/, sub { " __attribute__(($attribute))$_[0]" }));
}

sub static_local
{
	my ($lines, $at) = @_;
	my $line = $lines->[$at];

	return at_line($lines, $at, $line) if $line =~ s/^\tstatic /\t/;
	return at_line($lines, $at, "\tstatic$1\n") if $line =~ /^(\t(?:$any_type|struct \w+) [^()]*;)$/;
	return undef;
}

sub not
{
	my ($lines, $at) = @_;

	return at_line($lines, $at, replace($lines->[$at], qr/!(?==|\w|\()|~(?=\w|\()/, sub { '' })) if rand() < 0.5;
	return at_line($lines, $at, replace($lines->[$at], qr/(?<=[(= ])(?=[a-z_]\w*(?:->|\)|;))/, sub { pick('!', '-', '~') }));
}

sub suffix
{
	my ($lines, $at) = @_;

	return at_line($lines, $at, replace($lines->[$at], qr/(?<![\w."])\d+(?:[uUlL]+)?(?![\w."])/, sub {
		my ($digits) = $_[0] =~ /^(\d+)/;
		return $digits . pick('', 'U', 'L', 'UL', 'ULL');
	}));
}

# Labels, operands, constraints, what is clobbered.
sub assembler
{
	my ($lines, $at) = @_;
	my $line = $lines->[$at];
	my $made;

	return undef unless $line =~ /\b(?:asm|__asm__)\b/;
	$made = pick(
		sub { replace($line, qr/(?<=[\w:.\$% (+])\d(?=[^"]*")/, sub { ($_[0] + 1) % 10 }) },
		sub { replace($line, qr/: "memory"/, sub { ':' }) },
		sub { replace($line, qr/"memory"/, sub { '"cc"' }) },
		sub { replace($line, qr/"=?[+]?[rmi]"|"[ri]"/, sub { my $text = $_[0]; $text =~ tr/rmi/mri/; $text }) },
		sub { replace($line, qr/asm volatile|asm __inline volatile|asm __inline__ volatile|__asm__ __volatile__/, sub { pick('asm', 'asm volatile', 'asm __inline') }) },
		sub { replace($line, qr/(?<=\()\d+(?=\))/, sub { $_[0] + 1 }) },
		sub { replace($line, qr/(?<= )\(?\w+\)?(?=\)(?: :|\)|,))/, sub { $_[0] =~ /^\d+$/ ? $_[0] ^ 3 : undef }) },
	)->();
	return at_line($lines, $at, $made);
}

sub expected
{
	my ($lines, $at) = @_;

	return at_line($lines, $at, replace($lines->[$at], qr/__builtin_expect\(!!\(/, sub { '((' })) if rand() < 0.5;
	return at_line($lines, $at, replace($lines->[$at], qr/(?<=\), )[01](?=\))/, sub { 1 - $_[0] }));
}

sub is_member
{
	return $_[0] =~ /^\s+(?:[a-z_]\w*\s+)+\**\w+(?:\[[^\]]*\])?(?: : \d+)?;\s*$/ && $_[0] !~ /^\s*(?:return|goto|else)\b/;
}

sub member_order
{
	my ($lines, $at, $last) = @_;
	my $next = $at + 1;

	return undef unless $next < $last && is_member($lines->[$at]) && is_member($lines->[$next]);
	return { $at => $lines->[$next], $next => $lines->[$at] };
}

sub bit_field
{
	my ($lines, $at) = @_;

	return at_line($lines, $at, replace($lines->[$at], qr/(?<=:)\s*\d+(?=;)/, sub { ' ' . ($_[0] + pick(-1, 1, 1)) }))
		if $lines->[$at] =~ /\b\w+\s*:\s*\d+;/;
	return at_line($lines, $at, $lines->[$at] =~ s/;$/ : 7;/r)
		if is_member($lines->[$at]) && $lines->[$at] =~ /^\s+(?:int|unsigned int|u32|u8)\s/;
	return undef;
}

sub structure_attribute
{
	my ($lines, $at) = @_;
	my $attribute = pick('packed', 'aligned(4)', 'aligned(32)', 'aligned(64)', 'may_alias', 'scalar_storage_order("big-endian")');

	return at_line($lines, $at, "$1 __attribute__(($attribute));\n") if $lines->[$at] =~ /^(\}(?: __attribute__.*)?);$/;
	return at_line($lines, $at, $lines->[$at] =~ s/;$/ __attribute__(($attribute));/r)
		if $lines->[$at] =~ /^\t+(?:$any_type|struct \w+) \w+;$/ ||
			$lines->[$at] =~ /^(?:static|extern) (?:const )?(?:$any_type|struct \w+) \w+;$/;
	return undef;
}

sub constant
{
	my ($lines, $at) = @_;
	my $line = $lines->[$at];

	return at_line($lines, $at, $line) if $line =~ s/\bconst //;
	return at_line($lines, $at, $line) if $line =~ s/^(static|extern) /$1 const /;
	return undef;
}

sub restricted
{
	my ($lines, $at) = @_;

	return at_line($lines, $at, replace($lines->[$at], qr/\*(?=\w+[,)])/, sub { '*__restrict ' }));
}

# inside_function(LINES, FIRST, LAST): an edit of the body in these lines, as a reference to { LINE => TEXT }.
sub inside_function
{
	my ($lines, $first, $last) = @_;

	for (1 .. 40) {
		my $edit = pick(@in_body)->($lines, $first + int(rand($last - $first)), $last);

		return $edit if $edit;
	}
	return undef;
}

# of_head(LINES, AT): another attribute of the function whose definition begins there.
sub of_head
{
	my ($lines, $at) = @_;

	return { $at => '__attribute__((' . pick(@function_attributes) . ")) $lines->[$at]" };
}

# of_declaration(LINES, AT): another attribute of what is declared there.
sub of_declaration
{
	my ($lines, $at) = @_;

	return undef unless $lines->[$at] =~ /^(?:extern )?[a-z_][\w *]*\w\([^()]*\)/;
	return { $at => '__attribute__((' . pick(@used_attributes) . ")) $lines->[$at]" };
}

# outside_functions(LINES, AT, LAST): of a type or a variable.
sub outside_functions
{
	my ($lines, $at, $last) = @_;

	for (1 .. 8) {
		my $edit = pick(@outside)->($lines, $at, $last);

		return $edit if $edit;
	}
	return undef;
}

1;
