// SPDX-License-Identifier: GPL-3.0-or-later

import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';

import { CancelSource, never } from '../../src/core/cancel.ts';
import { isDriverAction } from '../../src/core/driver/actions.ts';
import { observeDriver } from '../../src/core/driver/observe.ts';
import { keepsDriver, rehearsedFacts } from '../../src/core/driver/rehearsed.ts';
import { assembleSight } from '../../src/core/driver/sight.ts';
import { HearthError, hasCode } from '../../src/core/errors.ts';
import { known } from '../../src/core/known.ts';
import type { FirmwareFacts } from '../../src/core/machine/facts.ts';
import { observeMachine } from '../../src/core/machine/observe.ts';
import { unseen } from '../../src/core/setup/assess.ts';
import type { Plan } from '../../src/core/setup/plan.ts';
import type { HearthState } from '../../src/core/setup/state.ts';
import type { Choices } from '../../src/core/ports.ts';
import type { DriverPart } from '../../src/engine/driver-part.ts';
import { performDriver } from '../../src/engine/driver-perform.ts';
import { DriverUse } from '../../src/engine/driver.ts';
import { Journal } from '../../src/engine/journal.ts';
import type { Parts } from '../../src/engine/parts.ts';
import { Planner } from '../../src/engine/planner.ts';
import { runPlan } from '../../src/engine/run.ts';
import { undoEntry } from '../../src/engine/take-back.ts';
import { PracticeDriver } from '../../src/platform/practice/driver.ts';
import { actionSentence, undoSentence } from '../../src/words/plan.ts';
import { sha1 } from '../support/key-bytes.node.ts';
import { memoryFiles } from '../support/memory-files.ts';
import { openMachine } from '../support/node-look.node.ts';

const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');

/** A recorded machine with everything that is done to it simulated; `cut` ends the process at a given change. */
async function stage(name: string, firmware: Partial<FirmwareFacts> = {}) {
  const { look, options } = await openMachine(name);
  const recorded = await observeMachine(look, options);
  const machine = { ...recorded, firmware: { ...recorded.firmware, ...firmware } };
  const readings = await observeDriver(look, machine, { sha1 });
  const files = memoryFiles();
  let at = 1_800_000_000_000;
  const clock = { now: () => (at += 1000), monotonic: () => at, sleep: () => Promise.resolve() };
  const play = new PracticeDriver({
    ...{ files, clock, pace: 0, file: '/practice.json' },
    observeMachine: () => Promise.resolve(machine),
  });
  const secureBoot = machine.firmware.secureBoot.known && machine.firmware.secureBoot.value === 'on';
  const observe: DriverPart['observe'] = async () => {
    const facts = rehearsedFacts(await play.state(), machine, readings);
    const mechanism = await play.mechanism.state();
    return assembleSight({ ...facts, mechanism, mechanismError: null, images: [], now: at });
  };
  const driver: DriverPart = {
    mechanism: play.mechanism,
    observe,
    packages: () => Promise.resolve(play.packages),
    hosts: () => Promise.resolve({ 'rpmfusion-nonfree': ['mirrors.rpmfusion.org'] }),
    image: () => Promise.resolve(null),
    rebase: () => Promise.reject(new HearthError('no-package-service')),
    dropUpdate: (cancel) => play.dropUpdate(cancel),
    cards: () =>
      Promise.resolve({
        program: '/usr/bin/nvidia-ctk',
        path: '/c/cdi/nvidia.yaml',
        settings: '/c/containers/x.conf',
      }),
    describeCards: () => play.describe(),
    buildNeeds: () => Promise.resolve({ headers: ['kernel-devel-matched'], tools: ['gcc'] }),
    buildLog: () => Promise.resolve('make: *** [nvidia.ko] Error 2'),
    code: () => Promise.resolve('12345678'),
    hash: (code) => Promise.resolve(`$6$salt$${code.length}`),
    restart: () => play.restart(),
  };
  const parts = {
    ...{ files, clock, sha256, driver },
    random: { bytes: (count: number) => Promise.resolve(new Uint8Array(count)) },
    paths: { state: '/state', journal: '/journal' },
    mode: { tag: 'practice', machine: name, folder: '/' },
    settings: { write: () => {} },
    serving: { units: () => Promise.resolve() },
    report: (thrown: unknown) => {
      throw thrown;
    },
  } as unknown as Parts;
  let state: HearthState = unseen({ tag: 'real' }, {} as Choices);
  const planner = new Planner(parts, () => state);
  const use = new DriverUse({
    parts,
    planner,
    state: () => state,
    set: (change) => void (state = { ...state, ...change }),
  });
  const journal = new Journal('/journal', files, clock);
  const apply = (plan: Plan, cutAfter = Infinity, half = false) => {
    let done = 0;
    const perform: Parameters<typeof runPlan>[2]['perform'] = async (action, tell, cancel) => {
      if (done === cutAfter && !half) throw new Error('killed');
      if (isDriverAction(action)) await performDriver(action, driver, tell, cancel);
      else if (action.do === 'write-file') await files.writeAtomic(action.path, action.content, action.mode);
      // The change is made, and nobody wrote down that it was.
      if (done === cutAfter) throw new Error('killed');
      done += 1;
    };
    return runPlan(plan, true, { files, journal, sha256, backups: '/b', perform }, () => {}, never);
  };
  return {
    ...{ use, play, apply, journal, parts, files },
    sight: () => observe(),
    safe: async () => keepsDriver(await play.state(), secureBoot),
    undo: async (id: string) =>
      undoEntry(id, (await journal.read()).entries, parts, journal, () => Promise.resolve()),
  };
}

