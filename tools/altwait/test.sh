#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What altwait says and returns when it is used wrongly or finds no module.
# Needs no module and no root; must not be run where the module is loaded.
#
# usage: test.sh [PROGRAM]

set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=/dev/null
. "$here/test-lib.sh"

altwait=${1:-$here/../../build/altwait}

if [ -e /sys/module/altwait ]; then
	echo "test.sh: the module is loaded" >&2
	echo "Hint: run tools/altwait/test-vm.sh instead, or rmmod altwait." >&2
	exit 2
fi

# The command line.
expect 2 'a command is missing' -- "$altwait"
expect 2 "unknown command 'fly'" -- "$altwait" fly
expect 2 'unrecognized option' -- "$altwait" --fly status
expect 125 'a command to run is missing' -- "$altwait" run
expect 125 'a command to run is missing' -- "$altwait" run --
expect 125 "unknown policy 'linus'" -- "$altwait" run --policy linus -- true
expect 125 'requires an argument' -- "$altwait" run --policy
expect 2 'a command to compare is missing' -- "$altwait" compare --all
expect 2 "unknown policy 'linus'" -- "$altwait" compare --policy linus -- true
expect 2 "'0' is not a number of seconds" -- "$altwait" compare --timeout 0 -- true
expect 2 "'1x' is not a number of KiB" -- "$altwait" compare --buffer 1x -- true
expect 125 'a command to bisect is missing' -- "$altwait" bisect --timeout 3
expect 125 'policy linux has no quirks' -- "$altwait" bisect --policy linux -- true
expect 125 "'0' is not a number of runs" -- "$altwait" bisect --repeat 0 -- true
expect 125 'no more than 100 runs' -- "$altwait" bisect --repeat 101 -- true
expect 125 'it takes no --policy$' -- "$altwait" bisect --revisions --policy starry -- true
expect 125 'it takes no --enough$' -- "$altwait" bisect --enough --revisions -- true
expect 2 "'x': this takes no arguments" -- "$altwait" policies x
expect 125 '--summary needs --shadow' -- "$altwait" run --summary out -- true
expect 125 'output is COMMAND.s: --summary FILE writes JSON$' -- "$altwait" run --shadow --json -- true
expect 125 '--sarif needs --shadow' -- "$altwait" run --sarif out -- true
expect 125 '--events needs --shadow' -- "$altwait" run --events out -- true
expect 125 "'0' is not a number of KiB" -- "$altwait" run --shadow --buffer 0 -- true
expect 2 'it takes no PID' -- "$altwait" status --json 1
expect 2 "'x': this takes no arguments" -- "$altwait" doctor x
expect 2 'a PID is missing' -- "$altwait" enroll
expect 2 "'x1' is not a process id" -- "$altwait" enroll x1
expect 2 "'0' is not a process id" -- "$altwait" enroll 0
expect 2 "'-5' is not a process id" -- "$altwait" enroll -- -5
expect 2 "'4294967297' is not a process id" -- "$altwait" enroll 4294967297
expect 2 "'' is not a process id" -- "$altwait" dismiss ''
expect 2 "unknown policy 'linus'" -- "$altwait" enroll --policy linus 1
expect 2 "unknown quirk 'nope'" -- "$altwait" enroll --policy linux+nope 1
expect 2 "unknown quirk 'nope'" -- "$altwait" enroll --policy linux+pid-order+nope 1
expect 2 'a quirk is missing after +$' -- "$altwait" enroll --policy linux+ 1
expect 2 'a quirk is missing after +$' -- "$altwait" enroll --policy linux+pid-order+ 1
expect 2 'a quirk is missing after -$' -- "$altwait" enroll --policy starry--pid-order 1
expect 2 "'-pid-order': after linux, quirks are joined by +$" -- \
	"$altwait" enroll --policy linux-pid-order 1
expect 2 'starry has pid-order already; starry-pid-order takes it away$' -- \
	"$altwait" enroll --policy starry+pid-order 1
expect 2 'starry has pid-order already; ' -- \
	"$altwait" enroll --policy starry+waitid-jobs-first+pid-order 1
expect 2 'a quirk is missing after +$' -- "$altwait" enroll --policy starry+ 1
expect 2 "'waitid_jobs-first'; did you mean waitid-jobs-first?$" -- \
	"$altwait" enroll --policy starry+waitid_jobs-first 1
expect 2 "unknown quirk 'pid-order-pid-wraps'; after linux, quirks are joined by +$" -- \
	"$altwait" enroll --policy linux+pid-order-pid-wraps 1
expect 2 'starry has pid-order already; ' -- \
	"$altwait" enroll --policy starry-pid-wraps+pid-order 1
expect 2 '^altwait enroll: starry has no waitid-jobs-first, which later revisions brought;$' -- \
	"$altwait" enroll --policy starry-waitid-jobs-first 1
expect 2 '^starry+waitid-jobs-first adds it$' -- \
	"$altwait" enroll --policy starry-pid-order-waitid-jobs-first 1
expect 2 "'pid_order'; did you mean pid-order?$" -- "$altwait" enroll --policy linux+pid_order 1
expect 2 "'pid_order+x'; did you mean pid-order?$" -- \
	"$altwait" enroll --policy linux+pid_order+x 1
expect 2 "'pid_order-x'; did you mean pid-order?$" -- \
	"$altwait" enroll --policy starry-pid_order-x 1
