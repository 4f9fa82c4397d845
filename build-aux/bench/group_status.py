# SPDX-License-Identifier: GPL-3.0-or-later
"""What the terminal costs: `hearth status` against the interpreter alone."""

import os
import shutil
import time

from results import NotMeasured, Results, say
from session import clean_environment, profile

BARE = "gjs -c 0"
PROGRAMS = {BARE: ["gjs", "-c", "0"], "hearth --version": ["hearth", "--version"], "hearth status": ["hearth", "status"],
            "hearth status --json": ["hearth", "status", "--json"]}
RUNS = 15


def measure(options):
    results = Results("status", "status: the terminal against the interpreter alone")
    results.metric("time", "ms", BARE, goals={"hearth --version": "≤ 60 ms"})
    results.metric("processor time", "ms", BARE)
    results.metric("most memory of a process (RSS)", "MiB", BARE)
    results.conditions["state"] = "programs in the page cache, one new profile"
    programs = {}
    for name, argv in PROGRAMS.items():
        path = shutil.which(argv[0])
        if path is None:
            results.problem(name, f"{argv[0]} is not installed")
        else:
            programs[name] = [path, *argv[1:]]
    runs = options.runs or RUNS
    say(f"status: {runs} turns")
    with profile() as folder:
        env = clean_environment(folder)
        for turn in range(runs + 1):
            for name, argv in list(programs.items()):
                with results.trouble(name):
                    sample = one_call(argv, env, f"{folder}/errors")
                    if turn:
                        for metric, value in sample.items():
                            results.add(metric, name, value)
                if name in results.problems:
                    del programs[name]
    return results.finish()


def one_call(argv, env, errors):
    """One call of a program. Its output goes nowhere, its errors into a file."""
    to = [(os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0), (os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0),
          (os.POSIX_SPAWN_OPEN, 2, errors, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)]
    started = time.monotonic()
    pid = os.posix_spawn(argv[0], argv, env, file_actions=to)
    _, status, usage = os.wait4(pid, 0)
    elapsed = (time.monotonic() - started) * 1000
    code = os.waitstatus_to_exitcode(status)
    if code != 0:
        with open(errors, encoding="utf-8", errors="replace") as text:
            raise NotMeasured(f"ended with status {code}: {text.read().strip()[-300:]}")
    return {"time": elapsed, "processor time": (usage.ru_utime + usage.ru_stime) * 1000,
            "most memory of a process (RSS)": usage.ru_maxrss / 1024}
