# SPDX-License-Identifier: GPL-3.0-or-later
"""Hearth's own root service does the staging, in a guest with systemd, a bus and polkit."""

import json
import os
import shutil

from rig.fixtures import BLANK_VARIABLES, OLDER
from rig.trial import CODE, ROOT, crypt

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
# Simulated: a DKMS that builds nothing. It signs, as the real one does, with the kernel's own program and the key that it has.
DKMS = """#!/bin/sh
while [ "$#" -gt 1 ]; do if [ "$1" = -k ]; then kernel=$2; fi; shift; done
folder=/lib/modules/$kernel/updates/dkms
mkdir -p "$folder"
/usr/lib/linux-kbuild-*/scripts/sign-file sha256 /var/lib/dkms/mok.key /var/lib/dkms/mok.pub /job/unsigned.ko "$folder/nvidia.ko"
"""
# A boot menu that keeps nouveau away, and one that does not.
KEPT = "linux /vmlinuz quiet rd.driver.blacklist=nouveau modprobe.blacklist=nouveau"
FREE = "linux /vmlinuz quiet"


def prepare(trial):
    """What the guest is given besides its jobs: no key, and a driver that nobody built yet."""
    share = trial.share
    os.makedirs(os.path.join(share, "system"))
    for name, text in UNITS.items():
        with open(os.path.join(share, "system", name), "w", encoding="ascii") as file:
            file.write(text)
    for name, text in (("10-trial.rules", RULES), ("dkms", DKMS)):
        with open(os.path.join(share, name), "w", encoding="ascii") as file:
            file.write(text)
    shutil.copy(trial.fixtures.path("unsigned.ko"), share)
    open(os.path.join(share, "whole"), "w", encoding="ascii").close()


def answer(output, mark):
    """What was said between a line with a mark and the next such line."""
    return ("\n" + output.partition(f"== {mark}\n")[2]).partition("\n== ")[0][1:]


def state(output, mark):
    """What GetState answered after a line with a mark."""
    line = (answer(output, mark).splitlines() or ["null"])[0]
    return plain(json.loads(line)["data"][0]) if line.startswith("{") else {}


def plain(value):
    """Without the types that busctl notes beside what is in a variant."""
    if isinstance(value, dict):
        if value.keys() == {"type", "data"}:
            return plain(value["data"])
        return {name: plain(one) for name, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, list) else value


