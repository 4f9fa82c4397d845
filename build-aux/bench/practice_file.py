# SPDX-License-Identifier: GPL-3.0-or-later
"""A file of any size that passes for a model: a true GGUF header, one tensor that fills the rest, noise in it."""

import hashlib
import random
import struct

ARCHITECTURE, LAYERS = "llama", 2
# A catalogue pins models to a revision, which is part of their address.
REVISION = "0" * 40
BLOCK = 16 * 1024 * 1024


def text(value):
    return struct.pack("<Q", len(value)) + value.encode()


def header(size):
    """`size` is the whole file's, in bytes. GGUF 3: magic, version, counts, pairs, tensors, padding to 32."""
    pairs = text("general.architecture") + struct.pack("<I", 8) + text(ARCHITECTURE)
    pairs += text(f"{ARCHITECTURE}.block_count") + struct.pack("<II", 4, LAYERS)

    def whole(elements):
        tensor = text("noise") + struct.pack("<IQIQ", 1, elements, 24, 0)
        start = b"GGUF" + struct.pack("<IQQ", 3, 1, 2) + pairs + tensor
        return start + bytes(-len(start) % 32)

    return whole(size - len(whole(0)))


def write(path, size):
    """Writes the file and returns its SHA-256. The noise repeats, which neither TLS nor a hash can make use of."""
    noise = random.Random(1).randbytes(BLOCK)
    digest = hashlib.sha256()
    left = size
    with open(path, "wb") as out:
        block = header(size)
        while left > 0:
            block = block[:left]
            out.write(block)
            digest.update(block)
            left -= len(block)
            block = noise
    return digest.hexdigest()
