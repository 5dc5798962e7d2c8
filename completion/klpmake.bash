# SPDX-License-Identifier: GPL-2.0-or-later
# Completion in bash for klpmake, klp-fixer, klp-plan and kallsympos. It needs nothing of the package bash-completion,
# which loads it.
# shellcheck shell=bash

# _klpmake_options PROGRAM: its options, each on a line; those that take a value in the same word end with "=".
_klpmake_options() {
	case $1 in
	klpmake)
		printf '%s\n' -k -b -v --arch= --cross-compile= --cc= -d --root= -C -o -n --kallsyms= --notes= --build-id= \
			--object= --symvers= --allow= --json --clean -q --quiet --verbose --help --version -s --cache-dir= \
			--replace --no-replace --keep-work --all --explain= --doctor --cache --cache-prune --older= \
			--larger-than= --unused
		return
		;;
	klp-fixer)
		printf '%s\n' -b --build= -s --symvers= -o --output= --syms= --json --allow= --strip-debug --unreached= --check --dump-note
		;;
	klp-plan)
		printf '%s\n' --units --compiled --doctor --build-folder --name --source-folder --diff --applied --hunks \
			--lines --users --commands --same-tokens --same-used --folders --missed --outside --manifest --agrees --changed \
			--layout --namespaces --if-built --allow= --build= --source= --files= --into= --built= --cache= --few= --arch= \
			--later --numbered= --touched= --unreached= --symvers= --program=
		;;
	kallsympos)
		printf '%s\n' --batch
		;;
	esac
	printf '%s\n' -v --vmlinux= --root= -r --release= -k --kallsyms= -d --debug-dir= --object= --notes= --build-id= \
		-q --quiet --verbose --help --version
}

_klpmake_releases() {
	local path

	for path in /lib/modules/*/ /usr/lib/modules/*/; do
		path=${path%/}
		[[ ${path##*/} == '*' ]] || printf '%s\n' "${path##*/}"
	done | sort -u
}

# Those that a program may allow.
_klpmake_allowed() {
	case $1 in
	klpmake) printf '%s\n' inlined cloned folded prototype copied depends vermagic crc source layout fits toolchain compiled ;;
	klp-fixer) printf '%s\n' inlined cloned folded prototype copied depends vermagic crc ;;
	klp-plan) printf '%s\n' layout fits toolchain compiled ;;
	esac
}

# _klpmake_classes PROGRAM: it names all that it can explain, where there is no such class.
_klpmake_classes() {
	"$1" --explain=. 2>&1 | sed -n 's/.* there are //p' | tr -d ','
}

# _klpmake_value PROGRAM OPTION WORD: to COMPREPLY, what may stand behind the option. Returns 1 where it takes no value.
_klpmake_value() {
	local words=''

	case $1:$2 in
	klpmake:-k | klp*:-r | kall*:-r | *:--release | klpmake:--doctor) words=$(_klpmake_releases) ;;
	*:--allow) words=$(_klpmake_allowed "$1") ;;
	*:--explain) words=$(_klpmake_classes "$1") ;;
	*:--arch) words='x86 arm64 riscv s390 powerpc' ;;
	*:--cc) mapfile -t COMPREPLY < <(compgen -c -- "$3") && return ;;
	*:-b | *:-d | *:-C | *:--build | *:--debug-dir | *:--root | *:--cache-dir | *:--files | *:--into | *:--numbered)
		mapfile -t COMPREPLY < <(compgen -d -- "$3")
		return
		;;
	*:-v | *:-o | *:-s | *:-k | *:--vmlinux | *:--kallsyms | *:--notes | *:--symvers | *:--output | *:--syms | \
		*:--source | *:--touched | *:--unreached | klp-plan:--built | klp-plan:--cache)
		mapfile -t COMPREPLY < <(compgen -f -- "$3")
		return
		;;
	*:--object)
		# NAME=FILE
		[[ $3 != *=* ]] || mapfile -t COMPREPLY < <(compgen -f -- "${3#*=}")
		return
		;;
	*:--build-id | *:--cross-compile | *:--older | *:--larger-than | *:--few | *:--program) return ;;
	*) return 1 ;;
	esac
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$3")
}

# Readline has taken a word apart at each '='.
_klpmake() {
	local program=${1##*/} word=${COMP_WORDS[COMP_CWORD]} option=${COMP_WORDS[COMP_CWORD - 1]}

	COMPREPLY=()
	if [[ $word == = ]]; then
		word=''
	elif [[ $option == = ]]; then
		option=${COMP_WORDS[COMP_CWORD - 2]}
	fi
	if [[ $word != -* && $option == -* ]] && _klpmake_value "$program" "$option" "$word"; then
		compopt -o filenames 2>/dev/null
		return
	fi
	if [[ $word == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$(_klpmake_options "$program")" -- "$word")
		[[ ${#COMPREPLY[@]} -ne 1 || ${COMPREPLY[0]} != *= ]] || compopt -o nospace 2>/dev/null
		return
	fi
	mapfile -t COMPREPLY < <(compgen -f -- "$word")
	compopt -o filenames 2>/dev/null
}

complete -F _klpmake klpmake klp-fixer klp-plan kallsympos
