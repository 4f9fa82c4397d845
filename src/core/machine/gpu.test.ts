// SPDX-License-Identifier: GPL-3.0-or-later

import { describe, expect, test } from 'vitest';

import { MemoryLook, type MemoryFile } from '../../../tests/support/memory-look.ts';
import type { Output } from '../ports.ts';
import type { Gpu } from './facts.ts';
import {
  driverFromLink,
  isDisplayClass,
  isIntegrated,
  parsePciId,
  parseTreeUevent,
  vendorOf,
} from './gpu.ts';
import { nvidiaSmiCommand } from './nvidia.ts';
import { observeGpus } from './observe-gpus.ts';

const device = (address: string, id: string, more: Readonly<Record<string, MemoryFile>> = {}) => {
  const at = `/sys/bus/pci/devices/${address}`;
  const [vendor, number] = id.split(':');
  const files: Record<string, MemoryFile> = {
    [`${at}/class`]: '0x030000\n',
    [`${at}/vendor`]: `0x${vendor ?? ''}\n`,
    [`${at}/device`]: `0x${number ?? ''}\n`,
  };
  for (const [name, file] of Object.entries(more)) files[`${at}/${name}`] = file;
  return files;
};
const driver = (name: string): MemoryFile => ({ link: `../../../../bus/pci/drivers/${name}` });

async function gpusOf(
  files: Readonly<Record<string, MemoryFile>>,
  commands: Readonly<Record<string, Partial<Output>>> = {},
): Promise<readonly Gpu[]> {
  const fact = await observeGpus(new MemoryLook(files, commands));
  if (!fact.known) throw new Error(fact.reason);
  return fact.value;
}

describe('what counts as a GPU', () => {
  test('classes, ids, links', () => {
    expect(['0x030000\n', '0x030200\n', '0x038000\n', '0x060000\n', ''].map(isDisplayClass)).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
    expect(parsePciId('0x10DE\n')).toBe('10de');
    expect(parsePciId('10de')).toBeNull();
    expect(driverFromLink('../../../bus/pci/drivers/nvidia')).toBe('nvidia');
    expect(driverFromLink('../..')).toBeNull();
    expect([vendorOf('1af4'), vendorOf('1002'), vendorOf('1a03')]).toEqual(['virtual', 'amd', 'other']);
  });

  test('other devices are left out; a device that lies about its ids too', async () => {
    const files = {
      ...device('0000:00:00.0', '8086:1234', { class: '0x060000\n' }),
      ...device('0000:01:00.0', '10de:nope'),
      ...device('0000:02:00.0', '10de:2b85'),
    };
    expect((await gpusOf(files)).map((gpu) => gpu.address)).toEqual(['0000:02:00.0']);
  });

  test('a machine without PCI and DRM says why', async () => {
    expect(await observeGpus(new MemoryLook({}))).toMatchObject({ known: false, reason: 'absent' });
  });
});

test.each([
  ['8086', '0000:00:02.0', 'Raptor Lake-P [Iris Xe Graphics]', false, true],
  ['8086', '0000:03:00.0', 'Battlemage G21 [Arc B580]', false, false],
  ['1002', '0000:c1:00.0', 'Phoenix1 [Radeon 740M / 760M / 780M Graphics]', false, true],
  ['1002', '0000:03:00.0', 'Navi 31 [Radeon RX 7900 XTX]', true, false],
  ['1002', '0000:03:00.0', 'Ellesmere [Radeon RX 470/480/570/580]', false, false],
  ['1002', '0000:03:00.0', null, true, false],
  ['10de', '0000:01:00.0', 'AD107M [GeForce RTX 4060 Max-Q / Mobile]', false, false],
  ['10de', '000f:01:00.0', 'GB20B [GB10]', false, true],
  ['1af4', '0000:00:01.0', 'Virtio 1.0 GPU', false, true],
])('%s at %s, %s, with board_info %s: integrated is %s', (vendorId, address, name, boardInfo, integrated) => {
  expect(isIntegrated({ address, vendorId, deviceId: '0000', driver: null, name, boardInfo })).toBe(
    integrated,
  );
});

