#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Print what scripts/demo found: one table, then every difference.

usage: report/demo.py RESULTS POLICY [WORKLOAD...]
"""
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from demo_trace import Run, TraceError, explain_events, first_difference

SIGALRM_STATUS = 128 + 14
LIST = Path(__file__).resolve().parent.parent.parent / "selftests" / "workloads" / "list"


@dataclass
class Workload:
    name: str
    what: str
    model: str      # "same" or "different"


@dataclass
class Side:
    """One run of a workload."""
    policy: str
    status: int
    milliseconds: int
    output: list
    errors: list
    trace: Run

    def result(self):
        if self.status == SIGALRM_STATUS:
            return f"hangs ({self.milliseconds / 1000:.0f} s)"
        if self.status > 128:
            return f"killed by {self.status - 128}"
        return f"exit {self.status}"


def read_list(wanted):
    workloads = []
    for line in LIST.read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        name, what, model, _, _ = (part.strip() for part in line.split("|", 4))
        if not wanted or name in wanted:
            workloads.append(Workload(name, what, model))
    return workloads


def read_lines(path):
    return path.read_text(encoding="utf-8", errors="replace").splitlines()


def read_side(results, name, side, policy):
    status, root, milliseconds = map(int, read_lines(results / f"{name}.{side}.end")[0].split())
    trace = Run(read_lines(results / f"{name}.{side}.trace"), root)
    run = Side(policy, status, milliseconds, read_lines(results / f"{name}.{side}.out"),
               read_lines(results / f"{name}.{side}.err"), trace)
    if status == SIGALRM_STATUS:
        mark_hanging(trace)
    return run


def read_blame(results, name):
    """The quirks that are enough to make it differ, as altwait bisect has found them."""
    path = results / f"{name}.blame"
    if path.exists():
        for line in read_lines(path):
            found = re.match(r"fails under +linux\+(\S+): ", line)
            if found:
                return found[1]
    return None


def mark_hanging(trace):
    """The calls that the watchdog ended look interrupted; say what they were."""
    for name, calls in trace.calls.items():
        if name.partition("/")[0] == "P1" and calls[-1].interrupted():
            calls[-1].ret = None
            calls[-1].result = "no return"


class Comparison:
    def __init__(self, workload, first, second, blame):
        self.workload = workload
        self.blame = blame
        self.first = first
        self.second = second
        self.same = (first.status, first.output) == (second.status, second.output)

    def verdict(self):
        return "same" if self.same else "different"

    def problems(self, control):
        """What is not as it should be."""
        found = []
        model = "same" if control else self.workload.model
        if self.first.status:
            found.append(f"stock should end with 0, not with {self.first.result()}")
        if self.verdict() != model:
            found.append(f"the results should be {model}")
        if not self.same and not control and not self.blame:
            found.append("no quirk is found to blame")
        return found

    def output_lines(self):
        """The first line of output in which the sides differ."""
        length = max(len(self.first.output), len(self.second.output))
        missing = "(no more output)"
        padded = [side.output + [missing] * (length + 1 - len(side.output))
                  for side in (self.first, self.second)]
        return next(((one, two) for one, two in zip(*padded) if one != two), None)

    def print_details(self):
        print(f"{self.workload.name}: {self.workload.what}")
        if self.first.status != self.second.status:
            self.print_pair("result", self.first.result(), self.second.result())
        lines = self.output_lines()
        if lines:
            self.print_pair("prints", *lines)
        difference = first_difference(self.first.trace, self.second.trace)
        if difference:
            call = difference.first or difference.second
            none = "(no further wait call)"
            self.print_pair(f"{call.thread} calls", difference.first or none,
                            difference.second or none)
            if difference.second and difference.second.events:
                said = explain_events(self.second.trace, difference.second)
                print(f"  {'':10} {'altwait':8} {said}")
            if difference.weak:
                print(f"  {'':10} {'note':8} this call's difference may be one of timing alone")
        else:
            print("  the wait calls do not differ")
        print()

    def print_pair(self, title, first, second):
        first_name, second_name = self.first.policy, self.second.policy
        if first_name == second_name:
            second_name += " 2"
        print(f"  {title:10} {first_name:8} {first}")
        print(f"  {'':10} {second_name:8} {second}")


def print_table(comparisons, policy):
    rows = [("WORKLOAD", "WHAT IT IS", "STOCK", policy.upper(), "VERDICT",
             "WAIT CALLS", "BLAME")]
    for item in comparisons:
        rows.append((item.workload.name, item.workload.what, item.first.result(),
                     item.second.result(), item.verdict(),
                     f"{item.first.trace.count()} / {item.second.trace.count()}",
                     item.blame or ""))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())
    print()


def counters_are_good(results):
    """Does altwait itself say that the comparison is valid?"""
    path = results / "status"
    if not path.exists():
        return True
    lines = read_lines(path)
    warnings = [line for line in lines if line.startswith("Warning:")]
    print("altwait status, after all:")
    for line in lines:
        print(f"  {line}")
    print()
    return not warnings and lines and "loaded" in lines[0]


def main(arguments):
    results, policy, wanted = Path(arguments[0]), arguments[1], arguments[2:]
    comparisons = [Comparison(workload, read_side(results, workload.name, "first", "stock"),
                              read_side(results, workload.name, "second", policy),
                              read_blame(results, workload.name))
                   for workload in read_list(wanted)]
    print_table(comparisons, policy)
    for item in comparisons:
        if not item.same:
            item.print_details()
    good = counters_are_good(results)
    for item in comparisons:
        for problem in item.problems(policy == "stock"):
            print(f"UNEXPECTED: {item.workload.name}: {problem}")
            good = False
    same = sum(item.same for item in comparisons)
    print(f"{same} same, {len(comparisons) - same} different"
          f"{', all as the model says' if good and policy != 'stock' else ''}")
    return 0 if good else 1


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (OSError, TraceError) as error:
        print(f"demo: no result: {error}", file=sys.stderr)
        sys.exit(2)
