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


class Result(unittest.TextTestResult):
    """Counts what passed, which unittest itself does not."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.passed = 0

    def addSuccess(self, test):
        super().addSuccess(test)
        self.passed += 1


def run(name):
    suite = unittest.defaultTestLoader.loadTestsFromName(f"test_{name}")
    return unittest.TextTestRunner(stream=sys.stdout, verbosity=2, resultclass=Result).run(suite)


def main():
    passed = failed = 0
    for name in sys.argv[1:]:
        result = run(name)
        bad = (len(result.failures) + len(result.errors) + len(result.skipped)
               + len(result.expectedFailures) + len(result.unexpectedSuccesses))
        if not result.passed and not bad:
            print(f"FAILED {name}: no test has run")
            bad = 1
        passed += result.passed
        failed += bad
    print(f"{passed} passed, {failed} failed")
    return failed > 0 or not passed


if __name__ == "__main__":
    sys.exit(main())
