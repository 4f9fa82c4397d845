// SPDX-License-Identifier: GPL-3.0-or-later

// A model handed to Podman AI Lab and taken back, and its settings kept quiet. Podman Desktop and AI Lab are SIMULATED
// here: folders as they make them, a program of that name, a server that speaks as their documentation says, and an oracle
// of the rules by which models are recognised. Files, links, processes and the loopback connection are real.

import GLib from 'gi://GLib?version=2.0';
import Soup from 'gi://Soup?version=3.0';

import { CancelSource, never } from '../../src/core/cancel.ts';
import { HearthError } from '../../src/core/errors.ts';
import { step, type Action, type Plan } from '../../src/core/setup/plan.ts';
import { desktopId, labLayouts, type Layout } from '../../src/core/tools/ai-lab.ts';
import { AiLab } from '../../src/engine/ai-lab.ts';
import { Ledger } from '../../src/engine/ledger.ts';
import { Journal } from '../../src/engine/journal.ts';
import type { LabOffer, Parts } from '../../src/engine/parts.ts';
import { runDeps } from '../../src/engine/perform.ts';
import { stepIds } from '../../src/engine/plans.ts';
import { runPlan } from '../../src/engine/run.ts';
import { undoEntry } from '../../src/engine/take-back.ts';
import { clock, sha256 } from '../../src/platform/clock.ts';
import { files } from '../../src/platform/files.ts';
import { loopbackHttp } from '../../src/platform/http.ts';
import { LocalLook } from '../../src/platform/look.ts';
import { processes } from '../../src/platform/processes.ts';
import { recognised, type SeenFolder } from '../support/ai-lab-oracle.ts';
import { practiceEntry, programs } from '../support/fixture-parts.ts';
import { noExtension } from '../support/no-extension.ts';
import { assert, equal, rejection, run, temporaryFolder, test } from '../support/tap.ts';

const folder = temporaryFolder();
const bytes = new Uint8Array(3_000_000).map((_zero, at) => at % 251);
const entry = practiceEntry();
const sized = {
  ...entry,
  file: { ...entry.file, url: 'https://h.example/r/abc/m.gguf', size: bytes.length, sha256: sha256(bytes) },
};
let counter = 0;

async function put(path: string, content: string | Uint8Array, mode = 0o644): Promise<string> {
  await files.makeFolder(path.slice(0, path.lastIndexOf('/')), 0o755);
  await files.writeAtomic(path, content, mode);
  return path;
}

async function stage(flavour: 'flatpak' | 'native' | null) {
  counter += 1;
  const home = `${folder}/home-${counter}`;
  const [config, data] = [`${home}/.config`, `${home}/.local/share`];
  const around = { home, config, data, desktopHome: null };
  const flatpak = `${data}/flatpak`;
  const native = `${home}/opt/podman-desktop`;
  if (flavour === 'flatpak') await files.makeFolder(`${flatpak}/app/${desktopId}`, 0o755);
  // A program of that name, which only sleeps.
  if (flavour === 'native') await put(native, await files.readBytes('/bin/sleep'), 0o755);
  const aiLab = new AiLab({
    ...{ files, processes, look: new LocalLook(), http: loopbackHttp(), sha256, ...around },
    ...{ flatpaks: [{ path: flatpak, scope: 'user' }], native: [native] },
    extension: noExtension(),
    ledger: new Ledger(`${home}/state/ledger.jsonl`, files, clock),
    programs: () => Promise.resolve({ ...programs(false), userManager: false }),
  });
  const path = await put(`${data}/hearth/models/practice/m.gguf`, bytes);
  const offer: LabOffer = { entry: sized, path };
  const journal = new Journal(`${home}/state/journal.jsonl`, files, clock);
  const parts = {
    ...{ files, aiLab, sha256, paths: { state: `${home}/state` }, tools: { unlink: null }, models: {} },
    ...{ settings: { write: () => {} }, serving: { units: () => Promise.resolve() } },
  } as unknown as Parts;
  parts.tools.unlink = () => Promise.resolve();
  const deps = runDeps(journal, { parts } as unknown as Parameters<typeof runDeps>[1]);
  const planOf = (actions: readonly Action[]): Plan => {
    counter += 1;
    const ids = stepIds(actions);
    return {
      id: `plan-${counter}`,
      task: 'tools',
      steps: actions.map((action, at) => step(ids[at] ?? '', action)),
    };
  };
  return {
    ...{ home, aiLab, offer, path, native, layouts: labLayouts(around), planOf },
    apply: async (plan: Plan) => {
      await runPlan(plan, false, deps, () => {}, new CancelSource());
      return plan.id;
    },
    undo: async (id: string) => {
      const { entries } = await journal.read();
      await undoEntry(id, entries, parts, journal, () => Promise.resolve());
      return (await journal.read()).entries.find(({ plan }) => plan === id);
    },
  };
}

