// SPDX-License-Identifier: GPL-3.0-or-later

import { describe, expect, test } from 'vitest';

import { asked, boot, fellBack, gpu, kernelWith, mechanism } from '../../../tests/support/driver-sight.ts';
import { mok, newest, nouveau, otherKey, ownKey } from '../../../tests/support/driver-sight.ts';
import { running, sightWith, type Change } from '../../../tests/support/driver-sight.ts';
import { known } from '../known.ts';
import { rows } from './diagnosis.ts';
import type { DriverReadings } from './readings.ts';

/** 'id cure' of everything that is found. */
const found = (change: Change): readonly string[] =>
  sightWith(change).findings.map(({ id, cure }) => `${id} ${String(cure)}`);

const noKeys = { keys: known([], 'efivars') };
const seen = (more: Partial<DriverReadings>): Partial<DriverReadings> => ({ ...fellBack.readings, ...more });
const missed: Change = {
  ...fellBack,
  readings: seen(noKeys),
  mechanism: mechanism({ request: asked() }),
};
const log = (text: string) => ({ kernelLog: known(text, 'journalctl') });
const unsigned = { signers: [] };
const otherSigner = { signers: [{ issuer: otherKey.issuer, serial: otherKey.serial, subjectKeyId: null }] };
const failed = (reason: 'too-old' | 'other' | 'missing-packages' | 'no-headers') =>
  kernelWith(newest, null, { build: { tag: 'failed', log: '/var/cache/akmods/x.log', reason } });
const kernels = (...list: DriverReadings['kernels']): Change => ({ readings: { kernels: list } });
const waiting = mechanism({ request: asked(), obstacles: [] });