def root_service(trial):
    """A key is made, asked for, withdrawn, asked for again and enrolled on the firmware's screens, and then deleted again:
    all of it as a person through the bus, by the service in the sandbox that is installed."""
    trial.firmware(enrolled=("second",))
    hashes = [crypt(code).strip() for code in (CODE[::-1], CODE, CODE)]
    key = f"$({PERSON} {CALL} PrepareKey | grep -oE '[0-9a-f]{{40}}')"
    ask = f"""{WAKE}
echo '== state'
{PERSON} {CALL} GetState
echo '== prepare'
key={key}
echo "$key"
stat -c '%a %U' /var/lib/dkms/mok.key
echo '== prepare again'
{PERSON} {CALL} PrepareKey
echo '== too early'
{PERSON} {CALL} RequestEnrolment ss "$key" '{hashes[0]}'
echo '== build'
{PERSON} {CALL} RebuildModule s "$(uname -r)"
cp /lib/modules/$(uname -r)/updates/dkms/nvidia.ko /job/module.ko
echo '== stranger'
setpriv --reuid=65534 --regid=65534 --clear-groups {CALL} RequestEnrolment ss "$key" '{hashes[0]}'
echo '== request'
{PERSON} {CALL} RequestEnrolment ss "$key" '{hashes[0]}'
echo '== requested'
{PERSON} {CALL} GetState
echo '== cancel'
{PERSON} {CALL} CancelRequest
echo '== cancelled'
{PERSON} {CALL} GetState
ls /sys/firmware/efi/efivars | grep -E '^Mok(New|Auth|Timeout)' || echo nothing
echo '== cancel again'
{PERSON} {CALL} CancelRequest
echo '== request again'
{PERSON} {CALL} RequestEnrolment ss "$key" '{hashes[1]}'
echo '== after'
{PERSON} {CALL} GetState
mokutil --list-new --short
cp /var/lib/dkms/mok.pub /job/key.der
sync
journalctl --quiet -u hearth-mechanism
"""
    look = f"""{WAKE}
echo '== state'
{PERSON} {CALL} GetState
if insmod /lib/modules/$(uname -r)/updates/dkms/nvidia.ko; then echo 'ours: loaded'; fi
key={key}
echo '== again'
{PERSON} {CALL} RequestEnrolment ss "$key" '{hashes[0]}'
mkdir -p /boot/grub
echo '{KEPT}' >/boot/grub/grub.cfg
echo '== forget too early'
{PERSON} {CALL} ForgetKey ss "$key" '{hashes[2]}'
echo '{FREE}' >/boot/grub/grub.cfg
echo '== forget'
{PERSON} {CALL} ForgetKey ss "$key" '{hashes[2]}'
echo '== leaving'
{PERSON} {CALL} GetState
mokutil --list-delete --short
# The last start has nothing to ask the service.
rm /job/whole
"""
    share = os.path.abspath(trial.share)
    loads = f"if {ROOT} insmod {share}/module.ko; then echo 'ours: loaded'; else echo 'ours: refused'; fi"
    with trial.machine(ask, look, loads, memory=1536, prepare=prepare) as machine:
        # The service left the countdown out: the menu is the first that comes.
        machine.wait("a key", lambda: os.path.exists(f"{share}/key.der") and machine.resets() >= 1, 300)
        made = key_of(trial)
        manager = trial.key_manager(machine, key=made)
        manager.begin()
        manager.follow()
        machine.wait("a restart after the request to delete it", lambda: machine.resets() >= 3, 300)
        manager = trial.key_manager(machine, task="delete", key=made)
        manager.begin()
        manager.follow()
        machine.wait_off(300)
    first, second, third = trial.seen(1), trial.seen(2), trial.seen(3)
    fingerprint = trial.fixtures.fingerprint(made)
    empty, requested, cancelled, after = (state(first, mark) for mark in ("state", "requested", "cancelled", "after"))
    trial.check("at first there is no key, and the service says so", "key-missing" in empty.get("obstacles", []), first)
    prepared = answer(first, "prepare").split("\n")
    trial.check("it makes one in its sandbox, whose private half is root's alone", prepared[:2] == [fingerprint, "600 root"], first)
    trial.check("asked again, it keeps that one", fingerprint in answer(first, "prepare again"), first)
    trial.check("it does not ask the firmware before there is a driver", "module-missing" in answer(first, "too early"), first)
    trial.check("what it has built outside its sandbox is signed with that key (building is simulated)",
                answer(first, "build").strip() == "" and requested.get("key", {}).get("fingerprint") == fingerprint, first)  # fmt: skip
    trial.check("asked by somebody who may not, it refuses", "not allowed" in answer(first, "stranger"), first)
    trial.check("asked by a person, it stages this key and no other", requested.get("pendingEnrolment") == [fingerprint], first)
    gone = cancelled.get("pendingEnrolment") == [] and "request" not in cancelled and cancelled.get("staleAuth") is False
    trial.check("withdrawn, nothing of it is left in the firmware", gone and "nothing" in answer(first, "cancelled"), first)
    trial.check("and there is nothing more to withdraw", "nothing is staged" in answer(first, "cancel again"), first)
    trial.check("asked for again, it is staged again", after.get("pendingEnrolment") == [fingerprint], first)
    trial.check("mokutil sees the same", fingerprint[:10] in answer(first, "after").partition("\n")[2], first)
    trial.check_says("Hearth says before the restart: pending", {"ending": "pending"}, start=1, state=after, key=made)
    trial.check("with the code of the second request the key is enrolled, and our module loads", "ours: loaded" in second, second)
    trial.check_says("Hearth says: enrolled, and the module is trusted", {"ending": "enrolled", "trust": "trusted"},
                     start=2, state=state(second, "state"), key=made)  # fmt: skip
    trial.check("asked once more, it refuses: already enrolled", "already-enrolled" in answer(second, "again"), second)
    trial.check("it does not delete the key of the only driver that is left", "keep-one-driver" in answer(second, "forget too early"), second)
    leaving = state(second, "leaving")
    trial.check("once nouveau may come back, it stages the deletion", leaving.get("pendingDeletion") == [fingerprint], second)
    trial.check("mokutil sees that, too", fingerprint[:10] in answer(second, "leaving").partition("\n")[2], second)
    trial.check("after it, our module is refused", "ours: refused" in third, third)
    trial.check_says("Hearth says: deleted", {"ending": "deleted", "trust": "unknown-key"}, start=3, asked_at=2, kind="delete", key=made)
    secrets = (CODE, *hashes)
    code = any(secret in text for secret in secrets for text in (first, second, third, kept(trial)))
    trial.check("neither code nor hash is in what the service keeps or says", not code)


