// SPDX-License-Identifier: GPL-3.0-or-later

import { valueOr } from '../known.ts';
import type { MachineFacts } from '../machine/facts.ts';
import { memoryNeed } from './memory.ts';
import { runPlaces } from './places.ts';
import type { RunPlace } from './places.ts';
import { firstWordBand, generationBand, promptBand } from './speed.ts';
import type { CatalogueEntry, Fit, KvType, SpeedBand } from './types.ts';

/**
 * Whether a model runs on a computer, where, and with how much context.
 *
 * - Contexts are 4, 8, 16, 32, 64 and 128 k tokens, never more than the model was trained for. Up to 16 k whatever fits
 *   is taken, because 16 k is what an agent needs; beyond that only while there is room to spare.
 * - On a processor the context stops at 32 k, on graphics in shared memory at 64 k: reading more would take most of
 *   an hour.
 * - The cache is kept in 16 bits where that reaches 32 k. Where it does not, 8 bits are used as far as they gain
 *   something, up to 32 k.
 * - Of several places the one that serves people best is taken: quick before slow, long enough for an agent before
 *   short, a graphics card before main memory.
 * - "Tight" fits, but at 8 k tokens already leaves less than half a gigabyte (or a tenth of the need).
 * - Every rule here is such that more memory never gives a worse answer; the tests check it.
 */

export const contextSteps = [4096, 8192, 16384, 32768, 65536, 131072] as const;
export const agentContext = 16384;
const processorContext = 32768;
const sharedContext = 65536;
const GiB = 1024 ** 3;
/** Left free on the disk beside the model: a gigabyte, or less beside a small one. */
const diskReserve = (size: number): number => Math.min(GiB, size / 4);

/** Tokens a second: reading pace is about 5 to 8. */
const comfortableRate = 4;
const quickRate = 12;

/**
 * How well a fit serves, from 0: 0 nothing, 1 slow, 2 slow with room for an agent, 3 comfortable, 4 quick,
 * 5 comfortable with room for an agent, 6 quick with room for an agent.
 */
export function fitClass(fit: Fit): 0 | 1 | 2 | 3 | 4 | 5 | 6 {
  if (fit.verdict === 'does-not-fit' || fit.verdict === 'unknown') return 0;
  const rate = fit.generation?.low ?? 0;
  if (rate < comfortableRate) return fit.agentReady ? 2 : 1;
  if (rate < quickRate) return fit.agentReady ? 5 : 3;
  return fit.agentReady ? 6 : 4;
}

/** The best a computer can do with a model. `onDisk` is how much of the file is there already. */
export function fitOf(entry: CatalogueEntry, facts: MachineFacts, onDisk = 0): Fit {
  const diskMissing = missingOnDisk(entry, facts, onDisk);
  const fits = runPlaces(facts).map((place) => fitAt(entry, place, diskMissing));
  const memoryKnown = facts.memory.known;
  // Without main memory a card that is too small proves nothing: the processor might still do.
  if (!fits.some((fit) => fit.contextTokens > 0) && !memoryKnown) return unknownFit(entry, diskMissing);
  return fits.reduce((best, fit) => (better(fit, best) ? fit : best));
}

/** A model in one place. */
export function fitAt(entry: CatalogueEntry, place: RunPlace, diskMissing: number): Fit {
  const { kvType, contextTokens } = bestContext(entry, place);
  const shown = contextTokens === 0 ? minimumContext(entry) : contextTokens;
  const need = memoryNeed(entry, shown, kvType, place.place);
  const spare = place.available - need.total;
  return {
    verdict: contextTokens === 0 ? 'does-not-fit' : isTight(entry, place) ? 'tight' : 'fits',
    place: place.place,
    gpuAddress: place.gpuAddress,
    kvType,
    contextTokens,
    need,
    available: place.available,
    spare,
    generation: rounded(generationBand(entry, place.power)),
    prompt: rounded(promptBand(entry, place.power)),
    agentFirstWord: rounded(firstWordBand(entry, place.power)),
    agentReady: contextTokens >= agentContext,
    diskMissing,
  };
}

function bestContext(entry: CatalogueEntry, place: RunPlace): { kvType: KvType; contextTokens: number } {
  const wide = largestContext(entry, place, 'f16', contextSteps.at(-1) ?? 0);
  if (wide >= processorContext) return { kvType: 'f16', contextTokens: wide };
  const narrow = largestContext(entry, place, 'q8_0', processorContext);
  // Where even 8 bits do not fit, the 8-bit need is the least that is missing.
  return narrow > wide || wide === 0
    ? { kvType: 'q8_0', contextTokens: narrow }
    : { kvType: 'f16', contextTokens: wide };
}

const placeContext = { memory: processorContext, shared: sharedContext, gpu: Infinity } as const;

function largestContext(entry: CatalogueEntry, place: RunPlace, kvType: KvType, cap: number): number {
  const limit = Math.min(cap, placeContext[place.place]);
  let best = 0;
  for (const context of steps(entry)) {
    if (context > limit) break;
    const need = memoryNeed(entry, context, kvType, place.place).total;
    if (need + (context > agentContext ? comfort(need) : 0) <= place.available) best = context;
  }
  return best;
}

function isTight(entry: CatalogueEntry, place: RunPlace): boolean {
  const context = Math.min(8192, steps(entry).at(-1) ?? 8192);
  const need = memoryNeed(entry, context, 'q8_0', place.place).total;
  return need + comfort(need) > place.available;
}

function comfort(need: number): number {
  return Math.min(0.5 * GiB, need / 10);
}

/** Contexts that make sense for a model; one trained for less than 4 k has that as its only one. */
function steps(entry: CatalogueEntry): readonly number[] {
  const possible = contextSteps.filter((context) => context <= entry.contextTrained);
  return possible.length === 0 ? [entry.contextTrained] : possible;
}

function minimumContext(entry: CatalogueEntry): number {
  return steps(entry)[0] ?? entry.contextTrained;
}

function better(fit: Fit, than: Fit): boolean {
  const difference = fitClass(fit) - fitClass(than);
  if (difference !== 0) return difference > 0;
  // Nothing fits: show the place where the least is missing. Else the earlier place, as runPlaces orders them.
  return fit.contextTokens === 0 && than.contextTokens === 0 ? fit.spare > than.spare : false;
}

function unknownFit(entry: CatalogueEntry, diskMissing: number): Fit {
  const contextTokens = Math.min(8192, steps(entry).at(-1) ?? 8192);
  return {
    verdict: 'unknown',
    place: 'memory',
    gpuAddress: null,
    kvType: 'q8_0',
    contextTokens,
    need: memoryNeed(entry, contextTokens, 'q8_0', 'memory'),
    available: 0,
    spare: 0,
    generation: null,
    prompt: null,
    agentFirstWord: null,
    agentReady: false,
    diskMissing,
  };
}

function missingOnDisk(entry: CatalogueEntry, facts: MachineFacts, onDisk: number): number {
  const free = valueOr(facts.disk, null)?.free;
  const left = Math.max(0, entry.file.size - onDisk);
  if (free === undefined || left === 0) return 0;
  return Math.max(0, left + Math.ceil(diskReserve(entry.file.size)) - free);
}

/** Two digits: a band is no measurement. */
function rounded(band: SpeedBand): SpeedBand {
  const two = (value: number): number => Number(value.toPrecision(2));
  return { low: two(band.low), high: two(band.high) };
}
