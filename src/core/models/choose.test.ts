// SPDX-License-Identifier: GPL-3.0-or-later

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { beyondFree, card, GiB, machine } from '../../../tests/support/model-machines.ts';
import type { Made } from '../../../tests/support/model-machines.ts';
import { parseCatalogue } from './catalogue.ts';
import { scoreFor } from './choose.ts';
import { buildShelf } from './shelf.ts';
import type { CatalogueEntry, Pick, PickRole, Shelf } from './types.ts';

const entries = parseCatalogue(readFileSync('data/catalogue/hearth.json', 'utf8'), 'hearth.json').catalogue
  .entries;

function shelf(made: Made, change: Partial<Parameters<typeof buildShelf>[0]> = {}): Shelf {
  const input = {
    entries,
    machine: machine(made),
    installed: [],
    partials: [],
    problems: [],
    practice: false,
  };
  return buildShelf({ ...input, ...change });
}

function picked(from: Shelf, role: PickRole): string | null {
  return from.picks.find((pick) => pick.role === role)?.modelId ?? null;
}

const nvidia = (memory: number, bootScreen = false) => [card('nvidia', 'nvidia', memory, { bootScreen })];

describe('picks', () => {
  const table: readonly (readonly [string, Made, string | null, string | null, string | null])[] = [
    ['8 GB, no card', { memory: 7.6, available: 5.6 }, 'granite-4.0-h-tiny', 'smollm3-3b', 'qwen3.5-4b'],
    ['8 GB, busy', { memory: 7.6, available: 4.4 }, 'granite-4.0-micro', 'smollm3-3b', 'qwen3.5-4b'],
    ['16 GB, no card', { memory: 15.5, available: 12 }, 'granite-4.0-h-tiny', 'smollm3-3b', 'gemma-4-e4b'],
    [
      '32 GB, no card',
      { memory: 31, available: 27, cores: 8 },
      'gemma-4-26b-a4b',
      'smollm3-3b',
      'qwen3.6-35b-a3b',
    ],
    [
      '4 GB card',
      { memory: 15.5, available: 12, gpus: nvidia(4) },
      'gemma-4-e2b',
      'smollm3-3b',
      'gpt-oss-20b',
    ],
    [
      '8 GB card',
      { memory: 15.5, available: 12, gpus: nvidia(8) },
      'granite-4.1-8b',
      'smollm3-3b',
      'qwen3.5-9b',
    ],
    [
      '16 GB card with screen',
      { memory: 31, gpus: nvidia(16, true) },
      'gemma-4-26b-a4b',
      'smollm3-3b',
      'gpt-oss-20b',
    ],
    [
      '24 GB card with screen',
      { memory: 62, gpus: nvidia(24, true) },
      'qwen3.8-27b',
      'smollm3-3b',
      'qwen3.8-27b',
    ],
    ['4 GB, nothing fits', { memory: 3.7 }, null, null, null],
    ['memory not told', { memory: null }, 'qwen3.5-2b', null, null],
    ['full disk', { memory: 31, disk: 0.5 }, null, null, null],
  ];
  test.each(table)('%s', (_name, made, balanced, open, agent) => {
    const made1 = shelf(made);
    expect([picked(made1, 'balanced'), picked(made1, 'open-data'), picked(made1, 'agent')]).toEqual([
      balanced,
      open,
      agent,
    ]);
  });

  test('an old processor gets the fastest, and that is the reason', () => {
    const slow = shelf(
      { memory: 15.5, available: 12, cores: 1, features: ['sse4.2'] },
      {
        entries: entries.filter((entry) => entry.parameters.active > 4),
      },
    );
    expect(slow.picks[0]).toMatchObject({ role: 'balanced', reason: { kind: 'fastest-that-fits' } });
  });

  test('what is not known is the reason where memory is not told', () => {
    expect(shelf({ memory: null }).picks[0]!.reason).toEqual({ kind: 'smallest-memory-unknown' });
  });
});

describe('refusals', () => {
  test('too large for memory, too large for the disk', () => {
    const small = shelf({ memory: 7.6, disk: 3 });
    const refused = (id: string) => small.offers.find((offer) => offer.entry.id === id)!.refused;
    expect(refused('qwen3.6-27b')).toBe('does-not-fit');
    expect(refused('qwen3.5-4b')).toBe('no-disk');
    expect(refused('qwen3.5-2b')).toBeNull();
  });

  test('what is on the disk already is never refused', () => {
    const model = entries.find((entry) => entry.id === 'qwen3.5-4b')!;
    const installed = { modelId: model.id, path: '/m', size: model.file.size, verified: true, verifiedAt: 1 };
    const full = shelf({ memory: 15.5, disk: 0 }, { installed: [installed] });
    expect(full.offers.find((offer) => offer.installed !== null)).toMatchObject({ refused: null });
    expect(picked(full, 'balanced')).toBe('qwen3.5-4b');
  });

  test('part of it counts for the disk', () => {
    const partial = { modelId: 'qwen3.5-4b', bytes: 2.5e9, total: 2740937888, path: '/p' };
    expect(picked(shelf({ memory: 7.6, disk: 1.2 }, { partials: [partial] }), 'agent')).toBe('qwen3.5-4b');
  });
});

