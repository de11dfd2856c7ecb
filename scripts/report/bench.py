# SPDX-License-Identifier: GPL-2.0
"""What wait calls cost: tables, a plot, and a comparison with figures of before.

usage: report/bench.py table FILE...	FILE: what guest/bench has printed
       report/bench.py json KERNEL FILE...
       report/bench.py same FILE FILE
       report/bench.py check KERNEL KEPT FILE...
       report/bench.py accept KERNEL KEPT FILE...
       report/bench.py plot FILE...	data and commands for gnuplot
       report/bench.py records FILE	what many records cost beside few
       report/bench.py ratios FILE	lines of WORKLOAD MODE ROUND NANOSECONDS

A figure is a line `OP MODE INDEX N COST`.  Of several files the least of each counts.
"""
import json
import statistics
import sys

# A rise by more than this fails.
BOUND = 0.02
# What a timer's tick, or where a page table lies, may add: no rise below it counts.
SLACK = 30
# Where other processes run meanwhile, chance decides in which order.
# So it does where 64 threads are killed: how many a call finds at once.
LOOSE = {"fork_exit": 0.05, "fork_exit_wait": 0.05, "thread_each_own": 0.25,
         "pidfd_epoll_reap": 1.0, "reap_all_random": 0.25, "irqs_off_max": 1.5}
COLUMNS = [("unloaded", "-"), ("idle", "-"), ("armed", "-"), ("linux", "ready"),
           ("starry", "ready"), ("shadow", "ready"), ("linux", "scan"),
           ("starry", "scan")]
PLOTTED = [("wait_any_none", "unloaded", "-", "stock"),
           ("wait_any_none", "linux", "ready", "linux"),
           ("wait_any_none", "starry", "ready", "starry"),
           ("wait_any_none", "starry", "scan", "starry, all asked"),
           ("reap_all_random", "unloaded", "-", "stock"),
           ("reap_all_random", "linux", "ready", "linux"),
           ("reap_all_random", "starry", "ready", "starry"),
           ("reap_all_random", "starry", "scan", "starry, all asked"),
           ("pidfd_epoll_reap", "unloaded", "-", "stock, pidfd and epoll")]


class Wrong(Exception):
    """Something is wrong with a file; the words say what."""


def read(paths):
    """{(op, mode, index, n): cost}, in the order of the first file."""
    figures = {}
    for path in paths:
        with open(path, encoding="utf-8") as f:
            for number, line in enumerate(f, 1):
                words = line.split()
                if len(words) != 5 or not (words[3] + words[4]).isdigit():
                    raise Wrong(f"{path}:{number}: no figure: {line.strip()}")
                key = (words[0], words[1], words[2], int(words[3]))
                cost = int(words[4])
                figures[key] = min(cost, figures.get(key, cost))
    if not figures:
        raise Wrong("no figures: " + ", ".join(paths))
    return figures


def rows(figures):
    """The operations and their N, in order."""
    seen = {}
    for op, _, _, n in figures:
        seen.setdefault(op, set()).add(n)
    return [(op, n) for op, ns in seen.items() for n in sorted(ns)]


def name(mode, index):
    return mode + ", scan" if index == "scan" else mode


def table(figures):
    """Lines in Markdown."""
    columns = [c for c in COLUMNS if any(k[1:3] == c for k in figures)]
    yield "| operation | N | " + " | ".join(name(*c) for c in columns) + " |"
    yield "| --- " * (len(columns) + 2) + "|"
    for op, n in rows(figures):
        cells = [figures.get((op, *c, n)) for c in columns]
        yield f"| {op} | {n} | " + " | ".join(
            "" if cell is None else f"{cell:,}" for cell in cells) + " |"


def as_json(kernel, figures):
    return [{"kernel": kernel, "op": op, "mode": mode, "index": index, "n": n,
             "instructions": cost} for (op, mode, index, n), cost in figures.items()]


def same(one, other):
    """Says how far two runs agree."""
    if one.keys() != other.keys():
        raise Wrong("the two runs do not have the same figures")
    differ = [(abs(one[k] - other[k]) / min(one[k], other[k]), k)
              for k in one if one[k] != other[k]]
    text = f"{len(one) - len(differ)} of {len(one)} figures are identical in two runs"
    if differ:
        most, key = max(differ)
        text += (f"; the others differ by up to {100 * most:.1f} % "
                 f"({key[0]}, {name(*key[1:3])}, N {key[3]}: {one[key]:,} and {other[key]:,})")
    return text


def rises(kept, figures):
    """What costs more than it did: (key, before, now)."""
    for key, before in kept.items():
        now = figures.get(key)
        bound = before * LOOSE.get(key[0], BOUND)
        if now is not None and now - before > max(bound, SLACK):
            yield key, before, now


def kept_for(kernel, path):
    with open(path, encoding="utf-8") as f:
        entries = json.load(f)
    kept = {(e["op"], e["mode"], e["index"], e["n"]): e["instructions"]
            for e in entries if e["kernel"] == kernel}
    if not kept:
        known = ", ".join(sorted({e["kernel"] for e in entries})) or "none"
        raise Wrong(f"{path} has no figures of kernel {kernel}, only of {known}: "
                    "scripts/bench --accept keeps those of now")
    return kept


