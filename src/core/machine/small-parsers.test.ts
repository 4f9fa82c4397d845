// SPDX-License-Identifier: GPL-3.0-or-later

import { describe, expect, test } from 'vitest';

import { known, missing } from '../known.ts';
import { parseDf } from './disk.ts';
import { parseOllamaManifest, ollamaName } from './existing.ts';
import { parseEfiFlag, secureBootFrom } from './firmware.ts';
import { parseNetwork } from './network.ts';
import { parseNvidiaModule, parseNvidiaSmi } from './nvidia.ts';
import { parseVersion } from './observe.ts';
import { deviceName, excerpt } from './pci-ids.ts';
import { parseNumber } from './read.ts';
import { parseDetectVirt, virtFromDmi } from './virtualisation.ts';

describe('df', () => {
  const head = 'Filesystem     Type    1B-blocks       Avail Mounted on\n';

  test('captured output', () => {
    expect(parseDf(`${head}/dev/vda       ext4 270553174016 83694252032 /hearth\n`, '/hearth/x')).toEqual({
      path: '/hearth/x',
      total: 270553174016,
      free: 83694252032,
      fileSystem: 'ext4',
    });
  });

  test('names with blanks', () => {
    const text = `${head}//server/my share cifs 1000 10 /mnt/my share\n`;
    expect(parseDf(text, '/mnt/my share')).toMatchObject({ fileSystem: 'cifs', total: 1000, free: 10 });
  });

  test.each(['', head, `${head}-  -  -  -  /\n`, `${head}/dev/a ext4 10 20 /\n`, 'x\n\0\n'])(
    '%j is garbled',
    (text) => {
      expect(parseDf(text, '/')).toBeNull();
    },
  );
});

describe('nvidia-smi', () => {
  test('several cards, one that does not tell its memory', () => {
    const text =
      '00000000:01:00.0, NVIDIA GeForce RTX 4060 Laptop GPU, 610.43.03, 8188, 412\n' +
      '00000000:0F:00.0, NVIDIA GB10, 610.43.03, [N/A], [N/A]\n';
    expect(parseNvidiaSmi(text)).toEqual([
      {
        address: '0000:01:00.0',
        name: 'NVIDIA GeForce RTX 4060 Laptop GPU',
        driverVersion: '610.43.03',
        total: 8188 * 1024 * 1024,
        used: 412 * 1024 * 1024,
      },
      { address: '0000:0f:00.0', name: 'NVIDIA GB10', driverVersion: '610.43.03', total: null, used: null },
    ]);
  });

  test('what it says when it fails has no cards', () => {
    const said =
      "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that …\n";
    expect(parseNvidiaSmi(said)).toEqual([]);
    expect(parseNvidiaSmi('No devices were found\n')).toEqual([]);
  });

  test('the module says its version and whether it is the open one', () => {
    const open =
      'NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  555.58.02  Release Build  (dvs-builder@U16-I3-B03-4-3)  Tue Jun 25 01:26:03 UTC 2024\nGCC version:  gcc version 14.2.1\n';
    const closed =
      'NVRM version: NVIDIA UNIX x86_64 Kernel Module  580.173.02  Tue Jul 14 10:21:35 UTC 2026\n';
    expect(parseNvidiaModule(open)).toEqual({ version: '555.58.02', open: true });
    expect(parseNvidiaModule(closed)).toEqual({ version: '580.173.02', open: false });
    expect(parseNvidiaModule('NVRM version: 580.173.02\n')).toBeNull();
  });
});

describe('Secure Boot', () => {
  const flag = (value: number): Uint8Array => Uint8Array.of(6, 0, 0, 0, value);
  const absent = missing('absent', 'SetupMode');

  test('is the byte after four bytes of attributes', () => {
    expect(parseEfiFlag(flag(1))).toBe(true);
    expect(parseEfiFlag(flag(0))).toBe(false);
    expect(parseEfiFlag(flag(2))).toBeNull();
    expect(parseEfiFlag(Uint8Array.of(1))).toBeNull();
    expect(parseEfiFlag(new Uint8Array(6))).toBeNull();
  });

  test('setup mode wins; firmware without SetupMode is believed', () => {
    expect(secureBootFrom(known(flag(1), 's'), absent)).toMatchObject({ value: 'on' });
    expect(secureBootFrom(known(flag(0), 's'), known(flag(1), 'm'))).toMatchObject({
      value: 'setup',
      source: 'm',
    });
    expect(secureBootFrom(known(flag(0), 's'), known(flag(0), 'm'))).toMatchObject({ value: 'off' });
    expect(secureBootFrom(known(new Uint8Array(), 's'), absent)).toMatchObject({ reason: 'garbled' });
    expect(secureBootFrom(missing('denied', 's'), absent)).toMatchObject({ reason: 'denied' });
  });
});

