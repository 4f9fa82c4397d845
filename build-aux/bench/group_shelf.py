# SPDX-License-Identifier: GPL-3.0-or-later
"""How evenly Hearth's window is drawn while a catalogue of a thousand entries is scrolled and searched."""

from group_download import bundle, downloads_folder
from group_frames import METRICS, installed_data, one_run
from results import NotMeasured, Results, say
from session import desktop

ENTRIES, SECONDS, RUNS, FEWEST = 1000, 8, 2, 50
PARTS = {"rest": "window at rest", "scrolling": "scrolling", "filtering": "searching"}
GOALS = {PARTS["scrolling"]: "< 20 ms", PARTS["filtering"]: "< 20 ms"}


def measure(options):
    results = Results("shelf", f"shelf: {ENTRIES} models, scrolled and searched")
    for title in METRICS.values():
        for part, goals in (("median", {}), ("p99", GOALS), ("longest", {})):
            results.metric(f"{title}, {part}", "ms", PARTS["rest"], digits=1, goals=goals)
    results.conditions["where"] = "no screen, 60 Hz, drawn by the processor; compositor on the same processors"
    with results.trouble("everything"):
        with downloads_folder(options) as (folder, _):
            installed = installed_data()
            bundle(folder, "shelf")
            argv = ["gjs", "-m", f"{folder}/bundles/shelf.js", installed, str(ENTRIES), str(SECONDS)]
            runs = options.runs or RUNS
            for turn in range(runs):
                say(f"shelf: turn {turn + 1} of {runs}")
                with desktop() as display:
                    add(results, one_run(argv, folder, display, "", None))
    return results.finish()


def add(results, sample):
    for part, program in PARTS.items():
        for kind, title in METRICS.items():
            values = sorted(sample[part][kind])
            if len(values) < FEWEST:
                raise NotMeasured(f"only {len(values)} frames were drawn")
            results.add(f"{title}, median", program, values[len(values) // 2])
            results.add(f"{title}, p99", program, values[int(len(values) * 0.99)])
            results.add(f"{title}, longest", program, values[-1])
