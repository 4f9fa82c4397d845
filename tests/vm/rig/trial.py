# SPDX-License-Identifier: GPL-3.0-or-later
"""One case: its own folder, its own firmware, what it checks, and what Hearth says of it."""

import json
import os
import shutil
import subprocess
import time

from cryptography import x509

from . import pictures, store
from .keymanager import KeyManager
from .machine import Machine, Refused

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
REFERENCES = os.path.join(HERE, "screens")
JUDGE = "build/tests/vm/judge.js"
# A few cells may look different before a picture counts as another one.
TOLERANCE = 6
CODE = "48271935"
# What stands above the sentence that a person reads for each ending.
TITLES = {
    ("enrolled", "enrol"): "Key Enrolled", ("deleted", "delete"): "Key Deleted", ("pending", "enrol"): "Restart to Go On",
    ("not-done", "enrol"): "Key Not Enrolled", ("cut-off", "enrol"): "Interrupted", ("cut-off", "delete"): "Interrupted",
    ("not-shown", "enrol"): "Screens Not Shown", ("dropped", "enrol"): "Key Not Kept",
}  # fmt: skip
# What an initial program of a guest calls, of the root that it shares with the host.
ROOT = "chroot /root"


class Trial:
    def __init__(self, name, folder, fixtures, keep_pictures=False):
        self.name, self.folder, self.fixtures, self.keep_pictures = name, folder, fixtures, keep_pictures
        self.results = []
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        self.variables = os.path.join(folder, "variables.fd")
        self.share = os.path.join(folder, "share")
        os.makedirs(self.share)

    def check(self, what, holds, details=""):
        self.results.append((what, bool(holds), "" if holds else str(details)))

    # The machine.

    def firmware(self, enrolled=(), **options):
        self.fixtures.variables(self.variables, enrolled, **options)

    def machine(self, *jobs, disk="usual", prepare=None, **options):
        """Starts a machine on this case's firmware. Each job is what one start of the guest does; it restarts in between
        and switches itself off after the last. `prepare` puts more into the folder that the guest sees."""
        shutil.rmtree(self.share)
        os.makedirs(self.share)
        for number, job in enumerate(jobs or ("true",)):
            with open(os.path.join(self.share, f"job-{number + 1}.sh"), "w", encoding="utf-8") as file:
                file.write(job + "\n")
        if prepare:
            prepare(self)
        return Machine(self.folder, self.fixtures.path(disk + ".disk"), self.variables, self.share, **options)

    def seen(self, start, name="output"):
        """What a start of the guest left: its output, or another file that the guest writes."""
        try:
            with open(os.path.join(self.share, f"seen-{start}", name), encoding="utf-8", errors="replace") as file:
                return file.read()
        except FileNotFoundError:
            return ""

    def firmware_kept(self):
        """Names of shim's variables that are in the firmware's store."""
        return {name for name in store.read(self.variables) if name.startswith("Mok")}

    # What is asked of the firmware.

    def mokutil(self, folder, *arguments, given=""):
        done = subprocess.run(
            ["mokutil", *arguments], input=given, capture_output=True, text=True, check=False,
            env={"PATH": "/usr/bin", "LC_ALL": "C", "EFIVARFS_PATH": folder + "/"},
        )  # fmt: skip
        return done.stdout + done.stderr

    def stage(self, keys=("ours",), code=CODE, verb="--import", timeout=-1):
        """Has the real mokutil stage a request, on a folder, and puts what it wrote into the firmware: as if it had been
        called in the guest."""
        folder = os.path.join(self.folder, "efivars")
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        for name, data in (("SecureBoot", b"\6\0\0\0\1"), ("SetupMode", b"\6\0\0\0\0")):
            with open(os.path.join(folder, f"{name}-{store.GLOBAL}"), "wb") as file:
                file.write(data)
        listed = store.read(self.variables).get("MokList")
        if listed:
            with open(os.path.join(folder, f"MokListRT-{store.SHIM}"), "wb") as file:
                file.write(b"\6\0\0\0" + listed[1])
        said = self.mokutil(folder, verb, *map(self.fixtures.der, keys), "--hash-file", "/dev/stdin", given=crypt(code))
        if timeout != 10:
            self.mokutil(folder, "--timeout", str(timeout))
        self.take_folder()
        return said

    def take_folder(self):
        """Puts what mokutil left in the folder of `stage` into the firmware, and takes out what it withdrew."""
        store.take_folder(self.variables, os.path.join(self.folder, "efivars"))

    # What Hearth says.

    def judge(self, **question):
        done = subprocess.run(["node", JUDGE], input=json.dumps(question), capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise Refused(f"the judge: {done.stderr}")
        return json.loads(done.stdout)

    def says(self, start=1, key="ours", kind="enrol", asked_at=None, attempts=1, disk="usual", state=None):
        """What Hearth makes of what a start of the guest saw. asked_at: the start at which the request was made, None for
        one before this machine was switched on; kind None where nothing was asked. state: what the root service says."""
        request = kind and {"kind": kind, "bootId": asked_at and self.seen(asked_at, "boot-id").strip(), "attempts": attempts}
        return self.judge(
            ask="guest", folder=os.path.join(self.share, f"seen-{start}"), partition=self.fixtures.partition(disk),
            certificate=self.fixtures.der(key), module=self.fixtures.path(key + ".ko"), request=request,
            now=int(time.time() * 1000), **({"state": state} if state else {}),
        )  # fmt: skip

    def check_says(self, what, expected, **options):
        """Checks what Hearth says, for the named parts of its answer."""
        answer = self.says(**options)
        if expected.get("ending"):
            expected = {**expected, "title": TITLES[expected["ending"], options.get("kind", "enrol")]}
        self.check(what, all(answer[name] == value for name, value in expected.items()), json.dumps(answer))

    def shown_key(self, name):
        """A certificate as the screen behind "View key 0" shows it."""
        certificate = x509.load_der_x509_certificate(self.fixtures.certificate(name))
        common_name = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)[0].value
        return {
            "fingerprint": self.fixtures.fingerprint(name), "serial": f"{certificate.serial_number:x}", "name": common_name,
            "notBefore": int(certificate.not_valid_before_utc.timestamp() * 1000),
            "notAfter": int(certificate.not_valid_after_utc.timestamp() * 1000), "modulesOnly": name != "owner",
        }  # fmt: skip

    def key_manager(self, machine, task="enrol", code=CODE, key="ours", picture=None):
        return KeyManager(self, machine, task, code, self.shown_key(key), picture)

    def compare_picture(self, machine, name):
        """Keeps a picture of the screen, and holds it against the one in screens/."""
        picture = os.path.join(self.folder, name + ".png")
        raw = os.path.join(self.folder, "picture.ppm")
        reference = os.path.join(REFERENCES, name + ".png")
        for tries_left in (2, 1, 0):
            machine.picture(raw)
            now = pictures.levels(raw)
            if self.keep_pictures or not os.path.exists(reference):
                break
            cells = pictures.difference(now, pictures.read(reference))
            alike = cells is not None and cells <= TOLERANCE
            if alike or tries_left == 0:
                pictures.write(picture, *now)
                self.check(f"looks as in screens/{name}.png", alike, f"{cells} cells of text look different in {picture}")
                return
            # A countdown may still be at the second before.
            time.sleep(0.7)
        pictures.write(picture, *now)
        if self.keep_pictures:
            shutil.copy(picture, reference)
        self.check(f"the picture {name} is kept", self.keep_pictures, f"no {reference}; make it with HEARTH_VM_KEEP=1")


def crypt(code):
    """SHA-512 crypt, as Hearth hands it on."""
    done = subprocess.run(["openssl", "passwd", "-6", "-stdin"], input=code + "\n", capture_output=True, text=True, check=True)
    return done.stdout
