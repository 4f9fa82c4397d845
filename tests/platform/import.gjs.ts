// SPDX-License-Identifier: GPL-3.0-or-later

// Model files that other programs have on the disk already: found by size, checked by hash, taken over without
// fetching a byte, and never written to.

import { CancelSource, never } from '../../src/core/cancel.ts';
import { HearthError } from '../../src/core/errors.ts';
import type { CatalogueEntry, OnDisk } from '../../src/core/models/types.ts';
import { planTouches, step, type Action, type Import, type Plan } from '../../src/core/setup/plan.ts';
import type { HearthState } from '../../src/core/setup/state.ts';
import { importModel, type ImportDeps } from '../../src/engine/import.ts';
import { listInstalled, modelStore } from '../../src/engine/installed.ts';
import type { ModelStore, Parts } from '../../src/engine/parts.ts';
import { Journal } from '../../src/engine/journal.ts';
import { actionsFor } from '../../src/engine/plans.ts';
import { runPlan } from '../../src/engine/run.ts';
import { undoEntry } from '../../src/engine/take-back.ts';
import { clock, sha256 } from '../../src/platform/clock.ts';
import { files } from '../../src/platform/files.ts';
import { processes } from '../../src/platform/processes.ts';
import { actionSentence } from '../../src/words/plan.ts';
import { errorWords } from '../../src/words/errors.ts';
import { smallModel } from '../support/gguf-writer.ts';
import { depsFor, entryFor, type Publisher } from '../support/publisher.ts';
import { assert, equal, match, rejection, run, temporaryFolder, test } from '../support/tap.ts';

const folder = temporaryFolder();
const size = 5 * 1024 * 1024 + 32;
const model = smallModel('hearthtest', 4, size, 7);
const wrong = model.slice();
wrong[size - 1] = (wrong[size - 1] ?? 0) ^ 1;
const hash = sha256(model);
// Nobody publishes it: whatever is fetched here fails.
const publisher: Publisher = {
  ...{ port: 9, otherPort: 9, wrongPort: 9, plainPort: 9, ca: '/nowhere', file: '' },
  size: model.length,
  sha256: hash,
};
const entry = entryFor(publisher);
let counter = 0;

interface Scene {
  readonly home: string;
  readonly deps: ImportDeps;
  readonly store: ModelStore;
}

function scene(models?: string): Scene {
  counter += 1;
  const home = `${folder}/home-${counter}`;
  const deps: ImportDeps = { ...depsFor(publisher, models ?? `${home}/.local/share/hearth/models`), home };
  return { home, deps, store: modelStore(deps) };
}

async function put(path: string, content: Uint8Array, mode = 0o644): Promise<string> {
  await files.makeFolder(path.slice(0, path.lastIndexOf('/')), 0o755);
  await files.writeAtomic(path, content, mode);
  return path;
}

async function planned({ store }: Scene, from?: string): Promise<Import> {
  const found: OnDisk | undefined =
    from === undefined
      ? (await store.find([entry])).known.get(entry.id)
      : { path: from, source: 'downloads' };
  assert(found !== undefined, 'nothing was found');
  const action = await store.planImport(entry, found);
  assert(action !== null, 'it cannot be taken over');
  return action;
}

const take = ({ store }: Scene, action: Import): Promise<void> =>
  store.import(action, entry, () => {}, never);

async function inode(path: string): Promise<string> {
  return (await processes.run(['stat', '-c', '%d:%i %h', '--', path], {}, never)).stdout.trim();
}

const places: readonly (readonly [OnDisk['source'], string])[] = [
  ['hugging-face', `.cache/huggingface/hub/models--a--b/blobs/${hash}`],
  ['hugging-face', '.cache/huggingface/hub/models--a--b/snapshots/abc/model.gguf'],
  ['ollama', `.ollama/models/blobs/sha256-${hash}`],
  ['ramalama', `.local/share/ramalama/store/huggingface/a/b/blobs/sha256-${hash}`],
  ['lm-studio', '.lmstudio/models/a/b/model.gguf'],
  ['lm-studio', '.cache/lm-studio/models/a/b/model.gguf'],
  [
    'ai-lab',
    '.local/share/containers/podman-desktop/extensions-storage/redhat.ai-lab/models/a.b.model/model.gguf',
  ],
  ['downloads', 'Downloads/model.gguf'],
];

