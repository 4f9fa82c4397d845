// SPDX-License-Identifier: GPL-3.0-or-later

import { graphBytes } from './arena.ts';
import { attention, feedForward, latentAttention, mixture, norm } from './blocks.ts';
import type { Batch, Rotations } from './blocks.ts';
import { windowCells } from './cache.ts';
import type { CacheSettings } from './cache.ts';
import { Graph } from './graph.ts';
import type { GraphTensor } from './graph.ts';
import { deltaNet, mamba } from './recurrent.ts';
import type { LayerShape, ModelShape } from './shape.ts';

/** Length of the matrix by which values are turned. */
const valueTurn = 64;

/**
 * The buffer for results while a batch of a prompt is read: the graph that llama.cpp would compute is built from the
 * model's shape and laid out in memory the way ggml does it.
 *
 * - Flash attention is on, as it is by default on the processor and on the cards that count here: no scores of every
 *   token against every other are kept, only a mask of two bytes for each cell and row.
 * - A prompt is read 512 tokens at a time, and only its last row goes on through the last layer.
 * - The graphs were read from llama.cpp 0.7.0 with GGML_SCHED_DEBUG. An architecture that is not known is taken
 *   by the names of its tensors, which give its matrices their sizes.
 * - With embeddings for each layer (Gemma 4 E2B, E4B) the order of holes was not found out in full: of nine shapes tried
 *   three came out exact and the others 4 to 16 % too large, none too small.
 */
export function computeBytes(model: ModelShape, settings: CacheSettings): number {
  const rows = Math.min(settings.batch, settings.context);
  const graph = new Graph();
  const perLayer = model.perLayerWidth > 0 ? perLayerRows(graph, model, rows) : null;
  const start = embeddings(graph, model, rows);
  let state = start;
  const attends = model.layers.some((layer) => layer.kind === 'attention' || layer.kind === 'latent');
  const windowed = model.layers.find((layer) => layer.window !== null);
  const batch: Batch = {
    graph,
    model,
    rows,
    positions: graph.input([rows * (model.recurrent?.groups ? 4 : 1)]),
    cells: [graph.input([rows * 2]), graph.input([rows * 2])],
    mask: attends && sees(model, false) ? graph.input([settings.context, rows], 2) : null,
    windowMask:
      windowed === undefined ? null : graph.input([windowCells(windowed.window ?? 0, settings), rows], 2),
    rotations: rotations(graph, model, settings),
  };
  let extra: GraphTensor | null = null;
  for (const layer of model.layers) {
    const last = layer.index === model.layers.length - 1;
    const mixed = mixTokens(batch, layer, state, last);
    state = mixNumbers(batch, layer, mixed.state, mixed.rows);
    if (perLayer !== null) {
      const narrow = [model.perLayerWidth, mixed.rows];
      const gate = graph.over(narrow, graph.fresh(narrow, state));
      extra ??= perLayerInputs(batch, perLayer, start);
      state = addPerLayer(batch, extra, gate, state, mixed.rows);
    }
  }
  const end = norm(graph, [model.width, 1], state);
  graph.fresh([model.vocabulary, 1], end);
  return graphBytes(graph.leaves, graph.nodes);
}

/**
 * Square matrices by which keys and values are turned before they are rounded to 8 or 4 bits: as long as a key, and
 * 64 long for values. Latent keys are not turned.
 */
function rotations(graph: Graph, model: ModelShape, settings: CacheSettings): Rotations | null {
  if (settings.kvType === 'f16') return null;
  const make = (windowed: boolean): readonly [GraphTensor, GraphTensor] | null => {
    const layer = model.layers.find(
      (each) => each.kind === 'attention' && (each.window !== null) === windowed,
    );
    if (layer === undefined) return null;
    return [graph.input([layer.keyLength, layer.keyLength]), graph.input([valueTurn, valueTurn])];
  };
  const [plain, windowed] = [make(false), make(true)];
  const any = plain ?? windowed;
  if (any === null) return null;
  const of = (isWindowed: boolean): readonly [GraphTensor, GraphTensor] =>
    (isWindowed ? windowed : plain) ?? any;
  return { key: (window) => of(window)[0], value: (window) => of(window)[1] };
}

/** Whether some layer looks through a window (or some through none). */
function sees(model: ModelShape, windowed: boolean): boolean {
  return model.layers.some((layer) => layer.kind !== 'other' && (layer.window !== null) === windowed);
}

