// SPDX-License-Identifier: GPL-3.0-or-later

import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

import { adviseDriver, familyOf } from '../../src/core/driver/advice.ts';
import { nothingSeen, parseUbuntuDrivers, type AdviceSight } from '../../src/core/driver/advice-sight.ts';
import type { DriverAdvice, DriverImage, FlavourAdvice } from '../../src/core/driver/types.ts';
import { known } from '../../src/core/known.ts';
import type { Gpu, MachineFacts } from '../../src/core/machine/facts.ts';
import { observeMachine } from '../../src/core/machine/observe.ts';
import { machinesFolder, openMachine } from '../support/node-look.node.ts';

const images: readonly DriverImage[] = [
  {
    name: 'Silverblue with the driver',
    reference: 'signed:example/silverblue-nvidia-open',
    branch: 'current',
  },
  { name: 'Silverblue with 580', reference: 'signed:example/silverblue-nvidia', branch: 'legacy-580' },
];

async function machineOf(name: string): Promise<MachineFacts> {
  const { look, options } = await openMachine(name);
  return observeMachine(look, options);
}

/** 'cuda: packages akmod-nvidia … from rpmfusion; key; restart; in use' or 'cuda: no, because'. */
function flavourLine(advice: FlavourAdvice): string {
  const marks = [
    ...(advice.needsKey ? ['key'] : []),
    ...(advice.needsRestart ? ['restart'] : []),
    ...(advice.inUse ? ['in use'] : []),
    ...(advice.images === undefined ? [] : [`images ${String(advice.images.length)}`]),
    ...(advice.layers === undefined ? [] : [`layers ${advice.layers.packages.join(' ')}`]),
  ].map((mark) => `; ${mark}`);
  const what = advice.possible
    ? [advice.way ?? 'nothing', ...advice.packages].join(' ')
    : `no, ${String(advice.because)}`;
  return `${advice.flavour}: ${what}${marks.join('')}`;
}

function lines(advice: DriverAdvice): readonly string[] {
  const cards = advice.cards.map((card) => {
    const left = card.leftOut === true ? ', left out' : '';
    return `${card.name} ${card.generation} ${card.branch} open ${card.open}${left}`;
  });
  return [
    `${String(advice.family)} ${advice.branch} ${advice.recommended}${advice.hybrid ? ' hybrid' : ''}`,
    ...cards,
    ...advice.flavours.map(flavourLine),
  ];
}

const toolkitOnly = ['clean: nothing; in use', 'cuda: no, no-nvidia', 'cuda-toolkit: no, no-nvidia'];
const fedoraCuda = 'packages akmod-nvidia xorg-x11-drv-nvidia-cuda nvidia-container-toolkit';
const fedora580 = 'packages akmod-nvidia-580xx xorg-x11-drv-nvidia-580xx-cuda nvidia-container-toolkit';
const rtx4060 = 'GeForce RTX 4060 Max-Q / Mobile ada current open possible';
const debianPackages =
  'packages linux-headers-amd64 nvidia-kernel-dkms nvidia-driver nvidia-smi libcuda1 firmware-misc-nonfree nvidia-container-toolkit';

