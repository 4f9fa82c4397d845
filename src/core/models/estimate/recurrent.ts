// SPDX-License-Identifier: GPL-3.0-or-later

import type { Batch } from './blocks.ts';
import { norm } from './blocks.ts';
import type { GraphTensor } from './graph.ts';
import type { RecurrentShape } from './shape.ts';

/** Layers that keep a state of constant size: they fold what they read into it, batch by batch. */

/** Mamba 2: one matrix makes gate, input, both mixing vectors and time steps. `input` is normed. */
export function mamba(batch: Batch, shape: RecurrentShape, input: GraphTensor): GraphTensor {
  const { graph, rows, model } = batch;
  const { inner, state, groups, ranks } = shape;
  const wide = inner + 2 * groups * state;
  const before = rowsBefore(batch, shape, wide);
  const all = graph.fresh([inner + wide + ranks, rows], input);
  const joined = join(batch, before, wide, graph.part(all, [rows, wide]));
  const convolved = graph.fresh([wide, rows], joined);
  const shaped = graph.over([wide, rows], graph.over([wide, rows], convolved));
  const steps = graph.over([ranks, rows], graph.fresh([ranks, rows], graph.part(all, [ranks, rows])));
  const heads = ranks > 0 ? ranks : 1;
  const values = [inner / heads, heads, rows];
  const scanned = graph.fresh(
    [inner * rows + inner * state],
    graph.part(shaped, values),
    steps,
    graph.part(shaped, [state, groups, rows]),
    graph.part(shaped, [state, groups, rows]),
  );
  const answer = graph.part(scanned, values, true);
  graph.store(graph.part(scanned, [inner * state]));
  const gate = graph.fresh(values, graph.part(all, values));
  const skipped = graph.over(values, graph.part(shaped, values));
  const sum = graph.over(values, answer, skipped);
  const gated = graph.fresh(values, gate, sum);
  const lengths = [inner / Math.max(1, groups), Math.max(1, groups), rows];
  const normed = norm(graph, lengths, graph.reshape(gated, lengths));
  return graph.fresh([model.width, rows], graph.reshape(normed, [inner, rows]));
}

/** Gated delta net, the linear attention of Qwen3-Next and Qwen3.5. `input` is normed. */
export function deltaNet(batch: Batch, shape: RecurrentShape, input: GraphTensor): GraphTensor {
  const { graph, rows, model } = batch;
  const { state, groups, ranks } = shape;
  const values = ranks * state;
  const wide = 2 * groups * state + values;
  const before = rowsBefore(batch, shape, wide);
  const mixed = graph.reshape(graph.fresh([wide, rows], input), [wide, rows]);
  const joined = join(batch, before, wide, mixed);
  const previous = graph.fresh([state * state * ranks]);
  const shaped = graph.over([wide, rows], graph.fresh([wide, rows], joined));
  const keyLengths = [state, groups, rows];
  const query = graph.over(keyLengths, graph.over(keyLengths, graph.part(shaped, keyLengths)));
  const key = graph.over(keyLengths, graph.over(keyLengths, graph.part(shaped, keyLengths)));
  const decay = graph.over([ranks, rows], graph.fresh([ranks, rows], input));
  const rate = graph.over([ranks, rows], graph.fresh([ranks, rows], input));
  const valueLengths = [state, ranks, rows];
  const both = graph.fresh(
    [values * rows + state * state * ranks],
    query,
    key,
    graph.part(shaped, valueLengths),
    decay,
    rate,
    graph.reshape(previous, [state, state, ranks]),
  );
  const answer = graph.part(both, valueLengths, true);
  graph.store(graph.part(both, [state * state * ranks]));
  const normed = norm(graph, valueLengths, answer);
  const gate = graph.reshape(graph.fresh([values, rows], input), valueLengths);
  const gated = graph.over(valueLengths, normed, graph.over(valueLengths, gate));
  return graph.fresh([model.width, rows], graph.reshape(gated, [values, rows]));
}

/** The last few rows of the batch before: each number is mixed with those. */
function rowsBefore(batch: Batch, shape: RecurrentShape, wide: number): GraphTensor {
  return batch.graph.fresh([Math.max(0, shape.convolution - 1), wide]);
}

/** They go in front of this batch, and its own last rows are kept for the next. */
function join(batch: Batch, before: GraphTensor, wide: number, of: GraphTensor): GraphTensor {
  const { graph, rows } = batch;
  const kept = before.bytes / 4 / wide;
  const joined = graph.fresh([kept + rows, wide], before, graph.turned(of));
  graph.store(graph.part(joined, [kept, wide]));
  return joined;
}
