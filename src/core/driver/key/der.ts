// SPDX-License-Identifier: GPL-3.0-or-later

import { HearthError } from '../../errors.ts';

/** The little of DER (ITU-T X.690) that certificates and signatures need: definite lengths, one-byte tags. */

export const tags = {
  integer: 0x02,
  octets: 0x04,
  oid: 0x06,
  utcTime: 0x17,
  generalizedTime: 0x18,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const;

export interface Der {
  readonly tag: number;
  /** Its content. */
  readonly body: Uint8Array;
  /** Tag, length and content. */
  readonly whole: Uint8Array;
}

export function badKeyData(what: string): HearthError {
  return new HearthError('bad-key-data', { what });
}

/** One element at the start of `bytes`; what follows it is left. @throws bad-key-data */
export function readDer(bytes: Uint8Array, at = 0): Der {
  const tag = bytes[at];
  const first = bytes[at + 1];
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) throw badKeyData('der');
  let start = at + 2;
  let length = first;
  if (first >= 0x80) {
    const count = first & 0x7f;
    // 0 is an indefinite length, which DER does not have; four bytes tell more than any file here holds.
    if (count === 0 || count > 4) throw badKeyData('der');
    length = 0;
    for (let index = 0; index < count; index += 1) length = length * 256 + (bytes[start + index] ?? 0);
    start += count;
  }
  if (start + length > bytes.length) throw badKeyData('der');
  return { tag, body: bytes.subarray(start, start + length), whole: bytes.subarray(at, start + length) };
}

/** The elements of a constructed one; each takes two bytes at least, so this ends. @throws bad-key-data */
export function children(parent: Der): Der[] {
  const found: Der[] = [];
  for (let at = 0; at < parent.body.length;) {
    const child = readDer(parent.body, at);
    found.push(child);
    at += child.whole.length;
  }
  return found;
}

/** @throws bad-key-data when it is not there or something else */
export function expectTag(element: Der | undefined, tag: number): Der {
  if (element?.tag !== tag) throw badKeyData('der');
  return element;
}

export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}

/** An INTEGER as hexadecimal without leading zeros, as certificates' serials are compared and shown. */
export function integerHex(element: Der): string {
  return toHex(element.body).replace(/^0+(?=.)/, '');
}
