// SPDX-License-Identifier: GPL-3.0-or-later

import { cacheRam, contextCheckpoints } from '../server/command.ts';
import { elementBytes } from './estimate/cache.ts';
import type { CatalogueEntry, KvType, Layout, MemoryNeed, Place, SplitNeed } from './types.ts';

/**
 * What a model takes in memory, in bytes, before it is downloaded. Once the file is there, estimate.ts knows better.
 *
 * - Weights: the file's size. llama.cpp maps the file; what it repacks for the processor replaces pages of it.
 * - KV cache: for each token, layer and KV head a key and a value. Where the catalogue knows only an upper bound of
 *   the layers, that is used; where it knows nothing, the largest of the models of that size that were seen.
 * - Layers without attention keep a state of constant size instead, so long contexts cost a hybrid model little.
 * - Compute: results of a batch of 512 tokens, which grow with the width of the layers and so with the root of what is
 *   active, and with flash attention a mask of two bytes for each context cell and batch row.
 * - Overhead: tokenizer and program, what a graphics driver takes for itself, the prompt cache, and for models with
 *   sliding windows or states as many of the server's checkpoints as it may keep.
 *
 * Between a card and main memory: layers are taken to be of one size, which counts the embedding twice; that much may
 * be on the card or in main memory, so it is counted in both. Of a mixture no more is shared by all tokens than what
 * is active. Results are counted on the card with copies of what stays behind of a layer. Program,
 * checkpoints and prompt cache are always in main memory.
 *
 * The terms are those of estimate.ts, whose header path is measured against llama.cpp 0.7.0.
 */

const MiB = 1024 * 1024;
const batch = 512;

/**
 * Bytes of results for a billion active parameters; grows with the root. Laid out from their shapes, models of 2, 4, 9
 * and 27 billion take 37, 36, 37 and 29 MiB; mixtures and those with embeddings for each layer some more.
 */
const graphBytes = 48 * MiB;
const programBytes = 128 * MiB;
const gpuDriverBytes = 250 * MiB;
const stateBytesPerLayer = 2.5 * MiB;
/** States grow with the model: 27 billion parameters have 3.1 MiB a layer. */
const largeStateBytesPerLayer = 3.25 * MiB;
/** An embedding is at most a third of a small model's file, and 800 MiB in the largest vocabularies. */
const embeddingBytes = (size: number): number => Math.min(size / 3, 800 * MiB);
/** The largest matrix of a layer: a third of it, or a little more where it is kept in more bits. */
const largestMatrix = 0.42;
/** Of what is active in a mixture, at least so much is shared by all tokens. */
const leastShared = 0.3;

/** What a server takes besides the model. `scale` is 1, or less for a toy. */
export function fixedBytes(
  place: Place,
  scale: number,
): { readonly program: number; readonly driver: number } {
  return { program: programBytes * Math.max(scale, 0.25), driver: place === 'memory' ? 0 : gpuDriverBytes };
}

export interface EntryNeed extends MemoryNeed {
  /** Part of the overhead. */
  readonly checkpoints: number;
}

export function memoryNeed(
  entry: CatalogueEntry,
  contextTokens: number,
  kvType: KvType,
  place: Place,
): EntryNeed {
  // The practice model is a few megabytes: room for a real model's buffers would hide that.
  const fixed = fixedBytes(place, scaleOf(entry));
  const weights = entry.file.size;
  const kvCache = Math.ceil(kvBytes(entry, contextTokens, kvType));
  const compute = Math.ceil(graphBytes * Math.sqrt(entry.parameters.active) + contextTokens * batch * 2);
  const checkpoints = Math.ceil(contextCheckpoints * checkpointBytes(entry, contextTokens, kvType));
  const overhead = Math.ceil(fixed.program + fixed.driver + checkpoints + cacheRam * MiB);
  return { weights, kvCache, compute, overhead, total: weights + kvCache + compute + overhead, checkpoints };
}

const scaleOf = (entry: CatalogueEntry): number => Math.min(1, entry.parameters.active / 2);

/** The same in each memory, with so much of the model on a card. */
export function splitNeed(
  entry: CatalogueEntry,
  contextTokens: number,
  kvType: KvType,
  place: Place,
  layout: Layout,
): SplitNeed {
  const whole = memoryNeed(entry, contextTokens, kvType, place);
  if (place === 'memory' || place === 'shared') return { ...whole, gpu: null, main: whole };
  const { size } = entry.file;
  const driver = Math.ceil(fixedBytes('gpu', 1).driver);
  const overhead = whole.overhead - driver;
  const share = shareOf(entry, layout);
  const gpu = parts(
    Math.min(size, share.gpuWeights),
    whole.kvCache * share.gpuCache,
    whole.compute * cardMargin + share.copied,
    driver,
  );
  // Masks and rows of tokens are made in main memory even where all layers are on the card.
  const inputs = contextTokens * batch * 2 + 16 * MiB * scaleOf(entry);
  const main = parts(
    Math.min(size, share.mainWeights),
    whole.kvCache * share.mainCache,
    share.all ? inputs : whole.compute,
    overhead,
  );
  return { ...added(gpu, main), gpu, main };
}