describe('practice', () => {
  const practice: CatalogueEntry = {
    ...entries[0]!,
    id: 'hearth-practice',
    practice: true,
    parameters: { total: 0.001, active: 0.001 },
    file: { ...entries[0]!.file, size: 4_800_000 },
  };
  const made: Made = { memory: 7.6, available: 5.6, disk: 1 };

  test('its model comes first; the others are shown but not fetched', () => {
    const played = shelf({ ...made, disk: 100 }, { entries: [...entries, practice], practice: true });
    expect(played.picks.map((pick: Pick) => pick.role)).toEqual([
      'practice',
      'balanced',
      'open-data',
      'agent',
    ]);
    expect(played.offers.filter((offer) => offer.refused === null).map((offer) => offer.entry.id)).toEqual([
      'hearth-practice',
    ]);
  });

  test('it is not on the shelf otherwise', () => {
    const real = shelf(made, { entries: [...entries, practice] });
    expect(real.offers.some((offer) => offer.entry.practice)).toBe(false);
  });
});

describe('whatever the computer', () => {
  const gib = fc.double({ min: 0, max: 200, noNaN: true });
  const gpu = fc.record({
    vendor: fc.constantFrom('nvidia' as const, 'amd' as const, 'intel' as const),
    driver: fc.constantFrom('nvidia', 'amdgpu', 'xe', 'nouveau', null),
    memory: fc.option(fc.double({ min: 0.5, max: 96, noNaN: true })),
    integrated: fc.boolean(),
    bootScreen: fc.boolean(),
  });
  const computer = fc.record({
    memory: gib,
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    disk: fc.option(gib),
    cores: fc.integer({ min: 1, max: 64 }),
    gpus: fc.array(gpu, { maxLength: 2 }),
  });
  type Computer = typeof computer extends fc.Arbitrary<infer T> ? T : never;
  const build = (c: Computer, more = 0, moreCard = 0): Made => ({
    memory: c.memory + more,
    available: c.memory * c.share + more,
    disk: c.disk,
    cores: c.cores,
    gpus: c.gpus.map((g, index) =>
      card(g.vendor, g.driver, g.memory === null ? null : g.memory + moreCard, {
        ...g,
        memory: card(g.vendor, g.driver, g.memory === null ? null : g.memory + moreCard).memory,
        driver: card(g.vendor, g.driver, 1).driver,
        address: `0000:0${index}:00.0`,
      }),
    ),
  });
  const best = (from: Shelf, role: PickRole): number =>
    Math.max(
      0,
      ...from.offers.filter((o) => o.entry.id === picked(from, role)).map((o) => scoreFor(role, o)),
    );

  test('more memory never gives a worse pick', () => {
    fc.assert(
      fc.property(computer, gib, gib, (c, more, moreCard) => {
        const before = shelf(build(c));
        const after = shelf(build(c, more, moreCard));
        for (const role of ['balanced', 'open-data', 'agent'] as const) {
          expect(best(after, role)).toBeGreaterThanOrEqual(best(before, role));
        }
      }),
      { numRuns: 500 },
    );
  });

  test('nothing picked exceeds what is free, and every licence is approved', () => {
    const closed = entries.map((entry, i) =>
      i % 2 === 0 ? entry : { ...entry, licence: { ...entry.licence, spdx: 'LicenseRef-Closed' } },
    );
    fc.assert(
      fc.property(computer, (c) => {
        const made = build(c);
        const result = shelf(made, { entries: closed });
        expect(result.offers.every((offer) => offer.entry.licence.spdx === 'Apache-2.0')).toBe(true);
        for (const pick of result.picks) {
          const { entry, fit } = result.offers.find((offer) => offer.entry.id === pick.modelId)!;
          expect(beyondFree(fit)).toBe(0);
          expect(fit.spare).toBeGreaterThanOrEqual(0);
          expect(fit.contextTokens).toBeLessThanOrEqual(entry.contextTrained);
          const cards = made.gpus!.map((g) => (g.memory.known ? g.memory.value : 0));
          expect(fit.free.gpu ?? 0).toBeLessThanOrEqual(Math.max(0, ...cards));
          expect(fit.free.main ?? 0).toBeLessThanOrEqual(made.available! * GiB);
          if (c.disk !== null) expect(entry.file.size).toBeLessThanOrEqual(c.disk * GiB);
        }
      }),
      { numRuns: 500 },
    );
  });
});