/** Number of the table, the row, its cure, when it shows, and the nearest situation in which it does not. */
const table: readonly (readonly [row: number, is: string, when: Change, not: Change])[] = [
  [
    1,
    'screen-missed request-again',
    missed,
    { ...missed, mechanism: mechanism({ request: asked({ bootId: boot }) }) },
  ],
  [2, 'keyboard-layout request-again', { ...missed, readings: seen({ ...noKeys, layout: 'fr' }) }, missed],
  [
    3,
    'older-request cancel-request',
    { ...missed, mechanism: mechanism({ pendingEnrolment: [ownKey.fingerprint] }) },
    {
      ...missed,
      mechanism: mechanism({ pendingEnrolment: [ownKey.fingerprint], request: asked({ bootId: boot }) }),
    },
  ],
  [
    4,
    'no-key-manager place-key-manager',
    { ...missed, mechanism: mechanism({ obstacles: ['no-key-manager'] }) },
    { mechanism: mechanism({ obstacles: ['no-key-manager'] }) },
  ],
  [
    5,
    'screen-not-shown cancel-request',
    { ...missed, mechanism: mechanism({ request: asked(), pendingEnrolment: [ownKey.fingerprint] }) },
    missed,
  ],
  [
    5,
    'screen-not-shown null',
    { ...missed, readings: seen({ ...noKeys, throughShim: known(false, 'x') }), mechanism: null },
    { readings: { throughShim: known(false, 'x') } },
  ],
  [
    6,
    'firmware-drops-key null',
    { ...missed, mechanism: mechanism({ request: asked({ attempts: 2 }) }), says: true },
    { ...missed, mechanism: mechanism({ request: asked({ attempts: 2 }) }), says: false },
  ],
  [
    7,
    'firmware-full null',
    { ...missed, mechanism: mechanism({ request: asked(), nvramFree: 9000 }) },
    { mechanism: mechanism({ nvramFree: 9000 }) },
  ],
  [
    7,
    'firmware-full null',
    { readings: log('Could not create MokListRT: Volume Full') },
    { readings: log('MokListRT') },
  ],
  [
    8,
    'key-wiped request-again',
    {
      ...fellBack,
      readings: seen(noKeys),
      mechanism: mechanism({
        verified: { kernel: running, version: '610.43.03', fingerprint: ownKey.fingerprint },
      }),
    },
    {
      mechanism: mechanism({ verified: { kernel: running, version: '1', fingerprint: ownKey.fingerprint } }),
    },
  ],
  [9, 'module-unsigned rebuild', kernels(kernelWith(running), kernelWith(newest, unsigned)), {}],
  [
    10,
    'key-unknown rebuild',
    kernels(kernelWith(running), kernelWith(newest, otherSigner)),
    { readings: { kernels: [kernelWith(newest, otherSigner)], keys: known([mok(otherKey)], 'x') } },
  ],
  [10, 'key-unknown request-again', { ...fellBack, readings: seen(noKeys) }, fellBack],
  [
    11,
    'restarted-too-early rebuild',
    { ...fellBack, readings: seen({ kernels: [kernelWith(running, null), kernelWith(newest)] }) },
    { ...fellBack, readings: seen({ kernels: [kernelWith(running, null), kernelWith(newest, null)] }) },
  ],
  [
    12,
    'first-start-builds wait',
    {
      ...fellBack,
      readings: seen({
        kernels: [kernelWith(running, null, { build: { tag: 'building', since: null } }), kernelWith(newest)],
      }),
    },
    kernels(kernelWith(running), kernelWith(newest, null, { build: { tag: 'building', since: null } })),
  ],
  [13, 'driver-too-old keep-kernel', kernels(kernelWith(running), failed('too-old')), {}],
  [
    13,
    'driver-too-old show-log',
    kernels(kernelWith(running, null), failed('other')),
    kernels(kernelWith(running), failed('no-headers')),
  ],
  [
    14,
    'build-tools-missing install-build-tools',
    kernels(kernelWith(running), failed('missing-packages')),
    {},
  ],
  [
    15,
    'headers-missing install-headers',
    kernels(kernelWith(running), failed('no-headers')),
    kernels(kernelWith(running), kernelWith(newest, null)),
  ],
  [
    15,
    'headers-missing install-headers',
    kernels(kernelWith(running), kernelWith(newest, null, { headers: false })),
    kernels(kernelWith(running), kernelWith(newest, {}, { headers: false })),
  ],
  [
    16,
    'image-module-unsigned rebase-image',
    {
      image: true,
      readings: { kernels: [kernelWith(running), kernelWith(newest, unsigned, { staged: true })] },
    },
    kernels(kernelWith(running), kernelWith(newest, unsigned)),
  ],
  [
    17,
    'image-upgrade-refused rebase-image',
    {
      image: true,
      failure:
        'error: Could not depsolve transaction; 1 problem detected: nothing provides kernel-devel-matched = 7.2.12-200.fc44',
    },
    { failure: 'nothing provides kernel-devel-matched' },
  ],
  [
    18,
    'image-build-refused null',
    { image: true, failure: "Not to be used as root; start as user or 'akmodsbuild' instead." },
    { image: true, failure: 'error: Timeout was reached' },
  ],
  [19, 'card-dropped switch-branch', { gpus: [gpu('1b80', nouveau)] }, { gpus: [gpu('28e0', nouveau)] }],
  [
    20,
    'card-not-started rebuild',
    {
      gpus: [gpu('2b85')],
      readings: { kernels: [kernelWith(running, { open: false }), kernelWith(newest)] },
    },
    { gpus: [gpu('2b85')] },
  ],
  [
    20,
    'card-not-started null',
    { readings: { ...log('NVRM: RmInitAdapter failed! (0x62:0x40:2142)'), cuda: known(false, 'x') } },
    { readings: log('NVRM: RmInitAdapter failed! (0x62:0x40:2142)') },
  ],
  [
    21,
    'other-driver-holds-card driver-arguments',
    { gpus: [gpu('28e0', nouveau)], readings: { arguments: known('ro rhgb quiet', 'cmdline') } },
    { gpus: [gpu('28e0', nouveau)] },
  ],
  [
    22,
    'version-mismatch restart',
    {
      readings: {
        loaded: known({ version: '595.71.05', srcversion: 'old', taint: 'O', open: true }, 'x'),
        complaint: 'Failed to initialize NVML: Driver/library version mismatch',
      },
    },
    {},
  ],
  [
    23,
    'bad-compression rebuild',
    kernels(kernelWith(running), kernelWith(newest, { badCompression: true })),
    {},
  ],
  [
    24,
    'foreign-kernel keep-kernel',
    {
      ...fellBack,
      readings: seen({ kernels: [kernelWith(running, {}, { ofDistribution: false }), kernelWith(newest)] }),
    },
    { readings: { kernels: [kernelWith(running, {}, { ofDistribution: false }), kernelWith(newest)] } },
  ],
  [
    25,
    'image-key-missing request-again',
    {
      image: true,
      ...fellBack,
      readings: seen({ ...noKeys, kernels: [kernelWith(running, { prebuilt: true })] }),
    },
    { image: true, readings: { kernels: [kernelWith(running, { prebuilt: true })] } },
  ],
  [
    25,
    'image-key-missing null',
    {
      image: true,
      firmware: { secureBoot: known('off', 'x') },
      readings: { ...noKeys, kernels: [kernelWith(running, { prebuilt: true })] },
    },
    { firmware: { secureBoot: known('off', 'x') }, readings: noKeys },
  ],
  [
    26,
    'enabling-offered null',
    {
      image: true,
      readings: { kernels: [kernelWith(running, { prebuilt: true })] },
      mechanism: mechanism({ key: { ...otherKey, source: 'akmods' } }),
    },
    { image: true, readings: { kernels: [kernelWith(running, { prebuilt: true })] } },
  ],
  [
    27,
    'started-by-bios null',
    { firmware: { kind: known('bios', 'x'), secureBoot: known('off', 'x') } },
    { firmware: { secureBoot: known('off', 'x') } },
  ],
  [
    28,
    'dark-passphrase null',
    { gpus: [gpu('28e0', { bootScreen: true })], readings: { encrypted: true } },
    {
      gpus: [gpu('28e0', { bootScreen: true })],
      readings: { encrypted: true, arguments: known('ro plymouth.use-simpledrm=1', 'x') },
    },
  ],
  [
    29,
    'prebuilt-missing keep-kernel',
    kernels(kernelWith(running, { prebuilt: true }), kernelWith(newest, null, { headers: false })),
    kernels(kernelWith(running), kernelWith(newest, null)),
  ],
  [
    30,
    'reset-offered cancel-request',
    { readings: { mokVariables: ['MokAuth'] } },
    { readings: { mokVariables: ['MokAuth', 'MokNew'] } },
  ],
  [30, 'reset-offered cancel-request', { mechanism: mechanism({ staleAuth: true }) }, { mechanism: waiting }],
];

