// SPDX-License-Identifier: GPL-3.0-or-later

import type { RehearsalKey } from './rehearsal.ts';

/** A key press as GDK tells it: X11 key symbol, hardware key code (evdev's plus 8), and what it would type. */
export interface KeyPress {
  readonly keyval: number;
  readonly keycode: number;
  readonly shift: boolean;
  /** Unicode code point; 0 where it types nothing. */
  readonly unicode: number;
}

const named: Readonly<
  Record<number, RehearsalKey['tag'] & ('up' | 'down' | 'enter' | 'escape' | 'backspace')>
> = {
  0xff52: 'up',
  0xff97: 'up',
  0xff54: 'down',
  0xff99: 'down',
  0xff0d: 'enter',
  0xff8d: 'enter',
  0xff1b: 'escape',
  0xff08: 'backspace',
};

/** Tab leads out of the rehearsal, and keys that are only held do nothing in the firmware either. */
const leftAlone = (keyval: number): boolean =>
  keyval === 0xff09 || keyval === 0xfe20 || (keyval >= 0xffe1 && keyval <= 0xffee) || keyval === 0xfe03;

/**
 * What MokManager would make of a key. The firmware knows the American layout only: the row above the letters types digits
 * there whatever the session's layout makes of it. Null for keys that the rehearsal does not take.
 */
export function rehearsalKey({ keyval, keycode, shift, unicode }: KeyPress): RehearsalKey | null {
  if (leftAlone(keyval)) return null;
  const tag = named[keyval];
  if (tag !== undefined) return { tag };
  if (keyval >= 0xffb0 && keyval <= 0xffb9) return { tag: 'keypad' };
  const digit = keyval >= 0x30 && keyval <= 0x39 ? String.fromCharCode(keyval) : rowDigit(keycode);
  if (digit !== null) return shift ? { tag: 'shifted' } : { tag: 'character', character: digit };
  return unicode > 0x20 ? { tag: 'character', character: String.fromCodePoint(unicode) } : { tag: 'other' };
}

/** The digit on a key of the upper row: codes 10 to 19 are 1 to 9 and 0. */
function rowDigit(keycode: number): string | null {
  return keycode >= 10 && keycode <= 19 ? String((keycode - 9) % 10) : null;
}
