// SPDX-License-Identifier: GPL-3.0-or-later

import { estimator } from './estimate.ts';
import type { SideBytes } from './estimate.ts';
import { countedLayers, isExpert, isOnCard } from './estimate/weights.ts';
import type { ModelShape } from './estimate/shape.ts';
import { added, splitNeed } from './memory.ts';
import type { CatalogueEntry, KvType, Layout, MemoryNeed, ModelHeader, Place, SplitNeed } from './types.ts';

/**
 * What a model costs a computer: memory, and bytes read for each token. From the catalogue's facts before a download,
 * from the file's own header after it.
 */
export interface ModelCost {
  /** Layers without the output; null when not known, and then the model is not split. */
  readonly layers: number | null;
  /** A mixture of experts, whose experts may stay in main memory. */
  readonly mixture: boolean;
  /** Bytes of weights that are read for each token. */
  readonly activeBytes: number;
  need(layout: Layout, contextTokens: number, kvType: KvType, place: Place): SplitNeed;
  /** How much of what is read for a token the card reads, from 0 to 1. */
  cardShare(layout: Layout): number;
}

/** Of what is active in a mixture, what is shared by all tokens: seen from 0.3 to 0.5. */
const sharedOfActive = 0.4;

export function costOf(entry: CatalogueEntry, header: ModelHeader | null): ModelCost {
  return header === null ? entryCost(entry) : headerCost(header);
}

function entryCost(entry: CatalogueEntry): ModelCost {
  const layers = entry.attention?.layers ?? null;
  const { active, total } = entry.parameters;
  return {
    layers,
    // Embeddings for each layer make total and active differ too: those stay in main memory by themselves.
    mixture: layers !== null && active < total / 2.5,
    activeBytes: (entry.file.size * active) / total,
    need: (layout, contextTokens, kvType, place) => splitNeed(entry, contextTokens, kvType, place, layout),
    cardShare: (layout) => {
      const { gpuLayers, expertLayers } = layout;
      if (gpuLayers === 'all' || layers === null) return gpuLayers === 'all' ? 1 : 0;
      if (gpuLayers <= layers) return Math.max(0, gpuLayers - 1) / layers;
      return 1 - (1 - sharedOfActive) * (expertLayers / layers);
    },
  };
}

const headerCosts = new WeakMap<ModelHeader, ModelCost>();

/** Kept for each header: laying out a graph takes milliseconds. */
function headerCost(header: ModelHeader): ModelCost {
  let cost = headerCosts.get(header);
  if (cost === undefined) headerCosts.set(header, (cost = makeHeaderCost(header)));
  return cost;
}

function makeHeaderCost({ shape, features }: ModelHeader): ModelCost {
  const estimate = estimator(shape, features);
  const layers = countedLayers(shape);
  const read = activeOf(shape);
  return {
    layers,
    mixture: shape.layers.some((layer) => layer.experts !== null),
    activeBytes: read.total,
    need: (layout, contextTokens, kvType, place) => {
      const gpuLayers = layout.gpuLayers === 'all' ? layers + 1 : layout.gpuLayers;
      const { expertLayers } = layout;
      const { gpu, memory } = estimate({ contextTokens, kvType, gpuLayers, expertLayers, projector: null });
      const [card, rest] = [needOf(gpu), needOf(memory)];
      const all = added(card, rest);
      // Graphics without a memory of its own takes its part of main memory.
      return place === 'memory' || place === 'shared'
        ? { ...all, gpu: null, main: all }
        : { ...all, gpu: card, main: rest };
    },
    cardShare: ({ gpuLayers, expertLayers }) =>
      gpuLayers === 'all' ? 1 : read.onCard(gpuLayers, expertLayers) / Math.max(1, read.total),
  };
}

/** Bytes read for a token: of the experts those that are asked, of the embedding nothing but a row. */
function activeOf(shape: ModelShape): {
  readonly total: number;
  onCard(gpuLayers: number, expertLayers: number): number;
} {
  const layers = shape.layers.map((layer) => {
    const asked = layer.experts === null ? 0 : layer.experts.used / Math.max(1, layer.experts.count);
    const sum = { shared: 0, experts: 0 };
    for (const [name, tensor] of layer.tensors) {
      if (isExpert(name)) sum.experts += (tensor.bytes ?? 0) * asked;
      else sum.shared += tensor.bytes ?? 0;
    }
    return sum;
  });
  const last = shape.tied ? 'token_embd.weight' : 'output.weight';
  const output = shape.tensors.find((tensor) => tensor.name === last)?.bytes ?? 0;
  const onCard = (gpuLayers: number, expertLayers: number): number =>
    layers.reduce(
      (sum, layer, index) => {
        if (!isOnCard(shape, index, gpuLayers)) return sum;
        return sum + layer.shared + (index < expertLayers ? 0 : layer.experts);
      },
      gpuLayers > 0 ? output : 0,
    );
  return { total: onCard(countedLayers(shape) + 1, 0), onCard };
}

function needOf(side: SideBytes): MemoryNeed {
  const { weights, compute, fixed, total } = side;
  return { weights, kvCache: side.cache + side.state, compute, overhead: fixed, total };
}
