// SPDX-License-Identifier: GPL-3.0-or-later

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { smallHeader } from '../../../tests/support/gguf-writer.ts';
import { parseCatalogue } from './catalogue.ts';
import { readGguf } from './gguf.ts';
import { mismatch, modelFacts } from './header.ts';
import type { ModelFacts } from './header.ts';

const catalogue = parseCatalogue(readFileSync('data/catalogue/hearth.json', 'utf8'), 'hearth.json').catalogue;
const entry = catalogue.entries.find((e) => e.id === 'qwen3.5-4b')!;

function factsOf(bytes: Uint8Array): ModelFacts {
  const result = readGguf(bytes);
  if (result.tag !== 'header') throw new Error(result.problem);
  return modelFacts(result.header);
}

test('a header tells architecture, layers and heads', () => {
  expect(factsOf(smallHeader('qwen35', 32, 8))).toMatchObject({
    architecture: 'qwen35',
    layers: 32,
    contextTrained: 4096,
    kvHeads: [2],
    slidingWindow: null,
    draftLayers: 0,
  });
});

test('what differs from the catalogue is said', () => {
  const facts = factsOf(smallHeader('qwen35', 32, 8));
  expect(mismatch(facts, entry)).toBeNull();
  expect(mismatch({ ...facts, architecture: 'llama' }, entry)).toBe('its architecture is llama, not qwen35');
  expect(mismatch({ ...facts, architecture: null }, entry)).toBe('its header names no architecture');
  expect(mismatch({ ...facts, layers: 36 }, entry)).toBe('it has 36 layers, not 32');
});

test('layers for drafting do not count, and what the catalogue does not know is not compared', () => {
  const facts = factsOf(smallHeader('qwen35', 33, 8));
  expect(mismatch({ ...facts, draftLayers: 1 }, entry)).toBeNull();
  expect(mismatch({ ...facts, layers: 99 }, { ...entry, attention: null })).toBeNull();
  expect(mismatch({ ...facts, layers: null }, entry)).toBeNull();
});
