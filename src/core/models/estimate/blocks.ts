// SPDX-License-Identifier: GPL-3.0-or-later

import type { Graph, GraphTensor } from './graph.ts';
import type { LatentShape, LayerShape, ModelShape } from './shape.ts';

/** Matrices by which keys and values are turned before they are rounded, by whether a layer has a window. */
export interface Rotations {
  readonly key: (windowed: boolean) => GraphTensor;
  readonly value: (windowed: boolean) => GraphTensor;
}

/** What all layers of a graph share. */
export interface Batch {
  readonly graph: Graph;
  readonly model: ModelShape;
  /** Rows that are computed at once, tokens. */
  readonly rows: number;
  readonly positions: GraphTensor;
  /** Which cells of the cache are written, for keys and for values. */
  readonly cells: readonly [GraphTensor, GraphTensor];
  /** What a row may look at, for layers that see everything and for those with a window. */
  readonly mask: GraphTensor | null;
  readonly windowMask: GraphTensor | null;
  /** With a cache of 8 or 4 bits keys, queries and values are turned first. Null with 16 bits. */
  readonly rotations: Rotations | null;
}

/** A norm with its weights: both steps write in place where they may. */
export function norm(graph: Graph, lengths: readonly number[], of: GraphTensor): GraphTensor {
  return graph.over(lengths, graph.over(lengths, of));
}

const keysFirst: ReadonlySet<string> = new Set(['gemma4', 'gpt-oss']);

/** Attention with queries, keys and values of its own. `input` is normed. */
export function attention(batch: Batch, layer: LayerShape, input: GraphTensor): GraphTensor {
  const { graph, rows, model } = batch;
  const { heads, kvHeads, keyLength, valueLength, tensors } = layer;
  const queryLengths = [keyLength, heads, rows];
  const gated = gateIsPartOfQuery(layer);
  let query: GraphTensor;
  let value: GraphTensor | null = null;
  let key: GraphTensor | null = null;
  let whole: GraphTensor | null = null;
  if (tensors.has('attn_qkv.weight')) {
    const all = graph.fresh([heads * keyLength + kvHeads * (keyLength + valueLength), rows], input);
    query = head(batch, layer, graph.part(all, queryLengths), queryLengths, 'attn_q_norm.weight');
    value = graph.part(all, [valueLength, kvHeads, rows]);
    const lengths = [keyLength, kvHeads, rows];
    key = head(batch, layer, graph.part(all, lengths), lengths, 'attn_k_norm.weight');
  } else {
    const product = graph.fresh([heads * keyLength * (gated ? 2 : 1), rows], input);
    if (gated) whole = product;
    const biased = bias(graph, layer, 'attn_q.bias', product, [heads * keyLength, rows]);
    const shaped = gated ? graph.part(biased, queryLengths) : graph.reshape(biased, queryLengths);
    query = head(batch, layer, shaped, queryLengths, 'attn_q_norm.weight');
    if (layer.ownsCache) {
      const makeKey = (): GraphTensor => {
        const lengths = [keyLength, kvHeads, rows];
        const plain = graph.fresh([keyLength * kvHeads, rows], input);
        const biased = bias(graph, layer, 'attn_k.bias', plain, [keyLength * kvHeads, rows]);
        return head(batch, layer, graph.reshape(biased, lengths), lengths, 'attn_k_norm.weight');
      };
      const makeValue = (): GraphTensor => {
        const lengths = [valueLength, kvHeads, rows];
        const plain = graph.fresh([valueLength * kvHeads, rows], input);
        const biased = bias(graph, layer, 'attn_v.bias', plain, [valueLength * kvHeads, rows]);
        const shaped = graph.reshape(biased, lengths);
        return model.architecture === 'gemma4' ? graph.over(lengths, shaped) : shaped;
      };
      // Values are made before keys, but for two families.
      if (keysFirst.has(model.architecture)) key = makeKey();
      value = makeValue();
      key ??= makeKey();
    }
  }
  query = turn(batch, layer, 'key', query);
  if (key !== null) key = turn(batch, layer, 'key', key);
  if (value !== null) value = turn(batch, layer, 'value', value);
  for (const [at, kept] of [key, value].entries()) {
    const cells = batch.cells[at] ?? batch.cells[0];
    if (kept !== null) graph.store(graph.reshape(kept, [kept.bytes / 4 / rows, rows]), cells);
  }
  const mask = layer.window === null ? batch.mask : batch.windowMask;
  const flat = [valueLength * heads, rows];
  const looked = graph.fresh([valueLength, heads, rows], graph.turned(query), ...present(mask));
  let out = graph.reshape(turn(batch, layer, 'value', looked), flat);
  if (whole !== null) {
    const gate = graph.over(flat, graph.fresh(flat, graph.part(whole, flat)));
    out = graph.over(flat, out, gate);
  }
  const product = graph.fresh([model.width, rows], out);
  return bias(graph, layer, 'attn_output.bias', product, [model.width, rows]);
}

