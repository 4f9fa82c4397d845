// SPDX-License-Identifier: GPL-3.0-or-later

import { expect, test } from 'vitest';

import {
  bootEntry,
  defaultInLoaderConf,
  defaultOfMenu,
  entryOfKernel,
  isSystemdBoot,
  kernelOfEntry,
  loaderText,
  loaderVariable,
} from './boot-menu.ts';

const installed = ['7.2.12-300.fc44.x86_64', '7.2.13-300.fc44.x86_64'];
const [older = '', newer = ''] = installed;
const machine = '0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d';
const entriesOf = (...names: readonly string[]) => names.flatMap((name) => bootEntry(name) ?? []);
const entries = entriesOf(
  `${machine}-${older}.conf`,
  `${machine}-${newer}+3.conf`,
  'auto-windows.conf',
  'x.txt',
);

test('a text as the firmware keeps it, there and back', () => {
  const file = loaderVariable('a-1.conf');
  expect([...file.subarray(0, 8)]).toEqual([7, 0, 0, 0, 0x61, 0, 0x2d, 0]);
  expect([...file.subarray(-2)]).toEqual([0, 0]);
  expect(loaderText(file.subarray(4))).toBe('a-1.conf');
  expect(loaderText(new Uint8Array())).toBe('');
});

test('GRUB sets LoaderInfo as well, and is not taken for systemd-boot', () => {
  expect(isSystemdBoot('systemd-boot 262~rc1-1')).toBe(true);
  expect(isSystemdBoot('GRUB 2.14')).toBe(false);
  expect(isSystemdBoot('')).toBe(false);
});

test('counts of tries are no part of an entry’s id', () => {
  expect(bootEntry('fedora-6.17.1+3-1.conf')).toEqual({ id: 'fedora-6.17.1.conf', spent: false });
  expect(bootEntry('fedora-6.17.1+0-3.efi')).toEqual({ id: 'fedora-6.17.1.efi', spent: true });
  // A plus in a release is not a count.
  expect(bootEntry('debian-7.2.12+deb14-amd64.conf')?.id).toBe('debian-7.2.12+deb14-amd64.conf');
  expect(bootEntry('loader.conf.bak')).toBe(null);
});

test('an entry starts the installed kernel whose release ends its name, of several the whole one', () => {
  expect(kernelOfEntry(`${machine}-${older}.conf`, installed)).toBe(older);
  expect(kernelOfEntry(`${machine}-6.1.conf`, installed)).toBe(null);
  expect(kernelOfEntry('debian-13-7.2.12.efi', ['7.2.12', '13-7.2.12'])).toBe('13-7.2.12');
  expect(entryOfKernel(newer, entries, installed)).toBe(`${machine}-${newer}.conf`);
  expect(entryOfKernel('6.1', entries, [...installed, '6.1'])).toBe(null);
  // Two systems on one partition: nobody can say which of the two is meant.
  const two = [...entries, ...entriesOf(`other-${newer}.conf`)];
  expect(entryOfKernel(newer, two, installed)).toBe(null);
});

test('what the menu starts by itself: the firmware’s setting, then loader.conf’s, then the newest', () => {
  expect(defaultOfMenu(entries, installed, [`${machine}-${older}.conf`, '*'])).toBe(older);
  expect(defaultOfMenu(entries, installed, ['gone-*', `${machine.toUpperCase()}-7.2.12*`])).toBe(older);
  expect(defaultOfMenu(entries, installed, [null, null])).toBe(newer);
  expect(defaultOfMenu(entries, installed, ['auto-windows.conf'])).toBe(null);
  expect(defaultOfMenu(entries, installed, ['@saved'])).toBe(null);
  expect(defaultOfMenu([], installed, [])).toBe(null);
  const spent = entriesOf(`${machine}-${older}.conf`, `${machine}-${newer}+0-3.conf`);
  expect(defaultOfMenu(spent, installed, [])).toBe(older);
});

test('loader.conf', () => {
  expect(defaultInLoaderConf('#default x\ntimeout 3\ndefault  fedora-*\n')).toBe('fedora-*');
  expect(defaultInLoaderConf('timeout 3\n')).toBe(null);
});
