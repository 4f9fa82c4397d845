// SPDX-License-Identifier: GPL-3.0-or-later

import type { Certificate } from '../types.ts';
import { badKeyData, children, expectTag, integerHex, readDer, tags, toHex, type Der } from './der.ts';

/** Lower-case hexadecimal digest of bytes; which one the parameter's name says. */
export type Digest = (bytes: Uint8Array) => string;

/** More than any certificate; the largest in use have a few kilobytes. */
export const certificateCap = 64 * 1024;

const oid = {
  commonName: '550403',
  subjectKeyId: '551d0e',
  extendedKeyUsage: '551d25',
  /** 1.3.6.1.4.1.2312.16.1.2: shim takes no boot loader or kernel from such a key. */
  modulesOnly: '2b060104019208100102',
};

/** A certificate, and the part of it that its issuer signed (which revocation lists hash). */
export interface ParsedCertificate extends Certificate {
  readonly toBeSigned: Uint8Array;
}

/**
 * An X.509 certificate in DER, as MOK lists, akmods and DKMS keep them. Its signature is not checked: who may write
 * those places may write anything.
 *
 * @throws bad-key-data
 */
export function parseCertificate(der: Uint8Array, sha1: Digest): ParsedCertificate {
  if (der.length > certificateCap) throw badKeyData('certificate');
  const outer = expectTag(readDer(der), tags.sequence);
  if (outer.whole.length !== der.length) throw badKeyData('certificate');
  const toBeSigned = expectTag(children(outer)[0], tags.sequence);
  const fields = children(toBeSigned);
  // The version is missing in certificates of version 1.
  if (fields[0]?.tag === 0xa0) fields.shift();
  const [serial, , issuer, validity, subject] = fields;
  const [from, until] = children(expectTag(validity, tags.sequence));
  const extensions = extensionsOf(fields.find((field) => field.tag === 0xa3));
  return {
    fingerprint: sha1(der),
    serial: integerHex(expectTag(serial, tags.integer)),
    issuer: toHex(expectTag(issuer, tags.sequence).whole),
    subjectKeyId: keyIdOf(extensions.get(oid.subjectKeyId)),
    name: commonName(expectTag(subject, tags.sequence)),
    notBefore: timeOf(from),
    notAfter: timeOf(until),
    modulesOnly: usagesOf(extensions.get(oid.extendedKeyUsage)).includes(oid.modulesOnly),
    toBeSigned: toBeSigned.whole,
  };
}

/** What of a parsed certificate travels and is kept. */
export function plainCertificate(parsed: ParsedCertificate): Certificate {
  const { toBeSigned: _signed, ...certificate } = parsed;
  return certificate;
}

/** Value of each extension by its OID, both as DER content. */
function extensionsOf(field: Der | undefined): Map<string, Uint8Array> {
  const found = new Map<string, Uint8Array>();
  if (field === undefined) return found;
  for (const extension of children(expectTag(readDer(field.body), tags.sequence))) {
    const parts = children(expectTag(extension, tags.sequence));
    const id = expectTag(parts[0], tags.oid);
    found.set(toHex(id.body), expectTag(parts.at(-1), tags.octets).body);
  }
  return found;
}

function keyIdOf(value: Uint8Array | undefined): string | null {
  return value === undefined ? null : toHex(expectTag(readDer(value), tags.octets).body);
}

function usagesOf(value: Uint8Array | undefined): string[] {
  if (value === undefined) return [];
  return children(expectTag(readDer(value), tags.sequence)).map((usage) => toHex(usage.body));
}

/** The last common name of a subject, without characters that would change how the text around it is shown. */
function commonName(subject: Der): string {
  let name = '';
  for (const set of children(subject)) {
    for (const pair of children(set)) {
      const [type, value] = children(pair);
      if (type?.tag === tags.oid && toHex(type.body) === oid.commonName && value !== undefined)
        name = textOf(value);
    }
  }
  return name.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\ufffd').slice(0, 200);
}

function textOf(value: Der): string {
  if (value.tag !== tags.bmpString) return new TextDecoder().decode(value.body);
  let text = '';
  for (let at = 0; at + 1 < value.body.length; at += 2)
    text += String.fromCharCode((value.body[at] ?? 0) * 256 + (value.body[at + 1] ?? 0));
  return text;
}

/** UTCTime or GeneralizedTime, in the form that RFC 5280 asks for: to the second, in UTC. */
function timeOf(element: Der | undefined): number {
  const text = element === undefined ? '' : String.fromCharCode(...element.body.subarray(0, 20));
  const match = /^(\d{2}|\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})Z$/.exec(text);
  if (match === null) throw badKeyData('certificate');
  const [, year = '', ...rest] = match;
  const [month = 0, day = 0, hour = 0, minute = 0, second = 0] = rest.map(Number);
  if (element?.tag !== (year.length === 2 ? tags.utcTime : tags.generalizedTime))
    throw badKeyData('certificate');
  const full = year.length === 4 ? Number(year) : Number(year) + (Number(year) < 50 ? 2000 : 1900);
  return Date.UTC(full, month - 1, day, hour, minute, second);
}
