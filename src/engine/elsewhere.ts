// SPDX-License-Identifier: GPL-3.0-or-later

import * as v from 'valibot';
import { hasCode } from '../core/errors.ts';
import { claimOf, downloadsFolder, matchFiles, placesFor } from '../core/models/elsewhere.ts';
import type { FoundFile, Place } from '../core/models/elsewhere.ts';
import { readGguf } from '../core/models/gguf.ts';
import { modelFacts } from '../core/models/header.ts';
import { cleanText, wrongKind } from '../core/models/own.ts';
import type { CatalogueEntry, LooseFile } from '../core/models/types.ts';
import type { FileStat, Files } from '../core/ports.ts';
import type { Elsewhere } from './parts.ts';

/** Names that are looked at in one place, at most: a folder of many thousand files is no place for models. */
const nameCap = 4000;

/** Files that were taken for a model by their size and were not it, with the time at which they were that. */
const refusedSchema = v.array(v.object({ path: v.string(), mtime: v.number() }));
export type Refused = v.InferOutput<typeof refusedSchema>;

export const refusedPath = (models: string): string => `${models}/.partial/not-these.json`;

/** Files that the catalogue does not know are listed up to this number. */
const looseCap = 40;
/** Smaller ones are notes of other programs. */
const looseLeast = 1024 * 1024;
/** Bytes of such a file's start that are read for its name. */
const peekBytes = 256 * 1024;

/** What was read of files before, by path; they change seldom. */
export type Peeks = Map<
  string,
  { readonly size: number; readonly mtime: number; readonly name: string | null }
>;

/**
 * Model files of other programs: those that have the size of a model, by names and sizes only, and those that no
 * catalogue knows, by the start of their header.
 *
 * @param taken paths of files that a person added already
 */
export async function findElsewhere(
  entries: readonly CatalogueEntry[],
  files: Files,
  home: string,
  models: string,
  taken: ReadonlySet<string>,
  peeks: Peeks,
): Promise<Elsewhere> {
  const userDirs = await quietly(files.readText(`${home}/.config/user-dirs.dirs`, 65536), '');
  const refused = await readRefused(files, models);
  const places = placesFor(home, downloadsFolder(userDirs, home));
  const found = (await Promise.all(places.map((place) => walk(place, files)))).flat();
  const candidates = found.filter(
    ({ path, mtime }) => !refused.some((other) => other.path === path && other.mtime === mtime),
  );
  const known = matchFiles(entries, candidates);
  const sizes = new Set(entries.map((entry) => entry.file.size));
  const matched = new Set([...known.values()].map(({ path }) => path));
  const rest = found.filter(
    (file) => file.size >= looseLeast && !matched.has(file.path) && !taken.has(file.path),
  );
  const loose: LooseFile[] = [];
  for (const { path, size, source, mtime } of rest) {
    if (loose.length >= looseCap) break;
    // A second copy of what the catalogue knows.
    if (sizes.has(size) && candidates.some((file) => file.path === path)) continue;
    const name = await peek(path, size, mtime, files, peeks);
    if (name !== null) loose.push({ path, size, source, name });
  }
  return { known, loose };
}

/** The name of a file that looks like a model to talk to, or null. */
async function peek(
  path: string,
  size: number,
  mtime: number,
  files: Files,
  peeks: Peeks,
): Promise<string | null> {
  const before = peeks.get(path);
  if (before !== undefined && before.size === size && before.mtime === mtime) return before.name;
  const none = new Uint8Array();
  const bytes = await quietly<Uint8Array>(files.readBytes(path, { offset: 0, length: peekBytes }), none);
  const result = readGguf(bytes, size);
  const file = path.slice(path.lastIndexOf('/') + 1);
  const usable = result.tag === 'header' && wrongKind(result.header, file) === null;
  const facts = usable ? modelFacts(result.header) : null;
  const stem = claimOf(file)?.sha256 === null ? file.replace(/\.gguf$/i, '') : '';
  const given = [facts?.name ?? '', stem, facts?.architecture ?? ''].map((text) => cleanText(text));
  const name = facts?.architecture == null ? null : (given.find((text) => text !== '') ?? null);
  peeks.set(path, { size, mtime, name });
  return name;
}

interface SeenFile extends FoundFile {
  readonly mtime: number;
}

async function walk(place: Place, files: Files): Promise<readonly SeenFile[]> {
  const found: SeenFile[] = [];
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
      if (stat?.kind !== 'file' || claim === null) continue;
      found.push({ path, size: stat.size, source: place.source, mtime: stat.mtime });
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