describe('pci.ids', () => {
  const text =
    '# comment\n1002  AMD\n\t13c0  Granite Ridge [Radeon 610M]\n10de  NVIDIA Corporation\n\t1b80  GP104 [GeForce GTX 1080]\n' +
    '\t\t1043 8591  STRIX\n\t2b85  GB202 [GeForce RTX 5090]\nC 03  Display controller\n\t00  VGA\n';

  test('a name belongs to its own vendor', () => {
    expect(deviceName(text, { vendor: '10de', device: '1b80' })).toBe('GP104 [GeForce GTX 1080]');
    expect(deviceName(text, { vendor: '1002', device: '1b80' })).toBeNull();
    expect(deviceName(text, { vendor: '8086', device: '1b80' })).toBeNull();
    expect(deviceName('', { vendor: '10de', device: '1b80' })).toBeNull();
  });

  test('an excerpt names the same and has nothing else', () => {
    const wanted = [{ vendor: '10de', device: '2b85' }];
    expect(excerpt(text, wanted)).toBe('10de  NVIDIA Corporation\n\t2b85  GB202 [GeForce RTX 5090]\n');
    expect(excerpt(text, [{ vendor: 'ffff', device: '0000' }])).toBe('');
  });
});

test('NetworkManager: captured form of busctl --json=short', () => {
  expect(parseNetwork('{"type":"u","data":4}\n{"type":"u","data":4}\n')).toEqual({
    connectivity: 'full',
    metered: 'no',
  });
  expect(parseNetwork('{"type":"u","data":1}\n{"type":"u","data":3}\n')).toEqual({
    connectivity: 'none',
    metered: 'yes',
  });
  for (const text of [
    '',
    '{"data":4}',
    '{"data":9}\n{"data":0}',
    '{"data":"4"}\n{"data":0}',
    'x\ny',
    '[]\n[]',
  ]) {
    expect(parseNetwork(text)).toBeNull();
  }
});

test('Ollama: layers of a manifest are added up, the model is one of them', () => {
  const digest = `sha256:${'a'.repeat(64)}`;
  const layers = [
    { mediaType: 'application/vnd.ollama.image.model', digest, size: 100 },
    { mediaType: 'application/vnd.ollama.image.license', digest: 'sha256:x', size: 5 },
  ];
  expect(parseOllamaManifest(JSON.stringify({ schemaVersion: 2, layers }))).toEqual({
    size: 105,
    modelDigest: digest,
  });
  const escape = [{ mediaType: 'application/vnd.ollama.image.model', digest: 'sha256:../../x', size: 1 }];
  expect(parseOllamaManifest(JSON.stringify({ layers: escape }))).toEqual({ size: 1, modelDigest: null });
  for (const text of ['', 'null', '[]', '{"layers":7}', '{"layers":[{"size":1e300}]}']) {
    expect(parseOllamaManifest(text)).toBeNull();
  }
});

test('Ollama: names as its own list writes them', () => {
  expect(ollamaName(['registry.ollama.ai', 'library', 'qwen3', '8b'])).toBe('qwen3:8b');
  expect(ollamaName(['registry.ollama.ai', 'me', 'mine', 'latest'])).toBe('me/mine:latest');
  expect(ollamaName(['hf.co', 'unsloth', 'x-GGUF', 'Q4_K_M'])).toBe('hf.co/unsloth/x-GGUF:Q4_K_M');
});

test('versions as the programs print them', () => {
  expect(parseVersion('podman version 5.8.6\n')).toBe('5.8.6');
  expect(parseVersion('Flatpak 1.18.1\n')).toBe('1.18.1');
  expect(parseVersion('podman version 6.0.0-dev\n')).toBe('6.0.0-dev');
  expect(parseVersion('')).toBeNull();
  expect(parseVersion('command not found\n')).toBeNull();
});

test('virtual machines by their words', () => {
  expect(parseDetectVirt('kvm\n')).toBe('kvm');
  expect(parseDetectVirt('none\n')).toBe('none');
  expect(parseDetectVirt('')).toBeNull();
  expect(parseDetectVirt('Failed to check: denied\n')).toBeNull();
  expect(virtFromDmi('QEMU', 'Standard PC (Q35 + ICH9, 2009)')).toBe('qemu');
  expect(virtFromDmi('Microsoft Corporation', 'Virtual Machine')).toBe('microsoft');
  expect(virtFromDmi('Microsoft Corporation', 'Surface Laptop 7')).toBeNull();
});

test('numbers of sysfs', () => {
  expect(parseNumber('25753026560\n')).toBe(25753026560);
  expect(parseNumber('0x10\n')).toBe(16);
  for (const text of ['', '-1', '1.5', '9'.repeat(16), 'max', '1 2']) expect(parseNumber(text)).toBeNull();
});
