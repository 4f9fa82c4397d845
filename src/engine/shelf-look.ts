// SPDX-License-Identifier: GPL-3.0-or-later

import { valueOr } from '../core/known.ts';
import type { MachineFacts } from '../core/machine/facts.ts';
import { buildShelf } from '../core/models/shelf.ts';
import type { InstalledModel, PartialDownload, Shelf } from '../core/models/types.ts';
import type { HearthState } from '../core/setup/state.ts';
import { awayProblem } from './away.ts';
import { Headers } from './headers.ts';
import type { Elsewhere, Parts } from './parts.ts';

export interface ShelfSeen {
  readonly shelf: Shelf;
  readonly installed: readonly InstalledModel[];
  readonly partials: readonly PartialDownload[];
}

/** Looks at the catalogue and at the disk, and says what each model would mean on this computer. */
export class ShelfLook {
  readonly #parts: Parts;
  readonly #headers: Headers;
  /** Facts from a moment when no model of ours took memory: what fits is judged by them. */
  #calm: MachineFacts | null = null;
  /** Files of other programs that may be models. */
  #found: Elsewhere = { known: new Map(), loose: [] };

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#headers = new Headers(parts.files, parts.report);
  }

  async findElsewhere(): Promise<void> {
    const { entries } = await this.#parts.catalogue.load();
    this.#found = await this.#parts.models.find(entries);
  }

  /** Null before the machine was looked at. */
  async look({ machine, server, mode, programs, choices }: HearthState): Promise<ShelfSeen | null> {
    const { catalogue, models } = this.#parts;
    if (machine === null) return null;
    const { modelId, contextTokens } = choices;
    if (server.tag === 'off' || this.#calm === null) this.#calm = machine;
    const calm = this.#calm;
    const { entries, problems, managedBy } = await catalogue.load();
    const listed = await models.list(entries);
    const { installed, partials } = listed;
    // Who limits the list limits it to what is on it.
    const own = managedBy === null ? listed.own : [];
    const loose = managedBy === null ? this.#found.loose : [];
    const wrong = [...problems, ...listed.problems, ...(await awayProblem(this.#parts))];
    const features = valueOr(calm.cpu, null)?.features ?? [];
    const shelf = buildShelf({
      ...{ entries, installed, partials, problems: wrong, managedBy, own, loose, machine: calm },
      found: this.#found.known,
      serving: { modelId, contextTokens, engine: programs?.llamaServer?.version ?? null },
      headers: await this.#headers.of([...entries, ...own], installed, features),
      practice: mode.tag === 'practice',
    });
    return { shelf, installed, partials };
  }
}
