// SPDX-License-Identifier: GPL-3.0-or-later

import { expect, test } from 'vitest';

import { gpu, nouveau, sightInput, sightWith, type Change } from '../../tests/support/driver-sight.ts';
import type { DriverAdvice, Flavour, FlavourAdvice } from '../core/driver/types.ts';
import { known } from '../core/known.ts';
import { accelerationSentence, adviceNotes, cardSentence, driverCardRows, flavourNeeds } from './driver.ts';
import { flavourRefusal, flavourWords, generationName } from './driver.ts';

const advice = (change: Change): DriverAdvice => sightWith(change).advice;
const flavour = (list: DriverAdvice, wanted: Flavour): FlavourAdvice =>
  list.flavours.find((each) => each.flavour === wanted) as FlavourAdvice;
const noDriver = {
  loaded: known(null, 'x'),
  installed: known([], 'rpm'),
  kernels: [],
  cuda: known(false, 'x'),
};

test.each([
  ['28e0', /^card 28e0 \(Ada Lovelace\) uses NVIDIA’s current driver, with the open kernel modules\.$/],
  ['2b85', /\(Blackwell\).*open kernel modules only\.$/],
  ['1b80', /\(Pascal\).*branch 580/],
  ['128b', /\(Kepler\) has no driver.*stays with nouveau\.$/],
  ['1500', /is not in NVIDIA’s published lists/],
  ['3fff', /is newer than what this version of Hearth knows/],
])('card %s', (id, says) => {
  expect(cardSentence(advice({ gpus: [gpu(id)] }).cards[0]!)).toMatch(says);
});

test('a card that has to go without, and what cards of two generations mean', () => {
  const mixed = advice({ gpus: [gpu('2503'), gpu('128b')] });
  expect(cardSentence(mixed.cards[1]!)).toMatch(/has to go without/);
  expect(adviceNotes(mixed)).toEqual([
    'Cards of different generations share one driver, and it does not serve them all.',
  ]);
  expect(adviceNotes(advice({ gpus: [gpu('2503'), gpu('1c03')] }))).toEqual([
    'Cards of different generations share one driver: branch 580 serves them all.',
  ]);
  const builtIn = gpu('a7a0', {
    vendor: 'intel',
    vendorId: '8086',
    integrated: true,
    driver: known('i915', 'x'),
  });
  expect(adviceNotes(advice({ gpus: [gpu('28e0'), builtIn] }))).toHaveLength(1);
});

test('what each flavour takes', () => {
  const fresh = advice({ gpus: [gpu('28e0', nouveau)], readings: noDriver });
  expect(flavourNeeds(flavour(fresh, 'clean'))).toEqual(['Nothing to install']);
  expect(flavourNeeds(flavour(fresh, 'cuda'))).toEqual([
    'Packages; the driver’s module is built on this computer, and again for every new kernel',
    'A security key of this computer (machine owner key, MOK), and blue firmware screens once',
    'A restart',
  ]);
  const off = advice({
    gpus: [gpu('28e0', nouveau)],
    readings: noDriver,
    firmware: { secureBoot: known('off', 'x') },
  });
  expect(flavourNeeds(flavour(off, 'cuda'))).toHaveLength(2);
  expect(flavourWords('cuda').title).toBe('CUDA');
});

test('why a flavour cannot be had', () => {
  const refusal = (change: Change, wanted: Flavour = 'cuda'): string => {
    const list = advice(change);
    return flavourRefusal(flavour(list, wanted), list);
  };
  expect(refusal({ gpus: [] })).toMatch(/no NVIDIA card/);
  expect(refusal({ gpus: [gpu('128b')] })).toMatch(/still kept up serves this card/);
  expect(refusal({ gpus: [gpu('1b80')] }, 'cuda-toolkit')).toMatch(/no longer builds programs/);
  expect(refusal({ gpus: [gpu('128b', { bootScreen: true }), gpu('2503')] })).toMatch(/without a picture/);
  expect(refusal({ image: true }, 'cuda-toolkit')).toMatch(/goes into a container/);
  const debian = { id: 'debian', variant: 'debian' as const, version: '13' };
  expect(refusal({ gpus: [gpu('2b85')], system: debian })).toMatch(/Debian came before/);
  expect(refusal({ system: { ...debian, version: '14' } }, 'cuda-toolkit')).toMatch(/no CUDA toolkit/);
  expect(refusal({})).toBe('');
});

test('what a card can do for models now', () => {
  const says = (id: string, driver: string | null, more = {}): string => {
    const one = gpu(id, { driver: known(driver, 'x'), ...more });
    return accelerationSentence(one, advice({ gpus: [one] }).cards[0] ?? null);
  };
  expect(says('28e0', 'nvidia')).toMatch(/^CUDA/);
  expect(says('28e0', 'nouveau')).toMatch(/^Vulkan by NVK/);
  expect(says('1b80', 'nouveau')).toMatch(/^None for models/);
  expect(says('28e0', 'nova_core')).toMatch(/Nova/);
  expect(says('744c', 'amdgpu', { vendor: 'amd' })).toMatch(/ROCm/);
  expect(says('e20b', 'xe', { vendor: 'intel' })).toMatch(/^Vulkan/);
  expect(says('28e0', null)).toMatch(/^None: no driver/);
});

test('a row for each graphics processor', () => {
  const radeon = gpu('15bf', {
    vendor: 'amd',
    vendorId: '1002',
    integrated: true,
    driver: known('amdgpu', 'x'),
  });
  const { machine } = sightInput({ gpus: [gpu('28e0'), radeon] });
  const rows = driverCardRows(machine, advice({ gpus: [gpu('28e0'), radeon] }));
  expect(rows.map(({ detail }) => detail)).toEqual([
    'card 28e0 (Ada Lovelace) uses NVIDIA’s current driver, with the open kernel modules. For models: CUDA and Vulkan, by NVIDIA’s driver.',
    'For models: Vulkan, and ROCm on cards that it supports; both drivers are part of the system or its packages.',
  ]);
  expect(driverCardRows({ ...machine, gpus: known([], 'x') }, null)).toHaveLength(1);
});

test('generations', () => {
  expect(['ada', 'fermi-or-older', 'unknown'].map((one) => generationName(one as 'ada'))).toEqual([
    'Ada Lovelace',
    'Fermi or older',
    'unknown generation',
  ]);
});
