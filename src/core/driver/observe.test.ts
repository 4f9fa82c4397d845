// SPDX-License-Identifier: GPL-3.0-or-later

import { expect, test } from 'vitest';

import { keyBytes, sha1 } from '../../../tests/support/key-bytes.node.ts';
import { MemoryLook, type MemoryFile } from '../../../tests/support/memory-look.ts';
import { isOfDistribution, observeKernels, type KernelsAsked } from './observe-kernels.ts';
import { observeOfflineUpdate } from './observe-packages.ts';
import { observeDriver } from './observe.ts';
import { observeMachine } from '../machine/observe.ts';

const kernel = '7.2.12-200.fc44.x86_64';
const path = `/lib/modules/${kernel}/extra/nvidia/nvidia.ko.xz`;
const info = `filename:       ${path}\nversion:        610.43.03\nlicense:        NVIDIA\nsig_id:         PKCS#7\n`;
const dump = `sh -c xz -dc -- "$0" | tail -c 16384 | od -An -v -tx1 ${path}`;
const od = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
const failedLog = `/var/cache/akmods/nvidia/610.43.03-1-for-${kernel}.failed.log`;

const asked = (more: Partial<KernelsAsked> = {}): KernelsAsked => ({
  family: 'fedora',
  running: kernel,
  installed: [kernel],
  image: false,
  booted: null,
  staged: null,
  cache: new Map(),
  ...more,
});
const none = { stderr: 'modinfo: ERROR: Module nvidia not found.', exit: 1 };
const noModule = {
  [`/usr/sbin/modinfo -k ${kernel} nvidia`]: none,
  [`/usr/sbin/modinfo -k ${kernel} nvidia-current`]: none,
};
const one = async (files: Record<string, MemoryFile>, commands: MemoryLook['commands'], more = {}) =>
  (await observeKernels(new MemoryLook(files, commands), asked(more)))[0];

test('a signed module with its signers', async () => {
  const found = await one(
    { [path]: Uint8Array.from(Buffer.from('fd377a585a000004e6d6b446', 'hex')) },
    {
      [`/usr/sbin/modinfo -k ${kernel} nvidia`]: { stdout: info },
      [dump]: { stdout: od(keyBytes('akmods.ko')) },
    },
  );
  expect(found).toMatchObject({
    headers: false,
    build: { tag: 'idle' },
    module: {
      known: true,
      value: { open: false, badCompression: true, prebuilt: false, signers: [{ serial: '4d2f' }] },
    },
  });
});

test('a signature that cannot be read makes the module unknown, not unsigned', async () => {
  const modules = { [`/usr/sbin/modinfo -k ${kernel} nvidia`]: { stdout: info } };
  const broken = { stdout: '', stderr: 'xz: nvidia.ko.xz: File format not recognized', exit: 1 };
  expect((await one({}, { ...modules, [dump]: broken }))?.module).toMatchObject({
    known: false,
    reason: 'tool-failed',
    detail: 'xz: nvidia.ko.xz: File format not recognized',
  });
  expect((await one({}, modules))?.module).toMatchObject({ known: false, reason: 'no-tool' });
  expect((await one({}, {}))?.module).toMatchObject({ known: false, reason: 'no-tool' });
});

test('a build that failed, with the reason its log gives; a newer success counts more', async () => {
  const text = 'Files needed for building modules against kernel could not be found';
  const found = await one({ [failedLog]: text }, noModule);
  expect(found).toMatchObject({
    module: { known: true, value: null },
    build: { tag: 'failed', log: failedLog, reason: 'no-headers' },
  });
  const building = `systemctl show akmods@${kernel}.service --property=ActiveState,InactiveExitTimestamp --timestamp=unix`;
  const again = { stdout: 'ActiveState=activating\nInactiveExitTimestamp=@1795786464\n' };
  expect((await one({ [failedLog]: text }, { ...noModule, [building]: again }))?.build.tag).toBe('building');
});

test('DKMS that has not built for a kernel', async () => {
  const status = `nvidia/595.71.05, ${kernel}, x86_64: added\n`;
  const log = '/var/lib/dkms/nvidia/595.71.05/build/make.log';
  const found = await one(
    { [log]: 'x.c:1:1: error: too few arguments' },
    { ...noModule, '/usr/sbin/dkms status': { stdout: status } },
    { family: 'debian' },
  );
  expect(found?.build).toEqual({ tag: 'failed', log, reason: 'too-old' });
});

