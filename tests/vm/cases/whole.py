# SPDX-License-Identifier: GPL-3.0-or-later
"""Hearth's own root service does the staging, in a guest with systemd, a bus and polkit."""

import json
import os
import re
import shutil

from rig.trial import CODE, crypt

NAME = "io.github.hearthdesktop.Hearth.Mechanism1"
CALL = f"busctl --system --timeout=300 call {NAME} /io/github/hearthdesktop/Hearth/Mechanism1 {NAME}"
PERSON = "setpriv --reuid=1000 --regid=1000 --init-groups"
# Without a session, polkit would ask nobody and refuse; what it is asked is what is looked at.
RULES = """polkit.addRule(function (action, subject) {
  if (action.id.indexOf('io.github.hearthdesktop.Hearth.Mechanism1.') === 0 && subject.user === 'hearth') {
    return polkit.Result.YES;
  }
});
"""
UNITS = {
    "hearth-trial.target": "[Unit]\nRequires=hearth-trial.service\n",
    "hearth-trial.service": """[Unit]
DefaultDependencies=no
Requires=dbus.socket
After=dbus.socket
[Service]
Type=oneshot
ExecStart=/bin/sh -c '. /hearth/tests/vm/guest/start'
StandardError=kmsg
""",
}


def prepare(trial):
    """What the guest is given besides its jobs."""
    share = trial.share
    os.makedirs(os.path.join(share, "system"))
    for name, text in UNITS.items():
        with open(os.path.join(share, "system", name), "w", encoding="ascii") as file:
            file.write(text)
    with open(os.path.join(share, "10-trial.rules"), "w", encoding="ascii") as file:
        file.write(RULES)
    shutil.copy(trial.fixtures.der("ours"), os.path.join(share, "key.der"))
    shutil.copy(trial.fixtures.path("ours.ko"), os.path.join(share, "module.ko"))
    open(os.path.join(share, "whole"), "w", encoding="ascii").close()


def state(output, mark):
    """What GetState answered after a line with a mark: names of its entries, with their text."""
    line = output.partition(f"== {mark}\n")[2].splitlines()[0]
    return dict(re.findall(r'"(\w+)" (?=\w+ )((?:(?!"\w+" \w+ ).)*)', line)), line


def root_service(trial):
    """Asked for as a person through the bus, enrolled on the firmware's screens, and known as that afterwards."""
    trial.firmware(enrolled=("second",))
    fingerprint = trial.fixtures.fingerprint("ours")
    hash_text = crypt(CODE).strip()
    ask = f"""echo '== state'
{PERSON} {CALL} GetState
echo '== stranger'
setpriv --reuid=65534 --regid=65534 --clear-groups {CALL} RequestEnrolment ss {fingerprint} '{hash_text}'
echo '== request'
{PERSON} {CALL} RequestEnrolment ss {fingerprint} '{hash_text}'
echo '== after'
{PERSON} {CALL} GetState
mokutil --list-new --short
systemctl show -p Result,MainPID hearth-mechanism
cat /var/lib/hearth/record.json
"""
    look = f"""echo '== state'
{PERSON} {CALL} GetState
if insmod /lib/modules/$(uname -r)/updates/dkms/nvidia.ko; then echo 'ours: loaded'; fi
echo '== again'
{PERSON} {CALL} RequestEnrolment ss {fingerprint} '{crypt(CODE[::-1]).strip()}'
"""
    with trial.machine(ask, look, memory=1536, prepare=prepare) as machine:
        # The service left the countdown out: the menu is the first that comes.
        manager = trial.key_manager(machine)
        manager.begin(300)
        manager.follow()
        machine.wait_off(300)
    first, second = trial.seen(1), trial.seen(2)
    trial.check("asked for by somebody who may not: refused", "Denied" in first.partition("== stranger")[2].partition("== request")[0], first)
    trial.check("before it, nothing is in the way", "module-unsigned" not in first and "no-shim" not in first, first)
    trial.check("the service staged it, as mokutil sees it", fingerprint[:10] in first.partition("== after")[2], first)
    trial.check("our module loads", "ours: loaded" in second, second)
    trial.check("asked for once more: refused, as it is enrolled", "already-enrolled" in second.partition("== again")[2], second)
    enrolled = {"ending": "enrolled", "trust": "trusted"}
    trial.check_says("Hearth says: enrolled", enrolled, start=2, asked_at=1)


CASES = [root_service]
