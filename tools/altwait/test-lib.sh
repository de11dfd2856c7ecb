# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# Sourced by test.sh and test-vm.sh.

# shellcheck source=scripts/lib/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../scripts/lib/common.sh" -

# verdict NAME PROBLEM - count a test; it passed if PROBLEM is empty
verdict() {
	if [ -z "$2" ]; then
		ok "$1"
	else
		not_ok "$1: $2"
	fi
}

# expect STATUS PATTERN -- COMMAND... - run COMMAND; its exit status must be
# STATUS and a line of its output, errors included, must match PATTERN (grep),
# or there must be no output at all if PATTERN is empty.
expect() {
	local status=$1 pattern=$2 output rc=0 problem=

	shift 3
	output=$("$@" 2>&1) || rc=$?
	if [ "$rc" != "$status" ]; then
		problem="exit status $rc, expected $status; it said: $output"
	elif [ -z "$pattern" ] && [ -n "$output" ]; then
		problem="expected no output; it said: $output"
	elif ! grep -q -e "$pattern" <<<"$output"; then
		problem="expected '$pattern'; it said: $output"
	fi
	verdict "${*##*/} ($status${pattern:+, $pattern})" "$problem"
}
