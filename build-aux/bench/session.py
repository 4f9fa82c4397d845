# SPDX-License-Identifier: GPL-3.0-or-later
"""A desktop for one group of measurements: a private session bus and a compositor without a screen."""

import os
import shutil
import subprocess
import tempfile
import time
from contextlib import contextmanager

from results import NotMeasured

BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={folder}/bus</listen>
  <servicedir>{folder}/services</servicedir>
  <policy context="default"><allow send_destination="*"/><allow eavesdrop="true"/><allow own="*"/></policy>
</busconfig>
"""
# What is installed beside must not matter: of all services only the bus for assistive programs is started, as it is on
# every desktop.
SERVICES = ("org.a11y.Bus.service",)


def clean_environment(folder):
    """What programs see: a new profile in `folder`, nothing of whoever runs this."""
    keep = ("PATH", "XDG_DATA_DIRS", "SSL_CERT_FILE", "HEARTH_GOOSE")
    env = {name: os.environ[name] for name in keep if name in os.environ}
    # XDG_DATA_HOME and its like are left to their defaults, which follow HOME.
    env.update(HOME=folder, LANG="C.UTF-8", XDG_RUNTIME_DIR=f"{folder}/runtime", GSETTINGS_BACKEND="keyfile",
               GIO_USE_VFS="local", GVFS_DISABLE_FUSE="1")
    os.makedirs(env["XDG_RUNTIME_DIR"], mode=0o700, exist_ok=True)
    return env


def go_first():
    """In a new process: its main thread goes before all others; threads and children that it starts do not."""
    os.sched_setscheduler(0, os.SCHED_RR | os.SCHED_RESET_ON_FORK, os.sched_param(1))


def first_if_allowed():
    """`go_first` where the kernel lets us, else None."""
    try:
        subprocess.run(["true"], preexec_fn=go_first, check=True)
    except subprocess.SubprocessError:
        return None
    return go_first


def wait_for(path, process, seconds=10):
    end = time.monotonic() + seconds
    while not os.path.exists(path):
        if process.poll() is not None or time.monotonic() > end:
            raise NotMeasured(f"{process.args[0]} did not come up")
        time.sleep(0.02)


@contextmanager
def desktop(before=None):
    """Yields the variables that put a program on the desktop. `before` runs in the compositor's process, first."""
    for program in ("labwc", "dbus-daemon"):
        if shutil.which(program) is None:
            raise NotMeasured(f"{program} is not installed")
    folder = tempfile.mkdtemp(prefix="hearth-bench-")
    started = []
    try:
        os.makedirs(f"{folder}/services")
        for name in SERVICES:
            if os.path.exists(f"/usr/share/dbus-1/services/{name}"):
                shutil.copy(f"/usr/share/dbus-1/services/{name}", f"{folder}/services/{name}")
        with open(f"{folder}/bus.conf", "w", encoding="utf-8") as out:
            out.write(BUS.format(folder=folder))
        env = clean_environment(folder)
        env.update(DBUS_SESSION_BUS_ADDRESS=f"unix:path={folder}/bus", XDG_CURRENT_DESKTOP="GNOME",
                   XDG_SESSION_TYPE="wayland", WLR_BACKENDS="headless", WLR_RENDERER="pixman",
                   WLR_LIBINPUT_NO_DEVICES="1")
        log = open(f"{folder}/log", "wb")
        bus = subprocess.Popen(["dbus-daemon", f"--config-file={folder}/bus.conf", "--nofork"],
                               env=env, stdout=log, stderr=log)
        started.append(bus)
        wait_for(f"{folder}/bus", bus)
        try:
            display = subprocess.Popen(["labwc"], env=env, stdout=log, stderr=log, preexec_fn=before)
        except subprocess.SubprocessError as refusal:
            raise NotMeasured("only root can be served first") from refusal
        started.append(display)
        wait_for(f"{env['XDG_RUNTIME_DIR']}/wayland-0", display)
        yield {"DBUS_SESSION_BUS_ADDRESS": env["DBUS_SESSION_BUS_ADDRESS"], "XDG_CURRENT_DESKTOP": "GNOME",
               "XDG_SESSION_TYPE": "wayland", "WAYLAND_DISPLAY": f"{env['XDG_RUNTIME_DIR']}/wayland-0",
               "GDK_BACKEND": "wayland", "GSK_RENDERER": "cairo"}
    finally:
        for process in reversed(started):
            end(process)
        shutil.rmtree(folder, ignore_errors=True)


def end(process):
    process.terminate()
    try:
        process.wait(3)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextmanager
def profile():
    """A folder that is somebody's new home until the block ends."""
    folder = tempfile.mkdtemp(prefix="hearth-home-")
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
