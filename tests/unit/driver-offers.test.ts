// SPDX-License-Identifier: GPL-3.0-or-later

// What could only fail on a system is not offered there.

import { expect, test } from 'vitest';

import {
  canBuild,
  canChooseKernel,
  canCure,
  canDropUpdate,
  canSetArguments,
} from '../../src/core/driver/offers.ts';
import { installSteps, type DriverWorld } from '../../src/core/driver/driver-plan.ts';
import { ostreePermissions } from '../../src/core/driver/permissions.ts';
import type { DriverSight, Family, FlavourAdvice } from '../../src/core/driver/types.ts';
import { hasCode } from '../../src/core/errors.ts';
import { known } from '../../src/core/known.ts';
import type { DriverPart } from '../../src/engine/driver-part.ts';
import { DriverUse } from '../../src/engine/driver.ts';
import type { Parts } from '../../src/engine/parts.ts';
import type { Planner } from '../../src/engine/planner.ts';
import type { HearthState } from '../../src/core/setup/state.ts';
import { kernelWith, mechanism, newest, running, sightWith, type Change } from '../support/driver-sight.ts';

const lacking = (more: Change = {}): DriverSight =>
  sightWith({ ...more, readings: { kernels: [kernelWith(running), kernelWith(newest, null)] } });
const of = (sight: DriverSight, family: Family | null): DriverSight => ({
  ...sight,
  advice: { ...sight.advice, family },
});

/** The engine on one sight that never changes. */
function engine(sight: DriverSight): DriverUse {
  const driver = { observe: () => Promise.resolve(sight) } as unknown as DriverPart;
  const state = { machine: null, failures: {} } as unknown as HearthState;
  return new DriverUse({
    parts: { driver } as Parts,
    planner: { of: (task: string, actions: unknown) => ({ task, actions }) } as unknown as Planner,
    state: () => state,
    set: () => {},
  });
}

const code = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'planned',
    (thrown: unknown) =>
      ['not-built-here', 'kernel-not-chosen', 'not-found', 'no-mechanism', 'nothing-to-do'].find((one) =>
        hasCode(thrown, one as 'not-found'),
      ) ?? String(thrown),
  );

test('where modules are built and GRUB is read, both are offered', async () => {
  const sight = lacking({ mechanism: mechanism({ defaultKernel: newest }) });
  expect([canBuild(sight), canChooseKernel(sight), canSetArguments(sight)]).toEqual([true, true, true]);
  expect(await code(engine(sight).planBuild(newest))).toBe('planned');
  expect(await code(engine(sight).planKeepKernel(running))).toBe('planned');
  expect(await code(engine(sight).planBuild('6.0.0-none'))).toBe('not-found');
});

test('an image builds nothing and starts deployments: neither is offered, and asking for it says why', async () => {
  const sight = of(lacking({ mechanism: mechanism({ defaultKernel: null }) }), 'fedora-atomic');
  expect([canBuild(sight), canChooseKernel(sight)]).toEqual([false, false]);
  expect(await code(engine(sight).planBuild(newest))).toBe('not-built-here');
  expect(await code(engine(sight).planKeepKernel(running))).toBe('kernel-not-chosen');
});

test('an update of an image that waits can be discarded, and only there', async () => {
  const kernels = [kernelWith(running), kernelWith(newest, null, { staged: true })];
  const waiting = of(sightWith({ readings: { kernels } }), 'fedora-atomic');
  expect(canDropUpdate(waiting)).toBe(true);
  expect(await engine(waiting).planKeepSystem()).toMatchObject({
    actions: [{ do: 'drop-update', permission: 'org.projectatomic.rpmostree1.cleanup' }],
  });
  for (const other of [of(lacking(), 'fedora-atomic'), of(waiting, 'fedora')]) {
    expect(canDropUpdate(other)).toBe(false);
    expect(await code(engine(other).planKeepSystem())).toBe('nothing-to-do');
  }
});

test('the arguments of an image whose module is not known yet, and whose key is not trusted, stay as they are', () => {
  const cuda: FlavourAdvice = {
    flavour: 'cuda',
    way: 'in-image',
    possible: true,
    because: null,
    packages: [],
    repositories: [],
    needsKey: true,
    needsRestart: true,
    downloadBytes: null,
    inUse: false,
  };
  const sight = lacking({ mechanism: mechanism({ driverArguments: 'nvidia' }) });
  const world: DriverWorld = {
    sight: {
      ...sight,
      keys: known([], 'test'),
      advice: { ...sight.advice, family: 'fedora-atomic', flavours: [cuda] },
    },
    ...{ permissions: ostreePermissions, repositories: [], hosts: {}, image: null, cards: null },
    ...{ installed: new Set(), available: new Set(), resolution: null, layer: false },
  };
  expect(installSteps(world, 'cuda')).toEqual([]);
});

test('where a distribution’s packages bring the module, there is nothing to build', async () => {
  const sight = sightWith({
    readings: { kernels: [kernelWith(running, { prebuilt: true }), kernelWith(newest, null)] },
  });
  expect(canBuild(sight)).toBe(false);
  expect(await code(engine(sight).planBuild(newest))).toBe('not-built-here');
});

test('a system that nobody knows', async () => {
  const sight = of(lacking({ mechanism: mechanism({ defaultKernel: null, driverArguments: null }) }), null);
  for (const cure of ['rebuild', 'install-headers', 'keep-kernel', 'driver-arguments'] as const)
    expect(canCure(cure, sight)).toBe(false);
  for (const cure of ['restart', 'request-again', 'show-log'] as const)
    expect(canCure(cure, sight)).toBe(true);
});

test('a boot menu that cannot be read: the older kernel is named, and no button chooses it', () => {
  const failed = { tag: 'failed', log: '/log', reason: 'too-old' } as const;
  const change = (defaultKernel: string | null): Change => ({
    mechanism: mechanism({ defaultKernel }),
    readings: { kernels: [kernelWith(running), kernelWith(newest, null, { build: failed })] },
  });
  const cureIn = (sight: DriverSight) => sight.findings.find(({ id }) => id === 'driver-too-old');
  expect(cureIn(sightWith(change(newest)))).toMatchObject({ cure: 'keep-kernel', args: { keep: running } });
  expect(cureIn(sightWith(change(null)))).toMatchObject({ cure: 'show-log', args: { keep: running } });
});

test('without the root service the way is shown: asking for it says what is missing', async () => {
  const sight = lacking({ mechanism: null });
  expect([canBuild(sight), canChooseKernel(sight), canSetArguments(sight)]).toEqual([true, true, true]);
  expect(await code(engine(sight).planKeepKernel(running))).toBe('no-mechanism');
});
