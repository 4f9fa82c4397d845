// SPDX-License-Identifier: GPL-3.0-or-later

import type { TensorInfo } from '../gguf-tensors.ts';
import type { ModelShape } from './shape.ts';

/**
 * Where the weights go.
 *
 * - On the processor the file is mapped: its pages are memory, but memory the system may drop and read again. Matrices
 *   of some types are copied into another order that this processor multiplies faster ("repacked"); their pages in the
 *   file are then not needed any more.
 * - Rows are looked up in the embedding, so that stays mapped. Where the same matrix serves as output (tied), it is
 *   needed a second time when it is repacked or when the output lies on a graphics card.
 * - On a card the output goes first and then the layers, the last ones first. With any of them there nothing is
 *   repacked: llama.cpp then keeps the rest for copying to the card.
 * - Experts may be left in main memory; they are most of a mixture and little of it is read for each token.
 * - Layers for drafting are in the file and are not loaded.
 */
export interface WeightBytes {
  readonly gpu: number;
  readonly mapped: number;
  readonly repacked: number;
}

export interface Placement {
  /** Layers on the card, the output counted as one, as llama.cpp does. */
  readonly gpuLayers: number;
  /** Layers, the first ones, whose experts are in main memory all the same, as llama.cpp's --n-cpu-moe. */
  readonly expertLayers: number;
}

/**
 * Types that are repacked, by what the processor can do. Source: the repacking of ggml's processor backend, checked
 * on AVX2 and AVX-512; Arm's by reading only.
 */
const repackedTypes: readonly (readonly [feature: string, types: readonly string[]])[] = [
  ['avx2', ['Q4_0', 'Q4_K', 'IQ4_NL', 'MXFP4']],
  ['avx512f', ['Q2_K']],
  ['dotprod', ['Q4_0', 'Q4_K', 'IQ4_NL', 'Q8_0']],
];

/** Rows come in groups of eight; a matrix with rows left over stays as it is. */
const rowsTogether = 8;

export function weightBytes(
  model: ModelShape,
  placement: Placement,
  features: readonly string[],
): WeightBytes {
  const sums = { gpu: 0, mapped: 0, repacked: 0 };
  const onCard = placement.gpuLayers > 0;
  const types = onCard ? new Set<string>() : repackedBy(features);
  const isRepacked = (tensor: TensorInfo): boolean =>
    types.has(tensor.type) && tensor.lengths.length > 1 && (tensor.lengths[1] ?? 0) % rowsTogether === 0;
  for (const tensor of model.tensors) {
    const bytes = tensor.bytes ?? 0;
    const layer = layerOf(tensor.name);
    if (layer !== null) {
      if (layer >= model.layers.length) continue;
      const far = !isOnCard(model, layer, placement.gpuLayers);
      const stays = layer < placement.expertLayers && isExpert(tensor.name);
      if (onCard && !far && !stays) sums.gpu += bytes;
      else if (isRepacked(tensor)) sums.repacked += bytes;
      else sums.mapped += bytes;
    } else if (/^(?:output|per_layer_model_proj|per_layer_proj_norm)/.test(tensor.name)) {
      if (onCard) sums.gpu += bytes;
      else if (isRepacked(tensor)) sums.repacked += bytes;
      else sums.mapped += bytes;
    } else if (tensor.name === 'token_embd.weight') {
      sums.mapped += bytes;
      if (model.tied && onCard) sums.gpu += bytes;
      else if (model.tied && isRepacked(tensor)) sums.repacked += bytes;
    } else {
      sums.mapped += bytes;
    }
  }
  return sums;
}

/** Layers as llama.cpp counts them for a card: those for drafting lie behind the others, though they are not loaded. */
export function countedLayers(model: ModelShape): number {
  return model.layers.length + model.draftLayers;
}

/** Whether a layer is on the card, when the output and so many layers are. */
export function isOnCard(model: ModelShape, layer: number, gpuLayers: number): boolean {
  return layer >= countedLayers(model) + 1 - gpuLayers;
}

/**
 * Matrices of a layer in main memory, bytes: while a prompt is read they are copied to the card and used there. Experts
 * come one matrix after the other in the same place; the others leave holes that the next does not always fit, which
 * together was seen to take as much as the layer.
 */
export function largestCopied(model: ModelShape, placement: Placement): number {
  if (placement.gpuLayers === 0) return 0;
  return model.layers.reduce((most, layer) => {
    const far = !isOnCard(model, layer.index, placement.gpuLayers);
    const experts = far || layer.index < placement.expertLayers;
    let [expert, rest] = [0, 0];
    for (const [name, tensor] of layer.tensors) {
      if (isExpert(name)) expert = Math.max(expert, tensor.bytes ?? 0);
      else rest += tensor.bytes ?? 0;
    }
    return Math.max(most, (experts ? expert : 0) + (far ? rest : 0));
  }, 0);
}

/** Of the experts of a layer, as --n-cpu-moe names them: the one that is always asked is not among them. */
export function isExpert(name: string): boolean {
  return /ffn_(?:up|down|gate|gate_up)_(?:ch)?exps\b/.test(name);
}

function repackedBy(features: readonly string[]): ReadonlySet<string> {
  return new Set(repackedTypes.flatMap(([feature, types]) => (features.includes(feature) ? types : [])));
}

function layerOf(name: string): number | null {
  const found = /^blk\.(\d{1,4})\./.exec(name);
  return found === null ? null : Number(found[1]);
}
