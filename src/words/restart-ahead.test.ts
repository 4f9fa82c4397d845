// SPDX-License-Identifier: GPL-3.0-or-later

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fixtureState } from '../../tests/support/fixture-states.ts';
import type { DriverSight, KeyEnding } from '../core/driver/types.ts';
import type { HearthState } from '../core/setup/state.ts';
import { restartWords } from './first-boot.ts';
import { restartAhead } from './restart-ahead.ts';

const catalogue = readFileSync(new URL('../../data/catalogue/hearth.json', import.meta.url), 'utf8');
const state = fixtureState('first-run', catalogue);

function withEnding(ending: KeyEnding, kind: 'enrol' | 'delete' = 'enrol'): HearthState {
  const request = { kind, fingerprint: 'aa', bootId: 'b', requestedAt: 1 };
  const driver = { ending, verified: false, mechanism: { request } } as unknown as DriverSight;
  return { ...state, driver, arrival: 'resume' };
}

test('where nothing waits for a restart, none is spoken of', () => {
  expect(restartAhead(state)).toBeNull();
  expect(restartAhead(withEnding('enrolled'))).toBeNull();
});

test('a key that is asked for: the screens are told before, in their order', () => {
  const steps = restartAhead(withEnding('pending'));
  expect(steps?.map(({ id }) => id)).toEqual(['goes-dark', 'blue-screen', 'comes-back']);
  // Word for word as MokManager writes it.
  expect(steps?.[1]?.detail).toMatch(/“Enroll MOK”, “Continue”, “Yes”.*“Reboot”/);
  expect(restartAhead(withEnding('pending', 'delete'))?.[1]?.detail).toMatch(/“Delete MOK”/);
});

test('a driver that only needs a restart promises no blue screen', () => {
  const standing = { tag: 'waiting', on: 'restart', because: 'driver-at-restart' } as const;
  const steps = restartAhead({ ...state, standings: { ...state.standings, driver: standing } });
  expect(steps?.map(({ id }) => id)).toEqual(['goes-dark', 'comes-back']);
});

test('after the restart: how the key ended comes first, else where the driver stands', () => {
  expect(restartWords(withEnding('not-done')).sentence).toMatch(/was not enrolled/);
  expect(restartWords(withEnding('not-done')).next).toMatch(/new code/);
  expect(restartWords({ ...state, arrival: 'resume' }).sentence).toMatch(/^Graphics Driver: /);
  expect(restartWords({ ...state, looked: false }).sentence).toMatch(/^Looking/);
});
