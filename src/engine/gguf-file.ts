// SPDX-License-Identifier: GPL-3.0-or-later

import { HearthError } from '../core/errors.ts';
import { readGguf } from '../core/models/gguf.ts';
import type { GgufHeader } from '../core/models/gguf.ts';
import type { Files } from '../core/ports.ts';

const firstRead = 1024 * 1024;
/** Largest header that is read, bytes: vocabularies of a million words take half of it. */
const headerCap = 64 * 1024 * 1024;

/**
 * The whole header of a model file, and nothing after it.
 *
 * @throws bad-gguf when it is malformed or larger than 64 MiB, not-found, denied, io
 */
export async function readHeader(
  files: Pick<Files, 'readBytes' | 'stat'>,
  path: string,
): Promise<GgufHeader> {
  const stat = await files.stat(path);
  if (stat === null) throw new HearthError('not-found', { path });
  if (stat.kind === 'directory') throw new HearthError('bad-gguf', { path, problem: 'it is a folder' });
  // The size of a link is that of its text, so it says nothing about the file.
  const size = stat.kind === 'file' ? stat.size : null;
  let length = firstRead;
  for (;;) {
    const bytes = await files.readBytes(path, { offset: 0, length });
    const result = readGguf(bytes, size ?? (bytes.length < length ? bytes.length : null));
    if (result.tag === 'malformed')
      throw new HearthError('bad-gguf', { path, problem: `it ${result.problem}` });
    const { needBytes } = result.header;
    if (needBytes === null) return result.header;
    if (needBytes > headerCap || length >= headerCap) {
      throw new HearthError('bad-gguf', { path, problem: 'its header is too long' });
    }
    length = Math.min(headerCap, Math.max(needBytes, length * 4));
  }
}
