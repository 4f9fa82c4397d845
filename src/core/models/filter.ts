// SPDX-License-Identifier: GPL-3.0-or-later

import type { CatalogueEntry, Offer } from './types.ts';

/** What somebody looks for on the shelf; null or empty asks for nothing. */
export interface ShelfFilter {
  readonly text: string;
  readonly licence: string | null;
  readonly trainingData: CatalogueEntry['trainingData']['level'] | null;
  readonly toolCalling: CatalogueEntry['toolCalling']['level'] | null;
  /** A tag, as in the catalogue. Models whose languages are not known do not match. */
  readonly language: string | null;
  /** Bytes of the file, at most. */
  readonly size: number | null;
}

export const noFilter: ShelfFilter = {
  text: '',
  licence: null,
  trainingData: null,
  toolCalling: null,
  language: null,
  size: null,
};

export function isFiltering(filter: ShelfFilter): boolean {
  const { text, ...fields } = filter;
  return text.trim() !== '' || Object.values(fields).some((value) => value !== null);
}

/** The offers that match, in their order. Every word must be found somewhere; case and accents do not matter. */
export function filterOffers(offers: readonly Offer[], filter: ShelfFilter): readonly Offer[] {
  if (!isFiltering(filter)) return offers;
  const words = folded(filter.text).split(/\s+/).filter(Boolean);
  return offers.filter(({ entry }) => matches(entry, filter) && hasWords(entry, words));
}

/** What can be asked for at all: the values that occur, in the order of the alphabet. */
export function filterChoices(offers: readonly Offer[]): {
  readonly licences: readonly string[];
  readonly languages: readonly string[];
} {
  const sorted = (values: readonly string[]): readonly string[] => [...new Set(values)].toSorted();
  return {
    licences: sorted(offers.map(({ entry }) => entry.licence.spdx)),
    languages: sorted(offers.flatMap(({ entry }) => entry.languages?.codes ?? [])),
  };
}

function matches(entry: CatalogueEntry, filter: ShelfFilter): boolean {
  const { licence, trainingData, toolCalling, language, size } = filter;
  return (
    (licence === null || entry.licence.spdx === licence) &&
    (trainingData === null || entry.trainingData.level === trainingData) &&
    (toolCalling === null || entry.toolCalling.level === toolCalling) &&
    (language === null || (entry.languages?.codes ?? []).includes(language)) &&
    (size === null || entry.file.size <= size)
  );
}

function hasWords(entry: CatalogueEntry, words: readonly string[]): boolean {
  if (words.length === 0) return true;
  const text = textOf(entry);
  return words.every((word) => text.includes(word));
}

const texts = new WeakMap<CatalogueEntry, string>();

/** What words are looked for in, folded once: for a thousand entries that takes longer than a frame lasts. */
function textOf(entry: CatalogueEntry): string {
  let text = texts.get(entry);
  if (text === undefined) {
    texts.set(entry, (text = folded(`${entry.name} ${entry.publisher} ${entry.id} ${entry.summary}`)));
  }
  return text;
}

function folded(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}
