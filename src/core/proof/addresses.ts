// SPDX-License-Identifier: GPL-3.0-or-later

import { addressText } from './listeners.ts';

/** An address of this computer that others may reach. */
export interface OwnAddress {
  readonly address: string;
  /** Number of the interface, which a link-local address cannot do without; 0 elsewhere. */
  readonly scope: number;
}

const fourBytes = /^\d{1,3}(\.\d{1,3}){3}$/;

/** This computer's own IPv4 addresses in /proc/net/fib_trie, without loopback; each once. */
export function parseFibTrie(text: string): readonly OwnAddress[] {
  const found = new Set<string>();
  let last = '';
  for (const line of text.split('\n')) {
    const leaf = /\|--\s+(\S+)/.exec(line)?.[1];
    if (leaf !== undefined) last = leaf;
    else if (/^\s*\/32 host LOCAL\b/.test(line) && fourBytes.test(last) && !last.startsWith('127.'))
      found.add(last);
  }
  return [...found].map((address) => ({ address, scope: 0 }));
}

/** This computer's own IPv6 addresses in /proc/net/if_inet6, without loopback. */
export function parseInterfaceAddresses(text: string): readonly OwnAddress[] {
  const found: OwnAddress[] = [];
  for (const line of text.split('\n')) {
    const [hex = '', index = ''] = line.trim().split(/\s+/);
    if (!/^[0-9a-f]{32}$/.test(hex) || !/^[0-9a-f]+$/.test(index)) continue;
    const bytes = (hex.match(/../g) ?? []).map((byte) => parseInt(byte, 16));
    if (bytes.slice(0, 15).every((b) => b === 0)) continue;
    const linkLocal = bytes[0] === 0xfe && ((bytes[1] ?? 0) & 0xc0) === 0x80;
    found.push({ address: addressText(bytes), scope: linkLocal ? parseInt(index, 16) : 0 });
  }
  return found;
}
