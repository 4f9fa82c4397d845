// SPDX-License-Identifier: GPL-3.0-or-later

import { size } from './parts.mjs';

const { GiB } = size;

export const fedora = (name, id, extra = '') =>
  [
    'NAME="Fedora Linux"',
    `VERSION="44 (${name})"`,
    'RELEASE_TYPE=stable',
    'ID=fedora',
    'VERSION_ID=44',
    'VERSION_CODENAME=""',
    'PRETTY_NAME="Fedora Linux 44 (' + name + ')"',
    'LOGO=fedora-logo-icon',
    'CPE_NAME="cpe:/o:fedoraproject:fedora:44"',
    'HOME_URL="https://fedoraproject.org/"',
    `VARIANT="${name}"`,
    `VARIANT_ID=${id}`,
    extra,
  ]
    .filter(Boolean)
    .join('\n') + '\n';

export const workstation = fedora('Workstation Edition', 'workstation');

/** Two kernels, as on any Fedora that was updated; the last one runs. */
export const fedoraKernels = ['7.1.11-200.fc44.x86_64', '7.2.12-200.fc44.x86_64'];

export const vendors = {
  nvidia: '10de  NVIDIA Corporation\n',
  intel: '8086  Intel Corporation\n',
  amd: '1002  Advanced Micro Devices, Inc. [AMD/ATI]\n',
  redhat: '1af4  Red Hat, Inc.\n',
};

export const hostBridge = { address: '0000:00:00.0', class: '0x060000', id: '8086:a716' };
export const nvme = {
  address: '0000:02:00.0',
  behind: ['0000:00:06.0'],
  class: '0x010802',
  id: '144d:a80a',
  driver: 'nvme',
};

/** An NVIDIA card behind the processor's first bridge. */
export const nvidiaCard = (id, driver, more = {}) => ({
  address: '0000:01:00.0',
  behind: ['0000:00:01.0'],
  class: '0x030000',
  id: `10de:${id}`,
  driver,
  bootVga: false,
  ...more,
});

/** Memory of `gib` GiB: the kernel keeps a part, a desktop at rest uses about 2.5 GiB. */
export const memory = (gib, swap = Math.min(8, gib) * GiB - 4096, swapOn = '/dev/zram0') => {
  const total = Math.round(gib * GiB * 0.968);
  return { total, available: Math.round(total - 2.6 * GiB), swap, swapOn };
};

export const disk = (total, free, more = {}) => ({
  source: '/dev/nvme0n1p3',
  type: 'btrfs',
  size: total,
  free,
  target: '/home',
  ...more,
});

/** Core ids with two threads each, then with one: a hybrid processor, or a plain one. */
export const cores = (double, single = 0) => [
  ...Array.from({ length: double * 2 }, (_, index) => Math.floor(index / 2) * 4),
  ...Array.from({ length: single }, (_, index) => double * 4 + index),
];

export const fedoraTools = { podman: '5.8.6', flatpak: '1.18.1', selinux: '1' };

export const sources = {
  base: 'proc(5), os-release(5), Linux Documentation/ABI/testing/sysfs-bus-pci, pci.ids 2026',
  efi: 'UEFI 2.11 section 3.3; Linux Documentation/filesystems/efivarfs.rst; shim MokVars.txt',
  amdgpu: 'Linux Documentation/gpu/amdgpu/driver-misc.rst (mem_info_vram_*, board_info)',
  nvidia: 'nvidia-smi --help-query-gpu; NVIDIA driver README, chapter on /proc/driver/nvidia',
  xe: 'igt-gpu-tools tests/intel/xe_sysfs_tile.c (physical_vram_size_bytes)',
  cdi: 'Container Device Interface specification 0.7; nvidia-ctk cdi generate',
  module: 'modinfo(8); Linux include/linux/module_signature.h; UEFI 2.11 section 32.4.1',
  ollama: 'OCI image manifest; ollama docs on its model folder',
};

/** No driver of NVIDIA's, and only the distribution's key. */
export const noDriver = { family: 'fedora', modules: {}, enrolled: [], headers: false };

export const akmodPackages = (version, name = 'nvidia', fedora = '44') => [
  [`akmod-${name}`, `${version}-1.fc${fedora}`],
  ['nvidia-container-toolkit', '1.19.0-1'],
  [`xorg-x11-drv-${name}`, `${version}-1.fc${fedora}`],
  [`xorg-x11-drv-${name}-cuda`, `${version}-1.fc${fedora}`],
  [`xorg-x11-drv-${name}-cuda-libs`, `${version}-1.fc${fedora}`],
];

/** What RPM Fusion's package adds to the kernel's command line. */
export const withoutNouveau = 'rd.driver.blacklist=nouveau,nova_core modprobe.blacklist=nouveau,nova_core';
