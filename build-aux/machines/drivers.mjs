// SPDX-License-Identifier: GPL-3.0-or-later

// Machines in the middle of something with their graphics driver.

import { cores, disk, fedora, fedoraKernels, fedoraTools, hostBridge, memory } from './common.mjs';
import { akmodPackages, noDriver, nvidiaCard, nvme, sources, vendors, withoutNouveau } from './common.mjs';
import { amdBridge, fedoraDesktop } from './desktops.mjs';
import { akmod } from './driver-parts.mjs';
import { hybrid, irisXe } from './laptops.mjs';
import { flags, size } from './parts.mjs';

const { GiB } = size;

const ryzen = {
  vendor: 'AuthenticAMD',
  family: 25,
  model: 33,
  name: 'AMD Ryzen 7 5800X 8-Core Processor',
  cores: cores(8),
  flags: flags.avx2,
};
const secureBoot = { kind: 'uefi', secureBoot: 'on', shim: true };

/** One deployment as `rpm-ostree status --json` tells it; `digit` makes its checksum. */
export function deployment(digit, { booted = false, staged = false, version, image, branch, layered = [] }) {
  return {
    id: `fedora-${digit}`,
    osname: 'fedora',
    checksum: digit.repeat(64),
    serial: 0,
    booted,
    staged,
    version,
    ...(image ? { 'container-image-reference': image } : { origin: branch }),
    'requested-packages': layered,
    packages: layered,
  };
}

