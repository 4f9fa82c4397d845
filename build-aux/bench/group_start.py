# SPDX-License-Identifier: GPL-3.0-or-later
"""Time to the first frame and memory of Hearth's window, against other programs of the same toolkit.

Every program is watched from outside in the same way: libwayland notes each request of a client (WAYLAND_DEBUG), and
the first frame is the first commit with a buffer on the surface of a toplevel. Starting the process is time 0.
"""

import os
import re
import shutil
import subprocess
import tempfile
import time

from results import NotMeasured, Results, say
from session import clean_environment, desktop, end, first_if_allowed, profile

C, JS, TOUR = "minimal window in C", "minimal window in GJS", "gnome-tour"
HOME, WELCOME = "Hearth, home page", "Hearth, first start"
RUNS = 10
# Seconds after the first frame until memory is read, and to wait for a frame at all.
SETTLE, LIMIT = 2.0, 20.0
NOT_FIRST = "[io/github/hearthdesktop/Hearth]\nfirst-run-done=true\n"

# The time is that of the day, or (in older libwayland) microseconds modulo 2³² with a point before the last three.
LINE = re.compile(rb"^\[\s*(?:(\d+):(\d+):)?(\d+)\.(\d+)\].* -> (\w+)[#@](\d+)\.(\w+)\((.*)\)\s*$")
DAY = 24 * 60 * 60 * 10**6
NUMBER = re.compile(rb"[#@](\d+)")


def measure(options):
    results = Results("start", "start: first frame and memory, without a screen (labwc, pixman; GSK_RENDERER=cairo)")
    results.metric("first frame", "ms", C)
    results.metric("processor time of the first seconds", "ms", C)
    results.metric("RSS", "MiB", C)
    results.metric("private memory (USS)", "MiB", C)
    results.conditions["state"] = "programs in the page cache, a new profile each time"
    before = first_if_allowed()
    if before is not None:
        results.conditions["served"] = "main threads served before everything else on the computer"
    runs = options.runs or RUNS
    built = tempfile.mkdtemp(prefix="hearth-peers-")
    try:
        with desktop(before) as display:
            programs = find_programs(results, built)
            # Once for the page cache, not counted; then in turn, so that a busy moment meets all of them.
            for turn in range(runs + 1):
                say(f"start: turn {turn} of {runs}" if turn else "start: warming up")
                for name, argv in list(programs.items()):
                    with results.trouble(name):
                        sample = one_start(argv, display, name == HOME, before)
                        if turn:
                            for metric, value in sample.items():
                                results.add(metric, name, value)
                    if name in results.problems:
                        del programs[name]
    except NotMeasured as reason:
        results.problem("everything", str(reason))
    finally:
        shutil.rmtree(built)
    return results.finish()


def find_programs(results, built):
    peers = "build-aux/bench/peers"
    programs = {JS: ["gjs", "-m", f"{peers}/minimal.js"], HOME: ["hearth"], WELCOME: ["hearth"], TOUR: ["gnome-tour"]}
    with results.trouble(C):
        programs = {C: [compile_peer(f"{peers}/minimal.c", built)], **programs}
    for name, argv in list(programs.items()):
        path = shutil.which(argv[0])
        if path is None:
            results.problem(name, f"{argv[0]} is not installed")
            del programs[name]
        else:
            argv[0] = path
    return programs


def compile_peer(path, built):
    output = f"{built}/minimal"
    script = 'cc -O2 -o "$1" "$2" $(pkg-config --cflags --libs libadwaita-1)'
    made = subprocess.run(["sh", "-c", script, "sh", output, path], capture_output=True, text=True, check=False)
    if made.returncode != 0:
        raise NotMeasured(f"does not compile: {made.stderr.strip()[-300:]}")
    return output


def one_start(argv, display, toured, before=None):
    with profile() as folder:
        env = {**clean_environment(folder), **display, "WAYLAND_DEBUG": "client", "TZ": "UTC"}
        if toured:
            os.makedirs(f"{folder}/.config/glib-2.0/settings")
            with open(f"{folder}/.config/glib-2.0/settings/keyfile", "w", encoding="utf-8") as out:
                out.write(NOT_FIRST)
        with open(f"{folder}/wayland.log", "wb") as log:
            started = time.clock_gettime(time.CLOCK_REALTIME)
            process = subprocess.Popen(argv, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log,
                                       preexec_fn=before)
        try:
            first = wait_for_frame(f"{folder}/wayland.log", process)
            time.sleep(SETTLE)
            if process.poll() is not None:
                raise NotMeasured(f"ended by itself: {last_words(folder)}")
            resident, private = memory(process.pid)
            worked = processor_time(process.pid)
        finally:
            end(process)
    moment, period = first
    elapsed = (moment - int(started * 1e6)) % period
    return {"first frame": elapsed / 1000, "processor time of the first seconds": worked,
            "RSS": resident, "private memory (USS)": private}


def wait_for_frame(path, process):
    limit = time.monotonic() + LIMIT
    while time.monotonic() < limit:
        time.sleep(0.1)
        first = first_frame(path)
        if first is not None:
            return first
        if process.poll() is not None:
            raise NotMeasured(f"ended before its first frame: {last_words(os.path.dirname(path))}")
    raise NotMeasured(f"no frame within {LIMIT:.0f} s")


def first_frame(path):
    """When a toplevel's surface got its first buffer, as (microseconds, when they start again), or None."""
    surface_of, toplevels, attached = {}, set(), set()
    with open(path, "rb") as lines:
        for line in lines:
            match = LINE.match(line)
            if match is None:
                continue
            hours, minutes, whole, part, interface, number, request, arguments = match.groups()
            numbers = NUMBER.findall(arguments)
            if request == b"get_xdg_surface" and len(numbers) == 2:
                surface_of[numbers[0]] = numbers[1]
            elif request == b"get_toplevel":
                toplevels.add(surface_of.get(number))
            elif interface == b"wl_surface" and request == b"attach":
                (attached.add if numbers else attached.discard)(number)
            elif interface == b"wl_surface" and request == b"commit" and number in toplevels & attached:
                if hours is None:
                    return int(whole) * 1000 + int(part), 2**32
                return ((int(hours) * 60 + int(minutes)) * 60 + int(whole)) * 10**6 + int(part), DAY
    return None


def last_words(folder):
    with open(f"{folder}/wayland.log", "rb") as lines:
        words = [line for line in lines if not line.startswith(b"[") or LINE.match(line) is None]
    words = [line.decode(errors="replace").strip() for line in words if b"wl_" not in line and b"xdg_" not in line]
    return " / ".join(words[-4:])[:400] or "it said nothing"


def processor_time(pid):
    """Milliseconds that all threads of a process have run: less a matter of what else the computer does."""
    with open(f"/proc/{pid}/stat", encoding="utf-8") as line:
        fields = line.read().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def memory(pid):
    """Resident and private memory of a process, in MiB."""
    values = {}
    with open(f"/proc/{pid}/smaps_rollup", encoding="utf-8") as lines:
        for line in lines:
            name, _, rest = line.partition(":")
            if rest.strip().endswith("kB"):
                values[name] = int(rest.split()[0]) / 1024
    return values["Rss"], values["Private_Clean"] + values["Private_Dirty"]
