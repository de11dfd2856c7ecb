#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# altwait with the module: for the test machine, as root, after insmod.
#
# usage: test-vm.sh [PROGRAM [MODULE]]

set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=/dev/null
. "$here/test-lib.sh"

altwait=${1:-$here/../../build/altwait}
workloads=$here/../../build/workloads
module=${2:-$here/../../build/module/$(uname -r)/altwait.ko}
kprobes=/sys/kernel/debug/kprobes/enabled

if [ ! -e /sys/module/altwait ] || [ "$(id -u)" != 0 ]; then
	echo "test-vm.sh: this needs the module and root" >&2
	echo "Hint: run it in the test machine, after insmod altwait.ko." >&2
	exit 2
fi

# says PATTERN COMMAND... - a line of what the command prints matches
says() {
	local text

	text=$("${@:2}" 2>&1) || :
	grep -q -e "$1" <<< "$text"
}

# without_summary STATUS COMMAND... - COMMAND fails and counts nothing
without_summary() {
	local status=$1 output rc=0
	shift

	output=$("$@" 2>&1) || rc=$?
	verdict "no summary: ${*##*/} ($status)" "${rc#"$status"}$(
		grep -E 'wait calls|compar' <<<"$output" || true)"
}

# The module's state.
version=$("$altwait" --version | sed -n 's/.*(interface version \([0-9]*\))$/\1/p')
expect 0 "^module  *loaded, interface version $version\$" -- "$altwait" status
expect 0 '^processes  *[0-9]* enrolled, [0-9]* dismissed, 0 enrolled now$' -- "$altwait" status
expect 0 '^policy  *stock (not enrolled)$' -- "$altwait" status $$

expect 0 '^ok  *module  *loaded, and its device opens$' -- "$altwait" doctor
expect 0 '^ok  *misses  *0 redirects missed$' -- "$altwait" doctor
document doctor doctor < <("$altwait" doctor --json)
document status status < <("$altwait" status --json)
expect 0 '^[0-9]* records and processes compared, 0 disagreements$' -- "$altwait" audit
document audit audit < <("$altwait" audit --json)
json=$(mktemp)
expect 0 'wait call' -- "$altwait" run --shadow --summary "$json" -- \
	python3 -c 'import os, signal
pid = os.fork()
if not pid:
    signal.pause()
os.kill(pid, signal.SIGKILL)
os.waitid(os.P_PID, pid, os.WEXITED)'
document 'a shadow run' shadow "$json"
expect 0 '"calls": [1-9]' -- cat "$json"
expect 125 'cannot write /nowhere/at/all' -- \
	"$altwait" run --shadow --summary /nowhere/at/all -- true
expect 0 'wait call' -- "$altwait" run --shadow --sarif "$json" -- "$workloads/eintr"
document 'a shadow run, as SARIF' sarif "$json"
expect 0 '"ruleId": "signal-first",$' -- cat "$json"
expect 125 'cannot write /nowhere/at/all' -- \
	"$altwait" run --shadow --sarif /nowhere/at/all --summary "$json" -- true
document 'a run whose other file cannot be written' shadow "$json"

# The whole run: who stops whom, in which order, and when.
# fact PATTERN - that is in it, on one line
fact() {
	verdict "events: $1" "$(grep -qE -e "$1" "$json" || cat "$json")"
}
expect 0 'wait call' -- "$altwait" run --shadow --events "$json" -- "$workloads/stopped"
document events events "$json"
fact '"mode":"shadow","ending":"exited 0",.*"times_ns":\[0,[0-9]*,'
fact '"name":"P1.1","pid":[0-9]*,"comm":"stopped","process":1,"maker":0,"began":[0-9]*,"ended":[0-9]*}'
fact '"what":"exec","task":0,"by":0,"at":[0-9]*,"comm":"stopped",'
fact '"what":"stop","task":1,"by":1,"at":[0-9]*,"comm":"stopped","signal":"STOP"'
fact '"what":"continue","task":1,"by":0,'
fact '"what":"exit","task":1,"by":1,'
fact '"call":"waitid\(P_PID, P1.1, WSTOPPED\)","result":"0: P1.1 stopped by SIGSTOP","about":1,"cause":[0-9]*,"verdict":"(differs|raced)",.*"policy":{"text":"still asleep","asleep":true,"about":null,"cause":null},"quirks":\[("waitid-no-jobs")?\]'
expect 125 'cannot write /nowhere/at/all' -- \
	"$altwait" run --shadow --events /nowhere/at/all -- true