export const drivers = [
  {
    ...fedoraDesktop,
    name: 'desktop-mixed-nvidia',
    title: 'Desktop with an RTX 3060 and an old GT 710, driver not installed, Fedora Workstation 44',
    sources: [sources.base, sources.efi],
    cpu: ryzen,
    memory: memory(32),
    nodes: ['/dev/dri'],
    pci: [
      amdBridge,
      nvidiaCard('2503', 'nouveau', { bootVga: true }),
      nvidiaCard('128b', 'nouveau', { address: '0000:04:00.0', behind: ['0000:00:1b.4'] }),
    ],
    pciIds: `${vendors.nvidia}\t128b  GK208B [GeForce GT 710]\n\t2503  GA106 [GeForce RTX 3060]\n`,
    driver: noDriver,
  },
  {
    ...fedoraDesktop,
    name: 'desktop-kernel-update',
    title: 'Desktop with an RTX 4070, driver at work, a new kernel without a module, Fedora Workstation 44',
    sources: [sources.base, sources.efi, sources.nvidia],
    firmware: secureBoot,
    running: fedoraKernels[0],
    cpu: ryzen,
    memory: memory(32),
    nodes: ['/dev/dri', '/dev/nvidiactl'],
    pci: [amdBridge, nvidiaCard('2786', 'nvidia', { bootVga: true }), nvme],
    pciIds: `${vendors.nvidia}\t2786  AD104 [GeForce RTX 4070]\n`,
    nvidia: {
      open: true,
      version: '610.43.03',
      cards: [{ address: '0000:01:00.0', name: 'NVIDIA GeForce RTX 4070', total: 12282, used: 610 }],
    },
    driver: {
      family: 'fedora',
      modules: { [fedoraKernels[0]]: akmod('610.43.03', 'akmods') },
      building: { [fedoraKernels[1]]: 1795435200 },
      enrolled: ['akmods'],
      loaded: fedoraKernels[0],
      packages: akmodPackages('610.43.03'),
      arguments: withoutNouveau,
    },
  },
  {
    ...hybrid,
    name: 'laptop-rtx4060-key',
    title: 'Hybrid laptop with an RTX 4060, driver installed, its key not enrolled, Fedora Workstation 44',
    sources: [sources.base, sources.efi],
    nodes: ['/dev/dri'],
    pci: [hostBridge, irisXe, nvidiaCard('28e0', 'nouveau'), nvme],
    driver: {
      family: 'fedora',
      modules: Object.fromEntries(fedoraKernels.map((kernel) => [kernel, akmod('610.43.03', 'akmods')])),
      enrolled: [],
      packages: akmodPackages('610.43.03'),
      arguments: withoutNouveau,
    },
  },
  {
    ...hybrid,
    name: 'laptop-silverblue-nvidia',
    title: 'Hybrid laptop with an RTX 4060, driver not installed, an update staged, Fedora Silverblue 44',
    sources: [sources.base, sources.efi, 'rpm-ostree status --json (rpm-ostree 2026.1)'],
    home: '/var/home/user',
    osRelease: fedora('Silverblue', 'silverblue', "OSTREE_VERSION='44.20261120.0'"),
    kernels: fedoraKernels.slice(-1),
    disk: disk(510_405_902_336, 344_870_092_800, { target: '/var' }),
    nodes: ['/dev/dri'],
    pci: [hostBridge, irisXe, nvidiaCard('28e0', 'nouveau'), nvme],
    files: { '/run/ostree-booted': '' },
    links: { '/home': 'var/home' },
    folders: [`/ostree/deploy/fedora/deploy/${'5'.repeat(64)}.0/usr/lib/modules/7.2.13-200.fc44.x86_64`],
    driver: {
      ...noDriver,
      family: 'fedora-atomic',
      ostree: {
        deployments: [
          deployment('5', {
            staged: true,
            version: '44.20261122.0',
            branch: 'fedora:fedora/44/x86_64/silverblue',
          }),
          deployment('4', {
            booted: true,
            version: '44.20261120.0',
            branch: 'fedora:fedora/44/x86_64/silverblue',
          }),
        ],
      },
    },
    ...fedoraTools,
  },
  {
    name: 'desktop-debian-dkms',
    title: 'Desktop with an RTX 3060 and the driver that DKMS built, Debian 13',
    sources: [sources.base, sources.efi, sources.nvidia],
    home: '/home/user',
    osRelease:
      'PRETTY_NAME="Debian GNU/Linux 13 (trixie)"\nNAME="Debian GNU/Linux"\nVERSION_ID="13"\nVERSION="13 (trixie)"\n' +
      'VERSION_CODENAME=trixie\nDEBIAN_VERSION_FULL=13.6\nID=debian\nHOME_URL="https://www.debian.org/"\n',
    kernels: ['6.12.63+deb13-amd64'],
    cpu: ryzen,
    memory: memory(32, 1 * GiB - 4096, '/dev/nvme0n1p3'),
    disk: disk(982_141_468_672, 512_817_262_592, { source: '/dev/nvme0n1p2', type: 'ext4', target: '/' }),
    firmware: secureBoot,
    nodes: ['/dev/dri', '/dev/nvidiactl'],
    pci: [amdBridge, nvidiaCard('2503', 'nvidia', { bootVga: true }), nvme],
    pciIds: `${vendors.nvidia}\t2503  GA106 [GeForce RTX 3060]\n`,
    pciIdsPath: '/usr/share/misc/pci.ids',
    nvidia: {
      open: false,
      version: '550.163.01',
      cards: [{ address: '0000:01:00.0', name: 'NVIDIA GeForce RTX 3060', total: 12288, used: 512 }],
    },
    driver: {
      family: 'debian',
      modules: {
        '6.12.63+deb13-amd64': akmod('550.163.01', 'akmods', {
          name: 'nvidia-current',
          folder: 'updates/dkms',
          open: false,
          srcversion: '3D71B0C4E92A5F68D1B7E04',
        }),
      },
      dkms: 'nvidia-current/550.163.01, 6.12.63+deb13-amd64, x86_64: installed\n',
      enrolled: ['akmods'],
      loaded: '6.12.63+deb13-amd64',
      packages: [
        ['libcuda1', '550.163.01-2'],
        ['nvidia-driver', '550.163.01-2'],
        ['nvidia-kernel-dkms', '550.163.01-2'],
        ['nvidia-smi', '550.163.01-2'],
      ],
    },
    podman: '5.4.2',
    flatpak: '1.16.1',
  },
];
