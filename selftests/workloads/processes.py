#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""subprocess and multiprocessing, as programs use them."""
import multiprocessing
import os
import signal
import subprocess
import sys


def square(number):
    return number * number


def leave(status):
    sys.exit(status)


def run_commands():
    done = subprocess.run(["sh", "-c", "echo out; echo err >&2; exit 3"],
                          capture_output=True, text=True, check=False)
    print("run:", done.returncode, done.stdout.strip(), done.stderr.strip())

    first = subprocess.Popen(["echo", "a b c"], stdout=subprocess.PIPE)
    second = subprocess.Popen(["tr", "a-z", "A-Z"], stdin=first.stdout,
                              stdout=subprocess.PIPE, text=True)
    first.stdout.close()
    print("pipeline:", second.communicate()[0].strip(), first.wait(), second.wait())

    try:
        subprocess.check_call(["false"])
    except subprocess.CalledProcessError as error:
        print("check_call:", error.returncode)


def stop_commands():
    with subprocess.Popen(["sleep", "1000"]) as child:
        try:
            child.wait(timeout=0.2)
        except subprocess.TimeoutExpired:
            print("timeout: expired, poll says", child.poll())
        child.terminate()
        print("terminated:", signal.Signals(-child.wait()).name)


def run_processes():
    context = multiprocessing.get_context("fork")
    with context.Pool(3) as pool:
        print("pool:", pool.map(square, range(8)))
    children = [context.Process(target=leave, args=(status,)) for status in (0, 5, 9)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    print("exit codes:", [child.exitcode for child in children])


def fork_by_hand():
    """Collect three children, in whatever order they end."""
    started = {}
    for status in (11, 12, 13):
        pid = os.fork()
        if pid == 0:
            os._exit(status)
        started[pid] = status
    ended = {}
    while started.keys() - ended.keys():
        pid, status = os.wait()
        ended[pid] = os.waitstatus_to_exitcode(status)
    print("forked:", "all as started" if ended == started else "mixed up")


run_commands()
stop_commands()
run_processes()
fork_by_hand()
sys.stdout.flush()
