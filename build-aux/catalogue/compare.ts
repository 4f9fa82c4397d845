// SPDX-License-Identifier: GPL-3.0-or-later

import type { CatalogueEntry } from '../../src/core/models/types.ts';
import { findFile, newest, placeOf } from './publisher.ts';
import type { Publisher } from './publisher.ts';

/** Pins against what the publisher says. */

export interface Difference {
  readonly field: 'size' | 'sha256';
  readonly pinned: string;
  readonly published: string;
}

export interface Finding {
  readonly id: string;
  readonly standing: 'same' | 'changed' | 'gone' | 'cannot tell';
  readonly why: string | null;
  readonly differences: readonly Difference[];
  readonly notes: readonly string[];
}

export async function compareEntry(publisher: Publisher, entry: CatalogueEntry): Promise<Finding> {
  const { id, file } = entry;
  const finding = (standing: Finding['standing'], why: string | null = null): Finding => {
    return { id, standing, why, differences: [], notes: [] };
  };
  const place = placeOf(publisher, file.url);
  if (place === null) return finding('cannot tell', `is not at ${publisher.host}, the only one asked`);
  const found = await findFile(publisher, place);
  if (found.tag !== 'file') return finding(found.tag === 'gone' ? 'gone' : 'cannot tell', found.why);
  const { size, sha256 } = found.file;
  const pairs = [
    ['size', String(file.size), String(size)],
    ['sha256', file.sha256, sha256 ?? file.sha256],
  ] as const;
  const differences = pairs
    .filter(([, pinned, published]) => pinned !== published)
    .map(([name, pinned, published]) => ({ field: name, pinned, published }));
  const { notes } = found;
  if (differences.length > 0) return { ...finding('changed'), differences, notes };
  if (sha256 === null) return { ...finding('cannot tell', 'is listed without a SHA-256'), notes };
  return { ...finding('same'), notes };
}

/** A model of the maintenance file data/catalogue/not-listed.json. */
export interface Unlisted {
  readonly id: string;
  readonly repository: string;
  readonly file: string;
  readonly missing: readonly string[];
}

/** What the publisher knows of a model's missing pieces. */
export interface Suggestion {
  readonly id: string;
  readonly why: string | null;
  readonly pins: Readonly<Partial<Record<'revision' | 'exact size' | 'sha256', string>>>;
  /** As the publisher's page has it: to be read there, never taken over. */
  readonly licence: string | null;
  readonly stillMissing: readonly string[];
}

export async function suggestPins(publisher: Publisher, model: Unlisted): Promise<Suggestion> {
  const nothing = (why: string): Suggestion => {
    return { id: model.id, why, pins: {}, licence: null, stillMissing: model.missing };
  };
  const repository = repositoryOf(publisher, model.repository);
  if (repository === null) return nothing(`is not at ${publisher.host}, the only one asked`);
  const head = await newest(publisher, repository);
  if (head.tag === 'file') return nothing('names no revision');
  if (head.tag !== 'newest') return nothing(head.why);
  const { revision, licence } = head;
  const found = await findFile(publisher, { repository, revision, path: model.file });
  if (found.tag !== 'file') return { ...nothing(found.why), licence };
  const { size, sha256 } = found.file;
  // All three come from one answer: pieces of different revisions do not make a pin.
  const pins = { revision, 'exact size': String(size), ...(sha256 === null ? {} : { sha256 }) };
  return {
    id: model.id,
    why: null,
    pins,
    licence,
    stillMissing: model.missing.filter((piece) => !(piece in pins)),
  };
}

function repositoryOf(publisher: Publisher, address: string): string | null {
  const url = URL.parse(address);
  if (url === null || url.host !== publisher.host) return null;
  return /^\/([^/]+\/[^/]+)\/?$/.exec(url.pathname)?.[1] ?? null;
}
