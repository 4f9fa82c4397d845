// SPDX-License-Identifier: GPL-3.0-or-later

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { machine } from '../../tests/support/model-machines.ts';
import { parseCatalogue } from '../core/models/catalogue.ts';
import { withContext } from '../core/models/context.ts';
import { buildShelf } from '../core/models/shelf.ts';
import { foundTitle, languageChoices, sizeChoices } from './filter.ts';
import {
  contextWords,
  languagesLine,
  managedSentence,
  neighbourLines,
  nothingFits,
  publisherChanged,
} from './shelf.ts';
import { bytes } from './units.ts';

const { entries } = parseCatalogue(readFileSync('data/catalogue/hearth.json', 'utf8'), 'x').catalogue;
const shelf = buildShelf({
  entries,
  machine: machine({ memory: 31, available: 27, cores: 8 }),
  installed: [],
  partials: [],
  problems: [],
  practice: false,
});
const offer = (id: string) => shelf.offers.find(({ entry }) => entry.id === id)!;

test('who limits the list is said, by name where there is one', () => {
  expect(managedSentence({ managedBy: null })).toBe('');
  expect(managedSentence({ managedBy: '' })).toBe(
    'Chosen by your organisation: only these models are offered.',
  );
  expect(managedSentence({ managedBy: 'Example University' })).toMatch(/^Chosen by Example University:/);
});

test('neighbours are named with size and speed, in things people can feel', () => {
  const pick = { ...shelf.picks[0]!, smaller: 'qwen3.5-2b', larger: 'qwen3.6-27b' };
  expect(neighbourLines(pick, shelf.offers)).toEqual([
    { label: 'Smaller and faster', value: expect.stringMatching(/^Qwen3\.5 2B \(1\.3 GB\)\. .*read$/) },
    { label: 'Larger and slower', value: expect.stringMatching(/^Qwen3\.6 27B \(16\.8 GB\)\. \S/) },
  ]);
  expect(neighbourLines({ ...pick, smaller: null, larger: 'gone' }, shelf.offers)).toEqual([]);
});

test('languages have names, and where none are known that is said', () => {
  expect(languagesLine(offer('smollm3-3b').entry)).toMatch(
    /^English, French, Spanish, German, Italian, Portuguese\. /,
  );
  expect(languagesLine(offer('qwen3.5-2b').entry)).toBe('Not known');
  expect(languageChoices(['de', 'gsw']).map(({ label }) => label)).toEqual(['Any', 'German', 'gsw']);
});

test('that nothing fits, and what would', () => {
  expect(nothingFits(shelf)).toBe('');
  const small = machine({ memory: 3.6, available: 1.9 });
  const none = buildShelf({
    entries: shelf.offers.map(({ entry }) => entry),
    machine: small,
    installed: [],
    partials: [],
    problems: [],
    practice: false,
  });
  expect(none.picks).toEqual([]);
  const least = Math.min(...none.offers.map(({ fit }) => -fit.spare));
  expect(nothingFits(none)).toContain(`with ${bytes(least)} more`);
  // Where memory is not told nothing is known to be missing.
  const untold = none.offers.map((offer) => ({ ...offer, refused: null }));
  expect(nothingFits({ offers: untold })).toBe('');
});

test('what a context means', () => {
  const granite = offer('granite-4.1-8b');
  expect(contextWords.says(withContext(granite, 4096))).toMatch(
    /^Fits, .* to spare\. Too short for agents\.$/,
  );
  expect(contextWords.says(withContext(granite, 32768))).toMatch(/Long enough for agents\.$/);
  const small = { ...granite, fit: { ...granite.fit, free: { gpu: null, main: 6e9 } } };
  expect(contextWords.says(withContext(small, 131072))).toMatch(/^Does not fit, .* missing$/);
});

test('a file that the publisher changed: what happened and what to do', () => {
  const text = publisherChanged(offer('smollm3-3b').entry);
  expect(text).toMatch(/^Hugging Face changed this file/);
  expect(text).toContain('Choose another model');
});

test('filters say what they do', () => {
  expect(sizeChoices().map(({ label }) => label)).toContain('Up to 4 GB');
  expect([foundTitle(1), foundTitle(2)]).toEqual(['1 Model Found', '2 Models Found']);
});