expect 2 "'pid_order'; did you mean pid-order?$" -- "$altwait" quirks pid_order
expect 125 "'pid_order'; did you mean pid-order?$" -- \
	"$altwait" run --shadow --fail-on pid_order -- true
expect 2 "'pdi-order'; did you mean pid-order?$" -- "$altwait" quirks pdi-order
expect 2 "'Pid-Ordr'; did you mean pid-order?$" -- "$altwait" enroll --policy linux+Pid-Ordr 1
expect 2 "'pid-ordre-pid-wraps'; did you mean pid-order?$" -- \
	"$altwait" enroll --policy starry-pid-ordre-pid-wraps 1
expect 2 "'wraps-pid-ordr'; .altwait quirks. lists" -- "$altwait" quirks wraps-pid-ordr
expect 125 "'waitid-no-job'; did you mean waitid-no-jobs?$" -- \
	"$altwait" run --shadow --fail-on waitid-no-job -- true
expect 2 "unknown quirk 'pid_nope'; .altwait quirks. lists" -- "$altwait" quirks pid_nope
expect 125 'policy linux does not have pid-order$' -- \
	"$altwait" run --fail-on pid-order --shadow -p linux -- true
expect 125 'policy starry-pid-order does not have pid-order$' -- \
	"$altwait" run -sp starry-pid-order --fail-on pid-wraps --fail-on pid-order -- true
expect 2 "unknown policy 'stock+pid-order'" -- "$altwait" enroll --policy stock+pid-order 1
expect 2 "unknown policy 'starryx'" -- "$altwait" enroll --policy starryx 1
expect 2 "unknown quirk 'nope'" -- "$altwait" quirks nope
expect 0 '^Cost:       A call looks at all children and tracees before it sleeps' -- \
	"$altwait" quirks members-stay
expect 0 '^Cost:       A call looks at all children and tracees, each time' -- \
	"$altwait" quirks waitid-jobs-first

# Revisions of Starry, by commit and by date.
expect 2 "unknown policy 'linux@d41ca5f2e'" -- "$altwait" enroll --policy linux@d41ca5f2e 1
for revision in '' d41ca5 d41ca5g2e 2026 2026-6-08 2026-13-01 2026-06-32 2026-06-08x D41CA5F2E; do
	expect 2 "'$revision' is neither 7 digits or more of a commit nor a date$" -- \
		"$altwait" enroll --policy "starry@$revision" 1
done
expect 2 "no revision 'd41ca5f3' that changed wait.rs; .altwait policies. lists$" -- \
	"$altwait" enroll --policy starry@d41ca5f3 1
expect 2 "no revision 'd41ca5f2e860b871a01fc5e5f2d8e4ea9abc31980'" -- \
	"$altwait" enroll --policy starry@d41ca5f2e860b871a01fc5e5f2d8e4ea9abc31980 1
expect 2 '2026-07-25: what has come after 2026-07-24 is not known here;' -- \
	"$altwait" enroll --policy starry@2026-07-25 1
expect 2 '2026-06-07 is before the first revision, starry@dd169952d of 2026-06-08;$' -- \
	"$altwait" enroll --policy starry@2026-06-07-pid-order 1
expect 2 'a quirk is missing after +$' -- "$altwait" enroll --policy starry@d41ca5f+ 1
expect 2 'a quirk is missing after -$' -- "$altwait" enroll --policy starry@d41ca5f-+pid-wraps 1
expect 2 "'pid_order'; did you mean pid-order?$" -- \
	"$altwait" enroll --policy starry@2026-07-20+pid-wraps-pid_order 1
# --fail-on names what a policy lacks: by that it is seen which quirks one has.
# has YES|NO QUIRK REVISION
has() {
	local say="policy starry@$3 does not have $2$"

	[ "$1" = no ] || say='^Hint: the module is not loaded'
	expect 125 "$say" -- "$altwait" run -sp "starry@$3" --fail-on "$2" -- true
}
for revision in dd169952d dd16995 2026-06-08 2026-06-11; do
	has yes clone-children "$revision"
	has yes waitid-no-jobs "$revision"
done
for revision in 4da664b0d 3598a8557 f5a0be83d 2026-06-12 2026-06-17 2026-07-19; do
	has no clone-children "$revision"
	has no wclone-ignored "$revision"
	has no wnothread-ignored "$revision"
	has yes waitid-no-jobs "$revision"
	has yes pid-wraps "$revision"
done
for revision in d41ca5f d41ca5f2e860b871a01fc5e5f2d8e4ea9abc3198 2026-07-20 2026-07-24; do
	has no clone-children "$revision"
	has no pid-wraps "$revision"
	has no waitid-no-jobs "$revision"
	has yes pid-order "$revision"
	has yes waitid-jobs-first "$revision"
	has yes waitid-zombie-jobs "$revision"
done
# What a later revision brought is not the seed's; it is added, and taken away.
has no waitid-jobs-first dd169952d
has yes waitid-jobs-first dd169952d+waitid-jobs-first
has no waitid-jobs-first d41ca5f2e-waitid-jobs-first
expect 125 '^Hint: the module is not loaded' -- "$altwait" run -sp \
	starry-pid-order+waitid-jobs-first+waitid-zombie-jobs --fail-on waitid-zombie-jobs -- true
