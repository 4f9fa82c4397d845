// SPDX-License-Identifier: GPL-3.0-or-later

import { expect, test } from 'vitest';

import { keyBytes } from '../../../tests/support/key-bytes.node.ts';
import { akmodsLog, buildFailure, countsCards, isBadXz, parseDkmsStatus } from './module-output.ts';
import { parseHexDump, parseInhibitors, parseModinfo, parseSignersDump } from './module-output.ts';
import { parseUnitState } from './module-output.ts';

// modinfo of kmod 34 on a module made for it, signed with openssl cms as sign-file does.
const modinfo = `filename:       /lib/modules/7.2.12-200.fc44.x86_64/extra/nvidia/nvidia.ko.xz
version:        610.43.03
supported:      external
license:        Dual MIT/GPL
alias:          char-major-195-*
alias:          pci:v000010DEd*sv*sd*bc03sc02i00*
srcversion:     5B8B1A4E3D0E9C6F7A2B1C0
depends:        ecc,drm_ttm_helper
name:           nvidia
vermagic:       7.2.12-200.fc44.x86_64 SMP preempt mod_unload \nsig_id:         PKCS#7
signer:         ember-1234567
sig_key:        4F:12:6F:FD:54:3F:86:D0:AE:7B:88:58:A2:48:3E:7F:16:0D:D8:2B
sig_hashalgo:   sha256
signature:      75:77:87:C5:C3:70:7A:2D:74:47:6E:A3:3E:42:69:D1:E9:F7:94:2F:
\t\t32:27:2C:4D:5B:45:7C:49:5F:5D:2D:A1:90:19:09:D8:50:C4:09:C5
parm:           NVreg_ResmanDebugLevel:int
`;

test('modinfo', () => {
  expect(parseModinfo(modinfo)).toEqual({
    path: '/lib/modules/7.2.12-200.fc44.x86_64/extra/nvidia/nvidia.ko.xz',
    version: '610.43.03',
    vermagic: '7.2.12-200.fc44.x86_64 SMP preempt mod_unload',
    srcversion: '5B8B1A4E3D0E9C6F7A2B1C0',
    open: true,
    signed: true,
  });
  const closed = modinfo.replace('Dual MIT/GPL', 'NVIDIA').replace(/^sig[\s\S]*C5$/m, '');
  expect(parseModinfo(closed)).toMatchObject({ open: false, signed: false });
  expect(parseModinfo('modinfo: ERROR: Module nvidia not found.')).toBeNull();
  expect(parseModinfo('filename: (builtin)\n')).toBeNull();
});

/** As `od -An -v -tx1` writes it. */
function od(bytes: Uint8Array): string {
  const hex = [...bytes].map((byte) => ` ${byte.toString(16).padStart(2, '0')}`);
  return hex.map((text, index) => (index % 16 === 15 ? `${text}\n` : text)).join('');
}

test('signers from the dumped end of a module', () => {
  expect(parseHexDump(' 32 ac 9f\n 00 7e\n')).toEqual(Uint8Array.of(0x32, 0xac, 0x9f, 0, 0x7e));
  const two = parseSignersDump(od(keyBytes('two.ko')));
  expect(two?.map((signer) => signer.serial).sort()).toEqual(['4d2f', 'c3a5ffee12345678']);
  expect(parseSignersDump(od(keyBytes('plain.ko')))).toEqual([]);
  const cut = keyBytes('akmods.ko').slice(-100);
  expect(parseSignersDump(od(cut))).toBeNull();
});

test.each([
  ['crc32', 'fd377a585a0000016922de36', false],
  ['crc64', 'fd377a585a000004e6d6b446', true],
  ['sha256', 'fd377a585a00000ae1fb0ca1', true],
  ['none', 'fd377a585a000000ff12d941', false],
  ['zstd', '28b52ffd0000000000000000', false],
  ['nothing', '', false],
])('an xz file with check %s', (_name, head, bad) => {
  expect(isBadXz(parseHexDump(head))).toBe(bad);
});

// systemctl of systemd 262.
test('a unit that builds', () => {
  expect(parseUnitState('ActiveState=activating\nInactiveExitTimestamp=@1795786464\n')).toEqual({
    tag: 'building',
    since: 1_795_786_464_000,
  });
  expect(parseUnitState('ActiveState=activating\nInactiveExitTimestamp=\n')).toEqual({
    tag: 'building',
    since: null,
  });
  for (const state of ['inactive', 'active', 'failed'])
    expect(parseUnitState(`ActiveState=${state}\nInactiveExitTimestamp=\n`)).toEqual({ tag: 'idle' });
});

// busctl of systemd 262, systemd-inhibit called as akmods@.service does.
test('who holds a restart back', () => {
  const held =
    '{"type":"a(ssssuu)","data":[[["shutdown:sleep:idle","akmods","Akmods Transaction running","block",0,188]]]}';
  expect(parseInhibitors(held)).toBe(true);
  expect(parseInhibitors(held.replace('"block"', '"delay"'))).toBe(false);
  expect(parseInhibitors(held.replace('"akmods"', '"GNOME Shell"'))).toBe(false);
  for (const text of ['', '[]', '{"data":[[1,["a"]]]}', '{"data":5}'])
    expect(parseInhibitors(text)).toBe(false);
});

test.each([
  ['Files needed for building modules against kernel 7.2.13 could not be found as', 'no-headers'],
  ['error: Failed build dependencies:\n\tgcc-c++ is needed by nvidia-kmod-3:610', 'missing-packages'],
  ['/tmp/nv.c:12:5: error: implicit declaration of function ‘vm_flags_set’', 'too-old'],
  ['ERROR: modpost: "drm_gem_fb" [nvidia-drm.ko] undefined!', 'too-old'],
  ['Building rpms failed; see /var/cache/akmods/nvidia/x.failed.log', 'other'],
])('%s', (log, reason) => {
  expect(buildFailure(log)).toBe(reason);
});

test('names of logs', () => {
  const kernel = '7.2.12-200.fc44.x86_64';
  expect(akmodsLog(`610.43.03-1-for-${kernel}.failed.log`, kernel)).toBe('failed');
  expect(akmodsLog(`610.43.03-1-for-${kernel}.log`, kernel)).toBe('built');
  expect(akmodsLog('.last.log', kernel)).toBeNull();
  expect(akmodsLog('610.43.03-1-for-7.1.11-200.fc44.x86_64.log', kernel)).toBeNull();
});

test('dkms status', () => {
  const text =
    'nvidia/595.71.05, 7.0.0-22-generic, x86_64: installed\nnvidia/595.71.05, 7.0.0-23-generic, x86_64: built\n' +
    'nvidia-current, 550.163.01, 6.12.63+deb13-amd64, x86_64: installed\nvirtualbox/7.2, 7.0.0-24-generic, x86_64: added\n';
  expect(parseDkmsStatus(text, '7.0.0-22-generic')).toBe('installed');
  expect(parseDkmsStatus(text, '7.0.0-23-generic')).toBe('not-installed');
  expect(parseDkmsStatus(text, '6.12.63+deb13-amd64')).toBe('installed');
  expect(parseDkmsStatus(text, '7.0.0-24-generic')).toBeNull();
});

test('nvidia-smi -L', () => {
  expect(
    countsCards('GPU 0: NVIDIA GeForce RTX 4060 Laptop GPU (UUID: GPU-1)\nGPU 1: X (UUID: GPU-2)\n'),
  ).toBe(2);
  expect(countsCards('Failed to initialize NVML: Driver/library version mismatch\n')).toBe(0);
});
