// SPDX-License-Identifier: GPL-3.0-or-later

import type { GgufHeader } from '../gguf.ts';
import type { TensorInfo } from '../gguf-tensors.ts';
import { KeyReader } from './keys.ts';
import type { Keys } from './keys.ts';

/** How a layer keeps what it has read. */
export type LayerKind = 'attention' | 'latent' | 'mamba' | 'delta' | 'other';

export interface LayerShape {
  readonly index: number;
  readonly kind: LayerKind;
  readonly heads: number;
  readonly kvHeads: number;
  readonly keyLength: number;
  readonly valueLength: number;
  /** Tokens back that it looks; null for all. */
  readonly window: number | null;
  /** False where it reads the cache of an earlier layer. */
  readonly ownsCache: boolean;
  /** Width of the inner layer; 0 without one. */
  readonly inner: number;
  readonly experts: { readonly count: number; readonly used: number; readonly inner: number } | null;
  /** Width of the expert that is always asked; 0 without one. */
  readonly sharedInner: number;
  /** Tensors of the layer without `blk.N.`, e.g. `attn_q_norm.weight`. */
  readonly tensors: ReadonlyMap<string, TensorInfo>;
}

/** What states of constant size are made of. Source: the keys `ssm.*`. */
export interface RecurrentShape {
  readonly inner: number;
  readonly state: number;
  readonly groups: number;
  readonly ranks: number;
  readonly convolution: number;
}

export interface LatentShape {
  readonly rank: number;
  readonly rope: number;
  readonly query: number;
  /** Per head, before values are made of the latent. */
  readonly key: number;
  readonly value: number;
}

export interface ModelShape {
  readonly architecture: string;
  readonly width: number;
  readonly vocabulary: number;
  readonly contextTrained: number | null;
  /** Layers that are loaded; those for drafting are not. */
  readonly layers: readonly LayerShape[];
  readonly draftLayers: number;
  readonly recurrent: RecurrentShape | null;
  readonly latent: LatentShape | null;
  readonly embeddingScaled: boolean;
  readonly residualScaled: boolean;
  /** Width of the embeddings that every layer gets; 0 without. */
  readonly perLayerWidth: number;
  readonly tied: boolean;
  readonly tensors: readonly TensorInfo[];
}

export type ShapeResult =
  | { readonly tag: 'shape'; readonly shape: ModelShape }
  | { readonly tag: 'unusable'; readonly problem: string };

/** More layers than any model has: a header that claims more is no model. */
const maxLayers = 2048;
const maxLength = 16 * 1024 * 1024;

/** Which layers have a window where the file does not say it layer by layer: every n-th layer sees everything. */
const windowPeriods: Readonly<Record<string, number>> = {
  gemma2: 2,
  gemma3: 6,
  gemma3n: 5,
  'gpt-oss': 2,
  cohere2: 4,
  olmo2: 4,
  exaone4: 4,
  llama4: 4,
  smallthinker: 4,
};

/** The shape of a model from its header, whose tensors must have been read. */
export function modelShape(header: GgufHeader): ShapeResult {
  if (header.tensors === null) return { tag: 'unusable', problem: 'its list of tensors was not read' };
  const keys = new KeyReader(header);
  const architecture = keys.architecture;
  if (architecture === null) return { tag: 'unusable', problem: 'names no architecture' };
  const all = keys.count('block_count', maxLayers);
  const width = keys.count('embedding_length', maxLength);
  if (all === null || all < 1) return { tag: 'unusable', problem: 'does not tell its layers' };
  if (width === null || width < 1) return { tag: 'unusable', problem: 'does not tell its width' };
  const draftLayers = Math.min(all - 1, keys.count('nextn_predict_layers', maxLayers) ?? 0);
  const byLayer = perLayer(header.tensors.list, all);
  const named = new Map(header.tensors.list.map((tensor) => [tensor.name, tensor]));
  const latent = latentOf(keys);
  const context = { keys, architecture, width, count: all - draftLayers, latent };
  const layers = byLayer
    .slice(0, all - draftLayers)
    .map((tensors, index): LayerShape => layerOf(context, index, tensors));
  const embedding = named.get('token_embd.weight');
  return {
    tag: 'shape',
    shape: {
      architecture,
      width,
      vocabulary: embedding?.lengths[1] ?? keys.count('vocab_size', maxLength) ?? 0,
      contextTrained: keys.count('context_length', Number.MAX_SAFE_INTEGER),
      layers,
      draftLayers,
      recurrent: recurrentOf(keys),
      latent,
      embeddingScaled: keys.has('embedding_scale') || architecture.startsWith('gemma'),
      residualScaled: keys.has('residual_scale'),
      perLayerWidth: keys.count('embedding_length_per_layer_input', maxLength) ?? 0,
      tied: !named.has('output.weight') && embedding !== undefined,
      tensors: header.tensors.list,
    },
  };
}

