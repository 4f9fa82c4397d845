// SPDX-License-Identifier: GPL-3.0-or-later

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { machine } from '../../tests/support/model-machines.ts';
import { parseCatalogue } from '../core/models/catalogue.ts';
import { buildShelf } from '../core/models/shelf.ts';
import type { Shelf } from '../core/models/types.ts';
import type { HearthState } from '../core/setup/state.ts';
import { offerLines, shelfLines } from './machine-views.ts';

const { entries } = parseCatalogue(readFileSync('data/catalogue/hearth.json', 'utf8'), 'x').catalogue;
const shelf = (managedBy: string | null): Shelf =>
  buildShelf({
    entries,
    machine: machine({ memory: 31, available: 27, cores: 8 }),
    installed: [],
    partials: [],
    problems: [],
    managedBy,
    practice: false,
  });

/** Of a state only what the list looks at. */
function said(from: Shelf): string {
  const state = { shelf: from, downloads: [] as const, choices: { modelId: null } } as unknown as HearthState;
  return shelfLines(state, from, false, 80).join('\n').replace(/\s+/g, ' ');
}

test('each pick is listed with its neighbours', () => {
  const made = shelf(null);
  const text = said(made);
  for (const { smaller, larger } of made.picks) {
    for (const [label, id] of [
      ['Smaller and faster', smaller],
      ['Larger and slower', larger],
    ]) {
      const name = entries.find((entry) => entry.id === id)?.name;
      if (name !== undefined) expect(text).toContain(`${label}: ${name} (`);
    }
  }
  expect(text).toMatch(/Smaller and faster: /);
});

test('who limits the list is said first, and nothing where nobody does', () => {
  expect(said(shelf('Example University'))).toMatch(/^Chosen by Example University: only these/);
  expect(said(shelf(''))).toMatch(/^Chosen by your organisation: only these/);
  expect(said(shelf(null))).not.toContain('Chosen by');
});

test('the languages of a model are among its facts', () => {
  const offer = shelf(null).offers.find(({ entry }) => entry.id === 'smollm3-3b');
  expect(offerLines(offer!, 80).join('\n')).toMatch(/Languages\s+English, French/);
});
