// SPDX-License-Identifier: GPL-3.0-or-later

import type { CatalogueEntry, KvType, MemoryNeed, Place } from './types.ts';

/**
 * What a model takes in memory, in bytes, before it is downloaded.
 *
 * - Weights: the file's size. llama.cpp maps the file; what it repacks for the processor replaces pages of it.
 * - KV cache: for each token, layer and KV head a key and a value. Where the catalogue knows only an upper bound of
 *   the layers, that is used; where it knows nothing, the largest of the models of that size that were seen.
 * - Layers without attention keep a state of constant size instead, so long contexts cost a hybrid model little.
 * - Compute: the graph's buffers, and with flash attention a mask of two bytes for each context cell and batch row.
 * - Overhead: tokenizer and program, what a graphics driver takes for itself, and for models with sliding windows or
 *   recurrent layers the server's context checkpoints.
 *
 * The numbers were measured against llama.cpp 0.7.0 with batches of 512. The prompt cache is taken to be off.
 */

const MiB = 1024 * 1024;
const batch = 512;
/** Bytes for one element of the cache: 34 and 18 bytes for blocks of 32. */
const elementBytes: Readonly<Record<KvType, number>> = { f16: 2, q8_0: 34 / 32, q4_0: 18 / 32 };

const graphBytes = 256 * MiB;
const programBytes = 128 * MiB;
const gpuDriverBytes = 250 * MiB;
const checkpointBytes = 192 * MiB;
const stateBytesPerLayer = 2.5 * MiB;

export function memoryNeed(
  entry: CatalogueEntry,
  contextTokens: number,
  kvType: KvType,
  place: Place,
): MemoryNeed {
  // The practice model is a few megabytes: room for a real model's buffers would hide that.
  const scale = Math.min(1, entry.parameters.active / 2);
  const weights = entry.file.size;
  const kvCache = Math.ceil(kvBytes(entry, contextTokens, kvType));
  const compute = Math.ceil(graphBytes * scale + contextTokens * batch * 2);
  const overhead = Math.ceil(
    programBytes * Math.max(scale, 0.25) +
      (place === 'memory' ? 0 : gpuDriverBytes) +
      (hasCheckpoints(entry) ? checkpointBytes : 0),
  );
  return { weights, kvCache, compute, overhead, total: weights + kvCache + compute + overhead };
}

/** Bytes of KV cache (and of constant state) at a context length. */
export function kvBytes(entry: CatalogueEntry, contextTokens: number, kvType: KvType): number {
  const facts = entry.attention;
  // Element size of f16 is 2, so this is bytes of f16 divided by two.
  if (facts === null) return contextTokens * (unknownKvBytesPerToken(entry) / 2) * elementBytes[kvType];
  const perCell = facts.kvHeads * facts.headSize * 2 * elementBytes[kvType];
  const window = facts.slidingWindow;
  // With a window given, every KV layer is taken to have it; llama.cpp adds a batch and rounds up to 256.
  const cells =
    window === null ? contextTokens : Math.min(contextTokens, Math.ceil((window + batch) / 256) * 256);
  return facts.kvLayers * cells * perCell + (facts.layers - facts.kvLayers) * stateBytesPerLayer;
}

/** Bytes a token in f16 when nothing is known of the layers: the most that a model of such a size was seen to take. */
function unknownKvBytesPerToken(entry: CatalogueEntry): number {
  if (entry.parameters.total <= 5) return 128 * 1024;
  if (entry.parameters.total <= 16) return 160 * 1024;
  return 256 * 1024;
}

function hasCheckpoints(entry: CatalogueEntry): boolean {
  const facts = entry.attention;
  return facts !== null && (facts.kvLayers < facts.layers || facts.slidingWindow !== null);
}
