// SPDX-License-Identifier: GPL-3.0-or-later

import type { Cancel } from '../core/cancel.ts';
import { HearthError } from '../core/errors.ts';
import { downloadsFolder, placesFor } from '../core/models/elsewhere.ts';
import { findOffer } from '../core/models/shelf.ts';
import type { CatalogueEntry, Offer, OnDisk, OnDiskSource } from '../core/models/types.ts';
import type { Action } from '../core/setup/plan.ts';
import type { HearthState } from '../core/setup/state.ts';
import { folderActions } from './away.ts';
import type { Parts } from './parts.ts';

/**
 * What adding a file means: one that is a model of the catalogue, by size and hash, is taken for that; any other one is
 * a person's own. All of it is read only where its size is that of something known.
 */
export async function importActions(
  path: string,
  state: HearthState,
  parts: Parts,
  onPart: (part: number) => void,
  cancel: Cancel,
): Promise<readonly Action[]> {
  const { files, models, processes, paths, settings } = parts;
  const { stdout } = await processes.run(['realpath', '--', path], {}, cancel);
  const real = stdout.replace(/\n$/, '');
  const stat = real === '' ? null : await files.stat(real);
  if (stat === null) throw new HearthError('not-found', { path });
  if (stat.kind !== 'file') throw new HearthError('bad-gguf', { path, problem: 'it is not a file' });
  const { entries, managedBy } = await parts.catalogue.load();
  const folder = await folderActions(parts);
  const source = sourceOf(real, paths.home);
  const found: OnDisk = { path: real, source };
  const own = state.shelf?.own ?? [];
  const listed = entries.filter((entry) => findOffer(state.shelf, entry.id) !== null);
  const sizes = new Set([...listed, ...own.map((offer) => offer.entry)].map((entry) => entry.file.size));
  const known = sizes.has(stat.size) ? whichIs(await models.hash(real, onPart, cancel), listed, own) : null;
  if (known !== null) {
    const there = findOffer(state.shelf, known.id)?.installed;
    if (there?.verified === true) throw new HearthError('exists', { path: there.path });
    const taken = await models.planImport(known, found);
    if (taken === null || known.own !== undefined) throw new HearthError('exists', { path: real });
    const before = { modelId: settings.read().modelId };
    return [...folder, taken, { do: 'choose', change: { modelId: known.id }, before }];
  }
  cancel.throwIfCancelled();
  if (managedBy !== null) throw new HearthError('managed', { path });
  const name = path.slice(path.lastIndexOf('/') + 1);
  return [...folder, await models.planOwn(found, entries, name)];
}

function whichIs(
  sha256: string,
  entries: readonly CatalogueEntry[],
  own: readonly Offer[],
): CatalogueEntry | null {
  const all = [...entries, ...own.map((offer) => offer.entry)];
  return all.find((entry) => entry.file.sha256 === sha256) ?? null;
}

/** Whose file it is, by where it lies. */
function sourceOf(path: string, home: string): OnDiskSource {
  const places = placesFor(home, downloadsFolder('', home));
  return places.find((place) => path.startsWith(`${place.folder}/`))?.source ?? 'file';
}
