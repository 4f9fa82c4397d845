// SPDX-License-Identifier: GPL-3.0-or-later

import type { Signer } from '../types.ts';
import { badKeyData, children, expectTag, integerHex, readDer, tags, toHex } from './der.ts';

/** What `sign-file` appends to a module (include/linux/module_signature.h): a message, twelve bytes about it, this. */
const magic = '~Module signature appended~\n';
const aboutSize = 12;
const pkcs7 = 2;
const signedData = '2a864886f70d010702';

/** A tail of a module that holds its signature, whatever the key. */
export const signatureCap = 256 * 1024;

/**
 * All signers of a kernel module, from its bytes or from its last `signatureCap` bytes; none when it is not signed.
 * For a compressed module these are the bytes after decompression.
 *
 * @throws bad-key-data when there is a signature that makes no sense
 */
export function moduleSigners(module: Uint8Array): readonly Signer[] {
  const end = module.length - magic.length;
  if (end < aboutSize || String.fromCharCode(...module.subarray(end)) !== magic) return [];
  const about = module.subarray(end - aboutSize, end);
  const size = new DataView(about.buffer, about.byteOffset, aboutSize).getUint32(8, false);
  const start = end - aboutSize - size;
  if (about[2] !== pkcs7 || start < 0 || size > signatureCap) throw badKeyData('module-signature');
  return signersOf(module.subarray(start, start + size));
}

/** Signers of a CMS message (RFC 5652): each by its certificate's issuer and serial, or by its key's identifier. */
function signersOf(message: Uint8Array): Signer[] {
  const [type, content] = children(expectTag(readDer(message), tags.sequence));
  if (toHex(expectTag(type, tags.oid).body) !== signedData) throw badKeyData('module-signature');
  const signed = expectTag(readDer(expectTag(content, 0xa0).body), tags.sequence);
  // The first set has the digests' names; the last one the signers.
  const infos = children(signed).filter((field) => field.tag === tags.set);
  if (infos.length < 2) throw badKeyData('module-signature');
  return children(expectTag(infos.at(-1), tags.set)).map((info) => {
    const identity = children(expectTag(info, tags.sequence))[1];
    if (identity?.tag === 0x80) return { issuer: '', serial: '', subjectKeyId: toHex(identity.body) };
    const [issuer, serial] = children(expectTag(identity, tags.sequence));
    return {
      issuer: toHex(expectTag(issuer, tags.sequence).whole),
      serial: integerHex(expectTag(serial, tags.integer)),
      subjectKeyId: null,
    };
  });
}
