// SPDX-License-Identifier: GPL-3.0-or-later

import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { known, missing } from '../../known.ts';
import type { Certificate, KeyEnding, Obstacle } from '../types.ts';
import { endingOf, type EndingSight } from './ending.ts';
import { judgeDeletion, judgePreflight, type PreflightSight } from './preflight.ts';
import { isArgumentPreset, isFingerprint, isKernelRelease, parseCryptHash } from './validate.ts';

const now = Date.UTC(2026, 10, 27);
const key: Certificate = {
  fingerprint: 'a'.repeat(40),
  serial: '1',
  issuer: '30',
  subjectKeyId: null,
  name: 'ember',
  notBefore: now - 1000,
  notAfter: now + 1000,
  modulesOnly: true,
};
const other: Certificate = { ...key, fingerprint: 'b'.repeat(40), serial: '2' };
const signer = { issuer: '30', serial: '1', subjectKeyId: null };
const ready: PreflightSight = {
  efi: true,
  secureBoot: 'on',
  validationOff: false,
  shim: true,
  keyManager: 'there',
  nvramFree: 60_000,
  key,
  keySize: 1400,
  keyRevoked: false,
  keys: [{ ...other, place: 'db' }],
  foreignRequest: false,
  module: known([signer], 'modinfo'),
  now,
};

test('nothing speaks against it', () => expect(judgePreflight(ready)).toEqual([]));

const cases: readonly [Partial<PreflightSight>, readonly Obstacle[]][] = [
  [{ efi: false, shim: false }, ['no-efi']],
  [{ secureBoot: 'off' }, ['secure-boot-off']],
  [{ secureBoot: 'unknown' }, ['secure-boot-off']],
  [{ secureBoot: 'setup' }, ['setup-mode']],
  [{ validationOff: true }, ['validation-off']],
  [{ shim: false, keyManager: 'missing' }, ['no-shim']],
  [{ keyManager: 'missing' }, ['no-key-manager']],
  [{ keyManager: 'unknown' }, ['boot-path-unknown']],
  [{ nvramFree: 16 * 1024 - 1 }, ['nvram-full']],
  [{ nvramFree: 29_000, keySize: 10_000 }, ['nvram-full']],
  [{ nvramFree: null }, []],
  [{ key: null }, ['key-missing']],
  [{ now: key.notAfter + 1 }, ['key-expired']],
  [{ now: key.notBefore - 2 * 24 * 3600 * 1000 }, ['key-expired']],
  [{ keyRevoked: true }, ['key-revoked']],
  [{ keys: [{ ...key, place: 'dbx' }] }, ['key-revoked']],
  [{ keys: [{ ...key, place: 'mokx' }] }, ['key-revoked']],
  [{ keys: [{ ...key, place: 'mok' }] }, ['already-enrolled']],
  [{ keys: [{ ...key, place: 'db' }] }, ['already-enrolled']],
  [{ foreignRequest: true }, ['foreign-request']],
  [{ module: known(null, 'modinfo') }, ['module-missing']],
  [{ module: known([], 'modinfo') }, ['module-unsigned']],
  [{ module: known([{ ...signer, serial: '3' }], 'modinfo') }, ['module-other-key']],
  [{ module: known([{ ...signer, serial: '3' }, signer], 'modinfo') }, []],
  [{ module: missing('garbled', 'modinfo') }, []],
  [
    { secureBoot: 'off', nvramFree: 0, foreignRequest: true, module: known([], '') },
    ['secure-boot-off', 'nvram-full', 'foreign-request', 'module-unsigned'],
  ],
];
test.each(cases)('preflight %#: %o', (change, expected) =>
  expect(judgePreflight({ ...ready, ...change })).toEqual(expected),
);

test('a deletion needs the key, whatever its module', () => {
  const enrolled = { ...ready, keys: [{ ...key, place: 'mok' as const }], module: known(null, '') };
  expect(judgeDeletion(enrolled)).toEqual([]);
  expect(judgeDeletion({ ...enrolled, now: key.notAfter + 1, keyRevoked: true })).toEqual([]);
  expect(judgeDeletion({ ...enrolled, keys: [{ ...key, place: 'db' }] })).toEqual(['key-missing']);
  expect(judgeDeletion({ ...enrolled, key: null })).toEqual(['key-missing']);
  expect(judgeDeletion({ ...enrolled, keyManager: 'missing', foreignRequest: true })).toEqual([
    'no-key-manager',
    'foreign-request',
  ]);
});

