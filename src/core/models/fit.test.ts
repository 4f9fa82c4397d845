// SPDX-License-Identifier: GPL-3.0-or-later

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { beyondFree, card, GiB, machine } from '../../../tests/support/model-machines.ts';
import { known } from '../known.ts';
import { parseCatalogue } from './catalogue.ts';
import { fitOf } from './fit.ts';
import { kvBytes } from './memory.ts';
import { mainMemoryFree } from './places.ts';
import { together } from './speed.ts';
import type { CatalogueEntry } from './types.ts';

const entries = parseCatalogue(readFileSync('data/catalogue/hearth.json', 'utf8'), 'hearth.json').catalogue
  .entries;

function entry(id: string): CatalogueEntry {
  return entries.find((e) => e.id === id)!;
}

describe('the KV cache', () => {
  // Worked by hand from layers, heads and head sizes; 32 768 tokens.
  test.each([
    ['granite-4.1-8b', 5.0],
    ['qwen3-coder-30b-a3b', 3.0],
    ['smollm3-3b', 2.25],
    ['gpt-oss-20b', 1.5],
  ])('%s takes %f GiB at 32 k in 16 bits', (id, expected) => {
    expect(kvBytes(entry(id), 32768, 'f16') / GiB).toBeCloseTo(expected, 2);
  });

  test('hybrids add a small constant state', () => {
    const bytes = kvBytes(entry('qwen3.5-4b'), 32768, 'f16');
    expect(bytes).toBeGreaterThan(GiB);
    expect(bytes).toBeLessThan(1.1 * GiB);
    expect(kvBytes(entry('granite-4.0-h-tiny'), 32768, 'f16')).toBeLessThan(0.36 * GiB);
  });

  test('8 bits take 34 bytes for 32 numbers', () => {
    const plain = entry('smollm3-3b');
    expect(kvBytes(plain, 8192, 'q8_0') / kvBytes(plain, 8192, 'f16')).toBeCloseTo(34 / 64, 5);
  });

  test('a window holds no more cells than window and batch, rounded up', () => {
    const base = entry('smollm3-3b');
    const windowed = { ...base, attention: { ...base.attention!, slidingWindow: 1000 } };
    expect(kvBytes(windowed, 131072, 'f16')).toBe(kvBytes(base, 1536, 'f16'));
  });

  test('a model of which nothing is known is taken for the largest of its size', () => {
    expect(kvBytes(entry('ministral-3-3b'), 1024, 'f16')).toBe((128 * GiB) / 1024);
  });
});

describe('free memory', () => {
  test('the desktop keeps 3 GiB even when nothing is open', () => {
    expect(mainMemoryFree(machine({ memory: 8, available: 7.5 }))).toBe(5 * GiB);
  });
  test('or a quarter, where that is more', () => {
    expect(mainMemoryFree(machine({ memory: 64, available: 63 }))).toBe(48 * GiB);
  });
  test('what is in use now is not free', () => {
    expect(mainMemoryFree(machine({ memory: 32, available: 4 }))).toBe(3.25 * GiB);
  });
  test('never less than nothing', () => {
    expect(mainMemoryFree(machine({ memory: 2, available: 1 }))).toBe(0);
  });
});

