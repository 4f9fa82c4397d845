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
from session import clean_environment, desktop

REST, BUSY = "window at rest", "download and check at 1 Gbit/s"
RUNS, SECONDS, MEGABITS = 3, 6, 1000
METRICS = {"clock": "frame interval", "wall": "frame interval by the main loop"}


def measure(options):
    results = Results("frames", f"frames: Hearth's window while {options.size} MiB are downloaded and checked")
    for title in METRICS.values():
        for part, goals in (("median", {}), ("p99", {BUSY: "< 20 ms"}), ("longest", {})):
            results.metric(f"{title}, {part}", "ms", REST, digits=1, goals=goals)
    results.metric("processor time of the window", "% of one", REST)
    results.conditions["where"] = "drawn without a screen at 60 Hz; server and download on the same processors"
    with results.trouble("everything"):
        with downloads_folder(options) as (folder, _), desktop() as display:
            measure_in(results, options, folder, display)
    return results.finish()


def measure_in(results, options, folder, display):
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
            add(results, one_run(argv, folder, display, authority))


def installed_data():
    """The folder of the installed catalogue and resources."""
    program = shutil.which("hearth")
    if program is None:
        raise NotMeasured("hearth is not installed")
    return os.path.join(os.path.dirname(os.path.dirname(program)), "share", "hearth")


def one_run(argv, folder, display, authority):
    home = f"{folder}/home"
    shutil.rmtree(home)
    os.makedirs(home)
    env = {**clean_environment(home), **display, "SSL_CERT_FILE": authority}
    done = subprocess.run(argv, env=env, capture_output=True, text=True, check=False)
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode != 0 or not lines:
        raise NotMeasured(f"ended with status {done.returncode}: {done.stderr.strip()[-600:]}")
    return json.loads(lines[-1])


def add(results, sample):
    for program, part in ((REST, "rest"), (BUSY, "busy")):
        for kind, title in METRICS.items():
            values = sorted(sample[part][kind])
            if len(values) < 100:
                raise NotMeasured(f"only {len(values)} frames were drawn")
            results.add(f"{title}, median", program, values[len(values) // 2])
            results.add(f"{title}, p99", program, values[int(len(values) * 0.99)])
            results.add(f"{title}, longest", program, values[-1])
        results.add("processor time of the window", program, sample[part]["processor"])
