#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# waitprint and the stand-alone programs with the module: for the test machine, as
# root, after insmod.
#
# usage: test-vm.sh PROGRAMS [--all]
#
# PROGRAMS  the directory of the stand-alone programs
# --all     under linux+NAME not the program of NAME alone, but waitprint: NAME is
#           seen, and no other

set -euo pipefail

top=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=scripts/lib/common.sh
. "$top/scripts/lib/common.sh" -

programs=$1 all=${2:-}
altwait=$top/build/altwait
waitprint=$top/build/waitprint
# Emulated, and beside others
patience=100

# What no program sees on Linux, and what others hide under starry, as altwait says: the
# reasons are in Documentation/fingerprints.md, too.
mapfile -t unseen < <("$altwait" quirks | sed -n 's/^  \([a-z0-9-]*\) *\* Linux .*/\1/p')
mapfile -t hidden < <("$altwait" quirks | sed -n 's/^  \([a-z0-9-]*\) *= Linux .*/\1/p')

mapfile -t names < <(sed -n 's/.*Q([A-Z0-9_]*, [0-9]*, "\(.*\)").*/\1/p' \
	"$top/include/uapi/linux/altwait_quirks.h")

mapfile -t later < <("$altwait" policies | sed -n 's/^    brings  //p')

# is_among NAME LIST...
is_among() {
	[[ " ${*:2} " = *" $1 "* ]]
}

# has POLICY STATUS QUIRK... - waitprint sees these under POLICY, and no other
has() {
	local policy=$1 status=$2 expected='' output rc=0 seen
	shift 2

	[ $# = 0 ] || printf -v expected '%s ' "$@"
	output=$("$altwait" run --policy "$policy" -- "$waitprint" --timeout $patience) || rc=$?
	seen=$(sed -n 's/^not ok [0-9]* //p' <<< "$output" | tr '\n' ' ')
	if [ "$rc" = "$status" ] && [ "$seen" = "$expected" ]; then
		ok "waitprint under $policy"
	else
		not_ok "waitprint under $policy: status $rc, and it says"
		grep -vE '^ok [0-9]+ [a-z0-9-]+$' <<< "$output"
	fi
}

# shows NAME POLICY STATUS - what the program of a quirk says under a policy
shows() {
	local output rc=0

	output=$("$altwait" run --policy "$2" -- "$programs/$1") || rc=$?
	if [ "$rc" = "$3" ]; then
		ok "the program of $1 under $2"
	else
		not_ok "the program of $1 under $2: status $rc: $output"
	fi
}

# Somebody is enrolled all the time, or the probes go on and off with each program.
"$altwait" run -- sleep infinity &
somebody=$!

starry=()
for name in "${names[@]}"; do
	is_among "$name" "${unseen[@]}" "${hidden[@]}" "${later[@]}" || starry+=("$name")
done

has stock 0
has linux 0
has starry 1 "${starry[@]}"
# Each revision that has other quirks than the one before: without what it mended, and
# with what it brought.
revised() {
	local policy=$1 name seen=()

	for name in "${names[@]}"; do
		! is_among "$name" "${starry[@]}" || seen+=("$name")
	done
	has "$policy" 1 "${seen[@]}"
}

changed=''
while read -r word name; do
	case $word in
	starry@*)
		policy=$word ;;
	mends)
		changed=1
		for i in "${!starry[@]}"; do
			[ "${starry[i]}" != "$name" ] || unset "starry[i]"
		done ;;
	brings)
		changed=1
		starry+=("$name") ;;
	'')
		[ -z "$changed" ] || revised "$policy"
		changed='' ;;
	esac
done < <("$altwait" policies | sed -n '/^starry@/,$p'; echo)

for name in "${names[@]}"; do
	if [ -e "$programs/$name" ]; then
		shows "$name" stock 0
		shows "$name" linux 0
	fi
	if is_among "$name" "${unseen[@]}"; then
		[ -z "$all" ] || has "linux+$name" 0
	elif [ -n "$all" ] && [ "$name" = trace-by-process ]; then
		has "linux+$name" 1 "$name" events-first
	elif [ -n "$all" ]; then
		has "linux+$name" 1 "$name"
	else
		shows "$name" "linux+$name" 1
	fi
done
kill "$somebody"
sum_up
