// SPDX-License-Identifier: GPL-3.0-or-later

import { describe, expect, test } from 'vitest';
import { press, startRehearsal, type Rehearsal, type RehearsalTask } from './rehearsal.ts';
import { fingerprintRows, screenText, type ShownKey } from './rehearsal-screen.ts';

// Read off pictures of shim 16.1 in a virtual machine, on a console of 160 by 42 cells of 8 by 19 pixels.
const seen = { columns: 160, rows: 42 };
const small = { columns: 80, rows: 25 };
const code = '48271935';
const key: ShownKey = {
  fingerprint: '47351a1360c3283535f8fa81268e310d5ebf58c9',
  serial: '5a3d50637e1cf300c096585c8dbf41322e4a60d5',
  name: 'Hearth test MOK (vm)',
  notBefore: Date.UTC(2026, 10, 23, 2, 16, 35),
  notAfter: Date.UTC(2036, 10, 20, 2, 16, 35),
  modulesOnly: true,
};

const names = { v: 'down', '!': 'enter', '?': 'other' } as const;
function play(task: RehearsalTask, keys: string): Rehearsal {
  return Array.from(keys).reduce((state, letter) => {
    const tag = letter in names ? names[letter as keyof typeof names] : null;
    return press(state, tag === null ? { tag: 'character', character: letter } : { tag }, code);
  }, startRehearsal(task));
}

/** Every text on a screen with its row and first column, frames left out. */
function texts(state: Rehearsal, size = seen): readonly string[] {
  return screenText(state, key, size).lines.flatMap((line, row) =>
    [...line.matchAll(/[^\s─│┌┐└┘](?:[^─│┌┐└┘]*[^\s─│┌┐└┘])?/g)].map(
      (found) => `${row}:${found.index} ${found[0]}`,
    ),
  );
}

const disk = ['20:70 Enroll key from disk', '21:70 Enroll hash from disk'];
const toPassword = 'v!v!v!';
const wrong = (times: number): string =>
  `${toPassword}${Array.from({ length: times }, () => '1!').join('!')}`;

describe('wording and place are those of the real screens', () => {
  test.each([
    [
      'mm-02 menu',
      'enrol',
      '',
      ['1:69 Perform MOK management', '18:74 Continue boot', '19:75 Enroll MOK', ...disk],
    ],
    ['mm-04 list', 'enrol', 'v!', ['1:74 [Enroll MOK]', '19:76 View key 0', '20:77 Continue']],
    ['mm-07 question', 'enrol', 'v!v!', ['1:71 Enroll the key(s)?', '19:79 No', '20:79 Yes']],
    ['mm-09 password', 'enrol', toPassword, ['1:71 Enroll the key(s)?', '20:70 Password:']],
    [
      'mm-10 after',
      'enrol',
      `${toPassword}${code}!`,
      ['1:69 Perform MOK management', '19:77 Reboot', ...disk],
    ],
    ['wrong-09b', 'enrol', wrong(1), ['1:77 ERROR', "3:69 Password doesn't match", '20:80 OK']],
    ['wrong-09', 'enrol', `${wrong(1)}!`, ['1:77 ERROR', "3:69 Password doesn't match", '20:70 Password:']],
    ['wrong-10', 'enrol', `${wrong(3)}!`, ['1:69 Failed to enroll keys', '20:80 OK']],
    [
      'del-02 menu',
      'delete',
      '',
      ['1:69 Perform MOK management', '18:74 Continue boot', '19:75 Delete MOK', ...disk],
    ],
    ['del-04 list', 'delete', 'v!', ['1:74 [Delete MOK]', '19:76 View key 0', '20:77 Continue']],
    ['del-07 question', 'delete', 'v!v!', ['1:71 Delete the key(s)?', '19:79 No', '20:79 Yes']],
    ['del-09 password', 'delete', toPassword, ['1:71 Delete the key(s)?', '20:70 Password:']],
    [
      'mm-01 any key',
      'reset',
      '',
      [
        '1:68 Shim UEFI key management',
        '21:60 Press any key to perform MOK management',
        '39:2 Booting in 10 seconds',
      ],
    ],
    [
      'x4 reset',
      'reset',
      '?',
      ['1:69 Perform MOK management', '18:74 Continue boot', '19:76 Reset MOK', ...disk],
    ],
    ['x5 erase', 'reset', '?v!', ['1:63 Erase all stored keys in MokList?', '19:79 No', '20:79 Yes']],
    [
      'mm-05 key',
      'enrol',
      'v!!',
      [
        '9:70 [Extended Key Usage]',
        '10:71 OID: Code Signing',
        '11:66 OID: 1.3.6.1.4.1.2312.16.1.2',
        '13:72 [Serial Number]',
        '14:50 5A:3D:50:63:7E:1C:F3:00:C0:96:58:5C:8D:BF:41:32:2E:4A:60:D5:',
        '16:76 [Issuer]',
        '17:68 CN=Hearth test MOK (vm)',
        '19:75 [Subject]',
        '20:68 CN=Hearth test MOK (vm)',
        '22:71 [Valid Not Before]',
        '23:68 Nov 23 02:16:35 2026 GMT',
        '25:71 [Valid Not After]',
        '26:68 Nov 20 02:16:35 2036 GMT',
        '28:73 [Fingerprint]',
        '29:65 47 35 1A 13 60 C3 28 35 35 F8',
        '30:65 FA 81 26 8E 31 0D 5E BF 58 C9',
      ],
    ],
  ] as const)('%s', (_picture, task, keys, expected) => {
    expect(texts(play(task, keys))).toEqual(expected);
  });
});

