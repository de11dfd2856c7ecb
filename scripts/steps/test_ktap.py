# SPDX-License-Identifier: GPL-2.0
"""Tests of report/ktap.py: each rule by which results count, on small logs."""
import os
import subprocess
import unittest
from pathlib import Path

import ktap

TOP = Path(__file__).resolve().parent.parent.parent
GUEST = ["1..2", "# a word", "ok 1 guest: the module unloads", "ok 2 guest: nothing leaked"]


def parser():
    path = os.environ.get("KUNIT_DIR")
    if not path:
        source = subprocess.run([TOP / "scripts/setup", "source"], check=True,
                                stdout=subprocess.PIPE, text=True).stdout.strip()
        path = os.environ["KUNIT_DIR"] = source + "/tools/testing/kunit"
    return ktap.load_parser(path)


def program(name, tests, plan=None, end="", number=1, result="ok"):
    """What the runner prints of one program; a test is the lines that it prints."""
    plan = len(tests) if plan is None else plan
    lines = [f"# selftests: altwait: {name}", "# TAP version 13"]
    lines += [f"# 1..{plan}"] if plan != "none" else []
    lines += ["# # Starting tests."]
    for test in tests:
        lines += ["# " + line for line in test]
    return lines + [f"{result} {number} selftests: altwait: {name}{end}"]


def good(name, number=1):
    return [f"#  RUN           {name} ...", f"#            OK  {name}", f"ok {number} {name}"]


def bad(name, number=1):
    return [f"#  RUN           {name} ...", f"# x.c:7:{name}:Expected 1 (1) == 2 (2)",
            f"#          FAIL  {name}", f"not ok {number} {name}"]


def skipped(name, number=1, reason="left out, as was asked for"):
    return [f"#  RUN           {name} ...", f"#      SKIP      {reason}",
            f"ok {number} # SKIP {reason}"]


def kselftest(*programs, guest=(), total=None):
    lines = ["TAP version 13", f"1..{total or len(programs)}"]
    for each in programs:
        lines += each
    return lines + list(guest or GUEST)


class Logs(unittest.TestCase):
    def check(self, kind, lines, passed, *failures, arguments=()):
        """How many pass, and a part of what is said of each that fails."""
        count = ktap.count_file(parser(), kind, "\n".join(lines) + "\n", arguments)
        said = ["\n".join([what] + said) for what, said in count.failures]
        self.assertEqual((count.passed, len(said)), (passed, len(failures)), said)
        for words, text in zip(failures, said):
            for word in words.split("|"):
                self.assertIn(word, text)


