// SPDX-License-Identifier: GPL-3.0-or-later

/** The one-time code that is typed into MokManager, which knows an American keyboard only: digits are where they are. */
export const codeLength = 8;

/** The largest multiple of nine that a byte holds: bytes above it would make the low digits likelier. */
const fair = 252;

/**
 * Eight digits from 1 to 9, all equally likely, from bytes of the kernel's generator; null when too many bytes had to
 * be thrown away.
 */
export function codeFrom(bytes: Uint8Array): string | null {
  const digits = Array.from(bytes)
    .filter((byte) => byte < fair)
    .slice(0, codeLength)
    .map((byte) => String((byte % 9) + 1));
  return digits.length === codeLength ? digits.join('') : null;
}

/** As it is shown: two groups of four. */
export function codeGroups(code: string): readonly [string, string] {
  return [code.slice(0, 4), code.slice(4)];
}
