# SPDX-License-Identifier: GPL-3.0-or-later
"""Samples, and how they are shown: a table for people, a JSON file for comparisons over time."""

import datetime
import json
import os
import statistics
import sys
from contextlib import contextmanager


def say(text):
    print(f"    {text}", file=sys.stderr, flush=True)


def machine():
    """What the numbers depend on. No name that tells one machine from another."""
    with open("/proc/cpuinfo", encoding="utf-8") as lines:
        models = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    with open("/proc/meminfo", encoding="utf-8") as lines:
        memory = int(next(lines).split()[1]) // 1024
    return {
        "processor": models[0] if models else "unknown",
        "processors": len(os.sched_getaffinity(0)),
        "memoryMiB": memory,
        "kernel": os.uname().release.split("-")[0],
        "architecture": os.uname().machine,
    }


class Results:
    """Samples of one group: metric → program → list of numbers."""

    def __init__(self, group, title):
        self.group, self.title = group, title
        self.conditions, self.metrics, self.problems = {}, {}, {}
        self.load = os.getloadavg()[0]
        self.date = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="minutes")

    def metric(self, name, unit, peer, digits=0, goals=None):
        """A table to come. `peer` is what the ratio is taken to; `goals` maps programs to words."""
        self.metrics[name] = {"unit": unit, "peer": peer, "digits": digits, "goals": goals or {}, "samples": {}}

    def add(self, metric, program, value):
        self.metrics[metric]["samples"].setdefault(program, []).append(value)

    def problem(self, program, reason):
        """Says once for each program why it has no number."""
        if program not in self.problems:
            say(f"{program}: {reason}")
        self.problems[program] = reason

    @contextmanager
    def trouble(self, program):
        """Other programs are still measured when one cannot be."""
        try:
            yield
        except NotMeasured as reason:
            self.problem(program, str(reason))

    def finish(self):
        """Prints and writes everything. True when every program was measured."""
        print(f"\n{self.title}")
        print(f"  {self.date}, load {self.load:.1f} before" + "".join(f"; {text}" for text in self.conditions.values()))
        for name, metric in self.metrics.items():
            if metric["samples"]:
                print_table(name, metric)
        for program, reason in self.problems.items():
            print(f"  {program}: not measured: {reason}")
        sys.stdout.flush()
        os.makedirs("build/bench", exist_ok=True)
        with open(f"build/bench/{self.group}.json", "w", encoding="utf-8") as out:
            json.dump(self.as_json(), out, indent=1, ensure_ascii=False)
            out.write("\n")
        return not self.problems

    def as_json(self):
        metrics = {}
        for name, metric in self.metrics.items():
            programs = {program: {**summary(values), "samples": [round(value, 3) for value in values]}
                        for program, values in metric["samples"].items()}
            for program, shown in programs.items():
                shown["ratio"] = ratio(metric, program)
                shown["goal"] = metric["goals"].get(program)
            metrics[name] = {"unit": metric["unit"], "peer": metric["peer"], "programs": programs}
        return {"group": self.group, "date": self.date, "load": self.load, "machine": machine(),
                "conditions": self.conditions, "metrics": metrics, "problems": self.problems}


class NotMeasured(Exception):
    """A program could not be measured; the text says why."""


def summary(values):
    return {"min": round(min(values), 3), "median": round(statistics.median(values), 3), "max": round(max(values), 3)}


def ratio(metric, program):
    peer = metric["samples"].get(metric["peer"])
    if not peer or statistics.median(peer) == 0:
        return None
    return round(statistics.median(metric["samples"][program]) / statistics.median(peer), 3)


def print_table(name, metric):
    width = max(28, *(len(program) for program in metric["samples"]))
    head = f"{name} ({metric['unit']})"
    to = f"to {metric['peer']}" if metric["peer"] else ""
    print(f"\n  {head:<{width}} {'min':>9} {'median':>9} {'max':>9} {'runs':>5}  ratio {to}")
    for program, values in metric["samples"].items():
        shown = summary(values)
        cells = " ".join(f"{shown[key]:>9.{metric['digits']}f}" for key in ("min", "median", "max"))
        compared = ratio(metric, program)
        goal = metric["goals"].get(program)
        end = ("" if compared is None else f"{compared:5.2f}") + (f"  goal: {goal}" if goal else "")
        print(f"  {program:<{width}} {cells} {len(values):>5}  {end}".rstrip())