test('there are thirty rows, and each is tested', () => {
  expect(rows).toHaveLength(30);
  expect(new Set(table.map(([row]) => row)).size).toBe(30);
  expect([...new Set(table.map(([, is]) => is.split(' ')[0]))].sort()).toEqual(
    rows.map(({ id }) => id).sort(),
  );
});

describe.each(table)('row %i: %s', (_row, is, when, not) => {
  test('shows', () => {
    expect(found(when)).toContain(is);
  });
  test('does not show next to it', () => {
    expect(found(not)).not.toContain(is);
  });
});

test('a driver at work has no findings', () => {
  expect(found({})).toEqual([]);
  expect(sightWith().verified).toBe(true);
});

test('what stops the driver comes first, and one cause is said once', () => {
  expect(found({ ...missed, readings: seen({ ...noKeys, layout: 'fr' }) })).toEqual([
    'screen-missed request-again',
    'keyboard-layout request-again',
  ]);
  expect(found({ ...missed, mechanism: mechanism({ request: asked(), staleAuth: true }) })).toEqual([
    'reset-offered cancel-request',
  ]);
});

test('a restart that would not help is not offered', () => {
  const loaded = known({ version: '595.71.05', srcversion: 'old', taint: 'O', open: true }, 'x');
  const building = kernelWith(newest, null, { build: { tag: 'building', since: null } });
  expect(found({ readings: { loaded, kernels: [kernelWith(running), building] } })).toContain(
    'version-mismatch wait',
  );
});

test('without an NVIDIA card nothing of it is said', () => {
  const readings = { mokVariables: ['MokListRT'], kernels: [], installed: known([], 'rpm') };
  expect(found({ gpus: [], readings: { ...readings, loaded: known(null, 'x') } })).toEqual([]);
});
