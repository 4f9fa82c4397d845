// SPDX-License-Identifier: GPL-3.0-or-later

import { expect, test } from 'vitest';
import { rehearsalKey } from './rehearsal-keys.ts';

const key = { keyval: 0, keycode: 0, shift: false, unicode: 0 };

test.each([
  ['↓', { ...key, keyval: 0xff54 }, { tag: 'down' }],
  ['↑', { ...key, keyval: 0xff52 }, { tag: 'up' }],
  ['Enter', { ...key, keyval: 0xff0d }, { tag: 'enter' }],
  ['Enter of the keypad', { ...key, keyval: 0xff8d }, { tag: 'enter' }],
  ['Esc', { ...key, keyval: 0xff1b }, { tag: 'escape' }],
  ['Backspace', { ...key, keyval: 0xff08 }, { tag: 'backspace' }],
  [
    '4 on an American keyboard',
    { keyval: 0x34, keycode: 13, shift: false, unicode: 0x34 },
    { tag: 'character', character: '4' },
  ],
  [
    'the same key on a French one',
    { keyval: 0x27, keycode: 13, shift: false, unicode: 0x27 },
    { tag: 'character', character: '4' },
  ],
  [
    'with Shift, which a French keyboard needs for a digit',
    { keyval: 0x34, keycode: 13, shift: true, unicode: 0x34 },
    { tag: 'shifted' },
  ],
  ['0', { keyval: 0xe0, keycode: 19, shift: false, unicode: 0xe0 }, { tag: 'character', character: '0' }],
  ['7 of the keypad', { keyval: 0xffb7, keycode: 79, shift: false, unicode: 0x37 }, { tag: 'keypad' }],
  [
    'a letter',
    { keyval: 0x61, keycode: 38, shift: false, unicode: 0x61 },
    { tag: 'character', character: 'a' },
  ],
  ['F5', { ...key, keyval: 0xffc2, keycode: 71 }, { tag: 'other' }],
  ['Tab is not taken', { ...key, keyval: 0xff09, unicode: 9 }, null],
  ['nor Shift alone', { ...key, keyval: 0xffe1 }, null],
])('%s', (_name, press, expected) => expect(rehearsalKey(press)).toEqual(expected));