describe('memory', () => {
  test('amdgpu tells total and used', async () => {
    const [gpu] = await gpusOf(
      device('0000:03:00.0', '1002:744c', {
        driver: driver('amdgpu'),
        board_info: 'type : cem\n',
        mem_info_vram_total: '1000\n',
        mem_info_vram_used: '400\n',
      }),
    );
    expect(gpu).toMatchObject({ integrated: false, memory: { value: 1000 }, memoryFree: { value: 600 } });
  });

  test('a sleeping or lying amdgpu is a reason, not a number', async () => {
    const [gpu] = await gpusOf(
      device('0000:03:00.0', '1002:744c', {
        driver: driver('amdgpu'),
        mem_info_vram_total: 'lots\n',
        mem_info_vram_used: { error: 'io' },
      }),
    );
    expect(gpu?.memory).toMatchObject({ known: false, reason: 'garbled' });
    expect(gpu?.memoryFree).toMatchObject({ known: false, reason: 'garbled' });
  });

  test('nouveau, xe without its file and no driver at all say who does not tell', async () => {
    const gpus = await gpusOf({
      ...device('0000:01:00.0', '10de:1b80', { driver: driver('nouveau') }),
      ...device('0000:03:00.0', '8086:e20b', { driver: driver('xe') }),
      ...device('0000:04:00.0', '10de:2b85'),
    });
    expect(gpus.map((gpu) => gpu.memory)).toMatchObject([
      { reason: 'not-told', source: 'nouveau' },
      { reason: 'not-told', source: 'xe' },
      { reason: 'not-told', source: 'no driver' },
    ]);
    expect(gpus[2]?.driver).toMatchObject({ known: true, value: null });
  });

  test('nvidia-smi is asked once, and only where its driver is bound', async () => {
    const card = (address: string) => device(address, '10de:2b85', { driver: driver('nvidia') });
    const smi = nvidiaSmiCommand.join(' ');
    const stdout = '00000000:01:00.0, NVIDIA GeForce RTX 5090, 610.43.03, 32607, 7\n';
    const look = new MemoryLook({ ...card('0000:01:00.0'), ...card('0000:02:00.0') }, { [smi]: { stdout } });
    const fact = await observeGpus(look);
    expect(look.ran).toEqual([smi]);
    const [first, second] = fact.known ? fact.value : [];
    expect(first).toMatchObject({
      memory: { value: 32607 * 1024 * 1024 },
      driverVersion: { value: '610.43.03' },
    });
    // The second card has fallen off the bus: the driver answers, but not for it.
    expect(second?.memory).toMatchObject({ known: false, reason: 'not-told', source: 'nvidia-smi' });
    const idle = new MemoryLook(device('0000:01:00.0', '10de:2b85', { driver: driver('nouveau') }));
    await observeGpus(idle);
    expect(idle.ran).toEqual([]);
  });

  test('nvidia-smi that fails or is not there gives its reason and keeps the version of the module', async () => {
    const files = {
      ...device('0000:01:00.0', '10de:2b85', { driver: driver('nvidia') }),
      '/proc/driver/nvidia/version': 'NVRM version: NVIDIA UNIX x86_64 Kernel Module  580.173.02  Tue\n',
    };
    const [without] = await gpusOf(files);
    expect(without).toMatchObject({ memory: { reason: 'no-tool' }, driverVersion: { value: '580.173.02' } });
    const said = 'Failed to initialize NVML: Driver/library version mismatch\n';
    const [failing] = await gpusOf(files, { [nvidiaSmiCommand.join(' ')]: { stdout: said, exit: 18 } });
    expect(failing?.memory).toMatchObject({ reason: 'tool-failed', detail: said.trim() });
  });
});

test('device tree: a GPU is told from a display controller', () => {
  expect(
    parseTreeUevent(
      'DRIVER=asahi\nOF_FULLNAME=/soc/gpu@406400000\nOF_COMPATIBLE_0=apple,agx-t6021\nOF_COMPATIBLE_N=1\n',
    ),
  ).toMatchObject({
    node: '/soc/gpu@406400000',
    driver: 'asahi',
    vendor: 'apple',
    name: 'Apple M2 Max graphics',
  });
  expect(parseTreeUevent('DRIVER=apple-drm\nOF_COMPATIBLE_0=apple,display-subsystem\n')).toBeNull();
  expect(parseTreeUevent('\0\0\0')).toBeNull();
});
