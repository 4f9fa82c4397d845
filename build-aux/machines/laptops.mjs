// SPDX-License-Identifier: GPL-3.0-or-later

import {
  cores,
  disk,
  fedora,
  fedoraKernels,
  fedoraTools,
  hostBridge,
  memory,
  nvidiaCard,
  nvme,
} from './common.mjs';
import { akmodPackages, noDriver, sources, vendors, withoutNouveau, workstation } from './common.mjs';
import { akmod } from './driver-parts.mjs';
import { flags, size } from './parts.mjs';

const { MiB } = size;

const raptorLake = {
  vendor: 'GenuineIntel',
  family: 6,
  model: 186,
  name: '13th Gen Intel(R) Core(TM) i7-13700H',
  cores: cores(6, 8),
  flags: flags.avxVnni,
};

export const irisXe = {
  address: '0000:00:02.0',
  class: '0x030000',
  id: '8086:a7a0',
  driver: 'i915',
  bootVga: true,
};

const hybridIds =
  vendors.nvidia +
  '\t28e0  AD107M [GeForce RTX 4060 Max-Q / Mobile]\n' +
  vendors.intel +
  '\ta7a0  Raptor Lake-P [Iris Xe Graphics]\n';

export const hybrid = {
  home: '/home/user',
  osRelease: workstation,
  kernels: fedoraKernels,
  cpu: raptorLake,
  memory: memory(32),
  disk: disk(1_022_488_477_696, 611_402_366_976),
  firmware: { kind: 'uefi', secureBoot: 'on', shim: true },
  pciIds: hybridIds,
  ...fedoraTools,
};