type Stage = Awaited<ReturnType<typeof stage>>;

const setUp = async (here: Stage): Promise<string> =>
  here.apply(here.planOf(await here.aiLab.plan(here.offer)));

/** What the oracle makes of the folder of the models. Simulated. */
async function seenBy(here: Stage, layout: Layout, models?: string) {
  const places = here.layouts[layout];
  const at = models ?? places.models;
  const seen = await Promise.all(
    (await files.list(at)).map(async (name): Promise<SeenFolder> => {
      const kind = (await files.stat(`${at}/${name}`))?.kind ?? 'other';
      return { name, kind, holds: kind === 'directory' ? await files.list(`${at}/${name}`) : [] };
    }),
  );
  return recognised(await files.readText(places.catalogue), seen);
}

async function inode(path: string): Promise<string> {
  return (await processes.run(['stat', '-c', '%d:%i', '--', path], {}, never)).stdout.trim();
}

async function refusal(work: Promise<unknown>): Promise<HearthError> {
  const thrown = await rejection(work);
  assert(thrown instanceof HearthError, String(thrown));
  return thrown;
}

const isWhole = async (path: string): Promise<void> =>
  equal(sha256(await files.readBytes(path)), sha256(bytes), 'the file of Hearth is as it was');

test('nothing is there: nothing is claimed, and nothing is planned', async () => {
  const here = await stage(null);
  equal((await here.aiLab.observe(here.offer)).desktop, null);
  equal((await refusal(here.aiLab.plan(here.offer))).code, 'no-desktop');
  equal((await refusal(here.aiLab.open())).code, 'no-desktop');
});

for (const flavour of ['flatpak', 'native'] as const) {
  test(`${flavour}, fresh: quiet before its first start, the model in its place, and all of it taken back`, async () => {
    const here = await stage(flavour);
    const before = await here.aiLab.observe(here.offer);
    equal([before.desktop?.flavour, before.telemetry, before.model], [flavour, 'unset', 'missing']);
    const plan = here.planOf(await here.aiLab.plan(here.offer));
    equal(
      plan.steps.map(({ id }) => id),
      ['write-file', 'write-file-2', 'make-folder', 'hand-over'],
    );
    const id = await here.apply(plan);
    const places = here.layouts[flavour];
    equal(JSON.parse(await files.readText(places.settings)), {
      'telemetry.enabled': false,
      'telemetry.check': true,
    });
    equal(await seenBy(here, flavour), [['hearth.practice', 'm.gguf']]);
    const there = `${places.models}/hearth.practice/m.gguf`;
    equal((await files.stat(there))?.kind, 'file', 'no link of the soft kind');
    const after = await here.aiLab.observe(here.offer);
    equal([after.telemetry, after.asked, after.model], ['off', true, 'placed']);
    equal(await here.aiLab.plan(here.offer), [], 'nothing is left to do');

    const entryNow = await here.undo(id);
    equal(
      entryNow?.steps.map(({ outcome }) => outcome),
      ['undone', 'undone', 'undone', 'undone'],
    );
    equal(await files.stat(there), null);
    equal(await files.stat(places.settings), null);
    equal(await files.stat(places.catalogue), null);
    await isWhole(here.path);
  });
}

