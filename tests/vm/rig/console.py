# SPDX-License-Identifier: GPL-3.0-or-later
"""The firmware's text console, as it arrives on the serial line: a small terminal, to know what a screen shows now."""

import codecs
import re

SEQUENCE = re.compile(r"\x1b\[([0-9;?]*)([A-Za-z])|\x1b[=>78cM()][0AB]?")
# What QEMU's graphics card has room for, and with it the serial line that shows the same.
WIDTH, HEIGHT = 160, 42


class Console:
    """Follows the bytes of a serial line. Cells are (character, background)."""

    def __init__(self):
        self.rest = ""
        self.decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.clear()
        self.background = 0

    def clear(self):
        self.cells = [[(" ", 0)] * WIDTH for _ in range(HEIGHT)]
        self.row = self.column = 0

    def feed(self, data):
        text = self.rest + self.decoder.decode(data)
        self.rest = ""
        at = 0
        while at < len(text):
            character = text[at]
            if character == "\x1b":
                match = SEQUENCE.match(text, at)
                if not match:
                    if len(text) - at < 16:
                        # The rest of it has not come yet.
                        self.rest = text[at:]
                        return
                    at += 1
                    continue
                if match[2]:
                    self.obey(match[1], match[2])
                at = match.end()
                continue
            if character == "\r":
                self.column = 0
            elif character == "\n":
                self.row = min(self.row + 1, HEIGHT - 1)
            elif character == "\b":
                self.column = max(self.column - 1, 0)
            elif character >= " ":
                if self.column < WIDTH:
                    self.cells[self.row][self.column] = (character, self.background)
                self.column += 1
            at += 1

    def obey(self, parameters, letter):
        numbers = [int(n) if n.isdigit() else 0 for n in parameters.split(";")]
        first = numbers[0]
        if letter in "Hf":
            self.row = min(max(first, 1), HEIGHT) - 1
            self.column = min(max(numbers[1] if len(numbers) > 1 else 1, 1), WIDTH) - 1
        elif letter == "J" and first == 2:
            self.clear()
        elif letter == "A":
            self.row = max(self.row - max(first, 1), 0)
        elif letter == "B":
            self.row = min(self.row + max(first, 1), HEIGHT - 1)
        elif letter == "C":
            self.column = min(self.column + max(first, 1), WIDTH - 1)
        elif letter == "D":
            self.column = max(self.column - max(first, 1), 0)
        elif letter == "m":
            for number in numbers:
                if number == 0:
                    self.background = 0
                elif 40 <= number <= 47:
                    self.background = number - 40

    def rows(self):
        """The whole screen as it stands there, frames and all."""
        return ["".join(character for character, _ in row) for row in self.cells]

    def lines(self):
        """Texts of the rows, without frames and the space around."""
        texts = (re.sub(r"^[\u2500-\u257f\s]+|[\u2500-\u257f\s]+$", "", row) for row in self.rows())
        return [text for text in texts if text]

    def selection(self):
        """Black cells in a row of blue ones: row, first column and the one after the last; None where there are none."""
        for number, row in enumerate(self.cells):
            black = [column for column, (_, background) in enumerate(row) if background == 0]
            if black and len(black) < WIDTH // 2:
                return [number, black[0], black[-1] + 1]
        return None

    def shows(self, text):
        return any(text in line for line in self.lines())
