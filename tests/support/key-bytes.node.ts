// SPDX-License-Identifier: GPL-3.0-or-later

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

interface Keys {
  /** What openssl and modinfo say of each, word by word. */
  readonly said: Readonly<Record<string, readonly string[]>>;
  readonly listNew: readonly string[];
  /** Base64. */
  readonly bytes: Readonly<Record<string, string>>;
}

/** What the real tools made; see tests/support/keys/make. */
export const keys = JSON.parse(readFileSync(new URL('keys/keys.json', import.meta.url), 'utf8')) as Keys;

export function keyBytes(name: string): Uint8Array {
  const text = keys.bytes[name];
  if (text === undefined) throw new Error(`no ${name} in keys.json`);
  return new Uint8Array(Buffer.from(text, 'base64'));
}

export const sha1 = (bytes: Uint8Array): string => createHash('sha1').update(bytes).digest('hex');
