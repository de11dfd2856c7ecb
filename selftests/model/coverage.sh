#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Which lines and branches of the pure files the vectors reach.
# usage: coverage.sh BUILD
set -euo pipefail

build=$(realpath -m "${1:?usage: coverage.sh BUILD}")
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../.."
dir=$build/model-coverage

rm -rf "$dir"
make -s -C selftests/model CC=gcc COVERAGE=1 BUILD="$dir"
"$dir/altwait-model" check selftests/model/vectors/*.vec

objects=$(dirname "$(find "$dir" -name core.gcda)")
for file in pollset ptrace_stops threads process request snapshot core consume; do
	(cd "$dir" && gcov --branch-probabilities --object-directory "$objects" \
		"$file.o" > "$file.summary" 2>/dev/null)
	# Lines: executable ones. Branches: both ways of each condition.
	awk -v file="altwait/$file.c" '
		function percent(n, of) { return of ? 100 * n / of : 100 }
		/^ *[0-9]+\*?: *[0-9]+:/ { lines++; reached++ }
		/^ *#####: *[0-9]+:/ { lines++; never[++missed] = $0 }
		/^branch/ { branches++; if (!/never|taken 0/) taken++ }
		END {
			printf "%-24s lines %5.1f %% (%d/%d)  branches %5.1f %% (%d/%d)\n",
				file, percent(reached, lines), reached, lines,
				percent(taken, branches), taken, branches
			for (i = 1; i <= missed; i++) {
				split(never[i], part, ":")
				sub(/^[^:]*:[^:]*:[\t ]*/, "", never[i])
				printf "  never reached: %s:%d: %s\n", file, part[2], never[i]
			}
		}' "$dir/$file.c.gcov"
done