expect 125 'policy starry+waitid-jobs-first does not have waitid-zombie-jobs$' -- \
	"$altwait" run -sp starry+waitid-jobs-first --fail-on waitid-zombie-jobs -- true
has yes pid-wraps d41ca5f2e+pid-wraps-pid-order
has no pid-order d41ca5f2e+pid-wraps-pid-order
has no pid-order 2026-07-20-pid-order+pid-wraps
has yes pid-wraps 2026-07-20-pid-order+pid-wraps
expect 0 '^ \* Starry: The negation wraps: ' -- "$altwait" quirks pid-wraps --program
expect 0 '^void probe(void)$' -- "$altwait" quirks pid-wraps --program
expect 1 'no program sees pollset-64: ' -- "$altwait" quirks pollset-64 --program
expect 2 'needs the name of a quirk$' -- "$altwait" quirks --program
expect 2 'is all there is to say, without --program$' -- "$altwait" quirks pid-order --program --json
expect 2 'is all there is to say, without --markdown$' -- "$altwait" quirks --json --markdown order
expect 2 'either --json or --table$' -- "$altwait" policies --json --table
expect 2 'one quirk at a time' -- "$altwait" quirks pid-order pid-wraps
expect 2 "no class 'nope'" -- "$altwait" quirks --markdown nope
expect 2 'use .altwait dismiss. to go back' -- "$altwait" enroll --policy stock 1
expect 2 'one PID at a time' -- "$altwait" enroll 1 2
expect 2 'one PID at a time' -- "$altwait" status 1 2
expect 2 'it takes no argument' -- "$altwait" audit 1
expect 2 'unrecognized option' -- "$altwait" dismiss --policy starry 1

# Help and version go to stdout.
expect 0 'Usage: altwait .*COMMAND' -- "$altwait" --help
expect 0 'Usage: altwait run ' -- "$altwait" run --help
expect 0 'Usage: altwait compare ' -- "$altwait" compare --help
expect 0 'Usage: altwait bisect ' -- "$altwait" bisect --help
expect 0 'Usage: altwait report ' -- "$altwait" report --help
expect 0 'Usage: altwait enroll ' -- "$altwait" enroll --help
expect 0 'Usage: altwait dismiss ' -- "$altwait" dismiss --help
expect 0 'Usage: altwait status ' -- "$altwait" status --help
expect 0 'Usage: altwait audit ' -- "$altwait" audit --help
expect 0 '^altwait [0-9.]* (interface version [0-9]*)$' -- "$altwait" --version
# All that take a policy say what one may be.
for command in run compare bisect enroll; do
	expect 0 'starry, starry-QUIRK, starry+QUIRK, starry@REVISION, linux+QUIRK' -- \
		env ARGP_HELP_FMT=rmargin=250 "$altwait" "$command" --help
done
expect 2 'starry+QUIRK, starry@REVISION, linux+QUIRK$' -- "$altwait" enroll --policy linus 1
# Its lines are those of the sources: none is so long that argp breaks it.
for command in "" run compare bisect report enroll dismiss status quirks policies audit doctor; do
	# without a command, no argument
	# shellcheck disable=SC2086
	verdict "the help of altwait $command keeps its lines" "$(comm -23 \
		<(ARGP_HELP_FMT=rmargin=250 "$altwait" $command --help | grep -vE '^( +-|Mandatory)' | sort -u) \
		<("$altwait" $command --help | sort -u))"
done

# What needs no module.
expect 0 'Usage: altwait quirks ' -- "$altwait" quirks --help
expect 0 '^  pid-order  *Linux  .*[^ ]$' -- "$altwait" quirks
expect 0 '^  *Starry  .*ascending pid' -- "$altwait" quirks
sides=$("$altwait" quirks | sed -nE 's/^  .{25} (Linux )  .*/\1/p; s/^ {28}(Starry)  .*/\1/p')
verdict 'each quirk has two sides' "$(paste - - <<<"$sides" | sort | uniq -c |
	grep -vxE " *$("$altwait" quirks | grep -c '^  [a-z]') Linux 	Starry" || true)"
for width in 60 80 132; do
	verdict "altwait quirks keeps to $width columns" \
		"$(COLUMNS=$width "$altwait" quirks | grep -vF '* its' | grep -E ".{$((width + 1))}" || true)"
	verdict "$width columns lose no word of altwait quirks" "$(cmp \
		<("$altwait" quirks | tr -s '[:space:]' '\n') \
		<(COLUMNS=$width "$altwait" quirks | tr -s '[:space:]' '\n') 2>&1 || true)"
done
# What is there, and what is missing here: the module at least.
expect 1 '^bad  *module  *not loaded$' -- "$altwait" doctor
expect 1 '^  *Hint: as root: modprobe altwait' -- "$altwait" doctor
expect 1 '^ok  *machine  *Linux .* on x86_64$' -- "$altwait" doctor

# JSON, by its schemas; and a schema that is not met is seen.
document doctor doctor < <("$altwait" doctor --json)
document quirks quirks < <("$altwait" quirks --json)
verdict 'JSON has each quirk' "$(cmp \
	<("$altwait" quirks --json | sed -nE 's/^ *"name": "(.*)",$/\1/p' | sort) \
	<("$altwait" quirks | sed -nE 's/^  ([a-z0-9-]+).*/\1/p' | sort) 2>&1 || true)"