# The inner shell expands it.
# shellcheck disable=SC2016
expect 125 'lost [0-9]* events' -- "$altwait" run --shadow --buffer 1 --events "$json" -- \
	sh -c 'for i in $(seq 60); do /bin/true; done'
expect 127 "cannot run 'no-such-command'" -- \
	"$altwait" run --shadow --events "$json" -- no-such-command
# What is recorded is nothing to the command: it has the files that it has without.
# shellcheck disable=SC2016
files='cd /proc/$$/fd && echo *'
without=$("$altwait" run --shadow -- sh -c "$files" 2> /dev/null)
with=$("$altwait" run --shadow --events "$json" -- sh -c "$files" 2> /dev/null)
verdict 'files of a command whose events are recorded' "${with#"$without"}"
expect 1 '' -- sh -c '"$@" > /dev/null 2>&1' sh "$altwait" compare --events "$json" -- "$workloads/twice"
document 'events of compare' events "$json"
fact '"policy":"starry","mode":"replace","ending":"exited 1",.*"times_ns":\[0,'
fact '"rows":\[.*"mark":"differs","first_difference":true,"first":[0-9],"second":[0-9]}'
verdict 'a recording leaves no trace instance' "$(ls /sys/kernel/tracing/instances)"
rm "$json"

# run: who is enrolled, and what comes back.  The inner shells expand $$.
# shellcheck disable=SC2016
{
	expect 0 '^policy  *starry$' -- "$altwait" run -- \
		sh -c '"$0" status $$' "$altwait"
	expect 0 '^policy  *starry$' -- "$altwait" run -- \
		sh -c 'sh -c "\"\$0\" status \$\$; :" "$0"; :' "$altwait"
	expect 0 '^policy  *stock (not enrolled)$' -- "$altwait" run -- \
		"$altwait" run --policy stock -- sh -c '"$0" status $$' "$altwait"
	expect 137 '' -- "$altwait" run -- sh -c 'kill -KILL $$'
}
expect 0 '' -- "$altwait" run -- true
expect 7 '' -- "$altwait" run -- sh -c 'true; exit 7'
expect 0 '^one two$' -- "$altwait" run -- sh -c 'echo one two | cat | sed "" | cat'
expect 127 "cannot run 'no-such-command'" -- "$altwait" run -- no-such-command
expect 126 "cannot run '/etc/passwd'" -- "$altwait" run -- /etc/passwd

# enroll and dismiss a process that sleeps in no wait call.
sleep infinity &
other=$!
expect 0 '' -- "$altwait" enroll "$other"
expect 0 '^policy  *starry$' -- "$altwait" status "$other"
expect 0 '' -- "$altwait" enroll --policy starry "$other"
expect 0 '' -- "$altwait" enroll --policy starry@d41ca5f2e+pid-wraps-pid-order "$other"
expect 0 '^policy  *starry-clone-children-wclone-ignored-wnothread-ignored-pid-order-waitid-no-jobs+waitid-jobs-first+waitid-zombie-jobs+tracees-by-exit-signal+tracees-of-maker+children-of-maker+exit-signal-stays$' -- \
	"$altwait" status "$other"
expect 0 '' -- "$altwait" enroll --policy starry "$other"
expect 0 '' -- "$altwait" dismiss "$other"
expect 0 '^policy  *stock (not enrolled)$' -- "$altwait" status "$other"
expect 1 'it is not enrolled$' -- "$altwait" dismiss "$other"
expect 1 '^Hint: nothing to do: stock answers' -- "$altwait" dismiss "$other"
kill "$other"
wait "$other" || true
expect 1 'cannot enrol process [0-9]*: no such process$' -- "$altwait" enroll "$other"
expect 1 'cannot dismiss process [0-9]*: no such process$' -- "$altwait" dismiss "$other"
expect 1 'cannot query process [0-9]*: no such process$' -- "$altwait" status "$other"

# shadow: stock answers, and the difference is counted and explained.
# The child stops when its parent sleeps in the call: any earlier the two race, and a call
# that has raced has no verdict.
stops='import os, signal, time
def read(name):
    return open(f"/proc/{os.getppid()}/{name}").read()
pid = os.fork()
if not pid:
    while not read("syscall").startswith("247 ") or ") S " not in read("stat"):
        time.sleep(0.001)
    os.kill(os.getpid(), signal.SIGSTOP)
    os._exit(0)
os.waitid(os.P_PID, pid, os.WSTOPPED)
os.kill(pid, signal.SIGCONT)
os.waitpid(pid, 0)
os._exit(5)'
expect 0 '^altwait: [1-9][0-9]* wait calls\?: no difference that a program can see$' -- \
	"$altwait" run --shadow -- python3 -c 'import os
