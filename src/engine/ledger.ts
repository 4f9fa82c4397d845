// SPDX-License-Identifier: GPL-3.0-or-later

import { hasCode } from '../core/errors.ts';
import type { Clock, Files } from '../core/ports.ts';
import { readLedger, type Contact, type LedgerReading } from '../core/setup/ledger.ts';

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

  constructor(path: string, files: Files, clock: Clock, limit = fullAt) {
    this.#path = path;
    this.#files = files;
    this.#clock = clock;
    this.#fullAt = limit;
  }

  async write(contact: Contact): Promise<void> {
    if (((await this.#files.stat(this.#path))?.size ?? 0) >= this.#fullAt)
      await this.#files.rename(this.#path, this.#former);
    const line = JSON.stringify({ v: 1, at: this.#clock.now(), ...contact });
    // A newline first ends a line that a power cut tore.
    await this.#files.append(this.#path, `\n${line}\n`, 0o600);
  }

  /** Both files, oldest line first. */
  async read(): Promise<LedgerReading> {
    return readLedger((await this.#text(this.#former)) + (await this.#text(this.#path)));
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
