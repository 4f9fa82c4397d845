// SPDX-License-Identifier: GPL-3.0-or-later

import { matching } from '../core/text/match.ts';
import type { Standings, TaskId } from '../core/setup/tasks.ts';
import { taskIds } from '../core/setup/tasks.ts';
import { resultWords, searchedTasks, type ResultWords } from '../words/search.ts';

/** What the provider needs of the world. */
export interface SearchPorts {
  /** Looks quickly where each task stands: nothing is fetched and no model is started. */
  look(): Promise<Standings>;
  /** Resolves after a time in milliseconds. */
  after(milliseconds: number): Promise<void>;
  now(): number;
}

/** Milliseconds for which a look holds: somebody who types searches with every letter. */
const holds = 10_000;
/** Milliseconds that a search waits for a look; after that it answers with what tasks are for. */
const patience = 1000;

/** The answers of a search provider of the desktop, without the bus. */
export class SearchAnswers {
  readonly #ports: SearchPorts;
  #looked: { readonly at: number; readonly standings: Promise<Standings | null> } | null = null;

  constructor(ports: SearchPorts) {
    this.#ports = ports;
  }

  find(terms: readonly string[]): readonly TaskId[] {
    return matching(terms, searchedTasks());
  }

  /** Of what was found for a shorter term. */
  narrow(previous: readonly string[], terms: readonly string[]): readonly TaskId[] {
    return this.find(terms).filter((id) => previous.includes(id));
  }

  async describe(ids: readonly string[]): Promise<readonly (ResultWords & { readonly id: TaskId })[]> {
    const known = taskIds.filter((id) => ids.includes(id));
    if (known.length === 0) return [];
    const standings = await Promise.race([this.#standings(), this.#ports.after(patience).then(() => null)]);
    return known.map((id) => ({ id, ...resultWords(id, standings?.[id] ?? null) }));
  }

  #standings(): Promise<Standings | null> {
    const now = this.#ports.now();
    if (this.#looked === null || now - this.#looked.at > holds) {
      // What cannot be looked at is told as not looked at; the window says why.
      this.#looked = { at: now, standings: this.#ports.look().catch(() => null) };
    }
    return this.#looked.standings;
  }
}
