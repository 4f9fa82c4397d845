// SPDX-License-Identifier: GPL-3.0-or-later

import { encode } from 'uqr';

/** White cells that a QR code needs on every side. */
export const quietZone = 4;

/**
 * A text as a QR code (model 2, error correction M where it fits, else L), row by row, true for dark; without the white
 * around it. Null for a text that is too long for any.
 */
export function qrCells(text: string): readonly (readonly boolean[])[] | null {
  for (const ecc of ['M', 'L'] as const) {
    try {
      return encode(text, { ecc, border: 0 }).data;
    } catch (thrown) {
      if (!(thrown instanceof RangeError)) throw thrown;
    }
  }
  return null;
}
