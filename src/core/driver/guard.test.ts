// SPDX-License-Identifier: GPL-3.0-or-later

import fc from 'fast-check';
import { expect, test } from 'vitest';

import { fellBack, kernelWith, mechanism, newest } from '../../../tests/support/driver-sight.ts';
import { nouveau, gpu, otherKey, running, sightWith } from '../../../tests/support/driver-sight.ts';
import type { Change } from '../../../tests/support/driver-sight.ts';
import { known } from '../known.ts';
import { guardVerdict, keepKernel, mayLeaveNouveau, type GuardSight } from './guard.ts';
import { driverVersion } from './kernel-state.ts';
import type { KernelReading } from './readings.ts';
import type { KernelSight, ModuleTrust } from './types.ts';

const guard = (change: Change) => sightWith(change).guard;
const kernels = (...list: KernelReading[]): Change => ({ readings: { kernels: list } });
const otherSigner = { signers: [{ issuer: otherKey.issuer, serial: otherKey.serial, subjectKeyId: null }] };

test('safe to restart', () => {
  expect(guard({})).toEqual({ tag: 'safe', kernel: newest });
});

test('no driver, no guard', () => {
  const none = { loaded: known(null, 'x'), installed: known([], 'rpm') };
  const plain = { gpus: [gpu('28e0', nouveau)], readings: { ...none, kernels: [kernelWith(newest, null)] } };
  expect(guard(plain)).toEqual({ tag: 'not-needed' });
  expect(guard({ gpus: [] })).toEqual({ tag: 'not-needed' });
});

test('still building, and since when', () => {
  const building = kernelWith(newest, null, { build: { tag: 'building', since: 1000 } });
  expect(guard(kernels(kernelWith(running), building))).toEqual({
    tag: 'building',
    kernel: newest,
    since: 1000,
  });
});

test.each([
  ['no-module', kernelWith(newest, null)],
  ['wrong-version', kernelWith(newest, { version: '595.71.05' })],
  ['wrong-version', kernelWith(newest, { vermagic: `${running} SMP` })],
  ['unsigned', kernelWith(newest, { signers: [] })],
  ['key-not-enrolled', kernelWith(newest, otherSigner)],
  ['bad-compression', kernelWith(newest, { badCompression: true })],
] as const)('would fall back to nouveau: %s', (because, kernel) => {
  expect(guard(kernels(kernelWith(running), kernel))).toEqual({
    tag: 'falls-back',
    kernel: newest,
    because,
    keep: running,
  });
});

test('a blocked key, and one that Secure Boot does not ask for', () => {
  const keys = known([{ ...otherKey, place: 'mokx' as const }], 'x');
  expect(
    guard({ readings: { kernels: [kernelWith(running), kernelWith(newest, otherSigner)], keys } }),
  ).toMatchObject({ because: 'key-blocked' });
  const off = { firmware: { secureBoot: known('off' as const, 'x') } };
  expect(guard({ ...off, ...kernels(kernelWith(running), kernelWith(newest, { signers: [] })) })).toEqual({
    tag: 'safe',
    kernel: newest,
  });
});

test('failed, because', () => {
  const failed = kernelWith(newest, null, { build: { tag: 'failed', log: null, reason: 'too-old' } });
  expect(guard(kernels(kernelWith(running), failed))).toEqual({
    tag: 'failed',
    kernel: newest,
    because: 'too-old',
    keep: running,
  });
});

test('the default kernel decides, and where nobody knows it every kernel has to be fine', () => {
  const old = kernelWith(newest, null);
  const readings = { kernels: [kernelWith(running), old] };
  expect(guard({ readings, mechanism: mechanism({ defaultKernel: running }) })).toEqual({
    tag: 'safe',
    kernel: running,
  });
  const older = { kernels: [kernelWith(running, null), kernelWith(newest)] };
  expect(guard({ readings: older, mechanism: null })).toEqual({ tag: 'unknown', because: 'default-kernel' });
  expect(guard({ mechanism: null })).toEqual({ tag: 'safe', kernel: newest });
  // A default that is not on the disk is no answer.
  expect(guard({ readings: older, mechanism: mechanism({ defaultKernel: '9.9.9' }) })).toMatchObject({
    tag: 'unknown',
  });
});

