// SPDX-License-Identifier: GPL-3.0-or-later

// Model files that no catalogue knows: added without a copy, known to be unchanged, kept apart, and refused where they
// are no model to talk to.

import { CancelSource, never } from '../../src/core/cancel.ts';
import { HearthError } from '../../src/core/errors.ts';
import type { ErrorCode } from '../../src/core/errors.ts';
import type { CatalogueEntry } from '../../src/core/models/types.ts';
import type { ImportOwn } from '../../src/core/setup/plan.ts';
import type { ImportDeps } from '../../src/engine/import.ts';
import { modelStore } from '../../src/engine/installed.ts';
import type { ModelStore } from '../../src/engine/parts.ts';
import { sha256 } from '../../src/platform/clock.ts';
import { files } from '../../src/platform/files.ts';
import { processes } from '../../src/platform/processes.ts';
import { errorWords } from '../../src/words/errors.ts';
import { actionSentence } from '../../src/words/plan.ts';
import { GgufWriter, namedModel, seededBytes } from '../support/gguf-writer.ts';
import { depsFor, entryFor, type Publisher } from '../support/publisher.ts';
import { assert, equal, match, rejection, run, temporaryFolder, test } from '../support/tap.ts';

const folder = temporaryFolder();
const mine = namedModel('Mine 7B', 5);
const publisher: Publisher = {
  ...{ port: 9, otherPort: 9, wrongPort: 9, plainPort: 9, ca: '/nowhere', file: '' },
  size: mine.length,
  sha256: sha256(mine),
};
let counter = 0;

interface Scene {
  readonly home: string;
  readonly models: string;
  readonly deps: ImportDeps;
  readonly store: ModelStore;
}

function scene(): Scene {
  counter += 1;
  const home = `${folder}/home-${counter}`;
  const models = `${home}/.local/share/hearth/models`;
  const deps: ImportDeps = { ...depsFor(publisher, models), home };
  return { home, models, deps, store: modelStore(deps) };
}

async function put(path: string, content: Uint8Array | string, mode = 0o644): Promise<string> {
  await files.makeFolder(path.slice(0, path.lastIndexOf('/')), 0o755);
  await files.writeAtomic(path, content, mode);
  return path;
}

const planned = (
  { store }: Scene,
  path: string,
  name = path.slice(path.lastIndexOf('/') + 1),
): Promise<ImportOwn> => store.planOwn({ path, source: 'file' }, [], name);
const take = ({ store }: Scene, action: ImportOwn): Promise<void> => store.importOwn(action, () => {}, never);
const codeOf = async (work: Promise<unknown>): Promise<ErrorCode> =>
  ((await rejection(work)) as HearthError).code;
const inode = async (path: string): Promise<string> =>
  (await processes.run(['stat', '-c', '%d:%i', '--', path], {}, never)).stdout.trim();

test('added by a second name, hashed, stamped, with a record of what its header says', async () => {
  const here = scene();
  const original = await put(`${here.home}/Downloads/my file.gguf`, mine);
  const action = await planned(here, original);
  equal([action.modelId, action.how, action.name], ['own-mine-7b', 'link', 'Mine 7B']);
  match(actionSentence(action), /^Add Mine 7B from a file of yours without taking more of the disk$/);
  await take(here, action);
  equal(await inode(action.to), await inode(original));
  const { installed, own, problems } = await here.store.list([]);
  equal([installed.length, own.length, problems.length], [1, 1, 0]);
  equal([installed[0]?.verified, own[0]?.file.sha256, own[0]?.name], [true, sha256(mine), 'Mine 7B']);
  equal([own[0]?.architecture, own[0]?.contextTrained], ['llama', 8192]);
  equal(own[0]?.attention, { layers: 2, kvLayers: 2, kvHeads: 2, headSize: 16, slidingWindow: null });
  // What the catalogue has by the same id is the catalogue's.
  const entry = { ...entryFor(publisher), id: 'own-mine-7b' };
  equal((await here.store.list([entry])).own, []);
  // Done again, also after a cut just before the end, it is done.
  await take(here, action);
});

test('a hostile name reaches neither the shelf nor the disk', async () => {
  const here = scene();
  const bad = namedModel('\u202eevil\u0007\u001b[2J'.padEnd(190, 'x'), 6);
  const path = await put(`${here.home}/Downloads/a\u202e$(rm).gguf`, bad);
  const action = await planned(here, path);
  await take(here, action);
  const { own, installed } = await here.store.list([]);
  // oxlint-disable-next-line no-control-regex
  assert(!/[\u0000-\u001f\u202e]/.test(`${own[0]?.name} ${installed[0]?.path} ${action.modelId}`), action.to);
  equal(Array.from(own[0]?.name ?? '').length, 80);
  equal(installed[0]?.verified, true);
});

