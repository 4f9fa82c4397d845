// SPDX-License-Identifier: GPL-3.0-or-later

import { expect, test } from 'vitest';

import { asked, boot, fellBack, gpu, kernelWith, mechanism } from '../../../tests/support/driver-sight.ts';
import { newest, nouveau, ownKey, running, sightInput } from '../../../tests/support/driver-sight.ts';
import { sightWith, type Change } from '../../../tests/support/driver-sight.ts';
import { errorWords } from '../../words/errors.ts';
import { standingWords } from '../../words/tasks.ts';
import { known } from '../known.ts';
import type { Standing } from '../setup/tasks.ts';
import { assessDriver } from './assess.ts';

const standing = (change: Change): Standing => assessDriver(sightInput(change).machine, sightWith(change));
const noKeys = { ...fellBack.readings, keys: known([], 'efivars') };
const none = {
  loaded: known(null, 'x'),
  installed: known([], 'rpm'),
  kernels: [kernelWith(running, null), kernelWith(newest, null)],
  cuda: known(false, 'x'),
};

test('at work, with each piece of evidence', () => {
  const done = standing({});
  expect(done).toMatchObject({
    tag: 'done',
    evidence: [
      { id: 'gpu-driver-in-use', args: { driver: 'nvidia', version: '610.43.03' } },
      { id: 'driver-trusted' },
      { id: 'cuda-answers' },
      { id: 'cards-in-containers' },
      { id: 'next-start-safe' },
    ],
  });
  expect(standingWords(done).sentence).toContain('Secure Boot trusts it · CUDA answers');
  const off = standing({ firmware: { secureBoot: known('off', 'x') }, readings: { cdi: false } });
  expect(off.tag === 'done' && off.evidence.map(({ id }) => id)).toEqual([
    'gpu-driver-in-use',
    'cuda-answers',
    'next-start-safe',
  ]);
});

test('nothing installed: ready, unless nothing could be', () => {
  expect(standing({ gpus: [gpu('28e0', nouveau)], readings: none })).toEqual({
    tag: 'ready',
    offer: 'install-driver',
  });
  expect(standing({ gpus: [gpu('128b', nouveau)], readings: none })).toMatchObject({
    tag: 'not-needed',
    because: { id: 'driver-stays-in-tree', args: { driver: 'nouveau' } },
  });
  const other = { id: 'almalinux', idLike: ['rhel', 'fedora'] };
  expect(standing({ gpus: [gpu('28e0', nouveau)], readings: none, system: other })).toEqual({
    tag: 'waiting',
    on: 'you',
    because: 'driver-other-system',
  });
});

test('a key that is asked for waits for the restart, and is not called broken', () => {
  const pending = mechanism({
    pendingEnrolment: [ownKey.fingerprint],
    request: asked({ bootId: boot }),
  });
  expect(standing({ ...fellBack, readings: noKeys, mechanism: pending })).toEqual({
    tag: 'waiting',
    on: 'restart',
    because: 'key-at-restart',
  });
});

test('a screen that was missed is broken, with its words and its cure', () => {
  const missed = standing({ ...fellBack, readings: noKeys, mechanism: mechanism({ request: asked() }) });
  expect(missed).toMatchObject({
    tag: 'broken',
    cure: 'look-at-driver',
    error: { code: 'driver-trouble', args: { finding: 'screen-missed', cure: 'request-again' } },
  });
  if (missed.tag !== 'broken') return;
  const words = errorWords(missed.error);
  expect(words.sentence).toBe('The security key was not enrolled during the restart.');
  expect(words.next).toMatch(/make a new request/);
});

test('installed and fine, but not started with it yet', () => {
  expect(standing(fellBack)).toEqual({ tag: 'waiting', on: 'restart', because: 'driver-at-restart' });
});

test('being built: for this start, or for the next while it works', () => {
  const building = { build: { tag: 'building' as const, since: null } };
  const first = [kernelWith(running, null, building), kernelWith(newest, null, building)];
  expect(standing({ ...fellBack, readings: { ...fellBack.readings, kernels: first } })).toEqual({
    tag: 'waiting',
    on: 'restart',
    because: 'driver-building',
  });
  const next = standing({ readings: { kernels: [kernelWith(running), kernelWith(newest, null, building)] } });
  expect(next.tag === 'done' && next.evidence.at(-1)?.id).toBe('next-start-building');
});

test('at work now, and lost with the next start', () => {
  const lost = standing({ readings: { kernels: [kernelWith(running), kernelWith(newest, null)] } });
  expect(lost).toMatchObject({ tag: 'broken', error: { code: 'next-start' } });
  if (lost.tag !== 'broken') return;
  expect(errorWords(lost.error).sentence).toBe(
    `The driver is not built for kernel ${newest}, which starts next. Kernel ${running} still has it.`,
  );
});

test('an update that waits is told, not called broken', () => {
  const offlineUpdate = { by: 'packagekit' as const, kernel: '7.3.1', driver: false, armed: true };
  const waits = standing({ readings: { offlineUpdate } });
  expect(waits.tag === 'done' && waits.evidence.at(-1)?.id).toBe('update-at-restart');
});

test('who may not ask the root service waits for permission', () => {
  const change: Change = { ...fellBack, readings: noKeys, mechanism: null };
  const error = { code: 'permission-denied' as const, args: {}, detail: null };
  const sight = { ...sightWith(change), mechanismError: error };
  expect(assessDriver(sightInput(change).machine, sight)).toEqual({
    tag: 'waiting',
    on: 'permission',
    because: 'driver-permission',
  });
  expect(standing(change)).toMatchObject({ tag: 'broken', error: { args: { finding: 'key-unknown' } } });
});

test('loaded without CUDA: silent, or not installed', () => {
  const silent = standing({ readings: { cuda: known(false, 'nvidia-smi') } });
  expect(silent).toMatchObject({ tag: 'broken', error: { code: 'driver-silent' } });
  const missing = { known: false, reason: 'no-tool', source: 'nvidia-smi -L' } as const;
  expect(standing({ readings: { cuda: missing } })).toEqual({ tag: 'ready', offer: 'install-driver' });
});

test('before the driver was looked at, only what the card uses is said', () => {
  const { machine } = sightInput();
  expect(assessDriver(machine, null)).toMatchObject({ tag: 'done', evidence: [{ id: 'gpu-driver-in-use' }] });
  expect(assessDriver(sightInput({ gpus: [gpu('28e0', nouveau)] }).machine, null)).toEqual({
    tag: 'ready',
    offer: 'driver-advice',
  });
  expect(assessDriver(null, null)).toEqual({ tag: 'ready', offer: 'driver-advice' });
});
