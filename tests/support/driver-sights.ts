// SPDX-License-Identifier: GPL-3.0-or-later

import { known } from '../../src/core/known.ts';
import type {
  Certificate,
  DriverSight,
  Finding,
  FlavourAdvice,
  KernelSight,
  MechanismState,
  ModuleFile,
} from '../../src/core/driver/types.ts';

/** Made-up sights of a graphics driver, for pictures and window tests. */

export const fixtureKey: Certificate & { readonly source: 'akmods' } = {
  fingerprint: '47351a1360c3283535f8fa81268e310d5ebf58c9',
  serial: '5a3d50637e1cf300c096585c8dbf41322e4a60d5',
  issuer: '',
  subjectKeyId: null,
  name: 'fedora-2864390471',
  notBefore: Date.UTC(2026, 10, 23, 2, 16, 35),
  notAfter: Date.UTC(2036, 10, 20, 2, 16, 35),
  modulesOnly: false,
  source: 'akmods',
};

const kernel = '7.2.4-200.fc44.x86_64';
const older = '7.2.3-200.fc44.x86_64';
const newer = '7.2.5-200.fc44.x86_64';
export const kernels = { running: kernel, older } as const;

const nothingToSay: MechanismState = {
  key: fixtureKey,
  pendingEnrolment: [],
  pendingDeletion: [],
  staleAuth: false,
  request: null,
  obstacles: [],
  nvramFree: 96_000,
  defaultKernel: kernel,
  driverArguments: 'none',
  verified: null,
};

function flavours(inUse: FlavourAdvice['flavour'] | null): readonly FlavourAdvice[] {
  const common = { possible: true, because: null, repositories: [], needsKey: true, needsRestart: true };
  const cuda = ['akmod-nvidia', 'xorg-x11-drv-nvidia-cuda', 'nvidia-container-toolkit'];
  return [
    {
      ...common,
      flavour: 'clean',
      packages: [],
      needsKey: false,
      needsRestart: false,
      downloadBytes: 0,
      inUse: inUse === 'clean',
    },
    {
      ...common,
      flavour: 'cuda',
      packages: cuda,
      repositories: ['rpmfusion-nonfree-nvidia-driver'],
      downloadBytes: 612e6,
      inUse: inUse === 'cuda',
    },
    {
      ...common,
      flavour: 'cuda-toolkit',
      packages: [...cuda, 'cuda-toolkit'],
      repositories: ['rpmfusion-nonfree-nvidia-driver', 'cuda-fedora44-x86_64'],
      downloadBytes: 4.3e9,
      inUse: inUse === 'cuda-toolkit',
    },
  ];
}

export function moduleFile(over: Partial<ModuleFile> = {}): ModuleFile {
  return {
    path: `/lib/modules/${kernel}/extra/nvidia/nvidia.ko.xz`,
    version: '610.43.03',
    vermagic: `${kernel} SMP preempt mod_unload`,
    srcversion: 'A1B2C3D4E5F60718293A4B5',
    open: true,
    signers: [],
    prebuilt: false,
    badCompression: false,
    ...over,
  };
}

export function kernelSight(over: Partial<KernelSight> = {}): KernelSight {
  return {
    kernel,
    running: true,
    isDefault: true,
    staged: false,
    headers: true,
    module: known(null, 'fixture'),
    trust: 'not-asked',
    build: { tag: 'idle' },
    ofDistribution: true,
    ...over,
  };
}

/** A laptop with an RTX 4060 on nouveau: nothing installed yet. */
export function freshSight(over: Partial<DriverSight> = {}): DriverSight {
  return {
    advice: {
      family: 'fedora',
      cards: [
        {
          address: '0000:01:00.0',
          name: 'GeForce RTX 4060 Laptop GPU',
          generation: 'ada',
          branch: 'current',
          open: 'possible',
        },
      ],
      branch: 'current',
      flavours: flavours('clean'),
      recommended: 'cuda',
      hybrid: true,
    },
    loaded: known(null, 'fixture'),
    installed: known([], 'fixture'),
    kernels: [kernelSight(), kernelSight({ kernel: older, running: false, isDefault: false })],
    keys: known([], 'fixture'),
    bootId: known('4f3a', 'fixture'),
    mechanism: nothingToSay,
    mechanismError: null,
    ending: null,
    guard: { tag: 'not-needed' },
    findings: [],
    cuda: known(false, 'fixture'),
    cdi: false,
    verified: false,
    ...over,
  };
}

/** Installed and built, and only the key is missing. */
export function installedSight(over: Partial<DriverSight> = {}): DriverSight {
  const fresh = freshSight();
  return {
    ...fresh,
    advice: { ...fresh.advice, flavours: flavours('cuda') },
    installed: known([{ name: 'akmod-nvidia', version: '610.43.03' }], 'fixture'),
    kernels: [kernelSight({ module: known(moduleFile(), 'fixture'), trust: 'unknown-key' })],
    guard: { tag: 'falls-back', kernel, because: 'key-not-enrolled', keep: null },
    ...over,
  };
}

