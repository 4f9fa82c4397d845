// SPDX-License-Identifier: GPL-3.0-or-later

/** Shapes of what is asked of the root service. It checks them again, whoever asks. */

/** SHA-1 of a certificate: 40 lower-case hexadecimal digits. */
export function isFingerprint(text: string): boolean {
  return /^[0-9a-f]{40}$/.test(text);
}

/** A kernel's release as `uname -r` prints it; never a path. Whether it is installed is another question. */
export function isKernelRelease(text: string): boolean {
  return /^[0-9][0-9A-Za-z._+~-]{0,126}$/.test(text) && !text.includes('..');
}

export interface CryptHash {
  readonly rounds: number;
  readonly salt: string;
}

/**
 * A SHA-512 crypt string, or null. Between 1000 and 100 000 rounds: firmware works them off on one processor while
 * a person waits; fewer are none.
 */
export function parseCryptHash(text: string): CryptHash | null {
  const match = /^\$6\$(?:rounds=([1-9]\d{3,5})\$)?([./0-9A-Za-z]{8,16})\$[./0-9A-Za-z]{86}$/.exec(text);
  if (match === null) return null;
  const rounds = Number(match[1] ?? 5000);
  return rounds > 100_000 ? null : { rounds, salt: match[2] ?? '' };
}

export const argumentPresets = ['nvidia', 'none'] as const;
export type ArgumentPreset = (typeof argumentPresets)[number];

export function isArgumentPreset(text: string): text is ArgumentPreset {
  return (argumentPresets as readonly string[]).includes(text);
}
