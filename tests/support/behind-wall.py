#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stands in Goose's place behind its wall, tries every way out that a shell of an agent has, and prints what it found.

What it looks for is read from `look-for.json` in the folder it is started in."""

import ctypes
import errno
import fcntl
import json
import os
import platform
import socket
import subprocess
import termios

wanted = json.load(open('look-for.json'))
libc = ctypes.CDLL(None, use_errno=True)


def reaches(host, port):
    try:
        socket.create_connection((host, port), timeout=3).close()
        return True
    except OSError:
        return False


def opens(path):
    try:
        with socket.socket(socket.AF_UNIX) as one:
            one.settimeout(3)
            one.connect(path)
        return True
    except OSError:
        return False


def resolves(name):
    try:
        socket.getaddrinfo(name, 80)
        return True
    except OSError:
        return False


def writes(path):
    try:
        with open(path, 'a') as file:
            file.write('x')
        return True
    except OSError:
        return False


def outcome(work):
    try:
        work()
        return 'done'
    except OSError as error:
        return errno.errorcode[error.errno]


def call(number, *arguments):
    result = libc.syscall(number, *arguments)
    return 'done' if result >= 0 else errno.errorcode[ctypes.get_errno()]


def run(*argv):
    done = subprocess.run(argv, capture_output=True, text=True)
    return done.returncode == 0


keyctl = {'x86_64': 250, 'aarch64': 219}[platform.machine()]
found = {
    'interfaces': [name for _, name in socket.if_nameindex()],
    'loopback': reaches('127.0.0.1', wanted['port']),
    'outside': reaches(wanted['outside'], wanted['port']),
    'model': reaches('127.0.0.1', wanted['model']),
    'abstract': opens('\0' + wanted['abstract']),
    'resolves': resolves('example.org'),
    'localhost': resolves('localhost'),
    'written': [path for path in wanted['paths'] if writes(path)],
    'read': [path for path in wanted['secrets'] if os.path.exists(path)],
    'home': sorted(os.listdir(os.environ['HOME'])),
    'environment': sorted(name for name in os.environ if name in wanted['names']),
    'processes': len([name for name in os.listdir('/proc') if name.isdigit()]) > 12,
    'vsock': outcome(lambda: socket.socket(40, socket.SOCK_STREAM).close()),
    'packet': outcome(lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW).close()),
    'keyring': call(keyctl, 0, -3, 1),
    'uring': call(425, 1, 0),
    'namespace': run('unshare', '--user', 'true'),
    'capabilities': open('/proc/self/status').read().split('CapEff:')[1].split()[0],
}
if os.isatty(0):
    found['typing'] = outcome(lambda: fcntl.ioctl(0, termios.TIOCSTI, b'x'))
print('found ' + json.dumps(found), flush=True)
