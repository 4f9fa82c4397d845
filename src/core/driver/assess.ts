// SPDX-License-Identifier: GPL-3.0-or-later

import { valueOr } from '../known.ts';
import type { Gpu, MachineFacts } from '../machine/facts.ts';
import type { Evidence, EvidenceId, Standing } from '../setup/tasks.ts';
import { isDriverWanted } from './guard.ts';
import type { DriverSight, Finding, GuardVerdict } from './types.ts';

/**
 * Where the driver stands, in this order: not needed, waiting for the restart that was prepared, broken with the row of
 * the table of symptoms as its cause, building, done with evidence, waiting for a restart, ready to install.
 *
 * @param sight null before the driver was looked at: then only what the machine's facts show is said
 */
export function assessDriver(machine: MachineFacts | null, sight: DriverSight | null): Standing {
  if (machine === null || !machine.gpus.known) return { tag: 'ready', offer: 'driver-advice' };
  const cards = machine.gpus.value.filter((gpu) => gpu.vendor !== 'virtual');
  if (cards.length === 0) return { tag: 'not-needed', because: evidence('no-gpu') };
  const nvidia = cards.filter((gpu) => gpu.vendor === 'nvidia');
  if (nvidia.length === 0) {
    const best = cards.find((gpu) => !gpu.integrated) ?? (cards[0] as Gpu);
    return { tag: 'not-needed', because: evidence('driver-in-tree', describe(best)) };
  }
  if (sight !== null) return standingOf(sight, nvidia);
  const bound = nvidia.every((gpu) => valueOr(gpu.driver, null) === 'nvidia');
  return bound ? { tag: 'done', evidence: inUse(nvidia) } : { tag: 'ready', offer: 'driver-advice' };
}

function standingOf(sight: DriverSight, nvidia: readonly Gpu[]): Standing {
  const { guard, ending } = sight;
  if (!isDriverWanted(sight)) return notInstalled(sight, nvidia);
  if (ending === 'pending') return { tag: 'waiting', on: 'restart', because: 'key-at-restart' };
  const finding = sight.findings.find(({ severity }) => severity === 'blocks');
  if (finding !== undefined) return broken(finding, sight);
  if (sight.verified) return warned(guard) ?? { tag: 'done', evidence: proven(sight, nvidia) };
  if (
    guard.tag === 'building' ||
    sight.kernels.some(({ running, build }) => running && build.tag === 'building')
  )
    return { tag: 'waiting', on: 'restart', because: 'driver-building' };
  const warning = warned(guard);
  if (warning !== null) return warning;
  if (!sight.loaded.known || sight.loaded.value === null)
    return { tag: 'waiting', on: 'restart', because: 'driver-at-restart' };
  // Loaded without what answers for CUDA: the packages are not all there.
  return sight.cuda.known
    ? { tag: 'broken', error: { code: 'driver-silent', args: {}, detail: null }, cure: 'look-at-driver' }
    : { tag: 'ready', offer: 'install-driver' };
}

function notInstalled({ advice }: DriverSight, nvidia: readonly Gpu[]): Standing {
  const cuda = advice.flavours.find(({ flavour }) => flavour === 'cuda');
  if (cuda?.possible === true) return { tag: 'ready', offer: 'install-driver' };
  if (cuda?.because === 'unsupported-system')
    return { tag: 'waiting', on: 'you', because: 'driver-other-system' };
  return { tag: 'not-needed', because: evidence('driver-stays-in-tree', describe(nvidia[0] as Gpu)) };
}

/** A blocking finding; permission that was not given hides what only root can see, and comes first. */
function broken({ id, args, cure }: Finding, { mechanismError }: DriverSight): Standing {
  const denied = mechanismError?.code === 'permission-denied' || mechanismError?.code === 'no-agent';
  if (denied && cure === null && args['cause'] === 'not-known')
    return { tag: 'waiting', on: 'permission', because: 'driver-permission' };
  const error = {
    code: 'driver-trouble' as const,
    args: { ...args, finding: id, cure: cure ?? '' },
    detail: null,
  };
  return { tag: 'broken', error, cure: 'look-at-driver' };
}

/** The next start would lose the driver, and nothing is under way that would mend it. */
function warned(guard: GuardVerdict): Standing | null {
  if (guard.tag !== 'falls-back' && guard.tag !== 'failed') return null;
  const { tag, because, kernel, keep } = guard;
  const args = { verdict: tag, because, kernel, keep: keep ?? '' };
  return { tag: 'broken', error: { code: 'next-start', args, detail: null }, cure: 'look-at-driver' };
}

function proven(sight: DriverSight, nvidia: readonly Gpu[]): readonly Evidence[] {
  const { guard, cdi, kernels } = sight;
  const trusted = kernels.some(({ running, trust }) => running && trust === 'trusted');
  return [
    ...inUse(nvidia.filter((gpu) => valueOr(gpu.driver, null) === 'nvidia')),
    ...(trusted ? [evidence('driver-trusted')] : []),
    evidence('cuda-answers'),
    ...(cdi ? [evidence('cards-in-containers')] : []),
    ...(guard.tag === 'safe' ? [evidence('next-start-safe')] : []),
    ...(guard.tag === 'building' ? [evidence('next-start-building')] : []),
    ...(guard.tag === 'offline-update' ? [evidence('update-at-restart')] : []),
  ];
}

function inUse(gpus: readonly Gpu[]): readonly Evidence[] {
  return gpus.map((gpu) => evidence('gpu-driver-in-use', describe(gpu)));
}

function describe(gpu: Gpu): Record<string, string> {
  return {
    name: valueOr(gpu.name, gpu.address),
    driver: valueOr(gpu.driver, null) ?? '',
    version: valueOr(gpu.driverVersion, ''),
  };
}

function evidence(id: EvidenceId, args: Evidence['args'] = {}): Evidence {
  return { id, args };
}
