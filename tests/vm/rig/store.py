# SPDX-License-Identifier: GPL-3.0-or-later
"""The variables of the virtual firmware, in the file that it keeps them in. Read and written while it is off."""

import hashlib
import os
import struct

from virt.firmware.efi import efivar
from virt.firmware.varstore.edk2 import Edk2VarStore

SHIM = "605dab50-e046-4300-abb6-3dd810dd8b23"
GLOBAL = "8be4df61-93ca-11d2-aa0d-00e098032b8c"
X509_LIST = bytes.fromhex("a159c0a5e494a74a87b5ab155c2bf072")


def read(path):
    """Every variable that is kept: its name, then (attributes, bytes)."""
    return {name: (var.attr, bytes(var.data)) for name, var in Edk2VarStore(path).get_varlist().items()}


def write(path, changes):
    """Sets variables of shim's in place: name to (attributes, bytes), or to None to delete."""
    store = Edk2VarStore(path)
    variables = store.get_varlist()
    for name, value in changes.items():
        if value is None:
            variables.pop(name, None)
        else:
            variables[name] = efivar.EfiVar(name, guid=SHIM, attr=value[0], data=value[1])
    store.write_varstore(path, variables)


def take_folder(path, folder):
    """Moves what the real mokutil wrote into a folder (EFIVARFS_PATH) into the firmware's store."""
    changes = {name: None for name in ("MokNew", "MokAuth", "MokDel", "MokDelAuth", "MokTimeout")}
    for name in os.listdir(folder):
        if name.endswith("-" + SHIM) and name.startswith("Mok") and not name.removesuffix("-" + SHIM).endswith("RT"):
            with open(os.path.join(folder, name), "rb") as file:
                data = file.read()
            changes[name.removesuffix("-" + SHIM)] = (struct.unpack("<I", data[:4])[0], data[4:])
    write(path, changes)


def certificates(data):
    """The certificates in a list of signatures, DER."""
    found = []
    while len(data) >= 28:
        size, header, entry = struct.unpack_from("<III", data, 16)
        if data[:16] == X509_LIST and entry > 16:
            for at in range(28 + header, size, entry):
                found.append(data[at + 16 : at + entry])
        data = data[size:]
        if size == 0:
            break
    return found


def signature_list(certificate):
    """A list of signatures with one certificate in it, as mokutil writes them."""
    entry = 16 + len(certificate)
    return X509_LIST + struct.pack("<III", 28 + entry, 0, entry) + bytes(16) + certificate


def fingerprints(path, name):
    """SHA-1 of each certificate in a variable; empty where there is no such variable."""
    variable = read(path).get(name)
    return [hashlib.sha1(c).hexdigest() for c in certificates(variable[1])] if variable else []


def room(path):
    """Bytes in the store, and those that variables take up, with what was deleted and not yet cleared away."""
    store = Edk2VarStore(path)
    used = len(store.bytes_varlist(store.get_varlist()))
    return store.end - store.start, used