const request = { kind: 'enrol' as const, fingerprint: key.fingerprint, bootId: 'one', requestedAt: now };
const after: EndingSight = {
  request,
  bootId: 'two',
  enrolled: [other.fingerprint],
  pendingEnrolment: [],
  pendingDeletion: [],
  staleAuth: false,
};
const deletion = { request: { ...request, kind: 'delete' as const } };
const endings: readonly [string, Partial<EndingSight>, KeyEnding | null][] = [
  ['nothing asked', { request: null }, null],
  ['not restarted', { bootId: 'one', pendingEnrolment: [key.fingerprint] }, 'pending'],
  ['withdrawn by somebody', { bootId: 'one' }, null],
  ['enrolled', { enrolled: [key.fingerprint] }, 'enrolled'],
  ['enrolled, whatever else is left', { enrolled: [key.fingerprint], staleAuth: true }, 'enrolled'],
  ['row 1: screen missed, No, wrong code', {}, 'not-done'],
  ['row 5: past shim', { pendingEnrolment: [key.fingerprint] }, 'not-shown'],
  ['another key is pending', { pendingEnrolment: [other.fingerprint] }, 'not-done'],
  ['row 30: cut off', { staleAuth: true }, 'cut-off'],
  ['row 6: twice', { request: { ...request, attempts: 2 } }, 'dropped'],
  [
    'twice, and the person missed it',
    { request: { ...request, attempts: 2 }, personSaysDone: false },
    'not-done',
  ],
  ['once', { request: { ...request, attempts: 1 }, personSaysDone: true }, 'not-done'],
  ['deleted', deletion, 'deleted'],
  ['not deleted', { ...deletion, enrolled: [key.fingerprint] }, 'not-done'],
  [
    'deletion pending',
    { ...deletion, bootId: 'one', enrolled: [key.fingerprint], pendingDeletion: [key.fingerprint] },
    'pending',
  ],
  [
    'deletion not shown',
    { ...deletion, enrolled: [key.fingerprint], pendingDeletion: [key.fingerprint] },
    'not-shown',
  ],
  ['deletion cut off', { ...deletion, enrolled: [key.fingerprint], staleAuth: true }, 'cut-off'],
];
test.each(endings)('ending: %s', (_name, change, expected) =>
  expect(endingOf({ ...after, ...change })).toBe(expected),
);

test('what the root service takes', () => {
  const hash = `$6$abcdefghijklmnop$${'x'.repeat(86)}`;
  expect(parseCryptHash(hash)).toEqual({ rounds: 5000, salt: 'abcdefghijklmnop' });
  expect(parseCryptHash(hash.replace('$6$', '$6$rounds=20000$'))?.rounds).toBe(20_000);
  for (const bad of [
    '',
    '12345678',
    hash.replace('$6$', '$5$'),
    hash.replace('$6$', '$6$rounds=999$'),
    hash.replace('$6$', '$6$rounds=999999$'),
    hash.replace('$6$', '$6$rounds=0005000$'),
    `${hash}\n`,
    `${hash}x`,
    hash.replace('abcdefghijklmnop', 'short'),
    hash.replace('abcdefghijklmnop', 'a:b;c d$e'),
  ])
    expect(parseCryptHash(bad)).toBeNull();

  expect(isFingerprint(key.fingerprint)).toBe(true);
  for (const bad of ['', 'A'.repeat(40), 'a'.repeat(41), `${key.fingerprint}\n`, '../etc'])
    expect(isFingerprint(bad)).toBe(false);
  for (const good of ['6.17.7-300.fc43.x86_64', '7.2.12+deb14-amd64', '6.8.0-45-generic'])
    expect(isKernelRelease(good)).toBe(true);
  for (const bad of ['', '.', '..', '../6', '6/7', '6..7', '6.1 rm', '6.1\n', '-k', '6;x', '6'.repeat(200)])
    expect(isKernelRelease(bad)).toBe(false);
  expect(['nvidia', 'none', 'quiet', ''].filter(isArgumentPreset)).toEqual(['nvidia', 'none']);
});

test('no text with a slash or a space passes as a kernel', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      if (/[^0-9A-Za-z._+~-]/.test(text)) expect(isKernelRelease(text)).toBe(false);
    }),
    { numRuns: 300 },
  );
});
