// SPDX-License-Identifier: GPL-3.0-or-later

import { expect, test } from 'vitest';

import type { BuildFailure, FallBack, GuardVerdict } from '../core/driver/types.ts';
import { guardWords } from './guard.ts';

const kernel = '7.2.12-200.fc44.x86_64';
const keep = '7.1.11-200.fc44.x86_64';
const now = Date.UTC(2026, 10, 27, 12);

test('each verdict', () => {
  expect(guardWords({ tag: 'safe', kernel }, now)).toEqual({
    title: 'Safe to Restart',
    detail: `The next start uses kernel ${kernel}, and the driver for it is built, signed and trusted.`,
    tone: 'good',
  });
  expect(guardWords({ tag: 'building', kernel, since: now - 180_000 }, now).detail).toContain(
    'has been building for 3 minutes',
  );
  // A clock that was put back says nothing.
  for (const since of [null, now + 1])
    expect(guardWords({ tag: 'building', kernel, since }, now).detail).toContain('takes five to ten minutes');
  expect(guardWords({ tag: 'offline-update', kernel }, now)).toMatchObject({ tone: 'unsure' });
  expect(guardWords({ tag: 'offline-update', kernel: null }, now).detail).toMatch(/^It changes the driver/);
  expect(guardWords({ tag: 'not-needed' }, now).tone).toBe('none');
});

const fallBacks: readonly FallBack[] = [
  'no-module',
  'wrong-version',
  'unsigned',
  'key-not-enrolled',
  'key-blocked',
  'bad-compression',
];
const failures: readonly BuildFailure[] = ['no-headers', 'missing-packages', 'too-old', 'other'];

test('whatever is wrong is said whole, and the kernel to stay with is named where there is one', () => {
  const verdicts = (kept: string | null): readonly GuardVerdict[] => [
    ...fallBacks.map((because) => ({ tag: 'falls-back', kernel, because, keep: kept }) as const),
    ...failures.map((because) => ({ tag: 'failed', kernel, because, keep: kept }) as const),
  ];
  for (const kept of [keep, null]) {
    for (const verdict of verdicts(kept)) {
      const { detail, tone } = guardWords(verdict, now);
      expect(tone).toBe('bad');
      expect(detail).toMatch(/^\S.*\.$/);
      expect(detail).toContain(kernel);
      expect(detail.includes(keep)).toBe(kept !== null);
      expect(detail).not.toMatch(/\{\w+\}/);
    }
  }
});

test('what is not known is told apart', () => {
  const said = ['module', 'keys', 'key-expired', 'default-kernel', 'no-kernel'].map(
    (because) => guardWords({ tag: 'unknown', because }, now).detail,
  );
  expect(new Set(said).size).toBe(5);
});
