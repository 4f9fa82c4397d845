// SPDX-License-Identifier: GPL-3.0-or-later

import { hasCode } from '../core/errors.ts';
import type { Clock, Files } from '../core/ports.ts';
import type { Action } from '../core/setup/plan.ts';
import type { JournalLine, LoggedAction } from '../core/setup/journal.ts';
import { readJournal, type JournalReading } from '../core/setup/journal-read.ts';

type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
type Entry = Without<JournalLine, 'v' | 'at'>;

/** What Hearth did, on disk before and after each step. Appended and flushed, never rewritten. */
export class Journal {
  readonly #path: string;
  readonly #files: Files;
  readonly #clock: Clock;

  constructor(path: string, files: Files, clock: Clock) {
    this.#path = path;
    this.#files = files;
    this.#clock = clock;
  }

  async write(entry: Entry): Promise<void> {
    const line = JSON.stringify({ v: 1, at: this.#clock.now(), ...entry });
    // A newline first ends a line that a power cut tore; readers pass over empty lines.
    await this.#files.append(this.#path, `\n${line}\n`, 0o600);
  }

  async read(running: ReadonlySet<string> = new Set()): Promise<JournalReading> {
    try {
      return readJournal(await this.#files.readText(this.#path, 64 * 1024 * 1024), running);
    } catch (thrown) {
      if (hasCode(thrown, 'not-found')) return { entries: [], skipped: [] };
      throw thrown;
    }
  }
}

/** The action without the content of files, which may hold what is a person's own. */
export function logged(action: Action): LoggedAction {
  if (action.do !== 'write-file') return action;
  const { content, ...rest } = action;
  return { ...rest, bytes: new TextEncoder().encode(content).length };
}
