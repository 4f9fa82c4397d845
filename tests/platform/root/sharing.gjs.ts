// SPDX-License-Identifier: GPL-3.0-or-later
// set: extra

// Models of other programs taken over on real Btrfs, XFS and ext4, each on a loop device of its own: what is planned is what
// happens, blocks are shared where the plan says so, and whatever is written to one file is not read from the other.

import { never } from '../../../src/core/cancel.ts';
import type { Import } from '../../../src/core/setup/plan.ts';
import { listInstalled, modelStore } from '../../../src/engine/installed.ts';
import { files } from '../../../src/platform/files.ts';
import { sha256 } from '../../../src/platform/clock.ts';
import { processes } from '../../../src/platform/processes.ts';
import { smallModel } from '../../support/gguf-writer.ts';
import { depsFor, entryFor, type Publisher } from '../../support/publisher.ts';
import { assert, equal, run, temporaryFolder, test } from '../../support/tap.ts';

const folder = temporaryFolder();
const megabyte = 1024 * 1024;
const model = smallModel('hearthtest', 4, 12 * megabyte + 32, 11);
// Nobody publishes it: whatever is fetched here fails.
const publisher: Publisher = {
  ...{ port: 9, otherPort: 9, wrongPort: 9, plainPort: 9, ca: '/nowhere', file: '' },
  size: model.length,
  sha256: sha256(model),
};
const entry = entryFor(publisher);

async function command(...argv: readonly string[]): Promise<string> {
  const { exit, stdout, stderr } = await processes.run(argv, { env: { LC_ALL: 'C' } }, never);
  equal([argv.join(' '), exit], [argv.join(' '), 0], stderr);
  return stdout.trim();
}

/** A new file system, mounted; what it is mounted at. */
async function mounted(name: string, megabytes: number, make: readonly string[]): Promise<string> {
  const [image, place] = [`${folder}/${name}.img`, `${folder}/${name}`];
  await command('truncate', '-s', `${megabytes}M`, image);
  await command(...make, image);
  await files.makeFolder(place, 0o755);
  await command('mount', '-o', 'loop', image, place);
  return place;
}

/** Bytes in use on a file system, once everything is written. */
async function used(place: string): Promise<number> {
  await command('sync', '-f', place);
  return Number((await command('df', '--block-size=1', '--output=used', place)).split('\n')[1]);
}

interface Taken {
  readonly how: Import['how'];
  /** Bytes of the disk that it took. */
  readonly took: number;
  readonly from: string;
  readonly to: string;
}

/** Puts the model at `from` in `place`, and takes it over into a folder of models there. */
async function take(
  place: string,
  from: string,
  models: string,
  owner: number | null = null,
): Promise<Taken> {
  const path = `${place}/${from}`;
  await files.makeFolder(path.slice(0, path.lastIndexOf('/')), 0o755);
  await files.writeAtomic(path, model, 0o644);
  if (owner !== null) await command('chown', String(owner), path);
  const deps = { ...depsFor(publisher, `${place}/${models}`), home: `${place}/home` };
  const store = modelStore(deps);
  const action = await store.planImport(entry, { path, source: 'downloads' });
  assert(action !== null, 'it cannot be taken over');
  const before = await used(place);
  await store.import(action, entry, () => {}, never);
  const took = (await used(place)) - before;
  const [installed] = await listInstalled(files, deps.models);
  equal([installed?.modelId, installed?.verified], [entry.id, true]);
  print(
    `# ${action.how}: ${(took / megabyte).toFixed(1)} MiB taken for ${(model.length / megabyte).toFixed(1)} MiB`,
  );
  return { how: action.how, took, from: path, to: action.to };
}

async function apart({ from, to }: Taken): Promise<void> {
  await command('dd', 'if=/dev/zero', `of=${from}`, 'bs=4096', 'count=1', 'seek=100', 'conv=notrunc,fsync');
  equal(sha256(await files.readBytes(to)), publisher.sha256, 'written to the one, read from the other');
  await files.remove(from);
  equal(sha256(await files.readBytes(to)), publisher.sha256, 'gone with the other');
}

const little = megabyte;

test('Btrfs: blocks are shared, and the two files have nothing to do with each other', async () => {
  const place = await mounted('btrfs', 300, ['mkfs.btrfs', '--quiet']);
  const taken = await take(place, 'home/Downloads/model.gguf', 'home/models');
  equal(taken.how, 'reflink');
  assert(taken.took < little, `${taken.took} bytes`);
  await apart(taken);
  const foreign = await take(place, 'other/model.gguf', 'second/models', 65_534);
  equal([foreign.how, foreign.took < little], ['reflink', true], 'a file of somebody else');
  await apart(foreign);
});

test('Btrfs, from another subvolume: blocks are shared although the device number is another', async () => {
  const place = `${folder}/btrfs`;
  await command('btrfs', 'subvolume', 'create', `${place}/home-volume`);
  const taken = await take(place, 'system/model.gguf', 'home-volume/models');
  const device = (path: string) => command('stat', '-c', '%d', path);
  assert((await device(taken.from)) !== (await device(taken.to)), 'subvolumes of their own');
  equal(taken.how, 'reflink');
  assert(taken.took < little, `${taken.took} bytes`);
  await apart(taken);
  await command('umount', place);
});

test('XFS: blocks are shared', async () => {
  const place = await mounted('xfs', 400, ['mkfs.xfs', '-q']);
  const taken = await take(place, 'home/model.gguf', 'home/models');
  equal(taken.how, 'reflink');
  assert(taken.took < little, `${taken.took} bytes`);
  await apart(taken);
  await command('umount', place);
});

test('ext4: a second name, or a copy where the file is somebody else\u2019s; another disk: a copy', async () => {
  const place = await mounted('ext4', 200, ['mkfs.ext4', '-q']);
  const taken = await take(place, 'home/model.gguf', 'home/models');
  equal([taken.how, taken.took < little], ['link', true]);
  const foreign = await take(place, 'other/model.gguf', 'second/models', 65_534);
  equal([foreign.how, foreign.took >= model.length], ['copy', true]);
  await apart(foreign);
  const store = modelStore({ ...depsFor(publisher, `${folder}/elsewhere/models`), home: folder });
  const action = await store.planImport(entry, { path: taken.from, source: 'downloads' });
  equal(action?.how, 'copy', 'another disk');
  await command('umount', place);
});

/** Why there are no loop devices here; null where there are. What the kernel has gets its names in this root. */
async function noLoop(): Promise<string | null> {
  const nodes = [
    ['loop-control', '10', '237'],
    ...Array.from({ length: 8 }, (_, at) => [`loop${at}`, '7', `${at}`]),
  ];
  for (const [name = '', major = '', minor = ''] of nodes) {
    const path = `/dev/${name}`;
    const kind = name === 'loop-control' ? 'c' : 'b';
    if ((await files.stat(path)) === null)
      await processes.run(['mknod', path, kind, major, minor], {}, never);
  }
  const { exit, stderr } = await processes.run(['losetup', '--find'], {}, never);
  return exit === 0 ? null : stderr.trim();
}

const reason = await noLoop();
if (reason === null) await run();
else print(`1..1\nok 1 - real file systems # SKIP no loop devices: ${reason}`);