/** Rows for tokens, and places for rows that come ready-made, of pictures say: those are there all the time. */
function embeddings(graph: Graph, model: ModelShape, rows: number): GraphTensor {
  const lengths = [model.width, rows];
  const tokens = graph.input([rows]);
  graph.input(lengths);
  const found = graph.fresh(lengths, tokens);
  const mixed = graph.fresh(lengths, graph.input([rows]));
  graph.storeInto(graph.fresh(lengths, graph.input(lengths)), mixed, graph.input([rows * 2]));
  return model.embeddingScaled ? graph.over(lengths, found) : found;
}

/** The half of a layer in which tokens see each other. Returns how many rows go on. */
function mixTokens(
  batch: Batch,
  layer: LayerShape,
  input: GraphTensor,
  last: boolean,
): { state: GraphTensor; rows: number } {
  const { graph, model, rows } = batch;
  const lengths = [model.width, rows];
  const normed = norm(graph, lengths, input);
  let mixed = mixer(batch, layer, normed);
  if (layer.tensors.has('post_attention_norm.weight') && layer.tensors.has('ffn_norm.weight')) {
    mixed = norm(graph, lengths, mixed);
  }
  let before = input;
  const rest = last ? 1 : rows;
  if (rest !== rows) {
    mixed = graph.fresh([model.width, rest], mixed);
    before = graph.fresh([model.width, rest], input);
  }
  if (model.residualScaled) mixed = graph.over([model.width, rest], mixed);
  return { state: graph.over([model.width, rest], mixed, before), rows: rest };
}

function mixer(batch: Batch, layer: LayerShape, input: GraphTensor): GraphTensor {
  const { model } = batch;
  if (layer.kind === 'mamba' && model.recurrent !== null) return mamba(batch, model.recurrent, input);
  if (layer.kind === 'delta' && model.recurrent !== null) return deltaNet(batch, model.recurrent, input);
  if (layer.kind === 'latent' && model.latent !== null)
    return latentAttention(batch, layer, model.latent, input);
  return layer.kind === 'attention' ? attention(batch, layer, input) : input;
}

/** The half of a layer in which each token is worked on alone. */
function mixNumbers(batch: Batch, layer: LayerShape, input: GraphTensor, rows: number): GraphTensor {
  const { graph, model } = batch;
  const lengths = [model.width, rows];
  if (layer.experts === null && layer.inner === 0) return input;
  const normed = norm(graph, lengths, input);
  let out =
    layer.experts === null
      ? feedForward(batch, layer, layer.inner, normed, rows)
      : mixture(batch, layer, normed, rows);
  if (layer.tensors.has('post_ffw_norm.weight')) out = norm(graph, lengths, out);
  if (model.residualScaled) out = graph.over(lengths, out);
  return graph.over(lengths, out, input);
}

/** Rows of a second table of embeddings, with a part for each layer (Gemma 3n and 4). */
function perLayerRows(graph: Graph, model: ModelShape, rows: number): GraphTensor {
  const lengths = [model.perLayerWidth * model.layers.length, rows];
  const found = graph.fresh(lengths, graph.input([rows]));
  // Room for rows that come ready-made. How it is shared later is not known: this is up to a sixth too much.
  graph.input(lengths);
  return found;
}

/** What each layer gets of the token itself: made when the first layer asks, used by all. */
function perLayerInputs(batch: Batch, selected: GraphTensor, start: GraphTensor): GraphTensor {
  const { graph, model, rows } = batch;
  const flat = [model.perLayerWidth * model.layers.length, rows];
  const lengths = [model.perLayerWidth, model.layers.length, rows];
  const projected = graph.over(flat, graph.fresh(flat, start));
  const normed = norm(graph, lengths, graph.reshape(projected, lengths));
  const scaled = graph.reshape(graph.over(flat, selected), lengths);
  const sum = graph.over(lengths, graph.over(lengths, normed, scaled));
  return graph.fresh(lengths, graph.turned(sum));
}

function addPerLayer(
  batch: Batch,
  extra: GraphTensor,
  gate: GraphTensor,
  state: GraphTensor,
  rows: number,
): GraphTensor {
  const { graph, model } = batch;
  const lengths = [model.width, rows];
  const mixed = graph.over([model.perLayerWidth, rows], gate, graph.part(extra, [model.perLayerWidth, rows]));
  const added = norm(graph, lengths, graph.fresh(lengths, mixed));
  return graph.over(lengths, graph.over(lengths, state, added));
}
