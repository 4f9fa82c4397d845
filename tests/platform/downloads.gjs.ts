// SPDX-License-Identifier: GPL-3.0-or-later

// Several models on their way at once, with the real engine, curl, files and locks, against publishers on loopback.

import GLib from 'gi://GLib?version=2.0';
import system from 'system';
import { HearthError } from '../../src/core/errors.ts';
import { sha256 } from '../../src/platform/clock.ts';
import { files } from '../../src/platform/files.ts';
import { processes } from '../../src/platform/processes.ts';
import { never } from '../../src/core/cancel.ts';
import { step as planStep } from '../../src/core/setup/plan.ts';
import { errorWords } from '../../src/words/errors.ts';
import { actionSentence } from '../../src/words/plan.ts';
import {
  calm,
  openShop,
  openStage as open,
  type DownloadStage,
  type Shop,
} from '../support/download-stage.ts';
import { asked, type Publisher } from '../support/publisher.ts';
import { assert, equal, match, rejection, run, temporaryFolder, test } from '../support/tap.ts';

interface Errand {
  readonly shop: Shop;
  readonly home: string;
  readonly modes: Readonly<Record<string, string>>;
}

const told = GLib.getenv('HEARTH_TEST_ERRAND');
if (told !== null) await obey(JSON.parse(told) as Errand);

const self = GLib.filename_from_uri(import.meta.url)[0];
const folder = temporaryFolder();
const shop = await openShop(folder, ['a', 'b', 'c']);
let counter = 0;
const freshHome = (): string => `${folder}/home-${(counter += 1)}`;

/** Another Hearth: fetches everything, and is killed whenever somebody likes. */
async function obey({ shop: from, home, modes }: Errand): Promise<never> {
  const stage = await openStage(from, home, modes);
  await Promise.allSettled(await begin(stage, Object.keys(modes)));
  print(JSON.stringify(stage.shown()));
  system.exit(0);
}

/** Told when something does not come. */
let latest: DownloadStage | null = null;

async function openStage(...given: Parameters<typeof open>): Promise<DownloadStage> {
  latest = await open(...given);
  return latest;
}

async function bring({ engine }: DownloadStage, id: string): Promise<void> {
  await engine.apply(await engine.planModel(id));
}

/** Agrees to the models' plans in this order; planning side by side ends in any order. */
async function begin({ engine }: DownloadStage, ids: readonly string[]): Promise<readonly Promise<void>[]> {
  const plans = await Promise.all(ids.map((id) => engine.planModel(id)));
  return plans.map((plan) => engine.apply(plan));
}

