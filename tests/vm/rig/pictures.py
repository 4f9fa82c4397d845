# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures of the firmware's screens: kept small, and compared as an eye would, cell by cell."""

import operator
import struct
import zlib

# Black, blue, unused, light grey: what MokManager paints with.
PALETTE = bytes((0, 0, 0, 0, 0, 160, 90, 90, 90, 190, 190, 190))
CELL = (8, 19)


def levels(path):
    """Width, height and the colour of each pixel of a PPM file, by number in the palette."""
    with open(path, "rb") as file:
        data = file.read()
    _, width, height, _ = data.split(maxsplit=4)[:4]
    width, height = int(width), int(height)
    pixels = data[-width * height * 3 :]
    bright = pixels[1::3].translate(bytes(0 if n < 64 else 3 for n in range(256)))
    blue = pixels[2::3].translate(bytes(0 if n < 64 else 1 for n in range(256)))
    return width, height, bytes(map(operator.or_, bright, blue))


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def write(path, width, height, pixels):
    """A PNG file with two bits a pixel."""
    quarter = bytes(a << 6 | b << 4 | c << 2 | d for a, b, c, d in zip(*(pixels[n::4] for n in range(4)), strict=True))
    line = width // 4
    raw = b"".join(b"\0" + quarter[row * line : (row + 1) * line] for row in range(height))
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 2, 3, 0, 0, 0)))
        file.write(chunk(b"PLTE", PALETTE) + chunk(b"IDAT", zlib.compress(raw, 9)) + chunk(b"IEND", b""))


def read(path):
    """What `write` wrote."""
    with open(path, "rb") as file:
        data = file.read()
    width, height = struct.unpack_from(">II", data, 16)
    packed, at = b"", 8
    while at < len(data):
        size = struct.unpack_from(">I", data, at)[0]
        if data[at + 4 : at + 8] == b"IDAT":
            packed += data[at + 8 : at + 8 + size]
        at += 12 + size
    raw, line = zlib.decompress(packed), width // 4
    pixels = bytearray()
    for row in range(height):
        for four in raw[row * (line + 1) + 1 : (row + 1) * (line + 1)]:
            pixels += bytes((four >> 6, four >> 4 & 3, four >> 2 & 3, four & 3))
    return width, height, bytes(pixels)


def difference(one, other):
    """How many cells of text look different: more than a tenth of their pixels do. None where the sizes differ."""
    if one[:2] != other[:2]:
        return None
    width, height, first = one
    second = other[2]
    cells = {}
    for row in range(height):
        at = row * width
        if first[at : at + width] == second[at : at + width]:
            continue
        for column in range(width):
            if first[at + column] != second[at + column]:
                cell = (row // CELL[1], column // CELL[0])
                cells[cell] = cells.get(cell, 0) + 1
    return sum(1 for count in cells.values() if count > CELL[0] * CELL[1] // 10)
