// SPDX-License-Identifier: GPL-3.0-or-later

import { never } from '../core/cancel.ts';
import type { Files, Processes } from '../core/ports.ts';
import type { Program, ProgramFacts } from '../core/server/types.ts';

/** Milliseconds that a program may take to say its version. */
const patience = 5000;

export interface ProgramPlaces {
  /** Where Goose may be besides PATH, in order; an override first. */
  readonly goose: readonly string[];
  /** `$XDG_RUNTIME_DIR` of the session; the user manager's own socket is in there. */
  readonly runtimeFolder: string;
}

/** The programs that do the work, on the computer that does it. */
export class Programs {
  readonly #processes: Processes;
  readonly #files: Files;
  readonly #places: ProgramPlaces;
  readonly #versions = new Map<string, Promise<string | null>>();

  constructor(processes: Processes, files: Files, places: ProgramPlaces) {
    this.#processes = processes;
    this.#files = files;
    this.#places = places;
  }

  /** @param versions also ask each what version it is, which starts it: about 0.2 seconds the first time */
  async observe(versions: boolean): Promise<ProgramFacts> {
    const { runtimeFolder, goose } = this.#places;
    const proxy = ['/usr/lib/systemd/systemd-socket-proxyd', '/lib/systemd/systemd-socket-proxyd'];
    const [llamaServer, bwrap, socketActivate, socketProxy, curl, gooseProgram, manager] = await Promise.all([
      this.#program('llama-server', versions),
      this.#program('bwrap', versions),
      this.#program('systemd-socket-activate', false),
      this.#program('systemd-socket-proxyd', false, proxy),
      this.#program('curl', false),
      this.#program('goose', versions, [], goose),
      this.#files.stat(`${runtimeFolder}/systemd/private`),
    ]);
    const userManager = manager !== null;
    return { llamaServer, bwrap, socketActivate, socketProxy, userManager, curl, goose: gooseProgram };
  }

  async #program(
    name: string,
    versions: boolean,
    after: readonly string[] = [],
    before: readonly string[] = [],
  ): Promise<Program | null> {
    const path =
      (await this.#first(before)) ?? (await this.#processes.find(name)) ?? (await this.#first(after));
    if (path === null) return null;
    return { path, version: versions ? await this.#version(path) : null };
  }

  async #first(paths: readonly string[]): Promise<string | null> {
    for (const path of paths) {
      const stat = await this.#files.stat(path).catch(() => null);
      if (stat !== null && stat.kind !== 'directory') return path;
    }
    return null;
  }

  #version(path: string): Promise<string | null> {
    const asked = this.#versions.get(path) ?? this.#ask(path);
    this.#versions.set(path, asked);
    return asked;
  }

  async #ask(path: string): Promise<string | null> {
    try {
      const { stdout, stderr } = await this.#processes.run([path, '--version'], { timeout: patience }, never);
      // Some print it on standard error, some after their name.
      return /\d+(?:\.\d+)+[\w.+-]*/.exec(`${stdout}\n${stderr}`)?.[0] ?? null;
    } catch {
      return null;
    }
  }
}
