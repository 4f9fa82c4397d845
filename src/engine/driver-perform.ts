// SPDX-License-Identifier: GPL-3.0-or-later

import { never, type Cancel } from '../core/cancel.ts';
import type { ChangePackages, DriverAction, DriverUndo } from '../core/driver/actions.ts';
import { mayLeaveNouveau } from '../core/driver/guard.ts';
import type { PackageProgress, SystemPackages } from '../core/driver/packages.ts';
import type { Mechanism } from '../core/driver/ports.ts';
import { HearthError, hasCode } from '../core/errors.ts';
import type { DriverPart } from './driver-part.ts';
import { quietProgress, type StepProgress } from './run.ts';

type Tell = (progress: StepProgress) => void;

/** Does one action about the driver. Each looks first, so that it may be repeated after a cut. */
export async function performDriver(
  action: DriverAction,
  part: DriverPart,
  tell: Tell,
  cancel: Cancel,
): Promise<void> {
  const { mechanism } = part;
  switch (action.do) {
    case 'repository':
      await switchRepository(part, action.repository, action.enabled, cancel);
      return;
    case 'packages':
      await changePackages(part, action, tell, cancel);
      return;
    case 'build-module':
      await build(part, action.kernel, tell, cancel);
      return;
    case 'prepare-key':
      await mechanism.prepareKey(cancel);
      return;
    case 'driver-arguments':
      await setArguments(part, action.preset, cancel);
      return;
    case 'default-kernel':
      await mechanism.setDefaultKernel(action.kernel, cancel);
      return;
    case 'rebase':
      await part.rebase(action.image, shown(tell), cancel);
      return;
    case 'drop-update':
      await part.dropUpdate(cancel);
      return;
    case 'describe-cards':
      await part.describeCards(action, cancel);
      return;
    case 'place-key-manager':
      await mechanism.placeKeyManager(cancel);
      return;
    case 'withdraw-request':
      await mechanism.cancelRequest(cancel);
      return;
  }
}

/** Takes one step back. The same rule holds: there is a driver that works at any point. */
export async function undoDriver(undo: DriverUndo, part: DriverPart): Promise<void> {
  const quiet = (): void => {};
  switch (undo.undo) {
    case 'repository':
      await switchRepository(part, undo.repository, undo.enabled, never);
      return;
    case 'packages': {
      const packages = await service(part);
      if (undo.verb === 'install') await packages.install(undo.names, quiet, never);
      else await remove(part, packages, undo.names, quiet, never);
      return;
    }
    case 'driver-arguments':
      await setArguments(part, undo.preset, never);
      return;
    case 'default-kernel':
      await part.mechanism.setDefaultKernel(undo.kernel, never);
      return;
    case 'rebase':
      await part.rebase(undo.image, quiet, never);
      return;
  }
}

/** @throws no-package-service */
export async function service(part: DriverPart): Promise<SystemPackages> {
  const packages = await part.packages();
  if (packages === null) throw new HearthError('no-package-service');
  return packages;
}

async function switchRepository(
  part: DriverPart,
  id: string,
  enabled: boolean,
  cancel: Cancel,
): Promise<void> {
  const packages = await service(part);
  const there = (await packages.repositories()).find((each) => each.id === id);
  if (there === undefined) throw new HearthError('not-found', { name: id });
  if (there.enabled !== enabled) await packages.setRepository(id, enabled, cancel);
}

async function changePackages(
  part: DriverPart,
  { verb, names, along }: ChangePackages,
  tell: Tell,
  cancel: Cancel,
): Promise<void> {
  const packages = await service(part);
  tell({ ...quietProgress, phase: 'checking' });
  const seen = await packages.look(names);
  const open = seen.filter(({ installed }) => (installed === null) === (verb === 'install'));
  if (open.length === 0) return;
  // Nobody agreed to lose anything else; what else is installed depends on the day and does no harm.
  const { removes } = await packages.resolve(verb, names, cancel);
  const agreed = new Set(verb === 'remove' ? [...names, ...along] : []);
  const more = removes.filter((name) => !agreed.has(name) && !(verb === 'remove' && isBuilt(name)));
  if (more.length > 0) throw new HearthError('packages-changed', { packages: more.join(', ') });
  if (verb === 'install') await packages.install(names, shown(tell), cancel);
  else await remove(part, packages, names, tell, cancel);
}

/** Modules that were built here come and go with what they were built from. */
function isBuilt(name: string): boolean {
  return name.startsWith('kmod-nvidia');
}

async function remove(
  part: DriverPart,
  packages: SystemPackages,
  names: readonly string[],
  tell: Tell,
  cancel: Cancel,
): Promise<void> {
  const set = await argumentsNow(part.mechanism);
  if (set === 'nvidia' || set === 'mixed') throw new HearthError('keep-one-driver');
  await packages.remove(names, shown(tell), cancel);
}

/** What the root service says; null where it is not there, and nobody but the packages sets arguments. */
async function argumentsNow(mechanism: Mechanism): Promise<'nvidia' | 'none' | 'mixed' | null> {
  try {
    return (await mechanism.state()).driverArguments;
  } catch (thrown) {
    if (hasCode(thrown, 'no-mechanism')) return null;
    throw thrown;
  }
}

async function setArguments(part: DriverPart, preset: 'nvidia' | 'none', cancel: Cancel): Promise<void> {
  if (preset === 'nvidia') {
    if (!mayLeaveNouveau(await part.observe())) throw new HearthError('keep-one-driver');
  }
  await part.mechanism.setDriverArguments(preset, cancel);
}

async function build(part: DriverPart, kernel: string, tell: Tell, cancel: Cancel): Promise<void> {
  tell({ ...quietProgress, phase: 'working' });
  await part.mechanism.rebuildModule(kernel, cancel);
  const { kernels } = await part.observe();
  const built = kernels.find((each) => each.kernel === kernel);
  if (built === undefined || !built.module.known || built.module.value === null)
    throw new HearthError('module-failed', { kernel }, { detail: (await part.buildLog(kernel)) ?? '' });
}

function shown(tell: Tell): (progress: PackageProgress) => void {
  return ({ phase, done, total, part }) => {
    // A share alone still makes a bar.
    const counted =
      done === null && part !== null ? { done: Math.round(part * 100), total: 100 } : { done, total };
    tell({
      ...quietProgress,
      ...(phase === 'downloading' && done !== null ? { done, total } : counted),
      phase,
    });
  };
}
