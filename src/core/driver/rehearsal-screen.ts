// SPDX-License-Identifier: GPL-3.0-or-later

import { choices, titleLines, type Rehearsal } from './rehearsal.ts';
import type { Certificate } from './types.ts';

/** MokManager's screens as text in cells, laid out as shim does it for a console of any size. */

export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

export interface ScreenText {
  /** One string a row, each as long as the screen is wide. The last row stays black. */
  readonly lines: readonly string[];
  /** Cells that are light grey on black: row, first column, and the one after the last. */
  readonly selection: { readonly row: number; readonly from: number; readonly to: number } | null;
}

interface Box {
  readonly column: number;
  readonly row: number;
  readonly columns: number;
  readonly rows: number;
}

/** What can be told of the key on the screen behind "View key 0". */
export type ShownKey = Pick<
  Certificate,
  'fingerprint' | 'serial' | 'name' | 'notBefore' | 'notAfter' | 'modulesOnly'
>;

export function screenText(state: Rehearsal, key: ShownKey, { columns, rows }: ScreenSize): ScreenText {
  const cells = Array.from({ length: rows }, () => Array.from({ length: columns }, () => ' '));
  const whole: Box = { column: 0, row: 0, columns, rows: rows - 1 };
  if (state.screen === 'over') return { lines: cells.map((row) => row.join('')), selection: null };
  if (state.screen === 'view') {
    const lines = keyLines(key);
    drawBox(cells, whole, lines, Math.floor((whole.rows - Math.min(lines.length, whole.rows - 2)) / 2));
    return { lines: cells.map((row) => row.join('')), selection: null };
  }
  drawBox(cells, whole, titleLines(state), 1);
  let selection: ScreenText['selection'] = null;
  if (state.screen === 'countdown') {
    const text = 'Press any key to perform MOK management';
    write(cells, Math.floor((columns - text.length) / 2), Math.floor(rows / 2), text);
    write(cells, 2, rows - 3, 'Booting in 10 seconds');
  } else if (state.screen === 'password') {
    // Drawn over the box before it, of which a corner shows; after a mistake that one is covered.
    const before = { ...state, screen: state.miss ?? ('question' as const) };
    drawChoices(cells, choices(before));
    const prompt = 'Password:            ';
    drawBox(cells, centred(cells, prompt.length, 1), [prompt], 1);
  } else {
    const box = drawChoices(cells, choices(state));
    selection = { row: box.row + 1 + state.selected, from: box.column, to: box.column + box.columns };
  }
  return { lines: cells.map((row) => row.join('')), selection };
}

function drawChoices(cells: string[][], lines: readonly string[]): Box {
  const box = centred(cells, Math.max(...lines.map((line) => line.length)), lines.length);
  drawBox(cells, box, lines, 1);
  return box;
}

/** Where shim puts a box for lines of such a length. */
function centred(cells: readonly (readonly string[])[], longest: number, lines: number): Box {
  const [columns, rows] = [cells[0]?.length ?? 0, cells.length - 1];
  return {
    column: Math.max(0, Math.floor((columns - longest - 4 + 2) / 2)),
    row: Math.max(0, Math.floor((rows - lines - 4 + 2) / 2)),
    columns: Math.min(longest + 4, columns),
    rows: lines + 2,
  };
}

/** @param first row of the first line, counted from the top of the box */
function drawBox(cells: string[][], box: Box, lines: readonly string[], first: number): void {
  const inner = box.columns - 2;
  write(cells, box.column, box.row, `┌${'─'.repeat(inner)}┐`);
  for (let at = 1; at < box.rows - 1; at += 1) {
    const line = (lines[at - first] ?? '').slice(0, inner);
    const left = Math.floor((inner - line.length) / 2);
    write(cells, box.column, box.row + at, `│${' '.repeat(left)}${line}`.padEnd(box.columns - 1) + '│');
  }
  write(cells, box.column, box.row + box.rows - 1, `└${'─'.repeat(inner)}┘`);
}

function write(cells: string[][], column: number, row: number, text: string): void {
  const line = cells[row];
  if (line === undefined) return;
  Array.from(text).forEach((character, at) => {
    if (column + at < line.length) line[column + at] = character;
  });
}

function keyLines(key: ShownKey): readonly string[] {
  const usage = ['[Extended Key Usage]', 'OID: Code Signing', 'OID: 1.3.6.1.4.1.2312.16.1.2', ''];
  const name = `CN=${key.name}`;
  return [
    ...(key.modulesOnly ? usage : []),
    ...['[Serial Number]', bytesOf(key.serial).join(':') + ':', ''],
    ...['[Issuer]', name, '', '[Subject]', name, ''],
    ...['[Valid Not Before]', firmwareTime(key.notBefore), ''],
    ...['[Valid Not After]', firmwareTime(key.notAfter), ''],
    ...['[Fingerprint]', ...fingerprintRows(key.fingerprint)],
    '',
  ];
}

/** As MokManager shows a fingerprint: two rows of ten bytes. @param fingerprint 40 hexadecimal digits */
export function fingerprintRows(fingerprint: string): readonly [string, string] {
  const bytes = bytesOf(fingerprint);
  return [`${bytes.slice(0, 10).join(' ')} `, `${bytes.slice(10, 20).join(' ')} `];
}

function bytesOf(hex: string): readonly string[] {
  const even = hex.length % 2 === 0 ? hex : `0${hex}`;
  return even.toUpperCase().match(/../g) ?? [];
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** OpenSSL's way: "Nov 23 02:16:35 2026 GMT". */
function firmwareTime(milliseconds: number): string {
  const time = new Date(milliseconds);
  const two = (value: number): string => String(value).padStart(2, '0');
  const clock = [time.getUTCHours(), time.getUTCMinutes(), time.getUTCSeconds()].map(two).join(':');
  const day = String(time.getUTCDate()).padStart(2);
  return `${months[time.getUTCMonth()]} ${day} ${clock} ${time.getUTCFullYear()} GMT`;
}
