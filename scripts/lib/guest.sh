# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Sourced after common.sh by what runs in the test machine: checks in KTAP, the
# module's counters, and what is left when it has gone.

counters=/sys/kernel/debug/altwait/counters
guest_scripts=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
number=0
bad=0

# check WHAT COMMAND... - one line of KTAP; $bad is the script's exit status then
check() {
	local what=$1 status=0
	shift

	number=$((number + 1))
	"$@" || status=$?
	# shellcheck disable=SC2034 # for the caller
	[ "$status" = 0 ] || { bad=1; printf 'not '; }
	echo "ok $number $what"
}

# counter NAME... - what these stand at, at one moment. All are read in one go: line
# by line, `read` seeks back after each, and debugfs counts anew. No program is
# started for it: that costs a tenth of a second where the CPU is emulated.
counter() {
	local now name values=()

	now=$'\n'$(< "$counters")
	for name; do
		[[ $now =~ $'\n'$name\ +([0-9]+) ]] || return 1
		values+=("${BASH_REMATCH[1]}")
	done
	echo "${values[*]}"
}

unloads() {
	rmmod altwait && ! grep -q '^altwait ' /proc/modules
}

# As diagnostics of KTAP
no_leak() {
	local found status=0

	found=$("$guest_scripts/guest/leaks") || status=1
	[ -z "$found" ] || echo "# ${found//$'\n'/$'\n'# }"
	return $status
}

no_report() {
	! dmesg | "$guest_scripts/lib/kernel-reports" bugs | sed 's/^/# /' | grep .
}

# is_wanted NAME [WANTED...] - without any WANTED, all are
is_wanted() {
	[ $# = 1 ] || [[ " ${*:2} " = *" $1 "* ]]
}