document policies policies < <("$altwait" policies --json)
verdict 'a revision has what it brings, and not what it mends' "$("$altwait" policies --json | python3 -c '
import json, sys
before = None
for r in json.load(sys.stdin)["revisions"]:
    mends, brings = set(r["mends"]), set(r["brings"])
    if before and (set(r["quirks"]) != before - mends | brings or mends - before or brings & before):
        print(r["policy"])
    before = set(r["quirks"])' 2>&1)"
expect 0 '^starry@d41ca5f2e  2026-07-20, [0-9]* quirks$' -- "$altwait" policies
expect 0 '^    mends   waitid-no-jobs$' -- "$altwait" policies
expect 0 '^    brings  waitid-jobs-first$' -- "$altwait" policies
page=$here/../../Documentation/quirks/revisions.md
expect 0 "^same$" -- bash -c "cmp '$page' <('$altwait' policies --table) && echo same"
expect 1 "^the whole: .*'bad' is a required property" -- \
	"$here/check-json.py" doctor <(echo '{ "schema": "altwait-doctor/1", "findings": [{}] }')
several=$(mktemp -d)
echo '{ "schema": "altwait-doctor/1", "findings": [{}] }' > "$several/1.doctor.json"
"$altwait" doctor --json > "$several/2.doctor.json" || :
: > "$several/3.quirks.json"
"$altwait" quirks --json > "$several/4.quirks.json"
verdict 'of several several, those that are wrong are named' "$(diff - <(
	"$here/check-json.py" --all "$several" 2>&1 | sort | cut -c 1-30) << 'END'
1: the whole: 'bad' is a requi
3: Expecting value: line 1 col
4 checked
END
)"
rm -r "$several"
document 'a bisect that cannot run' bisect < <("$altwait" bisect --json -- true 2> /dev/null)
expect 125 '^  "verdict": "unknown",$' -- "$altwait" bisect --json -- true

# compare needs a kernel; what it prints of made-up events does not.
# compared FACT OPTION FIRST SECOND - its JSON is by the schema, and FACT, a line, in it
compared() {
	local made json=$scratch/compare.json

	made=$("$(dirname "$altwait")/tools-altwait/test-compare" "$3" "$4" "$2") || true
	echo "$made" > "$json"
	document "compare: $1" compare "$json"
	verdict "what compare says: $1" "$(tr -s ' \n' ' ' < "$json" | grep -qF -e "$1" || cat "$json")"
}
scratch=$(mktemp -d)
twins='fork 10 11, fork 10 12'
inorder="$twins, reaps 10 -1 11 0, reaps 10 -1 12 0"
turned="$twins, reaps 10 -1 12 0, reaps 10 -1 11 0"
compared '"differ": false, "any_order": false' '' "$inorder" "$inorder"
compared '"calls": { "same": 1, "differ": 2, "order": 2, "timing": 0 }' '' "$inorder" "$turned"
compared '"mark": "order", "first_difference": true' '' "$inorder" "$turned"
compared '"differ": false, "any_order": true' any-order "$inorder" "$turned"
compared '"quirks": [ ]' '' "$inorder" "$inorder"
judged="fork 10 11, wait 10 -1 0, judge 10 1 0 11, ret 10 11"
compared "\"quirks\": [ { \"name\": \"$("$altwait" quirks --json | python3 -c 'import json, sys
print(next(q["name"] for q in json.load(sys.stdin)["quirks"] if q["bit"] == 0))')\", \"calls\": 1 } ]" \
	'' "$judged" 'fork 10 11'
compared '"result": "P1.1: exited 0"' '' "$judged" 'fork 10 11'
compared '"differ": true' hung "$inorder" "$inorder"
compared '"second": { "policy": "starry", "ending": "does not end", "hung": true, "uring": 0 }' hung \
	"$inorder" "$inorder"
compared '"result": "does not return", "returns": false' hung "$inorder" "$twins, wait 10 -1 0"
compared '"mark": "first only", "first_difference": false' hung "$inorder" "$twins, wait 10 -1 0"
compared '"second": null' hung "$inorder" "$twins, wait 10 -1 0"
compared '"mark": "timing"' '' "$twins, polls 10 -1, polls 10 -1" "$twins"
compared '"times": 2' '' "$twins, polls 10 -1, polls 10 -1" "$twins"

# recorded FACT FIRST SECOND - likewise, of what --events writes
recorded() {
	local json=$scratch/events.json

	"$(dirname "$altwait")/tools-altwait/test-compare" events "$2" "$3" > "$json" || true
	document "events: $1" events "$json"
	verdict "what events say: $1" "$(tr -s ' \n' ' ' < "$json" | grep -qF -e "$1" || cat "$json")"
}
stopped='fork 10 11, exec 11, wait 10 11 0, stop 11 19, goes 10 11, leave 11'
stopped+=', judge 10 1 0 11, ret 10 11, leave 10'
recorded '"command": [ "</script>", "�(€���" ]' "$twins" "$twins"
recorded '"comm": "</script>�"' "$stopped" "$twins"
recorded '"made_by": "compare"' "$stopped" "$twins"
recorded '"name": "P1.1", "pid": 11, "comm": "</script>�", "process": 1, "maker": 0, "began": 0, "ended": 5 }' \
	"$stopped" "$twins"
recorded '"name": "P1/2", "pid": 12, "comm": "", "process": 0, "maker": 0, "began": 1, "ended": null }' \
	'fork 10 11, thread 10 12' "$twins"
