# SPDX-License-Identifier: GPL-2.0-or-later
#
# Where the numbers of an ELF file are, so that they can be changed one by one: of its headers, sections, symbols and
# relocations, of klpmake's notes, and of debug information. Files are little-endian and of 64 bits.
#
#	$elf = Fields->read(BYTES)
#
#	$elf->{sections}	[{ name, type, flags, offset, size, link, info, entsize }], by index
#	$elf->{symbols}		[{ name, section, value, size, info }], by index, of the first symbol table
#	$elf->fields()		{ KIND => [[OFFSET, SIZE], ...] }: the places in BYTES, SIZE 0 for a LEB128 of a byte's place
#	$elf->records()		{ KIND => [[OFFSET, SIZE], ...] }: records of one table, which are of one size
package Fields;

use strict;
use warnings;
no warnings 'portable';

sub read
{
	my ($class, $bytes) = @_;
	my $self = bless { bytes => $bytes, fields => {}, records => {} }, $class;

	@{$self->{header}}{qw(type machine version entry phoff shoff flags ehsize phentsize phnum shentsize shnum shstrndx)} =
		unpack('x16 v v V Q Q Q V v v v v v v', $bytes);
	for my $i (0 .. $self->{header}{shnum} - 1) {
		my %section;

		@section{qw(name_at type flags address offset size link info align entsize)} =
			unpack('V V Q Q Q Q V V Q Q', substr($bytes, $self->{header}{shoff} + 64 * $i, 64));
		push @{$self->{sections}}, \%section;
	}
	my $names = $self->{sections}[$self->{header}{shstrndx}];
	$_->{name} = $self->text($names->{offset} + $_->{name_at}) for @{$self->{sections}};
	# The first one is none, whatever it says.
	@{$self->{sections}[0]}{qw(name type)} = ('', 0) if $self->{sections};
	$self->read_symbols();
	return $self;
}

# The string at an offset of the file.
sub text
{
	my ($self, $at) = @_;

	return $at < length($self->{bytes}) ? unpack('Z*', substr($self->{bytes}, $at, 1024)) : '';
}

sub section
{
	my ($self, $name) = @_;
	my ($found) = grep { $_->{name} eq $name } @{$self->{sections}};

	return $found;
}

sub contents
{
	my ($self, $section) = @_;

	return $section->{type} == 8 ? '' : substr($self->{bytes}, $section->{offset}, $section->{size});
}

sub read_symbols
{
	my ($self) = @_;
	my ($table) = grep { $_->{type} == 2 } @{$self->{sections}} or return;
	my $strings = $self->{sections}[$table->{link}];

	for (my $at = 0; $at < $table->{size}; $at += 24) {
		my %symbol;
		my $name;

		($name, @symbol{qw(info other section value size)}) = unpack('V C C v Q Q', substr($self->{bytes}, $table->{offset} + $at, 24));
		$symbol{name} = $self->text($strings->{offset} + $name);
		push @{$self->{symbols}}, \%symbol;
	}
}

sub relocations
{
	my ($self, $section) = @_;

	return map { [unpack('Q V V q', $_)] } unpack('(a24)*', $self->contents($section));
}

sub add
{
	my ($self, $kind, $at, $size) = @_;

	push @{$self->{fields}{$kind}}, [$at, $size];
}

# Fields of a struct at AT, by their names and sizes.
sub add_struct
{
	my ($self, $kind, $at, @fields) = @_;

	while (my ($name, $size) = splice(@fields, 0, 2)) {
		$self->add("$kind $name", $at, $size);
		$at += $size;
	}
}

sub fields
{
	my ($self) = @_;

	return $self->{fields} if %{$self->{fields}};
	$self->add_struct('header', 0, magic => 4, class => 1, data => 1, version => 1, osabi => 1, padding => 8, e_type => 2, e_machine => 2,
		e_version => 4, e_entry => 8, e_phoff => 8, e_shoff => 8, e_flags => 4, e_ehsize => 2, e_phentsize => 2, e_phnum => 2,
		e_shentsize => 2, e_shnum => 2, e_shstrndx => 2);
	for my $i (0 .. $#{$self->{sections}}) {
		my $section = $self->{sections}[$i];

		$self->add_struct('section', $self->{header}{shoff} + 64 * $i, sh_name => 4, sh_type => 4, sh_flags => 8, sh_addr => 8,
			sh_offset => 8, sh_size => 8, sh_link => 4, sh_info => 4, sh_addralign => 8, sh_entsize => 8);
		$self->add_record('sections', $self->{header}{shoff} + 64 * $i, 64) if $i;
		$self->section_fields($section);
	}
	$self->dwarf_fields() if $self->section('.debug_info') && $self->section('.debug_abbrev');
	return $self->{fields};
}

