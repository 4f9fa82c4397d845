// SPDX-License-Identifier: GPL-3.0-or-later

/** A result in a graph: only what the allocator looks at. */
export interface GraphTensor {
  /** Zero for what lies in the weights or the cache. */
  readonly bytes: number;
  readonly sources: readonly GraphTensor[];
  /** The tensor in whose memory it lies. */
  readonly viewOf: GraphTensor | null;
  /** A view that begins where its owner does. */
  readonly atStart: boolean;
  readonly contiguous: boolean;
  /** The operation may write over a source. */
  readonly inPlace: boolean;
  /** Lies in another buffer. */
  readonly outside: boolean;
  /** Lengths in all dimensions, written out. */
  readonly shape: string;
}

/** Numbers of a row first, as ggml counts. */
export type Lengths = readonly number[];

/** Builds a graph in the order in which llama.cpp computes it. All results are in 32 bits unless told otherwise. */
export class Graph {
  readonly leaves: GraphTensor[] = [];
  readonly nodes: GraphTensor[] = [];

  /** What is written before the graph runs: tokens, positions, masks. */
  input(lengths: Lengths, bytesEach = 4): GraphTensor {
    const leaf = tensor(lengths, [], { bytes: product(lengths) * bytesEach });
    this.leaves.push(leaf);
    return leaf;
  }

  /** An operation with a result of its own: matrix products, gates, copies. */
  fresh(lengths: Lengths, ...sources: readonly GraphTensor[]): GraphTensor {
    return this.#add(tensor(lengths, sources, {}));
  }

  /** An operation that may write over one of its sources: norms, sums, scales, rotations. */
  over(lengths: Lengths, ...sources: readonly GraphTensor[]): GraphTensor {
    return this.#add(tensor(lengths, sources, { inPlace: true }));
  }

  /** The same bytes seen in another shape. */
  reshape(of: GraphTensor, lengths: Lengths): GraphTensor {
    return this.#view(of, lengths, true, of.contiguous);
  }

  /** A part of another tensor; `atStart` where it is one piece from its beginning. */
  part(of: GraphTensor, lengths: Lengths, atStart = false): GraphTensor {
    return this.#view(of, lengths, atStart, atStart);
  }

  /** The same bytes in another order. */
  turned(of: GraphTensor): GraphTensor {
    return this.#view(of, [of.bytes / 4], true, false);
  }

  /** Writes into the cache. */
  store(...sources: readonly GraphTensor[]): void {
    this.#add(tensor([0], sources, { outside: true, bytes: 0 }));
  }

  /** Writes into the memory of `into`; nobody reads the result. */
  storeInto(into: GraphTensor, ...sources: readonly GraphTensor[]): void {
    this.#add(tensor([0], [...sources, into], { viewOf: into, bytes: into.bytes }));
  }

  #view(of: GraphTensor, lengths: Lengths, atStart: boolean, contiguous: boolean): GraphTensor {
    const owner = of.viewOf ?? of;
    const start = atStart && (of.viewOf === null || of.atStart);
    return this.#add(tensor(lengths, [of], { viewOf: owner, atStart: start, contiguous }));
  }

  #add(node: GraphTensor): GraphTensor {
    this.nodes.push(node);
    return node;
  }
}

function tensor(lengths: Lengths, sources: readonly GraphTensor[], more: Partial<GraphTensor>): GraphTensor {
  return {
    bytes: product(lengths) * 4,
    sources,
    viewOf: null,
    atStart: false,
    contiguous: true,
    inPlace: false,
    outside: false,
    shape: lengths.filter((length) => length !== 1).join('x'),
    ...more,
  };
}

function product(lengths: Lengths): number {
  return lengths.reduce((all, length) => all * length, 1);
}
