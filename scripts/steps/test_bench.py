# SPDX-License-Identifier: GPL-2.0
"""Tests of report/bench.py: what is compared, and when the alarm rings."""
import json
import tempfile
import unittest
from pathlib import Path

import bench

KERNEL = "6.1.0-1-amd64"


class Bench(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.TemporaryDirectory()
        self.addCleanup(self.dir.cleanup)
        self.kept = Path(self.dir.name) / "kept.json"

    def file(self, *lines):
        path = Path(self.dir.name) / f"figures{len(list(Path(self.dir.name).iterdir()))}"
        path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
        return str(path)

    def keep(self, *lines):
        bench.accept(KERNEL, self.kept, bench.read([self.file(*lines)]))

    def check(self, *lines):
        return bench.check(KERNEL, self.kept, bench.read([self.file(*lines)]))

    def test_the_least_counts(self):
        figures = bench.read([self.file("echild linux ready 0 700"),
                              self.file("echild linux ready 0 690")])
        self.assertEqual(figures, {("echild", "linux", "ready", 0): 690})

    def test_a_line_that_is_no_figure(self):
        with self.assertRaisesRegex(bench.Wrong, ":2: no figure: bench: n 1"):
            bench.read([self.file("echild linux ready 0 700", "bench: n 1")])

    def test_no_figures(self):
        with self.assertRaisesRegex(bench.Wrong, "no figures"):
            bench.read([self.file()])

    def test_the_same(self):
        self.keep("wait_any_ready linux ready 64 6000")
        self.assertEqual(self.check("wait_any_ready linux ready 64 6000"), ([], 1, 0))

    def test_within_two_percent(self):
        self.keep("wait_any_ready linux ready 64 6000")
        self.assertEqual(self.check("wait_any_ready linux ready 64 6120"), ([], 1, 0))

    def test_over_two_percent(self):
        self.keep("wait_any_ready linux ready 64 6000")
        lines, passed, failed = self.check("wait_any_ready linux ready 64 6121")
        self.assertEqual((passed, failed), (0, 1))
        self.assertEqual(lines[0], "FAILED wait_any_ready, linux, N 64: 6,000 instructions "
                         "before, 6,121 now: +2.0 %")

    def test_a_fall_passes(self):
        self.keep("wait_any_ready linux ready 64 6000")
        self.assertEqual(self.check("wait_any_ready linux ready 64 3000"), ([], 1, 0))

    def test_what_chance_plays_a_part_in(self):
        self.keep("thread_each_own linux ready 64 6000")
        self.assertEqual(self.check("thread_each_own linux ready 64 7000")[2], 0)
        self.assertEqual(self.check("thread_each_own linux ready 64 8000")[2], 1)

    def test_one_that_is_lost(self):
        self.keep("echild linux ready 0 700", "getppid linux ready 0 300")
        lines, passed, failed = self.check("echild linux ready 0 700")
        self.assertEqual((passed, failed), (1, 1))
        self.assertEqual(lines, ["FAILED getppid, linux, N 0: not measured"])

    def test_another_kernel(self):
        self.keep("echild linux ready 0 700")
        with self.assertRaisesRegex(bench.Wrong, "no figures of kernel other"):
            bench.check("other", self.kept, {})

    def test_accept_leaves_other_kernels_alone(self):
        self.keep("echild linux ready 0 700")
        bench.accept("other", self.kept, {("echild", "linux", "ready", 0): 1})
        kernels = [e["kernel"] for e in json.loads(self.kept.read_text())]
        self.assertEqual(kernels, [KERNEL, "other"])

    def test_two_runs(self):
        one = {("echild", "linux", "ready", 0): 700, ("getppid", "linux", "ready", 0): 300}
        self.assertEqual(bench.same(one, one), "2 of 2 figures are identical in two runs")
        other = {**one, ("echild", "linux", "ready", 0): 770}
        self.assertIn("1 of 2 figures", bench.same(one, other))
        self.assertIn("up to 10.0 % (echild, linux, N 0: 700 and 770)",
                      bench.same(one, other))

    def test_two_runs_of_different_things(self):
        with self.assertRaisesRegex(bench.Wrong, "do not have the same figures"):
            bench.same({("echild", "linux", "ready", 0): 1}, {})

    def test_records_that_cost_no_more_than_few(self):
        few = [f"{op} linux ready 1000 500" for op in bench.FLAT]
        many = [f"{op} linux ready 100000 520" for op in bench.FLAT]
        figures = bench.read([self.file(*few, *many, "first_call linux ready 1000 9")])
        self.assertEqual(bench.records(figures)[1:], (5, 0))

    def test_records_that_cost_more_than_few(self):
        figures = bench.read([self.file("wait_any_ready linux ready 1000 5000",
                                        "wait_any_ready linux ready 100000 5300",
                                        "first_call linux ready 100000 20001")])
        lines, passed, failed = bench.records(figures)
        self.assertEqual((passed, failed), (0, 2))
        self.assertIn("FAILED wait_any_ready, N 100000: 5,300, more than 5,250", lines)

    def test_the_table(self):
        figures = {("echild", "unloaded", "-", 0): 1629, ("echild", "linux", "scan", 0): 5}
        self.assertEqual(list(bench.table(figures))[0],
                         "| operation | N | unloaded | linux, scan |")
        self.assertEqual(list(bench.table(figures))[2], "| echild | 0 | 1,629 | 5 |")
