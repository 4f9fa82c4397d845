# SPDX-License-Identifier: GPL-3.0-or-later
"""MokManager, walked through as the rehearsal in Hearth's window says that it goes: each screen has to be the expected one,
character for character, with the same line selected."""

import re
import time

# Names of the rehearsal's keys, and of the monitor's. "other" is any key.
NAMES = {"down": "down", "up": "up", "enter": "ret", "escape": "esc", "other": "spc"}
RULE = re.compile(r"Only continue if the second line says (?P<go>[^.]+)\. If it says (?P<stop>[^,]+), choose (?P<choose>[^.]+)\.")
TO_PASSWORD = ("down", "enter", "down", "enter", "down", "enter")


def still(rows):
    """A screen without what changes by itself."""
    return [re.sub(r"Booting in \d+ seconds? ?", lambda m: " " * len(m[0]), row).rstrip() for row in rows]


class KeyManager:
    """task: enrol, delete or reset. key: what the screen "View key 0" shows."""

    def __init__(self, trial, machine, task, code, key, picture=None):
        self.trial, self.machine, self.task, self.code, self.key = trial, machine, task, code, key
        # Pictures are taken under this name, where one is given.
        self.picture = picture
        self.keys = []
        self.screen = None

    def plan(self, keys):
        """The screens that the rehearsal shows after each of these keys, after those that were pressed already."""
        answer = self.trial.judge(ask="rehearse", task=self.task, keys=self.keys + list(keys), code=self.code, key=self.key)
        return answer["screens"][len(self.keys) :]

    def expect(self, screen, seconds=20):
        """Waits until the firmware shows this screen and nothing else."""
        wanted = still(screen["lines"])
        console = self.machine.console

        def there():
            return still(console.rows()) == wanted and console.selection() == screen["selection"]

        try:
            self.machine.wait(f"the screen \"{screen['name']}\" of the rehearsal", there, seconds)
        except AssertionError as error:
            pairs = [(number, a, b) for number, (a, b) in enumerate(zip(wanted, still(console.rows()), strict=True)) if a != b]
            lines = "\n".join(f"row {number}: expected {a.strip()!r}, shown {b.strip()!r}" for number, a, b in pairs[:8])
            selected = f"selected: expected {screen['selection']}, shown {console.selection()}"
            raise type(error)(f"{self.task}: not the screen \"{screen['name']}\" of the rehearsal\n{lines}\n{selected}") from None
        if self.picture and screen["name"] != "view":
            self.trial.compare_picture(self.machine, f"{self.picture}-{len(self.keys):02}-{screen['name']}")
        self.screen = screen["name"]

    def begin(self, seconds=90):
        """Waits for the first screen."""
        self.expect(self.plan([])[0], seconds)

    def press(self, *keys):
        """Presses keys one after the other; digits are typed blindly, as nothing is shown of them."""
        screens = self.plan(keys)
        for key, screen in zip(keys, screens[1:], strict=True):
            self.machine.press(NAMES.get(key, key))
            self.keys.append(key)
            if screen["name"] == "over":
                self.screen = "over"
            elif key in NAMES:
                self.expect(screen)
            else:
                time.sleep(0.2)

    def follow(self, code=None):
        """All of the guide: the key is enrolled (or deleted), and the computer starts anew."""
        self.press(*TO_PASSWORD, *(code or self.code), "enter", "enter")

    def obey_guide(self, task="enrol"):
        """In the menu: does what the printed guide says of its second line, and returns whether to go on after that."""
        rules = [RULE.search(step) for step in self.trial.judge(ask="guide", task=task)]
        rule = next(found for found in rules if found)
        entries = self.machine.console.lines()[1:]
        if entries[1] == rule["go"]:
            return True
        if entries[1] != rule["stop"]:
            raise AssertionError(f"the guide does not know {entries}")
        self.press(*["down"] * entries.index(rule["choose"]), "enter")
        return False
