// SPDX-License-Identifier: GPL-3.0-or-later

import type { KeyTask } from '../core/driver/key-stage.ts';
import { menuEntry } from '../core/driver/rehearsal.ts';
import { numbered, paragraph } from './joined.ts';
import { _, fill } from './translate.ts';

/** The way through the firmware's screens, as a list to print, to photograph, and to scan. */

export function stepsTitle(task: KeyTask): string {
  return task === 'enrol' ? _('Enrolling the Security Key') : _('Deleting the Security Key');
}

/** In order, each a sentence or a few; what the firmware shows stays in its English. */
export function keySteps(task: KeyTask): readonly string[] {
  const question = task === 'enrol' ? 'Enroll the key(s)?' : 'Delete the key(s)?';
  const entry = menuEntry[task];
  return [
    _('Restart. A blue screen comes, titled “Perform MOK management”, and waits.'),
    _('If it says “Press any key to perform MOK management” first, press a key within 10 seconds.'),
    paragraph(onlyIf(task), fill(_('Press ↓ once, then Enter on “{entry}”.'), { entry })),
    _('“View key 0”: press ↓ once, then Enter on “Continue”.'),
    fill(_('“{question}”: press ↓ once, then Enter on “Yes”.'), { question }),
    paragraph(_('“Password:”: type the eight digits of the code, then Enter.'), howToType()),
    _('“Reboot”: press Enter.'),
    fill(
      _('If the code was refused, press Enter and try again. After three times, choose “{entry}” once more.'),
      { entry },
    ),
  ];
}

/** The same with their numbers. */
export function numberedSteps(task: KeyTask): readonly string[] {
  return keySteps(task).map((step, at) => numbered(at + 1, step));
}

/** What keeps every stored key where it is, whatever an interrupted try left behind. */
export function onlyIf(task: KeyTask): string {
  return fill(
    _('Only continue if the second line says {entry}. If it says Reset MOK, choose Continue boot.'),
    { entry: menuEntry[task] },
  );
}

export function howToType(): string {
  return _('Number row above the letters, no Shift, not the keypad; nothing appears while you type.');
}

/** For a phone's camera: the steps as plain text, without the code and without an address. */
export function stepsText(task: KeyTask): string {
  return [stepsTitle(task), ...numberedSteps(task)].join('\n');
}

/** Line of the printed card that the code goes on, or that it is written on by hand. */
export function cardCode(code: string | null): string {
  return code === null
    ? _('Code: ________ (only this once)')
    : fill(_('Code: {code} (only this once)'), { code });
}

export function cardFingerprint(): string {
  return _('Fingerprint of the key, as “View key 0” shows it:');
}
