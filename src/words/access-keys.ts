// SPDX-License-Identifier: GPL-3.0-or-later

/** A label in the order of the page: with `_` before its access key, or without one and a wish for it. */
export interface Keyed {
  readonly text: string;
  /** Whether it is to have one, where the text names none. */
  readonly wants: boolean;
}

/** Alphabets whose letters are typed by one key; those of Chinese and Japanese are not. */
const typed =
  /[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Arabic}\p{Script=Hebrew}\p{Nd}]/u;
/** A key that is named after a text that has no letters to type: “下载(_D)”. */
const appended = /[((]_(\p{L})[))]/u;

/** The access key that a label has, in lower case; null without one. `__` is an underscore. */
export function accessKey(text: string): string | null {
  const [, letter] = /(?:^|[^_])(?:__)*_([^_])/u.exec(text) ?? [];
  return letter === undefined ? null : letter.toLowerCase();
}

/**
 * The same labels with access keys that differ from each other: what a translator chose stands; of two that chose the same
 * the later gets another, and so does one that names none and wants one. Without a letter left a label has no key.
 */
export function keysApart(labels: readonly Keyed[]): readonly string[] {
  const taken = new Set<string>();
  const kept = labels.map(({ text }) => {
    const key = accessKey(text);
    if (key === null || taken.has(key)) return false;
    taken.add(key);
    return true;
  });
  return labels.map(({ text, wants }, at) => {
    if (kept[at] === true || (accessKey(text) === null && !wants)) return text;
    return withKey(text, taken);
  });
}

function withKey(text: string, taken: Set<string>): string {
  const bare = withoutKey(text);
  const letters = Array.from(bare);
  const free = (at: number): boolean =>
    typed.test(letters[at] ?? '') && !taken.has((letters[at] ?? '').toLowerCase());
  const initial = (at: number): boolean => free(at) && !/[\p{L}\p{N}’'_]/u.test(letters[at - 1] ?? ' ');
  const places = letters.map((_letter, at) => at);
  const at = places.find(initial) ?? places.find(free);
  if (at !== undefined) {
    taken.add((letters[at] ?? '').toLowerCase());
    return `${letters.slice(0, at).join('')}_${letters.slice(at).join('')}`;
  }
  // Where nothing in the text can be typed, a Latin letter is named after it, as GNOME does.
  const latin = letters.some((letter) => typed.test(letter))
    ? undefined
    : Array.from('abcdefghijklmnopqrstuvwxyz').find((letter) => !taken.has(letter));
  if (latin === undefined) return bare;
  taken.add(latin);
  const [, body = bare, end = ''] = /^(.*?)(…?)$/u.exec(bare) ?? [];
  return `${body}(_${latin.toUpperCase()})${end}`;
}

function withoutKey(text: string): string {
  return text.replace(appended, '').replace(/(^|[^_])_([^_])/u, '$1$2');
}
