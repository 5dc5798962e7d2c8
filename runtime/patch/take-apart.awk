# SPDX-License-Identifier: GPL-2.0-or-later
# Takes a patch apart, for apply.sh: a diff goes to a file DIFFS NUMBER for each file that is touched, numbered
# from COUNT on, and a line of number, kind (modify, new, remove), path, line and the hunks' lines to the output.
# Goes in: PATCH, its name; ORIGINAL and FILES, the folders of the kernel's source and of what is patched of it so
# far, with a slash at their ends; REMOVED, a file with the paths of those that are gone; ARCH, the kernel's, if
# known. What is wrong goes to the file PROBLEMS, what does not matter to IGNORED.
#
# A hunk's end is known by counting, as its lines may look like anything.

function problem(line, text, class) {
	printf "%s:%d: error: %s [%s]\n", patch, line, text, class ? class : "patch" >>problems
}
function exists(path,   line, found) {
	if (path == "" || path in gone)
		return 0
	if (path in created)
		return 1
	found = (getline line <(files path)) >= 0
	close(files path)
	if (!found) {
		found = (getline line <(original path)) >= 0
		close(original path)
	}
	return found
}
function name_of(text) {
	sub(/\r$/, "", text)
	sub(/\t.*/, "", text)
	sub(/ +[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9] .*/, "", text)
	return text
}
function stripped(name) {
	sub(/^[^\/]*\/+/, "", name)
	return name
}
# With the first folder, or without it, as is usual.
function path_of(name) {
	if (name !~ /\// || (!exists(stripped(name)) && exists(name)))
		return name
	return stripped(name)
}
function leads_out(name) {
	return name ~ /^\// || name ~ /\/\// || name ~ /(^|\/)\.\.(\/|$)/
}
# What a file is to a livepatch: code, a reason to ignore it, or one to refuse it.
function refusal(path) {
	if (path ~ /^arch\/[^\/]*\/boot\// || path ~ /^drivers\/firmware\/efi\/libstub\// ||
	    path ~ /^arch\/[^\/]*\/purgatory\//)
		return "boot code, which has run long before the livepatch"
	if (path ~ /^arch\/[^\/]*\/realmode\//)
		return "real mode code, which is an image of its own"
	if (path ~ /(^|\/)vdso(32|64)?(\/|-|\.)/)
		return "code of the vDSO, which processes have mapped"
	if (path ~ /\.(S|s|lds|asm)$/)
		return "assembler, and only functions in C can be replaced"
	if (path ~ /(^|\/)(Makefile|Kbuild|Kconfig)[^\/]*$/ || path ~ /\.config$/)
		return "part of how the kernel is configured and built, which a livepatch cannot change"
	if (path !~ /\.(c|h|inc|def)$/)
		return "no C source, and klpmake cannot tell what it does to the kernel"
	return ""
}
function is_ignored(path) {
	return path ~ /^(Documentation|tools|scripts|samples|LICENSES|usr|rust)\// ||
		path ~ /^[^\/]*$/ && path !~ /^(Makefile|Kbuild|Kconfig)$/ ||
		path ~ /\.(rst|txt|yaml|dts|dtsi)$/ || path ~ /(^|\/)(\.[^\/]*|README[^\/]*|TODO)$/ ||
		path ~ /(selftest|kunit)s?\// || (arch && path ~ /^arch\/[^\/]*\// && path !~ "^arch/" arch "/")
}
# The names of the section that ends here are judged when the whole patch is known to be one.
function begin(old, new, line) {
	finish()
	active = 1
	old_name = old
	new_name = new
	start = line
	hunks = 0
	diff = diffs count
	printf "" >diff
}
function judge(line, old, new, hunks,   path, kind) {
	path = path_of(new == "/dev/null" ? old : new)
	if (old != "/dev/null" && new != "/dev/null" && !exists(path) && exists(path_of(old)))
		path = path_of(old)
	if (leads_out(old == "/dev/null" ? new : old) || leads_out(new == "/dev/null" ? old : new) ||
	    leads_out(path))
		return problem(line, "the path '" (new == "/dev/null" ? old : new) "' leads out of the source")
	if (path == "" || path == "/dev/null")
		return problem(line, "the diff names no file")
	sub(/^\.\//, "", path)
	if (is_ignored(path)) {
		print path >>ignored
		return
	}
	if (refusal(path) != "")
		return problem(line, "'" path "' is " refusal(path), "unsupported")
	if (path ~ /[^A-Za-z0-9_.\/+@~,=-]/)
		return problem(line, "the path '" path "' has a character that no kernel source has")
	kind = old == "/dev/null" ? "new" : new == "/dev/null" ? "remove" : "modify"
	if (hunks == 0)
		return problem(line, "the diff of '" path "' has no hunks")
	if (kind == "new" && exists(path))
		return problem(line, "'" path "' is to be created, but is there already: is the patch applied?")
	if (kind != "new" && !exists(path))
		return problem(line, "the source has no file '" path "'")
	printf "%d\t%s\t%s\t%d\t%s\n", count, kind, path, line, places
	# What follows may be later commits.
	if (kind == "new") {
		created[path]
		delete gone[path]
	} else if (kind == "remove") {
		gone[path]
		delete created[path]
	}
}
function finish() {
	if (left_old > 0 || left_new > 0) {
		problem(NR, "the patch ends in the middle of a hunk")
		bad = 1
	}
	left_old = left_new = 0
	if (active) {
		close(diff)
		if (!bad && !renamed)
			judge(start, old_name, new_name, hunks)
		count++
	} else if (git && !binary && !renamed) {
		# Only the mode, or an empty file: nothing that a livepatch has to do with.
		print stripped(git_name) >>ignored
	}
	active = bad = git = binary = renamed = 0
	places = ""
}
BEGIN {
	while ((getline line <removed) > 0)
		gone[line]
}
left_old > 0 || left_new > 0 {
	mark = substr($0, 1, 1)
	if (mark == " " || mark == "-" || mark == "" || $0 == "\r")
		left_old--
	if (mark == " " || mark == "+" || mark == "" || $0 == "\r")
		left_new--
	if (mark ~ /^[-+ \\]?$/ || $0 == "\r") {
		print >diff
		if (left_old < 0 || left_new < 0) {
			problem(NR, "a hunk has more lines than its head says")
			bad = 1
			left_old = left_new = 0
		}
		next
	}
	problem(NR, "a hunk has fewer lines than its head says")
	bad = 1
	left_old = left_new = 0
}
/^\\/ { if (active) print >diff; next }
/^diff --git / {
	finish()
	seen = git = NR
	git_name = name_of($NF)
	next
}
git && /^(rename|copy) from / {
	renamed = 1
	problem(NR, "'" substr($0, index($0, " from ") + 6) "' is renamed or copied, which the functions" \
		" of a running kernel cannot be", "unsupported")
	next
}
/^GIT binary patch/ || /^Binary files .* differ/ {
	if (!seen || !git)
		finish()
	seen = NR
	binary = 1
	problem(git ? git : NR, "a binary patch" (git ? " of '" stripped(git_name) "'" : ""))
	next
}
/^\*\*\*\*\*\*\*\*\*\*\*\*\*\*\*/ {
	seen = NR
	if (!context++)
		problem(NR, "this is a context diff: make a unified one, with diff -u")
	next
}
/^--- / { minus = name_of(substr($0, 5)); minus_line = NR; minus_text = $0; next }
/^\+\+\+ / && minus_line && minus_line == NR - 1 {
	was_renamed = renamed
	if (active) finish()
	git = 0
	seen = NR
	begin(minus, name_of(substr($0, 5)), minus_line)
	renamed = was_renamed
	print minus_text >diff
	print >diff
	next
}
/^@@ -[0-9]+(,[0-9]+)? \+[0-9]+(,[0-9]+)? @@/ {
	seen = NR
	if (!active) {
		problem(NR, "a hunk without the file that it is for")
		next
	}
	split($2, old_range, ",")
	split($3, new_range, ",")
	left_old = $2 ~ /,/ ? old_range[2] : 1
	left_new = $3 ~ /,/ ? new_range[2] : 1
	hunks++
	places = places (places ? "," : "") NR
	print >diff
}
END {
	finish()
	if (NR == 0)
		problem(1, "the patch is empty")
	else if (!seen)
		problem(1, "this is no patch: it has no diff of any file")
}
