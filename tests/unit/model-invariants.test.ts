// SPDX-License-Identifier: GPL-3.0-or-later

// What must hold of the recommendation on any computer and for any catalogue. The seed is fixed, so that a failure can
// be looked at again; `HEARTH_SEED` tries another.

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { known } from '../../src/core/known.ts';
import type { MachineFacts } from '../../src/core/machine/facts.ts';
import { parseCatalogue } from '../../src/core/models/catalogue.ts';
import { scoreFor } from '../../src/core/models/choose.ts';
import { costOf } from '../../src/core/models/cost.ts';
import { contextChoices, withContext } from '../../src/core/models/context.ts';
import { fitOf, steps } from '../../src/core/models/fit.ts';
import { layoutsWithin } from '../../src/core/models/layouts.ts';
import { isOsiApproved } from '../../src/core/models/licences.ts';
import { runPlaces } from '../../src/core/models/places.ts';
import { buildShelf } from '../../src/core/models/shelf.ts';
import type { CatalogueEntry, PickRole, Shelf } from '../../src/core/models/types.ts';
import { beyondFree, card, GiB, machine } from '../support/model-machines.ts';

const settings = { seed: Number(process.env['HEARTH_SEED'] ?? 20261124), numRuns: 250 };
const { entries: real } = parseCatalogue(readFileSync('data/catalogue/hearth.json', 'utf8'), 'x').catalogue;
const roles: readonly PickRole[] = ['balanced', 'open-data', 'agent'];

const shelfOf = (facts: MachineFacts, entries: readonly CatalogueEntry[]): Shelf =>
  buildShelf({ entries, machine: facts, installed: [], partials: [], problems: [], practice: false });

const attention = fc.record({
  layers: fc.integer({ min: 1, max: 96 }),
  kvHeads: fc.constantFrom(1, 2, 4, 8, 16),
  headSize: fc.constantFrom(64, 128, 256),
  hybrid: fc.constantFrom(1, 2, 4),
  window: fc.constantFrom(null, null, 1024),
});

/** A model that could be: from a toy to one that no desktop holds. */
const entry = fc
  .record({
    base: fc.constantFrom(...real),
    total: fc.double({ min: 0.3, max: 120, noNaN: true }),
    sparse: fc.constantFrom(1, 1, 0.5, 0.2, 0.05),
    bits: fc.constantFrom(4.3, 5, 6.6, 8.5, 16),
    attention: fc.option(attention),
    contextTrained: fc.constantFrom(2048, 8192, 32768, 131072, 262144),
    licence: fc.constantFrom('Apache-2.0', 'Apache-2.0', 'MIT', 'LicenseRef-Closed', 'CC-BY-NC-4.0'),
    claimed: fc.boolean(),
    data: fc.constantFrom('published', 'described', 'not-disclosed'),
    tools: fc.constantFrom('yes', 'weak', 'no', 'unknown'),
  })
  .map((made): CatalogueEntry => {
    const { base, total, sparse, attention: seen } = made;
    return {
      ...base,
      file: { ...base.file, size: Math.round((total * 1e9 * made.bits) / 8) },
      parameters: { total, active: total * sparse },
      contextTrained: made.contextTrained,
      licence: { spdx: made.licence, osiApproved: made.claimed, note: null },
      trainingData: { ...base.trainingData, level: made.data },
      toolCalling: { ...base.toolCalling, level: made.tools },
      attention:
        seen === null
          ? null
          : {
              layers: seen.layers,
              kvLayers: Math.ceil(seen.layers / seen.hybrid),
              kvHeads: seen.kvHeads,
              headSize: seen.headSize,
              slidingWindow: seen.window,
            },
    };
  });
const catalogue = fc
  .array(entry, { minLength: 1, maxLength: 12 })
  .map((list) => list.map((each, index) => ({ ...each, id: `model-${index}` })));

