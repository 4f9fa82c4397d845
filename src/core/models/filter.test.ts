// SPDX-License-Identifier: GPL-3.0-or-later

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { beyondFree, machine } from '../../../tests/support/model-machines.ts';
import { parseCatalogue } from './catalogue.ts';
import { contextChoices, withContext } from './context.ts';
import { filterChoices, filterOffers, isFiltering, noFilter } from './filter.ts';
import type { ShelfFilter } from './filter.ts';
import { buildShelf } from './shelf.ts';

const { entries } = parseCatalogue(readFileSync('data/catalogue/hearth.json', 'utf8'), 'x').catalogue;
const { offers } = buildShelf({
  entries,
  machine: machine({ memory: 31, available: 27 }),
  installed: [],
  partials: [],
  problems: [],
  practice: false,
});
const ids = (filter: Partial<ShelfFilter>): readonly string[] =>
  filterOffers(offers, { ...noFilter, ...filter }).map(({ entry }) => entry.id);

test('nothing asked for: everything, as it is', () => {
  expect(filterOffers(offers, noFilter)).toBe(offers);
  expect(isFiltering({ ...noFilter, text: '  ' })).toBe(false);
});

test.each<readonly [string, Partial<ShelfFilter>, readonly string[]]>([
  ['words in any order and case', { text: ' 8B  graNite ' }, ['granite-4.1-8b']],
  ['accents do not matter', { text: 'gránite 8b' }, ['granite-4.1-8b']],
  ['the publisher', { text: 'mistral' }, ['ministral-3-3b', 'ministral-3-8b']],
  ['training data', { trainingData: 'published' }, ['smollm3-3b']],
  ['a language', { language: 'cs' }, ['granite-4.0-h-tiny', 'granite-4.0-micro']],
  ['language and size together', { language: 'de', size: 2e9 }, ['smollm3-3b']],
  ['nothing like it', { text: 'granite', trainingData: 'published' }, []],
  ['a licence that is not there', { licence: 'MIT' }, []],
])('%s', (_name, filter, expected) => {
  expect(ids(filter)).toEqual(expected);
});

test('each choice finds something', () => {
  const { licences, languages } = filterChoices(offers);
  expect(languages).toContain('fr');
  for (const licence of licences) expect(ids({ licence }).length).toBeGreaterThan(0);
  for (const language of languages) expect(ids({ language }).length).toBeGreaterThan(0);
});

test('whatever is asked: a part of the shelf, in its order, and asking for more never finds more', () => {
  const filters = fc.record({
    text: fc.string(),
    licence: fc.option(fc.constantFrom('Apache-2.0', 'MIT')),
    trainingData: fc.option(fc.constantFrom('published' as const, 'described' as const)),
    toolCalling: fc.option(fc.constantFrom('yes' as const, 'weak' as const)),
    language: fc.option(fc.constantFrom('de', 'xx')),
    size: fc.option(fc.integer({ min: 0, max: 3e10 })),
  });
  fc.assert(
    fc.property(filters, (filter) => {
      const found = filterOffers(offers, filter);
      expect(offers.filter((offer) => found.includes(offer))).toEqual(found);
      const less = filterOffers(offers, { ...filter, text: '' });
      expect(found.every((offer) => less.includes(offer))).toBe(true);
    }),
  );
});

test('a context of one’s own: the need grows with it, and what is left is what is free less that', () => {
  for (const offer of offers) {
    const { entry, fit } = offer;
    const choices = contextChoices(entry);
    expect(choices.at(-1)).toBeLessThanOrEqual(entry.contextTrained);
    const fits = choices.map((context) => withContext(offer, context));
    for (const [index, at] of fits.entries()) {
      expect(at.contextTokens).toBe(choices[index]);
      expect(at.verdict === 'does-not-fit').toBe(at.spare < 0);
      expect(beyondFree(at) > 0).toBe(at.spare < 0);
      if (index > 0) expect(at.need.kvCache).toBeGreaterThan(0);
    }
    if (fit.contextTokens > 0) expect(withContext(offer, fit.contextTokens).need).toEqual(fit.need);
  }
});
