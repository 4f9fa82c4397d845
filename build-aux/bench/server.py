# SPDX-License-Identifier: GPL-3.0-or-later
"""nginx with TLS on loopback, in a network namespace of its own whose speed can be set."""

import os
import shutil
import subprocess
import time
from contextlib import contextmanager

from results import NotMeasured
from session import end

PORT = 18443
# With frames of Ethernet's size one gigabit carries 118 MB of a file a second, as it does on a cable.
SHAPED_MTU, PLAIN_MTU = "1500", "65536"
SETTINGS = """
daemon off;
{user}
worker_processes 1;
pid {folder}/pid;
error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
  access_log off;
  sendfile on;
  {places}
  server {{
    listen 127.0.0.1:{port} ssl;
    ssl_certificate {folder}/cert.pem;
    ssl_certificate_key {folder}/key.pem;
    root {folder}/files;
  }}
}}
"""
PLACES = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


def enter_network():
    """Moves this process into a new network namespace with nothing but loopback; root is needed inside to shape it."""
    if os.geteuid() == 0:
        os.unshare(os.CLONE_NEWNET)
    else:
        user, group = os.geteuid(), os.getegid()
        try:
            os.unshare(os.CLONE_NEWUSER | os.CLONE_NEWNET)
        except OSError as refusal:
            raise NotMeasured(f"no network namespace of our own: {refusal.strerror}") from refusal
        for name, line in (("setgroups", "deny"), ("uid_map", f"0 {user} 1"), ("gid_map", f"0 {group} 1")):
            with open(f"/proc/self/{name}", "w", encoding="utf-8") as out:
                out.write(line)
    command(["ip", "link", "set", "lo", "up"])


def shape(megabits):
    """Limits loopback, both ways together, to so many megabits a second; None lifts the limit."""
    subprocess.run(["tc", "qdisc", "del", "dev", "lo", "root"], capture_output=True, check=False)
    command(["ip", "link", "set", "lo", "mtu", PLAIN_MTU if megabits is None else SHAPED_MTU])
    if megabits is not None:
        # A burst of 2 ms: the kernel hands over whole bundles of frames and would drop larger ones.
        command(["tc", "qdisc", "add", "dev", "lo", "root", "tbf", "rate", f"{megabits}mbit", "burst", "256kb",
                 "latency", "50ms"])


def command(argv):
    try:
        done = subprocess.run(argv, capture_output=True, text=True, check=False)
    except FileNotFoundError as missing:
        raise NotMeasured(f"{argv[0]} is not installed") from missing
    if done.returncode != 0:
        raise NotMeasured(f"{' '.join(argv[:3])}: {done.stderr.strip()[-200:]}")


@contextmanager
def https(folder):
    """Serves `folder`/files; yields (address, file with the authority to trust)."""
    if shutil.which("nginx") is None:
        raise NotMeasured("nginx is not installed")
    command(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
             "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
             "-keyout", f"{folder}/key.pem", "-out", f"{folder}/cert.pem"])
    places = " ".join(f"{name}_temp_path {folder}/{name};" for name in PLACES)
    user = "user root;" if os.geteuid() == 0 else ""
    with open(f"{folder}/nginx.conf", "w", encoding="utf-8") as out:
        out.write(SETTINGS.format(folder=folder, port=PORT, places=places, user=user))
    server = subprocess.Popen(["nginx", "-e", f"{folder}/error.log", "-c", f"{folder}/nginx.conf"])
    try:
        address = f"https://127.0.0.1:{PORT}"
        wait_for_answer(address, f"{folder}/cert.pem", server)
        yield address, f"{folder}/cert.pem"
    finally:
        end(server)


def wait_for_answer(address, authority, server):
    for _ in range(100):
        asked = subprocess.run(["curl", "--silent", "--cacert", authority, "--output", "/dev/null", address], check=False)
        if asked.returncode == 0:
            return
        if server.poll() is not None:
            break
        time.sleep(0.05)
    raise NotMeasured("nginx did not come up")