export const laptops = [
  {
    name: 'laptop-8gb',
    title: 'Laptop with 8 GB and no graphics card, Fedora Workstation 44',
    sources: [sources.base, sources.efi],
    home: '/home/user',
    osRelease: workstation,
    kernels: fedoraKernels,
    cpu: {
      vendor: 'GenuineIntel',
      family: 6,
      model: 142,
      name: 'Intel(R) Core(TM) i5-8250U CPU @ 1.60GHz',
      cores: cores(4),
      flags: flags.avx2,
    },
    memory: memory(8),
    disk: disk(254_356_226_048, 38_211_289_088, { source: '/dev/sda3' }),
    firmware: { kind: 'uefi', secureBoot: 'on', shim: true },
    nodes: ['/dev/dri'],
    pci: [hostBridge, { ...irisXe, id: '8086:5917' }],
    pciIds: `${vendors.intel}\t5917  Kaby Lake-R GT2 [UHD Graphics 620]\n`,
    network: [4, 2],
    ...fedoraTools,
  },
  {
    ...hybrid,
    name: 'laptop-rtx4060',
    title: 'Hybrid laptop with an RTX 4060, Secure Boot on, driver not installed, Fedora Workstation 44',
    sources: [sources.base, sources.efi],
    nodes: ['/dev/dri'],
    pci: [hostBridge, irisXe, nvidiaCard('28e0', 'nouveau'), nvme],
    network: [4, 1],
    driver: noDriver,
  },
  {
    ...hybrid,
    name: 'laptop-rtx4060-driver',
    title: 'Hybrid laptop with an RTX 4060, Secure Boot on, driver at work, Fedora Workstation 44',
    sources: [sources.base, sources.efi, sources.nvidia, sources.module],
    nodes: ['/dev/dri', '/dev/nvidiactl'],
    pci: [hostBridge, irisXe, nvidiaCard('28e0', 'nvidia'), nvme],
    nvidia: {
      open: true,
      version: '610.43.03',
      cards: [{ address: '0000:01:00.0', name: 'NVIDIA GeForce RTX 4060 Laptop GPU', total: 8188, used: 12 }],
    },
    driver: {
      family: 'fedora',
      modules: Object.fromEntries(fedoraKernels.map((kernel) => [kernel, akmod('610.43.03', 'akmods')])),
      enrolled: ['akmods'],
      loaded: fedoraKernels[1],
      packages: akmodPackages('610.43.03'),
      arguments: withoutNouveau,
    },
  },
  {
    name: 'laptop-silverblue',
    title: 'Laptop with a Ryzen 7 and its Radeon 780M, Fedora Silverblue 44',
    sources: [sources.base, sources.efi, sources.amdgpu],
    home: '/var/home/user',
    osRelease: fedora('Silverblue', 'silverblue', "OSTREE_VERSION='44.20261120.0'"),
    kernels: fedoraKernels.slice(-1),
    cpu: {
      vendor: 'AuthenticAMD',
      family: 25,
      model: 116,
      name: 'AMD Ryzen 7 7840U w/ Radeon 780M Graphics',
      cores: cores(8),
      flags: flags.zen4,
    },
    memory: memory(16),
    disk: disk(510_405_902_336, 344_870_092_800, { target: '/var' }),
    firmware: { kind: 'uefi', secureBoot: 'on', shim: true },
    nodes: ['/dev/dri', '/dev/kfd'],
    pci: [
      { ...hostBridge, id: '1022:14e8' },
      {
        address: '0000:c1:00.0',
        behind: ['0000:00:08.1'],
        class: '0x030000',
        id: '1002:15bf',
        driver: 'amdgpu',
        bootVga: true,
        files: { mem_info_vram_total: 512 * MiB, mem_info_vram_used: 401 * MiB },
      },
    ],
    pciIds: `${vendors.amd}\t15bf  Phoenix1 [Radeon 740M / 760M / 780M Graphics]\n`,
    files: { '/run/ostree-booted': '' },
    notes: {
      '/var/home/user/.local/share/ramalama/store/huggingface/ggml-org/gemma-3-4b-it-GGUF/blobs/sha256-882e8d2db44dc554fb0ea5077cb7e4bc49e7342a1f0da57901c0802ea21a0863':
        { size: 2_489_757_856 },
      '/var/home/user/.local/share/ramalama/store/huggingface/ggml-org/gemma-3-4b-it-GGUF/refs/latest.json': {
        size: 512,
      },
    },
    links: { '/home': 'var/home' },
    ...fedoraTools,
  },
  {
    name: 'laptop-asahi',
    title: 'MacBook Air with an M1, Fedora Asahi Remix 44',
    sources: [
      sources.base,
      'Linux Documentation/devicetree/bindings/gpu/apple,agx.yaml; Asahi Linux documentation',
    ],
    home: '/home/user',
    osRelease: [
      'NAME="Fedora Linux Asahi Remix"',
      'VERSION="44 (Workstation Edition)"',
      'ID=fedora-asahi-remix',
      'ID_LIKE=fedora',
      'VERSION_ID=44',
      'PRETTY_NAME="Fedora Linux Asahi Remix 44 (Workstation Edition)"',
      'VARIANT_ID=workstation',
      '',
    ].join('\n'),
    kernels: ['7.1.9-400.asahi.fc44.aarch64+16k'],
    cpu: {
      implementer: '0x61',
      parts: [...Array(4).fill('0x022'), ...Array(4).fill('0x023')],
      flags: flags.m1,
    },
    memory: memory(8),
    disk: disk(160_038_912_000, 92_341_796_864, { source: '/dev/nvme0n1p6' }),
    firmware: { kind: 'efi-without-variables' },
    pci: [{ address: '0000:01:00.0', behind: ['0000:00:00.0'], class: '0x028000', id: '14e4:4425' }],
    files: {
      '/sys/firmware/devicetree/base/model': 'Apple MacBook Air (M1, 2020)\0',
      '/sys/firmware/devicetree/base/compatible': 'apple,j313\0apple,t8103\0apple,arm-platform\0',
      '/sys/devices/platform/soc/206400000.gpu/uevent':
        'DRIVER=asahi\nOF_NAME=gpu\nOF_FULLNAME=/soc/gpu@206400000\nOF_COMPATIBLE_0=apple,agx-t8103\n' +
        'OF_COMPATIBLE_1=apple,agx-g13g\nOF_COMPATIBLE_N=2\n',
      '/sys/devices/platform/soc/soc:display-subsystem/uevent':
        'DRIVER=apple-drm\nOF_NAME=display-subsystem\nOF_FULLNAME=/soc/display-subsystem\n' +
        'OF_COMPATIBLE_0=apple,display-subsystem\nOF_COMPATIBLE_N=1\n',
    },
    links: {
      '/proc/device-tree': '/sys/firmware/devicetree/base',
      '/sys/class/drm/card0': '../../devices/platform/soc/206400000.gpu/drm/card0',
      '/sys/class/drm/card1': '../../devices/platform/soc/soc:display-subsystem/drm/card1',
      '/sys/devices/platform/soc/206400000.gpu/drm/card0/device': '../../../206400000.gpu',
      '/sys/devices/platform/soc/soc:display-subsystem/drm/card1/device': '../../../soc:display-subsystem',
    },
    ...fedoraTools,
  },
];
