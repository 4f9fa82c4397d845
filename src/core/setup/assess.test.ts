// SPDX-License-Identifier: GPL-3.0-or-later

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ErrorCode } from '../errors.ts';
import { known, missing } from '../known.ts';
import type { Gpu, MachineFacts } from '../machine/facts.ts';
import type { CatalogueEntry, Offer, Shelf } from '../models/types.ts';
import type { Endpoint } from '../server/types.ts';
import { ask, hold, noDownloads, stopped } from './downloads.ts';
import { assess, cureFor, nextTask, unseen, type Seen } from './assess.ts';
import { taskIds, type Progress } from './tasks.ts';

const absent = missing('absent', 'test');

const machine: MachineFacts = {
  recording: null,
  system: absent,
  kernel: absent,
  cpu: absent,
  memory: absent,
  disk: absent,
  gpus: known([], 'test'),
  firmware: { kind: absent, secureBoot: absent, shim: absent },
  virtualisation: absent,
  podman: absent,
  flatpak: absent,
  existing: { ollama: absent, ramalama: absent, lmstudio: absent },
  network: absent,
};

const choices = {
  modelId: null,
  contextTokens: null,
  port: 4327,
  firstRunDone: false,
  modelsFolder: null,
  engine: 'auto' as const,
};
const nothing: Seen = unseen({ tag: 'real' }, choices);

const card = (vendor: Gpu['vendor'], driver: string | null): Gpu => ({
  address: '0000:01:00.0',
  vendorId: '10de',
  deviceId: '2786',
  vendor,
  name: known('Card', 'test'),
  driver: known(driver, 'test'),
  integrated: false,
  bootScreen: true,
  memory: absent,
  memoryFree: absent,
  driverVersion: absent,
});

const offer = (id: string, change: Partial<Offer> = {}): Offer => ({
  entry: { id, name: id, file: { size: 10 } } as CatalogueEntry,
  fit: {} as Offer['fit'],
  header: null,
  installed: null,
  partial: null,
  onDisk: null,
  refused: null,
  ...change,
});
const shelf = (...offers: readonly Offer[]): Shelf => ({
  offers,
  picks: [],
  own: [],
  loose: [],
  managedBy: null,
  problems: [],
});
const installed = { modelId: 'a', path: '/m/a', size: 10, verified: true, verifiedAt: 1 };
const withModel: Seen = {
  ...nothing,
  machine,
  shelf: shelf(offer('a', { installed })),
  choices: { ...nothing.choices, modelId: 'a' },
  programs: {
    llamaServer: { path: '/l', version: null },
    bwrap: { path: '/b', version: null },
    socketActivate: { path: '/a', version: null },
    socketProxy: { path: '/p', version: null },
    userManager: false,
    curl: null,
    goose: null,
  },
};
const progress: Progress = {
  step: 0,
  steps: 1,
  stepId: 's',
  done: null,
  total: null,
  rate: null,
  phase: 'working',
  host: null,
};

test('before the first look, there is something to do and nothing is claimed', () => {
  const standings = assess(nothing);
  expect(standings.computer).toEqual({ tag: 'ready', offer: 'look-at-facts' });
  expect(Object.values(standings).map((s) => s.tag)).not.toContain('done');
});

test('gaps in what is known are counted', () => {
  const standing = assess({ ...nothing, machine }).computer;
  expect(standing).toEqual({ tag: 'done', evidence: [{ id: 'machine-read-with-gaps', args: { count: 6 } }] });
});

test.each([
  ['no card', [], 'not-needed'],
  ['only a virtual one', [card('virtual', 'virtio_gpu')], 'not-needed'],
  ['AMD', [card('amd', 'amdgpu')], 'not-needed'],
  ['NVIDIA with its driver', [card('nvidia', 'nvidia')], 'done'],
  ['NVIDIA with nouveau, not looked at closer', [card('nvidia', 'nouveau')], 'ready'],
  ['NVIDIA without any', [card('nvidia', null)], 'ready'],
  ['two, one without', [card('nvidia', 'nvidia'), card('nvidia', null)], 'ready'],
  ['Intel beside NVIDIA', [card('intel', 'i915'), card('nvidia', 'nvidia')], 'done'],
])('the driver with %s', (_name, gpus, tag) => {
  expect(assess({ ...nothing, machine: { ...machine, gpus: known(gpus, 'test') } }).driver.tag).toBe(tag);
});

test('cards that could not be listed are not called absent', () => {
  const gpus = missing('denied', '/sys/bus/pci/devices');
  expect(assess({ ...nothing, machine: { ...machine, gpus } }).driver.tag).toBe('ready');
});

