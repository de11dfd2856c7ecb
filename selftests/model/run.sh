#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The pure files in userspace: the vectors under each compiler, with and without
# sanitizers, and what altwait-model says about files that are not right.
# usage: run.sh [BUILD]     ends with `N passed, N failed`
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
build=$(realpath -m "${1:-$top/build}")/model-run
cd "$top"
vectors=selftests/model/vectors
# shellcheck source=scripts/lib/common.sh
. scripts/lib/common.sh

mkdir -p "$build"

# expect WHAT STATUS PATTERN ARGUMENT...: exit status and output of the program
expect() {
	local what=$1 status=$2 pattern=$3 got=0
	shift 3

	"$program" "$@" > "$build/out" 2>&1 || got=$?
	if [ "$got" != "$status" ]; then
		echo "exit status $got, expected $status" >> "$build/out"
		not_ok "$what" "$build/out"
	elif ! grep -qE -- "$pattern" "$build/out"; then
		echo "no line like: $pattern" >> "$build/out"
		not_ok "$what" "$build/out"
	else
		ok "$what"
	fi
}

# rejects WHAT LINE REASON TEXT: TEXT is no file of vectors
rejects() {
	printf '%b' "$4" > "$build/bad.vec"
	expect "rejects $1" 2 "/bad\.vec:$2: $3" check "$build/bad.vec"
}

# has_sanitizers YES|NO: a stale build is no test of another set of flags
has_sanitizers() {
	if grep -qa __asan_init "$program"; then [ "$1" = 1 ]; else [ "$1" = 0 ]; fi
}

# The quirks in which each revision of Starry differs from the first, from the
# program's own table
make -s -C tools/altwait BUILD="$build" "$build/altwait" > "$build/build.log" 2>&1 || {
	not_ok "builds altwait" "$build/build.log"
	sum_up
	exit
}
"$build/altwait" policies --json | python3 -c '
import json, sys
revisions = json.load(sys.stdin)["revisions"]
for r in revisions:
    print(r["policy"].split("@")[1],
          ",".join(sorted(set(revisions[0]["quirks"]) ^ set(r["quirks"]))))' \
	> "$build/differs"

