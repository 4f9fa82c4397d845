// SPDX-License-Identifier: GPL-3.0-or-later

import type { GraphTensor } from './graph.ts';

/**
 * How much memory a graph of operations takes, by doing what ggml's graph allocator does: each result gets the smallest
 * hole that is large enough (the open end last), takes the place of a source that is used up where the operation may
 * work in place, and gives its memory back after its last use. Holes that are left over are part of the answer, so a
 * sum of what is alive would be too little.
 *
 * The rules were read from ggml-alloc.c of ggml 0.27 and are checked against what llama.cpp reports.
 */

/** Every piece begins at a multiple of this, bytes. */
const alignment = 32;

interface Hole {
  start: number;
  end: number;
}

/** An endless row of bytes with holes in it. */
class Arena {
  /** By address; the last one is open. */
  readonly #holes: Hole[] = [{ start: 0, end: Infinity }];
  peak = 0;

  take(bytes: number): number {
    const size = roundUp(bytes);
    let best = this.#holes.length - 1;
    let bestSize = Infinity;
    for (let at = 0; at < this.#holes.length - 1; at += 1) {
      const room = sizeOf(this.#holes[at]);
      // Of holes of one size the first, which measurements tell apart from the last.
      if (room >= size && room < bestSize) {
        best = at;
        bestSize = room;
      }
    }
    const hole = this.#holes[best];
    if (hole === undefined) return 0;
    const start = hole.start;
    hole.start += size;
    if (hole.start === hole.end) this.#holes.splice(best, 1);
    this.peak = Math.max(this.peak, start + size);
    return start;
  }

  give(start: number, bytes: number): void {
    const end = start + roundUp(bytes);
    if (end === start) return;
    const holes = this.#holes;
    let at = holes.findIndex((hole) => hole.start >= end);
    if (at === -1) at = holes.length;
    const before = holes[at - 1];
    const after = holes[at];
    const joinsBefore = before?.end === start;
    const joinsAfter = after?.start === end;
    if (before !== undefined && joinsBefore) {
      before.end = joinsAfter ? (after?.end ?? end) : end;
      if (joinsAfter) holes.splice(at, 1);
    } else if (after !== undefined && joinsAfter) {
      after.start = start;
    } else {
      holes.splice(at, 0, { start, end });
    }
  }
}

interface State {
  children: number;
  views: number;
  address: number | null;
}

/** Bytes of the buffer that holds all results of a graph, whose tensors come in the order in which they are computed. */
export function graphBytes(leaves: readonly GraphTensor[], nodes: readonly GraphTensor[]): number {
  const arena = new Arena();
  const states = new Map<GraphTensor, State>();
  const stateOf = (tensor: GraphTensor): State => {
    let state = states.get(tensor);
    if (state === undefined) states.set(tensor, (state = { children: 0, views: 0, address: null }));
    return state;
  };
  for (const leaf of leaves) stateOf(leaf).address = arena.take(leaf.bytes);
  for (const node of nodes) {
    if (node.viewOf !== null) stateOf(node.viewOf).views += 1;
    for (const source of node.sources) stateOf(source).children += 1;
  }

  const release = (tensor: GraphTensor): void => {
    const state = stateOf(tensor);
    if (state.address === null || tensor.outside) return;
    arena.give(state.address, tensor.bytes);
    state.address = null;
  };

  /** The source whose memory a result may take over, with the tensor that owns that memory. */
  const replaceable = (node: GraphTensor): GraphTensor | null => {
    if (!node.inPlace) return null;
    for (const source of node.sources) {
      const owner = source.viewOf ?? source;
      if (owner.outside || stateOf(owner).address === null || !sameLayout(node, source)) continue;
      if (stateOf(source).children !== 1 || stateOf(source).views !== 0) continue;
      if (source.viewOf === null) return source;
      const state = stateOf(owner);
      if (source.atStart && state.views === 1 && state.children === 0) return owner;
    }
    return null;
  };

  for (const node of nodes) {
    if (node.viewOf === null && !node.outside) {
      const owner = replaceable(node);
      if (owner === null) {
        stateOf(node).address = arena.take(node.bytes);
      } else {
        const state = stateOf(owner);
        const address = state.address ?? 0;
        stateOf(node).address = address;
        state.address = null;
        // A result that is smaller than what it replaces gives back the rest.
        arena.give(address + roundUp(node.bytes), roundUp(owner.bytes) - roundUp(node.bytes));
      }
    }
    for (const source of node.sources) {
      const state = stateOf(source);
      state.children -= 1;
      if (state.children > 0 || state.views > 0) continue;
      if (source.viewOf === null) {
        release(source);
        continue;
      }
      const owner = stateOf(source.viewOf);
      owner.views -= 1;
      if (owner.views === 0 && owner.children === 0) release(source.viewOf);
    }
  }
  return arena.peak;
}

function sameLayout(node: GraphTensor, source: GraphTensor): boolean {
  return source.contiguous && node.bytes === source.bytes && node.shape === source.shape;
}

function sizeOf(hole: Hole | undefined): number {
  return hole === undefined ? 0 : hole.end - hole.start;
}

function roundUp(bytes: number): number {
  return Math.ceil(bytes / alignment) * alignment;
}