recorded '"what": "stop", "task": 1, "by": 1, "at": 3, "comm": "</script>�", "signal": "STOP" }' \
	"$stopped" "$twins"
recorded '"what": "continue", "task": 1, "by": 0, "at": 4,' "$stopped" "$twins"
recorded '"what": "trap", "task": 1, "by": 1, "at": 1,' 'fork 10 11, trap 11' "$twins"
recorded '"calls": [ { "task": 0, "began": 2, "ended": 7, "call": "wait4(P1.1, 0)", "result": "P1.1: exited 0", "about": 1, "cause": 4, "verdict": "differs", "linux": { "text": "P1.1: exited 0", "asleep": false, "about": 1, "cause": 4 }, "policy": { "text": "still asleep", "asleep": true, "about": null, "cause": null }, "quirks": [ "pid-wraps" ] }' \
	"$stopped" "$twins"
# The policy would have told of the stop
recorded '"policy": { "text": "P1.1: exited 0", "asleep": false, "about": 1, "cause": 2 }' \
	"${stopped/judge 10 1 0 11/judge 10 1 4 11}" "$twins"
recorded '"result": "does not return", "about": null, "cause": null, "verdict": null }' \
	"$twins, wait 10 11 0" "$twins"
# Polls in vain are apart, and the rows name the first of them.
recorded '"began": 5, "ended": 7, "call": "wait4(P1.1, WNOHANG)"' "$twins, polls 10 11, polls 10 11" "$twins"
recorded '"began": 7, "ended": 9, "call": "wait4(P1.1, WNOHANG)"' \
	"$twins, fails 10 -1 4, polls 10 11, polls 10 11" "$twins"
recorded '"mark": "differs", "first_difference": true, "first": 2, "second": 0 }' \
	"$twins, polls 10 11, polls 10 11, fails 10 -1 4" "$twins, fails 10 -1 10"
recorded '"missed": 1, "trouble": 0, "uring": 0, "valid": false, "events": 2, "times_ns": [ 0, 10 ]' \
	"$twins" "$twins"
# A handler that runs, once the call is interrupted: the call that is made again is one.
recorded '"began": 0, "ended": 5, "call": "wait4(-1, 0)", "result": "-1 ECHILD"' \
	"wait 10 -1 0, ret 10 -512, handler 10 1, wait 10 -1 0, told 10 5 0 0, ret 10 -10" "$twins"
recorded '"began": 0, "ended": null, "call": "wait4(-1, 0)", "result": "interrupted"' \
	"wait 10 -1 0, ret 10 -512" "$twins"
recorded '"what": "handler", "task": 0, "by": 0, "at": 2,' \
	"wait 10 -1 0, ret 10 -512, handler 10 1, wait 10 -1 0, ret 10 -10" "$twins"

# SARIF of a made-up summary
cat > "$scratch/summary" << 'END'
{ "valid": true, "control": 1, "first_control": null, "unexplained": 0,
  "quirks": [ { "name": "pid-order", "calls": 2, "first": { "comm": "sh", "call": "wait4(-1, 0)",
    "stock": { "text": "11: exited 0" }, "linux": { "text": "11: exited 0" },
    "policy": { "text": "10: exited 0" } } } ] }
END
"$(dirname "$altwait")/tools-altwait/test-compare" sarif "$scratch/summary" 'tests/a b.sh' \
	> "$scratch/sarif" || true
document 'a summary, as SARIF' sarif "$scratch/sarif"
verdict 'SARIF has each result, by its rule' "$(python3 -c 'import json, sys
run = json.load(sys.stdin)["runs"][0]
rules = run["tool"]["driver"]["rules"]
got = [(r["ruleId"], rules[r["ruleIndex"]]["id"], r["level"], r["occurrenceCount"])
       for r in run["results"]]
if got != [("control", "control", "error", 1), ("pid-order", "pid-order", "warning", 2)]:
    print(got)' < "$scratch/sarif" 2>&1 || true)"
expect 0 '"uri": "tests/a%20b.sh"$' -- cat "$scratch/sarif"
verdict 'SARIF names the process, where it is known' "$(python3 -c 'import json, sys
got = [[place["name"] for place in result["locations"][0].get("logicalLocations", [])]
       for result in json.load(sys.stdin)["runs"][0]["results"]]
if got != [[], ["sh"]]:
    print(got)' < "$scratch/sarif" 2>&1 || true)"
# shellcheck disable=SC2016 # a name in JSON
expect 1 "^runs: 'x' is not of type 'array'" -- "$here/check-json.py" \
	"$here/schema/sarif.json" <(echo '{ "$schema": "sarif-schema-2.1.0.json", "version": "2.1.0", "runs": "x" }')
expect 0 'The first: wait4(-1, 0): stock: 11: exited 0; linux: .*; policy: 10: exited 0"$' -- \
	cat "$scratch/sarif"

# What is there is never overwritten, and what is not there has to be made.
touch "$scratch/kept"
for dir in "$scratch" "$scratch/kept" "$scratch/no/such/place"; do
	expect 2 "^altwait: cannot save in $dir: " -- "$altwait" compare --save "$dir" -- true
done
expect 2 '^Hint: the module is not loaded' -- "$altwait" compare --save "$scratch/saved" -- true
expect 2 "^altwait: nothing is saved in $scratch/saved\$" -- \
	"$altwait" compare --save "$scratch/saved" -- true
