// SPDX-License-Identifier: GPL-3.0-or-later

/**
 * SIMULATED: a test oracle of the rules by which Podman AI Lab recognises models on the disk, written from its documented
 * behaviour. It is no part of AI Lab, and what it accepts was not shown to a real one.
 *
 * 1. The folder's name is the id of a model in the catalogue.
 * 2. It is a real folder: a symbolic link to one is passed over.
 * 3. It holds exactly one entry.
 * 4. One whose name ends in `.tmp` is a download under way and is passed over.
 */
export interface SeenFolder {
  readonly name: string;
  readonly kind: 'file' | 'directory' | 'link' | 'other';
  readonly holds: readonly string[];
}

/** Ids of the models that are recognised, each with its file. */
export function recognised(
  catalogueText: string,
  folders: readonly SeenFolder[],
): readonly (readonly [string, string])[] {
  const catalogue = JSON.parse(catalogueText) as {
    readonly version: unknown;
    readonly models: readonly Readonly<Record<string, unknown>>[];
  };
  if (catalogue.version !== '1.0') return [];
  const ids = catalogue.models
    .filter((model) => ['id', 'name', 'description'].every((key) => typeof model[key] === 'string'))
    .map(({ id }) => id);
  return folders.flatMap(({ name, kind, holds }) => {
    const [file] = holds;
    if (!ids.includes(name) || kind !== 'directory' || holds.length !== 1 || file === undefined) return [];
    return file.endsWith('.tmp') ? [] : [[name, file] as const];
  });
}
