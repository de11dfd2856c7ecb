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
# shellcheck source=scripts/lib/common.sh
. "$here/../scripts/lib/common.sh"
# shellcheck source=scripts/lib/guest.sh
. "$here/../scripts/lib/guest.sh"

# What rmmod prints, where each counter is equal to its partner, or the first two are to
# be compared
pairs='diverted=([0-9]+) returned=([0-9]+) enrolled=([0-9]+) dismissed=\3 '
pairs+='tracked=([0-9]+) released=\4$'

equal() {
	local both

	both=$(counter "$1" "$2") && [ "${both% *}" = "${both#* }" ]
}

# Both counters of a pair, with a deadline: the last programs are still dying.
balanced() {
	[ -r "$counters" ] || return 1
	within 60 "$1 to equal $2" equal "$1" "$2" && return
	echo "# $1 and $2: $(counter "$1" "$2")"
	return 1
}

is_zero() {
	[ -r "$counters" ] || return 1
	[ "$(counter "$1")" != 0 ] || return 0
	echo "# $1 is $(counter "$1")"
	return 1
}

# Every unload since the boot has printed pairs; none may differ, but for what a test
# has said beforehand (module/bpf.c).
pairs_of_log() {
	local lines line lost=0

	lines=$(dmesg | grep -oE 'altwait: unloaded: .*|selftests: lost=[0-9]+$') || return 1
	echo "# ${lines//$'\n'/$'\n'# }"
	while read -r line; do
		if [[ $line = selftests:* ]]; then
			lost=${line#*=}
			continue
		fi
		[[ $line =~ $pairs && ${BASH_REMATCH[1]} -eq $((BASH_REMATCH[2] + lost)) ]] ||
			return 1
		lost=0
	done <<< "$lines"
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

quick_start
insmod "$ALTWAIT_KO" ${ALTWAIT_INDEX:+"index=$ALTWAIT_INDEX"}
make -s -C "$here" run_tests ${1:+"PROGRAMS=$*"}

echo "1..8"
check "guest: diverted and returned are equal" balanced diverted returned
check "guest: enrolled and dismissed are equal" balanced enrolled dismissed
check "guest: no redirect was missed" is_zero missed
check "guest: no process met trouble" is_zero trouble
check "guest: the module unloads" unloads
check "guest: all pairs of all unloads are equal" pairs_of_log
check "guest: nothing leaked" no_leak
check "guest: the kernel log has no complaint" no_report
exit $bad
