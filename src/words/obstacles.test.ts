// SPDX-License-Identifier: GPL-3.0-or-later

import { expect, test } from 'vitest';

import { obstacles } from '../core/driver/wire.ts';
import { errorWords } from './errors.ts';
import { obstacleWords } from './obstacles.ts';

test.each(obstacles)('%s has a sentence and a cure of its own', (obstacle) => {
  const words = obstacleWords(obstacle);
  expect(words.sentence).toMatch(/\.$/);
  expect(words.next).toMatch(/\.$/);
  const others = obstacles.filter((one) => one !== obstacle).map((one) => obstacleWords(one));
  expect(others.map((one) => one.sentence)).not.toContain(words.sentence);
  expect(others.map((one) => one.next)).not.toContain(words.next);
  expect(errorWords({ code: 'key-refused', args: { obstacle }, detail: null })).toEqual(words);
});

test('denied, closed and nobody to ask are three sentences, and an unknown refusal has one too', () => {
  const words = (code: 'permission-denied' | 'permission-dismissed' | 'no-agent') =>
    errorWords({ code, args: {}, detail: null }).sentence;
  const said = [words('permission-denied'), words('permission-dismissed'), words('no-agent')];
  expect(new Set(said).size).toBe(3);
  const unknown = errorWords({ code: 'key-refused', args: { obstacle: 'moon' }, detail: null });
  expect(unknown.sentence).toBe('The key cannot be enrolled now. Nothing was changed.');
  const changed = errorWords({ code: 'changed-since', args: { of: 'system' }, detail: null });
  expect(changed.sentence).toMatch(/^The computer is not as/);
});
