// SPDX-License-Identifier: GPL-3.0-or-later

import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

import type { MachineFacts } from '../../src/core/machine/facts.ts';
import { observeMachine } from '../../src/core/machine/observe.ts';
import { chooseEngine } from '../../src/core/server/engine.ts';
import type { EngineChoice, EngineFacts } from '../../src/core/server/engine-facts.ts';
import type { EngineImage, ImageDevice } from '../../src/core/server/images.ts';
import type { ProgramFacts } from '../../src/core/server/types.ts';
import { machinesFolder, openMachine } from '../support/node-look.node.ts';

const image = (name: string, digit: string, ...devices: ImageDevice[]): EngineImage => ({
  devices,
  repository: `quay.io/example/${name}`,
  digest: `sha256:${digit.repeat(64)}`,
  size: 1_800_000_000,
  architectures: ['x86_64'],
});
const pinned = [
  image('vulkan', '1', 'cpu', 'vulkan'),
  image('cuda', '2', 'cuda'),
  image('rocm', '3', 'rocm'),
  image('intel', '4', 'intel'),
];
const everywhere = pinned.map((one) => `${one.repository}@${String(one.digest)}`);

const program = { path: '/usr/bin/x', version: null };
const bare: ProgramFacts = {
  llamaServer: null,
  bwrap: program,
  socketActivate: program,
  socketProxy: program,
  userManager: true,
  curl: program,
  goose: null,
};
const installed: ProgramFacts = { ...bare, llamaServer: program };

async function machine(name: string): Promise<MachineFacts> {
  const { look, options } = await openMachine(name);
  return observeMachine(look, options);
}

const decide = (
  facts: Partial<EngineFacts> & Pick<EngineFacts, 'machine'>,
  programs: ProgramFacts = installed,
  choice: EngineChoice = 'auto',
) => chooseEngine({ images: pinned, present: [], others: [], practice: false, ...facts }, programs, choice);

/** The container on each machine: what it would run on, or what stands in the way; then what to know of it. */
const containers: Readonly<Record<string, readonly [on: string, notes?: string]>> = {
  'container-debian': ['no-podman'],
  'desktop-arc-b580': ['intel /dev/dri'],
  'desktop-bazzite': ['cuda nvidia.com/gpu=all', 'selinux-device'],
  'desktop-debian-dkms': ['no-cdi'],
  'desktop-gtx1080': ['cpu'],
  'desktop-kernel-update': ['no-cdi'],
  'desktop-mixed-nvidia': ['cpu'],
  'desktop-old-bios': ['no-podman'],
  'desktop-rtx5090': ['cuda nvidia.com/gpu=all', 'selinux-device'],
  'desktop-rx7900xtx': ['vulkan /dev/dri'],
  'desktop-two-nvidia': ['cuda nvidia.com/gpu=all', 'cdi-hidden, selinux-device'],
  'desktop-ubuntu': ['no-podman'],
  'laptop-8gb': ['cpu'],
  'laptop-asahi': ['no-image'],
  'laptop-rtx4060': ['cpu'],
  'laptop-rtx4060-driver': ['no-cdi'],
  'laptop-rtx4060-key': ['cpu'],
  'laptop-silverblue-nvidia': ['cpu'],
  'laptop-silverblue': ['vulkan /dev/dri'],
  'mini-debian': ['no-id-ranges'],
  'vm-virtio': ['cpu'],
};

test('every recorded machine is in the table', () => {
  const names = readdirSync(machinesFolder).filter((name) => name !== 'README.md');
  expect(names.sort()).toEqual(Object.keys(containers).sort());
});

describe.each(Object.entries(containers))('%s', (name, [on, notes = '']) => {
  test('has this container', async () => {
    const { candidates, container } = decide({ machine: await machine(name), present: everywhere });
    const found = candidates.find((one) => one.id === 'container');
    const said =
      container === null
        ? (found?.obstacles.map((one) => one.code).join(', ') ?? '')
        : [container.device, ...container.devices].join(' ');
    expect([said, found?.notes.map((one) => one.code).join(', ')]).toEqual([on, notes]);
    expect(found?.usable).toBe(container !== null);
  });

  test('chooses by what is there', async () => {
    const facts = await machine(name);
    const can = decide({ machine: facts }).container !== null;
    const nvidia = on.startsWith('cuda');
    // Installed: services, unless a fetched container has the only way to an NVIDIA card.
    expect(decide({ machine: facts })).toMatchObject({ chosen: 'native-units', because: 'installed' });
    expect(decide({ machine: facts, present: everywhere }).chosen).toBe(
      nvidia ? 'container' : 'native-units',
    );
    expect(decide({ machine: facts }, bare)).toMatchObject(
      can ? { chosen: 'container', because: 'not-installed' } : { chosen: null, because: 'nothing' },
    );
    // A choice is taken or nothing is.
    expect(decide({ machine: facts }, installed, 'container').chosen).toBe(can ? 'container' : null);
    expect(decide({ machine: facts, present: everywhere }, installed, 'native').chosen).toBe('native-units');
    expect(decide({ machine: facts }, bare, 'native').chosen).toBeNull();
  });
});

