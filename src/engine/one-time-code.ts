// SPDX-License-Identifier: GPL-3.0-or-later

import { codeFrom } from '../core/driver/code.ts';
import { saltFrom, sha512Crypt, type Sha512 } from '../core/driver/sha512-crypt.ts';
import type { Random } from '../core/ports.ts';

/**
 * A code to show, and the hash of it to hand to the root service. The code stays with whoever shows it: it is in no
 * argument, environment, log, state or clipboard, and nothing can be done with it but enrolling this one key.
 */
export interface OneTimeCode {
  /** Eight digits from 1 to 9. */
  readonly code: string;
  /** SHA-512 crypt of it, with a salt of its own. */
  readonly hash: string;
}

export async function makeOneTimeCode(random: Random, sha512: Sha512): Promise<OneTimeCode> {
  for (;;) {
    // Four bytes of 256 are thrown away: 16 of them are not enough once in many lifetimes.
    const code = codeFrom(await random.bytes(16));
    if (code === null) continue;
    return { code, hash: sha512Crypt(code, saltFrom(await random.bytes(16)), sha512) };
  }
}
