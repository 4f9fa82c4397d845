// SPDX-License-Identifier: GPL-3.0-or-later

import { cores, disk, fedoraKernels, fedoraTools, hostBridge, memory, nvidiaCard, nvme } from './common.mjs';
import { akmodPackages, sources, vendors, workstation } from './common.mjs';
import { akmod } from './driver-parts.mjs';
import { deployment } from './drivers.mjs';
import { flags, nvidiaCdi, size } from './parts.mjs';

const { GiB } = size;

export const others = [
  {
    name: 'vm-virtio',
    title: 'Virtual machine with 4 GB, Fedora Workstation 44',
    sources: [sources.base, sources.efi, 'Virtio 1.3 section 5.7 (GPU device)'],
    home: '/home/user',
    osRelease: workstation,
    kernels: fedoraKernels,
    cpu: {
      vendor: 'GenuineIntel',
      family: 6,
      model: 186,
      name: '13th Gen Intel(R) Core(TM) i7-13700H',
      cores: [0, 1, 2, 3],
      flags: `${flags.avxVnni} hypervisor`,
    },
    memory: memory(4),
    disk: disk(20_919_091_200, 12_380_766_208, { source: '/dev/vda3' }),
    firmware: { kind: 'uefi', secureBoot: 'off', shim: true },
    pci: [
      { ...hostBridge, id: '8086:29c0' },
      {
        address: '0000:00:01.0',
        class: '0x030000',
        id: '1af4:1050',
        driver: 'virtio-pci',
        bootVga: true,
      },
    ],
    pciIds: `${vendors.redhat}\t1050  Virtio 1.0 GPU\n`,
    virt: 'kvm',
    ...fedoraTools,
  },
  {
    name: 'desktop-bazzite',
    title: 'Desktop with an RTX 3070 and the driver of its image, Bazzite',
    sources: [
      sources.base,
      sources.efi,
      sources.nvidia,
      'ublue-os/bazzite build_files/image-info',
      sources.cdi,
    ],
    home: '/var/home/user',
    osRelease: [
      'NAME="Bazzite"',
      'VERSION="44.20261116.0 (Silverblue)"',
      'ID=bazzite',
      'ID_LIKE="fedora"',
      'VERSION_ID=44',
      'PRETTY_NAME="Bazzite"',
      'VARIANT="Silverblue"',
      'VARIANT_ID=bazzite-gnome-nvidia-open',
      "OSTREE_VERSION='44.20261116.0'",
      '',
    ].join('\n'),
    kernels: ['7.1.9-ogc2.1.fc44.x86_64'],
    cpu: {
      vendor: 'AuthenticAMD',
      family: 25,
      model: 33,
      name: 'AMD Ryzen 5 5600X 6-Core Processor',
      cores: cores(6),
      flags: flags.avx2,
    },
    memory: memory(32),
    disk: disk(999_109_427_200, 421_001_072_640, { target: '/var' }),
    firmware: { kind: 'uefi', secureBoot: 'on', shim: true },
    nodes: ['/dev/dri', '/dev/nvidiactl'],
    pci: [{ ...hostBridge, id: '1022:1480' }, nvidiaCard('2484', 'nvidia', { bootVga: true }), nvme],
    pciIds: `${vendors.nvidia}\t2484  GA104 [GeForce RTX 3070]\n`,
    nvidia: {
      open: true,
      version: '610.43.03',
      cards: [{ address: '0000:01:00.0', name: 'NVIDIA GeForce RTX 3070', total: 8192, used: 922 }],
    },
    driver: {
      family: 'fedora-atomic',
      modules: { '7.1.9-ogc2.1.fc44.x86_64': akmod('610.43.03', 'image') },
      enrolled: ['image'],
      loaded: '7.1.9-ogc2.1.fc44.x86_64',
      packages: akmodPackages('610.43.03').slice(1),
      headers: false,
      ostree: {
        deployments: [
          deployment('7', {
            booted: true,
            version: '44.20261116.0',
            image: 'ostree-image-signed:docker://ghcr.io/ublue-os/bazzite-gnome-nvidia-open:stable',
          }),
        ],
      },
    },
    files: {
      '/run/ostree-booted': '',
      '/etc/cdi/nvidia.yaml': nvidiaCdi(1),
      '/usr/share/ublue-os/image-info.json':
        JSON.stringify(
          {
            'image-name': 'bazzite-gnome-nvidia-open',
            'image-flavor': 'nvidia-open',
            'image-vendor': 'ublue-os',
            'image-tag': 'stable',
            'base-image-name': 'silverblue',
            'fedora-version': '44',
          },
          null,
          2,
        ) + '\n',
    },
    links: { '/home': 'var/home' },
    ...fedoraTools,
  },
  {
    name: 'desktop-ubuntu',
    title: 'Desktop with an RTX 3080 and the signed driver of Ubuntu 26.04',
    sources: [sources.base, sources.efi, sources.nvidia],
    home: '/home/user',
    osRelease: [
      'PRETTY_NAME="Ubuntu 26.04 LTS"',
      'NAME="Ubuntu"',
      'VERSION_ID="26.04"',
      'VERSION="26.04 LTS (Resolute Raccoon)"',
      'VERSION_CODENAME=resolute',
      'ID=ubuntu',
      'ID_LIKE=debian',
      'UBUNTU_CODENAME=resolute',
      'LOGO=ubuntu-logo',
      '',
    ].join('\n'),
    kernels: ['7.0.0-14-generic', '7.0.0-22-generic'],
    cpu: {
      vendor: 'GenuineIntel',
      family: 6,
      model: 151,
      name: '12th Gen Intel(R) Core(TM) i9-12900K',
      cores: cores(8, 8),
      flags: flags.avxVnni,
    },
    memory: memory(64, 8 * GiB - 4096, '/swap.img'),
    disk: disk(982_141_468_672, 512_817_262_592, { source: '/dev/nvme0n1p2', type: 'ext4', target: '/' }),
    firmware: { kind: 'uefi', secureBoot: 'on', shim: true },
    nodes: ['/dev/dri', '/dev/nvidiactl'],
    pci: [hostBridge, nvidiaCard('2206', 'nvidia', { bootVga: true }), nvme],
    pciIds: `${vendors.nvidia}\t2206  GA102 [GeForce RTX 3080]\n`,
    pciIdsPath: '/usr/share/misc/pci.ids',
    nvidia: {
      open: true,
      version: '595.71.05',
      cards: [{ address: '0000:01:00.0', name: 'NVIDIA GeForce RTX 3080', total: 10240, used: 877 }],
    },
    driver: {
      family: 'debian',
      // Canonical's key for modules is in the kernel itself, in no list of the firmware.
      modules: Object.fromEntries(
        ['7.0.0-14-generic', '7.0.0-22-generic'].map((kernel) => [
          kernel,
          akmod('595.71.05', 'image', { folder: 'kernel/nvidia-595-open', ending: 'ko.zst' }),
        ]),
      ),
      enrolled: [],
      loaded: '7.0.0-22-generic',
      packages: [
        ['libnvidia-compute-595', '595.71.05-0ubuntu1'],
        ['linux-modules-nvidia-595-open-7.0.0-22-generic', '7.0.0-22.22'],
        ['linux-modules-nvidia-595-open-generic', '7.0.0-22.22'],
        ['nvidia-driver-595-open', '595.71.05-0ubuntu1'],
      ],
    },
  },
  {
    name: 'mini-debian',
    title: 'Small computer with an N100, Debian forky',
    sources: [sources.base, sources.efi],
    home: '/home/user',
    osRelease:
      'PRETTY_NAME="Debian GNU/Linux forky/sid"\nNAME="Debian GNU/Linux"\nVERSION_CODENAME=forky\nID=debian\n' +
      'HOME_URL="https://www.debian.org/"\n',
    kernels: ['7.1.6+deb14-amd64', '7.2.12+deb14-amd64'],
    cpu: {
      vendor: 'GenuineIntel',
      family: 6,
      model: 190,
      name: 'Intel(R) N100',
      cores: cores(0, 4),
      flags: flags.avxVnni,
    },
    memory: memory(16, 1 * GiB - 4096, '/dev/sda3'),
    disk: disk(502_467_166_208, 470_120_005_632, { source: '/dev/sda2', type: 'ext4', target: '/' }),
    firmware: { kind: 'uefi', secureBoot: 'on', shim: true },
    nodes: ['/dev/dri'],
    idRanges: '',
    pci: [
      { ...hostBridge, id: '8086:461c' },
      { address: '0000:00:02.0', class: '0x030000', id: '8086:46d1', driver: 'i915', bootVga: true },
    ],
    pciIds: `${vendors.intel}\t46d1  Alder Lake-N [UHD Graphics]\n`,
    pciIdsPath: '/usr/share/misc/pci.ids',
    podman: '5.8.6',
    flatpak: '1.18.1',
    network: [1, 0],
  },
];
