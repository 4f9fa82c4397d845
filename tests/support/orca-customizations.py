# SPDX-License-Identifier: GPL-3.0-or-later
"""Orca reads this when it starts. In place of its whole log, which keeps it busy for longer than the window it speaks of, it
writes a line of JSON for each thing it says, and one whenever nothing is left that it was told of."""

import json

from orca import debug

left = 0


def tell(_level, tokens, *_more):
    global left
    first = tokens[0] if tokens and isinstance(tokens[0], str) else ""
    if first == "SPEECH OUTPUT: '":
        write({"said": tokens[1]})
    elif first.startswith("\nvvvvv START"):
        left = tokens[tokens.index("(queue size:") + 1]
    elif first == "TOTAL PROCESSING TIME:" and left == 0:
        write({"idle": True})


def write(line):
    debug.debugFile.write(json.dumps(line) + "\n")


debug.print_tokens = tell
debug.print_message = lambda *_: None
