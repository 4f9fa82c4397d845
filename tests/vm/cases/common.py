# SPDX-License-Identifier: GPL-3.0-or-later
"""What guests of several cases do, and what is seen of it."""

from rig.trial import ROOT

MODULES = ("unsigned", "foreign", "tampered", "ours")


def load(trial, *names):
    """A job: has the kernel take each module, and says of each whether it did."""
    return "\n".join(
        f"if {ROOT} insmod {trial.fixtures.path(name + '.ko')}; then echo '{name}: loaded'; {ROOT} rmmod hearth_hello; "
        f"else echo '{name}: refused'; fi"
        for name in names or MODULES
    )


def pending(trial):
    """Names of the variables of a request that the firmware keeps."""
    return trial.firmware_kept() & {"MokNew", "MokAuth", "MokDel", "MokDelAuth", "MokTimeout"}
