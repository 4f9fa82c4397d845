// SPDX-License-Identifier: GPL-3.0-or-later

import { HearthError } from '../../src/core/errors.ts';
import type { FileStat, Look, Output } from '../../src/core/ports.ts';

/** A file's text or bytes, a link, or the error that reading it gives. */
export type MemoryFile =
  | string
  | Uint8Array
  | { readonly link: string }
  | { readonly size: number }
  | { readonly error: 'denied' | 'io' | 'not-text' };

/** A machine made of a table of files and a table of commands. Links are told, not followed. */
export class MemoryLook implements Look {
  readonly files: Readonly<Record<string, MemoryFile>>;
  readonly commands: Readonly<Record<string, Partial<Output>>>;
  /** Commands that were run, in order. */
  readonly ran: string[] = [];

  constructor(
    files: Readonly<Record<string, MemoryFile>>,
    commands: Readonly<Record<string, Partial<Output>>> = {},
  ) {
    this.files = files;
    this.commands = commands;
  }

  async readText(path: string, maxBytes = Infinity): Promise<string> {
    const bytes = await this.readBytes(path);
    if (bytes.length > maxBytes) throw new HearthError('too-large', { path });
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch {
      throw new HearthError('not-text', { path });
    }
  }

  readBytes(path: string, range?: { offset: number; length: number }): Promise<Uint8Array> {
    const file = this.files[path];
    if (file === undefined) return Promise.reject(new HearthError('not-found', { path }));
    if (typeof file === 'object' && 'error' in file)
      return Promise.reject(new HearthError(file.error, { path }));
    if (typeof file === 'object' && ('link' in file || 'size' in file)) {
      return Promise.reject(new HearthError('io', { path }));
    }
    const bytes = typeof file === 'string' ? new TextEncoder().encode(file) : file;
    return Promise.resolve(range ? bytes.subarray(range.offset, range.offset + range.length) : bytes);
  }

  list(path: string): Promise<readonly string[]> {
    const start = path === '/' ? '/' : `${path}/`;
    const below = Object.keys(this.files).filter((name) => name.startsWith(start));
    if (below.length === 0) return Promise.reject(new HearthError('not-found', { path }));
    const names = below.map((name) => name.slice(start.length).split('/', 1)[0] ?? '').filter(Boolean);
    return Promise.resolve([...new Set(names)].sort());
  }

  stat(path: string): Promise<FileStat | null> {
    const file = this.files[path];
    const rest = { mtime: 0, mode: 0o644 };
    if (file === undefined) {
      const folder = Object.keys(this.files).some((name) => name.startsWith(`${path}/`));
      return Promise.resolve(folder ? { kind: 'directory', size: 0, ...rest } : null);
    }
    if (typeof file === 'object' && 'link' in file)
      return Promise.resolve({ kind: 'link', size: 0, ...rest });
    if (typeof file === 'object' && 'error' in file)
      return Promise.resolve({ kind: 'file', size: 0, ...rest });
    const size = typeof file === 'object' && 'size' in file ? file.size : file.length;
    return Promise.resolve({ kind: 'file', size, ...rest });
  }

  readLink(path: string): Promise<string> {
    const file = this.files[path];
    if (typeof file === 'object' && 'link' in file) return Promise.resolve(file.link);
    return Promise.reject(new HearthError(file === undefined ? 'not-found' : 'io', { path }));
  }

  run(argv: readonly string[]): Promise<Output> {
    const command = argv.join(' ');
    this.ran.push(command);
    const output = this.commands[command];
    if (output === undefined)
      return Promise.reject(new HearthError('command-missing', { program: argv[0] ?? '' }));
    return Promise.resolve({ stdout: '', stderr: '', exit: 0, ...output });
  }
}
