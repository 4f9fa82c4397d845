# SPDX-License-Identifier: GPL-3.0-or-later
"""A key is asked for, and enrolled or not."""

from rig.keymanager import TO_PASSWORD
from rig.trial import CODE, ROOT, crypt

from .common import load, pending

WRONG = "11111111"


def enrolled(trial):
    """From the request in the guest to the module that loads, with the countdown that Hearth otherwise leaves out."""
    trial.firmware()
    ask = f"""{load(trial)}
{ROOT} mokutil --sb-state
cat /sys/kernel/security/lockdown
echo '{crypt(CODE).strip()}' | {ROOT} mokutil --import {trial.fixtures.der("ours")} --hash-file /proc/self/fd/0
{ROOT} mokutil --list-new --short
"""
    with trial.machine(ask, load(trial)) as machine:
        machine.wait_text("Press any key to perform MOK management", 120)
        manager = trial.key_manager(machine, picture="enrol")
        trial.compare_picture(machine, "countdown")
        machine.press("ret")
        manager.begin()
        # The key is looked at as well, to compare its fingerprint.
        manager.press("down", "enter", "enter", "enter", "down", "enter", "down", "enter", *CODE, "enter", "enter")
        machine.wait_off()
    first, second = trial.seen(1), trial.seen(2)
    on = "SecureBoot enabled" in first and "[integrity]" in first
    trial.check("Secure Boot is on in the guest, and the kernel locked down", on, first)
    trial.check("before, no module loads, ours neither", "loaded" not in first and "ours: refused" in first, first)
    trial.check("the request is there before the restart", trial.fixtures.fingerprint("ours")[:10] in first, first)
    waiting = {"ending": "pending", "obstacles": [], "trust": "unknown-key", "staleAuth": False}
    trial.check_says("Hearth says before the restart: pending, nothing in the way", waiting, start=1, asked_at=1)
    trial.check("after it, our module loads", "ours: loaded" in second, second)
    for name in ("unsigned", "foreign", "tampered"):
        trial.check(f"the {name} one is refused", f"{name}: refused" in second, second)
    trial.check_says("Hearth says: enrolled, and the module is trusted", {"ending": "enrolled", "trust": "trusted"}, start=2, asked_at=1)
    trial.check_says("Hearth says of the foreign key: not enrolled, and not trusted", {"ending": "not-done", "trust": "unknown-key"},
                     start=2, asked_at=1, key="foreign")  # fmt: skip


def screen_missed(trial):
    """Nobody is there while the screen counts down."""
    trial.firmware()
    trial.stage(timeout=10)
    with trial.machine() as machine:
        machine.wait_text("Press any key to perform MOK management", 90)
        machine.wait_off()
    trial.check("the firmware keeps nothing of the request", not pending(trial), pending(trial))
    trial.check_says("Hearth says: not done, and nothing is in the way of asking again", {"ending": "not-done", "obstacles": []})
    trial.check_says("the second time, with a person who says that all went well: dropped by the firmware", {"ending": "dropped"}, attempts=2)


def continue_boot(trial):
    """ "No" to the question, then "Continue boot"."""
    trial.firmware()
    trial.stage()
    with trial.machine() as machine:
        manager = trial.key_manager(machine)
        # Without a countdown: the menu waits for as long as it takes.
        manager.begin()
        manager.press("down", "enter", "down", "enter", "enter", "enter")
        machine.wait_off()
    trial.check("the firmware keeps nothing of the request", not pending(trial), pending(trial))
    trial.check_says("Hearth says: not done", {"ending": "not-done", "obstacles": []})


def wrong_code(trial):
    """Three wrong codes, and then the right one in the same menu."""
    trial.firmware()
    trial.stage()
    with trial.machine(load(trial, "ours")) as machine:
        manager = trial.key_manager(machine, picture="wrong")
        manager.begin()
        manager.press(*TO_PASSWORD)
        for _ in range(3):
            manager.press(*WRONG, "enter", "enter")
            manager.picture = None
        # Three were too many: that it failed, and the menu again with the request still in it.
        manager.press("enter")
        manager.follow()
        machine.wait_off()
    trial.check("our module loads", "ours: loaded" in trial.seen(1), trial.seen(1))
    trial.check_says("Hearth says: enrolled", {"ending": "enrolled", "trust": "trusted"})


def pending_with_another_code(trial):
    """Somebody asked for the same key with a code of their own before."""
    trial.firmware()
    trial.stage(code=WRONG)
    folder = trial.folder + "/efivars"
    again = trial.mokutil(folder, "--import", trial.fixtures.der("ours"), "--hash-file", "/dev/stdin", given=crypt(CODE))
    trial.check("mokutil alone leaves the old code in place, and says so only in its text", "SKIP" in again, again)
    trial.mokutil(folder, "--revoke-import")
    trial.take_folder()
    # The wish for no countdown stays; it has no effect without a request.
    trial.check("withdrawn, nothing of it is left to do", pending(trial) <= {"MokTimeout"}, pending(trial))
    trial.stage()
    with trial.machine(load(trial, "ours")) as machine:
        manager = trial.key_manager(machine)
        manager.begin()
        manager.press(*TO_PASSWORD, *WRONG, "enter")
        trial.check("the old code is refused", manager.screen == "mismatch")
        manager.press("enter", *CODE, "enter")
        trial.check("the new code is taken", manager.screen == "done")
        manager.press("enter")
        machine.wait_off()
    trial.check_says("Hearth says: enrolled", {"ending": "enrolled", "trust": "trusted"})


def two_keys(trial):
    """Two keys in one request: the list has a line more, and "Continue" is one further down."""
    trial.firmware()
    trial.stage(keys=("ours", "second"))
    with trial.machine(load(trial, "ours", "second")) as machine:
        trial.key_manager(machine).begin()
        for key, shown in (("down", None), ("ret", "View key 1"), ("down", None), ("down", None), ("ret", "Enroll the key(s)?"),
                           ("down", None), ("ret", "Password:")):  # fmt: skip
            selected = machine.console.selection()
            machine.press(key)
            if shown:
                machine.wait_text(shown)
            else:
                machine.wait("another line selected", lambda before=selected: machine.console.selection() != before)
        machine.type(CODE)
        machine.press("ret")
        machine.wait_text("Reboot")
        machine.press("ret")
        machine.wait_off()
    output = trial.seen(1)
    trial.check("modules of both load", "ours: loaded" in output and "second: loaded" in output, output)
    for key in ("ours", "second"):
        trial.check_says(f"Hearth says of {key}: enrolled", {"ending": "enrolled", "trust": "trusted"}, key=key)


def deleted(trial):
    """The way back: a key that is enrolled is deleted, on the same screens with other words."""
    trial.firmware(enrolled=("ours", "second"))
    said = trial.stage(verb="--delete")
    trial.check("mokutil stages it", "SKIP" not in said and "MokDel" in pending(trial), said)
    with trial.machine(load(trial, "ours", "second")) as machine:
        manager = trial.key_manager(machine, task="delete", picture="delete")
        manager.begin()
        manager.follow()
        machine.wait_off()
    output = trial.seen(1)
    trial.check("its module is refused now", "ours: refused" in output, output)
    trial.check("the other key is still enrolled, and its module loads", "second: loaded" in output, output)
    trial.check_says("Hearth says: deleted", {"ending": "deleted", "trust": "unknown-key"}, kind="delete")
    trial.check_says("Hearth says: there is nothing left to delete", {"deletion": ["key-missing"]}, kind="delete")


CASES = [enrolled, wrong_code, pending_with_another_code, deleted, two_keys, screen_missed, continue_boot]
