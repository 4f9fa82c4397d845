// SPDX-License-Identifier: GPL-3.0-or-later

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fixtureState } from '../../tests/support/fixture-states.ts';
import { known } from '../core/known.ts';
import { fallbackOf } from '../core/server/fallback.ts';
import type { NoCardReason, ServedBy } from '../core/server/load-log.ts';
import type { HearthState } from '../core/setup/state.ts';
import { addressWords } from './app.ts';
import { productName } from './gpu.ts';
import { fallbackWords, servedByPhrase } from './served-by.ts';
import { tryEvidence } from './try-page.ts';

const catalogue = readFileSync(new URL('../../data/catalogue/hearth.json', import.meta.url), 'utf8');
const served: ServedBy = {
  kind: 'gpu',
  cards: ['Radeon RX 7600'],
  processor: 'Ryzen 7',
  gpuLayers: 33,
  layers: 33,
  gpuBytes: 1,
  memoryBytes: 1,
  noCard: null,
};
const cpu: ServedBy = { ...served, kind: 'cpu', cards: [], gpuLayers: 0, noCard: 'no-backend' };

function running(servedBy: ServedBy | null): HearthState {
  const state = fixtureState('all-done', catalogue);
  if (state.server.tag !== 'ready') throw new Error('not ready');
  const endpoint = { ...state.server.endpoint, servedBy };
  const { shelf } = state;
  if (shelf === null) throw new Error('no shelf');
  // As where the built-in graphics are promised.
  const offers = shelf.offers.map((offer) => ({
    ...offer,
    fit: { ...offer.fit, place: 'shared' as const, gpuAddress: '0000:65:00.0' },
  }));
  return { ...state, shelf: { ...shelf, offers }, server: { tag: 'ready', endpoint } };
}

describe('who does the work', () => {
  it('is said in words', () => {
    expect(servedByPhrase(served)).toBe('Runs on the graphics card (Radeon RX 7600)');
    expect(servedByPhrase(cpu)).toBe('Runs on the processor (Ryzen 7)');
    expect(servedByPhrase({ ...served, kind: 'both', gpuLayers: 20 })).toBe(
      'Runs part on each: 20 of 33 layers on the graphics card (Radeon RX 7600)',
    );
    expect(tryEvidence(running(served))).toContain('Runs on the graphics card (Radeon RX 7600)');
    expect(addressWords(running(cpu))?.subtitle).toContain('Runs on the processor (Ryzen 7)');
    expect(tryEvidence(running(null))).not.toContain('Runs');
  });

  it('a fall-back to the processor is told with its reason and a way on', () => {
    expect(fallbackOf(running(served))).toBeNull();
    expect(fallbackOf(running(null))).toBeNull();
    const reasons: readonly NoCardReason[] = ['no-backend', 'no-node', 'no-device', 'no-memory', 'not-used'];
    const sentences = reasons.map((noCard) => {
      const fallback = fallbackOf(running({ ...cpu, noCard }));
      if (fallback === null) throw new Error(noCard);
      expect(fallback.reason).toBe(noCard);
      const { sentence, next } = fallbackWords(fallback);
      expect(sentence).toContain('runs on the processor');
      expect(sentence).toContain(productName(fallback.card));
      expect(next).toMatch(/\.$/);
      return sentence;
    });
    expect(new Set(sentences).size).toBe(reasons.length);
  });

  it('without the driver, that is the reason; where none was promised, there is no fall-back', () => {
    const state = running(cpu);
    const { machine } = state;
    if (machine === null || !machine.gpus.known) throw new Error('no cards');
    const bare = machine.gpus.value.map((gpu) => ({ ...gpu, driver: known(null, 'fixture') }));
    const without = { ...machine, gpus: known(bare, 'fixture') };
    expect(fallbackOf({ ...state, machine: without })?.reason).toBe('no-driver');
    const practice = { tag: 'practice', machine: 'x', folder: '/tmp/x' } as const;
    expect(fallbackOf({ ...state, mode: practice })).toBeNull();
    const offers = state.shelf?.offers.map((offer) => ({
      ...offer,
      fit: { ...offer.fit, place: 'memory' as const },
    }));
    const shelf = state.shelf === null ? null : { ...state.shelf, offers: offers ?? [] };
    expect(fallbackOf({ ...state, shelf })).toBeNull();
  });
});