expect 1 '' -- test -e "$scratch/saved"
mkdir "$scratch/empty"
expect 2 "^altwait: nothing is saved in $scratch/empty\$" -- \
	"$altwait" compare --save "$scratch/empty" -- true
expect 0 '' -- rmdir "$scratch/empty"
expect 2 'cannot save: there is no trace-cmd$' -- env PATH=/nowhere "$altwait" compare \
	--save "$scratch/saved" -- true

# A made-up run, drawn: a child stops, is continued, and ends; its father is told of the
# first by a wait that has slept, and waits to the end for what does not come.
"$(dirname "$altwait")/tools-altwait/test-compare" picture 'fork 10 11' 9000000 \
	> "$scratch/perfetto" << 'END'
1000 10 sched_process_exec /bin/a"b
1100 10 task_newtask a 11 0
1200 10 altwait_wait_enter - 1 1 11 2
1300 10 altwait_wait_block -
1400 11 signal_deliver - 0 0 19
1500 11 sched_switch a 11 7
2000 10 altwait_wait_wake - 0
2100 10 altwait_wait_verdict waitid-no-jobs 4 11 19 5 0 4 11 19 5 0 0 0 0 0 0 1 0 0
2200 10 altwait_wait_exit - 0
2300 10 signal_generate - 18 0 11
2400 10 altwait_wait_enter - 0 -1 0 0
2500 7 sched_switch other 7 11
2600 11 sched_process_exit a
3000 11 sched_switch a 11 7
END
document 'what is drawn' perfetto "$scratch/perfetto"
verdict 'what is drawn stands as it should' \
	"$("$here/check-perfetto.py" "$scratch/perfetto" 2>&1 || true)"
verdict 'what is drawn is all that happened' "$(diff - <(python3 -c 'import json, sys
for e in json.load(sys.stdin)["traceEvents"]:
    if e["ph"] != "M":
        print(e["ph"], e["tid"], e["ts"], e.get("dur", "-"), e["name"],
              *e.get("args", {}).values(), sep=";")' < "$scratch/perfetto") 2>&1 << 'END'
X;10;0.0;8999.0;?;P1
i;10;0.0;-;exec /bin/a"b
X;11;0.1;1.9;a;P1.1
X;10;0.2;1.0;waitid(P_PID, P1.1, WSTOPPED);differs;0: P1.1 stopped by SIGSTOP;still asleep;waitid-no-jobs;0: P1.1 stopped by SIGSTOP
X;10;0.3;0.7;sleeps;news
X;11;0.4;0.1;stopped by SIGSTOP
s;11;0.4;-;reported
X;10;1.1;0.1;0: P1.1 stopped by SIGSTOP
f;10;1.1;-;reported
X;11;1.3;0.2;continued
X;10;1.4;8997.6;wait4(-1, 0);does not return
X;11;1.6;0.4;exits
END
)"

# What a schema cannot say of perfetto.json: an overlap and an arrow from nowhere are seen.
cat > "$scratch/perfetto" << 'END'
{ "traceEvents": [
{ "ph": "M", "pid": 1, "tid": 0, "name": "process_name", "args": { "name": "a" } },
{ "ph": "M", "pid": 1, "tid": 7, "name": "thread_name", "args": { "name": "a" } },
{ "ph": "X", "pid": 1, "tid": 7, "name": "a", "cat": "life", "ts": 0.0, "dur": 2.0 },
{ "ph": "X", "pid": 1, "tid": 7, "name": "b", "cat": "wait", "ts": 1.0, "dur": 1.5 },
{ "ph": "f", "pid": 1, "tid": 7, "name": "reported", "id": 3, "bp": "e", "ts": 1.0 } ] }
END
expect 0 '^overlaps .*: .*wait' -- "$here/check-perfetto.py" "$scratch/perfetto"
expect 0 '^an arrow from nowhere: ' -- "$here/check-perfetto.py" "$scratch/perfetto"
rm -rf "$scratch"
expect 0 '^arguments$' -- "$altwait" quirks
verdict 'each class has one heading' \
	"$("$altwait" quirks | grep -E '^[a-z]+$' | sort | uniq -d)"
verdict 'the columns of altwait quirks are straight' \
	"$("$altwait" quirks | grep '^  ' | grep -vE '^  .{23}[a-z0-9 ][ *=+] (Linux |Starry)  [^ ]' || true)"
expect 0 '^\* its effect cannot be produced on Linux; altwait quirks NAME ' -- "$altwait" quirks
expect 0 '^pid-order (class order, bit [0-9]*)$' -- "$altwait" quirks pid-order
expect 0 '^Not seen: .*stock' -- "$altwait" quirks child-time
expect 0 '^= under starry others hide it: ' -- "$altwait" quirks
expect 0 '^Shows: .*linux+detach-silent alone.* reap-traced' -- "$altwait" quirks detach-silent
expect 0 'linux+detach-silent' -- "$altwait" quirks --markdown waking
expect 0 '^Selftest: .* quirks_family$' -- "$altwait" quirks pid-order
verdict 'each quirk that can be seen has a selftest' "$("$altwait" quirks --json |
	python3 -c 'import json, sys
for quirk in json.load(sys.stdin)["quirks"]:
    if not quirk["unseen"] and not quirk["selftest"]:
        print(quirk["name"])')"