test('without a user manager only children of Hearth are left', async () => {
  const facts = await machine('desktop-rtx5090');
  const alone = { ...installed, userManager: false };
  const decision = decide({ machine: facts, present: everywhere }, alone);
  expect(decision).toMatchObject({ chosen: 'native-children', because: 'no-manager', container: null });
  const codes = decision.candidates.map((one) => [one.id, one.obstacles.map((each) => each.code)]);
  expect(codes).toEqual([
    ['native-units', ['no-user-manager']],
    ['native-children', []],
    ['container', ['no-user-manager']],
    ['reuse', ['none-running']],
  ]);
});

test('practice takes children and says why not the others', async () => {
  const facts = await machine('desktop-rtx5090');
  const decision = decide({ machine: facts, practice: true }, installed, 'container');
  expect(decision).toMatchObject({ chosen: 'native-children', because: 'practice', container: null });
});

test('an old podman, no generator and no newuidmap are told apart', async () => {
  const facts = await machine('desktop-rtx5090');
  const here = facts.containers;
  if (here === undefined) throw new Error('no containers');
  const no = { known: true, value: false, source: '' } as const;
  const codes = (change: Partial<MachineFacts>): readonly string[] =>
    decide({ machine: { ...facts, ...change } })
      .candidates.find((one) => one.id === 'container')
      ?.obstacles.map((one) => one.code) ?? [];
  expect(codes({ podman: { known: true, value: '4.9.3', source: '' } })).toEqual(['podman-old']);
  expect(codes({ podman: { known: true, value: '5.2.99', source: '' } })).toEqual(['podman-old']);
  expect(codes({ podman: { known: true, value: '5.3.0-dev', source: '' } })).toEqual([]);
  expect(codes({ podman: { known: true, value: '10.0', source: '' } })).toEqual([]);
  expect(codes({ containers: { ...here, quadlet: no } })).toEqual(['no-quadlet']);
  expect(codes({ containers: { ...here, idMapper: no, idRanges: no } })).toEqual(['no-id-mapper']);
  const quick = { podman: { known: false, reason: 'not-asked', source: '' } } as const;
  expect(codes(quick)).toEqual(['not-looked']);
});

test('an image without a digest is known and not used', async () => {
  const facts = await machine('laptop-8gb');
  const loose = pinned.map((one) => ({ ...one, digest: null }));
  const decision = decide({ machine: facts, images: loose }, bare);
  expect(decision).toMatchObject({ chosen: null, container: null });
  expect(decision.candidates[2]?.obstacles).toEqual([
    { code: 'image-not-pinned', args: { repository: 'quay.io/example/vulkan' } },
  ]);
});

test('what a container gets of the machine: labels and limits', async () => {
  const silverblue = decide({ machine: await machine('laptop-silverblue') });
  expect(silverblue.container).toMatchObject({ relabel: true, unlabelled: false, limitProcesses: true });
  const total = 15.488 * 1024 ** 3;
  expect(silverblue.container?.memoryMax).toBeGreaterThan(total - 2.01 * 1024 ** 3);
  expect(silverblue.candidates[2]?.notes).toEqual([
    { code: 'to-fetch', args: { host: 'quay.io', size: 1_800_000_000 } },
  ]);
  const nvidia = decide({ machine: await machine('desktop-rtx5090') }).container;
  expect(nvidia).toMatchObject({ relabel: false, unlabelled: true });
});

test('a server of somebody else is shown with what is open, and taken only by name', async () => {
  const facts = await machine('desktop-rtx5090');
  const others = [
    {
      program: 'ollama',
      port: 11434,
      version: '0.33.0',
      open: true,
      keyless: true,
      cloud: true,
      models: ['llama3.2:3b', 'qwen3:8b'],
    },
  ] as const;
  const decision = decide({ machine: facts, others, images: [] }, { ...bare, userManager: false });
  expect(decision.chosen).toBeNull();
  const reuse = decision.candidates.find((one) => one.id === 'reuse');
  expect(reuse?.notes.map((one) => one.code)).toEqual(['not-ours', 'no-key', 'open-to-network', 'cloud-on']);
  const seen = { machine: facts, images: [], present: [], others, practice: false };
  const programs = { ...bare, userManager: false };
  expect(chooseEngine(seen, programs, 'ollama')).toMatchObject({
    chosen: 'reuse',
    other: { model: 'llama3.2:3b' },
  });
  expect(chooseEngine(seen, programs, 'ollama', 'qwen3:8b').other?.model).toBe('qwen3:8b');
  expect(chooseEngine(seen, programs, 'ollama', 'gone').obstacle?.code).toBe('other-model-gone');
  expect(chooseEngine(seen, programs, 'lm-studio')).toMatchObject({
    chosen: null,
    obstacle: { code: 'other-gone', args: { program: 'lmstudio' } },
  });
  expect(chooseEngine({ ...seen, practice: true }, programs, 'ollama').other, 'practice').toBeNull();
});