/** Results on a card take a little more: what comes from main memory is copied there. */
export const cardMargin = 1.05;

interface Share {
  readonly gpuWeights: number;
  readonly mainWeights: number;
  readonly gpuCache: number;
  readonly mainCache: number;
  readonly copied: number;
  /** All layers are on the card, if not all experts. */
  readonly all: boolean;
}

function shareOf(entry: CatalogueEntry, layout: Layout): Share {
  const { size } = entry.file;
  const embedding = embeddingBytes(size);
  const whole = { gpuWeights: size, mainWeights: embedding, gpuCache: 1, mainCache: 0, copied: 0, all: true };
  const layers = layout.layers ?? 0;
  if (layout.gpuLayers === 'all' || layers === 0) return whole;
  const each = size / layers;
  if (layout.gpuLayers > layers) {
    if (layout.expertLayers === 0) return whole;
    const active = (size * entry.parameters.active) / entry.parameters.total;
    return {
      ...whole,
      gpuWeights: active + each * (layers - layout.expertLayers),
      mainWeights: embedding + (layout.expertLayers * (size - leastShared * active)) / layers,
      copied: largestMatrix * each,
    };
  }
  const onCard = Math.max(0, layout.gpuLayers - 1);
  const cached = Math.max(1, entry.attention?.kvLayers ?? layers);
  return {
    gpuWeights: onCard * each + embedding,
    mainWeights: size - (onCard * Math.max(0, size - 2 * embedding)) / layers,
    // Layers with a cache need not lie evenly: one more may be on either side.
    gpuCache: Math.min(1, onCard / layers + 1 / cached),
    mainCache: Math.min(1, 1 - onCard / layers + 1 / cached),
    copied: entry.parameters.active < entry.parameters.total / 2 ? each / 2 : each,
    all: false,
  };
}

function parts(weights: number, kvCache: number, compute: number, overhead: number): MemoryNeed {
  const up = Math.ceil;
  const whole = { weights: up(weights), kvCache: up(kvCache), compute: up(compute), overhead: up(overhead) };
  return { ...whole, total: whole.weights + whole.kvCache + whole.compute + whole.overhead };
}

export function added(a: MemoryNeed, b: MemoryNeed): MemoryNeed {
  return parts(a.weights + b.weights, a.kvCache + b.kvCache, a.compute + b.compute, a.overhead + b.overhead);
}

/** Bytes of KV cache (and of constant state) at a context length. */
export function kvBytes(entry: CatalogueEntry, contextTokens: number, kvType: KvType): number {
  const facts = entry.attention;
  // Element size of f16 is 2, so this is bytes of f16 divided by two.
  if (facts === null) return contextTokens * (unknownKvBytesPerToken(entry) / 2) * elementBytes[kvType];
  const perCell = facts.kvHeads * facts.headSize * 2 * elementBytes[kvType];
  return facts.kvLayers * cells(facts.slidingWindow, contextTokens) * perCell + stateBytes(entry);
}

/** With a window given, every KV layer is taken to have it; llama.cpp adds a batch and rounds up to 256. */
function cells(window: number | null, contextTokens: number): number {
  return window === null ? contextTokens : Math.min(contextTokens, Math.ceil((window + batch) / 256) * 256);
}

function stateBytes(entry: CatalogueEntry): number {
  const facts = entry.attention;
  if (facts === null) return 0;
  const each = entry.parameters.total > 16 ? largeStateBytesPerLayer : stateBytesPerLayer;
  return (facts.layers - facts.kvLayers) * each;
}

/** What the server copies to be able to go back: all states, or all that is in the windows. */
function checkpointBytes(entry: CatalogueEntry, contextTokens: number, kvType: KvType): number {
  const facts = entry.attention;
  if (facts === null) return 0;
  return facts.slidingWindow === null ? stateBytes(entry) : kvBytes(entry, contextTokens, kvType);
}

/** Bytes a token in f16 when nothing is known of the layers: the most that a model of such a size was seen to take. */
function unknownKvBytesPerToken(entry: CatalogueEntry): number {
  if (entry.parameters.total <= 5) return 128 * 1024;
  if (entry.parameters.total <= 16) return 160 * 1024;
  return 256 * 1024;
}