for class in arguments candidates order reports memory interruption waking; do
	expect 0 "^# Quirks: $class$" -- "$altwait" quirks --markdown "$class"
	page=$here/../../Documentation/quirks/$class.md
	expect 0 "^same$" -- bash -c "cmp '$page' <('$altwait' quirks --markdown $class) && echo same"
done

# How compare reads events, on made-up ones; it prints verdicts as we do.
compare=$("$(dirname "$altwait")/tools-altwait/test-compare") || true
grep -v ' passed, ' <<<"$compare"
passed=$((passed + $(grep -c '^ok: ' <<<"$compare")))
failed=$((failed + $(grep -c '^FAILED: ' <<<"$compare" || true)))
verdict 'the test of compare came to its end' \
	"$(grep -q '^[0-9]* passed, [0-9]* failed$' <<<"$compare" || echo 'it did not')"

# The page of a report; scripts/steps/report looks at it in a browser.
page=$(mktemp)
fixtures=$here/page/fixtures
for kind in compare shadow; do
	document "the $kind run that the page is tested with" events "$fixtures/$kind.json"
	expect 0 '' -- "$altwait" report "--$kind" "$fixtures/$kind.json" --output "$page"
done
verdict 'a report has no element that a program has made' "$(grep -c '</script' "$page" | grep -vx 3 || true
	grep -o '<img[^>]*' "$page" || true)"
expect 0 '\\u003c/script>' -- grep -o '\\u003c/script>' "$page"
expect 0 '<!doctype html>' -- "$altwait" report --shadow "$fixtures/shadow.json"
expect 1 'is of altwait run --shadow$' -- "$altwait" report --compare "$fixtures/shadow.json"
expect 1 '^Hint: altwait report --shadow .*/shadow.json$' -- \
	"$altwait" report --compare "$fixtures/shadow.json"
expect 1 '^Hint: altwait report --compare .*/compare.json$' -- \
	"$altwait" report --shadow "$fixtures/compare.json"
expect 1 'has no events of a run' -- "$altwait" report --shadow "$here/schema/events.json"
expect 1 '^altwait: cannot read /nowhere: No such file or directory$' -- \
	"$altwait" report --shadow /nowhere
expect 1 '^altwait: cannot read /: Is a directory$' -- "$altwait" report --shadow /
# Others of altwait's files: each is told what would have written the one that is wanted.
other=$(mktemp)
echo '{ "schema": "altwait-shadow/1" }' > "$other"
expect 1 "^altwait: $other has no events of a run: it is altwait-shadow/1$" -- \
	"$altwait" report --shadow "$other"
expect 1 '^Hint: record it: altwait run --shadow --events FILE -- COMMAND$' -- \
	"$altwait" report --shadow "$other"
expect 1 '^Hint: record it: altwait compare --events FILE -- COMMAND$' -- \
	"$altwait" report --compare "$other"
for made in '{ "schema": "altwait-ev' 'PK' '' '[ 1 ]'; do
	echo "$made" > "$other"
	expect 1 '^Hint: record it: altwait run --shadow --events FILE -- COMMAND$' -- \
		"$altwait" report --shadow "$other"
done
expect 1 'has no events of a run: it is JSON of something else$' -- \
	"$altwait" report --shadow "$other"
echo '{ "schema": ' > "$other"
expect 1 'has no events of a run: it is no JSON$' -- "$altwait" report --shadow "$other"
rm "$other"
expect 1 'cannot write /nowhere/at/all' -- \
	"$altwait" report --shadow "$fixtures/shadow.json" --output /nowhere/at/all
# shellcheck disable=SC2016 # the inner shell expands it
expect 1 'cannot write the page' -- sh -c '"$0" report --shadow "$1" > /dev/full' \
	"$altwait" "$fixtures/shadow.json"
expect 2 '--compare FILE is missing' -- "$altwait" report
expect 2 'one file at a time' -- "$altwait" report --shadow a --compare b
expect 2 'takes no arguments' -- "$altwait" report --shadow a b
rm "$page"

# Without libtracefs there is all but compare, without D3 all but report.
without=$(mktemp -d)
expect 0 'will lack .altwait report.: there is no /nowhere' -- \
	make -C "$here" BUILD="$without" D3=/nowhere
expect 0 '^altwait [0-9.]* without report (interface' -- "$without/altwait" --version
expect 0 'will lack .altwait compare.: false finds no libtracefs' -- \
	make -C "$here" BUILD="$without" PKG_CONFIG=false D3=/nowhere
expect 0 '^altwait [0-9.]* without compare, report (interface' -- "$without/altwait" --version
expect 1 'makes no reports: it was built without D3 or Jinja2$' -- \
	"$without/altwait" report --shadow "$fixtures/shadow.json"
expect 2 'cannot compare: it was built without libtracefs' -- "$without/altwait" compare -- true
expect 125 'cannot record events: it was built without libtracefs' -- \
	"$without/altwait" -d /dev/null run --shadow --events "$scratch/none" -- true
expect 7 '' -- "$without/altwait" run --policy stock -- sh -c 'exit 7'
rm -rf "$without"

# Without libtracecmd there is all but compare --save.
without=$(mktemp -d)
cat > "$without/pkg-config" << 'END'
#!/bin/sh
case " $* " in *' libtracecmd '*) exit 1 ;; esac
exec pkg-config "$@"
END
chmod +x "$without/pkg-config"
expect 0 'will lack .altwait compare --save.: .* finds no libtracecmd' -- \
	make -C "$here" BUILD="$without" PKG_CONFIG="$without/pkg-config" "$without/altwait"