/** What each recorded machine is told, with nothing seen but its facts. */
const expected: Readonly<Record<string, readonly string[]>> = {
  'container-debian': ['debian none clean', ...toolkitOnly],
  'desktop-arc-b580': ['fedora none clean', ...toolkitOnly],
  'desktop-bazzite': [
    'fedora-atomic current cuda',
    'NVIDIA GeForce RTX 3070 ampere current open possible',
    'clean: no, managed',
    'cuda: in-image; in use',
    'cuda-toolkit: no, managed',
  ],
  'desktop-debian-dkms': [
    'debian current cuda',
    'NVIDIA GeForce RTX 3060 ampere current open possible',
    'clean: nothing; restart',
    `cuda: ${debianPackages}; in use`,
    `cuda-toolkit: ${debianPackages} nvidia-cuda-toolkit`,
  ],
  'desktop-gtx1080': [
    'fedora legacy-580 cuda',
    'GeForce GTX 1080 pascal legacy-580 open impossible',
    'clean: nothing; in use',
    `cuda: ${fedora580}; restart`,
    'cuda-toolkit: no, unsupported-card',
  ],
  'desktop-kernel-update': [
    'fedora current cuda',
    'NVIDIA GeForce RTX 4070 ada current open possible',
    'clean: nothing; restart',
    `cuda: ${fedoraCuda}; in use`,
    `cuda-toolkit: ${fedoraCuda} cuda-toolkit`,
  ],
  'desktop-mixed-nvidia': [
    'fedora current cuda',
    'GeForce RTX 3060 ampere current open possible',
    'GeForce GT 710 kepler none open impossible, left out',
    'clean: nothing; in use',
    `cuda: ${fedoraCuda}; restart`,
    `cuda-toolkit: ${fedoraCuda} cuda-toolkit; restart`,
  ],
  'desktop-old-bios': [
    'debian none clean',
    'GeForce GT 710 kepler none open impossible',
    'clean: nothing; in use',
    'cuda: no, unsupported-card',
    'cuda-toolkit: no, unsupported-card',
  ],
  'desktop-rtx5090': [
    'fedora current cuda hybrid',
    'NVIDIA GeForce RTX 5090 blackwell current open required',
    'clean: nothing; restart',
    `cuda: ${fedoraCuda}; in use`,
    `cuda-toolkit: ${fedoraCuda} cuda-toolkit`,
  ],
  'desktop-rx7900xtx': ['fedora none clean', ...toolkitOnly],
  'desktop-two-nvidia': [
    'fedora legacy-580 cuda',
    'NVIDIA GeForce RTX 3060 ampere current open possible',
    'NVIDIA GeForce GTX 1060 6GB pascal legacy-580 open impossible',
    'clean: nothing; restart',
    `cuda: ${fedora580}; in use`,
    'cuda-toolkit: no, unsupported-card',
  ],
  'desktop-ubuntu': [
    'ubuntu current cuda',
    'NVIDIA GeForce RTX 3080 ampere current open possible',
    'clean: nothing; restart',
    'cuda: signed-packages linux-modules-nvidia-595-open-generic nvidia-driver-595-open nvidia-container-toolkit; in use',
    'cuda-toolkit: signed-packages linux-modules-nvidia-595-open-generic nvidia-driver-595-open nvidia-container-toolkit nvidia-cuda-toolkit',
  ],
  'laptop-8gb': ['fedora none clean', ...toolkitOnly],
  'laptop-asahi': ['fedora none clean', ...toolkitOnly],
  'laptop-rtx4060': [
    'fedora current cuda hybrid',
    rtx4060,
    'clean: nothing; in use',
    `cuda: ${fedoraCuda}; key; restart`,
    `cuda-toolkit: ${fedoraCuda} cuda-toolkit; key; restart`,
  ],
  'laptop-rtx4060-driver': [
    'fedora current cuda hybrid',
    'NVIDIA GeForce RTX 4060 Laptop GPU ada current open possible',
    'clean: nothing; restart',
    `cuda: ${fedoraCuda}; in use`,
    `cuda-toolkit: ${fedoraCuda} cuda-toolkit`,
  ],
  'laptop-rtx4060-key': [
    'fedora current cuda hybrid',
    rtx4060,
    'clean: nothing; in use',
    `cuda: ${fedoraCuda}; key; restart`,
    `cuda-toolkit: ${fedoraCuda} cuda-toolkit; key; restart`,
  ],
  'laptop-silverblue': ['fedora-atomic none clean', ...toolkitOnly],
  'laptop-silverblue-nvidia': [
    'fedora-atomic current cuda hybrid',
    rtx4060,
    'clean: nothing; in use',
    'cuda: rebase; restart; images 1; layers akmod-nvidia xorg-x11-drv-nvidia-cuda nvidia-container-toolkit',
    'cuda-toolkit: no, managed',
  ],
  'mini-debian': ['debian none clean', ...toolkitOnly],
  'vm-virtio': ['fedora none clean', ...toolkitOnly],
};