describe('the place', () => {
  const big = entry('qwen3.5-9b');
  const main = { memory: 31, available: 27 } as const;
  test.each([
    ['NVIDIA’s own driver', card('nvidia', 'nvidia', 12), 'gpu'],
    ['nouveau', card('nvidia', 'nouveau', 12), 'memory'],
    ['no driver', card('nvidia', null, 12), 'memory'],
    ['memory not told', card('nvidia', 'nvidia', null), 'memory'],
    ['AMD card', card('amd', 'amdgpu', 12), 'gpu'],
    ['Intel card', card('intel', 'xe', 12), 'gpu'],
    ['Intel integrated', card('intel', 'i915', null, { integrated: true }), 'memory'],
    ['AMD integrated', card('amd', 'amdgpu', 0.5, { integrated: true }), 'shared'],
    ['virtual', card('virtual', 'virtio-pci', null), 'memory'],
  ] as const)('%s', (_name, gpu, place) => {
    const fit = fitOf(big, machine({ ...main, gpus: [gpu] }));
    expect(fit.verdict).toBe('fits');
    expect(fit.place).toBe(place);
    expect(fit.gpuAddress).toBe(place === 'memory' ? null : gpu.address);
  });

  test('a card that is too small shares the model with the processor', () => {
    const alone = fitOf(big, machine(main));
    const fit = fitOf(big, machine({ ...main, gpus: [card('nvidia', 'nvidia', 4)] }));
    expect(fit.place).toBe('split');
    expect(fit.layout).toMatchObject({ layers: 32, expertLayers: 0 });
    expect(fit.layout.gpuLayers).toBeGreaterThan(8);
    expect(fit.layout.gpuLayers).toBeLessThan(32);
    expect(beyondFree(fit)).toBe(0);
    // Faster than the processor alone, slower than a card that holds all of it.
    const whole = fitOf(big, machine({ ...main, gpus: [card('nvidia', 'nvidia', 9)] }));
    expect(fit.generation!.low).toBeGreaterThan(alone.generation!.low);
    expect(fit.generation!.low).toBeLessThan(whole.generation!.low);
  });

  test('of a mixture the card takes all layers, and the experts stay in main memory', () => {
    const fit = fitOf(entry('qwen3.6-35b-a3b'), machine({ ...main, gpus: [card('nvidia', 'nvidia', 8)] }));
    expect(fit.place).toBe('split');
    expect(fit.layout.gpuLayers).toBe(41);
    expect(fit.layout.expertLayers).toBeGreaterThan(20);
    expect(fit.need.main.weights).toBeGreaterThan(fit.need.gpu!.weights);
    expect(beyondFree(fit)).toBe(0);
  });

  test('what neither memory holds alone, both together do', () => {
    const dense = entry('qwen3.6-27b');
    const rest = { memory: 15.5, available: 13 };
    expect(fitOf(dense, machine(rest)).verdict).toBe('does-not-fit');
    const fit = fitOf(dense, machine({ ...rest, gpus: [card('nvidia', 'nvidia', 12)] }));
    expect(fit).toMatchObject({ verdict: 'fits', place: 'split' });
    expect(fit.need.gpu!.total).toBeGreaterThan(8 * GiB);
  });

  test('both times add up: half the work on a card ten times as fast takes 0.55 of the time', () => {
    const band = (value: number) => ({ low: value, high: value });
    const power = (value: number) => ({ bandwidth: band(value), arithmetic: band(value) });
    expect(together(power(100), power(10), 0.5).bandwidth.low).toBeCloseTo(10 / 0.55, 6);
  });

  test('of two cards the one with more free memory', () => {
    const small = card('nvidia', 'nvidia', 8, { address: '0000:01:00.0' });
    const large = card('nvidia', 'nvidia', 24, { address: '0000:02:00.0' });
    expect(fitOf(big, machine({ ...main, gpus: [small, large] })).gpuAddress).toBe('0000:02:00.0');
  });

  test('what others hold on a card is not free', () => {
    const gpu = card('nvidia', 'nvidia', 24, { memoryFree: known(4 * GiB, 'test') });
    const fit = fitOf(big, machine({ ...main, gpus: [gpu] }));
    expect(fit.place).toBe('split');
    expect(fit.need.gpu!.total).toBeLessThan(4 * GiB);
  });
});

describe('the verdict', () => {
  test('no memory told, no card: not known, and nothing is promised', () => {
    const fit = fitOf(entry('qwen3.5-2b'), machine({ memory: null }));
    expect(fit).toMatchObject({
      verdict: 'unknown',
      free: { gpu: null, main: null },
      generation: null,
      agentReady: false,
    });
  });

  test('no memory told, but a card that is large enough', () => {
    const facts = machine({ memory: null, gpus: [card('nvidia', 'nvidia', 12)] });
    expect(fitOf(entry('qwen3.5-9b'), facts)).toMatchObject({ verdict: 'fits', place: 'gpu' });
  });

  test('too large: says how much is missing at the smallest context', () => {
    const fit = fitOf(entry('qwen3.6-27b'), machine({ memory: 7.6 }));
    expect(fit.verdict).toBe('does-not-fit');
    expect(fit.contextTokens).toBe(0);
    expect(fit.spare).toBeLessThan(-10 * GiB);
  });

  test('just enough for a short context is tight', () => {
    const model = entry('granite-4.1-8b');
    const fit = fitOf(model, machine({ memory: 16, available: 6.95 }));
    expect(fit).toMatchObject({ verdict: 'tight', agentReady: false, kvType: 'q8_0' });
    expect(fit.contextTokens).toBeLessThan(16384);
  });

  test('never more context than trained, nor more than 32 k on a processor', () => {
    const short = { ...entry('smollm3-3b'), contextTrained: 8192 };
    expect(fitOf(short, machine({ memory: 64, available: 60 })).contextTokens).toBe(8192);
    expect(fitOf(entry('smollm3-3b'), machine({ memory: 64, available: 60 })).contextTokens).toBe(32768);
  });

  test('a full disk is said in bytes, less what is there already', () => {
    const model = entry('qwen3.5-9b');
    const facts = machine({ memory: 32, disk: 2 });
    const missing = fitOf(model, facts).diskMissing;
    expect(missing).toBeGreaterThan(model.file.size - 2 * GiB);
    expect(fitOf(model, facts, GiB).diskMissing).toBe(missing - GiB);
    expect(fitOf(model, facts, model.file.size).diskMissing).toBe(0);
  });
});

test('speed agrees with a published run: Qwen3.5 4B on four threads, 26.8 and 8.1 tokens a second', () => {
  const fit = fitOf(entry('qwen3.5-4b'), machine({ memory: 16, available: 12, cores: 4 }));
  expect(fit.generation!.low).toBeLessThan(8.1);
  expect(fit.generation!.high).toBeGreaterThan(8.1);
  expect(fit.prompt!.low).toBeLessThan(26.8);
  expect(fit.prompt!.high).toBeGreaterThan(26.8);
});