expect 0 '^altwait [0-9.]* without save (interface' -- "$without/altwait" --version
expect 2 'cannot save: it was built without libtracecmd' -- \
	"$without/altwait" compare --save "$without/saved" -- true
expect 2 '^Hint: the module is not loaded' -- "$without/altwait" compare -- true
rm -rf "$without"

# The scripts beside it: --help prints what stands at their top, and runs nothing.
for script in setup torture kunit kselftest-run kselftest-kernel coverage module check tracers campaign cell; do
	for option in -h --help; do
		expect 0 "scripts/$script" -- "$here/../../scripts/$script" "$option"
	done
done
expect 1 "there is no 'nope' in scripts/expect/tracers.list" -- "$here/../../scripts/tracers" gdb nope

# What it says completes its command line, and makes its man pages.
completion=$("$here/test-completion.sh" "$altwait" 2>&1) || true
grep -v ' passed, ' <<<"$completion" || true
add_up "$completion" || not_ok 'the test of the completion ended without a result'
pages=$(mktemp -d)
expect 0 '' -- "$here/../../scripts/manpages" "$altwait" "$pages"
for page in altwait.1 altwait-{run,compare,bisect,enroll,dismiss,status,quirks,policies,audit}.1 altwait.4 altwait.7; do
	expect 0 '^.SH SEE ALSO$' -- cat "$pages/$page"
	# shellcheck disable=SC2016 # the inner shell expands it
	expect 0 '' -- sh -c 'man --warnings -E UTF-8 -l -Tutf8 -Z "$1" > /dev/null' sh \
		"$pages/$page"
done
rm -rf "$pages"

# No module.
hint='^Hint: the module is not loaded'
expect 125 "$hint" -- "$altwait" run -- true
expect 125 "$hint" -- "$altwait" run --policy starry -- true
expect 125 "$hint" -- "$altwait" run --policy linux -- true
expect 125 "$hint" -- "$altwait" run --policy linux+pid-order+pid-wraps -- true
expect 125 "$hint" -- "$altwait" run --policy starry-fault-keeps-stop-stops-first -- true
expect 2 "$hint" -- "$altwait" compare -- true
expect 125 "$hint" -- "$altwait" bisect -- true
expect 1 "$hint" -- "$altwait" enroll $$
expect 1 "$hint" -- "$altwait" dismiss $$
expect 1 "$hint" -- "$altwait" status
expect 1 "$hint" -- "$altwait" status $$
expect 1 "$hint" -- "$altwait" audit
expect 1 "$hint" -- "$altwait" audit --json
expect 1 '^module  *not loaded$' -- "$altwait" status

# Not the module's device.
hint="^Hint: /dev/null is not altwait's device, or the module is older"
expect 125 "$hint" -- "$altwait" --device /dev/null run -- true
expect 2 "$hint" -- "$altwait" --device /dev/null compare -- true
expect 1 "$hint" -- "$altwait" --device /dev/null enroll $$
expect 1 "$hint" -- "$altwait" --device /dev/null dismiss $$
expect 1 "$hint" -- "$altwait" --device /dev/null status
expect 1 "$hint" -- "$altwait" --device /dev/null status $$
expect 1 "^Hint: /nowhere is not there; the module's device is /dev/altwait" -- \
	"$altwait" -d /nowhere status

# Stock needs no module, and the exit status is the command's.
expect 0 '' -- "$altwait" run --policy stock -- true
expect 7 '' -- "$altwait" run --policy stock -- sh -c 'exit 7'
expect 125 '' -- "$altwait" run -p stock sh -c 'exit 125'
# shellcheck disable=SC2016 # the inner shell expands it
expect 137 '' -- "$altwait" run -p stock -- sh -c 'kill -KILL $$'
expect 0 '^--help -p starry$' -- "$altwait" run -p stock echo --help -p starry
expect 127 "cannot run 'no-such-command': No such file" -- \
	"$altwait" run -p stock -- no-such-command
expect 127 '^Hint: give its path' -- "$altwait" run -p stock -- no-such-command
expect 126 "cannot run '/etc/passwd': Permission denied" -- \
	"$altwait" run -p stock -- /etc/passwd
expect 126 "cannot run '/etc': Permission denied" -- "$altwait" run -p stock -- /etc

# A device that others may not open.
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
touch "$scratch/device"
chmod 0 "$scratch/device"
chmod 755 "$scratch"
cp "$altwait" "$scratch/altwait"
as_nobody=()
if [ "$(id -u)" = 0 ]; then
	as_nobody=(setpriv --reuid 65534 --regid 65534 --clear-groups)
fi
expect 1 "^Hint: $scratch/device may not be opened by this user" -- \
	"${as_nobody[@]}" "$scratch/altwait" -d "$scratch/device" status
expect 125 "^Hint: $scratch/device may not be opened by this user" -- \
	"${as_nobody[@]}" "$scratch/altwait" -d "$scratch/device" run -- true
expect 125 "^Hint: $scratch/device may not be opened by this user" -- \
	"${as_nobody[@]}" "$scratch/altwait" -d "$scratch/device" run -p stock -- true

check_documents
sum_up
