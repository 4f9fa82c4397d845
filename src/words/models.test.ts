// SPDX-License-Identifier: GPL-3.0-or-later

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { machine } from '../../tests/support/model-machines.ts';
import { parseCatalogue } from '../core/models/catalogue.ts';
import { buildShelf } from '../core/models/shelf.ts';
import { fitSentence } from './fit-sentence.ts';
import * as words from './models.ts';

const { entries } = parseCatalogue(
  readFileSync('data/catalogue/hearth.json', 'utf8'),
  'hearth.json',
).catalogue;
const shelf = buildShelf({
  entries,
  machine: machine({ memory: 7.6, available: 5.6, disk: 3 }),
  installed: [],
  partials: [],
  problems: [],
  practice: false,
});
const offer = (id: string) => shelf.offers.find((o) => o.entry.id === id)!;

describe('a fit', () => {
  test('that fits', () => {
    const { fit } = offer('qwen3.5-2b');
    expect(words.fitLabel(fit)).toMatch(/^Fits, [\d.]+ GB to spare$/);
    expect(fitSentence(fit)).toMatch(
      /^Runs on the processor with a context of 32 k tokens: takes about 2(\.\d)? GB of [\d.]+ GB free in main memory\.$/,
    );
  });

  test('that does not', () => {
    const { fit } = offer('qwen3.6-27b');
    expect(words.fitLabel(fit)).toMatch(/^Does not fit, \d+(\.\d)? GB missing$/);
    expect(words.refusalSentence(offer('qwen3.6-27b'))).toMatch(/^Not offered: it would need/);
  });

  test('of which nothing is known', () => {
    const fit = { ...offer('qwen3.5-2b').fit, verdict: 'unknown' as const };
    expect(fitSentence(fit)).toContain('does not tell its memory');
  });
});

test('too little disk is said in bytes to free', () => {
  expect(words.refusalSentence(offer('qwen3.5-4b'))).toMatch(
    /^Needs 2\.7 GB on the disk; \d+ MB more must be freed\.$/,
  );
});

test.each([
  [0.5, 1, 'Very slow: a sentence takes most of a minute'],
  [2, 5, 'Slower than you read'],
  [5, 12, 'About as fast as you read'],
  [10, 30, 'Faster than you read'],
  [40, 100, 'Much faster than you read'],
])('%f to %f tokens a second', (low, high, expected) => {
  expect(words.speedWords({ low, high })).toBe(expected);
});

test('an agent that waits is told how long', () => {
  expect(words.agentWait({ low: 62.5, high: 250 })).toBe(
    'An agent needs 1 minute to 4 minutes before its first word.',
  );
  expect(words.agentWait({ low: 1, high: 5 })).toBe('An agent begins within seconds.');
});

describe('progress', () => {
  const base = {
    done: 1.2e9,
    total: 5.3e9,
    rate: 24e6,
    phase: 'downloading' as const,
    host: 'huggingface.co',
  };
  test.each([
    [base, '1.2 of 5.3 GB · 24 MB/s · about 3 minutes left · huggingface.co'],
    [{ ...base, done: 80e6 }, '80 MB of 5.3 GB · 24 MB/s · about 4 minutes left · huggingface.co'],
    [{ ...base, rate: null }, '1.2 of 5.3 GB · huggingface.co'],
    [{ ...base, rate: 0 }, '1.2 of 5.3 GB · 0 bytes/s · stalled · huggingface.co'],
    [{ ...base, phase: 'connecting' as const, rate: null }, 'Connecting · 1.2 of 5.3 GB · huggingface.co'],
    [{ ...base, phase: 'verifying' as const, done: 5.3e9 }, 'Verifying · 5.3 of 5.3 GB'],
    [{ ...base, phase: 'writing' as const }, 'Writing to disk'],
  ])('%o', (progress, expected) => {
    expect(words.downloadLine(progress)).toBe(expected);
  });
});

test('every pick and every fact of every entry has a sentence without open places', () => {
  for (const entry of entries) {
    for (const say of [
      words.licenceSentence,
      words.trainingDataSentence,
      words.consentSentence,
      words.toolCallingSentence,
    ]) {
      expect(say(entry)).toMatch(/^[A-Z0-9].{5,}[^{}]$/);
    }
  }
  for (const pick of shelf.picks) {
    expect(words.pickTitle(pick.role)).not.toBe('');
    expect(words.pickReason(pick)).toMatch(/^[A-Z][^{}]+\.$/);
  }
});
