# SPDX-License-Identifier: GPL-2.0-or-later
# What measure.sh found, as tables for doc/comparison.md.

function megabytes(kib) {
	return sprintf("%.0f MB", kib * 1.024 / 1000)
}

function cell(what, tool) {
	return (what, tool) in value ? value[what, tool] : "-"
}

function row(title, what,    i, line) {
	line = "| " title
	for (i = 1; i <= tools; i++)
		line = line " | " cell(what, tool[i])
	print line " |"
}

function head(title,    i, line, rule) {
	line = "| " title
	rule = "| ---"
	for (i = 1; i <= tools; i++) {
		line = line " | " tool[i]
		rule = rule " | ---"
	}
	print "\n" line " |\n" rule " |"
}

$1 == "fact" { print "- " $2 ": " $3; next }
$1 == "tool" { tool[++tools] = $2; next }
$1 == "time" { value[$3, $2] = sprintf("%.1f s, %.1f s", $4, $5); next }
$1 == "disk" { value["disk", $2] = megabytes($3); next }
$1 == "packages" { value["packages", $2] = sprintf("%d, %s, %s", $3, megabytes($4 / 1024), megabytes($5)); next }
$1 == "kernel" { value["kernel", $2] = megabytes($3 / 1024); next }
$1 == "outcome" { value[$3, $2] = $4; if ($5 != "") said[++count] = $2 ", " $3 ": " $5; next }

END {
	head("")
	row("packages beside the common ones: number, to download, installed", "packages")
	row("of Debian's cloud kernel, to download", "kernel")
	row("first diff: time, processor time", "first")
	row("the next one", "next")
	row("an inline function in a header", "header")
	row("what it keeps", "disk")
	head("tried")
	row("new initial value", "initial-value")
	row("changed layout", "layout")
	row("`__init` function", "init")
	row("function of `lib/`", "lib")
	row("vDSO", "vdso")
	row("assembler file", "assembler")
	row("system call, as it stands", "system-call")
	row("configuration of Debian's cloud kernel", "debian-config")
	row("`CONFIG_X86_KERNEL_IBT`", "X86_KERNEL_IBT")
	row("`CONFIG_GCC_PLUGIN_RANDSTRUCT`", "GCC_PLUGIN_RANDSTRUCT")
	row("`CONFIG_GCC_PLUGIN_LATENT_ENTROPY`", "GCC_PLUGIN_LATENT_ENTROPY")
	row("`CONFIG_DEBUG_INFO_SPLIT`", "DEBUG_INFO_SPLIT")
	print "\nWhat they say:\n"
	for (i = 1; i <= count; i++)
		print "- " said[i]
	print ""
}
