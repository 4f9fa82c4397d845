// SPDX-License-Identifier: GPL-3.0-or-later

import * as v from 'valibot';
import { hasCode } from '../core/errors.ts';
import { claimOf, downloadsFolder, matchFiles, placesFor } from '../core/models/elsewhere.ts';
import type { FoundFile, Place } from '../core/models/elsewhere.ts';
import type { CatalogueEntry, OnDisk } from '../core/models/types.ts';
import type { FileStat, Files } from '../core/ports.ts';

/** Names that are looked at in one place, at most: a folder of many thousand files is no place for models. */
const nameCap = 4000;

/** Files that were taken for a model by their size and were not it, with the time at which they were that. */
const refusedSchema = v.array(v.object({ path: v.string(), mtime: v.number() }));
export type Refused = v.InferOutput<typeof refusedSchema>;

export const refusedPath = (models: string): string => `${models}/.partial/not-these.json`;

/** Files of other programs that have the size of a model. Names and sizes only; nothing is opened. */
export async function findElsewhere(
  entries: readonly CatalogueEntry[],
  files: Files,
  home: string,
  models: string,
): Promise<ReadonlyMap<string, OnDisk>> {
  const sizes = new Set(entries.map((entry) => entry.file.size));
  const userDirs = await quietly(files.readText(`${home}/.config/user-dirs.dirs`, 65536), '');
  const refused = await readRefused(files, models);
  const places = placesFor(home, downloadsFolder(userDirs, home));
  const found = await Promise.all(places.map((place) => walk(place, sizes, refused, files)));
  return matchFiles(entries, found.flat());
}

async function walk(
  place: Place,
  sizes: ReadonlySet<number>,
  refused: Refused,
  files: Files,
): Promise<readonly FoundFile[]> {
  const found: FoundFile[] = [];
  let left = nameCap;
  const visit = async (folder: string, depth: number): Promise<void> => {
    for (const name of await quietly<readonly string[]>(files.list(folder), [])) {
      const claim = claimOf(name);
      if ((claim === null && depth === 0) || name.startsWith('.')) continue;
      left -= 1;
      if (left < 0) return;
      const path = `${folder}/${name}`;
      const stat = await quietly<FileStat | null>(files.stat(path), null);
      if (stat?.kind === 'directory' && depth > 0) await visit(path, depth - 1);
      if (stat?.kind !== 'file' || claim === null || !sizes.has(stat.size)) continue;
      if (refused.some((other) => other.path === path && other.mtime === stat.mtime)) continue;
      found.push({ path, size: stat.size, source: place.source });
    }
  };
  await visit(place.folder, place.depth);
  return found;
}

/** Notes that a file is not what its size says, so that it is not taken for it again. */
export async function refuse(files: Files, models: string, path: string, mtime: number): Promise<void> {
  const others = (await readRefused(files, models)).filter((other) => other.path !== path).slice(-99);
  await files.writeAtomic(refusedPath(models), JSON.stringify([...others, { path, mtime }]) + '\n', 0o600);
}

async function readRefused(files: Files, models: string): Promise<Refused> {
  const text = await quietly(files.readText(refusedPath(models), 256 * 1024), '[]');
  try {
    const parsed = v.safeParse(refusedSchema, JSON.parse(text));
    return parsed.success ? parsed.output : [];
  } catch {
    return [];
  }
}

/** What cannot be read in somebody else's folder is not there. */
async function quietly<T>(work: Promise<T>, otherwise: T): Promise<T> {
  try {
    return await work;
  } catch (thrown) {
    if (hasCode(thrown, 'not-found', 'denied', 'io', 'too-large', 'not-text')) return otherwise;
    throw thrown;
  }
}
