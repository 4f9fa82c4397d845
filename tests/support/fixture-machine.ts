// SPDX-License-Identifier: GPL-3.0-or-later

import { known, missing } from '../../src/core/known.ts';
import type { Gpu, MachineFacts } from '../../src/core/machine/facts.ts';

/** A laptop with two graphics cards, made up for pictures and window tests. */
export function laptop(): MachineFacts {
  const made = 'fixture';
  return {
    recording: null,
    system: known(
      {
        id: 'fedora',
        idLike: [],
        prettyName: 'Fedora Linux 44 (Workstation Edition)',
        version: '44',
        variantId: 'workstation',
        variant: 'workstation',
        image: false,
      },
      made,
    ),
    kernel: known(
      { running: '7.2.4-200.fc44.x86_64', installed: ['7.2.3-200.fc44.x86_64', '7.2.4-200.fc44.x86_64'] },
      made,
    ),
    cpu: known(
      {
        model: 'AMD Ryzen 7 8845HS',
        architecture: 'x86_64',
        cores: 8,
        threads: 16,
        features: ['sse4.2', 'avx', 'avx2', 'fma', 'f16c', 'bmi2', 'avx512f', 'avx512-vnni'],
      },
      made,
    ),
    memory: known({ total: 33.3e9, available: 25.1e9, swap: 8e9, zram: true }, made),
    disk: known(
      { path: '/home/ada/.local/share/hearth', total: 998e9, free: 412e9, fileSystem: 'btrfs' },
      made,
    ),
    gpus: known([geforce(), radeon()], made),
    firmware: {
      kind: known('uefi' as const, made),
      secureBoot: known('on' as const, made),
      shim: known(true, made),
    },
    virtualisation: known('none', made),
    podman: known('5.8.6', made),
    containers: {
      quadlet: known(true, made),
      idRanges: known(true, made),
      idMapper: known(true, made),
      selinux: known('enforcing', made),
      controllers: known(['cpu', 'memory', 'pids'], made),
      cdi: [],
      nodes: ['/dev/dri'],
    },
    flatpak: known('1.18.0', made),
    existing: {
      ollama: missing('absent', '/home/ada/.ollama'),
      ramalama: missing('absent', '/home/ada/.local/share/ramalama'),
      lmstudio: missing('denied', '/home/ada/.lmstudio'),
    },
    network: known({ connectivity: 'full', metered: 'no' }, made),
  };
}

/** The same with NVIDIA's driver at work. */
export function laptopWithDriver(): MachineFacts {
  const bound = {
    ...geforce(),
    driver: known('nvidia', 'fixture'),
    driverVersion: known('610.43.03', 'fixture'),
    memory: known(8.6e9, 'fixture'),
    memoryFree: known(8.4e9, 'fixture'),
  };
  return { ...laptop(), gpus: known([bound, radeon()], 'fixture') };
}

function geforce(): Gpu {
  return {
    address: '0000:01:00.0',
    vendorId: '10de',
    deviceId: '28e0',
    vendor: 'nvidia',
    name: known('AD107M [GeForce RTX 4060 Max-Q / Mobile]', 'fixture'),
    driver: known('nouveau', 'fixture'),
    integrated: false,
    bootScreen: false,
    memory: missing('not-told', 'nouveau'),
    memoryFree: missing('not-told', 'nouveau'),
    driverVersion: missing('absent', '/proc/driver/nvidia/version'),
  };
}

function radeon(): Gpu {
  return {
    address: '0000:65:00.0',
    vendorId: '1002',
    deviceId: '1900',
    vendor: 'amd',
    name: known('HawkPoint1 [Radeon 780M]', 'fixture'),
    driver: known('amdgpu', 'fixture'),
    integrated: true,
    bootScreen: true,
    memory: known(536870912, 'fixture'),
    memoryFree: known(400e6, 'fixture'),
    driverVersion: missing('absent', 'fixture'),
  };
}
