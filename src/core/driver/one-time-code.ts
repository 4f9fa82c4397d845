// SPDX-License-Identifier: GPL-3.0-or-later

/** Digits of a code, none of them 0: keyboards in the firmware agree on the upper row, and nothing is taken for an O. */
export const codeLength = 8;

/**
 * A code from random bytes, each digit as likely as the others: bytes that would favour some are passed over.
 * Null where too many were; then more bytes are needed.
 */
export function codeFrom(bytes: Uint8Array): string | null {
  const fair = Array.from(bytes).filter((byte) => byte < 252);
  if (fair.length < codeLength) return null;
  return fair
    .slice(0, codeLength)
    .map((byte) => String((byte % 9) + 1))
    .join('');
}

const alphabet = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** A salt of crypt(5), six bits a byte. */
export function saltFrom(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => alphabet[byte % 64]).join('');
}