/** All is well. */
export function workingSight(over: Partial<DriverSight> = {}): DriverSight {
  const installed = installedSight();
  return {
    ...installed,
    loaded: known({ version: '610.43.03', srcversion: null, taint: 'O', open: true }, 'fixture'),
    kernels: [kernelSight({ module: known(moduleFile(), 'fixture'), trust: 'trusted' })],
    keys: known([{ ...fixtureKey, place: 'mok' }], 'fixture'),
    mechanism: { ...nothingToSay, obstacles: ['already-enrolled'], driverArguments: 'nvidia' },
    guard: { tag: 'safe', kernel },
    cuda: known(true, 'fixture'),
    cdi: true,
    verified: true,
    ...over,
  };
}

export function withMechanism(sight: DriverSight, over: Partial<MechanismState>): DriverSight {
  return { ...sight, mechanism: { ...(sight.mechanism ?? nothingToSay), ...over } };
}

const pendingRequest = {
  pendingEnrolment: [fixtureKey.fingerprint],
  request: {
    kind: 'enrol',
    fingerprint: fixtureKey.fingerprint,
    bootId: '4f3a',
    requestedAt: Date.UTC(2026, 10, 27),
  },
} as const;

function guarded(guard: DriverSight['guard']): DriverSight {
  return workingSight({ guard });
}

function refusedFlavours(
  because: FlavourAdvice['because'],
  name: string,
  branch: DriverSight['advice']['branch'],
  generation: DriverSight['advice']['cards'][number]['generation'],
): DriverSight {
  const { advice, ...rest } = freshSight();
  return {
    ...rest,
    advice: {
      ...advice,
      branch,
      recommended: 'clean',
      hybrid: false,
      cards: advice.cards.map((card) => ({ ...card, name, branch, generation })),
      flavours: advice.flavours.map((each) =>
        each.flavour === 'clean' ? each : { ...each, possible: false, because },
      ),
    },
  };
}

function rebased(listed = true): DriverSight {
  const fresh = freshSight();
  const image = {
    name: 'Bluefin',
    reference: 'ostree-image-signed:docker://ghcr.io/ublue-os/bluefin-nvidia-open:44',
    branch: 'current',
  } as const;
  const flavours = fresh.advice.flavours.map((each) =>
    each.flavour === 'cuda'
      ? {
          ...each,
          packages: [],
          repositories: [],
          needsKey: false,
          downloadBytes: null,
          way: 'rebase' as const,
          images: listed ? [image] : [],
          layers: { packages: each.packages, repositories: each.repositories, refused: true },
        }
      : each,
  );
  return { ...fresh, advice: { ...fresh.advice, family: 'fedora-atomic', flavours } };
}

/** An image-based system whose next image lacks the driver. */
function imageWaits(): DriverSight {
  const working = workingSight({
    guard: { tag: 'falls-back', kernel: newer, because: 'no-module', keep: null },
  });
  const waiting = kernelSight({ kernel: newer, running: false, isDefault: null, staged: true });
  return {
    ...working,
    advice: { ...working.advice, family: 'fedora-atomic' },
    kernels: [...working.kernels, waiting],
  };
}

const placing: Finding = { id: 'no-key-manager', severity: 'blocks', args: {}, cure: 'place-key-manager' };

/** Sights by name, for pictures and window tests. */
export const driverSights = {
  fresh: () => freshSight(),
  key: () => installedSight(),
  pending: () => withMechanism(installedSight({ ending: 'pending' }), pendingRequest),
  refused: () =>
    withMechanism(installedSight({ findings: [placing] }), {
      obstacles: ['no-key-manager', 'module-unsigned'],
    }),
  'no-service': () => ({
    ...installedSight(),
    mechanism: null,
    mechanismError: { code: 'no-mechanism' as const, args: {}, detail: '' },
  }),
  working: () => workingSight(),
  missed: () => withMechanism(installedSight({ ending: 'not-done' }), { request: pendingRequest.request }),
  cut: () => withMechanism(installedSight({ ending: 'cut-off' }), { staleAuth: true }),
  enrolled: () => workingSight({ ending: 'enrolled' }),
  building: () => guarded({ tag: 'building', kernel, since: Date.now() - 190_000 }),
  failed: () => guarded({ tag: 'failed', kernel, because: 'other', keep: older }),
  'falls-back': () => guarded({ tag: 'falls-back', kernel, because: 'no-module', keep: older }),
  offline: () => guarded({ tag: 'offline-update', kernel: newer }),
  'image-waits': () => imageWaits(),
  amd: () => ({
    ...freshSight(),
    advice: { ...freshSight().advice, cards: [], recommended: 'clean' as const },
  }),
  silverblue: () => rebased(),
  'no-image': () => rebased(false),
  kepler: () => refusedFlavours('unsupported-card', 'GeForce GTX 680', 'none', 'kepler'),
  managed: () => refusedFlavours('managed', 'GeForce RTX 4060 Laptop GPU', 'current', 'ada'),
} satisfies Readonly<Record<string, () => DriverSight>>;
export type DriverSightName = keyof typeof driverSights;
