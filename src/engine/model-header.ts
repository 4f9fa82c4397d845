// SPDX-License-Identifier: GPL-3.0-or-later

import { readGguf } from '../core/models/gguf.ts';
import { mismatch, modelFacts } from '../core/models/header.ts';
import type { CatalogueEntry } from '../core/models/types.ts';
import type { Files } from '../core/ports.ts';

/** Bytes of a file's start that are read for its header, at most. */
const headerCaps = [256 * 1024, 8 * 1024 * 1024] as const;

/** Why a file cannot be the entry's model, in technical words, or null when its header agrees with the catalogue. */
export async function headerProblem(
  files: Files,
  path: string,
  entry: CatalogueEntry,
): Promise<string | null> {
  for (const length of headerCaps) {
    const bytes = await files.readBytes(path, { offset: 0, length });
    const result = readGguf(bytes, entry.file.size);
    if (result.tag === 'malformed') return result.problem;
    const facts = modelFacts(result.header);
    // The keys of the architecture come first; what follows is long and says nothing new here.
    const enough = result.header.needBytes === null || facts.layers !== null;
    if (enough || length === headerCaps.at(-1)) return mismatch(facts, entry);
  }
  return null;
}
