// SPDX-License-Identifier: GPL-3.0-or-later

import { cores, disk, fedoraKernels, fedoraTools, hostBridge, memory, nvidiaCard, nvme } from './common.mjs';
import { akmodPackages, noDriver, sources, vendors, withoutNouveau, workstation } from './common.mjs';
import { akmod, akmod580 } from './driver-parts.mjs';
import { flags, nvidiaCdi, size } from './parts.mjs';

const { GiB, MiB } = size;
export const amdBridge = { ...hostBridge, id: '1022:14d8' };

export const fedoraDesktop = {
  home: '/home/user',
  osRelease: workstation,
  kernels: fedoraKernels,
  firmware: { kind: 'uefi', secureBoot: 'off', shim: true },
  disk: disk(1_999_398_141_952, 1_213_700_493_312),
  ...fedoraTools,
};

/** Graphics inside a Ryzen desktop processor, without a screen on it. */
const ryzenGraphics = (id) => ({
  address: '0000:0d:00.0',
  behind: ['0000:00:08.1'],
  class: '0x030000',
  id: `1002:${id}`,
  driver: 'amdgpu',
  bootVga: false,
  files: { mem_info_vram_total: 512 * MiB, mem_info_vram_used: 15 * MiB },
});

export const desktops = [
  {
    ...fedoraDesktop,
    name: 'desktop-rtx5090',
    title: 'Desktop with an RTX 5090, driver at work, Fedora Workstation 44',
    sources: [sources.base, sources.efi, sources.nvidia, sources.amdgpu, sources.ollama, sources.cdi],
    cpu: {
      vendor: 'AuthenticAMD',
      family: 26,
      model: 68,
      name: 'AMD Ryzen 9 9950X 16-Core Processor',
      cores: cores(16),
      flags: flags.zen5,
    },
    memory: memory(96),
    nodes: ['/dev/dri', '/dev/nvidiactl'],
    files: { '/etc/cdi/nvidia.yaml': nvidiaCdi(1) },
    pci: [amdBridge, nvidiaCard('2b85', 'nvidia', { bootVga: true }), ryzenGraphics('13c0'), nvme],
    pciIds:
      vendors.nvidia +
      '\t2b85  GB202 [GeForce RTX 5090]\n' +
      vendors.amd +
      '\t13c0  Granite Ridge [Radeon 610M]\n',
    nvidia: {
      open: true,
      version: '610.43.03',
      cards: [{ address: '0000:01:00.0', name: 'NVIDIA GeForce RTX 5090', total: 32607, used: 1204 }],
    },
    driver: {
      family: 'fedora',
      modules: Object.fromEntries(fedoraKernels.map((kernel) => [kernel, akmod('610.43.03', null)])),
      enrolled: [],
      loaded: fedoraKernels[1],
      packages: [...akmodPackages('610.43.03'), ['cuda-toolkit', '13.2.0-1']],
      arguments: withoutNouveau,
      taint: 'E',
    },
    ollama: [
      {
        name: 'qwen3',
        tag: '8b',
        digest: 'a3de86cd1c132c822487ededd47a324c50491393e6565cd14bafa40d0b8e686f',
        size: 5_225_374_016,
      },
      {
        name: 'gemma3',
        tag: '27b',
        digest: 'e796792eba26c4d3b04b0ac5adb01a453dd9ec2dfd83b6c59cbf6fe5f30b0f68',
        size: 17_396_936_672,
      },
    ],
  },
  {
    ...fedoraDesktop,
    name: 'desktop-gtx1080',
    title: 'Desktop with a GTX 1080, which the current driver no longer knows, Fedora Workstation 44',
    sources: [sources.base, sources.efi],
    cpu: {
      vendor: 'GenuineIntel',
      family: 6,
      model: 94,
      name: 'Intel(R) Core(TM) i7-6700K CPU @ 4.00GHz',
      cores: cores(4),
      flags: flags.avx2,
    },
    memory: memory(16),
    nodes: ['/dev/dri'],
    pci: [hostBridge, nvidiaCard('1b80', 'nouveau', { bootVga: true }), nvme],
    pciIds: `${vendors.nvidia}\t1b80  GP104 [GeForce GTX 1080]\n`,
    driver: noDriver,
  },
  {
    ...fedoraDesktop,
    name: 'desktop-two-nvidia',
    title: 'Desktop with a GTX 1060 and an RTX 3060 on the 580 driver, Fedora Workstation 44',
    sources: [sources.base, sources.efi, sources.nvidia, sources.cdi],
    cpu: {
      vendor: 'GenuineIntel',
      family: 6,
      model: 165,
      name: 'Intel(R) Core(TM) i5-10600K CPU @ 4.10GHz',
      cores: cores(6),
      flags: flags.avx2,
    },
    memory: memory(32),
    nodes: ['/dev/dri', '/dev/nvidiactl'],
    files: { '/run/cdi/nvidia.yaml': nvidiaCdi(2) },
    links: { '/var/run': '../run' },
    pci: [
      hostBridge,
      nvidiaCard('2503', 'nvidia', { bootVga: true }),
      nvidiaCard('1c03', 'nvidia', { address: '0000:04:00.0', behind: ['0000:00:1b.4'] }),
    ],
    pciIds: `${vendors.nvidia}\t1c03  GP106 [GeForce GTX 1060 6GB]\n\t2503  GA106 [GeForce RTX 3060]\n`,
    nvidia: {
      open: false,
      version: '580.173.02',
      cards: [
        { address: '0000:01:00.0', name: 'NVIDIA GeForce RTX 3060', total: 12288, used: 634 },
        { address: '0000:04:00.0', name: 'NVIDIA GeForce GTX 1060 6GB', total: 6144, used: 4 },
      ],
    },
    driver: {
      family: 'fedora',
      modules: Object.fromEntries(fedoraKernels.map((kernel) => [kernel, akmod580(null)])),
      enrolled: [],
      loaded: fedoraKernels[1],
      packages: akmodPackages('580.173.02', 'nvidia-580xx'),
      arguments: withoutNouveau,
      taint: 'E',
    },
  },
  {
    ...fedoraDesktop,
    name: 'desktop-rx7900xtx',
    title: 'Desktop with a Radeon RX 7900 XTX, Fedora Workstation 44',
    sources: [sources.base, sources.efi, sources.amdgpu],
    cpu: {
      vendor: 'AuthenticAMD',
      family: 25,
      model: 97,
      name: 'AMD Ryzen 7 7800X3D 8-Core Processor',
      cores: cores(8),
      flags: flags.zen4,
    },
    memory: memory(32),
    nodes: ['/dev/dri', '/dev/kfd'],
    pci: [
      amdBridge,
      {
        address: '0000:03:00.0',
        behind: ['0000:00:01.1', '0000:01:00.0', '0000:02:00.0'],
        class: '0x030000',
        id: '1002:744c',
        driver: 'amdgpu',
        bootVga: true,
        files: {
          board_info: 'type : cem',
          mem_info_vram_total: 24560 * MiB,
          mem_info_vram_used: 1391 * MiB,
        },
      },
      ryzenGraphics('164e'),
    ],
    pciIds:
      `${vendors.amd}\t164e  Raphael [Radeon 610M]\n` +
      '\t744c  Navi 31 [Radeon RX 7900 XT/7900 XTX/7900 GRE/7900M]\n',
    notes: {
      '/home/user/.lmstudio/models/lmstudio-community/Qwen3-14B-GGUF/Qwen3-14B-Q4_K_M.gguf': {
        size: 9_001_752_960,
      },
    },
  },
  {
    ...fedoraDesktop,
    name: 'desktop-arc-b580',
    title: 'Desktop with an Intel Arc B580, Fedora Workstation 44',
    sources: [sources.base, sources.efi, sources.xe],
    cpu: {
      vendor: 'GenuineIntel',
      family: 6,
      model: 198,
      name: 'Intel(R) Core(TM) Ultra 7 265K',
      cores: cores(0, 20),
      flags: flags.avxVnni,
    },
    memory: memory(32),
    nodes: ['/dev/dri'],
    pci: [
      hostBridge,
      { address: '0000:00:02.0', class: '0x038000', id: '8086:7d67', driver: 'i915', bootVga: false },
      {
        address: '0000:03:00.0',
        behind: ['0000:00:01.0', '0000:01:00.0', '0000:02:01.0'],
        class: '0x030000',
        id: '8086:e20b',
        driver: 'xe',
        bootVga: true,
        files: { 'tile0/physical_vram_size_bytes': 12 * GiB },
      },
    ],
    pciIds: `${vendors.intel}\t7d67  Arrow Lake-S [Intel Graphics]\n\te20b  Battlemage G21 [Arc B580]\n`,
  },
  {
    name: 'desktop-old-bios',
    title: 'Desktop of 2010 with a GT 710, started by a BIOS, Debian forky',
    sources: [sources.base],
    home: '/home/user',
    osRelease:
      'PRETTY_NAME="Debian GNU/Linux forky/sid"\nNAME="Debian GNU/Linux"\nVERSION_CODENAME=forky\nID=debian\n',
    kernels: ['7.2.12+deb14-amd64'],
    cpu: {
      vendor: 'GenuineIntel',
      family: 6,
      model: 44,
      name: 'Intel(R) Xeon(R) CPU           X5650  @ 2.67GHz',
      cores: cores(6),
      flags: flags.sse42,
    },
    memory: memory(12, 1 * GiB, '/dev/sda5'),
    disk: disk(491_134_164_992, 402_116_403_200, { source: '/dev/sda1', type: 'ext4', target: '/' }),
    firmware: { kind: 'bios', vendor: 'Dell Inc.', product: 'Precision WorkStation T3500' },
    pci: [{ ...hostBridge, id: '8086:3405' }, nvidiaCard('128b', 'nouveau', { bootVga: true })],
    pciIds: `${vendors.nvidia}\t128b  GK208B [GeForce GT 710]\n`,
    pciIdsPath: '/usr/share/misc/pci.ids',
    flatpak: '1.18.1',
    driver: { family: 'debian', modules: {}, headers: false },
  },
];
