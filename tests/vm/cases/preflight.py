# SPDX-License-Identifier: GPL-3.0-or-later
"""What is refused before anything is staged, and what would happen without."""

from rig import store
from rig.fixtures import BLANK_VARIABLES
from rig.trial import CODE, ROOT, crypt

from .common import load, pending

# The least that Hearth wants free; in the middle between that and nothing.
LEFT = 8 * 1024


def ask(trial):
    """A job: what an import says, without any preflight."""
    return f"""echo '{crypt(CODE).strip()}' | {ROOT} mokutil --import {trial.fixtures.der("ours")} --hash-file /proc/self/fd/0
echo "import: $?"
"""


def no_key_manager(trial):
    """No mmx64.efi beside the boot loader: refused before staging. Without, the computer starts over and over."""
    trial.firmware()
    with trial.machine(disk="no-key-manager") as machine:
        machine.wait_off()
    missing = {"obstacles": ["no-key-manager"]}
    trial.check_says("Hearth refuses: no-key-manager", missing, kind=None, disk="no-key-manager")
    trial.stage()
    with trial.machine(disk="no-key-manager") as machine:
        machine.wait_text("MokManager is missing on removable media.", 90)
        trial.compare_picture(machine, "no-key-manager")
        machine.wait("a second start", lambda: machine.resets() >= 1, 60)
        machine.wait_text("MokManager is missing on removable media.", 90)
        machine.wait("a third start", lambda: machine.resets() >= 2, 60)
        trial.check("staged all the same, it starts over and over", machine.resets() >= 2)
        machine.cut()
    trial.check("the request survives that", "MokNew" in pending(trial), pending(trial))
    with trial.machine() as machine:
        manager = trial.key_manager(machine)
        manager.begin()
        trial.check("with mmx64.efi in its place the menu comes", manager.screen == "menu")


def no_shim(trial):
    """Started past shim, with a key of the owner's own in db: refused. Without, nobody ever sees the request."""
    trial.firmware(base=trial.fixtures.path("owner.fd"))
    with trial.machine(ask(trial), "true", disk="no-shim") as machine:
        machine.wait_off()
        trial.check("the screen never comes", "MOK management" not in machine.log())
    trial.check("mokutil alone says that all is well", "import: 0" in trial.seen(1), trial.seen(1))
    options = {"start": 2, "disk": "no-shim"}
    trial.check_says("Hearth refuses: no-shim", {"obstacles": ["no-shim"]}, kind=None, **options)
    trial.check_says("Hearth says of a request all the same: not shown", {"ending": "not-shown"}, asked_at=1, **options)
    # A cut at the menu, seen by a system that was started past shim.
    store.write(trial.variables, {"MokNew": None})
    with trial.machine(disk="no-shim") as machine:
        machine.wait_off()
    trial.check_says("Hearth says of one that was cut off: cut off", {"ending": "cut-off", "staleAuth": True}, disk="no-shim")


def already_enrolled(trial):
    trial.firmware(enrolled=("ours",))
    with trial.machine(load(trial, "ours") + "\n" + ask(trial)) as machine:
        machine.wait_off()
    output = trial.seen(1)
    trial.check("the module loads as it is", "ours: loaded" in output, output)
    trial.check("mokutil skips it, with the same status as if it had staged it", "SKIP" in output and "import: 0" in output, output)
    trial.check("nothing is staged", not pending(trial), pending(trial))
    already = {"obstacles": ["already-enrolled"], "trust": "trusted", "ending": None}
    trial.check_says("Hearth refuses: already-enrolled", already, kind=None)


def nearly_full(trial):
    """Hardly any room for variables."""
    trial.firmware()
    room, used = store.room(trial.variables)
    number = 0
    # In pieces that the firmware would take.
    while room - used > LEFT + 2048:
        size = min(16 * 1024, room - used - LEFT - 1024)
        store.write(trial.variables, {f"Filling{number}": (7, bytes(size))})
        number += 1
        used = store.room(trial.variables)[1]
    with trial.machine(ask(trial)) as machine:
        machine.wait_off()
    answer = trial.says(kind=None)
    trial.check("there are less than 16 KiB free", answer["nvramFree"] < 16 * 1024, answer)
    trial.check_says("Hearth refuses: nvram-full", {"obstacles": ["nvram-full"]}, kind=None)


def secure_boot_off(trial):
    trial.firmware(base=BLANK_VARIABLES)
    with trial.machine(load(trial)) as machine:
        machine.wait_off()
    output = trial.seen(1)
    trial.check("every module loads that is whole, signed or not", "unsigned: loaded" in output and "foreign: loaded" in output, output)
    answer = trial.says(kind=None)
    trial.check("Hearth refuses: Secure Boot is off", answer["obstacles"][0] in ("secure-boot-off", "setup-mode"), answer)


CASES = [no_key_manager, no_shim, nearly_full, already_enrolled, secure_boot_off]