sub add_record
{
	my ($self, $kind, $at, $size) = @_;

	push @{$self->{records}{$kind}}, [$at, $size];
}

sub records
{
	my ($self) = @_;

	$self->fields();
	return $self->{records};
}

sub section_fields
{
	my ($self, $section) = @_;
	my ($at, $end) = ($section->{offset}, $section->{offset} + $section->{size});

	if ($section->{type} == 2) {
		for (; $at < $end; $at += 24) {
			$self->add_struct('symbol', $at, st_name => 4, st_info => 1, st_other => 1, st_shndx => 2, st_value => 8, st_size => 8);
			$self->add_record('symbols', $at, 24);
		}
	} elsif ($section->{type} == 4) {
		my $kind = $section->{name} =~ /^\.rela\.debug/ ? 'debug relocation' : $section->{name} =~ /^\.klp/ ? 'livepatch relocation' : 'relocation';

		for (; $at < $end; $at += 24) {
			$self->add_struct($kind, $at, r_offset => 8, r_type => 4, r_sym => 4, r_addend => 8);
			$self->add_record($section->{name}, $at, 24);
		}
	} elsif ($section->{name} eq '.note.klpmake') {
		$self->note_fields($at, $end);
	} elsif ($section->{type} == 7) {
		$self->add_struct('note', $at, namesz => 4, descsz => 4, type => 4, name => 4);
	} elsif ($section->{type} == 17) {
		$self->add('group', $at + 4 * $_, 4) for 0 .. $section->{size} / 4 - 1;
	} elsif ($section->{type} == 3) {
		# The ends of the first strings, and some letters.
		$self->add('string', $at + int($section->{size} * $_ / 40), 1) for 0 .. ($section->{size} < 40 ? -1 : 39);
	} elsif ($section->{name} eq '.modinfo') {
		$self->add('modinfo', $_, 1) for $at .. $end - 1;
	} elsif ($section->{name} =~ /^\.debug_(?:line|rnglists|ranges|loclists|addr|str_offsets|aranges|abbrev|str|line_str)$/) {
		my $size = $section->{name} =~ /str$|abbrev/ ? 1 : 4;

		for (my $i = 0; $i < 60 && $i * $size < $section->{size}; $i++) {
			$self->add($section->{name}, $at + $i * $size, $size);
		}
		for (my $i = 0; $i < 100 && $section->{size} > 400; $i++) {
			$self->add($section->{name}, $at + int($i * $section->{size} / 100), 1);
		}
	}
}

my %record_fields = (
	1 => [version => 4, tag => 4, source => 4, line => 4, plugin => 4, compiler => 4],
	2 => [kind => 4, scope => 4, elf_name => 4, name => 4, function => 4, section => 4, file => 4, line => 4, pointer_file => 4,
		pointer_line => 4, signature => 4, declared => 4],
	3 => [flags => 4, new_func => 8, sympos_at => 8, sympos => 8, sympos_size => 4, object => 4, old_name => 4, new_name => 4, file => 4,
		line => 4, signature => 4, object_at => 8, object_size => 4],
	4 => [name => 4, signature => 4],
	5 => [object_at => 8, object_size => 4, kind => 4, file => 4, line => 4],
	6 => [size => 8, name => 4, members => 4, file => 4, line => 4],
	7 => [value => 8, name => 4, file => 4, line => 4],
	8 => [name => 4, function => 4, file => 4, line => 4],
);
my %record_names = (1 => 'unit', 2 => 'ref', 3 => 'patch', 4 => 'def', 5 => 'callback', 6 => 'structure', 7 => 'constant', 8 => 'variable');

# Calls USE for each record from AT to END: its type, where its desc is, and how long.
sub each_note
{
	my ($self, $at, $end, $use) = @_;
	my $begin = $at;

	while ($at + 20 <= $end) {
		my ($name_size, $size, $type) = unpack('V V V', substr($self->{bytes}, $at, 12));

		last if !defined $type || $at + 20 + $size > $end;
		$use->($type, $at + 20, $size);
		$at += 20 + $size;
		# Of the section, wherever that is in the file.
		$at = $begin + (($at - $begin + 7) & ~7);
	}
}

sub note_fields
{
	my ($self, $at, $end) = @_;

	$self->each_note($at, $end, sub {
		my ($type, $start, $size) = @_;

		$self->add_struct('note record', $start - 20, namesz => 4, descsz => 4, type => 4, name => 8);
		$self->add_struct("note $record_names{$type}", $start, @{$record_fields{$type}});
		$self->add_record("note $record_names{$type} $size", $start - 20, 20 + $size);
		# Letters of its strings.
		for my $i ($size / 2 .. $size - 1) {
			$self->add("note $record_names{$type} letter", $start + $i, 1) if $i % 3 == 0;
		}
	});
}

