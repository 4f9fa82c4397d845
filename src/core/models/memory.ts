// SPDX-License-Identifier: GPL-3.0-or-later

import { cacheRam, contextCheckpoints } from '../server/command.ts';
import { elementBytes } from './estimate/cache.ts';
import type { CatalogueEntry, KvType, MemoryNeed, Place } from './types.ts';

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
  const fixed = fixedBytes(place, Math.min(1, entry.parameters.active / 2));
  const weights = entry.file.size;
  const kvCache = Math.ceil(kvBytes(entry, contextTokens, kvType));
  const compute = Math.ceil(graphBytes * Math.sqrt(entry.parameters.active) + contextTokens * batch * 2);
  const checkpoints = Math.ceil(contextCheckpoints * checkpointBytes(entry, contextTokens, kvType));
  const overhead = Math.ceil(fixed.program + fixed.driver + checkpoints + cacheRam * MiB);
  return { weights, kvCache, compute, overhead, total: weights + kvCache + compute + overhead, checkpoints };
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
