// SPDX-License-Identifier: GPL-3.0-or-later

import { valueOr } from '../known.ts';
import { compareReleases } from '../machine/kernel.ts';
import { isDriverPackage } from './advice.ts';
import { driverVersion, kernelState, type KernelState } from './kernel-state.ts';
import type { DriverSight, GuardVerdict, KernelSight } from './types.ts';

/** What the guard looks at. */
export type GuardSight = Pick<
  DriverSight,
  'advice' | 'loaded' | 'installed' | 'kernels' | 'mechanism' | 'readings'
>;

/**
 * Whether the next start will have the driver. 'safe' is said only where the kernel that starts next is known, and has
 * a module of the right kernel and version that it will load; where it is not known, every kernel has to have one.
 */
export function guardVerdict(sight: GuardSight): GuardVerdict {
  if (!isDriverWanted(sight)) return { tag: 'not-needed' };
  const version = driverVersion(sight.installed);
  const candidates = nextKernels(sight.kernels);
  const newest = candidates.at(-1);
  if (newest === undefined) return { tag: 'unknown', because: 'no-kernel' };
  const verdict = verdictOf(newest, kernelState(newest, version), sight, version);
  if (verdict.tag !== 'safe') return verdict;
  if (!candidates.every((kernel) => kernelState(kernel, version).tag === 'fine'))
    return { tag: 'unknown', because: 'default-kernel' };
  const update = sight.readings?.offlineUpdate ?? null;
  const changes = update !== null && (update.kernel !== null || update.driver);
  return changes ? { tag: 'offline-update', kernel: update.kernel } : verdict;
}

/** Somebody installed NVIDIA's driver, or the image has it. Who uses nouveau needs no guard. */
export function isDriverWanted({ advice, loaded, installed, kernels }: GuardSight): boolean {
  if (advice.cards.length === 0) return false;
  return (
    valueOr(loaded, null) !== null ||
    valueOr(installed, []).some(({ name }) => isDriverPackage(name)) ||
    kernels.some((kernel) => valueOr(kernel.module, null) !== null)
  );
}

/** The kernels that the next start may use, newest last: one where it is known which. */
export function nextKernels(kernels: readonly KernelSight[]): readonly KernelSight[] {
  const byAge = kernels.toSorted((a, b) => compareReleases(a.kernel, b.kernel));
  const staged = byAge.filter((kernel) => kernel.staged);
  if (staged.length > 0) return staged;
  const chosen = byAge.filter((kernel) => kernel.isDefault === true);
  return chosen.length > 0 ? chosen : byAge.filter((kernel) => kernel.isDefault === null);
}

function verdictOf(
  { kernel, staged }: KernelSight,
  state: KernelState,
  sight: GuardSight,
  version: string | null,
): GuardVerdict {
  switch (state.tag) {
    case 'fine':
      return { tag: 'safe', kernel };
    case 'building':
      return { ...state, kernel };
    case 'unknown':
      return state;
    case 'falls-back':
    case 'failed': {
      // On an image the way back is the deployment that runs, not another kernel in the same one.
      const keep = staged ? null : keepKernel(sight, kernel, version);
      return { ...state, kernel, keep };
    }
  }
}

/** A kernel to stay with: the last one that was proven, else the one that runs the driver now, else any that is fine. */
export function keepKernel(sight: GuardSight, other: string, version: string | null): string | null {
  const fine = sight.kernels
    .filter((kernel) => !kernel.staged && kernel.kernel !== other)
    .filter((kernel) => kernelState(kernel, version).tag === 'fine')
    .toSorted((a, b) => compareReleases(b.kernel, a.kernel));
  const verified = fine.find(({ kernel }) => kernel === sight.mechanism?.verified?.kernel);
  const running = valueOr(sight.loaded, null) === null ? undefined : fine.find((kernel) => kernel.running);
  return (verified ?? running ?? fine[0])?.kernel ?? null;
}

/**
 * Whether nouveau may be kept from the cards now: only where every kernel that may start next has a module that it will
 * load. An update that waits does not forbid it: where that one fails, the driver's own service brings nouveau back.
 */
export function mayLeaveNouveau({ guard }: Pick<DriverSight, 'guard'>): boolean {
  return guard.tag === 'safe' || guard.tag === 'offline-update';
}
