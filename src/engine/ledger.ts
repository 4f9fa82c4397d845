// SPDX-License-Identifier: GPL-3.0-or-later

import { HearthError, hasCode } from '../core/errors.ts';
import type { Clock, Files } from '../core/ports.ts';
import { ledgerText, readLedger, type Contact, type LedgerReading } from '../core/setup/ledger.ts';

/** Bytes at which the file becomes the former one; together they hold some ten thousand contacts. */
const fullAt = 1024 * 1024;

/**
 * Whom Hearth contacted, on disk as soon as a contact has ended. Two files at most: when one is full it takes the
 * place of the former.
 */
export class Ledger {
  readonly #path: string;
  readonly #files: Files;
  readonly #clock: Clock;
  readonly #fullAt: number;
  #counter = 0;
  #turn: Promise<void> = Promise.resolve();

  constructor(path: string, files: Files, clock: Clock, limit = fullAt) {
    this.#path = path;
    this.#files = files;
    this.#clock = clock;
    this.#fullAt = limit;
  }

  /** Notes a contact before it begins; `write` with what this gives tells how it ended. */
  async begin(contact: Contact): Promise<string> {
    this.#counter += 1;
    const id = `${Math.floor(this.#clock.now()).toString(36)}-${this.#counter}`;
    await this.write(contact, id);
    return id;
  }

  /** Lines follow one another: two downloads end as they like, and the file changes its name once. */
  write(contact: Contact, id: string | null = null): Promise<void> {
    const result = this.#turn.then(() => this.#write(contact, id));
    this.#turn = result.catch(() => {});
    return result;
  }

  async #write(contact: Contact, id: string | null): Promise<void> {
    if (((await this.#files.stat(this.#path))?.size ?? 0) >= this.#fullAt)
      await this.#files.rename(this.#path, this.#former);
    const line = JSON.stringify({ v: 1, at: this.#clock.now(), ...contact, ...(id === null ? {} : { id }) });
    // A newline first ends a line that a power cut tore.
    await this.#files.append(this.#path, `\n${line}\n`, 0o600);
  }

  /** Both files, oldest line first. */
  async read(): Promise<LedgerReading> {
    return readLedger((await this.#text(this.#former)) + (await this.#text(this.#path)));
  }

  /** Forgets everybody. */
  async clear(): Promise<void> {
    await this.#files.remove(this.#former);
    await this.#files.remove(this.#path);
  }

  /** Writes all of it to a file that a person picked: `.csv` as a table, everything else as JSON Lines. @throws exists */
  async export(path: string, replace: boolean): Promise<void> {
    if (!replace && (await this.#files.stat(path)) !== null) throw new HearthError('exists', { path });
    const { lines } = await this.read();
    const text = ledgerText(lines, path.toLowerCase().endsWith('.csv') ? 'csv' : 'jsonl');
    await this.#files.writeAtomic(path, text, 0o600);
  }

  get #former(): string {
    return `${this.#path}.1`;
  }

  async #text(path: string): Promise<string> {
    try {
      return await this.#files.readText(path, 2 * this.#fullAt + 65536);
    } catch (thrown) {
      if (hasCode(thrown, 'not-found')) return '';
      throw thrown;
    }
  }
}
