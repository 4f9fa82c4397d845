# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads and writes gettext's text files, as far as Hearth's tools need them."""

import ast
import dataclasses


@dataclasses.dataclass
class Message:
    """A message of a .po or .pot file. `strings` has one text, or one for each plural form."""

    line: int
    context: str | None = None
    id: str = ""
    plural: str | None = None
    strings: list[str] = dataclasses.field(default_factory=list)
    flags: set[str] = dataclasses.field(default_factory=set)
    comments: list[str] = dataclasses.field(default_factory=list)
    places: list[str] = dataclasses.field(default_factory=list)


def read(text: str) -> list[Message]:
    """All messages in their order, the header (with the empty id) first. Those that are obsolete are left out."""
    messages: list[Message] = []
    message: Message | None = None
    key = ""

    def fresh(number: int) -> Message:
        nonlocal message
        if message is None:
            message = Message(line=number)
        return message

    def end() -> None:
        nonlocal message
        if message is not None and message.strings:
            messages.append(message)
        message = None

    for number, line in enumerate([*text.split("\n"), ""], 1):
        line = line.strip()
        if line == "":
            end()
        elif line.startswith("#~"):
            continue
        elif line.startswith("#"):
            if message is not None and message.strings:
                end()
            current = fresh(number)
            kind, rest = line[1:2], line[2:].strip()
            if kind == ",":
                current.flags |= {flag.strip() for flag in rest.split(",")}
            elif kind == ".":
                current.comments.append(rest)
            elif kind == ":":
                current.places += rest.split()
        else:
            if not line.startswith('"'):
                key, _, line = line.partition(" ")
                if key in ("msgctxt", "msgid") and message is not None and message.strings:
                    end()
                current = fresh(number)
                if key == "msgctxt":
                    current.context = ""
                elif key == "msgid":
                    current.line = number
                elif key == "msgid_plural":
                    current.plural = ""
                elif key.startswith("msgstr"):
                    current.strings.append("")
            current = fresh(number)
            part = ast.literal_eval(line)
            if key == "msgctxt":
                current.context = (current.context or "") + part
            elif key == "msgid":
                current.id += part
            elif key == "msgid_plural":
                current.plural = (current.plural or "") + part
            else:
                current.strings[-1] += part
    return messages


def quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t")
    return '"' + escaped.replace("\n", '\\n"\n"') + '"'


def written(message: Message) -> str:
    lines = [] if message.context is None else [f"msgctxt {quoted(message.context)}"]
    lines.append(f"msgid {quoted(message.id)}")
    if message.plural is None:
        lines.append(f"msgstr {quoted(message.strings[0])}")
    else:
        lines.append(f"msgid_plural {quoted(message.plural)}")
        lines += [f"msgstr[{at}] {quoted(text)}" for at, text in enumerate(message.strings)]
    return "\n".join(lines) + "\n"
