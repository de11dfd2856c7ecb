#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A tracer and one process: system calls, a signal, an exit. With threads that
# stop at once the model names the wrong one to it, by chance.

set -uo pipefail

strace -e trace=getppid,exit_group -e signal=USR1 \
	bash -c 'trap "echo caught" USR1; kill -USR1 $$; exit 7' 2>&1 |
	sed -E 's/[0-9]{2,}/N/g; s/ +/ /g'
[ "${PIPESTATUS[0]}" = 7 ]