const does = (plan: Plan): readonly string[] => plan.steps.map(({ action }) => action.do);

describe('from nothing to a driver that is proven, with Secure Boot on', () => {
  test('every step of the way, and back again', async () => {
    const here = await stage('laptop-rtx4060');
    const plan = await here.use.plan('cuda');
    expect(does(plan)).toEqual([
      'repository',
      'repository',
      'packages',
      'prepare-key',
      'build-module',
      'driver-arguments',
    ]);
    const last = plan.steps.at(-1)?.action;
    expect(last).toMatchObject({ preset: 'none' });
    for (const { action } of plan.steps) expect(actionSentence(action)).toMatch(/^[A-Z]/);
    await here.apply(plan);
    expect((await here.use.plan('cuda')).steps).toEqual([]);
    expect((await here.sight()).guard.tag).toBe('falls-back');

    await here.use.request('enrol', '12345678', new CancelSource());
    expect((await here.sight()).ending).toBe('pending');
    await here.use.restart();
    const enrolled = await here.sight();
    expect([enrolled.ending, enrolled.verified]).toEqual(['enrolled', false]);
    // Only now may nouveau be kept away.
    const second = await here.use.plan('cuda');
    expect(second.steps.map(({ action }) => action)).toMatchObject([
      { do: 'driver-arguments', preset: 'nvidia', before: 'none' },
    ]);
    await here.apply(second);
    await here.use.restart();
    const proven = await here.sight();
    expect([proven.verified, proven.guard.tag]).toEqual([true, 'safe']);
    const containers = await here.use.plan('cuda');
    expect(does(containers)).toEqual(['describe-cards', 'write-file']);
    await here.apply(containers);
    expect((await here.use.plan('cuda')).steps).toEqual([]);

    const removal = await here.use.planRemoval();
    expect(does(removal)).toEqual(['driver-arguments', 'packages']);
    expect(removal.steps[0]?.action).toMatchObject({ preset: 'none' });
    await here.apply(removal);
    await here.use.request('delete', '12345678', new CancelSource());
    await here.use.restart();
    const gone = await here.sight();
    expect([gone.ending, gone.loaded]).toMatchObject(['deleted', { known: true }]);
    expect((await here.use.planRemoval()).steps).toEqual([]);
  });

  test('what the first plan did is taken back, last step first, and there is a driver all the while', async () => {
    const here = await stage('laptop-rtx4060');
    const plan = await here.use.plan('cuda');
    await here.apply(plan);
    await here.undo(plan.id);
    const { entries } = await here.journal.read();
    expect(entries[0]?.steps.filter(({ outcome }) => outcome === 'kept')).toEqual([]);
    for (const { undo } of entries[0]?.steps ?? []) expect(undoSentence(undo)).toMatch(/^[A-Z]/);
    const state = await here.play.state();
    expect([state.installed, state.repositories, state.arguments]).toEqual([[], [], 'none']);
    expect(await here.safe()).toBe(true);
  });

  test('a driver in use is not taken away while nouveau is kept from the card', async () => {
    const here = await stage('laptop-rtx4060');
    await here.apply(await here.use.plan('cuda'));
    await here.use.request('enrol', '12345678', never);
    await here.use.restart();
    await here.apply(await here.use.plan('cuda'));
    const first = (await here.journal.read()).entries[0];
    // Taking the first plan back would remove the packages, with the arguments of the second still set.
    await here.undo(first?.plan ?? '');
    const kept = (await here.journal.read()).entries[0]?.steps.find(({ step }) => step === 'packages');
    expect([kept?.outcome, kept?.error?.code]).toEqual(['kept', 'keep-one-driver']);
    expect(await here.safe()).toBe(true);
  });
});

