// SPDX-License-Identifier: GPL-3.0-or-later

import { valueOr } from '../known.ts';
import type { MachineFacts } from '../machine/facts.ts';
import { costOf } from './cost.ts';
import type { ModelCost } from './cost.ts';
import { layoutsWithin, wholeLayout } from './layouts.ts';
import type { Laid } from './layouts.ts';
import { runPlaces } from './places.ts';
import type { RunPlace } from './places.ts';
import { firstWordBand, generationBand, promptBand, together } from './speed.ts';
import type {
  CatalogueEntry,
  Fit,
  FreeMemory,
  KvType,
  ModelHeader,
  Place,
  SpeedBand,
  SplitNeed,
} from './types.ts';

/**
 * Whether a model runs on a computer, where, and with how much context.
 *
 * - Contexts are 4, 8, 16, 32, 64 and 128 k tokens, never more than the model was trained for. Up to 16 k whatever fits
 *   is taken, because 16 k is what an agent needs; beyond that only while there is room to spare.
 * - On a processor, alone or beside a card, the context stops at 32 k, on graphics in shared memory at 64 k: reading
 *   more would take most of an hour.
 * - The cache is kept in 16 bits where that reaches 32 k. Where it does not, 8 bits are used as far as they gain
 *   something, up to 32 k.
 * - A card and main memory together hold what neither does alone, each with no more than is free there. The card takes
 *   as many layers as fit, or of a mixture everything but the experts of some layers; the times of both parts add up.
 *   A longer context leaves less room for layers, so there it must not cost speed that people notice.
 * - Of several places the one that serves people best is taken: quick before slow, long enough for an agent before
 *   short, a graphics card before main memory.
 * - "Tight" fits, but at 8 k tokens already leaves less than half a gigabyte (or a tenth of the need).
 * - Before a download the catalogue's facts tell the need, after it the file's header.
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

/** Tokens a second while reading a prompt, from which on an agent's start counts so much: first a wait under a minute. */
const promptWorth = [
  [100, 1.6],
  [10, 1],
  [4, 0.8],
  [0, 0.6],
] as const;

/** How soon an agent begins, as a factor. */
export function startWorth(prompt: SpeedBand | null): number {
  const rate = prompt?.low ?? 0;
  return promptWorth.find(([from]) => rate >= from)?.[1] ?? 0;
}

/**
 * How well a fit serves, from 0: 0 nothing, 1 slow, 2 slow with room for an agent, 3 comfortable, 4 quick,
 * 5 comfortable with room for an agent, 6 quick with room for an agent.
 */
export function fitClass(fit: Pick<Fit, 'verdict' | 'generation' | 'agentReady'>): 0 | 1 | 2 | 3 | 4 | 5 | 6 {
  if (fit.verdict === 'does-not-fit' || fit.verdict === 'unknown') return 0;
  const rate = fit.generation?.low ?? 0;
  if (rate < comfortableRate) return fit.agentReady ? 2 : 1;
  if (rate < quickRate) return fit.agentReady ? 5 : 3;
  return fit.agentReady ? 6 : 4;
}

/** The best a computer can do with a model. `onDisk` is how much of the file is there already. */
export function fitOf(
  entry: CatalogueEntry,
  facts: MachineFacts,
  onDisk = 0,
  header: ModelHeader | null = null,
): Fit {
  const diskMissing = missingOnDisk(entry, facts, onDisk);
  const cost = costOf(entry, header);
  let best: Fit | null = null;
  for (const place of runPlaces(facts)) {
    // Nothing serves better, and of equal ones the first is taken.
    if (best?.place === 'gpu' && place.place !== 'gpu' && fitClass(best) === 6) break;
    const fit = fitAt(entry, cost, place, diskMissing);
    if (fit !== null && (best === null || better(fit, best))) best = fit;
  }
  // Without main memory a card that is too small proves nothing: the processor might still do.
  if (best === null || (best.contextTokens === 0 && !facts.memory.known))
    return unknownFit(entry, cost, diskMissing);
  return best;
}

