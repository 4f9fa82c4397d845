// SPDX-License-Identifier: GPL-3.0-or-later

import { HearthError } from '../../src/core/errors.ts';
import type { FileStat, Files } from '../../src/core/ports.ts';

/** Files in memory, for unit tests. */
export function memoryFiles(
  kept = new Map<string, string>(),
): Files & { readonly kept: Map<string, string> } {
  const gone = (path: string): never => {
    throw new HearthError('not-found', { path });
  };
  const stat = (path: string): FileStat | null => {
    const text = kept.get(path);
    return text === undefined ? null : { kind: 'file', size: text.length, mtime: 1, mode: 0o600 };
  };
  const nothing = (): Promise<void> => Promise.resolve();
  return {
    kept,
    readText: async (path) => kept.get(path) ?? gone(path),
    readBytes: async (path) => new TextEncoder().encode(kept.get(path) ?? gone(path)),
    list: () => Promise.resolve([]),
    stat: (path) => Promise.resolve(stat(path)),
    writeAtomic: async (path, data) =>
      void kept.set(path, typeof data === 'string' ? data : new TextDecoder().decode(data)),
    append: async (path, text) => void kept.set(path, (kept.get(path) ?? '') + text),
    makeFolder: nothing,
    rename: nothing,
    remove: async (path) => void kept.delete(path),
    copy: nothing,
    sync: nothing,
    freeSpace: () => Promise.resolve(1e12),
  };
}
