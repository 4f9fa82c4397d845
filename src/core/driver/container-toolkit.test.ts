// SPDX-License-Identifier: GPL-3.0-or-later

import { expect, test } from 'vitest';

import { missingPackages, namesToLookFor } from './container-toolkit.ts';

const nvidias = 'nvidia-container-toolkit';
const fedoras = 'golang-github-nvidia-container-toolkit';
const wanted = ['akmod-nvidia', nvidias];
const sources = (
  installed: readonly string[],
  available: readonly string[],
  ids: readonly string[] = [],
) => ({
  installed: new Set(installed),
  available: new Set(available),
  hosts: Object.fromEntries(ids.map((id) => [id, ['x.example']])),
});

test.each([
  ['NVIDIA’s repository is on', [], [nvidias, fedoras], ['akmod-nvidia', nvidias]],
  ['only Fedora’s has it', [], [fedoras], ['akmod-nvidia', fedoras]],
  ['nobody has it', [], [], ['akmod-nvidia']],
  ['Fedora’s is installed: NVIDIA’s would take its files', [fedoras], [nvidias, fedoras], ['akmod-nvidia']],
  ['NVIDIA’s is installed', [nvidias], [fedoras], ['akmod-nvidia']],
] as const)('%s', (_what, installed, available, missing) => {
  expect(missingPackages(wanted, sources(installed, available), false)).toEqual(missing);
});

test('a service that cannot say what its sources have: NVIDIA’s name only where its repository is there', () => {
  const any = [nvidias, fedoras];
  expect(missingPackages(wanted, sources([], any), true)).toEqual(['akmod-nvidia', fedoras]);
  expect(missingPackages(wanted, sources([], any, [nvidias]), true)).toEqual(['akmod-nvidia', nvidias]);
});

test('both names are asked for, where one of them is wanted', () => {
  expect(namesToLookFor(wanted)).toEqual([...wanted, fedoras]);
  expect(namesToLookFor(['gcc'])).toEqual(['gcc']);
});