test('two of one name stand side by side, and nothing is overwritten', async () => {
  const here = scene();
  const first = await planned(here, await put(`${here.home}/a/model.gguf`, mine));
  await take(here, first);
  const other = namedModel('Mine 7B', 7);
  const second = await planned(here, await put(`${here.home}/b/model.gguf`, other));
  equal(second.modelId, 'own-mine-7b-2');
  await take(here, second);
  equal(
    (await here.store.list([])).own.map((entry) => entry.file.sha256),
    [sha256(mine), sha256(other)],
  );
  // A plan that is older than what came since.
  equal(
    await codeOf(take(here, { ...second, from: first.from, to: first.to, modelId: first.modelId, size: 1 })),
    'exists',
  );
  const stray = { ...first, modelId: 'own-x', to: `${here.models}/own-x/model.gguf` };
  await put(stray.to, 'mine');
  equal(await codeOf(take(here, stray)), 'exists');
  equal(await files.readText(stray.to), 'mine');
});

const wrong: readonly (readonly [string, string, Uint8Array, ErrorCode, RegExp])[] = [
  ['a part', 'm-00001-of-00002.gguf', mine, 'wrong-kind', /one part of a model/],
  ['a projector', 'mmproj-m.gguf', mine, 'wrong-kind', /look at pictures/],
  ['a projector by its header', 'm.gguf', namedModel('m', 1, [], 'clip'), 'wrong-kind', /look at pictures/],
  [
    'an embedding model',
    'm.gguf',
    namedModel('m', 1, [], 'nomic-bert'),
    'wrong-kind',
    /numbers for searching/,
  ],
  ['a speech model', 'm.gguf', namedModel('m', 1, [], 'whisper'), 'wrong-kind', /for speech/],
  [
    'an adapter',
    'm.gguf',
    namedModel('m', 1, [(writer) => writer.textKey('general.type', 'adapter')]),
    'wrong-kind',
    /only changes another model/,
  ],
  ['no model at all', 'm.gguf', seededBytes(4096, 3), 'bad-gguf', /does not begin as model files do/],
  ['half a header', 'm.gguf', mine.subarray(0, 100), 'bad-gguf', /ends inside its header/],
  [
    'less than its tensors',
    'm.gguf',
    mine.subarray(0, mine.length - 5000),
    'bad-gguf',
    /m\.gguf is not a model file/,
  ],
  [
    'no architecture',
    'm.gguf',
    new GgufWriter()
      .start(3, 1, 0)
      .tensor('a', [32], 0, 0)
      .pad(32)
      .raw(...Array.from({ length: 128 }, () => 0))
      .bytes(),
    'bad-gguf',
    /does not say what kind of model it is/,
  ],
];

for (const [what, name, bytes, code, sentence] of wrong) {
  test(`${what} is refused with its own sentence, and left as it was`, async () => {
    const here = scene();
    const path = await put(`${here.home}/Downloads/${name}`, bytes);
    const error = await rejection(planned(here, path));
    assert(error instanceof HearthError, String(error));
    equal(error.code, code);
    match(errorWords(error.toValue()).sentence, sentence);
    assert(errorWords(error.toValue()).next !== '', 'a way on');
    equal(sha256(await files.readBytes(path)), sha256(bytes));
    equal(await files.stat(here.models), null, 'nothing was made');
  });
}

test('a file that turns wrong between plan and run gets no name', async () => {
  const here = scene();
  const path = await put(`${here.home}/Downloads/m.gguf`, mine);
  const action = await planned(here, path);
  await put(path, namedModel('m', 1, [], 'mamba').subarray(0, mine.length));
  const clip = namedModel('Mine', 5, [], 'clip');
  await put(path, clip);
  equal(await codeOf(take(here, { ...action, size: clip.length })), 'wrong-kind');
  equal(await codeOf(take(here, action)), 'not-found');
  equal((await here.store.list([])).installed, []);
});

test('a record that cannot be read is named and passed over; its file stays', async () => {
  const here = scene();
  const action = await planned(here, await put(`${here.home}/Downloads/m.gguf`, mine));
  await take(here, action);
  const record = `${here.models}/${action.modelId}/own.json`;
  for (const broken of ['{', '{"version": 9}', 'x'.repeat(100_000)]) {
    await files.writeAtomic(record, broken, 0o644);
    const { own, problems } = await here.store.list([]);
    equal([own.length, problems.length, problems[0]?.file], [0, 1, record]);
  }
  assert((await files.stat(action.to)) !== null, 'the file stays');
});

