#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What shell scripts do with processes: pipelines, command substitution, job
# control, traps.  Where two things run at once, a pipe or a look into /proc
# orders them.  It wants an empty directory.

set -u
mkfifo gate

# Until the shell itself sleeps in wait4(2), which is number 61: `wait -n` does
# not see who ended before it, and bash itself may crash where a CHLD trap meets
# a child that ended before `wait`.
until_waiting() {
	local number=

	until [ "$number" = 61 ]; do
		read -r number _ <"/proc/$$/syscall"
	done
}

echo "== pipelines"
seq 20 | grep -v 3 | sort -rn | head -n 3 | tr '\n' ' '
echo
true | false | (exit 4) | true
echo "statuses: ${PIPESTATUS[*]}"
set -o pipefail
true | (exit 5) | true
echo "pipefail: $?"
set +o pipefail

echo "== command substitution"
# shellcheck disable=SC2116 # that is what is tested
nested=$(echo "outer $(echo "inner $(echo innermost)")")
echo "$nested"
value=$(exit 6)
echo "status of a substitution: $?${value:+ and more}"
echo "process substitution: $(cat <(echo one) <(echo two) | tr '\n' ' ')"

echo "== background"
(exit 7) &
wait $!
echo "wait: $?"
(read -r _ <gate; until_waiting; exit 8) &
(until_waiting; exit 9) &
wait -n
echo "wait -n, while the other one lives: $?"
echo >gate
wait -n
echo "wait -n, the other one: $?"
wait -n
echo "wait -n, nobody: $?"

echo "== job control"
set -m
(kill -STOP "$BASHPID"; exit 10) &
job=$!
until [ "$(jobs -s | wc -l)" = 1 ]; do :; done
echo "stopped: $(jobs -s | cut -d ' ' -f 1,3)"
bg %% >bg.out
wait "$job"
echo "continued with bg, then: $?"
(kill -STOP "$BASHPID"; exit 11) &
until [ "$(jobs -s | wc -l)" = 1 ]; do :; done
fg %% >fg.out
echo "continued with fg, then: $?"
sleep 1000 &
kill -TERM %%
wait $! 2>wait.err
echo "terminated: $?"
set +m

echo "== traps"
children=0
trap 'children=$((children + 1))' CHLD
(until_waiting; exit 0) &
wait $!
(until_waiting; exit 0) &
wait $!
trap - CHLD
[ "$children" -lt 2 ] || echo "CHLD trap ran: for each child"
(read -r _ <gate; exit 0) &
job=$!
trap 'echo "USR1 trap"' USR1
(until_waiting; kill -USR1 $$) &
wait "$job"
echo "wait, interrupted by a trap: $?"
echo >gate
wait "$job"
echo "wait, once more: $?"
