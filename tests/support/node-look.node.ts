// SPDX-License-Identifier: GPL-3.0-or-later

import { execFile } from 'node:child_process';
import * as fs from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { HearthError, type ErrorCode } from '../../src/core/errors.ts';
import type { ObserveOptions } from '../../src/core/machine/observe.ts';
import { RecordedLook } from '../../src/core/machine/recorded-look.ts';
import { observeOptions, openRecording } from '../../src/core/machine/recording.ts';
import type { FileStat, Look, Output } from '../../src/core/ports.ts';

/** The recorded machines that are installed with Hearth. */
export const machinesFolder = fileURLToPath(new URL('../../data/machines', import.meta.url));

const codes: Readonly<Record<string, ErrorCode>> = {
  ENOENT: 'not-found',
  ENOTDIR: 'not-found',
  EACCES: 'denied',
  EPERM: 'denied',
};

/** A look at this computer by Node, for unit tests, which have no GIO. */
export class NodeLook implements Look {
  async readText(path: string, maxBytes = 1024 * 1024): Promise<string> {
    const bytes = await this.readBytes(path);
    if (bytes.length > maxBytes) throw new HearthError('too-large', { path, limit: maxBytes });
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch {
      throw new HearthError('not-text', { path });
    }
  }

  async readBytes(path: string, range?: { offset: number; length: number }): Promise<Uint8Array> {
    const bytes = await told(path, fs.readFile(path));
    return range ? bytes.subarray(range.offset, range.offset + range.length) : bytes;
  }

  async list(path: string): Promise<readonly string[]> {
    return (await told(path, fs.readdir(path))).sort();
  }

  async stat(path: string): Promise<FileStat | null> {
    try {
      const stat = await told(path, fs.lstat(path));
      const kind = stat.isSymbolicLink()
        ? 'link'
        : stat.isDirectory()
          ? 'directory'
          : stat.isFile()
            ? 'file'
            : 'other';
      return { kind, size: stat.size, mtime: Math.floor(stat.mtimeMs), mode: stat.mode & 0o7777 };
    } catch (thrown) {
      if (thrown instanceof HearthError && thrown.code === 'not-found') return null;
      throw thrown;
    }
  }

  readLink(path: string): Promise<string> {
    return told(path, fs.readlink(path));
  }

  run(argv: readonly string[], timeout = 10_000): Promise<Output> {
    const [program = '', ...rest] = argv;
    const options = { timeout, env: { ...process.env, LC_ALL: 'C' } };
    return new Promise((resolve, reject) => {
      const child = execFile(program, rest, options, (error, stdout, stderr) => {
        if (error?.code === 'ENOENT') reject(new HearthError('command-missing', { program }));
        else resolve({ stdout, stderr, exit: child.exitCode ?? 137 });
      });
    });
  }
}

async function told<T>(path: string, promise: Promise<T>): Promise<T> {
  try {
    return await promise;
  } catch (thrown) {
    const code = codes[(thrown as NodeJS.ErrnoException).code ?? ''] ?? 'io';
    throw new HearthError(code, { path }, { cause: thrown });
  }
}

/** Opens a recorded machine by the name of its folder in data/machines, or by an absolute path. */
export async function openMachine(name: string): Promise<{ look: Look; options: ObserveOptions }> {
  const disk = new NodeLook();
  const machine = await openRecording(disk, name.startsWith('/') ? name : `${machinesFolder}/${name}`);
  return { look: new RecordedLook(disk, machine), options: observeOptions(machine.about) };
}