test('one flipped byte with size and time put back is found by reading it again', async () => {
  const here = scene();
  const action = await planned(here, await put(`${here.home}/Downloads/m.gguf`, mine, 0o666));
  equal(action.how, 'copy', 'everybody may write to it');
  await take(here, action);
  const flip = `t=$(stat -c %y "$1"); printf '\\377' | dd of="$1" bs=1 seek=900000 conv=notrunc status=none; touch -d "$t" "$1"`;
  await processes.run(['sh', '-c', flip, 'sh', action.to], {}, never);
  const verify = () =>
    here.store.verify({ modelId: action.modelId, path: action.to, sha256: sha256(mine) }, () => {}, never);
  equal((await verify()).right, false);
  equal((await here.store.list([])).installed[0]?.verified, false);
});

test('another file under the name of a record is not the one that was added', async () => {
  const here = scene();
  const action = await planned(here, await put(`${here.home}/Downloads/m.gguf`, mine));
  await take(here, action);
  const stamp = `${here.models}/${action.modelId}/verified.json`;
  const other = `${here.models}/${action.modelId}/other.gguf`;
  await put(other, mine.subarray(0, 5000));
  const { size, mtime } = (await files.stat(other)) ?? { size: 0, mtime: 0 };
  const forged = { version: 1, file: 'other.gguf', sha256: 'a'.repeat(64), size, mtime, verifiedAt: 1 };
  await files.writeAtomic(stamp, JSON.stringify(forged), 0o644);
  equal((await here.store.list([])).installed[0]?.verified, false);
});

test('removing takes the name that is ours, its record and its folder, and nothing else', async () => {
  const here = scene();
  const original = await put(`${here.home}/Downloads/m.gguf`, mine);
  const action = await planned(here, original);
  await take(here, action);
  await here.store.remove(action.to);
  equal(await files.stat(`${here.models}/${action.modelId}`), null);
  equal(sha256(await files.readBytes(original)), sha256(mine));
});

test('stopped while it is read: nothing is named, nothing stays behind', async () => {
  const here = scene();
  const action = await planned(here, await put(`${here.home}/Downloads/m.gguf`, mine));
  const source = new CancelSource();
  const tell = ({ phase }: { readonly phase: string }): void => {
    if (phase === 'verifying') source.cancel();
  };
  equal(await codeOf(here.store.importOwn(action, tell, source)), 'cancelled');
  equal((await here.store.list([])).installed, []);
  equal(
    (await files.list(`${here.models}/.partial`)).filter((name) => !name.endsWith('.lock')),
    [],
  );
});

test('found in the places of other programs, by the start of the header, until it is added', async () => {
  const here = scene();
  const blob = sha256(mine);
  const ollama = await put(`${here.home}/.ollama/models/blobs/sha256-${blob}`, mine);
  await put(`${here.home}/.ollama/models/blobs/sha256-${'1'.repeat(64)}`, seededBytes(2_000_000, 1));
  const lm = await put(
    `${here.home}/.lmstudio/models/a/b/other.gguf`,
    namedModel('\u202eOther', 9, [(writer) => writer.textKey('general.url', 'x'.repeat(100))]),
  );
  await put(`${here.home}/.lmstudio/models/a/b/mmproj-other.gguf`, namedModel('Eyes', 9));
  await put(`${here.home}/.lmstudio/models/a/b/big-00001-of-00002.gguf`, namedModel('Part', 9));
  await put(`${here.home}/Downloads/embed.gguf`, namedModel('Embed', 9, [], 'bert'));
  await put(`${here.home}/Downloads/small.gguf`, seededBytes(1000, 1));
  const names = async (entries: readonly CatalogueEntry[] = []): Promise<readonly string[]> =>
    (await here.store.find(entries)).loose
      .map(({ name, source, path }) => `${name} ${source} ${path}`)
      .toSorted();
  equal(await names(), [`Mine 7B ollama ${ollama}`, `Other lm-studio ${lm}`]);
  // What the catalogue knows is offered as that.
  equal(await names([entryFor(publisher)]), [`Other lm-studio ${lm}`]);
  await take(here, await planned(here, ollama));
  equal(await names(), [`Other lm-studio ${lm}`]);
});

await run();
