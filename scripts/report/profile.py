# SPDX-License-Identifier: GPL-2.0
"""Where the instructions of an operation go, by function.

usage: report/profile.py FIGURES MARKED [OP [MODE]]

FIGURES: what `bench --marked` has printed in the guest, and its /proc/kallsyms; MARKED:
what lib/profile.c has written.  Of the stretches of an operation the shortest counts.
Without OP, the operations; with MODE, beside what stock runs.
"""
import bisect
import sys


def read_figures(path):
    """[(op, mode, index, n, first, last)], and the symbols, by address."""
    operations, symbols, base, last = [], [], 0, -1
    with open(path, encoding="utf-8") as f:
        for line in f:
            words = line.split()
            if len(words) == 5 and "-" in words[4] and words[3].isdigit():
                first, to = map(int, words[4].split("-"))
                # Each program counts from 0.
                if first <= last:
                    base += last + 1
                last = to
                operations.append((*words[:4], base + first, base + to))
            elif len(words) in (3, 4):
                name = words[2] + (f" [{words[3]}]" if len(words) == 4 else "")
                symbols.append((int(words[0], 16), name))
    return operations, sorted(symbols)


def read_marked(path, wanted):
    """The counts by address of each of the stretches that are wanted."""
    marked, counts = {}, None
    with open(path, encoding="utf-8") as f:
        for line in f:
            first, second = line.split()
            if first == "region":
                number = int(second)
                counts = marked.setdefault(number, {}) if number in wanted else None
            elif counts is not None:
                counts[int(first, 16)] = counts.get(int(first, 16), 0) + int(second)
    return marked


def by_function(counts, symbols):
    addresses = [s[0] for s in symbols]
    functions = {}
    for address, ran in counts.items():
        at = bisect.bisect_right(addresses, address) - 1
        name = symbols[at][1] if at >= 0 and address >> 47 else "(user space)"
        functions[name] = functions.get(name, 0) + ran
    return functions


def shortest(operation, marked):
    return min((marked[i] for i in range(operation[4], operation[5] + 1)),
               key=lambda counts: sum(counts.values()))


def main(figures, path, op=None, mode=None):
    operations, symbols = read_figures(figures)
    if not op:
        for o in operations:
            print(*o)
        return
    chosen = {o[1]: o for o in operations if o[0] == op and o[1] in ("unloaded", mode)}
    marked = read_marked(path, {i for o in chosen.values() for i in range(o[4], o[5] + 1)})
    ran = {m: by_function(shortest(o, marked), symbols) for m, o in chosen.items()}
    stock, here = ran["unloaded"], ran.get(mode, {})
    print(f"{sum(stock.values()):8} {sum(here.values()):8}  all")
    for name in sorted(stock.keys() | here.keys(),
                       key=lambda f: -max(here.get(f, 0), stock.get(f, 0))):
        print(f"{stock.get(name, 0):8} {here.get(name, 0):8}  {name}")


main(*sys.argv[1:])
