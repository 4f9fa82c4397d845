// SPDX-License-Identifier: GPL-3.0-or-later

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GgufWriter } from '../../../tests/support/gguf-writer.ts';
import { beyondFree, card, GiB, machine } from '../../../tests/support/model-machines.ts';
import { parseCatalogue } from './catalogue.ts';
import { choosePicks, strength } from './choose.ts';
import {
  estimateFromEntry,
  estimateFromHeader,
  estimateShape,
  largestContext,
  splitFor,
} from './estimate.ts';
import { graphBytes } from './estimate/arena.ts';
import { Graph } from './estimate/graph.ts';
import type { ModelShape } from './estimate/shape.ts';
import { modelShape } from './estimate/shape.ts';
import { fitClass, fitOf } from './fit.ts';
import { readGguf } from './gguf.ts';
import type { GgufHeader } from './gguf.ts';
import { memoryNeed } from './memory.ts';
import { buildShelf } from './shelf.ts';
import type { KvType } from './types.ts';

const MiB = 1024 * 1024;
const { entries } = parseCatalogue(readFileSync('data/catalogue/hearth.json', 'utf8'), 'x').catalogue;

interface Dimensions {
  readonly architecture?: string;
  readonly layers: number;
  readonly width: number;
  readonly inner: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly size: number;
  readonly vocabulary: number;
  readonly experts?: number;
}

/** Header of a model with attention in every layer, matrices in 4 bits. */
function header(made: Dimensions): GgufHeader {
  const { layers, width, inner, heads, kvHeads, size, vocabulary } = made;
  const name = made.architecture ?? 'llama';
  const tensors: (readonly [string, readonly number[]])[] = [['token_embd.weight', [width, vocabulary]]];
  for (let layer = 0; layer < layers; layer += 1) {
    const block = `blk.${layer}.`;
    tensors.push(
      [`${block}attn_q.weight`, [width, heads * size]],
      [`${block}attn_k.weight`, [width, kvHeads * size]],
      [`${block}attn_v.weight`, [width, kvHeads * size]],
      [`${block}attn_output.weight`, [heads * size, width]],
    );
    const more = made.experts === undefined ? [] : [made.experts];
    const suffix = made.experts === undefined ? '' : '_exps';
    tensors.push(
      [`${block}ffn_gate${suffix}.weight`, [width, inner, ...more]],
      [`${block}ffn_up${suffix}.weight`, [width, inner, ...more]],
      [`${block}ffn_down${suffix}.weight`, [inner, width, ...more]],
    );
  }
  const writer = new GgufWriter().start(3, tensors.length, 9).textKey('general.architecture', name);
  const keys: Readonly<Record<string, number>> = {
    block_count: layers,
    embedding_length: width,
    context_length: 131072,
    'attention.head_count': heads,
    'attention.head_count_kv': kvHeads,
    'attention.key_length': size,
    'attention.value_length': size,
    expert_used_count: 2,
  };
  for (const [key, value] of Object.entries(keys)) writer.u32Key(`${name}.${key}`, value);
  let offset = 0;
  for (const [tensor, lengths] of tensors) {
    writer.tensor(tensor, lengths, 2, offset);
    offset += Math.ceil((lengths.reduce((all, length) => all * length, 1) / 32) * 18);
    offset = Math.ceil(offset / 32) * 32;
  }
  const result = readGguf(writer.pad(32).bytes());
  if (result.tag === 'malformed') throw new Error(result.problem);
  return result.header;
}

function shape(made: Dimensions): ModelShape {
  const result = modelShape(header(made));
  if (result.tag === 'unusable') throw new Error(result.problem);
  return result.shape;
}

const request = {
  contextTokens: 32768,
  kvType: 'f16' as KvType,
  gpuLayers: 0,
  expertLayers: 0,
  features: [] as readonly string[],
  projector: null,
};
const eight = { layers: 40, width: 4096, inner: 12800, heads: 32, kvHeads: 8, size: 128, vocabulary: 100352 };

describe('a graph in memory', () => {
  test('a result takes the place of a source that nobody needs any more', () => {
    const graph = new Graph();
    const start = graph.input([1024]);
    graph.over([1024], graph.over([1024], graph.fresh([1024], start)));
    expect(graphBytes(graph.leaves, graph.nodes)).toBe(2 * 4096);
  });

  test('and not of one that is needed later', () => {
    const graph = new Graph();
    const first = graph.fresh([1024], graph.input([8]));
    const second = graph.over([1024], first);
    graph.fresh([8], first, second);
    // The last one lies where the input was.
    expect(graphBytes(graph.leaves, graph.nodes)).toBe(2 * 4096 + 32);
  });

  test('a view keeps its owner', () => {
    const graph = new Graph();
    const owner = graph.fresh([1024]);
    const part = graph.part(owner, [16]);
    graph.fresh([1024], graph.fresh([1024]));
    graph.fresh([8], part);
    expect(graphBytes(graph.leaves, graph.nodes)).toBe(3 * 4096);
  });
});

