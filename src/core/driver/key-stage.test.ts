// SPDX-License-Identifier: GPL-3.0-or-later

import { expect, test } from 'vitest';
import {
  fixtureKey,
  freshSight,
  installedSight,
  withMechanism,
  workingSight,
} from '../../../tests/support/driver-sights.ts';
import { missing } from '../known.ts';
import { keyStage, obstacleCure, spokenKey } from './key-stage.ts';

const { fingerprint } = fixtureKey;

test('nothing is said before anything was seen, nor without the system service', () => {
  expect(keyStage(null, 'enrol')).toEqual({ tag: 'unknown' });
  expect(keyStage({ ...installedSight(), mechanism: null }, 'enrol')).toEqual({ tag: 'no-service' });
  expect(spokenKey(null)).toBeNull();
});

test('an enrolment is possible, refused, pending or done', () => {
  const installed = installedSight();
  expect(keyStage(installed, 'enrol')).toEqual({ tag: 'ready' });
  const refused = withMechanism(installed, { obstacles: ['no-shim', 'nvram-full'] });
  expect(keyStage(refused, 'enrol')).toEqual({ tag: 'refused', obstacles: ['no-shim', 'nvram-full'] });
  expect(keyStage(withMechanism(refused, { pendingEnrolment: [fingerprint] }), 'enrol').tag).toBe('pending');
  expect(keyStage(withMechanism(refused, { pendingEnrolment: ['00'] }), 'enrol').tag).toBe('refused');
  expect(keyStage(workingSight(), 'enrol')).toEqual({ tag: 'done' });
  const unsaid = withMechanism(workingSight(), { obstacles: [] });
  expect(keyStage(unsaid, 'enrol'), 'enrolled, as the firmware shows').toEqual({ tag: 'done' });
  const none = withMechanism(freshSight(), { key: null, obstacles: ['key-missing'] });
  expect(keyStage(none, 'enrol')).toEqual({ tag: 'refused', obstacles: ['key-missing'] });
});

test('a deletion needs a key that is there, and only the firmware can speak against it', () => {
  const working = workingSight();
  expect(keyStage(working, 'delete')).toEqual({ tag: 'ready' });
  expect(keyStage(withMechanism(working, { pendingDeletion: [fingerprint] }), 'delete').tag).toBe('pending');
  const unsigned = withMechanism(working, { obstacles: ['already-enrolled', 'module-unsigned'] });
  expect(keyStage(unsigned, 'delete').tag).toBe('ready');
  const bare = withMechanism(working, { obstacles: ['no-key-manager', 'module-unsigned'] });
  expect(keyStage(bare, 'delete')).toEqual({ tag: 'refused', obstacles: ['no-key-manager'] });
  expect(keyStage(installedSight(), 'delete').tag).toBe('done');
  expect(keyStage({ ...working, keys: missing('denied', 'efivars') }, 'delete').tag).toBe('done');
  expect(keyStage(withMechanism(working, { key: null }), 'delete').tag).toBe('done');
});

test('what one button can do about an obstacle', () => {
  expect(obstacleCure('no-key-manager')).toBe('place-key-manager');
  expect(obstacleCure('module-unsigned')).toBe('build');
  expect(obstacleCure('foreign-request')).toBe('withdraw');
  expect(obstacleCure('key-missing')).toBe('install');
  expect(obstacleCure('no-shim')).toBeNull();
});
