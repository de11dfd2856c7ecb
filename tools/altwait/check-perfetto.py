#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Check what a schema cannot say of perfetto.json: how its events stand to each other.

usage: check-perfetto.py FILE
"""
import json
import sys

with open(sys.argv[1], encoding="utf-8") as f:
    EVENTS = json.load(f)["traceEvents"]
# Nanoseconds: as floating-point numbers, sums of microseconds are not exact.
for event in EVENTS:
    for name in ("ts", "dur"):
        if name in event:
            event[name] = round(event[name] * 1000)


def complain(what, event):
    print(f"{what}: {event}")


def track(event):
    return event["pid"], event["tid"]


def check_names():
    for what, group in (("process_name", "pid"), ("thread_name", "tid")):
        named = {track(e) for e in EVENTS if e["name"] == what}
        for event in EVENTS:
            if event["ph"] != "M" and (track(event) if group == "tid" else
                                       (event["pid"], 0)) not in named:
                complain(f"no {what}", event)


def check_order():
    times = [e.get("ts", -1) for e in EVENTS]
    if times != sorted(times):
        print("not by time")


def check_nesting():
    """On a track, one slice is in another, or beside it; they do not overlap."""
    around = {}
    for event in EVENTS:
        if event["ph"] != "X":
            continue
        stack = around.setdefault(track(event), [])
        while stack and stack[-1]["ts"] + stack[-1]["dur"] <= event["ts"]:
            stack.pop()
        if stack and stack[-1]["ts"] + stack[-1]["dur"] < event["ts"] + event["dur"]:
            complain(f"overlaps {stack[-1]}", event)
        if not stack and event["cat"] != "life":
            complain("in no life", event)
        stack.append(event)


def begins(event, categories):
    """A slice of these begins where the event is."""
    return any(e["ph"] == "X" and track(e) == track(event) and e["ts"] == event["ts"] and
               e["cat"] in categories for e in EVENTS)


def check_arrows():
    ends = {e["id"]: e for e in EVENTS if e["ph"] == "f"}
    for event in EVENTS:
        if event["ph"] != "s":
            continue
        end = ends.pop(event["id"], None)
        if not end or end["ts"] < event["ts"] or end["pid"] != event["pid"]:
            complain(f"an arrow to {end}", event)
        elif not begins(event, ("exit", "stop", "continue")) or not begins(end, ("report",)):
            complain(f"an arrow between no slices, to {end}", event)
    for event in ends.values():
        complain("an arrow from nowhere", event)


check_names()
check_order()
check_nesting()
check_arrows()