describe('killed anywhere', () => {
  const cuts = [0, 1, 2, 3, 4, 5].flatMap((step) => [false, true].map((half) => ({ step, half })));
  test.each(cuts)(
    'step $step, half done: $half – one driver is left, and a new plan goes on',
    async ({ step, half }) => {
      const here = await stage('laptop-rtx4060');
      const plan = await here.use.plan('cuda');
      await expect(here.apply(plan, step, half)).rejects.toThrow('killed');
      expect(await here.safe()).toBe(true);
      const rest = await here.use.plan('cuda');
      expect(rest.steps.length).toBeLessThanOrEqual(plan.steps.length);
      await here.apply(rest);
      expect((await here.use.plan('cuda')).steps).toEqual([]);
      // What was cut off can be taken back as well.
      await here
        .undo(rest.id)
        .catch((thrown: unknown) => expect(hasCode(thrown, 'nothing-to-undo')).toBe(true));
      await here
        .undo(plan.id)
        .catch((thrown: unknown) => expect(hasCode(thrown, 'nothing-to-undo')).toBe(true));
      expect(await here.safe()).toBe(true);
      expect((await here.play.state()).installed).toEqual([]);
    },
  );

  test('with the restart in every place as well', async () => {
    for (let step = 0; step < 6; step += 1) {
      const here = await stage('laptop-rtx4060');
      await here.apply(await here.use.plan('cuda'), step, true).catch(() => {});
      await here.play.restart();
      expect(await here.safe()).toBe(true);
      await here.apply(await here.use.plan('cuda'));
      expect(await here.safe()).toBe(true);
    }
  });
});

test('the root service is asked for nothing that nobody agreed to lose', async () => {
  const here = await stage('laptop-rtx4060');
  const plan = await here.use.plan('cuda');
  const resolve = here.play.packages.resolve.bind(here.play.packages);
  here.play.packages.resolve = async (verb, names, cancel) => ({
    ...(await resolve(verb, names, cancel)),
    removes: ['gnome-shell'],
  });
  const thrown: unknown = await here.apply(plan).catch((error: unknown) => error);
  expect(hasCode(thrown, 'packages-changed')).toBe(true);
  expect((await here.play.state()).installed).toEqual([]);
});

test('without a key needed, one restart is enough', async () => {
  const here = await stage('desktop-gtx1080');
  const plan = await here.use.plan('cuda');
  expect(plan.steps.map(({ action }) => action.do)).not.toContain('prepare-key');
});

describe('packages laid over an image, where none that carries the driver is listed', () => {
  test('without Secure Boot they work after the restart', async () => {
    const here = await stage('laptop-silverblue-nvidia', { secureBoot: known('off', 'test') });
    const plan = await here.use.plan('cuda', { layer: true });
    expect(does(plan)).toEqual(['packages', 'driver-arguments']);
    await here.apply(plan);
    expect((await here.sight()).guard.tag).toBe('safe');
    await here.use.restart();
    expect([(await here.sight()).loaded, await here.safe()]).toMatchObject([{ known: true }, true]);
    expect((await here.play.state()).loaded).toBe(true);
  });

  test('with Secure Boot on nothing keeps nouveau away, and the guard says what is refused', async () => {
    const here = await stage('laptop-silverblue-nvidia', { secureBoot: known('on', 'test') });
    const plan = await here.use.plan('cuda', { layer: true });
    expect(does(plan)).toEqual(['packages']);
    await here.apply(plan);
    expect((await here.sight()).guard).toMatchObject({ tag: 'falls-back', because: 'unsigned' });
    await here.use.restart();
    expect([(await here.play.state()).loaded, await here.safe()]).toEqual([false, true]);
  });
});

test('an update of the image that waits is discarded: the system that runs starts next, and there is nothing more to discard', async () => {
  const here = await stage('laptop-silverblue-nvidia');
  expect((await here.sight()).kernels.filter(({ staged }) => staged)).toHaveLength(1);
  const plan = await here.use.planKeepSystem();
  for (const { action } of plan.steps) expect(actionSentence(action)).toMatch(/^Discard the update/);
  await here.apply(plan);
  expect((await here.sight()).kernels.map(({ running, staged }) => [running, staged])).toEqual([
    [true, false],
  ]);
  const thrown: unknown = await here.use.planKeepSystem().catch((error: unknown) => error);
  expect(hasCode(thrown, 'nothing-to-do')).toBe(true);
});

test('nothing to install for AMD', async () => {
  const here = await stage('desktop-rx7900xtx');
  const thrown: unknown = await here.use.plan('cuda').catch((error: unknown) => error);
  expect(hasCode(thrown, 'driver-impossible')).toBe(true);
});

test('a restart that is refused leaves no marker; one that happens leaves one', async () => {
  const here = await stage('laptop-rtx4060');
  const parts = here.parts as { mode: unknown; driver: { restart: () => Promise<void> } };
  parts.mode = { tag: 'real' };
  parts.driver.restart = () => Promise.reject(new HearthError('restart-refused'));
  await expect(here.use.restart()).rejects.toThrow('restart-refused');
  expect(here.files.kept.has('/state/resume')).toBe(false);
  parts.driver.restart = () => Promise.resolve();
  await here.use.restart();
  expect(here.files.kept.has('/state/resume')).toBe(true);
});
