// SPDX-License-Identifier: GPL-3.0-or-later

import GLib from 'gi://GLib?version=2.0';

/** How the locale of this process writes numbers and moments. Structurally `LocaleFormats` of src/words. */
export interface SystemFormats {
  readonly decimal: string;
  readonly group: string;
  readonly digits: readonly string[];
  readonly rightToLeft: boolean;
  moment(milliseconds: number, format: string): string;
}

/**
 * GJS has no nl_langinfo, and Intl takes 80 ms for its first number. But GLib writes a size as the locale's printf does,
 * '1,2 MB (1.234.567 Bytes)', and a time in the locale's other digits.
 */
export function systemFormats(): SystemFormats {
  const sample = GLib.format_size_full(1_234_567, GLib.FormatSizeFlags.LONG_FORMAT);
  const decimal = /\p{Nd}([^\p{Nd}\s]|\s(?=\p{Nd}))\p{Nd}/u.exec(sample)?.[1] ?? '.';
  const group = /\p{Nd}([^\p{Nd}]?)\p{Nd}{3}[^\p{Nd}]?\p{Nd}{3}/u.exec(sample)?.[1] ?? '';
  return { decimal, group, digits: digitsOf(), rightToLeft: rightToLeft(), moment };
}

/** The locale's other digits where it has some, as Persian does. The tens of seconds end at 5, so two times are needed. */
function digitsOf(): readonly string[] {
  const plain = Array.from('0123456789');
  const written = (hour: number, minute: number, second: number): string =>
    GLib.DateTime.new_utc(2001, 1, 1, hour, minute, second).format('%OH%OM%OS') ?? '';
  const digits = Array.from(`${written(1, 23, 45)}${written(16, 7, 8)}`);
  // 012345160708: the places of 6, 7, 8; and 9 from another.
  const nine = Array.from(written(19, 0, 0))[1] ?? '9';
  const found = [...digits.slice(0, 6), digits[7], digits[9], digits[11], nine];
  return digits.length === 12 && found.every((digit) => digit !== undefined && /\p{Nd}/u.test(digit))
    ? (found as string[])
    : plain;
}

/** Languages written from the right. GTK knows, but the terminal and the search do without it. */
const fromTheRight = new Set(['ar', 'ckb', 'dv', 'fa', 'he', 'ks', 'ps', 'sd', 'ug', 'ur', 'yi']);

function rightToLeft(): boolean {
  const [language = ''] = (GLib.get_language_names()[0] ?? '').split(/[_.@]/);
  return fromTheRight.has(language);
}

function moment(milliseconds: number, format: string): string {
  return GLib.DateTime.new_from_unix_local(Math.floor(milliseconds / 1000)).format(format) ?? '';
}
