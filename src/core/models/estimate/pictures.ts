// SPDX-License-Identifier: GPL-3.0-or-later

import { graphBytes } from './arena.ts';
import { Graph } from './graph.ts';
import type { GraphTensor } from './graph.ts';

/**
 * The buffer for results while a picture is looked at, by laying out the graph that llama.cpp computes. It takes this
 * besides what text takes. llama.cpp reserves it for a middling picture when it loads, and more when a larger one comes.
 *
 * - Only the projectors of Qwen 3 VL, 3.5 and 3.6 (`qwen3vl_merger`) were read and compared; of others nothing is known.
 *   That of Gemma 4 (`gemma4v`) loads as well and says its size, but of nine shapes tried three were laid out up to 18 %
 *   too small, so it is left out. That of Mistral 3 (`pixtral`) was not tried.
 * - Flash attention is on, as llama.cpp decides by itself on the processor and on the cards that count here.
 */

export interface Sight {
  readonly width: number;
  readonly inner: number;
  readonly layers: number;
  /** Side of a patch, pixels. */
  readonly patch: number;
  /** Bytes of a number in the matrices that patches are multiplied with: pixels are copied out in those. */
  readonly patchNumber: number;
  /** Patches along each side for which places were learnt. */
  readonly side: number;
  /** Length of what goes to the model. */
  readonly out: number;
  /** Layers whose results also go to the model. */
  readonly deep: ReadonlySet<number>;
}

/** Patches that become one token, along each side. */
const merged = 2;
/** Tokens along each side of the largest picture that llama.cpp does not make smaller, and of the one it loads with. */
export const largestPicture = 64;
export const firstPicture = 46;

/** @param tokens along each side of the picture */
export function pictureBytes(sight: Sight, tokens: number): number {
  const { width, inner } = sight;
  const across = tokens * merged;
  const patches = across * across;
  const graph = new Graph();
  const lengths = [width, patches];
  const pixels = graph.input([across * sight.patch, across * sight.patch, 3]);
  const positions = graph.input([patches * 4]);
  const frames = [patched(graph, sight, pixels, patches), patched(graph, sight, pixels, patches)];
  const seen = graph.over(lengths, inOrder(graph, graph.over([patches, width], ...frames), lengths));
  let state = graph.over(lengths, seen, places(graph, sight, across));
  const kept: GraphTensor[] = [];
  for (let layer = 0; layer < sight.layers; layer += 1) {
    const mixed = graph.over(lengths, attend(graph, state, positions, lengths), state);
    const normed = norm(graph, lengths, mixed);
    const grown = graph.over([inner, patches], graph.fresh([inner, patches], normed));
    const active = graph.over([inner, patches], grown);
    const shrunk = graph.over(lengths, graph.fresh(lengths, active));
    state = graph.over(lengths, mixed, shrunk);
    if (sight.deep.has(layer)) kept.push(state);
  }
  const four = [width * merged * merged, tokens * tokens];
  const project = (of: GraphTensor): GraphTensor => {
    const first = graph.over(four, graph.over(four, graph.fresh(four, of)));
    return graph.over([sight.out, four[1] ?? 0], graph.fresh([sight.out, four[1] ?? 0], first));
  };
  const result = project(graph.reshape(norm(graph, lengths, state), four));
  // These are asked for last, so what they are made of stays until then.
  let stack: GraphTensor | null = null;
  for (const [at, each] of kept.entries()) {
    const feature = project(norm(graph, four, graph.reshape(each, four)));
    stack = stack === null ? feature : graph.fresh([sight.out * (at + 1), four[1] ?? 0], stack, feature);
  }
  if (stack !== null) graph.fresh([sight.out * (kept.length + 1), four[1] ?? 0], result, stack);
  return graphBytes(graph.leaves, graph.nodes);
}

/** A norm of this kind has a result of its own, unlike that of most models of text. */
function norm(graph: Graph, lengths: readonly number[], of: GraphTensor): GraphTensor {
  return graph.over(lengths, graph.over(lengths, graph.fresh(lengths, of)));
}

/** Patches as rows: copied out, multiplied, put into another order. */
function patched(
  graph: Graph,
  { width, patch, patchNumber }: Sight,
  pixels: GraphTensor,
  patches: number,
): GraphTensor {
  const columns = graph.fresh([(patch * patch * 3 * patchNumber) / 4, patches], pixels);
  const product = graph.fresh([patches, width], graph.reshape(columns, [patch * patch * 3, patches]));
  return graph.fresh([patches, width], graph.turned(graph.reshape(product, [patches, width])));
}

/** Four patches of a square after each other. */
function inOrder(graph: Graph, of: GraphTensor, lengths: readonly number[]): GraphTensor {
  const first = graph.fresh(lengths, graph.turned(of));
  return graph.fresh(lengths, graph.turned(graph.reshape(first, lengths)));
}

/** Places that were learnt for another size are stretched to this one. */
function places(graph: Graph, { width, side }: Sight, across: number): GraphTensor {
  const lengths = [width, across * across];
  const learnt = graph.input([0]);
  if (across === side) return inOrder(graph, learnt, lengths);
  const stretched = graph.fresh([across, across, width], learnt);
  return inOrder(graph, graph.fresh(lengths, graph.turned(stretched)), lengths);
}

function attend(
  graph: Graph,
  input: GraphTensor,
  positions: GraphTensor,
  [width = 0, patches = 0]: readonly number[],
): GraphTensor {
  const lengths = [width, patches];
  const all = graph.over(
    [3 * width, patches],
    graph.fresh([3 * width, patches], norm(graph, lengths, input)),
  );
  const query = graph.over(lengths, graph.part(all, lengths), positions);
  const key = graph.over(lengths, graph.part(all, lengths), positions);
  const value = graph.part(all, lengths);
  // Both in 16 bits.
  const narrow = (of: GraphTensor): GraphTensor => graph.fresh([width / 2, patches], graph.turned(of));
  const asked = graph.turned(query);
  const answer = graph.fresh(lengths, asked, narrow(key), narrow(value));
  return graph.over(lengths, graph.fresh(lengths, graph.reshape(answer, lengths)));
}
