# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash
setup() {
	for module in af_alg algif_hash cmac; do
		insmod "/example/$module.ko" || return
	done
}

observe() {
	/example/set-key
}
