# SPDX-License-Identifier: GPL-3.0-or-later
"""One virtual machine: QEMU in software, firmware with Microsoft's keys, typed at and looked at through its monitor."""

import json
import os
import shutil
import socket
import subprocess
import time

from .console import Console

OVMF = "/usr/share/OVMF"
KEYS = {" ": "spc", "-": "minus", "\n": "ret"}
# A machine that two others share a processor with takes several times as long.
PATIENCE = float(os.environ.get("HEARTH_VM_PATIENCE", "4"))


class Refused(AssertionError):
    """Something on a screen is not what it has to be."""


class Monitor:
    """QEMU's own protocol (QMP): one JSON document a line."""

    def __init__(self, path, process):
        end = time.monotonic() + 30
        while True:
            try:
                self.socket = socket.socket(socket.AF_UNIX)
                self.socket.connect(path)
                break
            except OSError as error:
                self.socket.close()
                if process.poll() is not None or time.monotonic() > end:
                    raise Refused(f"QEMU did not start: {error}") from error
                time.sleep(0.05)
        self.file = self.socket.makefile("rw")
        self.events = []
        json.loads(self.file.readline())
        self.command("qmp_capabilities")

    def command(self, name, **arguments):
        self.file.write(json.dumps({"execute": name, "arguments": arguments}) + "\n")
        self.file.flush()
        while True:
            line = self.file.readline()
            if not line:
                raise Refused(f"QEMU ended before it answered to {name}")
            answer = json.loads(line)
            if "event" in answer:
                self.events.append(answer["event"])
            elif "return" in answer:
                return answer["return"]
            elif "error" in answer:
                raise Refused(f"{name}: {answer['error']['desc']}")


class Machine:
    """Runs from the moment it is made until `stop`. Use as a context manager."""

    def __init__(self, folder, disk, variables, share, memory=768):
        """folder: for its own files. disk: image of the EFI partition, written to by nobody. variables: the firmware's
        store, written to. share: folder that the guest sees as /job."""
        os.makedirs(folder, exist_ok=True)
        self.folder = folder
        self.serial = os.path.join(folder, "serial.log")
        monitor = os.path.join(folder, "monitor")
        for path in (self.serial, monitor):
            if os.path.exists(path):
                os.unlink(path)
        # The path of a UNIX socket is short; the folder is not.
        short = f"/tmp/vm-{os.getpid()}-{id(self)}"
        arguments = [
            "qemu-system-x86_64", "-nodefaults", "-no-user-config", "-display", "none",
            "-machine", "q35,smm=on,vmport=off", "-accel", "tcg,tb-size=256", "-cpu", "max", "-smp", "1",
            "-m", str(memory),
            "-global", "driver=cfi.pflash01,property=secure,value=on", "-global", "ICH9-LPC.disable_s3=1",
            "-drive", f"if=pflash,format=raw,unit=0,readonly=on,file={OVMF}/OVMF_CODE_4M.secboot.fd",
            "-drive", f"if=pflash,format=raw,unit=1,file={variables}",
            "-drive", f"if=none,id=esp,format=raw,readonly=on,file={disk}",
            "-device", "virtio-blk-pci,drive=esp,bootindex=0",
            "-device", "VGA,vgamem_mb=16", "-device", "virtio-rng-pci",
            "-fsdev", f"local,id=job,path={share},security_model=none",
            "-device", "virtio-9p-pci,fsdev=job,mount_tag=job",
            "-fsdev", "local,id=root,path=/,security_model=none,readonly=on,multidevs=remap",
            "-device", "virtio-9p-pci,fsdev=root,mount_tag=root",
            "-serial", f"file:{self.serial}", "-qmp", f"unix:{short},server=on,wait=off",
        ]  # fmt: skip
        self.started = time.monotonic()
        with open(os.path.join(folder, "qemu.log"), "wb") as log:
            self.process = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.read = 0
        self.console = Console()
        try:
            self.monitor = Monitor(short, self.process)
        except BaseException:
            self.stop()
            raise
        self.socket_path = short

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def seconds(self):
        return time.monotonic() - self.started

    def look(self):
        """Takes in what came on the serial line."""
        try:
            with open(self.serial, "rb") as file:
                file.seek(self.read)
                data = file.read()
        except OSError:
            return
        self.read += len(data)
        self.console.feed(data)

    def log(self):
        with open(self.serial, "rb") as file:
            return file.read().decode("utf-8", "replace")

    def wait(self, what, until, seconds=60):
        """Waits until a question about the machine is answered with something, and returns it."""
        end = time.monotonic() + seconds * PATIENCE
        while True:
            self.look()
            answer = until()
            if answer:
                return answer
            if self.process.poll() is not None:
                raise Refused(f"the machine went off before: {what}; it showed {self.console.lines()}")
            if time.monotonic() > end:
                raise Refused(f"it did not come to: {what}; it shows {self.console.lines()}")
            time.sleep(0.05)

    def wait_text(self, text, seconds=60):
        self.wait(f'"{text}" on the screen', lambda: self.console.shows(text), seconds)

    def wait_off(self, seconds=120):
        """Until the guest switched the machine off."""
        end = time.monotonic() + seconds * PATIENCE
        while self.process.poll() is None:
            if time.monotonic() > end:
                self.look()
                raise Refused(f"the machine stayed on; it shows {self.console.lines()[-12:]}")
            time.sleep(0.05)
        self.look()

    def press(self, key):
        self.monitor.command("send-key", keys=[{"type": "qcode", "data": key}], **{"hold-time": 60})

    def type(self, text):
        """Types blindly, as slowly as the firmware takes it in."""
        for character in text:
            self.press(KEYS.get(character, character))
            time.sleep(0.25)

    def picture(self, path):
        """Keeps the screen as a PPM file, once two looks show the same."""
        last = None
        for _ in range(20):
            self.monitor.command("screendump", filename=path, format="ppm")
            with open(path, "rb") as file:
                now = file.read()
            if now == last:
                return
            last = now
            time.sleep(0.2)

    def resets(self):
        """How often the machine began anew."""
        self.monitor.command("query-status")
        return self.monitor.events.count("RESET")

    def cut(self):
        """Takes the power away. What the firmware wrote before is in its store."""
        self.process.kill()
        self.process.wait()

    def stop(self):
        if self.process.poll() is None:
            self.cut()
        if hasattr(self, "socket_path") and os.path.exists(self.socket_path):
            os.unlink(self.socket_path)
        shutil.rmtree(os.path.join(self.folder, "monitor"), ignore_errors=True)