/** A layout at a context length, with how fast it would be. */
interface Candidate extends Laid {
  readonly contextTokens: number;
  readonly kvType: KvType;
  readonly generation: SpeedBand;
  readonly prompt: SpeedBand;
  readonly agentReady: boolean;
}

/** A model in one place; null where it cannot be split. */
function fitAt(entry: CatalogueEntry, cost: ModelCost, place: RunPlace, diskMissing: number): Fit | null {
  const found = bestCandidate(entry, cost, place);
  const shown = found ?? nearest(entry, cost, place);
  if (shown === null) return null;
  return {
    verdict: found === null ? 'does-not-fit' : isTight(entry, cost, place) ? 'tight' : 'fits',
    place: place.place,
    gpuAddress: place.gpuAddress,
    kvType: shown.kvType,
    contextTokens: found?.contextTokens ?? 0,
    layout: shown.layout,
    need: shown.need,
    free: place.free,
    kept: place.kept,
    spare: spareOf(shown.need, place.free, place.place),
    generation: shown.generation,
    prompt: shown.prompt,
    agentFirstWord: rounded(firstWordBand(shown.prompt, shown.generation)),
    agentReady: found?.agentReady ?? false,
    diskMissing,
  };
}

const placeContext = {
  memory: processorContext,
  split: processorContext,
  shared: sharedContext,
  gpu: Infinity,
};

function bestCandidate(entry: CatalogueEntry, cost: ModelCost, place: RunPlace): Candidate | null {
  let best: Candidate | null = null;
  for (const kvType of ['f16', 'q8_0'] as const) {
    const limit = Math.min(placeContext[place.place], kvType === 'f16' ? Infinity : processorContext);
    for (const context of steps(entry)) {
      if (context > limit) break;
      const free = context > agentContext ? lessComfort(entry, cost, place, context, kvType) : place.free;
      for (const laid of layoutsWithin(cost, place.place, free, context, kvType)) {
        const candidate = candidateOf(entry, cost, place, laid, context, kvType);
        if (best === null || serves(candidate, best)) best = candidate;
      }
    }
  }
  return best;
}

function candidateOf(
  entry: CatalogueEntry,
  cost: ModelCost,
  place: RunPlace,
  laid: Laid,
  contextTokens: number,
  kvType: KvType,
): Candidate {
  const { power, mainPower } = place;
  const working = place.place === 'split' ? together(power, mainPower, cost.cardShare(laid.layout)) : power;
  return {
    ...laid,
    contextTokens,
    kvType,
    generation: rounded(generationBand(cost.activeBytes, working)),
    prompt: rounded(promptBand(entry, working)),
    agentReady: contextTokens >= agentContext,
  };
}

/** What is missing least, at the smallest context; even where 8 bits do not fit, that is the least that is needed. */
function nearest(entry: CatalogueEntry, cost: ModelCost, place: RunPlace): Candidate | null {
  const context = minimumContext(entry);
  const kind = place.place;
  const unlimited = { ...place.free, main: null };
  const laid: Laid | undefined =
    kind === 'split'
      ? layoutsWithin(cost, kind, unlimited, context, 'q8_0').toSorted(
          (a, b) => a.need.main.total - b.need.main.total,
        )[0]
      : wholeAt(cost, kind, context);
  return laid === undefined ? null : candidateOf(entry, cost, place, laid, context, 'q8_0');
}

function wholeAt(cost: ModelCost, place: Place, context: number): Laid {
  const layout = wholeLayout(cost, place);
  return { layout, need: cost.need(layout, context, 'q8_0', place) };
}

