// SPDX-License-Identifier: GPL-3.0-or-later

// Models moved to another folder: within one file system by a new name, between two by copying and checking, killed in
// the middle at random, and back again.

import GLib from 'gi://GLib?version=2.0';
import system from 'system';
import { CancelSource, never } from '../../src/core/cancel.ts';
import type { HearthError } from '../../src/core/errors.ts';
import { importModel } from '../../src/engine/import.ts';
import type { ImportDeps } from '../../src/engine/import.ts';
import { listInstalled, listPartials, modelStore } from '../../src/engine/installed.ts';
import { sha256 } from '../../src/platform/clock.ts';
import { files } from '../../src/platform/files.ts';
import { processes } from '../../src/platform/processes.ts';
import { namedModel, seededBytes, smallModel } from '../support/gguf-writer.ts';
import { depsFor, entryFor, type Publisher } from '../support/publisher.ts';
import { assert, equal, rejection, run, test } from '../support/tap.ts';

interface Task {
  readonly from: string;
  readonly to: string;
}

const told = GLib.getenv('HEARTH_TEST_MOVE');
const model = smallModel('hearthtest', 4, 24 * 1024 * 1024, 11);
const publisher: Publisher = {
  ...{ port: 9, otherPort: 9, wrongPort: 9, plainPort: 9, ca: '/nowhere', file: '' },
  size: model.length,
  sha256: sha256(model),
};
const mine = namedModel('Mine', 3);
const part = seededBytes(3 * 1024 * 1024, 4);
const partHash = '5'.repeat(64);
const sidecar = {
  version: 1,
  modelId: 'later',
  url: 'https://localhost/later.gguf',
  etag: null,
  size: 9_000_000,
  sha256: partHash,
};

if (told !== null) {
  const { from, to } = JSON.parse(told) as Task;
  print('begun');
  await moveAll(from, to);
  print('done');
  system.exit(0);
}

const unique = `hearth-move-${GLib.uuid_string_random().slice(0, 8)}`;
/** On the disk, which the temporary folder often is not, and in memory; the first test makes sure that they differ. */
const folder = `/var/tmp/${unique}`;
const memory = `/dev/shm/${unique}`;
const self = GLib.filename_from_uri(import.meta.url)[0] ?? '';
const long = (GLib.getenv('HEARTH_LONG') ?? '') !== '';
let counter = 0;

function depsAt(models: string): ImportDeps {
  // The usual place is elsewhere: both folders of these tests are chosen ones.
  return { ...depsFor(publisher, models), usualModels: '/usual' };
}

async function moveAll(from: string, to: string): Promise<void> {
  const store = modelStore(depsAt(from));
  for (const { modelId } of await store.movable()) {
    if (modelId === null) continue;
    await store.move({ modelId, from: `${from}/${modelId}`, to: `${to}/${modelId}` }, () => {}, never);
  }
  await store.move({ modelId: null, from, to }, () => {}, never);
}

async function put(path: string, content: Uint8Array | string): Promise<string> {
  await files.makeFolder(path.slice(0, path.lastIndexOf('/')), 0o755);
  await files.writeAtomic(path, content, 0o644);
  return path;
}

/** A folder with a model of the catalogue, one of a person's own and a download that has begun. */
async function furnished(models: string): Promise<void> {
  const deps = depsAt(models);
  const path = await put(`${models}.source/model.gguf`, model);
  const found = { path, source: 'downloads' } as const;
  const store = modelStore(deps);
  const action = await store.planImport(entryFor(publisher), found);
  assert(action !== null, 'no plan');
  await importModel({ ...action, how: 'copy' }, entryFor(publisher), deps, () => {}, never);
  const other = await put(`${models}.source/mine.gguf`, mine);
  const own = await store.planOwn({ path: other, source: 'file' }, [], 'mine.gguf');
  await store.importOwn({ ...own, how: 'copy' }, () => {}, never);
  await put(`${models}/.partial/${partHash}.part`, part);
  await put(`${models}/.partial/${partHash}.json`, JSON.stringify(sidecar));
}

