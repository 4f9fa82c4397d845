// SPDX-License-Identifier: GPL-3.0-or-later

import { known, missing, type Known } from '../known.ts';
import type { Look } from '../ports.ts';
import type { NvidiaCard } from './nvidia.ts';
import { parsed, parseNumber, readText } from './read.ts';

export interface GpuMemory {
  /** Bytes. */
  readonly memory: Known<number>;
  readonly memoryFree: Known<number>;
}

export interface GpuWithDriver {
  /** Folder of the PCI device in sysfs. */
  readonly folder: string;
  readonly driver: string | null;
  readonly integrated: boolean;
}

/**
 * Memory of a card by what its own driver tells without root. Sources: amdgpu's mem_info_vram_* files, xe's
 * tileN/physical_vram_size_bytes, nvidia-smi. nouveau and i915 have no such file; sizes of PCI windows are not
 * used, because they are the card's memory only where resizable windows are on.
 */
export async function observeGpuMemory(
  look: Look,
  gpu: GpuWithDriver,
  nvidia: { readonly cards: Known<readonly NvidiaCard[]> } | null,
  card: NvidiaCard | undefined,
): Promise<GpuMemory> {
  if (gpu.driver === 'amdgpu') return amdMemory(look, gpu.folder);
  if (nvidia !== null) return nvidiaMemory(nvidia.cards, card);
  if (gpu.integrated) return both(missing('not-told', 'shared memory'));
  if (gpu.driver === 'xe') return xeMemory(look, gpu.folder);
  return both(gpu.driver === null ? missing('not-told', 'no driver') : missing('not-told', gpu.driver));
}

function both(fact: Known<never>): GpuMemory {
  return { memory: fact, memoryFree: fact };
}

async function amdMemory(look: Look, folder: string): Promise<GpuMemory> {
  const [totalText, usedText] = await Promise.all([
    readText(look, `${folder}/mem_info_vram_total`, 64),
    readText(look, `${folder}/mem_info_vram_used`, 64),
  ]);
  const memory = parsed(totalText, parseNumber);
  const used = parsed(usedText, parseNumber);
  if (!memory.known || !used.known) return { memory, memoryFree: memory.known ? used : memory };
  return { memory, memoryFree: known(Math.max(0, memory.value - used.value), used.source) };
}

function nvidiaMemory(cards: Known<readonly NvidiaCard[]>, card: NvidiaCard | undefined): GpuMemory {
  if (!cards.known) return both(cards);
  const total = card?.total ?? null;
  if (total === null) return both(missing('not-told', 'nvidia-smi'));
  const used = card?.used ?? null;
  return {
    memory: known(total, 'nvidia-smi'),
    memoryFree:
      used === null ? missing('not-told', 'nvidia-smi') : known(Math.max(0, total - used), 'nvidia-smi'),
  };
}

/** Cards for people have one tile. How much of it is in use, xe tells to root only. */
async function xeMemory(look: Look, folder: string): Promise<GpuMemory> {
  const path = `${folder}/tile0/physical_vram_size_bytes`;
  const memory = parsed(await readText(look, path, 64), parseNumber);
  const untold = missing('not-told', 'xe');
  return { memory: memory.known || memory.reason !== 'absent' ? memory : untold, memoryFree: untold };
}
