// SPDX-License-Identifier: GPL-3.0-or-later

import { expect, test } from 'vitest';

import { keyBytes, keys, sha1 } from '../../../../tests/support/key-bytes.node.ts';
import type { TrustedKey } from '../types.ts';
import { parseCertificate, plainCertificate } from './certificate.ts';
import {
  listFiles,
  parseBootCurrent,
  parseLoadOption,
  parseMokAuth,
  parseMokTimeout,
  variableFile,
  variableValue,
} from './efi.ts';
import { moduleSigners } from './module-signature.ts';
import { keysOf, parseSignatureLists } from './signature-list.ts';
import { moduleTrust } from './trust.ts';

const certificate = (name: string) => plainCertificate(parseCertificate(keyBytes(`${name}.der`), sha1));

test.each(['akmods', 'modules', 'elliptic', 'expired', 'old'])(
  'certificate %s as openssl reads it',
  (name) => {
    const [fingerprint, serial = '', keyId = '', ...times] = keys.said[name] ?? [];
    const parsed = certificate(name);
    expect(parsed.fingerprint).toBe(fingerprint);
    expect(parsed.serial).toBe(serial.replace(/^0/, ''));
    expect(parsed.subjectKeyId ?? 'none').toBe(keyId);
    expect(parsed.notBefore).toBe(Date.parse(times.slice(0, 2).join('T')));
    expect(parsed.notAfter).toBe(Date.parse(times.slice(2).join('T')));
  },
);

test('names, and which key is for modules only', () => {
  expect(certificate('akmods').name).toBe('ember-1234');
  expect(certificate('elliptic').name).toBe('Ünïcode 键');
  const only = ['akmods', 'modules', 'elliptic', 'old'].filter((name) => certificate(name).modulesOnly);
  expect(only).toEqual(['modules']);
});

test('what mokutil stages', () => {
  const lists = parseSignatureLists(variableValue(keyBytes('moknew')));
  const found = keysOf(lists, 'mok', sha1);
  expect(found.map((key) => `${key.fingerprint.slice(0, 10)} ${key.name}`)).toEqual(keys.listNew);
  expect(parseMokTimeout(variableValue(keyBytes('moktimeout')))).toBe(-1);
  expect(parseMokAuth(variableValue(keyBytes('mokauth')))).toEqual({
    method: 4,
    rounds: 5000,
    salt: 'abcdefghijklmnop',
  });
});

test('the lists of a firmware with keys of Microsoft', () => {
  const names = (file: string) =>
    keysOf(parseSignatureLists(variableValue(keyBytes(file))), 'db', sha1).map((key) => key.name);
  expect(names('fw-MokList')).toEqual(['Hearth module signing on ember']);
  expect(names('fw-db')).toEqual(
    expect.arrayContaining(['Microsoft Corporation UEFI CA 2011', 'Microsoft UEFI CA 2023']),
  );
  // Hundreds of hashes of programs, which are not keys.
  expect(names('fw-dbx').length).toBeLessThan(5);
});

test('names of the files of lists, split ones in their order', () => {
  const file = (name: string): string => variableFile('MokListRT').replace('MokListRT', name);
  const names = ['MokListRT10', 'MokListRT2', 'MokListRT', 'MokListRT1', 'MokListRTX'].map(file);
  const found = listFiles('MokListRT', [...names, variableFile('db'), 'MokListRT-else']);
  expect(found).toEqual(['MokListRT', 'MokListRT1', 'MokListRT2', 'MokListRT10'].map(file));
  expect(listFiles('db', [variableFile('db'), variableFile('dbx')])).toEqual([variableFile('db')]);
  expect(variableFile('db')).toBe('db-d719b2cb-3d3a-4596-a3bc-dad00e67656f');
  expect(variableFile('Boot00A1')).toBe('Boot00A1-8be4df61-93ca-11d2-aa0d-00e098032b8c');
});