os.waitpid(os.fork() or os._exit(0), 0)'
expect 5 '^altwait: [1-9][0-9]* wait calls: in 1 a program can see a difference: waitid-no-jobs$' \
	'^  waitid-no-jobs  *1$' '^    stock   0: [0-9]* stopped by SIGSTOP$' \
	'^    first at .*, pid [0-9]*: waitid(P_PID, [0-9]*, WSTOPPED)$' \
	' 1 differ (policy still asleep in 1), 0 control ' '^    policy  still asleep$' -- \
	"$altwait" run --shadow -- python3 -c "$stops"
expect 0 ' 0 control differences, [0-9]* raced$' -- "$altwait" run --shadow -- sh -c 'true; (exit 3); true'
expect 0 '^    the answers agree; what is left in memory, or kept, does not$' -- \
	"$altwait" run --shadow -- "$workloads/rusage"
expect 124 '^  waitid-no-jobs ' -- "$altwait" run --shadow --fail-on waitid-no-jobs -- python3 -c "$stops"
expect 5 " wait calls: " -- "$altwait" run --shadow --fail-on control --fail-on unexplained -- python3 -c "$stops"
expect 125 '^altwait: nothing was compared$' -- "$altwait" run --shadow --fail-on control -- true
expect 0 ': 0 wait calls: ' -- "$altwait" run --shadow -- true
without_summary 127 "$altwait" run --shadow -- no-such-command
without_summary 127 "$altwait" run --shadow --fail-on control -- no-such-command
without_summary 126 "$altwait" run --shadow -- /etc/passwd
expect 125 'is neither control, unexplained nor a quirk' -- "$altwait" run --shadow --fail-on nonsense -- true
expect 125 'needs --shadow' -- "$altwait" run --fail-on control -- true
expect 125 'compares stock with another policy' -- "$altwait" run --shadow -p stock -- true

# The watchdog: under starry, the same program sleeps for ever.
expect 0 '^watchdog  *0 waiters ' -- "$altwait" status
"$altwait" run -- python3 -c "$stops" &
other=$!
verdict 'the watchdog sees who sleeps for ever' "$(
	within 60 'the watchdog' says '^watchdog  *1 waiters ' "$altwait" status 2>&1)"
expect 0 ', was asleep in waitid(P_PID, [0-9]*, WSTOPPED): waitid-no-jobs$' -- "$altwait" status
pkill -KILL -P "$other" || true
kill -KILL "$other"
wait "$other" || true

# dismiss a process that sleeps in a replaced call: the call goes on in stock.
"$altwait" run -- bash -c 'sleep infinity & wait $!; exit 3' &
other=$!
verdict 'a waiter is seen asleep' "$(
	within 60 'the waiter to sleep' says '^waiting  *1 of' "$altwait" status "$other" 2>&1)"
expect 0 '^children  *1 known to the records$' -- "$altwait" status "$other"
expect 0 '' -- "$altwait" dismiss "$other"
expect 0 '^policy  *stock (not enrolled)$' -- "$altwait" status "$other"
verdict 'its child is there to be killed' "$(
	within 60 'the child to execute sleep' pkill -x -P "$other" sleep 2>&1)"
rc=0
wait "$other" || rc=$?
verdict 'a dismissed waiter still sees its child end' "${rc#3}"

