// SPDX-License-Identifier: GPL-3.0-or-later

import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { keyBytes, sha1 } from '../../../../tests/support/key-bytes.node.ts';
import { HearthError } from '../../errors.ts';
import { parseCertificate } from './certificate.ts';
import { parseLoadOption, parseMokAuth, parseMokTimeout, variableValue } from './efi.ts';
import { moduleSigners } from './module-signature.ts';
import { keysOf, parseSignatureLists } from './signature-list.ts';

/** Answers, or an error that Hearth knows: nothing else, and soon. */
function holds(parse: (bytes: Uint8Array) => unknown, bytes: Uint8Array): void {
  try {
    parse(bytes);
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(HearthError);
    expect((thrown as HearthError).code).toBe('bad-key-data');
  }
}

const parsers: readonly [string, (bytes: Uint8Array) => unknown, readonly string[]][] = [
  [
    'certificate',
    (bytes) => parseCertificate(bytes, sha1),
    ['modules.der', 'akmods.der', 'elliptic.der', 'old.der'],
  ],
  ['module', moduleSigners, ['modules.ko', 'keyid.ko', 'two.ko']],
  [
    'lists',
    (bytes) => keysOf(parseSignatureLists(variableValue(bytes)), 'mok', sha1),
    ['moknew', 'fw-db', 'fw-MokList'],
  ],
  ['load option', (bytes) => parseLoadOption(variableValue(bytes)), ['fw-Boot0000']],
  ['MokAuth', (bytes) => parseMokAuth(variableValue(bytes)), ['mokauth']],
  ['MokTimeout', (bytes) => parseMokTimeout(variableValue(bytes)), ['moktimeout']],
];

test.each(parsers)('%s: any bytes', (_name, parse) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => holds(parse, bytes)),
    { numRuns: 2000 },
  );
});

test.each(parsers)('%s: real bytes, cut and spoilt', (_name, parse, names) => {
  const spoilt = fc
    .tuple(
      fc.constantFrom(...names),
      fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 0, max: 255 })), {
        maxLength: 6,
      }),
      fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
    )
    .map(([name, changes, cut]) => {
      const bytes = keyBytes(name);
      for (const [where, value] of changes) bytes[Math.floor(where * (bytes.length - 1))] = value;
      return cut === null ? bytes : bytes.slice(0, Math.floor(cut * bytes.length));
    });
  fc.assert(
    fc.property(spoilt, (bytes) => holds(parse, bytes)),
    { numRuns: 2000 },
  );
});

test('lengths that lie', () => {
  const longest = new Uint8Array([0x30, 0x84, 0xff, 0xff, 0xff, 0xff, 1, 2, 3]);
  const unbounded = new Uint8Array([0x30, 0x80, 0, 0]);
  for (const bytes of [longest, unbounded, new Uint8Array([0x30])])
    expect(() => parseCertificate(bytes, sha1)).toThrow('bad-key-data');
  // A list of entries without a size would never end.
  const list = keyBytes('moknew').slice(4);
  new DataView(list.buffer).setUint32(24, 0, true);
  expect(() => parseSignatureLists(list)).toThrow('bad-key-data');
  new DataView(list.buffer).setUint32(16, 0, true);
  expect(() => parseSignatureLists(list)).toThrow('bad-key-data');
});

test('a list in which one certificate makes no sense still gives the others', () => {
  const bytes = keyBytes('moknew').slice(4);
  // The first byte of the first certificate, after the list's header and the owner.
  bytes[44] = 0;
  expect(keysOf(parseSignatureLists(bytes), 'mok', sha1)).toHaveLength(1);
});

test('a signature that says it is larger than the module', () => {
  const bytes = keyBytes('modules.ko');
  bytes[bytes.length - 29] = 0xff;
  bytes[bytes.length - 31] = 0xff;
  expect(() => moduleSigners(bytes)).toThrow('bad-key-data');
});