const gib = (max: number) => fc.double({ min: 0, max, noNaN: true });
const computer = fc.record({
  memory: fc.double({ min: 1, max: 160, noNaN: true }),
  used: fc.double({ min: 0, max: 1, noNaN: true }),
  cores: fc.integer({ min: 1, max: 64 }),
  old: fc.boolean(),
  cards: fc.array(fc.record({ memory: fc.double({ min: 1, max: 96, noNaN: true }), screen: fc.boolean() }), {
    maxLength: 2,
  }),
  shared: fc.boolean(),
  disk: gib(400),
});
type Computer = typeof computer extends fc.Arbitrary<infer T> ? T : never;

/** @param more GiB put into the computer; what was in use before stays so */
function factsOf(made: Computer, more = { memory: 0, card: 0 }): MachineFacts {
  const memory = made.memory + more.memory;
  const cards = made.cards.map((each, index) =>
    card('nvidia', 'nvidia', each.memory + more.card, {
      address: `0000:0${index}:00.0`,
      bootScreen: each.screen,
    }),
  );
  const shared = made.shared ? [card('amd', 'amdgpu', 0.5, { address: 'shared', integrated: true })] : [];
  return machine({
    memory,
    available: memory - made.memory * made.used * 0.9,
    cores: made.cores,
    features: made.old ? [] : ['avx2', 'fma', 'f16c'],
    gpus: [...cards, ...shared],
    disk: made.disk,
  });
}

const best = (shelf: Shelf, role: PickRole): number =>
  Math.max(0, ...shelf.offers.map((offer) => scoreFor(role, offer)));

test('more main memory, more on the card, or both: no role ever gets a worse pick', () => {
  const more = fc.constantFrom([1, 0], [0, 1], [1, 1]);
  fc.assert(
    fc.property(computer, catalogue, more, gib(64), (made, entries, [memory, vram], amount) => {
      const before = shelfOf(factsOf(made), entries);
      const after = shelfOf(factsOf(made, { memory: memory! * amount, card: vram! * amount }), entries);
      for (const role of roles) {
        expect(best(after, role)).toBeGreaterThanOrEqual(best(before, role));
        const pick = after.picks.find((each) => each.role === role);
        if (pick === undefined) continue;
        const offer = after.offers.find((each) => each.entry.id === pick.modelId)!;
        expect(scoreFor(role, offer)).toBe(best(after, role));
      }
    }),
    settings,
  );
});

test('nothing recommended exceeds what is free in either memory, its neighbours neither', () => {
  fc.assert(
    fc.property(computer, catalogue, (made, entries) => {
      const facts = factsOf(made);
      const { offers, picks } = shelfOf(facts, entries);
      const places = runPlaces(facts);
      for (const id of picks.flatMap((pick) => [pick.modelId, pick.smaller, pick.larger])) {
        if (id === null) continue;
        const { fit, entry: picked, refused } = offers.find((offer) => offer.entry.id === id)!;
        expect(refused).toBeNull();
        expect(beyondFree(fit)).toBe(0);
        expect(fit.spare).toBeGreaterThanOrEqual(0);
        // What is called free is: of the card and of main memory as they are told.
        const own = facts.gpus.known
          ? facts.gpus.value.find((gpu) => gpu.address === fit.gpuAddress)
          : undefined;
        if (fit.free.gpu !== null) {
          expect(fit.free.gpu + fit.kept.gpu!).toBeLessThanOrEqual(own!.memory.known ? own!.memory.value : 0);
        }
        expect(fit.free.main! + fit.kept.main!).toBeLessThanOrEqual(
          Math.max(facts.memory.known ? facts.memory.value.available : 0, 0) + 1,
        );
        expect(places.some((place) => place.place === fit.place)).toBe(true);
        expect(fit.contextTokens).toBeLessThanOrEqual(picked.contextTrained);
      }
    }),
    settings,
  );
});