/** Some models compute a gate along with the query: its matrix is then twice as wide. */
function gateIsPartOfQuery(layer: LayerShape): boolean {
  const rows = layer.tensors.get('attn_q.weight')?.lengths[1] ?? 0;
  return rows > 0 && rows === 2 * layer.heads * layer.keyLength;
}

/** Norm where there is one, then the rotation by position. */
function head(
  batch: Batch,
  layer: LayerShape,
  of: GraphTensor,
  lengths: readonly number[],
  normName: string,
): GraphTensor {
  const { graph, positions, model } = batch;
  const normed = layer.tensors.has(normName) ? norm(graph, lengths, of) : of;
  const turned = graph.over(lengths, normed, positions);
  // Gemma 3 scales its queries after that.
  return model.architecture === 'gemma3' && normName === 'attn_q_norm.weight'
    ? graph.over(lengths, turned)
    : turned;
}

/** The turn by a fixed matrix before and after a cache of 8 or 4 bits; nothing with 16. */
function turn(batch: Batch, layer: LayerShape, what: 'key' | 'value', of: GraphTensor): GraphTensor {
  const { graph, rotations, rows } = batch;
  if (rotations === null) return of;
  const lengths = [of.bytes / 4 / rows, rows];
  const matrix = rotations[what](layer.window !== null);
  return graph.reshape(graph.fresh(lengths, graph.reshape(of, lengths), matrix), lengths);
}

function bias(
  graph: Graph,
  layer: LayerShape,
  name: string,
  of: GraphTensor,
  lengths: readonly number[],
): GraphTensor {
  return layer.tensors.has(name) ? graph.over(lengths, of) : of;
}

/** Latent attention: keys of all heads in one row of the cache, values are made of it. Source: DeepSeek-V2. */
export function latentAttention(
  batch: Batch,
  layer: LayerShape,
  latent: LatentShape,
  input: GraphTensor,
): GraphTensor {
  const { graph, rows, model } = batch;
  const { heads } = layer;
  const { rank, rope } = latent;
  const plain = latent.key - rope;
  let source = input;
  if (layer.tensors.has('attn_q_a.weight')) {
    source = norm(graph, [latent.query, rows], graph.fresh([latent.query, rows], input));
  }
  const query = graph.fresh([latent.key * heads, rows], source);
  const absorbed = graph.fresh([rank, rows, heads], graph.part(query, [plain, rows, heads]));
  const turned = graph.over([rope, heads, rows], graph.part(query, [rope, heads, rows]), batch.positions);
  const joined = graph.fresh([rank + rope, heads, rows], graph.turned(absorbed), turned);
  const pressed = graph.fresh([rank + rope, rows], input);
  const kept = norm(graph, [rank, rows], graph.part(pressed, [rank, rows]));
  const keyTurned = graph.over([rope, rows], graph.part(pressed, [rope, rows]), batch.positions);
  const key = graph.fresh([rank + rope, rows], graph.reshape(kept, [rank, 1, rows]), keyTurned);
  graph.store(graph.reshape(key, [rank + rope, rows]), batch.cells[0]);
  const looked = graph.fresh([rank, heads, rows], graph.turned(joined), ...present(batch.mask));
  const values = graph.fresh([latent.value, rows, heads], graph.turned(looked));
  const flat = graph.fresh([latent.value * heads, rows], graph.turned(values));
  return graph.fresh([model.width, rows], graph.reshape(flat, [latent.value * heads, rows]));
}