describe('a model of eight billion parameters', () => {
  const model = shape(eight);

  test('its cache is what is worked out by hand: 5 GiB at 32 k', () => {
    expect(estimateShape(model, request).memory.cache).toBe(5 * GiB);
    const small = estimateShape(model, { ...request, kvType: 'q4_0' }).memory.cache;
    expect(small / (5 * GiB)).toBeCloseTo(18 / 64, 6);
  });

  test('its results: three times the inner layer, five times the width, and the mask', () => {
    const results = 512 * 4 * (3 * 12800 + 5 * 4096) + 32768 * 512 * 2;
    expect(estimateShape(model, request).memory.compute / results).toBeCloseTo(1, 3);
  });

  test('a tied embedding is held twice where it is repacked, and with the output on a card', () => {
    const plain = estimateShape(model, request);
    expect(plain.mapped).toBe(model.tensors.reduce((sum, tensor) => sum + (tensor.bytes ?? 0), 0));
    const embedding = (4096 * 100352 * 18) / 32;
    expect(estimateShape(model, { ...request, features: ['avx2'] }).memory.weights).toBe(
      plain.mapped + embedding,
    );
    const onCard = estimateShape(model, { ...request, gpuLayers: 41 });
    expect(onCard.gpu.weights).toBe(plain.mapped);
    expect(onCard.memory.weights).toBe(embedding);
    expect(onCard.memory.cache).toBe(0);
  });

  test('as many layers go to a card as fit there', () => {
    for (const vram of [1, 4, 8, 16, 24].map((gigabytes) => gigabytes * GiB)) {
      const { gpuLayers } = splitFor(model, request, vram);
      const taken = estimateShape(model, { ...request, gpuLayers }).gpu.total;
      expect(taken).toBeLessThanOrEqual(vram);
      if (gpuLayers > 40) continue;
      expect(estimateShape(model, { ...request, gpuLayers: gpuLayers + 1 }).gpu.total).toBeGreaterThan(vram);
    }
  });
});

test('experts stay in main memory where that brings all layers to the card', () => {
  const mixture = shape({ ...eight, width: 2048, inner: 768, kvHeads: 4, experts: 64 });
  const small = splitFor(mixture, { ...request, contextTokens: 8192 }, 3 * GiB);
  expect(small.gpuLayers).toBe(41);
  // Some of the layers keep their experts on the card, and one more would not fit there.
  expect(small.expertLayers).toBeGreaterThan(0);
  expect(small.expertLayers).toBeLessThan(40);
  const tighter = { ...request, ...small, expertLayers: small.expertLayers - 1, contextTokens: 8192 };
  expect(estimateShape(mixture, tighter).gpu.total).toBeGreaterThan(3 * GiB);
  const { gpu, memory } = estimateShape(mixture, { ...request, ...small, contextTokens: 8192 });
  expect(gpu.total).toBeLessThanOrEqual(3 * GiB);
  expect(memory.weights).toBeGreaterThan(gpu.weights);
});

const dimensions = fc.record({
  layers: fc.integer({ min: 1, max: 24 }),
  width: fc.constantFrom(256, 1024, 2560, 4096),
  inner: fc.constantFrom(512, 3072, 12288),
  heads: fc.constantFrom(4, 16, 32),
  kvHeads: fc.constantFrom(1, 2, 8),
  size: fc.constantFrom(64, 128, 256),
  vocabulary: fc.constantFrom(320, 32000),
  architecture: fc.constantFrom('llama', 'gemma3', 'gpt-oss', 'unheard-of'),
});
const kvTypes = fc.constantFrom<KvType>('f16', 'q8_0', 'q4_0');

test('no part is ever negative, and a longer context never takes less', () => {
  fc.assert(
    fc.property(dimensions, kvTypes, fc.nat(30), fc.boolean(), (made, kvType, gpuLayers, far) => {
      const model = shape(made);
      let before = { gpu: 0, memory: 0 };
      for (const contextTokens of [256, 4096, 5120, 16384, 131072]) {
        const estimate = estimateShape(model, {
          ...request,
          contextTokens,
          kvType,
          gpuLayers,
          expertLayers: far ? 12 : 0,
        });
        for (const side of [estimate.gpu, estimate.memory]) {
          for (const part of Object.values(side)) expect(part).toBeGreaterThanOrEqual(0);
        }
        expect(estimate.gpu.total).toBeGreaterThanOrEqual(before.gpu);
        expect(estimate.memory.total).toBeGreaterThanOrEqual(before.memory);
        before = { gpu: estimate.gpu.total, memory: estimate.memory.total };
      }
    }),
    { numRuns: 150 },
  );
});

test('the longest context fits, and the next longer one does not', () => {
  fc.assert(
    fc.property(dimensions, kvTypes, fc.integer({ min: 0, max: 6 * GiB }), (made, kvType, memory) => {
      const model = shape(made);
      const free = { gpu: 0, memory };
      const longest = largestContext(model, { ...request, kvType }, free);
      const takes = (contextTokens: number): number =>
        estimateShape(model, { ...request, kvType, contextTokens }).memory.total;
      if (longest > 0) expect(takes(longest)).toBeLessThanOrEqual(memory);
      if (longest < 131072) expect(takes(longest + 256)).toBeGreaterThan(memory);
    }),
    { numRuns: 60 },
  );
});