test('the old layout, with what a person has there: kept to the byte when it is taken back', async () => {
  const here = await stage('flatpak');
  const places = here.layouts.legacy;
  const models = `${here.home}/elsewhere`;
  const settings = `{"telemetry.enabled":true,\n "ai-lab.models.path":"${models}", "mine": [1]}`;
  const catalogue = '{"version":"1.0","models":[{"id":"a","name":"A","description":"x","y":null}],"z":{}}';
  await put(places.settings, settings);
  await put(places.catalogue, catalogue);
  const id = await setUp(here);
  const now = JSON.parse(await files.readText(places.settings)) as Record<string, unknown>;
  equal([now['telemetry.enabled'], now['mine']], [false, [1]]);
  const list = JSON.parse(await files.readText(places.catalogue)) as { models: unknown[]; z: unknown };
  equal([list.models[0], list.z], [{ id: 'a', name: 'A', description: 'x', y: null }, {}]);
  equal(await seenBy(here, 'legacy', models), [['hearth.practice', 'm.gguf']]);
  equal(await files.stat(here.layouts.flatpak.settings), null, 'the other layout is not touched');
  await here.undo(id);
  equal(await files.readText(places.settings), settings);
  equal(await files.readText(places.catalogue), catalogue);
});

test('removed in AI Lab, the file of Hearth stays, and can be handed over again', async () => {
  const here = await stage('native');
  await setUp(here);
  const at = `${here.layouts.native.models}/hearth.practice`;
  const shared = (await inode(`${at}/m.gguf`)) === (await inode(here.path));
  // As AI Lab does it: the folder with what is in it.
  await processes.run(['rm', '-r', '--', at], {}, never);
  await isWhole(here.path);
  equal((await here.aiLab.observe(here.offer)).model, 'missing');
  equal(
    (await here.aiLab.plan(here.offer)).map((action) => action.do),
    ['make-folder', 'hand-over'],
  );
  await setUp(here);
  equal((await here.aiLab.observe(here.offer)).model, 'placed');
  equal((await inode(`${at}/m.gguf`)) === (await inode(here.path)), shared);
});

test('a second name takes no space, and shared blocks fall back to one where the disk has none', async () => {
  const here = await stage('native');
  const plan = await here.aiLab.plan(here.offer);
  const handOver = plan.find((action) => action.do === 'hand-over');
  assert(handOver !== undefined && handOver.how !== 'copy', 'the same disk');
  await here.aiLab.handOver({ ...handOver, how: 'link' }, never);
  equal(await inode(handOver.to), await inode(here.path), 'one file with two names');
  await here.aiLab.handOver({ ...handOver, how: 'link' }, never);
  await here.aiLab.takeOut({
    undo: 'take-out',
    path: handOver.to,
    size: handOver.size,
    mtime: handOver.mtime,
  });
  await isWhole(here.path);
  await here.aiLab.handOver({ ...handOver, how: 'reflink' }, never);
  equal(sha256(await files.readBytes(handOver.to)), sha256(bytes));
  await files.remove(handOver.to);
  await here.aiLab.handOver({ ...handOver, how: 'copy' }, never);
  assert((await inode(handOver.to)) !== (await inode(here.path)), 'a copy where the disk is another');
});

test('what AI Lab fetched itself is neither replaced nor taken out', async () => {
  const here = await stage('flatpak');
  const at = `${here.layouts.flatpak.models}/hearth.practice`;
  const id = await setUp(here);
  await files.remove(`${at}/m.gguf`);
  await put(`${at}/m.gguf`, bytes);
  const entryNow = await here.undo(id);
  equal(entryNow?.steps.at(-1)?.outcome, 'kept');
  assert((await files.stat(`${at}/m.gguf`)) !== null, 'it stays');
  await put(`${at}/other.gguf`, 'x');
  equal((await refusal(here.aiLab.plan(here.offer))).code, 'exists');
});

test('a step that was cut off is repeated, and what it left is taken back', async () => {
  const here = await stage('native');
  const at = `${here.layouts.native.models}/hearth.practice`;
  await put(`${at}/m.gguf.tmp`, 'half');
  const id = await setUp(here);
  equal(await files.list(at), ['m.gguf']);
  await put(`${at}/m.gguf.tmp`, 'half');
  await here.undo(id);
  equal(await files.list(at), [], 'the folder was there before');
});