test('a deployment that waits is what starts next, and its way back is not a kernel', () => {
  const staged = kernelWith(newest, null, { staged: true });
  expect(guard({ image: true, ...kernels(kernelWith(running), staged) })).toEqual({
    tag: 'falls-back',
    kernel: newest,
    because: 'no-module',
    keep: null,
  });
  const carried = kernelWith(newest, { version: '620.10' }, { staged: true });
  expect(guard({ image: true, ...kernels(kernelWith(running), carried) })).toMatchObject({ tag: 'safe' });
});

test('an update during the restart, where nobody can look before', () => {
  const update = { by: 'packagekit' as const, kernel: '7.2.13-200.fc44.x86_64', driver: false, armed: true };
  expect(guard({ readings: { offlineUpdate: update } })).toEqual({
    tag: 'offline-update',
    kernel: '7.2.13-200.fc44.x86_64',
  });
  expect(guard({ readings: { offlineUpdate: { ...update, kernel: null, driver: true } } })).toEqual({
    tag: 'offline-update',
    kernel: null,
  });
  expect(guard({ readings: { offlineUpdate: { ...update, kernel: null } } })).toMatchObject({ tag: 'safe' });
  // What is wrong already is said first.
  const bad = { kernels: [kernelWith(newest, null)], offlineUpdate: update };
  expect(guard({ readings: bad })).toMatchObject({ tag: 'falls-back' });
});

test('what could not be read is not called safe', () => {
  const unread = { known: false, reason: 'no-tool', source: 'xz' } as const;
  expect(guard(kernels(kernelWith(newest, {}, { module: unread })))).toEqual({
    tag: 'unknown',
    because: 'module',
  });
  const hidden = { keys: { known: false, reason: 'denied', source: 'x' } as const, loaded: known(null, 'x') };
  expect(guard({ readings: { ...hidden, kernels: [kernelWith(newest)] } })).toEqual({
    tag: 'unknown',
    because: 'keys',
  });
});

test('what is kept: the kernel that was proven, else the one at work', () => {
  const third = '7.0.8-100.fc44.x86_64';
  const list = kernels(kernelWith(third), kernelWith(running), kernelWith(newest, null));
  expect(guard(list)).toMatchObject({ keep: running });
  const verified = { kernel: third, version: '610.43.03', fingerprint: null };
  expect(guard({ ...list, mechanism: mechanism({ verified }) })).toMatchObject({ keep: third });
  const gone = { ...list, mechanism: mechanism({ verified: { ...verified, kernel: '6.0.0' } }) };
  expect(guard(gone)).toMatchObject({ keep: running });
  expect(guard(kernels(kernelWith(running, null), kernelWith(newest, null)))).toMatchObject({ keep: null });
});

const names = ['7.0.8-100.fc44.x86_64', running, newest] as const;
const trusts: readonly ModuleTrust[] = [
  'trusted',
  'unsigned',
  'unknown-key',
  'blocked-key',
  'expired-key',
  'not-asked',
  'not-known',
];
const anyKernel = (kernel: string): fc.Arbitrary<KernelSight> =>
  fc
    .record({
      shape: fc.constantFrom('none', 'unknown', 'good', 'other version', 'other kernel', 'compressed'),
      trust: fc.constantFrom(...trusts),
      build: fc.constantFrom(
        { tag: 'idle' } as const,
        { tag: 'building', since: null } as const,
        { tag: 'failed', log: null, reason: 'other' } as const,
      ),
      isDefault: fc.constantFrom(true, false, null),
      staged: fc.boolean(),
    })
    .map(({ shape, trust, build, isDefault, staged }) => {
      const change = {
        none: null,
        unknown: {},
        good: {},
        'other version': { version: '595.1' },
        'other kernel': { vermagic: '6.0 SMP' },
        compressed: { badCompression: true },
      }[shape];
      const reading = kernelWith(kernel, change, { build, staged });
      const module =
        shape === 'unknown' ? ({ known: false, reason: 'no-tool', source: 'x' } as const) : reading.module;
      return { ...reading, module, trust, isDefault, running: kernel === running && !staged };
    });
