// SPDX-License-Identifier: GPL-3.0-or-later

import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { compareReleases, parseRelease } from './kernel.ts';

test('a release is one word that begins with a number', () => {
  expect(parseRelease('7.2.12-200.fc44.x86_64\n')).toBe('7.2.12-200.fc44.x86_64');
  expect(parseRelease('7.1.9-400.asahi.fc44.aarch64+16k\n')).toBe('7.1.9-400.asahi.fc44.aarch64+16k');
  for (const text of ['', 'extramodules', '7.2 12', '../7', `7${'.1'.repeat(100)}`]) {
    expect(parseRelease(text)).toBeNull();
  }
});

test('releases sort by age, the newest last', () => {
  const sorted = [
    '6.9.12-200.fc44.x86_64',
    '6.17.0-rc3-1.fc44.x86_64',
    '6.17.0-1.fc44.x86_64',
    '6.17.7-300.fc44.x86_64',
    '7.2.2-200.fc44.x86_64',
    '7.2.12-200.fc44.x86_64',
  ];
  expect([...sorted].reverse().sort(compareReleases)).toEqual(sorted);
});

test('the order is total: equal only to itself, and the same both ways', () => {
  const release = fc.stringMatching(/^[0-9]{1,3}(\.[0-9]{1,3}){1,2}(-rc[0-9])?(-[a-z0-9]{1,5})?$/);
  fc.assert(
    fc.property(release, release, release, (a, b, c) => {
      expect(Math.sign(compareReleases(a, b)) + Math.sign(compareReleases(b, a))).toBe(0);
      if (compareReleases(a, b) <= 0 && compareReleases(b, c) <= 0) {
        expect(compareReleases(a, c)).toBeLessThanOrEqual(0);
      }
    }),
  );
});
