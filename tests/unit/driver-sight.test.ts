// SPDX-License-Identifier: GPL-3.0-or-later

import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

import { observeDriver } from '../../src/core/driver/observe.ts';
import { assembleSight } from '../../src/core/driver/sight.ts';
import type { DriverSight } from '../../src/core/driver/types.ts';
import { observeMachine } from '../../src/core/machine/observe.ts';
import { sha1 } from '../support/key-bytes.node.ts';
import { machinesFolder, openMachine } from '../support/node-look.node.ts';

const now = Date.UTC(2026, 10, 27);

async function sightOf(name: string): Promise<DriverSight> {
  const { look, options } = await openMachine(name);
  const machine = await observeMachine(look, options);
  const readings = await observeDriver(look, machine, { sha1 });
  return assembleSight({ machine, readings, mechanism: null, mechanismError: null, images: [], now });
}

/** 'verdict[: because]', then ' verified', then what is found. */
function line({ guard, verified, findings }: DriverSight): string {
  const because = 'because' in guard ? `: ${guard.because}` : '';
  const found = findings.map(({ id, cure }) => ` ${id}(${String(cure)})`).join('');
  return `${guard.tag}${because}${verified ? ' verified' : ''}${found}`;
}

/** Without the root service, as a person sees it who has not installed it. */
const expected: Readonly<Record<string, string>> = {
  'container-debian': 'not-needed',
  'desktop-arc-b580': 'not-needed',
  'desktop-bazzite': 'safe verified',
  'desktop-debian-dkms': 'safe verified',
  'desktop-gtx1080': 'not-needed',
  'desktop-kernel-update': 'building verified',
  'desktop-mixed-nvidia': 'not-needed',
  'desktop-old-bios': 'not-needed',
  'desktop-rtx5090': 'safe verified',
  'desktop-rx7900xtx': 'not-needed',
  'desktop-two-nvidia': 'safe verified',
  'desktop-ubuntu': 'safe verified',
  'laptop-8gb': 'not-needed',
  'laptop-asahi': 'not-needed',
  'laptop-rtx4060': 'not-needed',
  'laptop-rtx4060-driver': 'safe verified',
  'laptop-rtx4060-key': 'falls-back: key-not-enrolled key-unknown(null)',
  'laptop-silverblue': 'not-needed',
  'laptop-silverblue-nvidia': 'not-needed',
  'mini-debian': 'not-needed',
  'vm-virtio': 'not-needed',
};

const names = readdirSync(machinesFolder).filter((name) => name !== 'README.md');

test('every recorded machine is in the table', () => {
  expect(names).toEqual(Object.keys(expected).sort());
});

describe.each(names)('%s', (name) => {
  test('is seen like this', async () => {
    expect(line(await sightOf(name))).toBe(expected[name]);
  });
});

test('the advice knows what the image carries, and what is trusted already', async () => {
  const bazzite = await sightOf('desktop-bazzite');
  expect(bazzite.advice.flavours.map(({ way }) => way)).toEqual([undefined, 'in-image', undefined]);
  const ubuntu = await sightOf('desktop-ubuntu');
  expect(ubuntu.kernels.map(({ trust }) => trust)).toEqual(['trusted', 'trusted']);
});