# bisect: what is to blame, a hang, runs that vary, and an interruption.  Each run
# counts itself: the first three are stock's, the next ones starry's and linux's, the
# tenth is shadow mode's.  The inner shells expand what is in single quotes.  Somebody
# is enrolled all the time, or the probes would be switched on and off in each run.
# shellcheck disable=SC2016
{
	"$altwait" run -- sleep infinity &
	armed=$!
	runs=$(mktemp)
	export runs
	# counted COMMAND... - for sh -c: count the run in $n, then do COMMAND
	counted() {
		echo 'read -r n < "$runs"; echo $((n + 1)) > "$runs"; '"$*"
	}
	# bisected STATUS PATTERN OPTION... - as expect, with the count begun anew
	bisected() {
		echo 1 > "$runs"
		expect "$1" "$2" -- "$altwait" bisect --timeout 60 "${@:3}"
	}
	bisected 0 '^under starry   as under stock ' -- true
	bisected 1 '^fails under    linux+signal-first: exited 1 (failed in 3 of 3 runs)$' --enough -- \
		sh -c "$(counted 'exec "$0"')" "$workloads/eintr"
	verdict 'bisect --enough ends with the first set' "$(grep -vx 14 "$runs" || true)"
	bisected 1 '^does not under starry-signal-first: as under stock (failed in 0 of 3 runs)$' -- "$workloads/eintr"
	bisected 1 '^fails under    linux+waitid-no-jobs: does not end$' --timeout 10 --repeat 1 -- \
		"$workloads/stopped"
	expect 1 '^fails under    linux+reaped-stays: exited 1 (failed in 3 of 3 runs)$' \
		'^does not under starry-reaped-stays-echild-once: as under stock ' -- \
		"$altwait" bisect --timeout 8 -- "$workloads/twice"
	bisected 1 '^fails under    linux+signal-first: exited 9 (failed in 3 of 3 runs)$' --policy linux+signal-first+pid-order \
		--test '[ "$ALTWAIT_STATUS" = 0 ] && grep -q "^3 of 3 " "$ALTWAIT_OUTPUT" || exit 9' \
		-- "$workloads/eintr"
	bisected 0 '^under starry   as under stock ' --test true -- "$workloads/eintr"
	bisected 1 '^under starry   .* (failed in 2 of 3 runs)$' -- sh -c \
		"$(counted '[ $((n % 2)) = 1 ] || exec "$0"; exit 0')" "$workloads/eintr"
	bisected 1 '^fails under    linux+signal-first: exited 1 (failed in 2 of 3 runs)$' -- \
		sh -c "$(counted 'stock="run --policy stock --"; [ "$n" = 12 ] || exec "$0";' \
			'exec "$1" $stock "$0"')" "$workloads/eintr" "$altwait"
	bisected 1 '^fails under starry@dd169952d of 2026-06-08 (0.6.1, the seed), works since starry@d41ca5f2e of 2026-07-20$' \
		--revisions --timeout 10 --repeat 1 -- "$workloads/stopped"
	bisected 1 '^fails under starry@dd169952d of 2026-06-08 (0.6.1, the seed)$' --revisions --repeat 1 -- \
		"$workloads/eintr"
	bisected 0 '^works under starry@dd169952d of 2026-06-08 (0.6.1, the seed)$' --revisions --repeat 1 -- true
	# One run of stock, then one of each revision that differs: the fourth is d41ca5f2e.
	bisected 1 '), works since starry@4da664b0d of 2026-06-12, fails since starry@d41ca5f2e of 2026-07-20$' \
		--revisions --repeat 1 -- sh -c "$(counted '[ "$n" != 2 ] && [ "$n" != 4 ]')"
	# Two of stock, two of each that differs: the seed fails in one. So 4da664b0d and
	# d41ca5f2e have three more, of which the first one's second fails.  And d41ca5f2e has 14 in the end.
	echo 1 > "$runs"
	expect 1 '), works since starry@d41ca5f2e of 2026-07-20$' \
		'^under starry@d41ca5f2e as under stock (failed in 0 of 14 runs)$' -- \
		"$altwait" bisect --timeout 60 --revisions --repeat 2 -- \
		sh -c "$(counted '[ "$n" != 3 ] && [ "$n" != 10 ]')"
	bisected 1 '^under starry@dd169952d exited 8 in 2, exited 9 in 1 (failed in 3 of 3 runs)$' --revisions -- \
		sh -c "$(counted 'case $n in 4|6) exit 8 ;; 5) exit 9 ;; esac')"
	bisected 125 ': no quirk is to blame$' --revisions --repeat 1 -- \
		sh -c "$(counted '[ "$n" = 1 ]')"
	bisected 125 '^under linux    exited 9 .*: no quirk is to blame$' -- \
		sh -c "$(counted '[ "$n" -le 3 ] || exit 9')"
	# json STATUS FACT OPTION... - likewise, by the schema, and FACT on one line
	json() {
		local rc=0 json

		: > "$runs"
		json=$("$altwait" bisect --json --timeout 60 "${@:3}" 2> /dev/null) || rc=$?
		document "bisect ${*:3}" bisect <<< "$json"
		verdict "facts of bisect ${*:3}" "$([ "$rc" = "$1" ] || echo "exit status $rc"
			tr -s ' \n' ' ' <<<"$json" | grep -qF -e "$2" || echo "$json")"
	}
	json 0 '"under_policy": { "runs": 3, "failed": 0, "failure": null, "ways": [ ] }' -- true
	json 1 '"date": "2026-06-08", "tried": { "runs": 1, "failed": 1,' --revisions --repeat 1 -- "$workloads/eintr"
	json 0 '"policy": "starry@d41ca5f2e", "date": "2026-07-20", "tried": { "runs": 1, "failed": 0, "failure": null, "ways": [ ] }' \
		--revisions --repeat 1 -- true
	json 1 '"fails": { "policy": "linux+signal-first", "quirks": [ "signal-first" ], "minimal": true' \
		-- "$workloads/eintr"
	bisected 130 '^interrupted after 0 policies$' -- \
		sh -c "$(counted '[ "$n" -gt 3 ] || exit 0; kill -INT $PPID; exec sleep 7532')"
	bisected 130 '^fails under    linux+signal-first: exited 1 (failed in 3 of 3 runs)$' -- \
		sh -c "$(counted '[ "$n" -le 13 ] || kill -INT $PPID; exec "$0"')" "$workloads/eintr"
	bisected 0 '^under stock    does not end$' --timeout 1 --repeat 1 -- \
		sh -c 'setsid sleep 7532 & sleep 7532 & wait'
	verdict 'bisect leaves nothing behind' "$(pgrep -f 'sleep 7532' || true)"
	rm "$runs"
	unset runs
	kill "$armed"
	wait "$armed" || true
}

