#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
#
# report/kselftest_kernel.py KUNIT LOG EXPECT: the table of scripts/kselftest-kernel.
#
# KUNIT is tools/testing/kunit of a kernel's source, whose parser reads the results.
# EXPECT has a line `TARGET/PROGRAM | stock | altwait | reason` for each program
# that differs, with the results as the table has them; '#' begins a comment. Other
# lines say what is not run, and with which arguments a program is.
#
# A result is the program's end (pass, skip, fail, timeout), and the numbers of
# the test points that failed, if it has any.
import sys

from ktap import canonical, load_parser


def result(parser, status, output):
    """What a run comes to, in a few words that two runs can share."""
    ends = {0: "pass", 4: "skip", 124: "timeout", 137: "timeout"}
    end = ends.get(status, "fail")
    lines = [each for line in output for each in canonical(line.rstrip())]
    failed = [str(number)
              for number, test in enumerate(parser.parse_run_tests(lines).subtests, 1)
              if test.status == parser.TestStatus.FAILURE]
    return end + (" " + ",".join(failed) if failed else "")


def read_log(parser, path):
    runs = {}
    key, lines = None, []
    with open(path, errors="replace") as log:
        for line in log:
            if line.startswith("== begin "):
                key, lines = tuple(line.split()[2:4]), []
            elif line.startswith("== end ") and key:
                runs[key] = result(parser, int(line.split()[2]), lines)
                key = None
            else:
                lines.append(line)
    return runs


def read_expect(path):
    expected = {}
    with open(path) as file:
        for line in file:
            if line.strip() and not line.startswith("#"):
                name, *rest = [word.strip() for word in line.split("|", 3)]
                expected[name] = rest
    return expected


def main():
    runs = read_log(load_parser(sys.argv[1]), sys.argv[2])
    expected = read_expect(sys.argv[3])
    passed = failed = 0
    names = sorted({name for name, _ in runs} | set(expected))
    print(f"{'program':40} {'stock':14} {'altwait':14} why")
    for name in names:
        stock = runs.get((name, "stock"), "missing")
        starry = runs.get((name, "starry"), "missing")
        want = expected.get(name)
        if want and want[0] == "arguments":
            want = None
        if want and want[0] == "not run":
            print(f"{name:40} {'not run':29} {want[2]}")
            continue
        if want:
            good = [stock, starry] == want[:2]
            why = want[2] if good else f"FAILED: expected {want[0]}, {want[1]}"
        else:
            good = stock == starry != "missing"
            why = "" if good else "FAILED: an unexpected difference"
        passed += good
        failed += not good
        print(f"{name:40} {stock:14} {starry:14} {why}".rstrip())
    print(f"{passed} passed, {failed} failed")
    return failed != 0


sys.exit(main())