async function until(what: string, holds: () => boolean | Promise<boolean>, limit = 20_000): Promise<void> {
  const end = GLib.get_monotonic_time() + limit * 1000;
  while (!(await holds())) {
    if (GLib.get_monotonic_time() > end)
      throw new Error(
        `not within ${limit} ms: ${what}\n${JSON.stringify(latest?.engine.state.value.downloads)}`,
      );
    await pause(20);
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const partOf = ({ models }: DownloadStage, id: string): string =>
  `${models}/.partial/${shop.publishers[id]?.sha256 ?? ''}.part`;
const sizeOf = async (path: string): Promise<number> => (await files.stat(path))?.size ?? 0;

async function checkFile({ models }: DownloadStage, id: string): Promise<void> {
  equal(
    sha256(await files.readBytes(`${models}/${id}/model.gguf`)),
    shop.publishers[id]?.sha256,
    `model ${id}`,
  );
}

const codeOf = (thrown: unknown): string => (thrown instanceof HearthError ? thrown.code : String(thrown));

/** Process ids whose command line names all of these. */
async function processesWith(...words: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const pid of await files.list('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    try {
      const line = await files.readText(`/proc/${pid}/cmdline`);
      if (words.every((word) => line.includes(word))) found.push(pid);
    } catch {
      // Gone meanwhile.
    }
  }
  return found;
}

async function signal(name: 'STOP' | 'CONT', pids: readonly string[]): Promise<void> {
  assert(pids.length > 0, 'no process to signal');
  await processes.run(['kill', `-${name}`, ...pids], {}, never);
}

test('three at once: two run, one waits; paused and continued, all are right and the first is chosen', async () => {
  const stage = await openStage(shop, freshHome(), { a: 'slower', b: 'slower', c: 'slow' });
  const { engine } = stage;
  let most = 0;
  engine.state.subscribe(({ downloads }) => {
    most = Math.max(
      most,
      downloads.filter(({ status }) => status === 'running' || status === 'pausing').length,
    );
  });
  const a = rejection(bring(stage, 'a'));
  await until('the first runs', () => stage.shown().join() === 'a running');
  const b = bring(stage, 'b');
  await until('two run', () => stage.shown().join() === 'a running,b running');
  const c = bring(stage, 'c');
  await until('one waits', () => stage.shown().join() === 'a running,b running,c waiting');
  equal(codeOf(await rejection(bring(stage, 'c'))), 'busy');
  await until('a has bytes', () => (stage.item('a')?.bytes ?? 0) > 500_000);
  equal(engine.state.value.standings.model.tag, 'running');
  engine.pause('a');
  equal(codeOf(await a), 'cancelled');
  await until('c has its turn', () => stage.item('c')?.status === 'running');
  equal(stage.item('a')?.status, 'paused');
  const kept = await sizeOf(partOf(stage, 'a'));
  equal(stage.item('a')?.bytes, kept, 'paused is what the disk shows');
  equal(engine.state.value.standings.model, { tag: 'ready', offer: 'resume-download' });
  await Promise.all([engine.resume('a'), b, c]);
  for (const id of ['a', 'b', 'c']) await checkFile(stage, id);
  equal([stage.shown(), most], [[], 2]);
  equal(engine.state.value.choices.modelId, 'a', 'what came beside it did not take its place');
});

test('killed in the middle: the next Hearth shows both as paused and continues them', async () => {
  const home = freshHome();
  const modes = { a: 'slower', b: 'slower', c: 'slower' };
  const errand: Errand = { shop, home, modes };
  const child = await processes.start(['gjs', '-m', self], {
    env: { HEARTH_TEST_ERRAND: JSON.stringify(errand) },
  });
  const parts = ['a', 'b'].map((id) => partOf({ models: `${home}/models` } as DownloadStage, id));
  await until('both have bytes', async () =>
    (await Promise.all(parts.map(sizeOf))).every((n) => n > 1_000_000),
  );
  child.signal('KILL');
  await child.exited;
  await pause(100);
  const kept = await Promise.all(parts.map(sizeOf));
  const stage = await openStage(shop, home, { a: 'ok', b: 'ok', c: 'ok' });
  equal(stage.shown().toSorted(), ['a paused', 'b paused'], 'the third had not begun');
  equal([stage.item('a')?.bytes, stage.item('b')?.bytes], kept);
  const key = home.replaceAll('/', '_');
  const requests = async () => asked(shop.publishers['b'] as Publisher, key);
  const before = (await requests()).length;
  await Promise.all(['a', 'b', 'c'].map((id) => stage.engine.resume(id)));
  for (const id of ['a', 'b', 'c']) await checkFile(stage, id);
  equal((await requests())[before]?.range, `bytes=${kept[1] ?? 0}-`, 'nothing was fetched twice');
});

test('two Hearths: the second is told whose it is, and cannot throw it away', async () => {
  const home = freshHome();
  const child = await processes.start(['gjs', '-m', self], {
    env: { HEARTH_TEST_ERRAND: JSON.stringify({ shop, home, modes: { a: 'slower' } } satisfies Errand) },
  });
  const stage = await openStage(shop, home, { a: 'ok' });
  await until('the first has bytes', async () => (await sizeOf(partOf(stage, 'a'))) > 500_000);
  await stage.engine.refresh();
  const discard = await stage.engine.planDiscard('a');
  equal(codeOf(await rejection(stage.engine.apply(discard))), 'busy');
  const thrown = await rejection(bring(stage, 'a'));
  assert(thrown instanceof HearthError, String(thrown));
  match(errorWords(thrown.toValue()).sentence, /^Another Hearth is already working on .*model\.gguf\.$/);
  equal(stage.item('a')?.status, 'failed');
  await child.exited;
  await stage.engine.refresh();
  await checkFile(stage, 'a');
  equal(stage.shown(), [], 'what is whole is no download any more');
});

test('a metered network on the way: held with the reason, until it is over or somebody agrees', async () => {
  const stage = await openStage(shop, freshHome(), { a: 'slower', b: 'slower', c: 'slow' });
  // Each was planned, and agreed to, on a network that costs nothing; agreed to in this order.
  const all = Promise.all(await begin(stage, ['a', 'b', 'c']));
  await until('one waits', () => stage.shown().join() === 'a running,b running,c waiting');
  await until('a has bytes', () => (stage.item('a')?.bytes ?? 0) > 500_000);
  stage.conditions = { ...calm, metered: true };
  const held = (id: string): boolean =>
    stage.item(id)?.status === 'paused' && stage.item(id)?.held === 'metered';
  await until('all are held', () => ['a', 'b', 'c'].every(held));
  equal(stage.engine.state.value.standings.model, { tag: 'waiting', on: 'network', because: 'metered' });
  const before = await sizeOf(partOf(stage, 'a'));
  await pause(400);
  equal(await sizeOf(partOf(stage, 'a')), before, 'no byte comes while it is held');
  await stage.engine.resume('b');
  await until('b goes on', () => stage.item('b')?.status === 'running');
  await pause(300);
  equal([held('a'), stage.item('b')?.status, held('c')], [true, 'running', true]);
  stage.conditions = calm;
  await all;
  for (const id of ['a', 'b', 'c']) await checkFile(stage, id);
  const steps = stage.engine.state.value.journal.map(({ steps: done }) => done.at(-1)?.outcome);
  equal(steps, ['done', 'done', 'done'], 'the journal has each once, and done');
});

test('a nearly empty battery and a disk that others fill hold it too; pausing a held one ends it', async () => {
  const stage = await openStage(shop, freshHome(), { a: 'slower' });
  const end = rejection(bring(stage, 'a'));
  await until('it has bytes', () => (stage.item('a')?.bytes ?? 0) > 500_000);
  stage.conditions = { ...calm, onBattery: true, charge: 9 };
  await until('held', () => stage.item('a')?.held === 'low-battery' && stage.item('a')?.status === 'paused');
  stage.conditions = { ...calm, onBattery: true, charge: 55 };
  await until('it goes on', () => stage.item('a')?.status === 'running');
  stage.free = 1_000_000_000;
  await until(
    'held again',
    () => stage.item('a')?.held === 'low-disk' && stage.item('a')?.status === 'paused',
  );
  stage.engine.pause('a');
  equal(codeOf(await end), 'cancelled');
  equal([stage.item('a')?.status, stage.item('a')?.held], ['paused', null]);
});

test('a computer that slept: curl stands still, then reconnects; nothing fails', async () => {
  const stage = await openStage(shop, freshHome(), { a: 'slower' });
  const end = bring(stage, 'a');
  await until('it has bytes', () => (stage.item('a')?.bytes ?? 0) > 500_000);
  const curl = await processesWith('curl', partOf(stage, 'a'));
  await signal('STOP', curl);
  await pause(2500);
  await signal('CONT', curl);
  await end;
  await checkFile(stage, 'a');
});

test('a publisher that stands still: said, and continued when it is back', async () => {
  const home = freshHome();
  const stage = await openStage(shop, home, { c: 'slower' });
  const phases = new Set<string>();
  stage.engine.state.subscribe(({ downloads }) => void phases.add(downloads[0]?.phase ?? ''));
  const end = bring(stage, 'c');
  await until('it has bytes', () => (stage.item('c')?.bytes ?? 0) > 500_000);
  const server = await processesWith('fault-server.mjs', 'publisher-c');
  await signal('STOP', server);
  try {
    await until('it says so', () => phases.has('no-answer'));
  } finally {
    await signal('CONT', server);
  }
  await end;
  await checkFile(stage, 'c');
});

test('two that fit each, but not together: refused before it starts, with the sum', async () => {
  const stage = await openStage(shop, freshHome(), { a: 'slower', b: 'slow' });
  const { engine } = stage;
  stage.free = 12 * 1024 * 1024;
  const planned = await engine.planModel('b');
  const first = rejection(bring(stage, 'a'));
  await until('the first runs', () => stage.item('a')?.status === 'running');
  // What was planned before the other one began is refused as well.
  const late = await rejection(engine.apply(planned));
  const early = await rejection(engine.planModel('b'));
  for (const thrown of [late, early]) {
    assert(thrown instanceof HearthError && thrown.code === 'no-space', String(thrown));
    assert(Number(thrown.args['together']) > 12 * 1024 * 1024, JSON.stringify(thrown.args));
    match(errorWords(thrown.toValue()).sentence, /with the downloads under way 1\d MB more are needed/);
  }
  equal((await asked(shop.publishers['b'] ?? (undefined as never), '')).length, 0);
  engine.pause('a');
  await first;
});

test('cancelled: off the list, the bytes stay; discarded: the bytes are said and gone', async () => {
  const home = freshHome();
  const stage = await openStage(shop, home, { a: 'slower' });
  const { engine } = stage;
  const end = rejection(bring(stage, 'a'));
  await until('it has bytes', () => (stage.item('a')?.bytes ?? 0) > 1_000_000);
  equal(codeOf(await rejection(engine.planDiscard('a'))), 'busy');
  const move = {
    do: 'move-model',
    modelId: null,
    from: stage.models,
    to: `${home}/other`,
    size: 0,
    how: 'rename',
  } as const;
  const moving = engine.apply({ id: 'move', task: 'model', steps: [planStep('move', move)] });
  equal(codeOf(await rejection(moving)), 'busy', 'the folder does not move away under it');
  engine.drop('a');
  equal(codeOf(await end), 'cancelled');
  equal(stage.shown(), []);
  const size = await sizeOf(partOf(stage, 'a'));
  assert(size > 1_000_000, 'the bytes are kept');
  equal((await openStage(shop, home, { a: 'ok' })).shown(), ['a paused'], 'the next Hearth shows them');
  const plan = await engine.planDiscard('a');
  equal(
    plan.steps.map(({ touches }) => touches.diskBytes),
    [-size],
  );
  match(actionSentence(plan.steps[0]?.action ?? (undefined as never)), /^Throw away the \d+(\.\d)? MB of a/);
  await engine.apply(plan);
  equal(
    await files.list(`${stage.models}/.partial`).then((names) => names.filter((n) => !n.endsWith('.lock'))),
    [],
  );
  equal((await engine.planDiscard('a')).steps, []);
});

test('what is in use stays in use, and the plan says so; what is chosen meanwhile holds', async () => {
  const stage = await openStage(shop, freshHome(), { a: 'ok', b: 'slow', c: 'slow' });
  const { engine } = stage;
  await bring(stage, 'a');
  const beside = await engine.planModel('b');
  equal(
    beside.steps.map(({ action }) => action.do),
    ['download'],
  );
  match(actionSentence(beside.steps[0]?.action ?? (undefined as never)), /\. a stays in use$/);
  await engine.apply(beside);
  equal(engine.state.value.choices.modelId, 'a');
  equal(
    (await engine.planModel('b')).steps.map(({ action }) => action.do),
    ['choose'],
  );
  // Chosen by hand before it is there; then somebody goes back to the first.
  engine.choose('c');
  const last = engine.apply(await engine.plan('model'));
  await until('it is under way', () => stage.item('c')?.status === 'running');
  engine.choose('a');
  await last;
  await checkFile(stage, 'c');
  equal(engine.state.value.choices.modelId, 'a', 'the later choice holds');
});

await run();
