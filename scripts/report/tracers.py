# SPDX-License-Identifier: GPL-2.0
"""Compares what tracers printed under stock and under starry.

usage: report/tracers.py RESULTS LIST EXPECTED [NAME...]

Numbers of processes and addresses are replaced by names, what two processes
did is taken apart, and the differences are held against EXPECTED: each has to
be in it, and each that is marked "must" has to be there.
"""
import difflib
import os
import re
import sys

PID = re.compile(r"(?:\[pid +|\(LWP |[Pp]rocess |^)(\d+)(?=[\]) ]|$)", re.M)
NOISE = [
    (re.compile(r"0x[0-9a-f]{5,}"), "ADDR"),
    (re.compile(r"/\* \d+ vars \*/"), "/* vars */"),
    # Any thread may be the one that takes a signal to the process.
    (re.compile(r"^.*--- SIGCHLD .* ---\n", re.M), ""),
    (re.compile(r" +"), " "),
]


def read(path):
    with open(path, encoding="utf-8", errors="replace") as f:
        return f.read()


def names(text):
    """Maps process numbers, oldest first, to <1>, <2> and so on."""
    found = sorted({int(n) for n in PID.findall(text)})
    return {str(n): "<%d>" % (i + 1) for i, n in enumerate(found)}


def normalise(text, pids):
    for pattern, name in NOISE:
        text = pattern.sub(name, text)
    return re.sub(r"\b\d+\b", lambda m: pids.get(m.group(), m.group()), text)


def space(line):
    """The same spaces, whether or not the line was once cut in two."""
    line = re.sub(r" ?, ?", ", ", line)
    return re.sub(r"(?<=\() | (?=\))", "", line)


def join(lines):
    """A call that another process's line cuts in two becomes one again."""
    begun, result = None, []
    for line in lines:
        cut = re.match(r"(.*?) *<(?:unfinished|no return) \.\.\.>$", line)
        rest = re.match(r"<\.\.\. \w+ resumed> ?(.*)", line)
        if cut:
            begun = cut.group(1)
            continue
        if rest and begun is not None:
            line, begun = begun + " " + rest.group(1), None
        result.append(space(line))
    if begun is not None:
        result.append(space(begun + " <unfinished ...>"))
    return result


def by_process(text):
    """The lines of a trace, by the process that each begins with."""
    result = {}
    for line in text.splitlines():
        match = re.match(r"(?:\[pid )?(<\d+>)\]? (.*)", line)
        who, what = match.groups() if match else ("", line)
        result.setdefault(who, []).append(what)
    return {who: join(lines) for who, lines in result.items()}


def load(results, name, side):
    base = os.path.join(results, "%s.%s" % (name, side))
    trace, out = read(base + ".trace"), read(base + ".out")
    pids = names(trace + "\n" + out)
    # Several processes print at once: the order says nothing.
    streams = {"out": sorted(normalise(out, pids).splitlines())}
    for who, lines in by_process(normalise(trace, pids)).items():
        streams[who] = lines
    return int(read(base + ".end")), streams


def differences(stock, starry):
    result = []
    for who in sorted(set(stock) | set(starry)):
        for line in difflib.ndiff(stock.get(who, []), starry.get(who, [])):
            if line[0] in "+-" and line[2:].strip():
                result.append("%s %s: %s" % (line[0], who, line[2:].strip()))
    return result


def load_list(path):
    cases = []
    for line in read(path).splitlines():
        if line.strip() and not line.startswith("#"):
            field = [f.strip() for f in line.split("|", 5)]
            cases.append((field[0], field[1], int(field[3]), int(field[4])))
    return cases


def load_expected(path):
    """Per case: what must differ, and what may."""
    result, case = {}, None
    for line in read(path).splitlines():
        if line.startswith("["):
            case = result.setdefault(line[1:-1], {"must": [], "may": []})
        elif line.strip() and not line.startswith("#"):
            kind, what = line.split(" ", 1)
            case[kind].append(what)
    return result


class Tally:
    passed = failed = 0

    def check(self, good, what, details=()):
        print("%s %s" % ("ok    " if good else "FAILED", what))
        for line in details:
            print("       " + line)
        self.passed += good
        self.failed += not good


def report_case(tally, results, case, expected):
    name, what, ends_stock, ends_starry = case
    end_stock, stock = load(results, name, "stock")
    end_starry, starry = load(results, name, "starry")
    tally.check(end_stock == ends_stock, "%s under stock: ends with %d"
                % (what, ends_stock),
                [] if end_stock == ends_stock else ["status %d" % end_stock])
    tally.check(end_starry == ends_starry, "%s under starry: ends with %d"
                % (what, ends_starry),
                [] if end_starry == ends_starry else ["status %d" % end_starry])
    found = differences(stock, starry)
    new = [d for d in found if d not in expected["must"] + expected["may"]]
    lost = [d for d in expected["must"] if d not in found]
    tally.check(not new and not lost, "%s: %d lines differ, as expected"
                % (what, len(found)), found
                + ["not expected: " + d for d in new]
                + ["expected, and not seen: " + d for d in lost])


def main():
    results, cases, expected = sys.argv[1:4]
    expected = load_expected(expected)
    tally = Tally()
    for case in load_list(cases):
        if not sys.argv[4:] or case[0] in sys.argv[4:]:
            report_case(tally, results, case,
                        expected.get(case[0], {"must": [], "may": []}))
    for line in read(os.path.join(results, "checks")).splitlines():
        tally.check(line.startswith("ok "), line[7:])
    print("%d passed, %d failed" % (tally.passed, tally.failed))
    return tally.failed > 0


if __name__ == "__main__":
    sys.exit(main())
