# SPDX-License-Identifier: GPL-3.0-or-later
"""A key is asked for, and enrolled or not."""

from rig.trial import CODE, ROOT, crypt

# The verdict of the kernel on each module, one a line.
LOAD = "\n".join(
    f"if {ROOT} insmod $FIXTURES/{name}.ko; then echo '{name}: loaded'; {ROOT} rmmod hearth_hello; else echo '{name}: refused'; fi"
    for name in ("unsigned", "foreign", "tampered", "ours")
)


def load(trial):
    return f"FIXTURES={trial.fixtures.folder}\n{LOAD}"


def enrolled(trial):
    """From the request in the guest to the module that loads."""
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
    trial.check("Secure Boot is on in the guest, with the kernel locked down", "SecureBoot enabled" in first and "[integrity]" in first, first)
    trial.check("before, no module of ours loads", "loaded" not in first and "ours: refused" in first, first)
    trial.check("the request is there before the restart", trial.fixtures.fingerprint("ours")[:10] in first, first)
    trial.check("after it, our module loads", "ours: loaded" in second, second)
    for name in ("unsigned", "foreign", "tampered"):
        trial.check(f"the {name} one is refused", f"{name}: refused" in second, second)


CASES = [enrolled]
