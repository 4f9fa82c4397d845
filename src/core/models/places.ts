// SPDX-License-Identifier: GPL-3.0-or-later

import { valueOr } from '../known.ts';
import type { Gpu, MachineFacts } from '../machine/facts.ts';
import { cardPower, cpuPower, sharedPower } from './speed.ts';
import type { Power } from './speed.ts';
import type { Place } from './types.ts';

/**
 * Where a model could run on a computer, and how much memory is free for it there.
 *
 * - A graphics card of its own counts when its memory is known and its driver can compute: NVIDIA's own driver,
 *   amdgpu, i915 and xe. With nouveau, radeon or no driver the card is left out, and the processor does the work.
 *   CUDA and Vulkan are not told apart here: both take the same memory to a few hundred megabytes.
 * - What is free on a card: what the driver says, less a little; or all of it, less 1 GiB where the screen hangs on it.
 * - Graphics that shares main memory counts for AMD and Apple, up to half of main memory, which is what the drivers
 *   hand out. Intel's integrated graphics is not faster than the processor next to it, so the processor is used.
 * - Main memory: what is available now less a margin for what people open next, and never so much that the desktop
 *   and a browser have less than 3 GiB, or a quarter where that is more: who has more memory also uses more. Swap,
 *   compressed or not, is not counted.
 * - Unknown memory gives no place. That is said as "not known", never as "does not fit".
 */

export interface RunPlace {
  readonly place: Place;
  readonly gpuAddress: string | null;
  /** Bytes free for a model. */
  readonly available: number;
  readonly power: Power;
}

const GiB = 1024 ** 3;
const desktopShare = 3 * GiB;
const openNext = 0.75 * GiB;
const computeDrivers: ReadonlySet<string> = new Set(['nvidia', 'amdgpu', 'i915', 'xe', 'asahi']);

/** Best first where they are equal in what they allow. Empty when no memory is known. */
export function runPlaces(facts: MachineFacts): readonly RunPlace[] {
  const gpus = valueOr(facts.gpus, [] as readonly Gpu[]);
  const cpu = valueOr(facts.cpu, null);
  const main = mainMemoryFree(facts);
  const cards = gpus.filter((gpu) => canCompute(gpu) && !gpu.integrated && gpu.memory.known);
  const places: RunPlace[] = cards
    .map((gpu): RunPlace => {
      return { place: 'gpu', gpuAddress: gpu.address, available: cardFree(gpu), power: cardPower(gpu) };
    })
    .sort((a, b) => b.available - a.available);
  if (main === null) return places;
  const shared = gpus.find(
    (gpu) => canCompute(gpu) && gpu.integrated && (gpu.vendor === 'amd' || gpu.vendor === 'apple'),
  );
  if (shared !== undefined) {
    const half = valueOr(facts.memory, null)?.total ?? 0;
    const power = sharedPower(cpu, shared);
    places.push({ place: 'shared', gpuAddress: shared.address, available: Math.min(main, half / 2), power });
  }
  places.push({ place: 'memory', gpuAddress: null, available: main, power: cpuPower(cpu) });
  return places;
}

/** Bytes of main memory for a model, at least 0; null when the system does not tell. */
export function mainMemoryFree(facts: MachineFacts): number | null {
  if (!facts.memory.known) return null;
  const { total, available } = facts.memory.value;
  return Math.max(0, Math.min(available - openNext, total - Math.max(desktopShare, total / 4)));
}

export function canCompute(gpu: Gpu): boolean {
  const driver = valueOr(gpu.driver, null);
  return driver !== null && computeDrivers.has(driver);
}

function cardFree(gpu: Gpu): number {
  const total = valueOr(gpu.memory, 0);
  const free = valueOr(gpu.memoryFree, null);
  if (free !== null) return Math.max(0, Math.min(free, total) - 0.25 * GiB);
  return Math.max(0, total - (gpu.bootScreen ? 1 : 0.25) * GiB);
}