const anySight: fc.Arbitrary<GuardSight> = fc
  .record({
    list: fc.subarray([...names]).chain((some) => fc.tuple(...some.map(anyKernel))),
    verified: fc.constantFrom(null, ...names),
    kernel: fc.constantFrom(null, '7.2.13-200.fc44.x86_64'),
  })
  .map(({ list, verified, kernel }) => {
    const sight = sightWith();
    const readings = {
      ...sight.readings!,
      offlineUpdate: kernel === null ? null : ({ by: 'dnf5', kernel, driver: false, armed: true } as const),
    };
    const record = verified === null ? null : { kernel: verified, version: '610.43.03', fingerprint: null };
    return { ...sight, kernels: list, readings, mechanism: mechanism({ verified: record }) };
  });

/** Said again, in other words than the guard's own. */
function hasTrustedModule({ module, trust, kernel, staged, build }: KernelSight): boolean {
  if (!module.known || module.value === null || build.tag === 'building') return false;
  const { vermagic, version, badCompression } = module.value;
  const fits = vermagic?.startsWith(`${kernel} `) === true && (staged || version === '610.43.03');
  return fits && !badCompression && (trust === 'trusted' || trust === 'not-asked');
}

test('whatever is seen: never safe without a module that the next kernel will load', () => {
  fc.assert(
    fc.property(anySight, (sight) => {
      const verdict = guardVerdict(sight);
      if (verdict.tag !== 'safe' && verdict.tag !== 'offline-update') return;
      const staged = sight.kernels.filter((kernel) => kernel.staged);
      const chosen = sight.kernels.filter((kernel) => kernel.isDefault === true);
      const open = sight.kernels.filter((kernel) => kernel.isDefault === null);
      const next = staged.length > 0 ? staged : chosen.length > 0 ? chosen : open;
      expect(next.length).toBeGreaterThan(0);
      expect(next.every(hasTrustedModule)).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

test('whatever is seen: what is kept has a module that it will load, and is another kernel', () => {
  fc.assert(
    fc.property(anySight, (sight) => {
      const verdict = guardVerdict(sight);
      const keep = 'keep' in verdict ? verdict.keep : null;
      if (keep === null || !('kernel' in verdict)) return;
      expect(keep).not.toBe(verdict.kernel);
      const kept = sight.kernels.filter((kernel) => kernel.kernel === keep && !kernel.staged);
      expect(kept.some(hasTrustedModule)).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

test('whatever is seen: nouveau is only kept away where the next start has the driver', () => {
  fc.assert(
    fc.property(anySight, (sight) => {
      if (!mayLeaveNouveau({ guard: guardVerdict(sight) })) return;
      const staged = sight.kernels.filter((kernel) => kernel.staged);
      const chosen = sight.kernels.filter((kernel) => kernel.isDefault === true);
      for (const kernel of staged.length > 0 ? staged : chosen) expect(hasTrustedModule(kernel)).toBe(true);
    }),
    { numRuns: 1000 },
  );
  const update = { by: 'dnf5' as const, kernel: '7.2.13-200.fc44.x86_64', driver: false, armed: true };
  expect(mayLeaveNouveau(sightWith({ readings: { offlineUpdate: update } }))).toBe(true);
  expect(mayLeaveNouveau(sightWith(kernels(kernelWith(newest, null))))).toBe(false);
});

test('a proven kernel is not kept once its module is gone', () => {
  const verified = { kernel: running, version: '610.43.03', fingerprint: null };
  const sight = sightWith({
    ...fellBack,
    readings: { ...fellBack.readings, kernels: [kernelWith(running, null), kernelWith(newest, null)] },
    mechanism: mechanism({ verified }),
  });
  expect(keepKernel(sight, newest, driverVersion(sight.installed))).toBeNull();
});
