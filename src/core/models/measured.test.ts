// SPDX-License-Identifier: GPL-3.0-or-later

import { describe, expect, it } from 'vitest';
import { sampleMeasured } from '../../../tests/support/fixture-parts.ts';
import { entry } from '../../../tests/support/terminal-hearth.ts';
import { card, machine } from '../../../tests/support/model-machines.ts';
import { agentSentence, estimateSentence, paceWords, speedSentence } from '../../words/measured.ts';
import { modelDetails, paceLine } from '../../words/model-page.ts';
import { computerOf, deviceOf, holdsFor, readMeasured } from './measured.ts';
import { buildShelf, type ServingNow } from './shelf.ts';
import type { Measured, Offer } from './types.ts';

const facts = machine({ memory: 32 });
const model = entry();
const nobody: ServingNow = { modelId: null, contextTokens: null, engine: '0.7.0' };

function offer(measured: Measured | null, serving: ServingNow = nobody, verified = true): Offer {
  const installed = {
    modelId: model.id,
    path: '/m',
    size: model.file.size,
    verified,
    verifiedAt: 1,
    measured,
  };
  const input = { machine: facts, partials: [], problems: [], practice: false };
  const shelf = buildShelf({ ...input, entries: [model], installed: [installed], serving });
  const found = shelf.offers[0];
  if (found === undefined) throw new Error('no offer');
  return found;
}

const bare = offer(null);
const right: Measured = {
  ...sampleMeasured(),
  contextTokens: bare.fit.contextTokens,
  kvType: bare.fit.kvType,
  computer: computerOf(facts),
};

describe('a measurement', () => {
  it('is read back as it was written, and anything else is none', () => {
    expect(readMeasured(JSON.parse(JSON.stringify(right)))).toEqual(right);
    const wrong: readonly unknown[] = [
      null,
      'x',
      [],
      {},
      { ...right, version: 2 },
      { ...right, answerRate: 0 },
      { ...right, promptRate: -4 },
      { ...right, answerRate: 'fast' },
      { ...right, sha256: 'abc' },
      { ...right, kvType: 'f64' },
      { ...right, computer: 'x'.repeat(5000) },
      { ...right, measuredAt: 1.5 },
    ];
    for (const value of wrong) expect(readMeasured(value)).toBeNull();
  });

  it('takes the place of the estimate, which stays to be seen', () => {
    const measured = offer(right);
    expect(measured.fit.generation).toEqual({ low: 12.6, high: 12.6 });
    expect(measured.fit.prompt).toEqual({ low: 118.4, high: 118.4 });
    expect(measured.fit.agentFirstWord?.low).toBeCloseTo(5000 / 118.4 + 1 / 12.6);
    expect(measured.estimate?.generation).toEqual(bare.fit.generation);
    expect(bare.estimate).toBeUndefined();
  });

  it('holds for one context, kind of cache, computer and engine only', () => {
    const others: readonly Partial<Measured>[] = [
      { contextTokens: right.contextTokens + 4096 },
      { kvType: right.kvType === 'f16' ? 'q8_0' : 'f16' },
      { computer: 'another' },
      { engine: '0.8.0' },
    ];
    for (const other of others) {
      const found = offer({ ...right, ...other });
      expect(found.installed?.measured).toBeNull();
      expect(found.fit).toEqual(bare.fit);
    }
    expect(offer({ ...right, engine: null }).installed?.measured).not.toBeNull();
    expect(offer(right, { ...nobody, engine: null }).installed?.measured).toEqual(right);
    const asked = { modelId: model.id, contextTokens: 8192, engine: null };
    expect(offer(right, asked).installed?.measured).toBeNull();
    expect(offer({ ...right, contextTokens: 8192 }, asked).installed?.measured).not.toBeNull();
    expect(offer(right, nobody, false).installed?.measured).toBeNull();
    expect(holdsFor(right, right)).toBe(true);
  });

  it('knows another card, driver or processor as another computer', () => {
    const nvidia = machine({ memory: 32, gpus: [card('nvidia', 'nvidia', 8)] });
    const nouveau = machine({ memory: 32, gpus: [card('nvidia', 'nouveau', 8)] });
    const all = [facts, nvidia, nouveau].map(computerOf);
    expect(new Set(all).size).toBe(3);
    const served = { processor: 'P', gpuBytes: 0, memoryBytes: 0, noCard: null, cards: ['C'], layers: 33 };
    expect(deviceOf({ ...served, kind: 'both', gpuLayers: 20 })).not.toBe(
      deviceOf({ ...served, kind: 'both', gpuLayers: 21 }),
    );
  });

  it('is said to be one, with its day', () => {
    const measured = offer(right);
    expect(paceWords(bare)).not.toContain('measured');
    expect(paceLine(measured)).toContain('Faster than you read, measured here');
    expect(speedSentence(measured)).toBe(
      'Faster than you read, 13 tokens a second: measured here on 2026-11-21',
    );
    expect(agentSentence(measured)).toBe(
      'An agent needs 42 seconds before its first word. Measured here on 2026-11-21.',
    );
    expect(estimateSentence(bare)).toBeNull();
    expect(modelDetails(measured).find(({ label }) => label === 'Estimated before')?.value).toMatch(
      /^about .* tokens a second\. An agent/,
    );
  });
});