def check(kernel, path, figures):
    """Lines to print, and how many figures have passed and failed."""
    kept = kept_for(kernel, path)
    lost = [k for k in kept if k not in figures]
    risen = list(rises(kept, figures))
    lines = [f"FAILED {op}, {name(mode, index)}, N {n}: not measured"
             for op, mode, index, n in lost]
    lines += [f"FAILED {k[0]}, {name(k[1], k[2])}, N {k[3]}: {before:,} instructions "
              f"before, {now:,} now: {100 * (now - before) / before:+.1f} %"
              for k, before, now in risen]
    if risen:
        lines.append("       If that is meant: scripts/bench --accept, and say why.")
    failed = len(lost) + len(risen)
    return lines, len(kept) - failed, failed


def accept(kernel, path, figures):
    try:
        with open(path, encoding="utf-8") as f:
            entries = [e for e in json.load(f) if e["kernel"] != kernel]
    except FileNotFoundError:
        entries = []
    entries += as_json(kernel, figures)
    with open(path, "w", encoding="utf-8") as f:
        f.write("[\n" + ",\n".join(json.dumps(e) for e in entries) + "\n]\n")


def plot(figures):
    """Commands for gnuplot, with the data in them."""
    yield "set terminal svg size 900,640 dynamic background rgb 'white'"
    yield "set logscale xy"
    yield "set xlabel 'children'"
    yield "set ylabel 'instructions a call'"
    yield "set key outside below"
    yield "set xrange [0.8:25000]"
    yield "set grid"
    lines = []
    for number, (op, mode, index, title) in enumerate(PLOTTED):
        points = sorted((n, cost) for (o, m, i, n), cost in figures.items()
                        if (o, m, i) == (op, mode, index) and n)
        if not points:
            continue
        yield f"$d{number} << end"
        for n, cost in points:
            yield f"{n} {cost}"
        yield "end"
        what = "nothing to report" if op == "wait_any_none" else "reap all"
        dash = 2 if op == "wait_any_none" else 1
        lines.append(f"$d{number} with linespoints dashtype {dash} "
                     f"title '{title}: {what}'")
    yield "plot " + ", \\\n  ".join(lines)


# What may not depend on how many records there are, and by how much it may; and what
# may not exceed a bound, with any number of them.
FLAT = {"wait_any_none": 0.05, "wait_any_ready": 0.05, "wait_pid_ready": 0.05,
        "reap_random": 0.25}
MOST = {"out_and_in_irqs_off": 50000, "first_call": 20000}


def records(figures):
    """Lines of a table and of what is wrong, and how many figures have passed and failed."""
    lines = list(table(figures)) + [""]
    passed = failed = 0
    few, many = (find(n for (_, mode, _, n) in figures if mode == "linux")
                 for find in (min, max))
    for (op, mode, index, n), cost in figures.items():
        if mode != "linux" or (op not in FLAT and op not in MOST):
            continue
        bound = MOST.get(op)
        if op in FLAT:
            if n != many or few == many:
                continue
            before = figures[(op, mode, index, few)]
            bound = before + max(SLACK, before * FLAT[op])
        if cost <= bound:
            passed += 1
        else:
            failed += 1
            lines.append(f"FAILED {op}, N {n}: {cost:,}, more than {int(bound):,}")
    return lines, passed, failed


def ratios(path):
    """Lines in Markdown: of each workload, the median of the rounds' ratios."""
    times = {}
    with open(path, encoding="utf-8") as f:
        for line in f:
            what, mode, number, time = line.split()
            times.setdefault(what, {}).setdefault(mode, {})[number] = int(time)
    modes = [m for m in next(iter(times.values()), {}) if m != "stock"]
    yield "| time, stock is 1 | " + " | ".join(modes) + " |"
    yield "| --- " * (len(modes) + 1) + "|"
    for what, by in times.items():
        cells = [statistics.median(by[m][r] / by["stock"][r] for r in by["stock"])
                 for m in modes]
        yield f"| {what} | " + " | ".join(f"{c:.2f}" for c in cells) + " |"


def main(verb, *args):
    if verb == "table":
        print("\n".join(table(read(args))))
    elif verb == "ratios":
        print("\n".join(ratios(*args)))
    elif verb == "plot":
        print("\n".join(plot(read(args))))
    elif verb == "json":
        json.dump(as_json(args[0], read(args[1:])), sys.stdout, indent=0)
        print()
    elif verb == "same":
        print(same(read(args[:1]), read(args[1:2])))
    elif verb == "records":
        lines, passed, failed = records(read(args))
        print("\n".join(lines + [f"{passed} passed, {failed} failed"]))
        return 1 if failed else 0
    elif verb == "accept":
        accept(args[0], args[1], read(args[2:]))
    elif verb == "check":
        lines, passed, failed = check(args[0], args[1], read(args[2:]))
        print("\n".join(lines + [f"{passed} passed, {failed} failed"]))
        return 1 if failed else 0
    else:
        raise Wrong(__doc__)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(*sys.argv[1:]))
    except Wrong as wrong:
        print(wrong, file=sys.stderr)
        sys.exit(2)