test('the parts add up, in each memory and in all; a split has something on either side', () => {
  fc.assert(
    fc.property(computer, entry, (made, model) => {
      const { need, layout, place } = fitOf(model, factsOf(made));
      for (const side of [need, need.main, ...(need.gpu === null ? [] : [need.gpu])]) {
        const { weights, kvCache, compute, overhead, total } = side;
        expect(Math.min(weights, kvCache, compute, overhead)).toBeGreaterThanOrEqual(0);
        expect(weights + kvCache + compute + overhead).toBe(total);
      }
      expect(need.main.total + (need.gpu?.total ?? 0)).toBe(need.total);
      if (place !== 'split') return;
      expect(need.gpu!.weights).toBeGreaterThan(0);
      // Bounds on both sides: together never less than the file.
      expect(need.weights).toBeGreaterThanOrEqual(model.file.size);
      expect(layout.gpuLayers).toBeLessThanOrEqual(layout.layers! + 1);
      expect(layout.expertLayers).toBeLessThanOrEqual(layout.layers!);
    }),
    settings,
  );
});

test('a longer context never fits where a shorter one does not', () => {
  fc.assert(
    fc.property(computer, entry, (made, model) => {
      const fit = fitOf(model, factsOf(made));
      const at = contextChoices(model).map((tokens) =>
        withContext({ entry: model, fit, header: null }, tokens),
      );
      for (const own of at) expect(own.verdict === 'does-not-fit').toBe(beyondFree(own) > 0);
      const fits = at.map((own) => own.verdict !== 'does-not-fit');
      if (fit.verdict === 'fits' || fit.verdict === 'tight')
        expect(fits.lastIndexOf(true)).toBe(
          fits.indexOf(false) < 0 ? fits.length - 1 : fits.indexOf(false) - 1,
        );
    }),
    settings,
  );
});

test('a download that could not run at the least context is refused, and none that could', () => {
  fc.assert(
    fc.property(computer, catalogue, (made, entries) => {
      const facts = factsOf({ ...made, disk: 5000 });
      for (const { entry: model, fit, refused } of shelfOf(facts, entries).offers) {
        const least = steps(model)[0]!;
        const runs = runPlaces(facts).some(
          ({ place, free }) => layoutsWithin(costOf(model, null), place, free, least, 'q8_0').length > 0,
        );
        expect(refused).toBe(runs ? null : 'does-not-fit');
        expect(fit.spare < 0).toBe(!runs);
      }
    }),
    settings,
  );
});

test('nothing under another licence is ever shown, whatever its file claims', () => {
  fc.assert(
    fc.property(computer, catalogue, (made, entries) => {
      const { offers, picks } = shelfOf(factsOf(made), entries);
      const open = entries.filter(({ licence }) => licence.osiApproved && isOsiApproved(licence.spdx));
      expect(offers.map((offer) => offer.entry.id)).toEqual(open.map(({ id }) => id));
      expect(offers.every((offer) => ['Apache-2.0', 'MIT'].includes(offer.entry.licence.spdx))).toBe(true);
      const shown = new Set(offers.map((offer) => offer.entry.id));
      for (const pick of picks) expect(shown.has(pick.modelId)).toBe(true);
    }),
    settings,
  );
});

test('a card whose driver cannot compute changes nothing', () => {
  fc.assert(
    fc.property(computer, entry, (made, model) => {
      const without = fitOf(model, factsOf({ ...made, cards: [] }));
      const facts = factsOf({ ...made, cards: [] });
      const gpus = facts.gpus.known ? facts.gpus.value : [];
      const dead = { ...facts, gpus: known([...gpus, card('nvidia', 'nouveau', 24)], 'test') };
      expect(fitOf(model, dead)).toEqual(without);
      expect(without.free.gpu).toBeNull();
      expect(without.need.main.total).toBeLessThan(1000 * GiB);
    }),
    settings,
  );
});
