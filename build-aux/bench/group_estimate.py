# SPDX-License-Identifier: GPL-3.0-or-later
"""How soon it is known what a model takes: Hearth from the header, llama-server by working it out before it loads."""

import json
import os
import re
import shutil
import subprocess
import tempfile
import time

from group_download import bundle
from results import NotMeasured, Results, say

PEER, HEARTH = "llama-server, until it says so", "hearth models fit"
INSIDE = "in the process"
RUNS, MODEL, CONTEXT = 7, "llama-gqa", "16384"
SIZES = re.compile(rb"compute buffer size = ")


def measure(options):
    results = Results("estimate", "estimate: what a model takes, from its header")
    results.metric("one file, program and all", "ms", PEER)
    results.metric("all entries of the catalogue", "ms", INSIDE, digits=1)
    results.metric("header of 64 layers read", "ms", INSIDE, digits=1)
    results.metric("1000 estimates of that header", "ms", INSIDE, digits=1)
    results.conditions["files"] = "4 layers with random weights, 138 MB; a header of 64 layers made in memory"
    with results.trouble("everything"):
        with tempfile.TemporaryDirectory(prefix="hearth-bench-") as folder:
            bundle(folder, "estimate")
            subprocess.run(["python3", "tests/support/fit/make-models.py", folder, MODEL], check=True)
            for turn in range((options.runs or RUNS) + 1):
                if turn:
                    say(f"estimate: turn {turn}")
                sample = one_turn(folder, turn)
                for metric, program, value in sample if turn else ():
                    results.add(metric, program, value)
    return results.finish()


def one_turn(folder, turn):
    path = f"{folder}/{MODEL}.gguf"
    argv = ["gjs", "-m", f"{folder}/bundles/estimate.js", "data/catalogue/hearth.json"]
    inside = json.loads(subprocess.run(argv, check=True, capture_output=True).stdout)
    return [
        ("one file, program and all", HEARTH, hearth(path)),
        ("one file, program and all", PEER, peer(path, f"{folder}/{turn}.sock")),
        ("all entries of the catalogue", INSIDE, inside["all"]),
        ("header of 64 layers read", INSIDE, inside["read"]),
        ("1000 estimates of that header", INSIDE, inside["thousand"]),
    ]


def hearth(path):
    program = shutil.which("hearth")
    if program is None:
        raise NotMeasured("hearth is not installed")
    started = time.monotonic()
    subprocess.run([program, "models", "fit", path, "--ctx", CONTEXT, "--json"], check=True, stdout=subprocess.DEVNULL)
    return (time.monotonic() - started) * 1000


def peer(path, at):
    """Time until llama-server has said what it would take for results, the last of its sizes. It is ended then."""
    argv = ["llama-server", "-m", path, "-c", CONTEXT, "--parallel", "1", "--cache-ram", "0", "--offline", "--no-ui",
            "--no-warmup", "-v", "--host", at]
    started = time.monotonic()
    with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env={**os.environ, "LC_ALL": "C"}) as child:
        try:
            for line in child.stdout:
                if SIZES.search(line):
                    return (time.monotonic() - started) * 1000
        finally:
            child.kill()
    raise NotMeasured("llama-server says no sizes")