class Ktap(Logs):
    def test_tests_and_checks_of_the_guest_count(self):
        self.check("kselftest", kselftest(program("abi", [good("a.b"), good("a.c", 2)]),
                                          program("jobctl", [good("j.d")], number=2)), 5)

    def test_a_failed_test_is_shown_with_what_it_said(self):
        self.check("kselftest",
                   kselftest(program("abi", [good("a.b"), bad("a.c", 2)], result="not ok",
                                     end=" # exit=1")), 3,
                   "abi: test 2 a.c: failure|x.c:7:a.c:Expected 1 (1) == 2 (2)")

    def test_a_failed_test_says_nothing_of_others(self):
        count = ktap.count_file(parser(), "kselftest", "\n".join(
            kselftest(program("abi", [good("a.b"), bad("a.c", 2)]))))
        self.assertNotIn("a.b", "\n".join(count.failures[0][1]))

    def test_skipped_has_failed(self):
        self.check("kselftest", kselftest(program("abi", [good("a.b"), skipped("a.c", 2, "no tty")])),
                   3, "abi: test 2 a.c: skipped|no tty")

    def test_left_out_has_failed_where_nobody_asked(self):
        self.check("kselftest", kselftest(program("abi", [good("a.b"), skipped("a.c", 2)])),
                   3, "abi: test 2 a.c: skipped")

    def test_left_out_does_not_count_where_it_was_asked_for(self):
        self.check("kselftest", kselftest(program("abi", [good("a.b"), skipped("a.c", 2)])),
                   3, arguments=["left-out"])

    def test_another_reason_has_failed_where_some_are_left_out(self):
        self.check("kselftest", kselftest(program("abi", [good("a.b"), skipped("a.c", 2, "no tty")])),
                   3, "abi: test 2 a.c: skipped", arguments=["left-out"])

    def test_all_left_out_is_no_test(self):
        self.check("kselftest", kselftest(program("abi", [skipped("a.b")])),
                   2, "no test has run", arguments=["left-out"])

    def test_a_planned_test_without_a_result_has_failed(self):
        self.check("kselftest", kselftest(program("abi", [good("a.b"), good("a.c", 2)], plan=4)),
                   4, "abi: test 3: a test without a result", "abi: test 4: a test without a result")

    def test_a_result_in_the_middle_that_is_missing(self):
        self.check("kselftest", kselftest(program("abi", [good("a.b"), good("a.d", 3)], plan=3)),
                   4, "abi: test 3: a test without a result")

    def test_more_results_than_planned(self):
        self.check("kselftest", kselftest(program("abi", [good("a.b"), good("a.c", 2)], plan=1)),
                   3, "abi: no proper KTAP")

    def test_a_program_without_a_plan(self):
        self.check("kselftest", kselftest(program("abi", [good("a.b")], plan="none")),
                   3, "abi: no plan")

    def test_a_program_that_plans_nothing(self):
        self.check("kselftest", kselftest(program("abi", [good("a.b")]),
                                          program("none", [], number=2)), 3, "none: no plan")

    def test_a_program_that_says_nothing(self):
        self.check("kselftest", kselftest(["# selftests: altwait: abi", "# Warning: file is missing!",
                                           "not ok 1 selftests: altwait: abi"]),
                   2, "abi: no plan|Warning", "no test has run")

    def test_a_program_that_takes_too_long(self):
        self.check("kselftest", kselftest(program("abi", [good("a.b")], result="not ok",
                                                  end=" # TIMEOUT 45 seconds")), 3, "abi: timeout")

    def test_too_long_and_without_a_result(self):
        self.check("kselftest", kselftest(program("abi", [good("a.b")], plan=2, result="not ok",
                                                  end=" # TIMEOUT 45 seconds")),
                   3, "abi: test 2: a test without", "abi: timeout")

    def test_a_program_that_fails_after_its_tests(self):
        self.check("kselftest", kselftest(program("abi", [good("a.b")], result="not ok",
                                                  end=" # exit=139")), 3, "abi: fails, and none")

    def test_a_program_without_a_result(self):
        self.check("kselftest", kselftest(program("abi", [good("a.b")]), total=2),
                   3, "a program without a result")

    def test_cut_off_in_a_program(self):
        lines = kselftest(program("abi", [good("a.b")], plan=2))
        cut = lines.index("ok 1 selftests: altwait: abi")
        self.check("kselftest", lines[:cut], 1, "abi: test 2: a test without a result",
                   "no check of the guest")

    def test_no_program(self):
        self.check("kselftest", GUEST, 2, "no program has run")

    def test_nothing_at_all(self):
        self.check("kselftest", [], 0, "no program has run", "no check of the guest")

    def test_a_check_of_the_guest_that_fails(self):
        self.check("kselftest", kselftest(program("abi", [good("a.b")]), guest=[
            "1..2", "ok 1 guest: one", "# leak at 0xff", "not ok 2 guest: nothing leaked"]),
                   2, "guest: nothing leaked: failure|leak at 0xff")

    def test_a_check_of_the_guest_without_a_result(self):
        self.check("kselftest", kselftest(program("abi", [good("a.b")]),
                                          guest=["1..2", "ok 1 guest: one"]),
                   2, "results: a test without a result")

    def test_plain_results(self):
        self.check("plain", ["KTAP version 1", "1..3", "ok 1 - 12 s", "not ok 2 - insmod"],
                   1, "insmod: failure", "results: a test without a result")

    def test_plain_results_in_parts(self):
        self.check("plain", ["TAP version 13", "ok 1 fuzz: done", "# so many calls", "1..2",
                             "ok 1 guest: unloads", "not ok 2 guest: nothing leaked"],
                   2, "guest: nothing leaked: failure")

    def test_a_result_that_cannot_be_read(self):
        self.check("plain", ["TAP version 13", "ok 1 one", "not ok 2 call #3 differs"],
                   1, "not to be read: not ok 2 call #3 differs")

    def test_no_plain_result(self):
        self.check("plain", ["modprobe: no"], 0, "no test has run|modprobe")


def suite(name, *cases, plan=None):
    lines = ["    KTAP version 1", f"    # Subtest: {name}", f"    1..{plan or len(cases)}"]
    return [f"[    1.{i:06}] {line}" for i, line in
            enumerate(lines + ["    " + case for case in cases])]


class Kunit(Logs):
    def test_suites(self):
        self.check("kunit", ["[    0.100000] altwait: loading"]
                   + suite("one", "ok 1 a", "ok 2 b") + ["[    2.0] ok 1 one"], 2,
                   arguments=["one"])

    def test_a_case_that_fails(self):
        self.check("kunit", suite("one", "ok 1 a", "# b: EXPECTATION FAILED at x.c:1", "not ok 2 b",
                                  plan=2) + ["[    2.0] not ok 1 one"],
                   1, "one.b: failure|EXPECTATION FAILED", "suite one did not", arguments=["one"])

    def test_a_case_that_is_skipped(self):
        self.check("kunit", suite("one", "ok 1 a", "ok 2 b # SKIP no", plan=2)
                   + ["[    2.0] ok 1 one"], 1, "one.b: skipped", arguments=["one"])

    def test_a_suite_that_is_not_there(self):
        self.check("kunit", suite("one", "ok 1 a") + ["[    2.0] ok 1 one"], 1,
                   "a test without a result", "suite two did not", arguments=["one", "two"])

    def test_no_suite(self):
        self.check("kunit", ["[    1.0] altwait: loaded"], 0, "a test without a result",
                   "suite one did not", "no test has passed", arguments=["one"])


if __name__ == "__main__":
    unittest.main()
