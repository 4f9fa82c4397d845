// SPDX-License-Identifier: GPL-3.0-or-later

import type { KvType } from '../types.ts';
import type { LayerShape, ModelShape } from './shape.ts';

/**
 * What a model keeps of what it has read.
 *
 * - A layer that sees everything keeps a key and a value for each token of the context; one with a window only as many
 *   as the window and a batch, rounded up to 256. A layer that reads an earlier one's cache keeps nothing.
 * - Latent attention keeps one key for all heads and no values.
 * - Layers with a state keep it in 32 bits, the same at any length.
 *
 * Sizes of numbers are those of ggml: 16 bits, or blocks of 32 numbers in 34 or 18 bytes.
 */

export interface CacheSettings {
  /** Tokens. */
  readonly context: number;
  readonly kvType: KvType;
  /** Tokens of a prompt that are computed at once. */
  readonly batch: number;
}

/** Bytes for one number of the cache. */
export const elementBytes: Readonly<Record<KvType, number>> = { f16: 2, q8_0: 34 / 32, q4_0: 18 / 32 };

export function windowCells(window: number, settings: CacheSettings): number {
  return Math.min(settings.context, Math.ceil((window + settings.batch) / 256) * 256);
}

/** Bytes of keys and values of one layer. */
export function layerCacheBytes(model: ModelShape, layer: LayerShape, settings: CacheSettings): number {
  if (!layer.ownsCache) return 0;
  if (layer.kind === 'latent' && model.latent !== null) {
    return settings.context * (model.latent.rank + model.latent.rope) * elementBytes[settings.kvType];
  }
  if (layer.kind !== 'attention') return 0;
  const cells = layer.window === null ? settings.context : windowCells(layer.window, settings);
  return cells * layer.kvHeads * (layer.keyLength + layer.valueLength) * elementBytes[settings.kvType];
}

/** Bytes of the state of one layer, at any context length. */
export function layerStateBytes(model: ModelShape, layer: LayerShape): number {
  const shape = model.recurrent;
  if (shape === null) return 0;
  const before = Math.max(0, shape.convolution - 1);
  if (layer.kind === 'mamba') {
    return 4 * (shape.state * shape.inner + before * (shape.inner + 2 * shape.groups * shape.state));
  }
  if (layer.kind === 'delta') {
    const wide = 2 * shape.groups * shape.state + shape.ranks * shape.state;
    return 4 * (shape.state * shape.state * shape.ranks + before * wide);
  }
  return 0;
}
