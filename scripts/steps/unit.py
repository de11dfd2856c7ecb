#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Runs the unit tests beside this file, with python's unittest.

usage: unit.py NAME...	for test_NAME.py

Ends with `N passed, N failed`. A test that was skipped has failed, and so has a NAME
without tests.
"""
import sys
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path[:0] = [str(HERE), str(HERE.parent / "report")]


class Result(unittest.TestResult):
    """Says of each test how it went, and counts."""

    passed = failed = 0

    def say(self, test, *said):
        print(f"FAILED {test.id()}", *said, sep="\n       ")
        self.failed += 1

    def addSuccess(self, test):
        print(f"ok     {test.id()}")
        self.passed += 1

    def addFailure(self, test, err):
        self.say(test, *self._exc_info_to_string(err, test).splitlines())

    def addError(self, test, err):
        self.addFailure(test, err)

    def addSubTest(self, test, subtest, err):
        if err:
            self.addFailure(subtest, err)

    def addSkip(self, test, reason):
        self.say(test, f"skipped: {reason}")

    def addExpectedFailure(self, test, err):
        self.addFailure(test, err)

    def addUnexpectedSuccess(self, test):
        self.say(test, "expected to fail, and does not")


def main():
    result = Result()
    for name in sys.argv[1:]:
        before = result.testsRun
        unittest.defaultTestLoader.loadTestsFromName(f"test_{name}").run(result)
        if result.testsRun == before:
            print(f"FAILED {name}: no test has run")
            result.failed += 1
    print(f"{result.passed} passed, {result.failed} failed")
    return result.failed > 0 or not result.passed


if __name__ == "__main__":
    sys.exit(main())
