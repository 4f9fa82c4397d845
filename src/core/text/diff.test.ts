// SPDX-License-Identifier: GPL-3.0-or-later

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { diffLines, folded } from './diff.ts';

const short = (before: string, after: string): string =>
  diffLines(before, after)
    .map(({ kind, text }) => ({ same: ' ', added: '+', removed: '-' })[kind] + text)
    .join('|');

test('a line added in the middle', () => expect(short('a\nb\n', 'a\nx\nb\n')).toBe(' a|+x| b'));
test('a line replaced', () => expect(short('a\nb\nc\n', 'a\nx\nc\n')).toBe(' a|-b|+x| c'));
test('a new file is all added', () => expect(short('', 'a\nb\n')).toBe('+a|+b'));
test('the same text has no change', () => expect(short('a\nb', 'a\nb\n')).toBe(' a| b'));

test('either side can be read back from the lines', () => {
  const text = fc
    .array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 12 })
    .map((lines) => lines.join('\n'));
  fc.assert(
    fc.property(text, text, (before, after) => {
      const lines = diffLines(before, after);
      const side = (without: string): string =>
        lines
          .filter((line) => line.kind !== without)
          .map((line) => line.text)
          .join('\n');
      expect(side('added')).toBe(before.replace(/\n$/, ''));
      expect(side('removed')).toBe(after.replace(/\n$/, ''));
    }),
  );
});

test('far unchanged lines are left out once', () => {
  const many = Array.from({ length: 20 }, (_, index) => `l${index}`).join('\n');
  const lines = folded(diffLines(many, many.replace('l10', 'X')), 2);
  expect(lines[0]).toBeNull();
  expect(lines.at(-1)).toBeNull();
  expect(lines.filter((line) => line !== null)).toHaveLength(6);
});

test('very long texts are still answered at once', () => {
  const a = Array.from({ length: 3000 }, (_, index) => `a${index}`).join('\n');
  const b = Array.from({ length: 3000 }, (_, index) => `b${index}`).join('\n');
  expect(diffLines(a, b)).toHaveLength(6000);
});
