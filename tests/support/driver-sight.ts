// SPDX-License-Identifier: GPL-3.0-or-later

import type { DriverReadings, KernelReading } from '../../src/core/driver/readings.ts';
import { assembleSight, type SightInput } from '../../src/core/driver/sight.ts';
import type {
  Certificate,
  DriverSight,
  MechanismState,
  ModuleFile,
  TrustedKey,
} from '../../src/core/driver/types.ts';
import { known } from '../../src/core/known.ts';
import type { FirmwareFacts, Gpu, MachineFacts } from '../../src/core/machine/facts.ts';

// A Fedora with an RTX 4060, Secure Boot on, and the driver at work: what a test changes is what it is about.

export const running = '7.1.11-200.fc44.x86_64';
export const newest = '7.2.12-200.fc44.x86_64';
export const now = Date.UTC(2026, 10, 27);
export const boot = 'b0a7c9de-3f51-4c44-9f0a-6d1f0c6e2a11';

export const ownKey: Certificate = {
  fingerprint: 'a'.repeat(40),
  serial: '4d2f',
  issuer: '3003',
  subjectKeyId: 'aa',
  name: 'host-1234',
  notBefore: now - 1e9,
  notAfter: now + 1e11,
  modulesOnly: false,
};
export const otherKey: Certificate = { ...ownKey, fingerprint: 'b'.repeat(40), serial: '77', name: 'other' };
export const mok = (key: Certificate): TrustedKey => ({ ...key, place: 'mok' });

export const moduleFile = (kernel: string, more: Partial<ModuleFile> = {}): ModuleFile => ({
  path: `/lib/modules/${kernel}/extra/nvidia/nvidia.ko.xz`,
  version: '610.43.03',
  vermagic: `${kernel} SMP preempt mod_unload`,
  srcversion: `SRC-${kernel}`,
  open: true,
  signers: [{ issuer: ownKey.issuer, serial: ownKey.serial, subjectKeyId: null }],
  prebuilt: false,
  badCompression: false,
  ...more,
});

/** A kernel with a good module, or with another, or with none (null). */
export function kernelWith(
  kernel: string,
  module: Partial<ModuleFile> | null = {},
  more: Partial<KernelReading> = {},
): KernelReading {
  return {
    kernel,
    staged: false,
    headers: true,
    module: known(module === null ? null : moduleFile(kernel, module), 'modinfo'),
    build: { tag: 'idle' },
    ofDistribution: true,
    ...more,
  };
}

export const mechanism = (more: Partial<MechanismState> = {}): MechanismState => ({
  key: { ...ownKey, source: 'akmods' },
  pendingEnrolment: [],
  pendingDeletion: [],
  staleAuth: false,
  request: null,
  obstacles: [],
  nvramFree: 88_064,
  defaultKernel: newest,
  driverArguments: 'nvidia',
  verified: null,
  ...more,
});

/** A request that was made in the start before this one. */
export const asked = (more: Partial<NonNullable<MechanismState['request']>> = {}) => ({
  kind: 'enrol' as const,
  fingerprint: ownKey.fingerprint,
  bootId: 'another-start',
  requestedAt: now - 60_000,
  ...more,
});

export const gpu = (deviceId: string, more: Partial<Gpu> = {}): Gpu => ({
  address: `0000:${deviceId.slice(0, 2)}:00.0`,
  vendorId: '10de',
  deviceId,
  vendor: 'nvidia',
  name: known(`chip [card ${deviceId}]`, 'pci.ids'),
  driver: known('nvidia', 'driver'),
  integrated: false,
  bootScreen: false,
  memory: known(8e9, 'nvidia-smi'),
  memoryFree: known(8e9, 'nvidia-smi'),
  driverVersion: known('610.43.03', 'nvidia-smi'),
  ...more,
});
export const nouveau = { driver: known('nouveau', 'driver') };

export interface Change {
  readonly gpus?: readonly Gpu[];
  readonly image?: boolean;
  readonly firmware?: Partial<FirmwareFacts>;
  readonly readings?: Partial<DriverReadings>;
  readonly mechanism?: MechanismState | null;
  readonly failure?: string;
  readonly says?: boolean;
  readonly system?: Partial<{
    id: string;
    idLike: readonly string[];
    variant: 'ubuntu' | 'debian';
    version: string;
  }>;
}

const absent = { known: false, reason: 'not-told', source: 'test' } as const;
export const withoutNouveau =
  'ro rhgb rd.driver.blacklist=nouveau,nova_core modprobe.blacklist=nouveau,nova_core';

export function sightInput(change: Change = {}): SightInput {
  const image = change.image ?? false;
  const machine: MachineFacts = {
    recording: null,
    system: known(
      {
        id: 'fedora',
        idLike: [],
        prettyName: 'Fedora Linux 44',
        version: '44',
        variantId: image ? 'silverblue' : 'workstation',
        variant: image ? 'atomic' : 'workstation',
        image,
        ...change.system,
      },
      'os-release',
    ),
    kernel: known({ running, installed: [running, newest] }, 'osrelease'),
    cpu: absent,
    memory: absent,
    disk: absent,
    gpus: known(change.gpus ?? [gpu('28e0')], 'sysfs'),
    firmware: {
      kind: known('uefi', 'efi'),
      secureBoot: known('on', 'efi'),
      shim: known(true, 'efi'),
      ...change.firmware,
    },
    virtualisation: known('none', 'virt'),
    podman: absent,
    flatpak: absent,
    existing: { ollama: absent, ramalama: absent, lmstudio: absent },
    network: absent,
  };
  const readings: DriverReadings = {
    bootId: known(boot, 'boot_id'),
    arguments: known(withoutNouveau, 'cmdline'),
    loaded: known(
      { version: '610.43.03', srcversion: `SRC-${running}`, taint: 'O', open: true },
      '/sys/module/nvidia',
    ),
    installed: known(
      [
        { name: 'akmod-nvidia', version: '610.43.03-1.fc44' },
        { name: 'xorg-x11-drv-nvidia', version: '610.43.03-1.fc44' },
      ],
      'rpm',
    ),
    kernels: [kernelWith(running), kernelWith(newest)],
    image: image ? known({ booted: null, staged: null }, 'rpm-ostree') : null,
    repositories: [],
    offered: [],
    keys: known([mok(ownKey)], 'efivars'),
    mokVariables: ['MokListRT'],
    throughShim: known(true, 'mok-variables'),
    nvramFree: known(88_064, 'df'),
    cuda: known(true, 'nvidia-smi'),
    complaint: null,
    cdi: true,
    offlineUpdate: null,
    kernelLog: absent,
    restartHeld: false,
    layout: 'us',
    encrypted: false,
    ...change.readings,
  };
  return {
    machine,
    readings,
    mechanism: change.mechanism === undefined ? mechanism() : change.mechanism,
    mechanismError: null,
    images: [],
    now,
    ...(change.failure === undefined ? {} : { failure: change.failure }),
    ...(change.says === undefined ? {} : { personSaysDone: change.says }),
  };
}

export const sightWith = (change: Change = {}): DriverSight => assembleSight(sightInput(change));

/** The module is not loaded, and the card is nouveau's: how a start without the driver looks. */
export const fellBack = {
  gpus: [gpu('28e0', nouveau)],
  readings: { loaded: known(null, '/sys/module/nvidia'), cuda: absent },
};
