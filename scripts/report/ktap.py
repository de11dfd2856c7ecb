#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Counts the test results in a log of KTAP, strictly, with the kernel's parser.

usage: ktap.py KUNIT KIND FILE [ARGUMENT...]

KUNIT      tools/testing/kunit of a kernel's source
kselftest  FILE is what the runner of the kernel's selftests prints, and then the
           checks of the guest, with a plan of their own. ARGUMENT "left-out":
           tests that were left out, as was asked for, do not count
kunit      FILE is a kernel's log; each ARGUMENT is a suite that has to be in it
plain      FILE has results without tests below them

Prints each test that failed with what it said, and in the end `N passed, N failed`.
What was skipped has failed, and so has a result that was planned and is not there.
"""
import io
import re
import sys

LEFT_OUT = "# SKIP left out, as was asked for"
RESULT = re.compile(r"((?:not )?ok \d+)(?: (?:- )?([^#]*?))?(?: ?# (.*))?$")
VERSION = re.compile(r"K?TAP version \d+$")


def load_parser(path):
    """The kernel's parser, with what it prints kept aside."""
    sys.path.insert(0, path)
    # pylint: disable=import-outside-toplevel,import-error
    import kunit_parser
    kunit_parser.stdout = type(kunit_parser.stdout)(io.StringIO())
    return kunit_parser


class Count:
    """Passed and failed tests, the latter with what they said."""

    def __init__(self, parser):
        self.parser = parser
        self.status = parser.TestStatus
        self.passed = 0
        self.failures = []

    def fail(self, what, said=()):
        self.failures.append((what, list(said)))

    def parse(self, lines):
        return self.parser.parse_run_tests(lines)

    def leaf(self, test, name):
        """One result. Its parser has no name for one that is missing."""
        if test.status == self.status.SUCCESS:
            self.passed += 1
        elif not test.name:
            self.fail(f"{name}: a test without a result", test.log)
        else:
            self.fail(f"{name}: {test.status.name.lower().replace('_', ' ')}", test.log)

    def errors(self, test, name, before):
        """What the parser finds wrong is not in every case a test that failed."""
        if test.counts.errors and len(self.failures) == before:
            self.fail(f"{name}: no proper KTAP", self.complaints())

    def complaints(self):
        # pylint: disable=protected-access
        said = self.parser.stdout._output.getvalue()
        return [line for line in said.splitlines() if "[ERROR]" in line]


def canonical(line, name="unnamed"):
    """A line as the parser knows it.

    It reads no result without a name, and drops what stands behind one: that is
    said before.
    """
    match = RESULT.match(line)
    if not match:
        return [line]
    result, own_name, directive = match.groups()
    result = f"{result} {own_name or name}"
    return [f"# {directive}", f"{result} # {directive}"] if directive else [result]


def nest(lines):
    """The runner's "# " before what a program prints becomes indentation."""
    inside = False
    name = "unnamed"
    for line in lines:
        header = re.match(r"# (selftests: .*)", line)
        if header:
            inside = True
            yield from ("    KTAP version 1", f"    # Subtest: {header[1]}")
        elif inside and line.startswith("# "):
            line = line[2:]
            run = re.match(r"#  RUN +(\S+)", line)
            name = run[1] if run else name
            if not VERSION.match(line):
                yield from ("    " + each for each in canonical(line, name))
        else:
            match = RESULT.match(line)
            inside = inside and not match
            if match and match[3]:
                yield "# " + match[3]
            yield line


def documents(lines):
    """The parts of a log that have a plan, or a version line, of their own."""
    part = []
    for line in lines:
        version = VERSION.match(line)
        if version or (re.match(r"1\.\.\d", line) and not VERSION.match("".join(part[-1:]))):
            if part:
                yield part
            part = [] if version else ["KTAP version 1"]
        part.append(line)
    if part:
        yield part