def boot_menu(trial):
    """The service chooses the kernel in the menu of systemd-boot, which then starts it. Without shim and Secure Boot."""
    trial.firmware(base=BLANK_VARIABLES)
    now = trial.fixtures.kernel
    started = "tr ' ' '\\n' </proc/cmdline | grep '^hearth.kernel='"
    # The guest's root lacks chattr, which every distribution has; busybox has it, too.
    ask = f"""{started}
ln -s busybox /usr/bin/chattr
mkdir -p /lib/modules/{OLDER} /lib/modules/6.0.0-unlisted
{WAKE}
echo '== state'
{PERSON} {CALL} GetState
echo '== strangers'
{PERSON} {CALL} SetDefaultKernel s 6.0.0-missing
{PERSON} {CALL} SetDefaultKernel s 6.0.0-unlisted
{PERSON} {CALL} SetDefaultKernel s ../{OLDER}
ls /sys/firmware/efi/efivars | grep LoaderEntryDefault || echo 'nothing is set'
echo '== newest'
{PERSON} {CALL} SetDefaultKernel s {now}
busybox lsattr /sys/firmware/efi/efivars/LoaderEntryDefault-*
echo '== older'
{PERSON} {CALL} SetDefaultKernel s {OLDER}
echo '== after'
{PERSON} {CALL} GetState
journalctl --quiet -u hearth-mechanism
# The second start has nothing to ask the service.
rm /job/whole
"""
    with trial.machine(ask, started, memory=1536, prepare=prepare, disk="boot-menu") as machine:
        machine.wait_off(300)
    first, second = trial.seen(1), trial.seen(2)
    trial.check("the menu starts the newest kernel by itself", f"hearth.kernel={now}\n" in first, first)
    trial.check("the service says so", state(first, "state").get("defaultKernel") == now, first)
    strangers = answer(first, "strangers")
    trial.check("a kernel that is not there, or not in the menu, is refused and nothing is set",
                "no entry of its own" in strangers and "nothing is set" in strangers, first)  # fmt: skip
    trial.check("the firmware keeps the one that is set", "Call failed" not in answer(first, "newest"), first)
    trial.check("so that the kernel guards it from then on", "i" in answer(first, "newest").split(" ")[0], first)
    trial.check("and another one in its place all the same", state(first, "after").get("defaultKernel") == OLDER, first)
    trial.check("the next start is of that kernel", f"hearth.kernel={OLDER}\n" in second, second)


def key_of(trial):
    """The key that the guest made, with the module that it signs, where keys of this case are looked for."""
    made = os.path.join(os.path.abspath(trial.folder), "made")
    shutil.copy(os.path.join(trial.share, "key.der"), made + ".der")
    shutil.copy(os.path.join(trial.share, "module.ko"), made + ".ko")
    return made


def kept(trial):
    """All that the service keeps."""
    texts = []
    for folder, _, names in os.walk(os.path.join(trial.share, "state")):
        for name in names:
            with open(os.path.join(folder, name), encoding="utf-8", errors="replace") as file:
                texts.append(file.read())
    return "".join(texts)


CASES = [root_service, boot_menu]
