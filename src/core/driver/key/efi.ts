// SPDX-License-Identifier: GPL-3.0-or-later

import type { KeyPlace } from '../types.ts';
import { badKeyData } from './der.ts';

/** Variables of the firmware and of shim, as files of efivarfs: four bytes of attributes, then the value. */

export const efiGlobal = '8be4df61-93ca-11d2-aa0d-00e098032b8c';
export const shimGuid = '605dab50-e046-4300-abb6-3dd810dd8b23';
export const imageSecurity = 'd719b2cb-3d3a-4596-a3bc-dad00e67656f';

const globalNames = new Set(['SecureBoot', 'SetupMode', 'BootCurrent', 'BootOrder', 'PK', 'KEK']);
const securityNames = new Set(['db', 'dbx']);

/** Name of a variable's file in efivarfs. */
export function variableFile(name: string): string {
  const guid = securityNames.has(name)
    ? imageSecurity
    : globalNames.has(name) || /^Boot[0-9A-F]{4}$/.test(name)
      ? efiGlobal
      : shimGuid;
  return `${name}-${guid}`;
}

/** Where certificates that are trusted, or blocked, are listed. Lists that are too large for one variable go on in NAME1… */
export const keyLists: readonly { readonly name: string; readonly place: KeyPlace }[] = [
  { name: 'MokListRT', place: 'mok' },
  { name: 'db', place: 'db' },
  { name: 'dbx', place: 'dbx' },
  { name: 'MokListXRT', place: 'mokx' },
];

/** Files of one list among those of efivarfs, in their order. */
export function listFiles(name: string, files: readonly string[]): string[] {
  const guid = variableFile(name).slice(name.length);
  const found: string[] = [];
  for (const file of files) {
    const number = file.slice(name.length, -guid.length);
    if (file.startsWith(name) && file.endsWith(guid) && /^\d{0,2}$/.test(number)) found.push(file);
  }
  const order = (file: string): number => Number(file.slice(name.length, -guid.length) || -1);
  return found.sort((a, b) => order(a) - order(b));
}

/** A variable's value. @throws bad-key-data */
export function variableValue(bytes: Uint8Array): Uint8Array {
  if (bytes.length < 4) throw badKeyData('variable');
  return bytes.subarray(4);
}

/** MokTimeout: seconds until MokManager goes on by itself; -1 for never. @throws bad-key-data */
export function parseMokTimeout(value: Uint8Array): number {
  if (value.length !== 4) throw badKeyData('MokTimeout');
  return view(value).getInt32(0, true);
}

/** BootCurrent: the number of the entry that was started. @throws bad-key-data */
export function parseBootCurrent(value: Uint8Array): string {
  if (value.length !== 2) throw badKeyData('BootCurrent');
  return view(value).getUint16(0, true).toString(16).toUpperCase().padStart(4, '0');
}

export interface MokAuth {
  /** 4 is SHA-512 crypt. */
  readonly method: number;
  readonly rounds: number;
  readonly salt: string;
}

/** MokAuth, less the hash itself, which nobody needs to see. @throws bad-key-data */
export function parseMokAuth(value: Uint8Array): MokAuth {
  if (value.length !== 172) throw badKeyData('MokAuth');
  const data = view(value);
  const saltLength = data.getUint16(10, true);
  if (saltLength > 32) throw badKeyData('MokAuth');
  return {
    method: data.getUint16(0, true),
    rounds: data.getUint32(2, true) + data.getUint32(6, true) * 2 ** 32,
    salt: String.fromCharCode(...value.subarray(12, 12 + saltLength)),
  };
}

export interface LoadOption {
  readonly description: string;
  /** Path on its partition with `/`; null for a whole disk, of which firmware starts the removable path. */
  readonly file: string | null;
  /** GUID of its GPT partition, lower case; null where the entry names none. */
  readonly partition: string | null;
}

/** What firmware starts of a disk that no entry names a file on (x86-64). */
export const removablePath = '/EFI/BOOT/BOOTX64.EFI';

/** EFI_LOAD_OPTION of a Boot#### variable (UEFI specification 3.1.3). @throws bad-key-data */
export function parseLoadOption(value: Uint8Array): LoadOption {
  if (value.length < 8 || value.length > 64 * 1024) throw badKeyData('Boot');
  const data = view(value);
  const pathLength = data.getUint16(4, true);
  const name = utf16(value.subarray(6));
  const start = 6 + name.bytes;
  if (start + pathLength > value.length) throw badKeyData('Boot');
  let file: string | null = null;
  let partition: string | null = null;
  for (let at = start; at + 4 <= start + pathLength;) {
    const [type, subtype] = [value[at], value[at + 1]];
    const length = data.getUint16(at + 2, true);
    if (length < 4 || at + length > start + pathLength) throw badKeyData('Boot');
    const node = value.subarray(at + 4, at + length);
    if (type === 0x7f) break;
    // Media: a file's path, which may come in several nodes; a partition of a disk with a GPT.
    if (type === 4 && subtype === 4) file = joinPath(file, utf16(node).text);
    if (type === 4 && subtype === 1 && node.length >= 38 && node[37] === 2)
      partition = guidText(node.subarray(20, 36));
    at += length;
  }
  return { description: name.text, file, partition };
}

function joinPath(before: string | null, text: string): string {
  const parts = `${before ?? ''}/${text.replaceAll('\\', '/')}`.split('/').filter((part) => part !== '');
  // A path that climbs is not one that firmware made.
  if (parts.some((part) => part === '.' || part === '..' || part.includes('\0'))) throw badKeyData('Boot');
  return `/${parts.join('/')}`;
}

/** Up to the terminating zero, or to the end. */
function utf16(bytes: Uint8Array): { readonly text: string; readonly bytes: number } {
  let text = '';
  let at = 0;
  for (; at + 1 < bytes.length; at += 2) {
    const unit = (bytes[at] ?? 0) + (bytes[at + 1] ?? 0) * 256;
    if (unit === 0) return { text, bytes: at + 2 };
    text += String.fromCharCode(unit);
  }
  return { text, bytes: at };
}

/** A GUID as text; its first three fields are little-endian. */
export function guidText(bytes: Uint8Array): string {
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0'));
  const pick = (...order: number[]): string => order.map((index) => hex[index] ?? '').join('');
  return [pick(3, 2, 1, 0), pick(5, 4), pick(7, 6), pick(8, 9), pick(10, 11, 12, 13, 14, 15)].join('-');
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
