// SPDX-License-Identifier: GPL-3.0-or-later

import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

import { observeDriver } from '../../src/core/driver/observe.ts';
import type { DriverReadings, KernelReading } from '../../src/core/driver/readings.ts';
import type { Known } from '../../src/core/known.ts';
import { observeMachine } from '../../src/core/machine/observe.ts';
import { sha1 } from '../support/key-bytes.node.ts';
import { machinesFolder, openMachine } from '../support/node-look.node.ts';

async function read(name: string): Promise<DriverReadings> {
  const { look, options } = await openMachine(name);
  return observeDriver(look, await observeMachine(look, options), { sha1 });
}

const say = <T>(fact: Known<T>, text: (value: T) => string): string =>
  fact.known ? text(fact.value) : fact.reason;

/** '7.2.12…: 610.43.03 open, 1 signer' */
function kernelLine({ kernel, staged, headers, module, build, ofDistribution }: KernelReading): string {
  const what = say(module, (file) =>
    file === null
      ? 'no module'
      : `${String(file.version)} ${file.open === true ? 'open' : 'closed'} ${String(file.signers.length)} signed${file.prebuilt ? ' prebuilt' : ''}`,
  );
  const marks = [
    staged ? ' staged' : '',
    headers ? ' headers' : '',
    build.tag === 'idle' ? '' : ` ${build.tag}`,
    ofDistribution ? '' : ' foreign',
  ];
  return `${kernel}: ${what}${marks.join('')}`;
}

function lines(readings: DriverReadings): readonly string[] {
  const loaded = say(readings.loaded, (module) =>
    module === null
      ? 'none'
      : `${module.version} ${module.open === true ? 'open' : 'closed'} ${module.taint}`,
  );
  const keys = say(readings.keys, (list) => list.map((key) => key.name.split(' ')[0]).join(' '));
  const packages = say(readings.installed, (list) => String(list.length));
  return [
    `loaded ${loaded}, ${packages} packages, cuda ${say(readings.cuda, String)}, cdi ${String(readings.cdi)}`,
    `keys: ${keys}`,
    ...readings.kernels.map(kernelLine),
  ];
}

const nothing = ['loaded none, not-asked packages, cuda not-asked, cdi false'];
const two = ['7.1.11-200.fc44.x86_64', '7.2.12-200.fc44.x86_64'];

const expected: Readonly<Record<string, readonly string[]>> = {
  'container-debian': [...nothing, 'keys: absent'],
  'desktop-arc-b580': [...nothing, 'keys: garbled'],
  'desktop-bazzite': [
    'loaded 610.43.03 open O, 4 packages, cuda true, cdi true',
    'keys: Secure akmods',
    '7.1.9-ogc2.1.fc44.x86_64: 610.43.03 open 1 signed prebuilt foreign',
  ],
  'desktop-debian-dkms': [
    'loaded 550.163.01 closed PO, 4 packages, cuda true, cdi false',
    'keys: Secure host-1234',
    '6.12.63+deb13-amd64: 550.163.01 closed 1 signed headers',
  ],
  'desktop-gtx1080': [
    'loaded none, 0 packages, cuda not-asked, cdi false',
    'keys: Secure',
    ...two.map((kernel) => `${kernel}: no module`),
  ],
  'desktop-kernel-update': [
    'loaded 610.43.03 open O, 5 packages, cuda true, cdi false',
    'keys: Secure host-1234',
    '7.1.11-200.fc44.x86_64: 610.43.03 open 1 signed headers',
    '7.2.12-200.fc44.x86_64: no module headers building',
  ],
  'desktop-mixed-nvidia': [
    'loaded none, 0 packages, cuda not-asked, cdi false',
    'keys: Secure',
    ...two.map((kernel) => `${kernel}: no module`),
  ],
  'desktop-old-bios': [
    'loaded none, 0 packages, cuda not-asked, cdi false',
    'keys: absent',
    '7.2.12+deb14-amd64: no module',
  ],
  'desktop-rtx5090': [
    'loaded 610.43.03 open OE, 6 packages, cuda true, cdi true',
    'keys: Secure',
    ...two.map((kernel) => `${kernel}: 610.43.03 open 0 signed headers`),
  ],
  'desktop-rx7900xtx': [...nothing, 'keys: garbled'],
  'desktop-two-nvidia': [
    'loaded 580.173.02 closed POE, 5 packages, cuda true, cdi true',
    'keys: Secure',
    ...two.map((kernel) => `${kernel}: 580.173.02 closed 0 signed headers`),
  ],
  'desktop-ubuntu': [
    'loaded 595.71.05 open O, 4 packages, cuda true, cdi false',
    'keys: Secure',
    '7.0.0-14-generic: 595.71.05 open 1 signed prebuilt headers',
    '7.0.0-22-generic: 595.71.05 open 1 signed prebuilt headers',
  ],
  'laptop-8gb': [...nothing, 'keys: garbled'],
  'laptop-asahi': [...nothing, 'keys: '],
  'laptop-rtx4060': [
    'loaded none, 0 packages, cuda not-asked, cdi false',
    'keys: Secure',
    ...two.map((kernel) => `${kernel}: no module`),
  ],
  'laptop-rtx4060-driver': [
    'loaded 610.43.03 open O, 5 packages, cuda true, cdi false',
    'keys: Secure host-1234',
    ...two.map((kernel) => `${kernel}: 610.43.03 open 1 signed headers`),
  ],
  'laptop-rtx4060-key': [
    'loaded none, 5 packages, cuda not-asked, cdi false',
    'keys: Secure',
    ...two.map((kernel) => `${kernel}: 610.43.03 open 1 signed headers`),
  ],
  'laptop-silverblue': [...nothing, 'keys: garbled'],
  'laptop-silverblue-nvidia': [
    'loaded none, 0 packages, cuda not-asked, cdi false',
    'keys: Secure',
    '7.2.12-200.fc44.x86_64: no module',
    '7.2.13-200.fc44.x86_64: no module staged',
  ],
  'mini-debian': [...nothing, 'keys: garbled'],
  'vm-virtio': [...nothing, 'keys: garbled'],
};

const names = readdirSync(machinesFolder).filter((name) => name !== 'README.md');

test('every recorded machine has its readings here', () => {
  expect(names).toEqual(Object.keys(expected).sort());
});

describe.each(names)('%s', (name) => {
  test('is read like this', async () => {
    expect(lines(await read(name))).toEqual(expected[name]);
  });
});

test('what an image says of itself, and what of the start before it', async () => {
  const [bazzite, silverblue, driver] = await Promise.all(
    ['desktop-bazzite', 'laptop-silverblue-nvidia', 'laptop-rtx4060-driver'].map(read),
  );
  expect(bazzite!.image).toMatchObject({
    value: { booted: { layered: [], origin: expect.stringContaining('bazzite') as string }, staged: null },
  });
  expect(silverblue!.image).toMatchObject({ value: { staged: { version: '44.20261122.0' } } });
  expect(driver!.image).toBeNull();
  expect(driver!.arguments).toMatchObject({ value: expect.stringContaining('nova_core') as string });
  expect(driver!.bootId).toMatchObject({ value: 'b0a7c9de-3f51-4c44-9f0a-6d1f0c6e2a11' });
  expect(driver!.nvramFree).toMatchObject({ value: 88064 });
  expect(driver!.throughShim).toMatchObject({ value: true });
  expect(driver!.mokVariables).toEqual(expect.arrayContaining(['MokListRT', 'SbatLevelRT']));
});
