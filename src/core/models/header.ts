// SPDX-License-Identifier: GPL-3.0-or-later

import type { GgufHeader, GgufScalar } from './gguf.ts';
import type { CatalogueEntry } from './types.ts';

/** What a model's header says about it, as far as Hearth needs it. Null where it says nothing. */
export interface ModelFacts {
  readonly architecture: string | null;
  readonly name: string | null;
  readonly layers: number | null;
  readonly contextTrained: number | null;
  /** Heads that keep a KV cache, for each layer or one for all. */
  readonly kvHeads: readonly number[];
  readonly keyLength: number | null;
  readonly valueLength: number | null;
  readonly slidingWindow: number | null;
  /** Layers at the end for drafting tokens; they are counted in `layers` but not loaded. */
  readonly draftLayers: number;
}

export function modelFacts(header: GgufHeader): ModelFacts {
  const architecture = text(scalar(header, 'general.architecture'));
  const of = (key: string): number | null =>
    architecture === null ? null : number(scalar(header, `${architecture}.${key}`));
  return {
    architecture,
    name: text(scalar(header, 'general.name')),
    layers: of('block_count'),
    contextTrained: of('context_length'),
    kvHeads: architecture === null ? [] : numbers(header, `${architecture}.attention.head_count_kv`),
    keyLength: of('attention.key_length'),
    valueLength: of('attention.value_length'),
    slidingWindow: of('attention.sliding_window'),
    draftLayers: of('nextn_predict_layers') ?? 0,
  };
}

/**
 * Why a file is not what its catalogue entry says, or null. Its hash was right, so a difference is a mistake in the
 * catalogue, and serving the file with wrong expectations of memory would be worse than saying so. Head counts are
 * not compared: they only refine the estimate.
 */
export function mismatch(facts: ModelFacts, entry: CatalogueEntry): string | null {
  if (facts.architecture === null) return 'its header names no architecture';
  if (facts.architecture !== entry.architecture) {
    return `its architecture is ${facts.architecture}, not ${entry.architecture}`;
  }
  const layers = entry.attention?.layers;
  const found = facts.layers;
  if (layers !== undefined && found !== null && found !== layers && found - facts.draftLayers !== layers) {
    return `it has ${found} layers, not ${layers}`;
  }
  return null;
}

function scalar(header: GgufHeader, key: string): GgufScalar | null {
  const value = header.metadata.get(key);
  return value?.type === 'scalar' ? value.value : null;
}

function numbers(header: GgufHeader, key: string): readonly number[] {
  const value = header.metadata.get(key);
  if (value?.type === 'array') return (value.values ?? []).filter((item) => typeof item === 'number');
  const single = number(scalar(header, key));
  return single === null ? [] : [single];
}

function text(value: GgufScalar | null): string | null {
  return typeof value === 'string' && value.length <= 200 ? value : null;
}

function number(value: GgufScalar | null): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
