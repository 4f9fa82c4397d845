// SPDX-License-Identifier: GPL-3.0-or-later

import { expect, test } from 'vitest';
import { CancelSource, never } from './cancel.ts';

test('listeners are called once, also late ones, and can be forgotten', () => {
  const source = new CancelSource();
  const calls: string[] = [];
  source.onCancel(() => calls.push('a'));
  source.onCancel(() => calls.push('b'))();
  source.cancel();
  source.cancel();
  source.onCancel(() => calls.push('late'));
  expect(calls).toEqual(['a', 'late']);
  expect(() => source.throwIfCancelled()).toThrow('cancelled');
});

test('a child follows its parent and not the other way', () => {
  const parent = new CancelSource();
  const [one, two] = [parent.child(), parent.child()];
  one.cancel();
  expect([parent.cancelled, two.cancelled]).toEqual([false, false]);
  parent.cancel();
  expect(two.cancelled).toBe(true);
});

test('never is never', () => {
  expect(() => never.throwIfCancelled()).not.toThrow();
});
