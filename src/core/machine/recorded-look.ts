// SPDX-License-Identifier: GPL-3.0-or-later

import { HearthError, hasCode } from '../errors.ts';
import type { FileStat, Look, Output } from '../ports.ts';
import { badRecording, folderMark, type RecordedMachine } from './recording.ts';

/** As the kernel: more links on one way are a loop. */
const mostLinks = 40;

/**
 * Answers for a recorded machine. Links are followed here, one part of the path at a time, and an absolute target
 * starts again at the recording's own root: no path and no link leads out of its folder.
 */
export class RecordedLook implements Look {
  readonly #disk: Look;
  readonly #machine: RecordedMachine;
  readonly #commands: ReadonlyMap<string, Output>;

  /** @param disk reads the folder that the recording lies in */
  constructor(disk: Look, machine: RecordedMachine) {
    this.#disk = disk;
    this.#machine = machine;
    this.#commands = new Map(machine.commands.map((one) => [JSON.stringify(one.argv), one]));
  }

  async readText(path: string, maxBytes?: number): Promise<string> {
    return this.#disk.readText(await this.#readable(path), maxBytes);
  }

  async readBytes(
    path: string,
    range?: { readonly offset: number; readonly length: number },
  ): Promise<Uint8Array> {
    return this.#disk.readBytes(await this.#readable(path), range);
  }

  async list(path: string): Promise<readonly string[]> {
    const at = await this.#resolve(path, true);
    this.#throwNoted(at);
    const names = await this.#disk.list(this.#onDisk(at));
    return names.filter((name) => name !== folderMark);
  }

  async stat(path: string): Promise<FileStat | null> {
    let at: string;
    try {
      at = await this.#resolve(path, false);
    } catch (thrown) {
      if (hasCode(thrown, 'not-found')) return null;
      throw thrown;
    }
    const stat = await this.#disk.stat(this.#onDisk(at));
    const size = this.#machine.notes.get(at)?.size;
    return stat === null || size === undefined ? stat : { ...stat, size };
  }

  async readLink(path: string): Promise<string> {
    return this.#disk.readLink(this.#onDisk(await this.#resolve(path, false)));
  }

  run(argv: readonly string[]): Promise<Output> {
    const output = this.#commands.get(JSON.stringify(argv));
    if (output === undefined) {
      return Promise.reject(new HearthError('command-missing', { program: argv[0] ?? '' }));
    }
    return Promise.resolve({ stdout: output.stdout, stderr: output.stderr, exit: output.exit });
  }

  /** Place on disk of a file whose content was kept. */
  async #readable(path: string): Promise<string> {
    const at = await this.#resolve(path, true);
    this.#throwNoted(at);
    // Known by name and size only.
    if (this.#machine.notes.get(at)?.size !== undefined) throw new HearthError('not-found', { path });
    const place = this.#onDisk(at);
    const stat = await this.#disk.stat(place);
    if (stat === null) throw new HearthError('not-found', { path });
    if (stat.kind !== 'file') throw new HearthError('io', { path }, { detail: 'Not a regular file' });
    return place;
  }

  #throwNoted(at: string): void {
    const error = this.#machine.notes.get(at)?.error;
    if (error !== undefined) throw new HearthError(error, { path: at });
  }

  #onDisk(at: string): string {
    return `${this.#machine.folder}/root${at === '/' ? '' : at}`;
  }

  /** The path without links, as seen from the recording's root. The last part may be missing; others may not. */
  async #resolve(path: string, followLast: boolean): Promise<string> {
    const todo = path
      .split('/')
      .filter((part) => part !== '' && part !== '.')
      .reverse();
    let at: string[] = [];
    let links = 0;
    for (let part = todo.pop(); part !== undefined; part = todo.pop()) {
      if (part === '..') {
        if (at.length === 0) throw badRecording(this.#machine.folder, `${path} leads out of the recording`);
        at.pop();
        continue;
      }
      at.push(part);
      const here = '/' + at.join('/');
      const stat = await this.#disk.stat(this.#onDisk(here));
      if (stat === null && todo.length > 0) throw new HearthError('not-found', { path });
      if (stat?.kind !== 'link' || (todo.length === 0 && !followLast)) continue;
      links += 1;
      if (links > mostLinks) throw badRecording(this.#machine.folder, `${path} goes round in circles`);
      const target = await this.#disk.readLink(this.#onDisk(here));
      at = target.startsWith('/') ? [] : at.slice(0, -1);
      todo.push(
        ...target
          .split('/')
          .filter((name) => name !== '' && name !== '.')
          .reverse(),
      );
    }
    return '/' + at.join('/');
  }
}
