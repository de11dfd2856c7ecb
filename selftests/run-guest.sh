#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The guest's part of scripts/kselftest-run: load the module $1, run all
# selftests, look at what they left, and print KTAP. Needs root, and the
# programs built; KSELFTEST_DIR is handed on to the Makefile.
#
#   selftests/run-guest.sh FILE.ko [PROGRAM...]
#
# shellcheck disable=SC2317 # check() calls what follows it
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
export ALTWAIT_KO=${1:?usage: run-guest.sh FILE.ko [PROGRAM...]}
shift
counters=/sys/kernel/debug/altwait/counters
number=0
bad=0

# What a kernel says when something is wrong with it
splat='BUG[: ]|WARNING[: ]|Oops|general protection fault'
splat+='|INFO: (possible|inconsistent|trying|suspicious|rcu|task)'
splat+='|DEBUG_LOCKS_WARN|KASAN: |KCSAN: |UBSAN: |unreferenced object'

# What rmmod prints, where each counter is equal to its partner
pairs='diverted=([0-9]+) returned=\1 enrolled=([0-9]+) dismissed=\2 '
pairs+='tracked=([0-9]+) released=\3$'

# check WHAT COMMAND... - one line of KTAP
check() {
	local what=$1 status=0
	shift

	number=$((number + 1))
	"$@" || status=$?
	[ "$status" = 0 ] || bad=1
	[ "$status" = 0 ] || printf 'not '
	echo "ok $number guest: $what"
}

counter() {
	awk -v name="$1" '$1 == name { print $2 }' "$counters"
}

# Both counters of a pair, with a deadline: the last programs are still dying.
balanced() {
	local left=100

	[ -r "$counters" ] || return 1
	until [ "$(counter "$1")" = "$(counter "$2")" ]; do
		left=$((left - 1))
		if [ "$left" = 0 ]; then
			echo "# $1 $(counter "$1"), $2 $(counter "$2")"
			return 1
		fi
		sleep 0.1
	done
}

is_zero() {
	[ -r "$counters" ] || return 1
	[ "$(counter "$1")" != 0 ] || return 0
	echo "# $1 is $(counter "$1")"
	return 1
}

unloads() {
	rmmod altwait && ! grep -q '^altwait ' /proc/modules
}

# Every unload since the boot has printed pairs; none may differ.
pairs_of_log() {
	local lines

	lines=$(dmesg | grep -o 'altwait: unloaded: .*') || return 1
	echo "# ${lines//$'\n'/$'\n'# }"
	! grep -vE "$pairs" <<< "$lines"
}

# The kernel's runner starts a dozen small programs for each of ours. busybox is
# static, which starts in a third of the time where each page fault is checked; the
# worst is perl, and the runner takes sed where there is none. Only in the test
# machine, where nothing of that stays.
quick_start() {
	local busybox=/run/altwait/busybox applets=/run/altwait/applets name

	[ -x "$busybox" ] || return 0
	mkdir -p "$applets"
	for name in basename cut dirname grep tr wc; do
		ln -sf "$busybox" "$applets/$name"
	done
	# line by line, as perl would
	printf '#!%s sh\nexec %s -u "$@"\n' "$busybox" "$(command -v sed)" \
		> "$applets/sed"
	chmod +x "$applets/sed"
	[ ! -e /usr/bin/perl ] || mount --bind /dev/null /usr/bin/perl
	PATH=$applets:$PATH
}

no_leak() {
	local found status=0

	found=$("$here/../scripts/guest/leaks") || status=1
	[ -z "$found" ] || echo "# ${found//$'\n'/$'\n'# }"
	return "$status"
}

# A data race of the kernel itself is not the module's, and the runner shows it.
no_splat() {
	! dmesg | "$here/../scripts/lib/kernel-reports" rest | grep -E "$splat" |
		sed 's/^/# /' | grep .
}

quick_start
insmod "$ALTWAIT_KO"
make -s -C "$here" run_tests ${1:+"PROGRAMS=$*"}

echo "1..8"
check "diverted and returned are equal" balanced diverted returned
check "enrolled and dismissed are equal" balanced enrolled dismissed
check "no redirect was missed" is_zero missed
check "no process met trouble" is_zero trouble
check "the module unloads" unloads
check "all pairs of all unloads are equal" pairs_of_log
check "nothing leaked" no_leak
check "the kernel log has no complaint" no_splat
exit $bad
