#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
#
# report/coverage.py JSON...: a table of lines and branches, one row for each file
# of altwait/ but the tests and the vectors, then the functions that were never entered, and the
# lines of others that were never reached.
import json
import os
import sys


def percent(reached, total):
    return f"{100 * reached / total:5.1f} % of {total}" if total else "-"


def ranges(numbers):
    """[1, 2, 3, 7] is 1-3 7; lines without code in between do not count."""
    found = []
    for number, follows in numbers:
        if follows:
            found[-1][1] = number
        else:
            found.append([number, number])
    return " ".join(f"{first}-{last}" if last > first else str(first)
                    for first, last in found)


def unreached(lines, functions):
    """The lines without a count, and whether the code before was such a one."""
    never = [(f["start_line"], f["end_line"]) for f in functions
             if not f["execution_count"]]
    follows = False
    for number in sorted(lines):
        missed = not lines[number] and not any(
            first <= number <= last for first, last in never)
        if missed:
            yield number, follows
        follows = missed


def is_test(name):
    return name.endswith(("_test.c", "_kunit.c")) or name.startswith("vectors")


def rows(paths):
    for path in paths:
        with open(path) as file:
            for unit in json.load(file)["files"]:
                name = unit["file"]
                if "/altwait/" in name and name.endswith(".c"):
                    yield os.path.basename(name), unit


def main():
    total = [0, 0, 0, 0]
    missing = []
    holes = []
    print(f"{'file':20} {'lines':>17} {'branches':>17}")
    for name, unit in sorted(rows(sys.argv[1:]), key=lambda row: row[0]):
        if is_test(name):
            continue
        lines = {}
        branches = []
        for line in unit["lines"]:
            number = line["line_number"]
            lines[number] = lines.get(number, 0) + line["count"]
            branches += [branch["count"] for branch in line["branches"]]
        counts = [sum(map(bool, lines.values())), len(lines),
                  sum(map(bool, branches)), len(branches)]
        total = [a + b for a, b in zip(total, counts)]
        print(f"{name:20} {percent(*counts[:2]):>17} {percent(*counts[2:]):>17}")
        missing += [f"{name}:{function['start_line']} {function['name']}"
                    for function in unit["functions"]
                    if not function["execution_count"]]
        found = ranges(unreached(lines, unit["functions"]))
        holes += [f"{name}: {found}"] if found else []
    print(f"{'all':20} {percent(*total[:2]):>17} {percent(*total[2:]):>17}")
    print("never entered:" if missing else "every function was entered")
    for function in missing:
        print(f"  {function}")
    print("lines never reached, of functions that were entered:"
          if holes else "every line of them was reached")
    for hole in holes:
        print(f"  {hole}")


main()