interface LayerContext {
  readonly keys: Keys;
  readonly architecture: string;
  readonly width: number;
  readonly count: number;
  readonly latent: LatentShape | null;
}

function layerOf(context: LayerContext, index: number, tensors: ReadonlyMap<string, TensorInfo>): LayerShape {
  const { keys, width, latent } = context;
  const heads = keys.at('attention.head_count', index, maxLength) ?? 0;
  const window = windowOf(context, index);
  // Gemma 4 has heads of another size where it looks through a window.
  const suffix = window !== null && keys.has('attention.key_length_swa') ? '_swa' : '';
  const plain = heads > 0 ? Math.floor(width / heads) : 0;
  const keyLength = keys.count(`attention.key_length${suffix}`, maxLength) ?? plain;
  const used = keys.count('expert_used_count', maxLength) ?? 0;
  const expert = tensors.get('ffn_down_exps.weight');
  const shared = context.keys.count('attention.shared_kv_layers', maxLayers) ?? 0;
  return {
    index,
    kind: kindOf(context, index, tensors, latent !== null),
    heads,
    kvHeads: keys.at('attention.head_count_kv', index, maxLength) ?? heads,
    keyLength,
    valueLength: keys.count(`attention.value_length${suffix}`, maxLength) ?? keyLength,
    window,
    ownsCache: index < context.count - shared,
    inner: tensors.get('ffn_down.weight')?.lengths[0] ?? 0,
    experts:
      expert === undefined
        ? null
        : {
            count: expert.lengths[2] ?? 1,
            used: Math.min(used, expert.lengths[2] ?? 1),
            inner: expert.lengths[0] ?? 0,
          },
    sharedInner: tensors.get('ffn_down_shexp.weight')?.lengths[0] ?? 0,
    tensors,
  };
}

function kindOf(
  context: LayerContext,
  index: number,
  tensors: ReadonlyMap<string, TensorInfo>,
  latent: boolean,
): LayerKind {
  if (tensors.has('ssm_beta.weight') || tensors.has('ssm_ba.weight')) return 'delta';
  if (tensors.has('ssm_in.weight')) return 'mamba';
  if (latent) return 'latent';
  const kvHeads = context.keys.at('attention.head_count_kv', index, maxLength);
  return tensors.has('attn_output.weight') && kvHeads !== 0 ? 'attention' : 'other';
}

function windowOf(context: LayerContext, index: number): number | null {
  const { keys, architecture } = context;
  const window = keys.count('attention.sliding_window', Number.MAX_SAFE_INTEGER);
  // Phi 3 has the key and does not use it.
  if (window === null || window === 0 || architecture === 'phi3') return null;
  const listed = keys.flag('attention.sliding_window_pattern', index);
  if (listed !== null) return listed ? window : null;
  const period = keys.count('attention.sliding_window_pattern', maxLayers) ?? windowPeriods[architecture];
  if (period === undefined || period === 0) return null;
  return index % period < period - 1 ? window : null;
}

function recurrentOf(keys: Keys): RecurrentShape | null {
  const inner = keys.count('ssm.inner_size', maxLength);
  const state = keys.count('ssm.state_size', maxLength);
  if (inner === null || state === null) return null;
  return {
    inner,
    state,
    groups: keys.count('ssm.group_count', maxLength) ?? 0,
    ranks: keys.count('ssm.time_step_rank', maxLength) ?? 0,
    convolution: keys.count('ssm.conv_kernel', maxLength) ?? 0,
  };
}

function latentOf(keys: Keys): LatentShape | null {
  const rank = keys.count('attention.kv_lora_rank', maxLength);
  const key = keys.count('attention.key_length_mla', maxLength);
  const value = keys.count('attention.value_length_mla', maxLength);
  if (rank === null || key === null || value === null) return null;
  return {
    rank,
    rope: keys.count('rope.dimension_count', maxLength) ?? 0,
    query: keys.count('attention.q_lora_rank', maxLength) ?? 0,
    key,
    value,
  };
}

function perLayer(list: readonly TensorInfo[], count: number): readonly ReadonlyMap<string, TensorInfo>[] {
  const layers = Array.from({ length: count }, () => new Map<string, TensorInfo>());
  for (const tensor of list) {
    const found = /^blk\.(\d{1,4})\.(.+)$/.exec(tensor.name);
    if (found !== null) layers[Number(found[1])]?.set(found[2] ?? '', tensor);
  }
  return layers;
}
