// SPDX-License-Identifier: GPL-3.0-or-later

/** A listening TCP socket of /proc/net/tcp or tcp6. */
export interface Listener {
  /** As people write it: `0.0.0.0`, `::`, `127.0.0.1`, `fd00::7`. */
  readonly address: string;
  readonly port: number;
  /** Reachable from this computer only. */
  readonly loopback: boolean;
  readonly uid: number;
  /** Names the socket in /proc/PID/fd; 0 for one that the kernel keeps itself. */
  readonly inode: number;
}

const row = /^\d+: ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4}) \S+ 0A /;

/** Sockets that listen; lines that make no sense are left out. */
export function parseListeners(text: string): readonly Listener[] {
  const listeners: Listener[] = [];
  for (const line of text.split('\n').slice(1)) {
    const words = line.trim().split(/\s+/);
    const local = row.exec(words.join(' '));
    const [uid, inode] = [Number(words[7]), Number(words[9])];
    if (local === null || !Number.isInteger(uid) || !Number.isInteger(inode)) continue;
    const bytes = bytesOf(local[1] ?? '');
    const port = parseInt(local[2] ?? '', 16);
    listeners.push({ address: addressText(bytes), port, loopback: isLoopback(bytes), uid, inode });
  }
  return listeners;
}

/** Four bytes at a time in the processor's order: 0100007F is 127.0.0.1 on x86 and ARM. */
function bytesOf(hex: string): readonly number[] {
  const words = hex.match(/.{8}/g) ?? [];
  return words.flatMap((word) => (word.match(/../g) ?? []).toReversed().map((byte) => parseInt(byte, 16)));
}

function isMapped(bytes: readonly number[]): boolean {
  return (
    bytes.length === 16 && bytes.slice(0, 10).every((b) => b === 0) && bytes[10] === 255 && bytes[11] === 255
  );
}

function isLoopback(bytes: readonly number[]): boolean {
  // An IPv6 socket that is bound to an IPv4 address says so in its last four bytes.
  const four = bytes.length === 4 ? bytes : isMapped(bytes) ? bytes.slice(12) : null;
  if (four !== null) return four[0] === 127;
  return bytes.slice(0, 15).every((b) => b === 0) && bytes[15] === 1;
}

/** RFC 5952: the longest run of zeros as `::`. */
export function addressText(bytes: readonly number[]): string {
  if (bytes.length === 4) return bytes.join('.');
  if (isMapped(bytes)) return `::ffff:${bytes.slice(12).join('.')}`;
  const groups = Array.from({ length: 8 }, (_, i) => ((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0));
  let best = { start: 0, length: 1 };
  for (let start = 0; start < 8; start += 1) {
    let length = 0;
    while (start + length < 8 && groups[start + length] === 0) length += 1;
    if (length > best.length) best = { start, length };
  }
  const hex = groups.map((group) => group.toString(16));
  if (best.length < 2) return hex.join(':');
  return `${hex.slice(0, best.start).join(':')}::${hex.slice(best.start + best.length).join(':')}`;
}

/** `address:port`, with the brackets that IPv6 needs. */
export function socketText({ address, port }: { readonly address: string; readonly port: number }): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

/** Inode of the socket that a link in /proc/PID/fd leads to; null for other files. */
export function socketInode(link: string): number | null {
  const found = /^socket:\[(\d+)\]$/.exec(link);
  return found === null ? null : Number(found[1]);
}
