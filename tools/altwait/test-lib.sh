# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# Sourced by test.sh and test-vm.sh.

# shellcheck source=scripts/lib/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../scripts/lib/common.sh" -

# Debian's Python has jsonschema; a version manager's is a script that starts others, which
# takes seconds in the test machine.
PATH=/usr/bin:$PATH

# verdict NAME PROBLEM - count a test; it passed if PROBLEM is empty
verdict() {
	if [ -z "$2" ]; then
		ok "$1"
	else
		not_ok "$1: $2"
	fi
}

# expect STATUS PATTERN... -- COMMAND... - run COMMAND once; its exit status must be
# STATUS and a line of its output, errors included, must match PATTERN (grep), each of them,
# or there must be no output at all if PATTERN is empty.
expect() {
	local status=$1 pattern output rc=0 problem
	local -a patterns
	shift

	while [ "$1" != -- ]; do
		patterns+=("$1")
		shift
	done
	shift
	output=$("$@" 2>&1) || rc=$?
	for pattern in "${patterns[@]}"; do
		problem=
		if [ "$rc" != "$status" ]; then
			problem="exit status $rc, expected $status; it said: $output"
		elif [ -z "$pattern" ] && [ -n "$output" ]; then
			problem="expected no output; it said: $output"
		elif ! grep -q -e "$pattern" <<<"$output"; then
			problem="expected '$pattern'; it said: $output"
		fi
		verdict "${*##*/} ($status${pattern:+, $pattern})" "$problem"
	done
}

# document WHAT SCHEMA [FILE] - JSON, by default standard input, that has to be by that
# schema: check_documents looks at all together, since Python takes seconds to start in the
# test machine.
documents='' documented=()
document() {
	documents=${documents:-$(mktemp -d)}
	documented+=("$1")
	cat "${3:--}" > "$documents/${#documented[@]}.$2.json"
}

check_documents() {
	local said number

	said=$("${BASH_SOURCE[0]%/*}/check-json.py" --all "$documents" 2>&1) || :
	for number in "${!documented[@]}"; do
		verdict "JSON of ${documented[number]}" "$(
			grep -q "^${#documented[@]} checked\$" <<< "$said" || echo "$said"
			sed -n "s/^$((number + 1)): //p" <<< "$said")"
	done
	rm -r "$documents"
}