/** Everything is at the place, right and stamped, and nothing of it where it was. */
async function checkMoved(from: string, to: string): Promise<void> {
  const installed = await listInstalled(files, to);
  equal(
    installed.map(({ modelId, verified }) => [modelId, verified]),
    [
      ['own-mine', true],
      ['test-model', true],
    ],
  );
  equal(await hashAt(`${to}/test-model/model.gguf`), publisher.sha256);
  equal(await hashAt(`${to}/own-mine/mine.gguf`), sha256(mine));
  equal((await modelStore(depsAt(to)).list([])).own.length, 1, 'the record came along');
  const path = `${to}/.partial/${sidecar.sha256}.part`;
  equal(await listPartials(files, to), [{ modelId: 'later', bytes: part.length, total: sidecar.size, path }]);
  equal(await files.stat(from), null, 'nothing is left');
  const { stdout } = await processes.run(['find', to, '-name', '.*.*'], {}, never);
  equal(stdout.trim(), '', 'nothing unfinished');
}

async function hashAt(path: string): Promise<string> {
  return (await processes.run(['sha256sum', '--', path], {}, never)).stdout.slice(0, 64);
}

async function deviceOf(path: string): Promise<string> {
  const { stdout } = await processes.run(['stat', '-f', '-c', '%i %T', '--', path], {}, never);
  return stdout.trim();
}

const scene = (): { readonly here: string; readonly there: string; readonly beside: string } => {
  counter += 1;
  return {
    here: `${folder}/models-${counter}`,
    there: `${memory}/models-${counter}`,
    beside: `${folder}/beside-${counter}`,
  };
};

test('there are two file systems to test with', async () => {
  await files.makeFolder(memory, 0o755);
  await files.makeFolder(folder, 0o755);
  assert((await deviceOf(memory)) !== (await deviceOf(folder)), await deviceOf(folder));
  print(`# from ${await deviceOf(folder)} to ${await deviceOf(memory)}`);
});

test('on one file system names are changed, and nothing is copied', async () => {
  const { here, beside } = scene();
  await furnished(here);
  const inode = async (path: string): Promise<string> =>
    (await processes.run(['stat', '-c', '%d:%i', '--', path], {}, never)).stdout;
  const before = await inode(`${here}/test-model/model.gguf`);
  await moveAll(here, beside);
  await checkMoved(here, beside);
  equal(await inode(`${beside}/test-model/model.gguf`), before);
});

test('to another file system and back', async () => {
  const { here, there } = scene();
  await furnished(here);
  await moveAll(here, there);
  await checkMoved(here, there);
  await moveAll(there, here);
  await checkMoved(there, here);
});

const rounds = long ? 200 : 20;

test(`killed ${rounds} times between two file systems: always a whole file with its stamp, and the move ends`, async () => {
  const dice = seededBytes(rounds * 2, 20261124);
  const started = GLib.get_monotonic_time();
  const first = scene();
  await furnished(first.here);
  await moveAll(first.here, first.there);
  const whole = (GLib.get_monotonic_time() - started) / 1000;
  let { here, there } = scene();
  await furnished(here);
  const tally = { kills: 0, ended: 0, between: 0 };
  for (let round = 0; round < rounds; round += 1) {
    let begin = (): void => {};
    const begun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const task: Task = { from: here, to: there };
    const child = await processes.start(['gjs', '-m', self], {
      env: { HEARTH_TEST_MOVE: JSON.stringify(task) },
      onLine: begin,
    });
    await Promise.race([child.exited, begun]);
    const [high = 0, low = 0] = dice.subarray(round * 2, round * 2 + 2);
    const pause = ((high * 256 + low) / 65536) * Math.min(700, whole);
    await Promise.race([child.exited, new Promise((resolve) => setTimeout(resolve, pause))]);
    child.signal('KILL');
    await child.exited;
    // Its own children die with it, but not within the same instant.
    await new Promise((resolve) => setTimeout(resolve, 50));
    tally.kills += 1;
    await checkCut(here, there, `round ${round}`);
    const [left, come] = [await hasModel(here), await hasModel(there)];
    if (left && come) tally.between += 1;
    if ((await files.stat(here)) !== null) continue;
    tally.ended += 1;
    await checkMoved(here, there);
    // And back, so that both directions are cut.
    [here, there] = [there, here];
  }
  await moveAll(here, there);
  await checkMoved(here, there);
  print(
    `# ${tally.kills} kills; ${tally.ended} moves ended before, ${tally.between} with files at both places`,
  );
  assert(tally.ended < rounds, 'none was cut');
});