def is_left_out(test):
    return bool(test.log) and test.log[-1].strip() == LEFT_OUT


def count_program(count, program, left_out):
    """The tests of one program; how many there were."""
    name = program.name.split()[-1] if program.name else "a program"
    before = len(count.failures)
    tests = 0
    for number, test in enumerate(program.subtests, 1):
        if left_out and test.status == count.status.SKIPPED and is_left_out(test):
            continue
        tests += 1
        count.leaf(test, f"{name}: test {number} {test.name}".rstrip())
    logs = [program.log] + [test.log for test in program.subtests]
    if any(line.strip().startswith("# TIMEOUT ") for log in logs for line in log):
        count.fail(f"{name}: timeout", program.log)
    elif not program.expected_count:
        count.fail(f"{name}: no plan", program.log)
    count.errors(program, name, before)
    if not program.ok_status() and len(count.failures) == before:
        count.fail(f"{name}: fails, and none of its tests does", program.log)
    return tests


def count_kselftest(count, lines, left_out):
    parts = [part for part in documents(lines) if VERSION.match(part[0])]
    first = parts.pop(0) if parts and parts[0][0].startswith("TAP ") else []
    main = count.parse(nest(first))
    programs = tests = 0
    for program in main.subtests:
        if not program.name:
            count.fail("a program without a result", program.log)
            continue
        programs += 1
        tests += count_program(count, program, left_out)
    if not programs:
        count.fail("no program has run", first)
    elif not tests:
        count.fail("no test has run")
    if not parts:
        count.fail("no check of the guest has run")
    for part in parts:
        count_plain(count, part)


def count_plain(count, lines):
    main = count.parse(lines)
    before = len(count.failures)
    for test in main.subtests:
        count.leaf(test, test.name or "results")
    for line in lines:
        if re.match(r"(not )?ok\b", line) and not count.parser.TEST_RESULT.match(line):
            count.fail(f"not to be read: {line}")
    if not main.subtests:
        count.fail("no test has run", lines)
    count.errors(main, "results", before)


def leaves(test, name=""):
    for each in test.subtests:
        full = f"{name}.{each.name}".lstrip(".")
        if each.subtests:
            yield from leaves(each, full)
        else:
            yield each, full


def count_kunit(count, lines, suites):
    """A module's suites come without the header that built-in ones have."""
    lines = [re.sub(r"^\[ *[0-9.]+\] ", "", line) for line in lines]
    start = next((i for i, line in enumerate(lines) if line == "    KTAP version 1"),
                 len(lines))
    main = count.parse(["KTAP version 1", f"1..{len(suites)}"] + lines[start:])
    before = len(count.failures)
    for test, name in leaves(main):
        count.leaf(test, name)
    good = {suite.name for suite in main.subtests if suite.status == count.status.SUCCESS}
    for suite in suites:
        if suite not in good:
            count.fail(f"suite {suite} did not run to success")
    if not count.passed:
        count.fail("no test has passed")
    count.errors(main, "kunit", before)


def count_file(parser, kind, text, arguments=()):
    """The Count of a log, by its kind."""
    lines = [line.rstrip() for line in text.splitlines()]
    count = Count(parser)
    if kind == "kselftest":
        count_kselftest(count, lines, "left-out" in arguments)
    elif kind == "kunit":
        count_kunit(count, lines, list(arguments))
    else:
        for part in list(documents(lines)) or [[]]:
            count_plain(count, part)
    return count


def main():
    path, kind, file, *arguments = sys.argv[1:]
    with open(file, encoding="utf-8", errors="replace") as log:
        count = count_file(load_parser(path), kind, log.read(), arguments)
    for what, said in count.failures:
        print(f"FAILED {what}")
        for line in said[-40:]:
            print(f"       {line.strip()}")
    print(f"{count.passed} passed, {len(count.failures)} failed")
    return bool(count.failures)


if __name__ == "__main__":
    sys.exit(main())