test('while it is open its settings are left alone, also where it was opened after the plan', async () => {
  const here = await stage('native');
  const plan = here.planOf(await here.aiLab.plan(here.offer));
  const child = await processes.start([here.native, '60'], {});
  try {
    equal((await here.aiLab.observe(here.offer)).open, true);
    equal((await refusal(here.aiLab.plan(here.offer))).code, 'desktop-open');
    equal((await refusal(here.apply(plan))).code, 'desktop-open');
    equal(await files.stat(here.layouts.native.settings), null);
  } finally {
    child.signal('KILL');
    await child.exited;
  }
  equal((await here.aiLab.observe(here.offer)).open, false);
  await here.apply(here.planOf(await here.aiLab.plan(here.offer)));
  equal((await here.aiLab.observe(here.offer)).telemetry, 'off');
  // Its catalogue is watched, so that the model may come while it is open.
  const again = await processes.start([here.native, '60'], {});
  try {
    await processes.run(['rm', '-r', '--', here.layouts.native.storage], {}, never);
    await setUp(here);
    equal((await here.aiLab.observe(here.offer)).model, 'placed');
  } finally {
    again.signal('KILL');
    await again.exited;
  }
});

test('AI Lab that runs is asked whether it has the model (a simulated server)', async () => {
  const here = await stage('native');
  let names: readonly string[] = [];
  const server = new Soup.Server();
  server.add_handler('/api/tags', (_server, message) => {
    const models = names.map((name) => ({ name, model: name, size: 1, details: {} }));
    message.set_status(200, null);
    message.set_response(
      'application/json',
      Soup.MemoryUse.COPY,
      new TextEncoder().encode(JSON.stringify({ models })),
    );
  });
  server.listen_local(0, Soup.ServerListenOptions.IPV4_ONLY);
  const port = server.get_uris()[0]?.get_port() ?? 0;
  await put(here.layouts.native.settings, `{"ai-lab.apiPort":${port}}`);
  await setUp(here);
  const child = await processes.start([here.native, '60'], {});
  try {
    equal((await here.aiLab.observe(here.offer)).model, 'placed', 'it does not list it yet');
    names = ['Practice Model (Hearth)'];
    equal((await here.aiLab.observe(here.offer)).model, 'listed');
  } finally {
    child.signal('KILL');
    await child.exited;
    server.disconnect();
  }
  equal((await here.aiLab.observe(here.offer)).model, 'placed', 'nobody is asked while it is closed');
});

test('settings and a catalogue that make no sense are left alone, with a sentence', async () => {
  const here = await stage('native');
  const { settings, catalogue } = here.layouts.native;
  await put(settings, '{"a": ');
  equal((await here.aiLab.observe(here.offer)).problem?.code, 'bad-config');
  equal((await refusal(here.aiLab.plan(here.offer))).code, 'bad-config');
  equal(await files.readText(settings), '{"a": ');
  await put(settings, '{}');
  await put(catalogue, '[]');
  equal((await here.aiLab.observe(here.offer)).problem?.args['path'], catalogue);
  equal((await refusal(here.aiLab.plan(here.offer))).code, 'bad-config');
  equal([await files.readText(settings), await files.readText(catalogue)], ['{}', '[]']);
});

test('a file of a person’s own is not handed over, and without a model it is kept quiet all the same', async () => {
  const here = await stage('flatpak');
  const own = { ...here.offer, entry: { ...sized, own: { source: 'file', addedAt: 0 } as const } };
  equal((await here.aiLab.observe(own)).model, 'own');
  const only = ['write-file'];
  equal(
    (await here.aiLab.plan(own)).map((action) => action.do),
    only,
  );
  equal(
    (await here.aiLab.plan(null)).map((action) => action.do),
    only,
  );
});

test('it is opened to outlive Hearth', async () => {
  const here = await stage('native');
  await put(here.native, '#!/bin/sh\necho opened >"$0.note"\n', 0o755);
  await here.aiLab.open();
  for (let tries = 0; tries < 100 && (await files.stat(`${here.native}.note`)) === null; tries += 1)
    GLib.usleep(20_000);
  equal(await files.readText(`${here.native}.note`), 'opened\n');
});

await run();