const names = readdirSync(machinesFolder).filter((name) => name !== 'README.md');

test('every recorded machine has its advice here', () => {
  expect(names).toEqual(Object.keys(expected).sort());
});

describe.each(names)('%s', (name) => {
  test('is told this', async () => {
    const sight = { ...nothingSeen, images, inImage: name === 'desktop-bazzite' };
    expect(lines(adviseDriver(await machineOf(name), sight))).toEqual(expected[name]);
  });
});

/** A machine with other cards, release or kernel. */
async function changed(name: string, change: Partial<MachineFacts>): Promise<MachineFacts> {
  return { ...(await machineOf(name)), ...change };
}
const card = (deviceId: string, more: Partial<Gpu> = {}): Gpu => ({
  address: `0000:0${deviceId.slice(-1)}:00.0`,
  vendorId: '10de',
  deviceId,
  vendor: 'nvidia',
  name: known(deviceId, 'pci.ids'),
  driver: known('nouveau', 'driver'),
  integrated: false,
  bootScreen: false,
  memory: known(8, 'x'),
  memoryFree: known(8, 'x'),
  driverVersion: known('', 'x'),
  ...more,
});
const cudaOf = (advice: DriverAdvice): FlavourAdvice =>
  advice.flavours.find(({ flavour }) => flavour === 'cuda') as FlavourAdvice;
const cards = (...gpus: Gpu[]) => ({ gpus: known(gpus, 'sysfs') });

test('the release of Fedora decides which packages serve Pascal', async () => {
  const machine = await machineOf('desktop-gtx1080');
  const of = (version: string): string | undefined => {
    const system = machine.system.known ? { ...machine.system.value, version } : null;
    return cudaOf(adviseDriver({ ...machine, system: known(system!, 'os-release') })).packages[0];
  };
  expect(of('42')).toBe('akmod-nvidia');
  expect(of('43')).toBe('akmod-nvidia-580xx');
  expect(of('44')).toBe('akmod-nvidia-580xx');
  expect(of('rawhide')).toBe('akmod-nvidia-580xx');
});

test('the small repository is used where it is on, and never for the 580 branch', async () => {
  const sight: AdviceSight = { ...nothingSeen, repositories: ['fedora', 'rpmfusion-nonfree-nvidia-driver'] };
  const of = async (name: string, seen = sight): Promise<readonly string[]> =>
    cudaOf(adviseDriver(await machineOf(name), seen)).repositories;
  expect(await of('laptop-rtx4060')).toContain('rpmfusion-nonfree-nvidia-driver');
  expect(await of('laptop-rtx4060', nothingSeen)).toContain('rpmfusion-nonfree');
  expect(await of('desktop-gtx1080')).not.toContain('rpmfusion-nonfree-nvidia-driver');
});

test('Pascal beside Blackwell: no driver serves both, and the newer card wins', async () => {
  const machine = await changed('laptop-rtx4060', cards(card('1b80'), card('2b85')));
  const advice = adviseDriver(machine);
  expect(advice.branch).toBe('current');
  expect(advice.cards.map((each) => each.leftOut ?? false)).toEqual([true, false]);
  expect(cudaOf(advice).possible).toBe(true);
});

test('a card that would be left out while it shows the screen forbids the driver', async () => {
  const machine = await changed('laptop-rtx4060', cards(card('128b', { bootScreen: true }), card('2503')));
  expect(cudaOf(adviseDriver(machine))).toMatchObject({ possible: false, because: 'unsupported-card' });
});

test('a card that was given to virtual machines is not driven here', async () => {
  const machine = await changed('laptop-rtx4060', cards(card('2503', { driver: known('vfio-pci', 'x') })));
  expect(adviseDriver(machine).cards).toEqual([]);
});