for (const [source, path] of places) {
  test(`${source}: found in ${path.slice(0, 40)}…, taken over without fetching or copying`, async () => {
    const here = scene();
    const original = await put(`${here.home}/${path}`, model);
    const found = (await here.store.find([entry])).known.get(entry.id);
    equal(found, { path: original, source });
    const action = await planned(here);
    equal(action.how, 'link');
    await take(here, action);
    const [installed] = await listInstalled(files, here.deps.models);
    equal([installed?.modelId, installed?.verified], [entry.id, true]);
    equal(await inode(action.to), await inode(original), 'one file with two names');
    match(actionSentence(action), /^Use test-model from .+ without taking more of the disk, and check it$/);
  });
}

test('a folder for downloads with another name', async () => {
  const here = scene();
  const text = 'XDG_DOWNLOAD_DIR="$HOME/Lataukset"\n';
  await put(`${here.home}/.config/user-dirs.dirs`, new TextEncoder().encode(text));
  const path = await put(`${here.home}/Lataukset/some other name.GGUF`, model);
  equal((await here.store.find([entry])).known.get(entry.id)?.path, path);
});

test('another size, links, unfinished files and names of another hash are not candidates', async () => {
  const here = scene();
  const downloads = `${here.home}/Downloads`;
  await put(`${downloads}/short.gguf`, model.subarray(1));
  await put(`${downloads}/model.gguf.part`, model);
  await put(`${here.home}/.ollama/models/blobs/sha256-${'0'.repeat(64)}`, model);
  const real = await put(`${here.home}/elsewhere/model.gguf`, model);
  await processes.run(['ln', '-s', real, `${downloads}/link.gguf`], {}, never);
  equal((await here.store.find([entry])).known.size, 0);
  equal((await scene().store.find([entry])).known.size, 0, 'and an empty home has none');
});

test('the plan takes what is there and contacts nobody; without it, it would download', async () => {
  const here = scene();
  await put(`${here.home}/.lmstudio/models/a/b/model.gguf`, model);
  const onDisk = (await here.store.find([entry])).known.get(entry.id) ?? null;
  const offer = { entry, fit: {}, installed: null, partial: null, refused: null };
  const state = (found: OnDisk | null): HearthState =>
    ({
      shelf: {
        offers: [{ ...offer, onDisk: found }],
        picks: [],
        own: [],
        loose: [],
        problems: [],
        managedBy: null,
      },
      choices: { modelId: entry.id },
      downloads: [],
      machine: null,
    }) as unknown as HearthState;
  const parts = {
    files,
    paths: { models: here.deps.models, usualModels: here.deps.models },
    settings: { read: () => ({ modelId: null }) },
    models: here.store,
  } as unknown as Parts;
  const kinds = async (found: OnDisk | null): Promise<readonly string[]> =>
    (await actionsFor('model', state(found), parts)).map((action) => action.do);
  equal(await kinds(onDisk), ['make-folder', 'import', 'choose']);
  equal(await kinds(null), ['make-folder', 'download', 'choose']);
  equal(await kinds({ path: '/gone.gguf', source: 'downloads' }), ['make-folder', 'download', 'choose']);
});

test('the right size with other bytes: said, not named, untouched, and not proposed again', async () => {
  const here = scene();
  const original = await put(`${here.home}/Downloads/model.gguf`, wrong);
  const error = await rejection(take(here, await planned(here)));
  assert(error instanceof HearthError && error.code === 'hash-mismatch', String(error));
  match(
    errorWords(error.toValue()).sentence,
    /^\/.*\/Downloads\/model\.gguf is not the file that was checked\.$/,
  );
  equal(await listInstalled(files, here.deps.models), []);
  equal(sha256(await files.readBytes(original)), sha256(wrong));
  equal((await here.store.find([entry])).known.size, 0);
  await put(`${here.home}/.ollama/models/blobs/sha256-${hash}`, model);
  equal((await here.store.find([entry])).known.get(entry.id)?.source, 'ollama', 'another one still is');
});

test('the right bytes of another architecture than the catalogue says get no name', async () => {
  const here = scene();
  await put(`${here.home}/Downloads/model.gguf`, model);
  const other: CatalogueEntry = entryFor(publisher, { architecture: 'llama' });
  const error = await rejection(importModel(await planned(here), other, here.deps, () => {}, never));
  equal((error as HearthError).code, 'bad-gguf');
  equal(await listInstalled(files, here.deps.models), []);
});

test('a file system without reflink: a second name instead, and that is all that is needed', async () => {
  const here = scene();
  const original = await put(`${here.home}/Downloads/model.gguf`, model);
  await take(here, { ...(await planned(here)), how: 'reflink' });
  equal((await listInstalled(files, here.deps.models))[0]?.verified, true);
  equal(sha256(await files.readBytes(original)), hash);
  const shared = (await inode(original)) === (await inode(`${here.deps.models}/test-model/model.gguf`));
  print(`# fault: file system without reflink → done, “”, right file${shared ? ', a second name' : ''}`);
});

