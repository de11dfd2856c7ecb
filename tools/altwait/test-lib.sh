# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# Sourced by test.sh and test-vm.sh.

passed=0
failed=0

# verdict NAME PROBLEM - count a test; it passed if PROBLEM is empty
verdict() {
	if [ -z "$2" ]; then
		passed=$((passed + 1))
		echo "ok: $1"
	else
		failed=$((failed + 1))
		echo "FAILED: $1: $2"
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

# finish - print the sum and leave
finish() {
	echo "$passed passed, $failed failed"
	[ "$failed" = 0 ]
	exit
}
