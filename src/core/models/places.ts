// SPDX-License-Identifier: GPL-3.0-or-later

import { valueOr } from '../known.ts';
import type { Gpu, MachineFacts } from '../machine/facts.ts';
import { cardPower, cpuPower, sharedPower, stronger } from './speed.ts';
import type { Power } from './speed.ts';
import type { FreeMemory, Place } from './types.ts';

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
 * - A card and the processor can share a model. The card is then filled as far as it goes, so half a gigabyte more is
 *   kept free there. A card is taken to compute no slower than the processor beside it: where
 *   the classes say otherwise, the processor's figures hold for both.
 * - Unknown memory gives no place. That is said as "not known", never as "does not fit". A card whose memory is known is
 *   a place by itself: what the server needs in main memory besides is little.
 */

export interface RunPlace {
  readonly place: Place;
  readonly gpuAddress: string | null;
  readonly free: FreeMemory;
  /** What could be had besides, and is left to others. */
  readonly kept: FreeMemory;
  /** Of the card where there is one, else of the processor. */
  readonly power: Power;
  /** Of the processor, for the part of a model that is not on the card. */
  readonly mainPower: Power;
}

const GiB = 1024 ** 3;
const desktopShare = 3 * GiB;
const openNext = 0.75 * GiB;
const fillMargin = 0.5 * GiB;
const fillStep = 0.25 * GiB;
const computeDrivers: ReadonlySet<string> = new Set(['nvidia', 'amdgpu', 'i915', 'xe', 'asahi']);

/** Best first where they are equal in what they allow. Empty when no memory is known. */
export function runPlaces(facts: MachineFacts): readonly RunPlace[] {
  const gpus = valueOr(facts.gpus, [] as readonly Gpu[]);
  const cpu = valueOr(facts.cpu, null);
  const main = mainMemoryFree(facts);
  const cards = gpus.filter((gpu) => canCompute(gpu) && !gpu.integrated && gpu.memory.known);
  const mainPower = cpuPower(cpu);
  const memory = valueOr(facts.memory, null);
  const keptOf = (forModel: number | null): number | null =>
    memory === null || forModel === null ? null : Math.max(0, memory.available - forModel);
  const places: RunPlace[] = cards
    .map((gpu): RunPlace => {
      const onCard = cardMemory(gpu);
      const free = { gpu: onCard.free, main };
      const power = stronger(cardPower(gpu), mainPower);
      const kept = { gpu: onCard.kept, main: keptOf(main) };
      return { place: 'gpu', gpuAddress: gpu.address, free, kept, power, mainPower };
    })
    .sort((a, b) => (b.free.gpu ?? 0) - (a.free.gpu ?? 0));
  if (main === null) return places;
  places.push(...places.map(beside));
  const shared = gpus.find(
    (gpu) => canCompute(gpu) && gpu.integrated && (gpu.vendor === 'amd' || gpu.vendor === 'apple'),
  );
  if (shared !== undefined) {
    const half = valueOr(facts.memory, null)?.total ?? 0;
    const power = sharedPower(cpu, shared);
    const free = { gpu: null, main: Math.min(main, half / 2) };
    const kept = { gpu: null, main: keptOf(free.main) };
    places.push({ place: 'shared', gpuAddress: shared.address, free, kept, power, mainPower });
  }
  const [free, kept] = [
    { gpu: null, main },
    { gpu: null, main: keptOf(main) },
  ];
  places.push({ place: 'memory', gpuAddress: null, free, kept, power: mainPower, mainPower });
  return places;
}

/** Bytes of main memory for a model, at least 0; null when the system does not tell. */
export function mainMemoryFree(facts: MachineFacts): number | null {
  if (!facts.memory.known) return null;
  const { total, available } = facts.memory.value;
  return Math.max(0, Math.min(available - openNext, total - Math.max(desktopShare, total / 4)));
}

/** The same card for a part of a model. What is free there changes all the time; the layout should not. */
function beside(card: RunPlace): RunPlace {
  const { free, kept } = card;
  const onCard = free.gpu ?? 0;
  const filled = Math.floor(Math.max(0, onCard - fillMargin) / fillStep) * fillStep;
  const margin = onCard - filled;
  return {
    ...card,
    place: 'split',
    free: { ...free, gpu: (free.gpu ?? 0) - margin },
    kept: { ...kept, gpu: (kept.gpu ?? 0) + margin },
  };
}

export function canCompute(gpu: Gpu): boolean {
  const driver = valueOr(gpu.driver, null);
  return driver !== null && computeDrivers.has(driver);
}

function cardMemory(gpu: Gpu): { readonly free: number; readonly kept: number } {
  const total = valueOr(gpu.memory, 0);
  const told = valueOr(gpu.memoryFree, null);
  const had = told === null ? total : Math.min(told, total);
  const margin = (told === null && gpu.bootScreen ? 1 : 0.25) * GiB;
  const free = Math.max(0, had - margin);
  return { free, kept: had - free };
}
