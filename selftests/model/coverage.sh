#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Which lines and branches of the pure files the runs of altwait-model reach:
# the vectors, mixtures of them, what explains them, and random facts.
#
#   coverage.sh BUILD [SUMMARY]
#
# A row for each file with what is never reached below it, and a last one for
# all. SUMMARY is a file that gets the rows alone.
set -euo pipefail

build=$(realpath -m "${1:?usage: coverage.sh BUILD [SUMMARY]}")
summary=$(realpath -m "${2:-/dev/null}")
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../.."
dir=$build/model-coverage
vectors=selftests/model/vectors

rm -rf "$dir"
make -s -C selftests/model CC=gcc COVERAGE=1 BUILD="$dir"
model=$dir/altwait-model
"$model" check "$vectors"/*.vec
"$model" fuzz 1 300 "$vectors/branches.vec"
"$model" explain "$vectors"/*.vec > "$dir/explain"
"$model" explain --seed 1 --count 300 "$vectors/branches.vec" >> "$dir/explain"
"$model" facts 1 100000

objects=$(dirname "$(find "$dir" -name ptrace_stops.gcda)")
found=()
for file in $(make -s --no-print-directory -C selftests/model pure-files); do
	name=$(basename "$file")
	(cd "$dir" && gcov --branch-probabilities --object-directory \
		"$objects/$(dirname "$file")" "$name.o" > "$name.summary" 2>/dev/null)
	[ -s "$dir/$name.c.gcov" ] || grep -q '^No executable' "$dir/$name.summary" ||
		echo "coverage: gcov has nothing of altwait/$file.c" >&2
	[ ! -s "$dir/$name.c.gcov" ] || found+=("$dir/$name.c.gcov")
done

# Lines: executable ones. Branches: both ways of each condition.
awk -v summary="$summary" '
	function percent(n, of) { return of ? 100 * n / of : 100 }
	function row(what, n, of, m, mof,  text) {
		text = sprintf("%-24s lines %5.1f %% (%d/%d)  branches %5.1f %% (%d/%d)",
			what, percent(n, of), n, of, percent(m, mof), m, mof)
		print text
		print text > summary
	}
	function close_file(  i, part) {
		row(file, reached, lines, taken, branches)
		for (i = 1; i <= missed; i++) {
			split(never[i], part, ":")
			sub(/^[^:]*:[^:]*:[\t ]*/, "", never[i])
			printf "  never reached: %s:%d: %s\n", file, part[2], never[i]
		}
		all_reached += reached; all_lines += lines
		all_taken += taken; all_branches += branches
		reached = lines = taken = branches = missed = 0
	}
	FNR == 1 {
		if (file)
			close_file()
		file = FILENAME
		sub(/.*\//, "altwait/", file)
		sub(/\.gcov$/, "", file)
	}
	/^ *[0-9]+\*?: *[0-9]+:/ { lines++; reached++ }
	/^ *#####: *[0-9]+:/ { lines++; never[++missed] = $0 }
	/^branch/ { branches++; if (!/never|taken 0/) taken++ }
	END {
		close_file()
		row("all", all_reached, all_lines, all_taken, all_branches)
	}' "${found[@]}"