/** A gated inner layer of `inner` numbers, or a plain one where the model has no gate. */
export function feedForward(
  batch: Batch,
  layer: LayerShape,
  inner: number,
  input: GraphTensor,
  rows: number,
  suffix = '',
): GraphTensor {
  const { graph, model } = batch;
  const lengths = [inner, rows];
  if (layer.tensors.has(`ffn_gate${suffix}.weight`)) {
    const gate = graph.fresh(lengths, input);
    const up = graph.fresh(lengths, input);
    return graph.fresh([model.width, rows], graph.fresh(lengths, gate, up));
  }
  const both = layer.tensors.get(`ffn_up${suffix}.weight`)?.lengths[1] ?? inner;
  const up = graph.fresh([both, rows], input);
  // One matrix for gate and inner layer is halved; a plain one is bent in place.
  const bent = both > inner ? graph.fresh(lengths, up) : graph.over(lengths, up);
  return graph.fresh([model.width, rows], bent);
}

/** A mixture of experts: each row goes through `used` of them at once. */
export function mixture(batch: Batch, layer: LayerShape, input: GraphTensor, rows: number): GraphTensor {
  const { graph, model } = batch;
  const { count, used, inner } = layer.experts ?? { count: 1, used: 1, inner: 0 };
  const width = model.width;
  const logits = graph.fresh([count, rows], input);
  const chances = graph.over([count, rows], logits);
  const ranked = layer.tensors.has('exp_probs_b.bias') ? graph.over([count, rows], chances) : chances;
  const chosen = graph.part(graph.fresh([count, rows], ranked), [used, rows]);
  let weights = graph.fresh([used, rows], graph.reshape(chances, [1, count, rows]), chosen);
  // Small, but small pieces decide which holes stay whole.
  const sum = graph.over([1, rows], graph.fresh([1, rows], weights));
  weights = graph.over([used, rows], weights, sum);
  const wide = [inner, used, rows];
  let hidden: GraphTensor;
  if (layer.tensors.has('ffn_gate_up_exps.weight')) {
    const both = graph.fresh([2 * inner, used, rows], input, chosen);
    hidden = graph.fresh(wide, graph.part(both, wide), graph.part(both, wide));
  } else {
    const gate = bias(graph, layer, 'ffn_gate_exps.bias', graph.fresh(wide, input, chosen), wide);
    const up = bias(graph, layer, 'ffn_up_exps.bias', graph.fresh(wide, input, chosen), wide);
    hidden = graph.fresh(wide, gate, up);
  }
  const answers = [width, used, rows];
  const down = graph.fresh(answers, hidden, chosen);
  const biased = bias(graph, layer, 'ffn_down_exps.bias', down, answers);
  const weighted = graph.over(answers, biased, weights);
  const parts = Array.from({ length: used }, () => graph.part(weighted, [width, rows]));
  let joined = parts[0] ?? weighted;
  if (used === 1) joined = graph.fresh([width, rows], joined);
  for (const part of parts.slice(1)) joined = graph.over([width, rows], joined, part);
  if (layer.sharedInner === 0) return joined;
  let shared = feedForward(batch, layer, layer.sharedInner, input, rows, '_shexp');
  if (layer.tensors.has('ffn_gate_inp_shexp.weight')) {
    const gate = graph.over([1, rows], graph.fresh([1, rows], input));
    shared = graph.over([width, rows], shared, gate);
  }
  return graph.over([width, rows], joined, shared);
}

function present(tensor: GraphTensor | null): readonly GraphTensor[] {
  return tensor === null ? [] : [tensor];
}
