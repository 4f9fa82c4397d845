# SPDX-License-Identifier: GPL-3.0-or-later
"""Hearth's own root service does the staging, in a guest with systemd, a bus and polkit."""

import json
import os
import shutil

from rig.trial import CODE, crypt

NAME = "io.github.hearthdesktop.Hearth.Mechanism1"
CALL = f"busctl --system --json=short --timeout=300 call {NAME} /io/github/hearthdesktop/Hearth/Mechanism1 {NAME}"
PERSON = "setpriv --reuid=1000 --regid=1000 --init-groups"
# The bus gives an activation 25 seconds, which may not be enough for a machine in software beside another one.
WAKE = f"for try in 1 2 3 4 5 6; do if {PERSON} {CALL} GetState >/dev/null; then break; fi; done"
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
    """What GetState answered after a line with a mark."""
    line = (output.partition(f"== {mark}\n")[2].splitlines() or ["null"])[0]
    return plain(json.loads(line)["data"][0]) if line.startswith("{") else {}


def plain(value):
    """Without the types that busctl notes beside what is in a variant."""
    if isinstance(value, dict):
        if value.keys() == {"type", "data"}:
            return plain(value["data"])
        return {name: plain(one) for name, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, list) else value


def root_service(trial):
    """Asked for as a person through the bus, enrolled on the firmware's screens, and known as that afterwards."""
    trial.firmware(enrolled=("second",))
    fingerprint = trial.fixtures.fingerprint("ours")
    hash_text = crypt(CODE).strip()
    ask = f"""{WAKE}
echo '== state'
{PERSON} {CALL} GetState
echo '== stranger'
setpriv --reuid=65534 --regid=65534 --clear-groups {CALL} RequestEnrolment ss {fingerprint} '{hash_text}'
echo '== request'
{PERSON} {CALL} RequestEnrolment ss {fingerprint} '{hash_text}'
echo '== after'
{PERSON} {CALL} GetState
mokutil --list-new --short
journalctl --quiet -u hearth-mechanism
"""
    look = f"""{WAKE}
echo '== state'
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
    before, after, last = state(first, "state"), state(first, "after"), state(second, "state")
    trial.check("before, the service finds the key and nothing in the way",
                before.get("key", {}).get("fingerprint") == fingerprint and before.get("obstacles") == [], first)  # fmt: skip
    stranger = first.partition("== stranger")[2].partition("== request")[0]
    trial.check("asked by somebody who may not, it refuses", "not allowed" in stranger, first)
    trial.check("asked by a person, it stages this key and no other", after.get("pendingEnrolment") == [fingerprint], first)
    trial.check("mokutil sees the same", fingerprint[:10] in first.partition("== after")[2], first)
    trial.check_says("Hearth says before the restart: pending", {"ending": "pending"}, start=1, state=after)
    trial.check("after it, our module loads", "ours: loaded" in second, second)
    trial.check_says("Hearth says: enrolled, and the module is trusted", {"ending": "enrolled", "trust": "trusted"}, start=2, state=last)
    trial.check("asked once more, it refuses: already enrolled", "already-enrolled" in second.partition("== again")[2], second)
    code = any(CODE in text or hash_text in text for text in (first, second, kept(trial)))
    trial.check("neither code nor hash is in what the service keeps or says", not code)


def kept(trial):
    """All that the service keeps."""
    texts = []
    for folder, _, names in os.walk(os.path.join(trial.share, "state")):
        for name in names:
            with open(os.path.join(folder, name), encoding="utf-8", errors="replace") as file:
                texts.append(file.read())
    return "".join(texts)


CASES = [root_service]
