// SPDX-License-Identifier: GPL-3.0-or-later

import type { KeyPlace, TrustedKey } from '../types.ts';
import { parseCertificate, plainCertificate, type Digest } from './certificate.ts';
import { badKeyData, toHex } from './der.ts';
import { guidText } from './efi.ts';

/** Types of what a signature list holds (UEFI specification 32.4.1). */
const x509 = 'a5c059a1-94e4-4aa7-87b5-ab155c2bf072';
const x509Sha256 = '3bd2a492-96c0-4079-b420-fcf98ef103ed';

/** efivarfs gives no more than the firmware's variable store, which has some hundred kilobytes. */
export const listCap = 1024 * 1024;

export interface SignatureLists {
  /** Certificates, in DER. */
  readonly certificates: readonly Uint8Array[];
  /** SHA-256 of the signed part of certificates that are revoked, in hexadecimal. */
  readonly revoked: readonly string[];
}

/**
 * A chain of EFI_SIGNATURE_LIST, as in MokNew, MokListRT, db and dbx (without the four bytes of attributes). Hashes of
 * programs are passed over.
 *
 * @throws bad-key-data
 */
export function parseSignatureLists(bytes: Uint8Array): SignatureLists {
  if (bytes.length > listCap) throw badKeyData('signature-list');
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const certificates: Uint8Array[] = [];
  const revoked: string[] = [];
  for (let at = 0; at < bytes.length;) {
    if (at + 28 > bytes.length) throw badKeyData('signature-list');
    const type = guidText(bytes.subarray(at, at + 16));
    const size = data.getUint32(at + 16, true);
    const header = data.getUint32(at + 20, true);
    const each = data.getUint32(at + 24, true);
    const content = size - 28 - header;
    // An entry has a GUID of its owner, and one byte at least.
    if (size < 28 || at + size > bytes.length || content < 0 || each <= 16 || content % each !== 0)
      throw badKeyData('signature-list');
    for (let entry = at + 28 + header; entry < at + size; entry += each) {
      const value = bytes.subarray(entry + 16, entry + each);
      if (type === x509) certificates.push(value);
      // The hash, then the time of revocation.
      if (type === x509Sha256 && value.length >= 32) revoked.push(toHex(value.subarray(0, 32)));
    }
    at += size;
  }
  return { certificates, revoked };
}

/**
 * The keys of one place. A certificate that makes no sense is passed over: the kernel does the same, and one of them
 * must not hide the others.
 */
export function keysOf(lists: SignatureLists, place: KeyPlace, sha1: Digest): TrustedKey[] {
  return lists.certificates.flatMap((der) => {
    try {
      return [{ ...plainCertificate(parseCertificate(der, sha1)), place }];
    } catch {
      return [];
    }
  });
}