const hasModel = async (models: string): Promise<boolean> => (await listInstalled(files, models)).length > 0;

/** Of each model a right and stamped file is at one of the two places; what has a stamp is right. */
async function checkCut(here: string, there: string, when: string): Promise<void> {
  const both = [...(await listInstalled(files, here)), ...(await listInstalled(files, there))];
  for (const [id, expected] of [
    ['test-model', publisher.sha256],
    ['own-mine', sha256(mine)],
  ] as const) {
    const stamped = both.filter(({ modelId, verified }) => modelId === id && verified);
    assert(stamped.length >= 1, `${when}: ${id} is nowhere`);
    for (const { path } of stamped) equal(await hashAt(path), expected, `${when}: ${path}`);
  }
  const parts = [here, there].map((models) => `${models}/.partial/${partHash}.part`);
  const sizes = await Promise.all(parts.map(async (path) => (await files.stat(path))?.size ?? 0));
  assert(sizes.includes(part.length), `${when}: the download that had begun is nowhere`);
}

test('stopped: what was moved stays moved, the rest stays, and it goes on', async () => {
  const { here, there } = scene();
  await furnished(here);
  const source = new CancelSource();
  const store = modelStore(depsAt(here));
  const tell = ({ phase, done }: { readonly phase: string; readonly done: number | null }): void => {
    if (phase === 'verifying' && done !== null) source.cancel();
  };
  const move = { modelId: 'test-model', from: `${here}/test-model`, to: `${there}/test-model` };
  equal(((await rejection(store.move(move, tell, source))) as HearthError).code, 'cancelled');
  await checkCut(here, there, 'stopped');
  await moveAll(here, there);
  await checkMoved(here, there);
});

test('a file that went bad on its old disk comes along without its stamp, and is not served', async () => {
  const { here, there } = scene();
  await furnished(here);
  const path = `${here}/test-model/model.gguf`;
  const flip = `t=$(stat -c %y "$1"); printf '\\377\\376' | dd of="$1" bs=1 seek=5000000 conv=notrunc status=none; touch -d "$t" "$1"`;
  await processes.run(['sh', '-c', flip, 'sh', path], {}, never);
  await moveAll(here, there);
  const moved = (await listInstalled(files, there)).find(({ modelId }) => modelId === 'test-model');
  equal([moved?.size, moved?.verified], [model.length, false]);
});

test('what is in the way at the new place is set aside, not overwritten; folders that are not Hearth’s stay', async () => {
  const { here, there } = scene();
  await furnished(here);
  await put(`${there}/test-model/model.gguf`, 'mine');
  await put(`${here}/notes/read me.txt`, 'mine');
  await moveAll(here, there);
  equal(await files.readText(`${there}/test-model/model.gguf.unverified-1`), 'mine');
  equal(await files.readText(`${here}/notes/read me.txt`), 'mine');
  equal(await files.list(here), ['notes']);
});

test('a download that runs is not moved from under itself', async () => {
  const { here, there } = scene();
  await furnished(here);
  const deps = depsAt(here);
  const lock = await deps.locks.acquire(`${here}/.partial/${partHash}.lock`);
  equal(((await rejection(moveAll(here, there))) as HearthError).code, 'busy');
  await lock.release();
  await moveAll(here, there);
  await checkMoved(here, there);
});

test('a disk that is too small says so before it copies', async () => {
  const { here } = scene();
  await furnished(here);
  const small = `${folder}/small-${counter}`;
  await files.makeFolder(small, 0o755);
  const task: Task = { from: here, to: `${small}/models` };
  const argv = ['bwrap', '--dev-bind', '/', '/', '--size', String(8 * 1024 * 1024), '--tmpfs', small];
  const output = await processes.run(
    [...argv, 'gjs', '-m', self],
    { env: { HEARTH_TEST_MOVE: JSON.stringify(task) }, timeout: 60_000 },
    never,
  );
  assert(output.exit !== 0 && /no-space/.test(output.stderr), output.stderr);
  equal((await listInstalled(files, here)).find(({ modelId }) => modelId === 'test-model')?.verified, true);
});

test('afterwards nothing of it is left', async () => {
  await processes.run(['rm', '-rf', '--', memory, folder], {}, never);
});

await run(long ? 900_000 : 200_000);
