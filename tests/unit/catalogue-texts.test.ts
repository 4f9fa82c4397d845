// SPDX-License-Identifier: GPL-3.0-or-later

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { catalogueTexts } from '../../src/words/catalogue-texts.ts';
import { dataText } from '../../src/words/data-texts.ts';
import { practiceEntry } from '../../src/core/models/practice.ts';

interface Sourced {
  readonly source: string;
}
interface Entry {
  readonly summary: string;
  readonly licence: { readonly note: string | null };
  readonly trainingData: Sourced;
  readonly consent: Sourced;
  readonly toolCalling: Sourced;
  readonly languages?: Sourced | null;
}

const textsOf = (entry: Entry): readonly string[] =>
  [
    entry.summary,
    entry.licence.note,
    entry.trainingData.source,
    entry.consent.source,
    entry.toolCalling.source,
    entry.languages?.source,
  ].filter((text) => typeof text === 'string');

test('every text of the catalogue can be translated, and no other is kept; build-aux/catalogue-texts writes them', () => {
  const file = new URL('../../data/catalogue/hearth.json', import.meta.url);
  const { entries } = JSON.parse(readFileSync(file, 'utf8')) as { entries: readonly Entry[] };
  expect(Object.keys(catalogueTexts()).toSorted()).toEqual([...new Set(entries.flatMap(textsOf))].toSorted());
});

test('so can those of the practice model; what nobody knows stays as it is', () => {
  const source = readFileSync(new URL('../../src/words/data-texts.ts', import.meta.url), 'utf8');
  const entry = practiceEntry({ url: '', name: '', size: 1, sha256: '', revision: '' });
  for (const text of textsOf(entry)) expect(source).toContain(`'${text}': _(`);
  expect(dataText('A model of somebody else')).toBe('A model of somebody else');
});
