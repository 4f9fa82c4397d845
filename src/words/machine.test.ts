// SPDX-License-Identifier: GPL-3.0-or-later

import { describe, expect, test } from 'vitest';

import { known, missing, type Missing, type MissingReason } from '../core/known.ts';
import type { Gpu, MachineFacts } from '../core/machine/facts.ts';
import { gpuName, gpuRows } from './gpu.ts';
import { machineReport, machineRows } from './machine.ts';
import { because } from './missing.ts';

const card: Gpu = {
  address: '0000:01:00.0',
  vendorId: '10de',
  deviceId: '28e0',
  vendor: 'nvidia',
  name: known('AD107M [GeForce RTX 4060 Max-Q / Mobile]', 'pci.ids'),
  driver: known('nouveau', 'driver'),
  integrated: false,
  bootScreen: false,
  memory: missing('not-told', 'nouveau'),
  memoryFree: missing('not-told', 'nouveau'),
  driverVersion: missing('not-told', 'driver'),
};

const facts: MachineFacts = {
  recording: null,
  system: known(
    {
      id: 'fedora',
      idLike: [],
      prettyName: 'Fedora Linux 44',
      version: '44',
      variantId: null,
      variant: 'workstation',
      image: false,
    },
    'os-release',
  ),
  kernel: known({ running: '7.2.12', installed: ['7.1.11', '7.2.12'] }, 'osrelease'),
  cpu: known({ model: 'Chip', architecture: 'x86_64', cores: 4, threads: 8, features: ['avx2'] }, 'cpuinfo'),
  memory: known({ total: 8e9, available: 5e9, swap: 0, zram: false, limited: true }, 'meminfo'),
  disk: missing('denied', '/home/user'),
  gpus: known([card], 'pci'),
  firmware: { kind: known('uefi', 'efi'), secureBoot: known('on', 'efi'), shim: known(true, 'efi') },
  virtualisation: known('podman', 'detect'),
  podman: missing('no-tool', 'podman --version'),
  flatpak: known('1.18.1', 'flatpak'),
  existing: {
    ollama: known([{ name: 'qwen3:8b', size: 5.2e9, path: null }], 'ollama'),
    ramalama: missing('absent', 'store'),
    lmstudio: known([], 'lmstudio'),
  },
  network: known({ connectivity: 'full', metered: 'yes' }, 'NetworkManager'),
};

describe('rows', () => {
  const rows = new Map(machineRows(facts).map((row) => [row.id, row]));

  test.each([
    ['system', 'Fedora Linux 44', 'Drivers and programs are installed as packages.'],
    ['kernel', '7.2.12', '1 other kernel is installed.'],
    ['cpu', 'Chip, 4 cores, 8 threads', 'Fast enough to run smaller models without a graphics card.'],
    [
      'memory',
      '8 GB, of which 5 GB are free now',
      'This is the limit of the container Hearth runs in; the computer has more.',
    ],
    ['disk', 'Not known', 'Not known, because reading /home/user needs more rights than you have.'],
    ['firmware', 'UEFI', 'The system was started through shim.'],
    ['virtualisation', 'A container (podman)', 'Some of the facts here are about the container only.'],
    ['podman', 'Not installed', 'Needed to run models in containers.'],
    ['ollama', '1 model, 5.2 GB', 'qwen3:8b'],
    ['ramalama', 'None found', ''],
    ['lmstudio', 'None found', ''],
    ['network', 'Connected, metered', 'Downloads may cost money here.'],
  ])('%s: %s', (id, value, detail) => {
    expect(rows.get(id)).toMatchObject({ value, detail, known: id !== 'disk' });
  });

  test('are in one line each in a report, with the reason in place of what is not known', () => {
    const report = machineReport(facts).split('\n');
    expect(report).toHaveLength(rows.size);
    expect(report).toContain('Disk: Not known, because reading /home/user needs more rights than you have.');
    expect(report).toContain('Secure Boot: On');
  });
});

describe('graphics', () => {
  test('a card is told by its product, its driver, and why its memory is not known', () => {
    expect(gpuRows(known([card], 'pci'))).toEqual([
      {
        id: 'gpu-0000:01:00.0',
        title: 'Graphics card',
        value: 'NVIDIA GeForce RTX 4060 Max-Q / Mobile',
        detail:
          'Driver: nouveau. Memory: Not known, because the driver nouveau does not tell it without root.',
        known: true,
      },
    ]);
  });

  test('names without brackets, with the maker in them, and none at all', () => {
    expect(gpuName({ ...card, name: known('NVIDIA GeForce RTX 5090', 'smi') })).toBe(
      'NVIDIA GeForce RTX 5090',
    );
    expect(gpuName({ ...card, name: missing('absent', 'pci.ids') })).toBe('NVIDIA graphics (10de:28e0)');
  });

  test('no card at all is said', () => {
    expect(gpuRows(known([], 'pci'))).toMatchObject([{ value: 'No graphics card', known: true }]);
    expect(gpuRows(missing('absent', '/sys/bus/pci/devices'))).toMatchObject([{ known: false }]);
  });
});

test('each reason is a whole sentence', () => {
  const reasons: readonly MissingReason[] = [
    'absent',
    'denied',
    'garbled',
    'no-tool',
    'tool-failed',
    'not-told',
    'not-asked',
  ];
  const sentences = reasons.map((reason) => because({ reason, source: 'nvidia-smi -q' } satisfies Missing));
  expect(new Set(sentences).size).toBe(reasons.length);
  for (const sentence of sentences) expect(sentence).toMatch(/^Not known, because [^{}]+\.$/);
  expect(because({ reason: 'tool-failed', source: 'df -B1 /', detail: 'no such file' })).toBe(
    'Not known, because df refused: “no such file”.',
  );
  expect(because({ reason: 'tool-failed', source: 'NetworkManager' })).toBe(
    'Not known, because NetworkManager is not running here.',
  );
});
