// SPDX-License-Identifier: GPL-3.0-or-later

import { HearthError } from '../core/errors.ts';
import { modelShape } from '../core/models/estimate/shape.ts';
import type { CatalogueEntry, InstalledModel, ModelHeader } from '../core/models/types.ts';
import type { Files, Report } from '../core/ports.ts';
import { readHeader } from './gguf-file.ts';

/**
 * Headers of the models that are here: what such a file takes is worked out from it, no longer from the catalogue. Each
 * is read once as long as its stamp stays the same; where it cannot be used the catalogue's facts go on to hold.
 */
export class Headers {
  readonly #files: Pick<Files, 'readBytes' | 'stat'>;
  readonly #report: Report;
  readonly #kept = new Map<string, ModelHeader | null>();

  constructor(files: Pick<Files, 'readBytes' | 'stat'>, report: Report) {
    this.#files = files;
    this.#report = report;
  }

  /** @param features instruction sets of the processor */
  async of(
    entries: readonly CatalogueEntry[],
    installed: readonly InstalledModel[],
    features: readonly string[],
  ): Promise<ReadonlyMap<string, ModelHeader>> {
    const found = new Map<string, ModelHeader>();
    for (const model of installed) {
      const entry = entries.find(({ id }) => id === model.modelId);
      // The practice model's few megabytes would vanish beside what a server takes for a real one.
      if (entry === undefined || entry.practice || !model.verified) continue;
      const key = `${model.path} ${model.size} ${model.verifiedAt} ${features.join(',')}`;
      let header = this.#kept.get(key);
      if (header === undefined) this.#kept.set(key, (header = await this.#read(model.path, features)));
      if (header !== null) found.set(model.modelId, header);
    }
    return found;
  }

  async #read(path: string, features: readonly string[]): Promise<ModelHeader | null> {
    try {
      const header = await readHeader(this.#files, path);
      const result = header.tensors?.bytes === null ? null : modelShape(header);
      return result?.tag === 'shape' ? { shape: result.shape, features } : null;
    } catch (thrown) {
      if (!(thrown instanceof HearthError)) this.#report(thrown, 'reading the header of a model');
      return null;
    }
  }
}