test('a card newer than the table gets the current driver, one between its ranges nothing', async () => {
  const newer = adviseDriver(await changed('laptop-rtx4060', cards(card('3fff'))));
  expect(newer.cards[0]).toMatchObject({ generation: 'unknown', newer: true });
  expect(cudaOf(newer).possible).toBe(true);
  const hole = adviseDriver(await changed('laptop-rtx4060', cards(card('1500'))));
  expect(cudaOf(hole)).toMatchObject({ possible: false, because: 'unsupported-card' });
});

test('Debian’s driver came before Blackwell', async () => {
  const machine = await changed('desktop-debian-dkms', cards(card('2b85')));
  expect(cudaOf(adviseDriver(machine))).toMatchObject({ possible: false, because: 'unsupported-card' });
});

test('Ubuntu: signed modules for its own kernels, DKMS and a key for others', async () => {
  const offered = parseUbuntuDrivers(
    'nvidia-driver-580, (kernel modules provided by linux-modules-nvidia-580-generic)\n' +
      'nvidia-driver-595-server-open, (kernel modules provided by linux-modules-nvidia-595-server-open-generic)\n' +
      'nvidia-driver-610-open, (kernel modules provided by linux-modules-nvidia-610-open-generic)\n' +
      'nvidia-driver-595-open, (kernel modules provided by nvidia-dkms-595-open)\n',
  );
  expect(offered).toHaveLength(4);
  expect(offered[3]).toEqual({ driver: 'nvidia-driver-595-open', modules: null });
  const sight = { ...nothingSeen, offered };
  const own = await changed('desktop-ubuntu', cards(card('2206')));
  expect(cudaOf(adviseDriver(own, sight))).toMatchObject({
    way: 'signed-packages',
    needsKey: false,
    packages: ['linux-modules-nvidia-610-open-generic', 'nvidia-driver-610-open', 'nvidia-container-toolkit'],
  });
  const pascal = await changed('desktop-ubuntu', cards(card('1b80')));
  expect(cudaOf(adviseDriver(pascal, sight)).packages[0]).toBe('linux-modules-nvidia-580-generic');
  const kernel = known({ running: '7.0.9-xanmod1', installed: ['7.0.9-xanmod1'] }, 'osrelease');
  expect(cudaOf(adviseDriver({ ...own, kernel }, sight))).toMatchObject({
    way: 'packages',
    needsKey: true,
    packages: ['nvidia-dkms-610-open', 'nvidia-driver-610-open', 'nvidia-container-toolkit'],
  });
});

test('an image whose key is not known here needs that key, and nothing is built', async () => {
  const machine = await changed('desktop-bazzite', cards(card('2484')));
  const cuda = cudaOf(adviseDriver(machine, { ...nothingSeen, inImage: true }));
  expect(cuda).toMatchObject({ way: 'in-image', needsKey: true, packages: [] });
  const trusted = cudaOf(adviseDriver(machine, { ...nothingSeen, inImage: true, trusted: true }));
  expect(trusted.needsKey).toBe(false);
});

test.each([
  ['fedora', [], 'workstation', 'fedora'],
  ['nobara', ['fedora'], 'workstation', 'fedora'],
  ['almalinux', ['rhel', 'centos', 'fedora'], 'workstation', null],
  ['bazzite', ['fedora'], 'atomic', 'fedora-atomic'],
  ['opensuse-aeon', ['suse'], 'atomic', null],
  ['pop', ['ubuntu', 'debian'], 'ubuntu', 'ubuntu'],
  ['arch', [], 'other', null],
] as const)('%s belongs to the right family', (id, idLike, variant, family) => {
  const rest = { prettyName: id, version: null, variantId: null, image: variant === 'atomic' };
  expect(familyOf({ id, idLike, variant, ...rest })).toBe(family);
});