# compare: none, a difference, a hang.
left=/tmp/altwait-compare-left
expect 0 '^wait calls: [1-9][0-9]* the same, 0 differ, ' -- "$altwait" compare -- \
	sh -c '/bin/true; sh -c "exit 3"; exit 0'
expect 0 '^wait calls: [1-9][0-9]* the same, 0 differ, ' -- "$altwait" compare --any-order -- \
	"$workloads/reaper"
expect 0 '^  stock  *stock$' -- "$altwait" compare --policy stock -- true
expect 1 '^  wait4(-1, 0) = -1 ECHILD | wait4(-1, 0) = P1.1: exited 0   <- first difference$' \
	'^  exited 0  *| exited 1$' -- "$altwait" compare -- "$workloads/twice"
expect 1 ' P1.1 stopped by SIGSTOP | .* does not return   <- first difference$' \
	'^  exited 0  *| does not end$' -- \
	"$altwait" compare --timeout 10 -- "$workloads/stopped"
expect 0 '^  does not end  *does not end$' -- "$altwait" compare --timeout 1 -- \
	sh -c 'sleep 7531 & wait'
expect 0 '^  wait4(-1, 0) does not return  *wait4(-1, 0) does not return$' -- \
	"$altwait" compare --all -- sh -c '(sleep 7531; :) & exit 0'

json=$(mktemp)
# The inner shells expand $0.
# shellcheck disable=SC2016
{
	expect 0 '' -- sh -c '"$@" > "$0" 2> /dev/null' "$json" "$altwait" compare --json -- true
	expect 1 '' -- sh -c '"$@" > "$0" 2> /dev/null' "$json" "$altwait" compare --json -- \
		"$workloads/twice"
}
document compare compare "$json"
expect 0 '"result": "P1.1: exited 0",$' -- cat "$json"
verdict 'JSON of compare has the quirks' "$(python3 -c 'import json, sys
quirks = {q["name"]: q["calls"] for q in json.load(sys.stdin)["quirks"]}
if quirks.get("reaped-stays") != 1:
    print(quirks)' < "$json" 2>&1)"
rm "$json"

# compare --save: both traces, as other programs read them.
saved=$(mktemp -d)
# seen RUN EVENT - it is in that run's trace
seen() {
	verdict "--save: $2 of the run under $1" \
		"$(grep -q "^ *altwait-$1-[0-9]*: .* $2: " <<<"$report" || echo 'it is not there')"
}
expect 1 "^altwait: both traces are in $saved: " -- \
	"$altwait" compare --timeout 10 --save "$saved" -- "$workloads/stopped"
# shellcheck disable=SC2016 # the inner shell expands it
expect 0 '^perfetto.json policy.dat stock.dat $' -- sh -c 'ls "$0" | tr "\n" " "' "$saved"
report=$(trace-cmd report -i "$saved/stock.dat" -i "$saved/policy.dat" 2>&1) || true
for run in stock policy; do
	for event in sched_switch sched_process_exec sched_process_fork signal_deliver \
		sys_enter_waitid altwait_enroll altwait_wait_enter; do
		seen "$run" "$event"
	done
done
seen stock altwait_wait_verdict
seen stock altwait_wait_exit
seen stock sched_process_exit
verdict '--save: one clock, and the second run is behind the first' "$(
	sed -nE 's/^ *altwait-(stock|policy)-.* ([0-9]+\.[0-9]+): .*/\1 \2/p' <<<"$report" |
		awk '$2 < last || ($1 == "stock" && was == "policy"); { last = $2; was = $1 }' |
		head -n 3)"
