# SPDX-License-Identifier: GPL-3.0-or-later
"""The power goes at each point of an enrolment. Another key is enrolled all the while: following the guide leaves it there.

What survives is decided by MokManager's first act, which is to erase MokNew; see docs/decisions/0012-power-cut.md."""

from rig import store
from rig.trial import CODE

from .common import load, pending

WHOLE = {"MokNew", "MokAuth", "MokTimeout"}


def keeps_the_key(trial, start=1):
    output = trial.seen(start)
    trial.check("the key that was enrolled before is still there, and its module loads", "second: loaded" in output, output)
    trial.check_says("Hearth finds that key enrolled", {"trust": "trusted"}, start=start, key="second")


def cut_at_menu(trial):
    """Before MokManager: all of the request survives. At its menu: what the firmware offers now is to reset everything."""
    trial.firmware(enrolled=("second",))
    trial.stage()
    with trial.machine() as machine:
        machine.wait("the firmware at work", lambda: machine.log(), 60)
        machine.cut()
    trial.check("cut before MokManager, the whole request is still there", pending(trial) == WHOLE, pending(trial))
    with trial.machine() as machine:
        manager = trial.key_manager(machine)
        manager.begin()
        trial.check("the menu comes at once, and the guide says to go on", manager.obey_guide())
        machine.cut()
    trial.check("cut at the menu, the code survives and the key does not", pending(trial) == {"MokAuth"}, pending(trial))
    with trial.machine(load(trial, "ours", "second")) as machine:
        machine.wait_text("Press any key to perform MOK management", 90)
        manager = trial.key_manager(machine, task="reset", picture="reset")
        manager.begin()
        manager.press("other")
        trial.check("the guide says not to go on, and what to choose", not manager.obey_guide())
        machine.wait_off()
    keeps_the_key(trial)
    trial.check("nothing of the request is left", not pending(trial), pending(trial))
    trial.check_says("Hearth says: not done, and nothing is in the way of asking again", {"ending": "not-done", "obstacles": []})


def cut_at_countdown(trial):
    """While "Press any key" counts down, and then nobody is there at the next start."""
    trial.firmware(enrolled=("second",))
    trial.stage(timeout=10)
    with trial.machine() as machine:
        machine.wait_text("Press any key to perform MOK management", 90)
        machine.cut()
    trial.check("the code survives and the key does not", pending(trial) == {"MokAuth"}, pending(trial))
    with trial.machine(load(trial, "ours", "second")) as machine:
        machine.wait_text("Press any key to perform MOK management", 90)
        machine.wait_off()
    keeps_the_key(trial)
    trial.check("nothing of the request is left", not pending(trial), pending(trial))
    trial.check_says("Hearth says: not done", {"ending": "not-done", "obstacles": []})


def cut_after_code(trial):
    """After the right code, before "Reboot" is chosen."""
    trial.firmware(enrolled=("second",))
    trial.stage()
    with trial.machine() as machine:
        manager = trial.key_manager(machine)
        manager.begin()
        manager.press("down", "enter", "down", "enter", "down", "enter", *CODE, "enter")
        machine.cut()
    trial.check("the request is done with", not pending(trial), pending(trial))
    with trial.machine(load(trial, "ours", "second")) as machine:
        machine.wait_off()
        trial.check("MokManager does not come again", "MOK management" not in machine.log())
    keeps_the_key(trial)
    trial.check_says("Hearth says: enrolled", {"ending": "enrolled", "trust": "trusted"})


def reset_erases(trial):
    """Why the guide warns of "Reset MOK": whoever goes on there blindly erases every key, and the same code does it."""
    trial.firmware(enrolled=("second",))
    trial.stage()
    # As a cut leaves it.
    store.write(trial.variables, {"MokNew": None, "MokTimeout": None})
    with trial.machine(load(trial, "second")) as machine:
        manager = trial.key_manager(machine, task="reset")
        manager.begin()
        manager.press("other", "down", "enter", "down", "enter", *CODE, "enter", "enter")
        machine.wait_off()
    trial.check("the key that was enrolled before is gone", "second: refused" in trial.seen(1), trial.seen(1))
    trial.check_says("Hearth says of the request: not done", {"ending": "not-done"})


def cut_while_deleting(trial):
    """At the menu of a deletion: MokManager does not come again by itself, and the key stays."""
    trial.firmware(enrolled=("ours", "second"))
    trial.stage(verb="--delete")
    with trial.machine() as machine:
        trial.key_manager(machine, task="delete").begin()
        machine.cut()
    trial.check("the code survives and the key does not", pending(trial) == {"MokDelAuth"}, pending(trial))
    with trial.machine(load(trial, "ours", "second")) as machine:
        machine.wait_off()
        trial.check("MokManager does not come again", "MOK management" not in machine.log())
    keeps_the_key(trial)
    trial.check("the key that was to go still is there", "ours: loaded" in trial.seen(1), trial.seen(1))
    trial.check_says("Hearth says: cut off", {"ending": "cut-off", "staleAuth": True}, kind="delete")


CASES = [cut_at_menu, cut_at_countdown, cut_after_code, reset_erases, cut_while_deleting]
