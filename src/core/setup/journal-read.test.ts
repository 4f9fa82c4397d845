// SPDX-License-Identifier: GPL-3.0-or-later

import { expect, test } from 'vitest';
import { readJournal } from './journal-read.ts';

const base = { v: 1, at: 5, plan: 'p1' };
const start = { ...base, event: 'plan-start', task: 'model', steps: 1, practice: false };
const stepStart = {
  ...base,
  event: 'step-start',
  step: 'key',
  action: { do: 'make-key', path: '/k' },
  undo: { undo: 'remove-file', path: '/k', ifSha256: null },
};
const text = (...lines: readonly object[]): string =>
  lines.map((line) => JSON.stringify(line) + '\n').join('');

test('a plan that ended is read back whole', () => {
  const { entries, skipped } = readJournal(
    text(
      start,
      stepStart,
      { ...base, event: 'step-done', step: 'key' },
      { ...base, at: 9, event: 'plan-done' },
    ),
  );
  expect(skipped).toEqual([]);
  expect(entries).toHaveLength(1);
  expect(entries[0]).toMatchObject({ plan: 'p1', task: 'model', startedAt: 5, endedAt: 9 });
  expect(entries[0]?.steps).toMatchObject([{ step: 'key', outcome: 'done' }]);
});

test('a step without an end was interrupted, unless its plan runs now', () => {
  expect(readJournal(text(start, stepStart)).entries[0]?.steps[0]?.outcome).toBe('interrupted');
  expect(readJournal(text(start, stepStart), new Set(['p1'])).entries[0]?.steps).toEqual([]);
});

test('a torn last line and foreign lines are passed over and counted, the rest is kept', () => {
  const torn = text(start, stepStart) + 'not json\n{"v":2}\n' + '{"v":1,"at":6,"plan":"p1","event":"step-do';
  const { entries, skipped } = readJournal(torn);
  expect(skipped).toEqual([3, 4, 5]);
  expect(entries[0]?.steps).toHaveLength(1);
});

test('undone and kept steps say so', () => {
  const error = { code: 'changed-since', args: { path: '/k' }, detail: null };
  const { entries } = readJournal(
    text(start, stepStart, { ...base, event: 'step-kept', step: 'key', error }),
  );
  expect(entries[0]?.steps[0]).toMatchObject({ outcome: 'kept', error });
  const undone = readJournal(text(start, stepStart, { ...base, event: 'step-undone', step: 'key' }));
  expect(undone.entries[0]?.steps[0]?.outcome).toBe('undone');
});

test('lines with missing parts are not trusted', () => {
  const bad = [
    { ...stepStart, undo: null },
    { ...stepStart, action: [] },
    { ...base, event: 'step-failed', step: 'key' },
    { ...base, event: 'step-failed', step: 'key', error: {} },
    { ...base, event: 'launch-rockets' },
    { ...base, plan: 7, event: 'plan-done' },
  ];
  const { entries, skipped } = readJournal(text(start, ...bad));
  expect(skipped).toEqual([2, 3, 4, 5, 6, 7]);
  expect(entries[0]?.steps).toEqual([]);
});
