// SPDX-License-Identifier: GPL-3.0-or-later

import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { observeMachine } from '../../src/core/machine/observe.ts';
import { parseCatalogue } from '../../src/core/models/catalogue.ts';
import { scoreFor, strength } from '../../src/core/models/choose.ts';
import { buildShelf } from '../../src/core/models/shelf.ts';
import type { Shelf } from '../../src/core/models/types.ts';
import { beyondFree, card, machine } from '../support/model-machines.ts';
import { machinesFolder, openMachine } from '../support/node-look.node.ts';

const { entries } = parseCatalogue(readFileSync('data/catalogue/hearth.json', 'utf8'), 'x').catalogue;
const shelfFor = (facts: Parameters<typeof buildShelf>[0]['machine']): Shelf =>
  buildShelf({ entries, machine: facts, installed: [], partials: [], problems: [], practice: false });

/** `smaller < pick < larger` */
function line(shelf: Shelf, role: string): string | null {
  const pick = shelf.picks.find((each) => each.role === role);
  return pick === undefined ? null : `${pick.smaller ?? '-'} < ${pick.modelId} < ${pick.larger ?? '-'}`;
}

/** What must hold for every neighbour, whatever the computer. */
function holds(shelf: Shelf): void {
  const offer = (id: string) => shelf.offers.find(({ entry }) => entry.id === id)!;
  for (const pick of shelf.picks) {
    const at = offer(pick.modelId);
    for (const id of [pick.smaller, pick.larger]) {
      if (id === null) continue;
      const next = offer(id);
      expect(next.refused).toBeNull();
      expect(beyondFree(next.fit)).toBe(0);
      expect(scoreFor(pick.role, next)).toBeGreaterThan(0);
      const larger = id === pick.larger;
      expect(next.entry.file.size > at.entry.file.size).toBe(larger);
      expect(next.fit.generation!.low < at.fit.generation!.low).toBe(larger);
      if (larger) expect(strength(next.entry)).toBeGreaterThan(strength(at.entry));
    }
  }
}

/** `smaller < pick < larger` on each recorded machine: balanced, agent. */
const expected: Readonly<Record<string, readonly [string | null, string | null]>> = {
  'desktop-debian-dkms': [
    'gpt-oss-20b < gemma-4-26b-a4b < qwen3.6-27b',
    'gemma-4-e4b < gpt-oss-20b < gemma-4-26b-a4b',
  ],
  'desktop-kernel-update': [
    'gpt-oss-20b < gemma-4-26b-a4b < qwen3.6-27b',
    'gemma-4-e4b < gpt-oss-20b < gemma-4-26b-a4b',
  ],
  'desktop-mixed-nvidia': [
    'gemma-4-e2b < gemma-4-26b-a4b < qwen3.6-27b',
    'granite-4.0-h-tiny < qwen3.6-35b-a3b < -',
  ],
  'laptop-rtx4060-key': [
    'gemma-4-e2b < gemma-4-26b-a4b < qwen3.6-27b',
    'granite-4.0-h-tiny < qwen3.6-35b-a3b < -',
  ],
  'laptop-silverblue-nvidia': [
    'gemma-4-e2b < gemma-4-26b-a4b < qwen3.6-27b',
    'granite-4.0-h-tiny < qwen3.6-35b-a3b < -',
  ],
  'container-debian': [
    'gemma-4-e2b < gemma-4-26b-a4b < qwen3.6-27b',
    'granite-4.0-h-tiny < gemma-4-26b-a4b < qwen3.6-27b',
  ],
  'desktop-arc-b580': ['gpt-oss-20b < gemma-4-26b-a4b < qwen3.6-27b', 'qwen3.5-9b < qwen3.6-35b-a3b < -'],
  'desktop-bazzite': ['qwen3.5-9b < gemma-4-26b-a4b < qwen3.6-27b', 'qwen3.5-9b < qwen3.6-35b-a3b < -'],
  'desktop-gtx1080': [
    '- < granite-4.0-h-tiny < gemma-4-e4b',
    'granite-4.0-h-tiny < gemma-4-e4b < ministral-3-8b',
  ],
  'desktop-old-bios': ['- < gemma-4-e2b < gemma-4-e4b', '- < granite-4.0-h-tiny < gemma-4-e4b'],
  'desktop-rtx5090': ['qwen3-coder-30b-a3b < qwen3.8-27b < -', 'qwen3-coder-30b-a3b < qwen3.8-27b < -'],
  'desktop-rx7900xtx': ['qwen3-coder-30b-a3b < qwen3.8-27b < -', 'qwen3-coder-30b-a3b < qwen3.8-27b < -'],
  'desktop-two-nvidia': ['gpt-oss-20b < gemma-4-26b-a4b < qwen3.6-27b', 'qwen3.5-9b < qwen3.6-35b-a3b < -'],
  'desktop-ubuntu': ['qwen3.5-9b < gemma-4-26b-a4b < qwen3.6-27b', 'qwen3.5-9b < qwen3.6-35b-a3b < -'],
  'laptop-8gb': ['- < gemma-4-e2b < -', 'ministral-3-3b < qwen3.5-4b < -'],
  'laptop-asahi': ['qwen3.5-2b < granite-4.0-micro < gemma-4-e2b', 'ministral-3-3b < qwen3.5-4b < -'],
  'laptop-rtx4060': [
    'gemma-4-e2b < gemma-4-26b-a4b < qwen3.6-27b',
    'granite-4.0-h-tiny < qwen3.6-35b-a3b < -',
  ],
  'laptop-rtx4060-driver': [
    'gpt-oss-20b < gemma-4-26b-a4b < qwen3.6-27b',
    'granite-4.1-8b < qwen3.6-35b-a3b < -',
  ],
  'laptop-silverblue': ['- < gemma-4-e2b < gemma-4-e4b', 'gemma-4-e4b < ministral-3-8b < -'],
  'mini-debian': [
    '- < granite-4.0-h-tiny < gemma-4-e4b',
    'granite-4.0-h-tiny < gemma-4-e4b < ministral-3-8b',
  ],
  'vm-virtio': [null, null],
};

const machines = readdirSync(machinesFolder, { withFileTypes: true }).filter((each) => each.isDirectory());

describe.each(machines.map(({ name }) => name))('%s', (name) => {
  test('the neighbours', async () => {
    const { look, options } = await openMachine(name);
    const shelf = shelfFor(await observeMachine(look, options));
    expect([line(shelf, 'balanced'), line(shelf, 'agent')]).toEqual(expected[name]);
    holds(shelf);
  });
});

test('every recorded machine is in the table', () => {
  expect(Object.keys(expected).sort()).toEqual(machines.map(({ name }) => name).sort());
});

test('whatever the computer: neighbours run there, serve the same purpose, and are what they are called', () => {
  const gib = fc.double({ min: 0, max: 100, noNaN: true });
  const computer = fc.record({
    memory: gib,
    cores: fc.integer({ min: 1, max: 64 }),
    card: fc.option(fc.double({ min: 1, max: 48, noNaN: true })),
    disk: gib,
  });
  fc.assert(
    fc.property(computer, (c) => {
      const gpus = c.card === null ? [] : [card('nvidia', 'nvidia', c.card)];
      holds(shelfFor(machine({ memory: c.memory, cores: c.cores, disk: c.disk, gpus })));
    }),
    { numRuns: 300 },
  );
});

test('where memory is not told there is nothing to compare', () => {
  const { picks } = shelfFor(machine({ memory: null }));
  expect(picks).toMatchObject([{ smaller: null, larger: null }]);
});