test('which file the firmware starts', () => {
  const option = parseLoadOption(variableValue(keyBytes('fw-Boot0000')));
  expect(option).toEqual({
    description: 'file shimx64.efi',
    file: '/EFI/fedora/shimx64.efi',
    partition: null,
  });
  expect(parseBootCurrent(new Uint8Array([0xa1, 0x00]))).toBe('00A1');
});

test('a hard disk node names its partition; a disk alone names no file', () => {
  const utf16 = (text: string): number[] => Array.from(text).flatMap((letter) => [letter.charCodeAt(0), 0]);
  const guid = [0x8d, 0xb4, 0xf1, 0x3c, 0xaa, 0x21, 0x2e, 0x4d, 0x91, 0x0e, 1, 2, 3, 4, 5, 6];
  const disk = [4, 1, 42, 0, 1, 0, 0, 0, ...Array.from({ length: 16 }, () => 0), ...guid, 2, 2];
  const path = [...utf16('\\EFI\\BOOT\\BOOTX64.EFI'), 0, 0];
  const file = [4, 4, path.length + 4, 0, ...path];
  const make = (...nodes: number[][]): Uint8Array => {
    const list = [...nodes.flat(), 0x7f, 0xff, 4, 0];
    return new Uint8Array([1, 0, 0, 0, list.length, 0, ...utf16('UEFI'), 0, 0, ...list]);
  };
  expect(parseLoadOption(make(disk, file))).toEqual({
    description: 'UEFI',
    file: '/EFI/BOOT/BOOTX64.EFI',
    partition: '3cf1b48d-21aa-4d2e-910e-010203040506',
  });
  expect(parseLoadOption(make(disk)).file).toBeNull();
  expect(() => parseLoadOption(make([4, 4, 12, 0, ...utf16('\\..\\')]))).toThrow('bad-key-data');
});

test('signers of modules: none, one by its serial, one by its key, two', () => {
  const [modules, akmods] = [certificate('modules'), certificate('akmods')];
  expect(moduleSigners(keyBytes('plain.ko'))).toEqual([]);
  expect(moduleSigners(keyBytes('modules.ko'))).toEqual([
    { issuer: modules.issuer, serial: modules.serial, subjectKeyId: null },
  ]);
  expect(moduleSigners(keyBytes('keyid.ko'))).toEqual([
    { issuer: '', serial: '', subjectKeyId: modules.subjectKeyId },
  ]);
  expect(
    moduleSigners(keyBytes('two.ko'))
      .map((signer) => signer.serial)
      .sort(),
  ).toEqual([modules.serial, akmods.serial].sort());
  // modinfo shows the serial of the first signer only.
  const shown = keys.said['modules.ko']?.join('').replaceAll(':', '').toLowerCase();
  expect(shown).toBe(modules.serial);
});

test('trust in a module: by any signer, unless one is blocked', () => {
  const key = (name: string, place: TrustedKey['place']): TrustedKey => ({ ...certificate(name), place });
  const two = moduleSigners(keyBytes('two.ko'));
  const now = certificate('modules').notBefore + 1000;
  expect(moduleTrust(two, [key('akmods', 'mok')], now)).toBe('trusted');
  expect(moduleTrust(two, [key('modules', 'db')], now)).toBe('trusted');
  expect(moduleTrust(two, [key('akmods', 'mok'), key('modules', 'mokx')], now)).toBe('blocked-key');
  expect(moduleTrust(two, [key('elliptic', 'mok')], now)).toBe('unknown-key');
  expect(moduleTrust(two, [key('akmods', 'mok')], Date.UTC(2060, 0))).toBe('expired-key');
  expect(moduleTrust([], [key('akmods', 'mok')], now)).toBe('unsigned');
  const byKey = moduleSigners(keyBytes('keyid.ko'));
  expect(moduleTrust(byKey, [key('modules', 'mok')], now)).toBe('trusted');
  expect(moduleTrust(byKey, [key('old', 'mok')], now)).toBe('unknown-key');
});