document 'compare --save' perfetto "$saved/perfetto.json"
verdict 'what --save draws' "$("$here/check-perfetto.py" "$saved/perfetto.json" 2>&1 || true)"
verdict 'what --save tells of calls' "$(python3 -c 'import json, sys
events = json.load(sys.stdin)["traceEvents"]
waits = [e for e in events if e.get("cat") == "wait"]
got = [(e["pid"], e["name"], e["args"]["result"], e["args"].get("quirks")) for e in waits]
want = [(1, "waitid(P_PID, P1.1, WSTOPPED)", "0: P1.1 stopped by SIGSTOP", "waitid-no-jobs"),
        (1, "waitid(P_PID, P1.1, WCONTINUED)", "0: P1.1 continued", "waitid-no-jobs"),
        (1, "waitid(P_PID, P1.1, WEXITED)", "0: P1.1 exited 0", ""),
        (2, "waitid(P_PID, P1.1, WSTOPPED)", "does not return", None)]
if sorted(got, key=str) != sorted(want, key=str):
    print(got)
if not all(e["dur"] > 1e6 for e in waits if e["pid"] == 2):
    print("what hangs does not last until the end")
arrows = [e["pid"] for e in events if e["ph"] == "f"]
if arrows != [1, 1, 1]:
    print("arrows:", arrows)' < "$saved/perfetto.json" 2>&1 || true)"
expect 2 "^altwait: cannot save in $saved: Directory not empty$" -- \
	"$altwait" compare --save "$saved" -- true
rm -r "$saved"
expect 2 "^altwait: nothing is saved in $saved$" -- \
	"$altwait" compare --save "$saved" -- no-such-command
# It leaves its processor a thousand times, and makes no wait call.
expect 2 'the trace to save lost [0-9]* events$' -- "$altwait" compare --buffer 30 \
	--save "$saved" -- python3 -c 'import time
for _ in range(1000):
    time.sleep(0.00001)'
mkdir "$saved"
mount -t tmpfs -o size=200k none "$saved"
expect 2 'No space left on device$' -- "$altwait" compare --save "$saved/full" -- true
expect 0 '' -- ls "$saved"
umount "$saved"
rmdir "$saved"

# compare: where there is nothing to compare, and that nothing is left behind.
# The inner shells expand $0.
# shellcheck disable=SC2016
{
	expect 2 "cannot run 'no-such-command'" -- "$altwait" compare -- no-such-command
	expect 2 'lost [0-9]* events, so there is no comparison$' -- \
		"$altwait" compare --buffer 1 -- sh -c 'for i in $(seq 120); do /bin/true; done'
	expect 2 'a process was dismissed by request$' -- "$altwait" compare -- \
		"$altwait" run --policy stock -- true
	expect 2 'a process was enrolled again, under another policy$' -- \
		"$altwait" compare -- "$altwait" run --policy linux -- true
	rm -f "$left"
	"$altwait" compare --timeout 60 -- sh -c ': >"$0"; sleep 7531; :' "$left" &
	other=$!
	within 60 'the program that is compared' test -e "$left"
	kill "$other"
	rc=0
	wait "$other" || rc=$?
	verdict 'compare ends by the signal that ends it' "${rc#143}"
	rm "$left"
	"$altwait" compare --timeout 60 -- \
		sh -c 'echo $$ >"$0"; while [ -e "$0" ]; do sleep 0.1; done' "$left" >/dev/null 2>"$left.err" &
	other=$!
	within 60 'the program that is compared' test -s "$left"
	expect 0 '' -- "$altwait" dismiss "$(<"$left")"
	rm "$left"
	rc=0
	wait "$other" || rc=$?
	verdict 'compare notices a dismissal by somebody else' \
		"$(grep -q 'somebody else has dismissed a process$' "$left.err" || cat "$left.err")${rc#2}"
}
verdict 'compare leaves no process' "$(pgrep -f 'sleep 7531' || true)"
verdict 'compare leaves no trace instance' "$(ls /sys/kernel/tracing/instances)"

# Who may never be enrolled.
expect 1 'are never enrolled$' -- "$altwait" enroll 1
expect 1 'are never enrolled$' -- "$altwait" enroll 2

# Privilege.
nobody=(setpriv --reuid 65534 --regid 65534 --clear-groups)
expect 1 '^Hint: the device belongs to root' -- "${nobody[@]}" "$altwait" status
expect 125 '^Hint: the device belongs to root' -- "${nobody[@]}" "$altwait" run -- true
expect 1 '^Hint: this needs CAP_SYS_ADMIN' -- \
	setpriv --bounding-set=-sys_admin --inh-caps=-sys_admin "$altwait" status