for cc in gcc clang; do
	for sanitize in 0 1; do
		what="$cc SANITIZE=$sanitize"
		log=$build/build.log
		# One place for all, as somebody would who tries one after the other.
		program=$build/altwait-model
		if ! make -C selftests/model CC="$cc" SANITIZE="$sanitize" \
			BUILD="$build" -j"$(nproc)" > "$log" 2>&1; then
			not_ok "builds with $what" "$log"
			continue
		fi
		if has_sanitizers "$sanitize"; then
			ok "builds with $what"
		else
			not_ok "builds with $what: the program is another build's"
		fi
		for file in "$vectors"/*.vec; do
			n=$(grep -c '^scenario ' "$file")
			expect "$(basename "$file") with $what" 0 \
				"^$n passed, 0 failed$" check "$file"
		done
		for file in "$vectors"/revisions/*.vec; do
			n=$(grep -c '^scenario ' "$file")
			commit=$(basename "$file" .vec)
			expect "starry@$commit with $what" 0 "^$n passed, 0 failed$" \
				check --differ "$(sed -n "s/^$commit //p" "$build/differs")" "$file"
		done
		expect "mixed scenarios with $what" 0 "^300 runs .* passed$" \
			fuzz 1 300 "$vectors/branches.vec"
		expect "quirks explain what differs, with $what" 0 \
			"^[1-9][0-9]* looks, .* 0 unexplained, 0 wrong$" \
			explain "$vectors"/*.vec
		expect "the same, mixed, with $what" 0 \
			"^[1-9][0-9]* looks, .* 0 unexplained, 0 wrong$" \
			explain --seed 1 --count 300 "$vectors/branches.vec"
		expect "Linux's rules on random facts with $what" 0 \
			"^100000 calls .* passed$" facts 1 100000
		expect "the index among few with $what" 0 \
			"^100000 steps among 20 .* passed$" worlds 1 100000 20
		expect "the index among many with $what" 0 \
			"^100000 steps among 5000 .* passed$" worlds 1 100000 5000
	done
done

# The alarm rings: one number of one expectation is changed.
awk '/^= .*[0-9]$/ && !done { sub(/[0-9]+$/, "77777"); done = 1 } { print }' \
	"$vectors/branches.vec" > "$build/corrupt.vec"
at=$(grep -n 77777 "$build/corrupt.vec" | cut -d: -f1)
number=$(head -n "$at" "$build/corrupt.vec" | grep -c '^scenario ')
expect "names a corrupted expectation" 1 \
	"/corrupt\.vec:$at: scenario $number: expected .*77777', got " \
	check "$build/corrupt.vec"
expect "counts it once" 1 "^173 passed, 1 failed$" check "$build/corrupt.vec"

sed '/^~ /d' "$vectors/branches.vec" > "$build/silent.vec"
expect "misses a line that is left out" 1 "expected .nothing', got .~ " \
	check "$build/silent.vec"
awk '/^end 0$/ && !done { print "= 99 0 -"; done = 1 } { print }' \
	"$vectors/branches.vec" > "$build/more.vec"
expect "misses a line that is too many" 1 "expected .= 99 0 -', got .nothing" \
	check "$build/more.vec"
sed 's/^end 0$/end 1 1/' "$vectors/branches.vec" > "$build/end.vec"
expect "knows who is asleep at the end" 1 "expected .end 1 1', got .end 0" \
	check "$build/end.vec"

printf 'scenario 1\nfork 1 10\nwait4 1 1 -1 0 1\nend 0\n' > "$build/run.vec"
expect "says what calls do" 0 "/run\.vec:3: ~ 1$" run "$build/run.vec"
expect "says who is asleep" 0 "/run\.vec:4: end 1 1$" run "$build/run.vec"

printf 'scenario 1\nfork 1 10\njstop 10 19\nwaitid 1 1 0 0 3 1\nend 0\n' \
	> "$build/jobs.vec"
expect "reads no missing file" 2 "no-such\.vec: No such file" \
	check "$build/no-such.vec"
expect "reads no directory" 2 "Is a directory" check "$build"
expect "goes on after a bad file" 2 "^174 passed, 0 failed$" \
	check "$build/no-such.vec" "$vectors/branches.vec"
# That a revision is told from the one before it.
for pair in 4da664b0d:dd169952d d41ca5f2e:4da664b0d; do
	expect "${pair%:*} is not ${pair#*:}" 1 " passed, [1-9][0-9]* failed$" \
		check --differ "$(sed -n "s/^${pair#*:} //p" "$build/differs")" \
		"$vectors/revisions/${pair%:*}.vec"
done
# And that each quirk that it has mended or brought shows, and explains what differs.
for file in "$vectors"/revisions/*.vec; do
	commit=$(basename "$file" .vec)
	differs=$(sed -n "s/^$commit //p" "$build/differs")
	expect "quirks explain what differs under starry@$commit" 0 \
		"^[1-9][0-9]* looks, .* 0 unexplained, 0 wrong$" \
		explain --differ "$differs" "$file"
	for quirk in ${differs//,/ }; do
		but=$(tr , '\n' <<< "$differs" | grep -vx "$quirk" | paste -sd,)
		expect "$commit shows $quirk" 1 " passed, [1-9][0-9]* failed$" \
			check --differ "$but" "$file"
	done
done
expect "knows no such quirk" 2 "^no quirk 'nope'$" \
	check --differ pid-wraps,nope "$vectors/branches.vec"
# With which quirks everybody is asked: the model's list and that of the later ones, and
# what the program says
walks() {
	{
		sed -n '/^#define AW_QUIRKS_SETTLED/,/[^\\]$/p' altwait/model/waitcall.h |
			grep -oE 'AW_Q\([A-Z_]+'
		sed -n '/^#define ALTWAIT_LATER_QUIRKS/,/[^\\]$/p' include/uapi/linux/altwait_quirks.h |
			grep -oE 'BIT\([A-Z_]+'
	} | sed 's/.*(//' | tr A-Z_ a-z- | sort
}
told() {
	"$build/altwait" quirks --json | sed -nE 's/^ *"name": "(.*)",$/\1/p' | while read -r name; do
		! "$build/altwait" quirks "$name" | grep -q '^Cost: ' || echo "$name"
	done | sort
}
if cmp -s <(walks) <(told) && [ -n "$(walks)" ]; then
	ok "the program tells with which quirks everybody is asked"
else
	diff <(walks) <(told) > "$build/out" || true
	not_ok "the program tells with which quirks everybody is asked" "$build/out"
fi

expect "explains itself" 0 "^usage: altwait-model check .*FILE" --help
expect "wants arguments" 2 "^usage: " check
expect "wants a world of some size" 2 "^usage: " worlds 1 1 7
expect "explains a difference" 0 "^ *1 waitid-no-jobs$" explain "$build/jobs.vec"
expect "wants a file to explain" 2 "^usage: " explain --seed 1
expect "explains no missing file" 2 "no-such\.vec: No such file" \
	explain "$build/no-such.vec"

# A thread that cannot run, an id twice, and every way a line can be wrong
s='scenario 1\n'
rejects "an unknown opcode" 2 "bad opcode frok" "${s}frok 1 10\nend 0\n"
rejects "too few operands" 2 "fork wants 2 operands" "${s}fork 1\nend 0\n"
rejects "too many operands" 2 "fork wants 2 operands" "${s}fork 1 2 3\nend 0\n"
rejects "a bad number" 2 "bad number 1x" "${s}fork 1x 10\nend 0\n"
rejects "a huge number" 2 "bad number 99999999999999999999" \
	"${s}fork 1 99999999999999999999\nend 0\n"
rejects "a number out of range" 3 "4294967296 is out of range" \
	"${s}fork 1 10\nuid 10 4294967296\nend 0\n"
rejects "an id that was used" 3 "id 10 is not free" \
	"${s}fork 1 10\nfork 1 10\nend 0\n"
rejects "an id that has exited" 4 "id 10 is not free" \
	"${s}fork 1 10\ngexit 10 10 0\nfork 1 10\nend 0\n"
rejects "an unknown process" 2 "no process 10" "${s}jcont 10\nend 0\n"
rejects "an exited process" 4 "process 10 has exited" \
	"${s}fork 1 10\ngexit 10 10 0\nsetsid 10\nend 0\n"
rejects "another process's thread" 4 "11 is no thread of 10" \
	"${s}fork 1 10\nfork 1 11\ntexit 10 11 0\nend 0\n"
rejects "a stopped thread's exit" 4 "thread 10 does not run" \
	"${s}fork 1 10\njstop 10 19\ntexit 10 10 0\nend 0\n"
rejects "a sleeping thread's call" 6 "thread 10 cannot make a call" \
	"${s}fork 1 10\nfork 10 20\nwait4 1 10 -1 0 1\n~ 1\nwait4 2 10 -1 0 1\nend 0\n"
rejects "a call's number twice" 4 "call 1 exists" \
	"${s}wait4 1 1 -1 1 1\n= 1 -10 -\nwait4 1 1 -1 1 1\nend 0\n"
rejects "a bad pointer" 2 "bad pointer kind 3" "${s}wait4 1 1 -1 0 3\nend 0\n"
rejects "init's exit" 2 "init may not exit" "${s}gexit 1 1 0\nend 0\n"
rejects "a race of a call" 4 "only events can race" \
	"${s}fork 1 10\nrace 1\nwait4 1 10 -1 0 1\nend 0\n"
rejects "a race without a call" 4 "race wants a wait call" \
	"${s}race 1\nfork 1 10\nfork 1 11\nend 0\n"
rejects "a race that its call misses" 4 "the call of a race did not register" \
	"${s}race 1\nfork 1 10\nwait4 1 1 -1 16 1\nend 0\n"
rejects "a line outside a scenario" 1 "outside a scenario" "fork 1 10\n"
rejects "a scenario within one" 2 "scenario inside a scenario" "${s}scenario 2\n"
rejects "a file that breaks off" 2 "no end" "${s}fork 1 10\n"
rejects "an empty file" 0 "no scenario" ""

# Reported, not judged.
log=$build/coverage
if selftests/model/coverage.sh "$build" "$build/coverage.rows" > "$log" 2>&1 &&
	! grep '^coverage: ' "$log" &&
	grep -qE '^all .*\(([0-9]{3,})/[0-9]+\) ' "$build/coverage.rows"; then
	ok "reports what is covered"
	row=$(tail -n 1 "$build/coverage.rows" | tr -s ' ')
	echo "note: pure files in userspace: ${row#all }, ${log#"$top/"}"
else
	not_ok "reports what is covered" "$log"
fi

sum_up