test('a header without what is needed is refused with its reason', () => {
  const broken = header(eight);
  const without = (key: string): GgufHeader => ({
    ...broken,
    metadata: new Map([...broken.metadata].filter(([name]) => !name.endsWith(key))),
  });
  expect(estimateFromHeader(without('architecture'), request)).toMatchObject({
    problem: 'names no architecture',
  });
  expect(estimateFromHeader(without('block_count'), request)).toMatchObject({ tag: 'unusable' });
  expect(estimateFromHeader(without('embedding_length'), request)).toMatchObject({ tag: 'unusable' });
  expect(estimateFromHeader({ ...broken, tensors: null }, request)).toMatchObject({ tag: 'unusable' });
});

describe('before the download', () => {
  test('the terms that both ways share are the same, and what is not known is named', () => {
    const granite = entries.find((entry) => entry.id === 'granite-4.1-8b')!;
    const early = estimateFromEntry(granite, 32768, 'f16', 'memory');
    const late = estimateShape(shape(eight), request);
    expect(early.memory.cache).toBe(late.memory.cache);
    expect(early.memory.fixed).toBe(late.memory.fixed - late.output);
    // The middle value is not below what its graph takes, and at most a third more.
    expect(early.memory.compute).toBeGreaterThanOrEqual(late.memory.compute);
    expect(early.memory.compute).toBeLessThan(late.memory.compute * 1.34);
    expect(early.unknown).toEqual(['compute', 'repacking']);
    const ministral = entries.find((entry) => entry.attention === null)!;
    expect(estimateFromEntry(ministral, 4096, 'f16', 'memory').unknown).toContain('cache');
  });

  test('every entry: parts add up, nothing is negative, a longer context never takes less', () => {
    for (const entry of entries) {
      for (const kvType of ['f16', 'q8_0', 'q4_0'] as const) {
        let before = 0;
        for (const context of [4096, 16384, 65536]) {
          const { weights, kvCache, compute, overhead, total } = memoryNeed(entry, context, kvType, 'gpu');
          expect(Math.min(weights, kvCache, compute, overhead)).toBeGreaterThan(0);
          expect(weights + kvCache + compute + overhead).toBe(total);
          expect(total).toBeGreaterThanOrEqual(before);
          before = total;
        }
      }
    }
  });
});

describe('on any computer', () => {
  const computer = fc.record({
    memory: fc.integer({ min: 2, max: 128 }),
    cores: fc.constantFrom(2, 4, 16),
    vram: fc.option(fc.integer({ min: 1, max: 48 })),
  });
  const facts = (made: { memory: number; cores: number; vram: number | null }, extra = 0) =>
    machine({
      memory: made.memory + extra,
      available: (made.memory + extra) * 0.8,
      cores: made.cores,
      gpus: made.vram === null ? [] : [card('nvidia', 'nvidia', made.vram + extra)],
    });
  const shelfOf = (of: ReturnType<typeof facts>) =>
    buildShelf({ entries, machine: of, installed: [], partials: [], problems: [], practice: false });

  test('nothing recommended exceeds what is free', () => {
    fc.assert(
      fc.property(computer, (made) => {
        const shelf = shelfOf(facts(made));
        for (const pick of choosePicks(shelf.offers)) {
          const { fit } = shelf.offers.find((offer) => offer.entry.id === pick.modelId)!;
          expect(beyondFree(fit)).toBe(0);
          expect(fit.spare).toBeGreaterThanOrEqual(0);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('more memory never makes a model fit worse, nor wait longer for an agent', () => {
    fc.assert(
      fc.property(
        computer,
        fc.integer({ min: 1, max: 64 }),
        fc.nat(entries.length - 1),
        (made, extra, index) => {
          const entry = entries[index]!;
          const [less, more] = [fitOf(entry, facts(made)), fitOf(entry, facts(made, extra))];
          expect(fitClass(more)).toBeGreaterThanOrEqual(fitClass(less));
          expect(strength(entry)).toBeGreaterThan(0);
          const wait = less.agentFirstWord;
          if (wait !== null) expect(wait.low).toBeLessThanOrEqual(wait.high);
        },
      ),
      { numRuns: 200 },
    );
  });
});

test('five thousand tokens on four threads take some three minutes with four billion parameters', () => {
  const entry = entries.find((each) => each.id === 'qwen3.5-4b')!;
  const { agentFirstWord } = fitOf(entry, machine({ memory: 16, available: 12, cores: 4 }));
  // Published: 26.8 tokens a second of prompt.
  expect(agentFirstWord!.low).toBeLessThan(5000 / 26.8);
  expect(agentFirstWord!.high).toBeGreaterThan(5000 / 26.8);
  expect(estimateFromEntry(entry, 4096, 'f16', 'memory').memory.compute / MiB).toBeGreaterThan(78);
});
