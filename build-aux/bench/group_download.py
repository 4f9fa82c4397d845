# SPDX-License-Identifier: GPL-3.0-or-later
"""Download and check of a large file over TLS from loopback: Hearth's downloader against curl and sha256sum."""

import os
import resource
import shutil
import subprocess
import tempfile
import time
from contextlib import contextmanager

import practice_file
from practice_file import REVISION
from results import NotMeasured, Results, say
from server import enter_network, https, shape
from session import clean_environment

CURL, BOTH, HEARTH = "curl -o", "curl -o, then sha256sum", "Hearth: download and check"
WAYS = {"shaped": ("at 1 Gbit/s", 1000, "≤ 1.10", 3), "unshaped": ("unshaped", None, "≤ 1.6", 5)}
NAME = "model.gguf"


def measure(options):
    results = Results("download", f"download: {options.size} MiB over TLS from nginx on loopback")
    for label, _, goal, _ in WAYS.values():
        results.metric(f"time, {label}", "s", CURL, digits=2, goals={HEARTH: goal})
        results.metric(f"processor time, {label}", "s", CURL, digits=2)
    with results.trouble("everything"):
        # In a child: the namespace is for this group alone.
        with downloads_folder(options) as (folder, where):
            results.conditions["where"] = f"files in {where}"
            measure_in(results, options, folder)
    return results.finish()


def measure_in(results, options, folder):
    enter_network()
    job = prepare(folder, options.size * 1024 * 1024)
    bundle(folder, "download")
    with https(folder) as (address, authority):
        programs = commands(folder, job, f"{address}/{REVISION}/{NAME}", authority)
        for way, (label, megabits, _, runs) in WAYS.items():
            if options.way not in (None, way):
                continue
            shape(megabits)
            for turn in range(options.runs or runs):
                say(f"download, {label}: turn {turn + 1} of {options.runs or runs}")
                for name, argv in programs.items():
                    with results.trouble(name):
                        elapsed, processor = one_download(argv, folder)
                        results.add(f"time, {label}", name, elapsed)
                        results.add(f"processor time, {label}", name, processor)


@contextmanager
def downloads_folder(options):
    """A folder with room for the file twice, and how to call it."""
    needed = (2 * options.size + 64) * 1024 * 1024
    base, where = options.folder, options.folder
    if base is None:
        base, where = "/dev/shm", "memory (tmpfs)"
        if os.statvfs(base).f_bavail * os.statvfs(base).f_frsize < needed or memory_left() < needed + 2**30:
            base, where = "/var/tmp", "/var/tmp"
    place = os.statvfs(base)
    if place.f_bavail * place.f_frsize < needed:
        raise NotMeasured(f"{base} has no room for twice {options.size} MiB")
    folder = tempfile.mkdtemp(prefix="hearth-bench-", dir=base)
    try:
        yield folder, where
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def memory_left():
    with open("/proc/meminfo", encoding="utf-8") as lines:
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable"))


def prepare(folder, size):
    """Makes the file; returns what a downloader is told about it."""
    for name in (f"files/{REVISION}", "home", "to"):
        os.makedirs(f"{folder}/{name}")
    say("making the file")
    return {"size": size, "sha256": practice_file.write(f"{folder}/files/{REVISION}/{NAME}", size),
            "architecture": practice_file.ARCHITECTURE}


def bundle(folder, name):
    made = subprocess.run(["build-aux/bundle", "esbuild", ".", f"{folder}/bundles", f"{name}=build-aux/bench/{name}.ts"],
                          capture_output=True, text=True, check=False)
    if made.returncode != 0:
        raise NotMeasured(f"the bundle cannot be made: {made.stderr.strip()[-400:]}")


def commands(folder, job, url, authority):
    target = f"{folder}/to/{NAME}"
    curl = ["curl", "--disable", "--silent", "--show-error", "--fail", "--cacert", authority, "--output", target, url]
    both = ["sh", "-c", '"$@" && sha256sum "$0"', target, *curl]
    hearth = ["gjs", "-m", f"{folder}/bundles/download.js", url, f"{folder}/to", NAME, str(job["size"]), job["sha256"],
              job["architecture"], authority]
    return {CURL: curl, BOTH: both, HEARTH: hearth}


def one_download(argv, folder):
    """Seconds by the clock and by the processors (children included). The target folder is empty before."""
    shutil.rmtree(f"{folder}/to")
    os.makedirs(f"{folder}/to")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.monotonic()
    done = subprocess.run(argv, env=clean_environment(f"{folder}/home"), capture_output=True, text=True, check=False)
    elapsed = time.monotonic() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        raise NotMeasured(f"ended with status {done.returncode}: {(done.stderr or done.stdout).strip()[-400:]}")
    return elapsed, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
