#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What completion.bash offers. Called by test.sh.
#
# usage: test-completion.sh PROGRAM

set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=/dev/null
. "$here/test-lib.sh"
altwait=$1

# offers EXPECTED WORD... - what is offered for the last WORD, sorted, is EXPECTED
offers() {
	local expected=$1 got
	shift

	got=$(
		set +eu
		# shellcheck source=/dev/null
		. "$here/completion.bash"
		COMP_WORDS=("$altwait" "$@") COMP_CWORD=$#
		_altwait
		printf '%s\n' "${COMPREPLY[@]}" | sort -u | xargs
	)
	verdict "completion of '$*'" \
		"$([ "$got" = "$expected" ] || echo "expected '$expected', got '$got'")"
}

offers 'audit bisect compare dismiss doctor enroll policies quirks report run status' ''
offers 'report run' r
offers '' nope
offers '--device --help --usage --version' -
offers 'report run' --device /dev/null r
offers 'report run' --device = /dev/null r
offers '--fail-on' run --f
offers '--policy' enroll --p
offers 'linux linux+' run --policy li
offers 'linux linux+' run -p li
offers 'linux linux+' run --policy = li
offers 'linux linux+ starry starry+ starry- starry@ stock' run --policy =
offers 'linux+pid-order' run -p linux+pid-o
offers 'linux+pid-order+pid-wraps' run -p linux+pid-order+pid-w
offers 'linux+pid-order+pid-wraps+pid-order' run -p linux+pid-order+pid-wraps+pid-o
offers 'starry-pid-order' run -p starry-pid-o
offers 'starry+waitid-jobs-first' run -p starry+waitid-j
offers 'starry-pid-order+waitid-jobs-first' run -p starry-pid-order+waitid-j
offers '' run -p starry-waitid-j
offers 'starry-pid-order-pid-wraps' compare --policy = starry-pid-order-pid-w
offers 'linux+stop-survives-kill linux+stop-told-twice linux+stops-first' run -p linux+sto
offers 'starry@d41ca5f2e starry@dd169952d' run -p starry@d
offers 'starry@d41ca5f2e-pid-order' run -p starry@d41ca5f2e-pid-o
offers 'starry@2026-06-08+pid-wraps-pid-order' run -p starry@2026-06-08+pid-wraps-pid-o
# As bash has it where @ parts words: what stands before it stays.
offers 'd41ca5f2e dd169952d' run -p starry @ d
offers 'd41ca5f2e' bisect --policy = starry @ d4
offers '3598a8557 4da664b0d d41ca5f2e dd169952d f5a0be83d' run -p starry @
offers 'd41ca5f2e-pid-order' run -p starry @ d41ca5f2e-pid-o
offers '/etc/hostname' run -p starry @ d41ca5f2e cat /etc/hostnam
offers 'unexplained' run --shadow --fail-on unex
offers 'pid-order' run --shadow --fail-on pid-o
offers 'order' quirks --markdown ord
offers 'pid-order' quirks pid-o
offers "$$" status "$$"
offers '--help --json --usage --version' audit -
offers '/etc/hostname' report --shadow /etc/hostnam
offers '/etc/hostname' report --compare /etc/hostnam
offers '--output' report --shadow /etc/hostname --o
offers '/etc/hostname' report -s /etc/hostnam
offers '/etc/hostname' report -c /etc/hostnam
offers '/etc/hostname' report -s made.json -o /etc/hostnam
offers '--output' report -c made.json --ou
offers '/etc/hostname' run -s cat /etc/hostnam
offers '/etc/hostname' compare -o cat /etc/hostnam
offers '--sarif' run --shadow --sa
offers '/etc/alternatives' compare --save /etc/alternativ
offers '/etc/hostname' run -p linux -- cat /etc/hostnam
offers 'setpriv' run -- setpri
# An option that takes a value, and is not known to, would hide the command.
for command in '' run compare bisect report enroll dismiss status quirks policies audit; do
	# shellcheck disable=SC2086 # without a command, no argument
	for option in $("$altwait" $command --help | sed -n 's/^  .*\(--[a-z-]*\)=.*/\1/p'); do
		# run has one without a value
		[ "$option" = --shadow ] || offers 'quirks' "$option" 5 qu
	done
done

sum_up