# A LEB128 at AT: its value and length.
sub leb
{
	my ($self, $at) = @_;
	my ($value, $length) = (0, 0);

	while ($length < 9) {
		my $byte = ord(substr($self->{bytes}, $at + $length, 1));

		$value |= ($byte & 127) << 7 * $length++;
		last unless $byte & 128;
	}
	return ($value, $length);
}

# By code, [tag, children, [attribute, form], ...] of the abbreviations at an offset of the section.
sub abbreviations
{
	my ($self, $offset) = @_;
	my $at = $self->section('.debug_abbrev')->{offset} + $offset;
	my %found;

	while (1) {
		my ($code, $length) = $self->leb($at);
		my ($tag, @attributes);

		$at += $length;
		last unless $code;
		($tag, $length) = $self->leb($at);
		$at += $length;
		my $children = ord(substr($self->{bytes}, $at++, 1));
		while (1) {
			my ($attribute, $form);

			($attribute, $length) = $self->leb($at);
			$at += $length;
			($form, $length) = $self->leb($at);
			$at += $length;
			$at += ($self->leb($at))[1] if $form == 0x21;
			last unless $attribute;
			push @attributes, [$attribute, $form];
		}
		$found{$code} = [$tag, $children, @attributes];
	}
	return \%found;
}

# The size of a value of FORM at AT; of a LEB128, its own.
sub form_size
{
	my ($self, $form, $at, $version) = @_;
	my %sizes = (0x01 => 8, 0x05 => 2, 0x06 => 4, 0x07 => 8, 0x0b => 1, 0x0c => 1, 0x0e => 4, 0x10 => $version > 2 ? 4 : 8, 0x11 => 1,
		0x12 => 2, 0x13 => 4, 0x14 => 8, 0x17 => 4, 0x19 => 0, 0x1e => 16, 0x1f => 4, 0x20 => 8, 0x21 => 0, 0x25 => 1, 0x26 => 2,
		0x27 => 3, 0x28 => 4, 0x29 => 1, 0x2a => 2, 0x2b => 3, 0x2c => 4);

	return $sizes{$form} if exists $sizes{$form};
	return length($self->text($at)) + 1 if $form == 0x08;
	if ($form == 0x18 || $form == 0x09) {
		my ($value, $length) = $self->leb($at);

		return $length + $value;
	}
	return 1 + ord(substr($self->{bytes}, $at, 1)) if $form == 0x0a;
	return ($self->leb($at))[1];
}

sub dwarf_fields
{
	my ($self) = @_;
	my $section = $self->section('.debug_info');
	my ($at, $end) = ($section->{offset}, $section->{offset} + $section->{size});

	while ($at + 11 < $end) {
		my ($length, $version) = unpack('V v', substr($self->{bytes}, $at, 6));
		my $next = $at + 4 + $length;
		my ($offset, $start);

		if ($version >= 5) {
			$self->add_struct('unit header', $at, unit_length => 4, version => 2, unit_type => 1, address_size => 1, abbrev_offset => 4);
			($offset, $start) = (unpack('V', substr($self->{bytes}, $at + 8, 4)), $at + 12);
		} else {
			$self->add_struct('unit header', $at, unit_length => 4, version => 2, abbrev_offset => 4, address_size => 1);
			($offset, $start) = (unpack('V', substr($self->{bytes}, $at + 6, 4)), $at + 11);
		}
		last if $next > $end || $self->{header}{type} == 1 && $self->is_relocated();
		$self->entry_fields($start, $next, $self->abbreviations($offset), $version);
		$at = $next;
	}
}

# In a relocatable file, the numbers of debug information are mostly those of its relocations.
sub is_relocated
{
	my ($self) = @_;

	return defined $self->section('.rela.debug_info');
}

sub entry_fields
{
	my ($self, $at, $end, $abbreviations, $version) = @_;

	while ($at < $end) {
		my ($code, $length) = $self->leb($at);
		my $abbreviation = $abbreviations->{$code};

		$self->add('entry code', $at, $length == 1 ? 1 : 0);
		$at += $length;
		next unless $code;
		return unless $abbreviation;
		my ($tag, undef, @attributes) = @$abbreviation;
		for my $pair (@attributes) {
			my ($attribute, $form) = @$pair;
			my $size = $self->form_size($form, $at, $version);

			$self->add(sprintf('entry %x %x', $attribute, $form), $at, $size) if $size == 1 || $size == 2 || $size == 4 || $size == 8;
			$self->add(sprintf('entry %x %x', $attribute, $form), $at + $_, 1) for $size > 8 ? (0, 1, $size - 1) : ();
			$at += $size;
		}
	}
}

1;