expect 1 "^Hint: /nowhere is not there; the module's device is" -- "$altwait" -d /nowhere status

# A redirect that died is told apart from one that works.
echo 0 >"$kprobes"
expect 125 'does not redirect wait calls right now$' -- "$altwait" run -- true
expect 125 '^Hint: set kprobes/enabled' -- "$altwait" run -- true
echo 1 >"$kprobes"
expect 0 '' -- "$altwait" run -- true

# All is closed again.
expect 0 ', 0 enrolled now$' -- "$altwait" status
expect 0 ', 0 inside now$' -- "$altwait" status
# They are let go after a grace period.
verdict 'nothing is held' "$(within 60 'nothing to be held' says ', 0 held now' "$altwait" status 2>&1)"
expect 0 ', 0 held now, [0-9]* dropped as their pid was used again$' -- "$altwait" status
verdict 'the counters balance' "$("$altwait" status | grep '^Warning' || true)"

# Waits by io_uring, which Linux can from 6.7 on and the counters never forget.
ring_wait=$here/ring-wait.py
expect 0 '^ok  *ring waits  *0 waits were submitted to io_uring$' -- "$altwait" doctor
if grep -q ' io_waitid_prep$' /proc/kallsyms; then
	one='1 wait was submitted to io_uring, which stock answers$'
	expect 3 "^altwait: no valid comparison: $one" -- "$altwait" run --shadow -- "$ring_wait"
	expect 125 "^altwait: no valid comparison: $one" -- \
		"$altwait" run --shadow --fail-on control -- "$ring_wait"
	json=$(mktemp)
	expect 3 "^altwait: $one" -- "$altwait" run --shadow --allow-uring --fail-on unexplained \
		--summary "$json" -- sh -c "true; $ring_wait"
	document 'a run with a ring' shadow "$json"
	expect 0 '"uring": *1,$' -- cat "$json"
	# Somebody else's are nobody else's business.  The inner shell expands $0 and $1.
	# shellcheck disable=SC2016
	expect 3 ' wait call' -- "$altwait" run --shadow --fail-on unexplained -- \
		sh -c 'true; "$0" run --policy linux -- "$1"' "$altwait" "$ring_wait"
	expect 2 '^altwait: no valid comparison: 2 waits were submitted to io_uring' -- \
		"$altwait" compare -- "$ring_wait"
	expect 0 '^altwait: 2 waits were submitted to io_uring' -- \
		"$altwait" compare --allow-uring -- "$ring_wait"
	expect 125 "^altwait: no valid comparison: $one" -- "$altwait" bisect -- "$ring_wait"
	expect 0 "^altwait: $one" -- "$altwait" bisect --allow-uring --repeat 1 -- "$ring_wait"
	expect 0 '"uring": *1$' -- "$altwait" bisect --json --allow-uring --repeat 1 -- "$ring_wait"
	rm "$json"
	# shellcheck disable=SC2016 # the inner shell expands it
	expect 0 '^io_uring  *waits by it are seen and counted$' -- \
		sh -c '"$0" status || [ $? = 1 ]' "$altwait"
	expect 1 '^Warning: 11 waits were submitted to io_uring' -- "$altwait" status
	expect 1 '"io_uring": *"seen"' -- "$altwait" status --json
	expect 1 '"valid": *false' -- "$altwait" status --json
	expect 1 '^bad  *ring waits  *11 waits were submitted to io_uring$' -- "$altwait" doctor
else
	expect 0 '^io_uring  *waits by it are not in this kernel$' -- "$altwait" status
	echo "# this kernel has no waits by io_uring: what is said of them is not looked at"
fi

# Trouble, which the counters never forget: no room for a child's record.
bound=/sys/module/altwait/parameters/max_records
room=$(<"$bound")
# $0 is for the inner shell
# shellcheck disable=SC2016
in_trouble=(sh -c 'echo 1 >"$0"; /bin/true; exit 3' "$bound")
expect 3 '^altwait: no valid comparison: 1 process went back to stock after trouble$' -- \
	"$altwait" run --shadow -- "${in_trouble[@]}"
echo "$room" >"$bound"
expect 125 ' went back to stock after trouble$' -- \
	"$altwait" run --shadow --fail-on control -- "${in_trouble[@]}"
echo "$room" >"$bound"
expect 1 ' after trouble; the event altwait:altwait_dismiss says why$' -- \
	"$altwait" status
expect 1 '^  "valid": false,$' -- "$altwait" status --json
expect 1 '^bad  *trouble  *[1-9]' -- "$altwait" doctor