test('the model is done only when its file is there and was found right', () => {
  expect(assess(withModel).model.tag).toBe('done');
  const doubtful = offer('a', { installed: { ...installed, verified: false } });
  expect(assess({ ...withModel, shelf: shelf(doubtful) }).model).toMatchObject({
    tag: 'broken',
    error: { code: 'not-verified', args: { path: '/m/a' } },
  });
  expect(assess({ ...withModel, choices: nothing.choices }).model.tag).toBe('ready');
});

test('a download that was cut off is offered again', () => {
  const partial = { modelId: 'a', bytes: 3, total: 10, path: '/p' };
  const seen = { ...withModel, shelf: shelf(offer('a', { partial })) };
  expect(assess(seen).model).toEqual({ tag: 'ready', offer: 'resume-download' });
});

test('nothing fits, and no network, are said', () => {
  expect(assess({ ...withModel, shelf: shelf(offer('a', { refused: 'does-not-fit' })) }).model).toMatchObject(
    {
      tag: 'broken',
      error: { code: 'nothing-fits' },
    },
  );
  const offline = { ...machine, network: known({ connectivity: 'none', metered: 'no' } as const, 'test') };
  const seen = { ...withModel, machine: offline, shelf: shelf(offer('a')) };
  expect(assess(seen).model).toEqual({ tag: 'waiting', on: 'network', because: 'offline' });
});

test('trying needs a model, an engine, and an answer', () => {
  expect(assess(nothing).try).toMatchObject({ tag: 'waiting', because: 'model-first' });
  expect(assess(withModel).try).toEqual({ tag: 'ready', offer: 'serve-model' });
  const programs = { ...(withModel.programs as NonNullable<Seen['programs']>), llamaServer: null };
  expect(assess({ ...withModel, programs }).try).toMatchObject({
    tag: 'broken',
    cure: 'install-engine',
    error: { code: 'no-engine', args: { missing: 'llama-server' } },
  });
  const open = { ...(withModel.programs as NonNullable<Seen['programs']>), bwrap: null };
  expect(assess({ ...withModel, programs: open }).try).toMatchObject({ error: { code: 'no-isolation' } });
  const endpoint = {
    baseUrl: 'http://127.0.0.1:1/v1',
    isolation: { interfaces: ['lo'] },
  } as unknown as Endpoint;
  const answer = { answerTokens: 9, answerRate: 3 } as Seen['answer'];
  const done = assess({ ...withModel, server: { tag: 'ready', endpoint }, answer }).try;
  expect(done.tag === 'done' && done.evidence.map((e) => e.id)).toEqual([
    'answered',
    'server-ready',
    'isolated',
  ]);
});

test('a running plan shows, whatever else is so', () => {
  const job = { plan: 'p', task: 'model' as const, progress, stopping: false };
  expect(assess({ ...withModel, jobs: { model: job } }).model).toEqual({ tag: 'running', progress });
});

test('the chosen model on its way runs; held back, it waits for whoever can end that; others change nothing', () => {
  const asked = {
    modelId: 'a',
    plan: 'p',
    steps: 1,
    total: 10,
    bytes: 3,
    host: null,
    agreed: [],
    needsRoom: true,
  };
  const [queue] = ask(noDownloads, asked);
  const seen = { ...withModel, shelf: shelf(offer('a')), downloads: queue.items };
  expect(assess(seen).model).toMatchObject({ tag: 'running', progress: { done: 3, total: 10 } });
  const [held] = stopped(hold(queue, 'a', 'metered')[0], 'a');
  const waiting = { tag: 'waiting', on: 'network', because: 'metered' };
  expect(assess({ ...seen, downloads: held.items }).model).toEqual(waiting);
  const beside = { ...withModel, downloads: ask(noDownloads, { ...asked, modelId: 'b' })[0].items };
  expect(assess(beside).model.tag).toBe('done');
});

test('a failure shows until the machine shows that it is over', () => {
  const failures = { model: { code: 'no-space' as const, args: {}, detail: null } };
  expect(assess({ ...withModel, choices: nothing.choices, failures }).model).toMatchObject({
    tag: 'broken',
    cure: 'free-disk',
  });
  expect(assess({ ...withModel, failures }).model.tag).toBe('done');
});

test('the next thing to do is never one that waits', () => {
  expect(nextTask(assess(withModel))).toBe('try');
  expect(nextTask(assess({ ...nothing, machine }))).toBe('model');
  fc.assert(
    fc.property(fc.subarray([...taskIds]), (failing) => {
      const failures = Object.fromEntries(
        failing.map((task) => [task, { code: 'timeout' as ErrorCode, args: {}, detail: null }]),
      );
      const standings = assess({ ...nothing, machine, failures });
      const next = nextTask(standings);
      expect(next === null || ['ready', 'broken'].includes(standings[next].tag)).toBe(true);
    }),
  );
});

test('every cause has a cure', () => {
  expect(cureFor('no-space')).toBe('free-disk');
  expect(cureFor('tls')).toBe('retry');
});