/** The order in which fits are preferred: how they serve, then the speed of slow ones, then an agent's start. */
function rank(of: Candidate | Fit): readonly [number, number, number] {
  const verdict = 'verdict' in of ? of.verdict : 'fits';
  const standing = fitClass({ verdict, generation: of.generation, agentReady: of.agentReady });
  return [standing, standing <= 2 ? (of.generation?.low ?? 0) : 0, startWorth(of.prompt)];
}

/** Of what serves the same the longer context, and of equal ones the earlier, whose cache is in 16 bits. */
function serves(a: Candidate, b: Candidate): boolean {
  const order = compareRanks(rank(a), rank(b));
  return order !== 0 ? order > 0 : a.contextTokens > b.contextTokens;
}

function compareRanks(a: readonly number[], b: readonly number[]): number {
  return a.map((value, index) => value - (b[index] ?? 0)).find((difference) => difference !== 0) ?? 0;
}

/** What is missing in both memories together, or what is left where the limit is; a card that is shared is filled. */
export function spareOf(need: SplitNeed, free: FreeMemory, place: Place): number {
  const gpu = need.gpu === null ? 0 : (free.gpu ?? 0) - need.gpu.total;
  const main = free.main === null ? Infinity : free.main - need.main.total;
  const missing = Math.max(0, -gpu) + Math.max(0, -main);
  if (missing > 0) return -missing;
  return place === 'gpu' ? gpu : main;
}

/** What is free, less some room: on the card where it holds all, else in main memory. */
function lessComfort(
  entry: CatalogueEntry,
  cost: ModelCost,
  { place, free }: RunPlace,
  context: number,
  kvType: KvType,
): FreeMemory {
  if (place === 'gpu') {
    const need = wholeNeed(cost, place, context, kvType).gpu?.total ?? 0;
    return { ...free, gpu: (free.gpu ?? 0) - comfort(need) };
  }
  // Beside a card the need depends on the layout; what the whole takes is more.
  const need = place === 'split' ? entry.file.size : wholeNeed(cost, place, context, kvType).main.total;
  return { ...free, main: free.main === null ? null : free.main - comfort(need) };
}

function wholeNeed(cost: ModelCost, place: Place, context: number, kvType: KvType): SplitNeed {
  return cost.need(wholeLayout(cost, place), context, kvType, place);
}

function isTight(entry: CatalogueEntry, cost: ModelCost, place: RunPlace): boolean {
  const context = Math.min(8192, steps(entry).at(-1) ?? 8192);
  const free = lessComfort(entry, cost, place, context, 'q8_0');
  return layoutsWithin(cost, place.place, free, context, 'q8_0').length === 0;
}

function comfort(need: number): number {
  return Math.min(0.5 * GiB, need / 10);
}

/** Contexts that make sense for a model; one trained for less than 4 k has that as its only one. */
export function steps(entry: CatalogueEntry): readonly number[] {
  const possible = contextSteps.filter((context) => context <= entry.contextTrained);
  return possible.length === 0 ? [entry.contextTrained] : possible;
}

function minimumContext(entry: CatalogueEntry): number {
  return steps(entry)[0] ?? entry.contextTrained;
}

function better(fit: Fit, than: Fit): boolean {
  // Nothing fits: show the place where the least is missing. Else the earlier place, as runPlaces orders them.
  if (fit.contextTokens === 0 && than.contextTokens === 0) return fit.spare > than.spare;
  return compareRanks(rank(fit), rank(than)) > 0;
}

function unknownFit(entry: CatalogueEntry, cost: ModelCost, diskMissing: number): Fit {
  const contextTokens = Math.min(8192, steps(entry).at(-1) ?? 8192);
  const layout = wholeLayout(cost, 'memory');
  return {
    verdict: 'unknown',
    place: 'memory',
    gpuAddress: null,
    kvType: 'q8_0',
    contextTokens,
    layout,
    need: cost.need(layout, contextTokens, 'q8_0', 'memory'),
    free: { gpu: null, main: null },
    kept: { gpu: null, main: null },
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