# An unload does not wait for others.  The init of a pid namespace exits, and its child
# is held by a tracer before its end, until this script closes descriptor 8: on 6.1 a
# grace period of Tasks RCU, which other modules' unloads have, waits for it.
held=$(mktemp -d)
mkfifo "$held/go" "$held/init"
python3 - "$held/init" 3<"$held/go" <<'END' &
import ctypes, os, sys
libc = ctypes.CDLL(None, use_errno=True)
PTRACE_SEIZE, PTRACE_O_TRACEEXIT, WALL, CLONE_NEWPID = 0x4206, 0x40, 0x40000000, 0x20000000
assert libc.unshare(CLONE_NEWPID) == 0
ready, told = os.pipe(), os.pipe()
init = os.fork()
if not init:
    if not os.fork():
        os.read(os.pipe()[0], 1)
    os.write(ready[1], b"x")
    os.read(told[0], 1)
    os._exit(0)
os.read(ready[0], 1)
child = int(open(f"/proc/{init}/task/{init}/children").read())
assert libc.ptrace(PTRACE_SEIZE, child, None, PTRACE_O_TRACEEXIT) == 0
os.write(told[1], b"x")
assert os.waitpid(child, WALL)[0] == child
open(sys.argv[1], "w").write(f"{init}\n")
os.read(3, 1)
END
exec 8>"$held/go"
init=$(<"$held/init")
# shellcheck disable=SC2317 # called by within
waits() {
	grep -q "$1" "/proc/$2/stack"
}
within 20 "the init of a pid namespace to wait" waits zap_pid_ns_processes "$init"
mkfifo "$held/sleeper"
# $0 is for the inner shell
# shellcheck disable=SC2016
"$altwait" run -- sh -c '(read -r line <"$0"); exit 0' "$held/sleeper" 8>&- &
sleeper=$!
within 20 "the sleeper" says ', 1 asleep now$' "$altwait" status
within 20 "the unload" rmmod altwait 8>&- &
unload=$!
within 20 "the unload" gone "$unload"
status=0
wait "$unload" || status=$?
verdict 'the unload ends' "${status#0}"
status=0
waits zap_pid_ns_processes "$init" || status=$?
verdict 'and that init waits still' "${status#0}"
echo line >"$held/sleeper"
status=0
wait "$sleeper" || status=$?
verdict 'who was enrolled goes on under stock' "${status#0}"
exec 8>&-

# It does wait for a call that waits for its own user memory: a page that another
# thread serves when it is told to.
insmod "$module"
mkfifo "$held/serve"
"$altwait" run --policy linux -- python3 - "$held/ready" 3<"$held/serve" <<'END' &
import ctypes, fcntl, os, struct, sys, threading
libc = ctypes.CDLL(None, use_errno=True)
USERFAULTFD, UFFDIO_API, UFFDIO_REGISTER, UFFDIO_ZEROPAGE = 323, 0xc018aa3f, 0xc020aa00, 0xc020aa04
libc.mmap.restype = ctypes.c_void_p
page = libc.mmap(None, 4096, 3, 0x22, -1, 0)
uffd = libc.syscall(USERFAULTFD, os.O_CLOEXEC)
assert uffd >= 0
fcntl.ioctl(uffd, UFFDIO_API, struct.pack("QQQ", 0xaa, 0, 0))
fcntl.ioctl(uffd, UFFDIO_REGISTER, struct.pack("QQQQ", page, 4096, 1, 0))
def serve():
    os.read(uffd, 32)
    open(sys.argv[1], "w").close()
    os.read(3, 1)
    fcntl.ioctl(uffd, UFFDIO_ZEROPAGE, struct.pack("QQQq", page, 4096, 0, 0))
child = os.fork()
if not child:
    os._exit(7)
threading.Thread(target=serve).start()
assert libc.wait4(child, ctypes.c_void_p(page), 0, None) == child
assert ctypes.c_int.from_address(page).value == 7 << 8
END
runner=$!
exec 8>"$held/serve"
within 60 "the call to wait for its page" test -e "$held/ready"
within 20 "status to name it" says '^unload  *would wait for [0-9]* (python3)' "$altwait" status
within 20 "the unload" rmmod altwait 8>&- &
unload=$!
within 20 "the device to go" test ! -e /dev/altwait
exec 8>&-
status=0
wait "$runner" || status=$?
verdict 'a call that waits for its memory ends as it would' "${status#0}"
status=0
wait "$unload" || status=$?
verdict 'and the unload with it' "${status#0}"
rm -r "$held"

check_documents
sum_up
