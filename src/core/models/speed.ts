// SPDX-License-Identifier: GPL-3.0-or-later

import { valueOr } from '../known.ts';
import type { CpuFacts, Gpu } from '../machine/facts.ts';
import type { CatalogueEntry, SpeedBand } from './types.ts';

/**
 * How fast a model will be, as bands: nothing was measured on this computer yet.
 *
 * - Generation reads every active weight once for each token, so it is memory bandwidth by active bytes. What a
 *   model gets of the nominal bandwidth is taken as 0.55. A mixture of experts reads its active share of the file.
 * - The bandwidth itself is not told by the system. It is taken from classes: for a processor from its instruction
 *   sets and cores, for a graphics card from how much memory it has, which makers scale with bandwidth.
 * - Reading a prompt is arithmetic: two operations for each active weight and token. A published run on four threads
 *   gives 250 billion operations a second.
 * - An agent's first word comes after it has read its instructions: Goose 1.52 sends about 5000 tokens of them with the
 *   first question (measured). Later turns reuse what was read.
 * - More memory never makes a band slower.
 */

const efficiency = 0.55;
const GB = 1e9;
const GiB = 1024 ** 3;

/** What a place can do: bytes read a second, operations a second. */
export interface Power {
  readonly bandwidth: SpeedBand;
  readonly arithmetic: SpeedBand;
}

export function cpuPower(cpu: CpuFacts | null): Power {
  const cores = Math.max(1, cpu?.cores ?? 4);
  const features = cpu?.features ?? [];
  const wide = features.includes('avx2') || features.includes('dotprod');
  const nominal = !wide
    ? { low: 12, high: 30 }
    : features.includes('avx512f')
      ? { low: 38, high: 90 }
      : { low: 30, high: 80 };
  // A core alone cannot draw the whole bandwidth.
  const reach = cores * 8;
  const perCore = wide ? { low: 25, high: 80 } : { low: 6, high: 20 };
  return {
    bandwidth: {
      low: Math.min(nominal.low * efficiency, reach) * GB,
      high: Math.min(nominal.high * efficiency, reach * 1.5) * GB,
    },
    arithmetic: { low: cores * perCore.low * GB, high: cores * perCore.high * GB },
  };
}

/** Nominal GB/s and usable thousand billion operations a second, by a card's memory up to so many GiB. */
const cardClasses: readonly (readonly [number, SpeedBand, SpeedBand])[] = [
  [5, { low: 80, high: 200 }, { low: 1, high: 6 }],
  [9, { low: 200, high: 450 }, { low: 3, high: 20 }],
  [13, { low: 280, high: 560 }, { low: 5, high: 30 }],
  [18, { low: 280, high: 740 }, { low: 6, high: 40 }],
  [26, { low: 450, high: 1000 }, { low: 10, high: 80 }],
];
const largestClass = [Infinity, { low: 500, high: 1800 }, { low: 12, high: 150 }] as const;

export function cardPower(gpu: Gpu): Power {
  const memory = valueOr(gpu.memory, 0) / GiB;
  const [, nominal, tera] = cardClasses.find(([upTo]) => memory <= upTo) ?? largestClass;
  return {
    bandwidth: { low: nominal.low * efficiency * GB, high: nominal.high * efficiency * GB },
    arithmetic: { low: tera.low * 1e12, high: tera.high * 1e12 },
  };
}

/** A graphics part that shares main memory: the processor's bandwidth at least, and more arithmetic. */
export function sharedPower(cpu: CpuFacts | null, gpu: Gpu): Power {
  const base = cpuPower(cpu);
  const apple = gpu.vendor === 'apple';
  return {
    bandwidth: apple
      ? { low: 50 * GB, high: 250 * GB }
      : { low: base.bandwidth.low, high: base.bandwidth.high * 1.5 },
    arithmetic: { low: Math.max(0.3e12, base.arithmetic.low), high: Math.max(6e12, base.arithmetic.high) },
  };
}

/** The better figure of each two. */
export function stronger(a: Power, b: Power): Power {
  const best = (x: SpeedBand, y: SpeedBand): SpeedBand => ({
    low: Math.max(x.low, y.low),
    high: Math.max(x.high, y.high),
  });
  return { bandwidth: best(a.bandwidth, b.bandwidth), arithmetic: best(a.arithmetic, b.arithmetic) };
}

/**
 * What a card and a processor can do one after the other, when the card does so much of the work, from 0 to 1: the
 * times of both parts add up.
 */
export function together(card: Power, processor: Power, share: number): Power {
  const both = (a: number, b: number): number => 1 / (share / a + (1 - share) / b);
  const band = (a: SpeedBand, b: SpeedBand): SpeedBand => ({
    low: both(a.low, b.low),
    high: both(a.high, b.high),
  });
  return {
    bandwidth: band(card.bandwidth, processor.bandwidth),
    arithmetic: band(card.arithmetic, processor.arithmetic),
  };
}

/** Tokens a second while answering, with so many bytes read for each. */
export function generationBand(activeBytes: number, power: Power): SpeedBand {
  const bytes = Math.max(1, activeBytes);
  return { low: power.bandwidth.low / bytes, high: power.bandwidth.high / bytes };
}

/** Tokens a second while reading a prompt. */
export function promptBand(entry: CatalogueEntry, power: Power): SpeedBand {
  const operations = 2 * entry.parameters.active * 1e9;
  return { low: power.arithmetic.low / operations, high: power.arithmetic.high / operations };
}

/** Tokens that Goose sends before the first question. */
export const agentPreamble = 5000;

/** Seconds until an agent's first word: `low` where everything is quick. */
export function firstWordBand(prompt: SpeedBand, generation: SpeedBand): SpeedBand {
  return {
    low: agentPreamble / prompt.high + 1 / generation.high,
    high: agentPreamble / prompt.low + 1 / generation.low,
  };
}
