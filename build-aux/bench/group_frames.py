# SPDX-License-Identifier: GPL-3.0-or-later
"""How evenly Hearth's window is drawn while a model is downloaded and checked, against the same window at rest."""

import json
import os
import shutil
import subprocess

from group_download import NAME, bundle, downloads_folder, prepare
from practice_file import REVISION
from results import NotMeasured, Results, say
from server import enter_network, https, shape
from session import clean_environment, desktop, go_first

REST, BUSY = "window at rest", "download and check"
REST_FIRST, BUSY_FIRST = "window at rest, served first", "download and check, served first"
RUNS, SECONDS, MEGABITS, FEWEST = 2, 5, 1000, 100
METRICS = {"clock": "frame interval", "wall": "interval by the main loop", "work": "main loop's own work a frame"}
GOALS = {BUSY: "< 20 ms", BUSY_FIRST: "< 20 ms"}


def measure(options):
    results = Results("frames", f"frames: Hearth's window while {options.size} MiB are downloaded and checked")
    for title in METRICS.values():
        for part, goals in (("median", {}), ("p99", GOALS), ("longest", {})):
            results.metric(f"{title}, {part}", "ms", REST, digits=1, goals=goals)
    results.metric("main loop's own work", "% of one processor", REST)
    results.conditions["where"] = "1 Gbit/s; no screen, 60 Hz; server and compositor on the same processors"
    with results.trouble("everything"):
        with downloads_folder(options) as (folder, _):
            measure_in(results, options, folder)
    return results.finish()


def measure_in(results, options, folder):
    installed = installed_data()
    enter_network()
    job = prepare(folder, options.size * 1024 * 1024)
    bundle(folder, "frames")
    with https(folder) as (address, authority):
        shape(MEGABITS)
        argv = ["gjs", "-m", f"{folder}/bundles/frames.js", installed, str(SECONDS), f"{address}/{REVISION}/{NAME}",
                f"{folder}/to", NAME, str(job["size"]), job["sha256"], job["architecture"], authority]
        runs = options.runs or RUNS
        for turn in range(runs):
            say(f"frames: turn {turn + 1} of {runs}")
            with desktop() as display:
                add(results, one_run(argv, folder, display, authority, None), REST, BUSY)
            # Other work on the computer is not Hearth's: once more with window and compositor ahead of it.
            with results.trouble(BUSY_FIRST), desktop(go_first) as display:
                add(results, one_run(argv, folder, display, authority, go_first), REST_FIRST, BUSY_FIRST)


def installed_data():
    """The folder of the installed catalogue and resources."""
    program = shutil.which("hearth")
    if program is None:
        raise NotMeasured("hearth is not installed")
    return os.path.join(os.path.dirname(os.path.dirname(program)), "share", "hearth")


def one_run(argv, folder, display, authority, before):
    home = f"{folder}/home"
    shutil.rmtree(home, ignore_errors=True)
    os.makedirs(home)
    env = {**clean_environment(home), **display, "SSL_CERT_FILE": authority}
    try:
        done = subprocess.run(argv, env=env, capture_output=True, text=True, check=False, preexec_fn=before)
    except subprocess.SubprocessError as refusal:
        raise NotMeasured("only root can be served first") from refusal
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode != 0 or not lines:
        raise NotMeasured(f"ended with status {done.returncode}: {done.stderr.strip()[-600:]}")
    return json.loads(lines[-1])


def add(results, sample, rest, busy):
    for program, part in ((rest, sample["rest"]), (busy, sample["busy"])):
        for kind, title in METRICS.items():
            values = sorted(part[kind])
            if len(values) < FEWEST:
                raise NotMeasured(f"only {len(values)} frames were drawn")
            results.add(f"{title}, median", program, values[len(values) // 2])
            results.add(f"{title}, p99", program, values[int(len(values) * 0.99)])
            results.add(f"{title}, longest", program, values[-1])
        results.add("main loop's own work", program, sum(part["work"]) / part["seconds"] / 10)