test('a file that everybody may write to is copied, and the plan says what that takes', async () => {
  const here = scene();
  const original = await put(`${here.home}/Downloads/model.gguf`, model, 0o666);
  const action = await planned(here);
  equal(action.how, 'copy');
  match(actionSentence(action), /^Copy test-model from Downloads, which takes another 5\.2 MB of the disk/);
  await take(here, action);
  assert((await inode(action.to)) !== (await inode(original)), 'a file of its own');
  await files.writeAtomic(original, 'gone', 0o666);
  equal((await listInstalled(files, here.deps.models))[0]?.verified, true);
});

test('another disk: copied', async () => {
  const models = `/dev/shm/hearth-import-${Date.now()}`;
  const here = scene(models);
  await put(`${here.home}/Downloads/model.gguf`, model);
  try {
    const action = await planned(here);
    equal(action.how, 'copy');
    await take(here, action);
    equal((await listInstalled(files, models))[0]?.verified, true);
  } finally {
    await processes.run(['rm', '-rf', '--', models], {}, never);
  }
});

test('what the other program changes later no longer counts as checked', async () => {
  const here = scene();
  const original = await put(`${here.home}/Downloads/model.gguf`, model);
  await take(here, await planned(here));
  await processes.run(['sh', '-c', 'printf x | dd of="$0" conv=notrunc', original], {}, never);
  equal((await listInstalled(files, here.deps.models))[0]?.verified, false);
});

test('removing takes only the name that is ours', async () => {
  const here = scene();
  const original = await put(`${here.home}/Downloads/model.gguf`, model);
  const action = await planned(here);
  await take(here, action);
  await here.store.remove(action.to);
  equal(await files.stat(action.to), null);
  equal(sha256(await files.readBytes(original)), hash);
  match(await inode(original), / 1$/);
});

test('as a step of a plan: journalled before it is done, and taken back with the original left', async () => {
  const here = scene();
  const original = await put(`${here.home}/Downloads/model.gguf`, model);
  const action = await planned(here);
  const plan: Plan = { id: 'p1', task: 'model', steps: [step('import', action)] };
  equal(planTouches(plan).downloadBytes + planTouches(plan).diskBytes + planTouches(plan).hosts.length, 0);
  const journal = new Journal(`${here.home}/journal.jsonl`, files, clock);
  const perform = (given: Action): Promise<void> => take(here, given as Import);
  const deps = { files, journal, sha256, backups: `${here.home}/backups`, perform };
  await runPlan(plan, false, deps, () => {}, never);
  const { entries } = await journal.read();
  equal(entries[0]?.steps[0]?.undo, { undo: 'remove-file', path: action.to, ifSha256: null });
  const parts = { files, sha256, models: here.store, settings: { write: () => {} } } as unknown as Parts;
  const serving = { units: () => Promise.resolve() };
  await undoEntry('p1', entries, { ...parts, serving } as unknown as Parts, journal, () => Promise.resolve());
  equal(await listInstalled(files, here.deps.models), []);
  equal((await journal.read()).entries[0]?.steps[0]?.outcome, 'undone');
  equal(sha256(await files.readBytes(original)), hash);
});

test('stopped, or gone before it starts: nothing is named, nothing stays behind', async () => {
  const here = scene();
  const original = await put(`${here.home}/Downloads/model.gguf`, model);
  const action = await planned(here);
  const source = new CancelSource();
  const tell = ({ phase }: { readonly phase: string }): void => {
    if (phase === 'verifying') source.cancel();
  };
  const stopped = await rejection(importModel(action, entry, here.deps, tell, source));
  equal((stopped as HearthError).code, 'cancelled');
  match(await inode(original), / 1$/);
  await files.remove(original);
  equal(((await rejection(take(here, action))) as HearthError).code, 'not-found');
  equal(await here.store.planImport(entry, { path: original, source: 'downloads' }), null);
  equal(await listInstalled(files, here.deps.models), []);
});

test('a file of the person in the way is moved aside, not lost; what was fetched before goes', async () => {
  const here = scene();
  const { models } = here.deps;
  await put(`${here.home}/Downloads/model.gguf`, model);
  await put(`${models}/test-model/model.gguf`, new TextEncoder().encode('mine'));
  await put(`${models}/.partial/${hash}.part`, model.subarray(0, 1000));
  await take(here, await planned(here));
  equal(await files.readText(`${models}/test-model/model.gguf.unverified-1`), 'mine');
  equal(await files.stat(`${models}/.partial/${hash}.part`), null);
});

await run();
