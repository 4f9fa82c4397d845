// SPDX-License-Identifier: GPL-3.0-or-later

import type { Certificate, ModuleTrust, Signer, TrustedKey } from '../types.ts';

/** Whether a certificate is the one that a signer means. */
export function signedBy(
  signer: Signer,
  key: Pick<Certificate, 'issuer' | 'serial' | 'subjectKeyId'>,
): boolean {
  return signer.subjectKeyId === null
    ? signer.issuer === key.issuer && signer.serial === key.serial
    : signer.subjectKeyId === key.subjectKeyId;
}

/**
 * Whether the kernel would load a module with these signers under Secure Boot. One trusted signer is enough, but one
 * that is blocked spoils the others (kernel: is_key_on_revocation_list).
 *
 * @param keys those of all places, see `keyLists`
 * @param now ms since the epoch
 */
export function moduleTrust(
  signers: readonly Signer[],
  keys: readonly TrustedKey[],
  now: number,
): ModuleTrust {
  if (signers.length === 0) return 'unsigned';
  const meant = keys.filter((key) => signers.some((signer) => signedBy(signer, key)));
  if (meant.some(blocks)) return 'blocked-key';
  const trusted = meant.filter((key) => !blocks(key));
  if (trusted.length === 0) return 'unknown-key';
  return trusted.some((key) => now <= key.notAfter) ? 'trusted' : 'expired-key';
}

export function blocks(key: TrustedKey): boolean {
  return key.place === 'dbx' || key.place === 'mokx';
}

/** Whether a key is enrolled: in the list of the machine owner, or in the firmware's own. */
export function enrolled(fingerprint: string, keys: readonly TrustedKey[]): boolean {
  return keys.some((key) => !blocks(key) && key.fingerprint === fingerprint);
}
