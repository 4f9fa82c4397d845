// SPDX-License-Identifier: GPL-3.0-or-later

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { HearthState } from '../core/setup/state.ts';
import { taskIds, type Standing } from '../core/setup/tasks.ts';
import { noVendor, type LockId } from '../core/vendor/types.ts';
import { fixtureState, type StateName } from '../../tests/support/fixture-states.ts';
import { summaryWords } from './summary.ts';
import { lockSentence } from './vendor.ts';

const catalogue = readFileSync(new URL('../../data/catalogue/hearth.json', import.meta.url), 'utf8');
const stateOf = (name: StateName): HearthState => fixtureState(name, catalogue);

test('the summary claims no more than what is so', () => {
  expect(summaryWords(stateOf('broken')).title).toBe('Not Everything Worked');
  expect(summaryWords(stateOf('first-run')).title).toBe('Ready When Needed');
});

const done: Standing = { tag: 'done', evidence: [] };
const ready: Standing = { tag: 'ready', offer: 'driver-advice' };
const broken: Standing = { tag: 'broken', error: { code: 'io', args: {}, detail: '' }, cure: 'retry' };

/** All is set up but what is named. */
function allBut(left: Partial<HearthState['standings']>, locked: readonly LockId[]): HearthState {
  const standings = Object.fromEntries(taskIds.map((task) => [task, done])) as HearthState['standings'];
  const vendor = { ...noVendor, organisation: 'Example University', locked };
  return { ...stateOf('all-done'), standings: { ...standings, ...left }, vendor };
}

test('what is locked neither waits for anybody nor is said to be set up', () => {
  expect(summaryWords(allBut({}, [])).sentence).toBe('Everything is set up');
  expect(summaryWords(allBut({ driver: ready }, [])).sentence).toMatch(/^1 thing waits/);
  expect(summaryWords(allBut({ driver: ready }, ['driver'])).sentence).toBe(
    lockSentence('driver', 'Example University'),
  );
  const both = summaryWords(allBut({ driver: ready, tools: broken }, ['driver', 'tools'])).sentence;
  for (const lock of ['driver', 'tools'] as const)
    expect(both).toContain(lockSentence(lock, 'Example University'));
  expect(summaryWords(allBut({ driver: ready, try: ready }, ['driver'])).sentence).toMatch(/^1 thing waits/);
  expect(summaryWords(allBut({ try: broken, tools: broken }, ['tools'])).sentence).toMatch(/^1 thing needs/);
  // What was set up before it was locked is set up.
  expect(summaryWords(allBut({}, ['driver', 'tools'])).sentence).toBe('Everything is set up');
});
