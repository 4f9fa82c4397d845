// SPDX-License-Identifier: GPL-3.0-or-later

import { hasCode, toErrorValue } from '../core/errors.ts';
import { emptyCatalogue, maxCatalogueBytes, offeredBy, parseCatalogue } from '../core/models/catalogue.ts';
import type { CatalogueProblem } from '../core/models/catalogue.ts';
import type { Catalogue, CatalogueEntry } from '../core/models/types.ts';
import type { Files } from '../core/ports.ts';
import type { CatalogueSource } from './parts.ts';

export interface CataloguePlaces {
  /** Hearth's own list. */
  readonly own: string;
  /** Folders of further lists, each in the order of names; a later list replaces entries of an earlier one. */
  readonly folders: readonly string[];
  /** Lists that the vendor names by their paths, read last. */
  readonly further?: readonly string[];
}

/**
 * Hearth's list and those that a distributor or an administrator put beside it. A file that cannot be used is named as
 * a problem and costs only itself.
 *
 * @param extra entries that no file has: the practice model
 */
export function catalogueFrom(
  files: Files,
  places: CataloguePlaces,
  extra: readonly CatalogueEntry[] = [],
): CatalogueSource {
  let loaded: ReturnType<CatalogueSource['load']> | null = null;
  const load = async (): ReturnType<CatalogueSource['load']> => {
    const problems: CatalogueProblem[] = [];
    const named = places.further ?? [];
    const paths = [places.own, ...(await listed(files, places.folders, problems)), ...named];
    const catalogues = await Promise.all(paths.map((path) => read(files, path, problems)));
    const { entries, managedBy } = offeredBy(catalogues);
    return { entries: [...entries, ...extra], managedBy, problems };
  };
  // Lists do not change while Hearth runs; they are read once.
  return { load: () => (loaded ??= load()) };
}

async function listed(
  files: Files,
  folders: readonly string[],
  problems: CatalogueProblem[],
): Promise<readonly string[]> {
  const paths: string[] = [];
  for (const folder of folders) {
    try {
      const names = await files.list(folder);
      paths.push(...names.filter((name) => name.endsWith('.json')).map((name) => `${folder}/${name}`));
    } catch (thrown) {
      if (!hasCode(thrown, 'not-found')) problems.push(unreadable(folder, thrown));
    }
  }
  return paths;
}

async function read(files: Files, path: string, problems: CatalogueProblem[]): Promise<Catalogue> {
  try {
    const parsed = parseCatalogue(await files.readText(path, maxCatalogueBytes), path);
    problems.push(...parsed.problems);
    return parsed.catalogue;
  } catch (thrown) {
    problems.push(unreadable(path, thrown));
    return emptyCatalogue;
  }
}

function unreadable(file: string, thrown: unknown): CatalogueProblem {
  const { code, detail } = toErrorValue(thrown);
  return { file, entry: null, field: null, problem: `cannot be read: ${detail ?? code}` };
}
