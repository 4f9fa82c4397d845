# SPDX-License-Identifier: GPL-3.0-or-later
#
# read-software.py ID OUT: opens the page of a program in GNOME Software, waits until it has its buttons and tiles, and writes
# what assistive technology is told to OUT.txt and a picture to OUT.png.
import subprocess
import sys
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi  # noqa: E402

component, out = sys.argv[1:]
software = subprocess.Popen(["gnome-software", "--verbose", "--details=" + component])


def lines(node, depth=0, found=None):
    found = [] if found is None else found
    try:
        name = (node.get_name() or "").strip()
        states = node.get_state_set()
        if name and states.contains(Atspi.StateType.SHOWING):
            found.append(" " * depth + node.get_role_name() + " | " + name.replace("\n", " "))
        for at in range(node.get_child_count()):
            child = node.get_child_at_index(at)
            if child is not None:
                lines(child, depth + 1, found)
    except Exception:  # A widget that is gone meanwhile.
        pass
    return found


def page():
    desktop = Atspi.get_desktop(0)
    for at in range(desktop.get_child_count()):
        app = desktop.get_child_at_index(at)
        if app is not None and "software" in (app.get_name() or "").lower():
            return lines(app)
    return []


seen = []
deadline = time.monotonic() + 180
while time.monotonic() < deadline:
    time.sleep(1)
    seen = page()
    text = "\n".join(seen)
    if "Private AI" in text and ("Install" in text or "Open" in text) and "Age" in text:
        break
time.sleep(2)
seen = page()
subprocess.run(["grim", out + ".png"], check=False)
with open(out + ".txt", "w", encoding="utf-8") as file:
    file.write("\n".join(seen) + "\n")
software.terminate()