describe('frames and the selected line', () => {
  test('the frame leaves the last row black', () => {
    const { lines } = screenText(startRehearsal('enrol'), key, seen);
    expect(lines[0]).toBe(`┌${'─'.repeat(158)}┐`);
    expect(lines[40]).toBe(`└${'─'.repeat(158)}┘`);
    expect(lines[41]).toBe(' '.repeat(160));
  });

  test('the menu is where it is in mm-02 and mm-03', () => {
    const menu = screenText(startRehearsal('enrol'), key, seen);
    expect(menu.lines[17]?.slice(68, 93)).toBe(`┌${'─'.repeat(23)}┐`);
    expect(menu.lines[22]?.slice(68, 93)).toBe(`└${'─'.repeat(23)}┘`);
    expect(menu.selection).toEqual({ row: 18, from: 68, to: 93 });
    expect(screenText(play('enrol', 'v'), key, seen).selection?.row).toBe(19);
  });

  test('over the password a corner of the question shows, as in mm-09', () => {
    const { lines, selection } = screenText(play('enrol', toPassword), key, seen);
    expect(lines[18]?.slice(76, 85)).toBe(' ┌─────┐ ');
    expect(lines[19]?.slice(68, 93)).toBe(`┌${'─'.repeat(23)}┐`);
    expect(selection).toBeNull();
  });

  test('nothing is echoed while the code is typed', () => {
    const before = screenText(play('enrol', toPassword), key, small);
    expect(screenText(play('enrol', `${toPassword}4827`), key, small)).toEqual(before);
  });
});

test('the same on the smallest console there is, and on none', () => {
  expect(texts(startRehearsal('enrol'), small)).toEqual([
    '1:29 Perform MOK management',
    '10:34 Continue boot',
    '11:35 Enroll MOK',
    '12:30 Enroll key from disk',
    '13:30 Enroll hash from disk',
  ]);
  for (const task of ['enrol', 'delete', 'reset'] as const) {
    for (const keys of ['', 'v!', 'v!!', 'v!v!', toPassword, wrong(1), wrong(3)]) {
      for (const size of [small, { columns: 40, rows: 25 }, { columns: 12, rows: 8 }]) {
        const { lines } = screenText(play(task, keys), key, size);
        expect(lines.map((line) => line.length)).toEqual(
          Array.from({ length: size.rows }, () => size.columns),
        );
      }
    }
  }
});

test('fingerprints are two rows of ten bytes, capitals', () => {
  expect(fingerprintRows(key.fingerprint)).toEqual([
    '47 35 1A 13 60 C3 28 35 35 F8 ',
    'FA 81 26 8E 31 0D 5E BF 58 C9 ',
  ]);
});