test('a large file is unpacked once, until the list of modules is written again', async () => {
  const commands = {
    [`/usr/sbin/modinfo -k ${kernel} nvidia`]: { stdout: info },
    [dump]: { stdout: od(keyBytes('akmods.ko')) },
  };
  const list = `/usr/lib/modules/${kernel}/modules.dep`;
  const cache: KernelsAsked['cache'] = new Map();
  const first = new MemoryLook({ [list]: 'x' }, commands);
  await observeKernels(first, asked({ cache }));
  expect(first.ran).toContain(dump);
  const second = new MemoryLook({ [list]: 'x' }, commands);
  const found = await observeKernels(second, asked({ cache }));
  expect(second.ran).not.toContain(dump);
  expect(found[0]?.module).toMatchObject({ known: true, value: { version: '610.43.03' } });
  const changed = new MemoryLook({ [list]: 'longer' }, commands);
  await observeKernels(changed, asked({ cache }));
  expect(changed.ran).toContain(dump);
});

test('the module of a deployment that waits for the next start', async () => {
  const staged = { os: 'fedora', checksum: 'c'.repeat(64), serial: 0, version: null, origin: null };
  const folder = `/ostree/deploy/fedora/deploy/${staged.checksum}.0/usr/lib/modules/${kernel}`;
  const file = `${folder}/extra/nvidia/nvidia.ko.xz`;
  const look = new MemoryLook(
    { [file]: 'x', [`${folder}/extra/v4l2loopback/v4l2loopback.ko.xz`]: 'x' },
    { [`/usr/sbin/modinfo ${file}`]: { stdout: `filename:       ${file}\nversion:        610.43.03\n` } },
  );
  const layered = asked({ installed: [], image: true, staged: { ...staged, layered: ['akmod-nvidia'] } });
  expect(await observeKernels(look, layered)).toMatchObject([
    { kernel, staged: true, module: { known: true, value: { signers: [], prebuilt: false } } },
  ]);
  const own = asked({ installed: [], image: true, staged: { ...staged, layered: [] } });
  expect(await observeKernels(look, own)).toMatchObject([{ module: { value: { prebuilt: true } } }]);
});

test('updates that a restart would carry out', async () => {
  const prepared = { '/var/lib/PackageKit/prepared-update': 'kernel-core;7.2.13-200.fc44;x86_64;updates\n' };
  const update = { by: 'packagekit', kernel: '7.2.13-200.fc44.x86_64', driver: false, armed: false };
  expect(await observeOfflineUpdate(new MemoryLook(prepared))).toEqual(update);
  const armed = new MemoryLook({ ...prepared, '/system-update': { link: '/var/cache' } });
  expect(await observeOfflineUpdate(armed)).toEqual({ ...update, armed: true });
  const folder = '/usr/lib/sysimage/libdnf5/offline';
  const dnf = new MemoryLook({
    [`${folder}/offline-transaction-state.toml`]: 'status = "ready"\n',
    [`${folder}/transaction.json`]: '{"rpms":[]}',
  });
  expect(await observeOfflineUpdate(dnf)).toEqual({ by: 'dnf5', kernel: null, driver: false, armed: true });
  expect(await observeOfflineUpdate(new MemoryLook({}))).toBeNull();
});

test('one list of keys that cannot be read makes all of them unknown', async () => {
  const folder = '/sys/firmware/efi/efivars';
  const shim = '605dab50-e046-4300-abb6-3dd810dd8b23';
  const files: Record<string, MemoryFile> = { [`${folder}/MokListRT-${shim}`]: keyBytes('moknew') };
  const read = async (more: Record<string, MemoryFile>) => {
    const look = new MemoryLook({ ...files, ...more });
    const options = { home: '/home/x', modelsPath: '/home/x/models', recording: null };
    return (await observeDriver(look, await observeMachine(look, options), { sha1 })).keys;
  };
  expect(await read({})).toMatchObject({ known: true, value: [{ place: 'mok' }, { place: 'mok' }] });
  const more = await read({ [`${folder}/MokListRT1-${shim}`]: keyBytes('fw-MokList') });
  expect(more).toMatchObject({ known: true, value: [{}, {}, { serial: 'c3a5ffee12345678' }] });
  expect(await read({ [`${folder}/MokListXRT-${shim}`]: { error: 'denied' } })).toMatchObject({
    known: false,
  });
});

test.each([
  ['7.2.12-200.fc44.x86_64', true],
  ['7.2.12-200.fc44.aarch64', true],
  ['7.0.0-0.rc3.20261101git1.31.fc45.x86_64', true],
  ['7.0.0-22-generic', true],
  ['6.12.63+deb13-amd64', true],
  ['7.2.12+deb14-amd64', true],
  ['6.1.0-18-amd64', true],
  ['7.1.9-ogc2.1.fc44.x86_64', false],
  ['7.2.10-cachyos1.fc44.x86_64', false],
  ['7.0.9-xanmod1', false],
  ['7.1.9-400.asahi.fc44.aarch64+16k', false],
])('kernel %s is the distribution’s: %s', (name, own) => {
  expect(isOfDistribution(name)).toBe(own);
});
