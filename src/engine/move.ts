// SPDX-License-Identifier: GPL-3.0-or-later

import { never, type Cancel } from '../core/cancel.ts';
import { HearthError, hasCode } from '../core/errors.ts';
import type { MoveModel } from '../core/setup/plan.ts';
import { acquire } from './download.ts';
import { hashFile } from './hash.ts';
import type { ImportDeps } from './import.ts';
import {
  modelFiles,
  partialName,
  readStamp,
  setAside,
  stampHolds,
  stampName,
  writeStamp,
} from './model-files.ts';
import { recordName } from './own.ts';
import type { Movable } from './parts.ts';
import { quietProgress } from './run.ts';
import type { StepProgress } from './run.ts';

/**
 * Moves models to another folder. On one file system names are changed; between two each file is copied beside its place,
 * flushed, read again and compared, named, stamped, and only then removed where it was. Cut off anywhere, there is at
 * least one whole file with its stamp, and the same move goes on from there.
 */

/** Says that a folder is where models are kept, and tells it from the empty folder of a disk that is not there. */
export const markerName = '.hearth-models';
const markerText = 'Hearth keeps its models in this folder.\n';

/** Milliseconds between looks at how far a copy is. */
const copyPoll = 250;

/** A copy, or a small file, that has not got its name yet. */
const unfinished = /^\..*\.(?:moving|tmp)$/;

type Tell = (progress: StepProgress) => void;

/** @throws exists, changed-since, hash-mismatch, no-space, busy, denied, io, cancelled */
export async function moveModels(
  { modelId, from, to }: Pick<MoveModel, 'modelId' | 'from' | 'to'>,
  deps: ImportDeps,
  tell: Tell,
  cancel: Cancel,
): Promise<void> {
  const { files, usualModels } = deps;
  const root = modelId === null ? to : parentOf(to);
  await files.makeFolder(root, 0o755);
  if (root !== usualModels && (await files.stat(`${root}/${markerName}`)) === null)
    await files.writeAtomic(`${root}/${markerName}`, markerText, 0o644);
  if (modelId !== null) {
    await moveFolder(from, to, parentOf(from), deps, tell, cancel);
    return;
  }
  for (const name of await list(deps, from)) {
    if (await isModel(deps, `${from}/${name}`))
      await moveFolder(`${from}/${name}`, `${to}/${name}`, from, deps, tell, cancel);
  }
  await movePartials(`${from}/${partialName}`, `${to}/${partialName}`, from, deps, tell, cancel);
  // Nothing of Hearth's is left there; what is somebody else's keeps the folder.
  await files.remove(`${from}/${markerName}`);
  if (from !== usualModels && (await list(deps, from)).length === 0) await files.remove(from);
}

/** What there is to move. */
export async function movable(deps: ImportDeps): Promise<readonly Movable[]> {
  const { models } = deps;
  const found: Movable[] = [];
  for (const name of await list(deps, models)) {
    const folder = `${models}/${name}`;
    const partial = name === partialName;
    if (!partial && !(await isModel(deps, folder))) continue;
    const sizes = await sizesIn(deps, folder);
    const size = sizes.reduce((sum, each) => sum + each, 0);
    if (!partial || size > 0)
      found.push({ modelId: partial ? null : name, size, largestFile: Math.max(0, ...sizes) });
  }
  return found;
}

async function moveFolder(
  from: string,
  to: string,
  root: string,
  deps: ImportDeps,
  tell: Tell,
  cancel: Cancel,
): Promise<void> {
  const { files, locks } = deps;
  const stamp = await readStamp(files, `${from}/${stampName}`);
  const paths = modelFiles(root, { to: `${from}/${stamp?.file ?? ''}`, sha256: stamp?.sha256 ?? 'move' });
  if ((await files.stat(from)) === null) return;
  await files.makeFolder(paths.partialFolder, 0o755);
  const lock = await acquire(locks, paths);
  try {
    cancel.throwIfCancelled();
    if ((await files.stat(to)) === null && (await renamed(from, to, deps))) return;
    await files.makeFolder(to, 0o755);
    for (const name of await list(deps, from)) {
      // The stamp stays until everything else is gone: by it what is left is known.
      if (name === stampName) continue;
      if (unfinished.test(name)) {
        await files.remove(`${from}/${name}`);
        continue;
      }
      const stat = await files.stat(`${from}/${name}`);
      // A folder in a model's folder is not Hearth's.
      if (stat?.kind !== 'file') continue;
      const sure = stamp !== null && stamp.file === name && stampHolds(stamp, stat);
      const sha256 = sure ? stamp.sha256 : null;
      await moveFile(`${from}/${name}`, `${to}/${name}`, sha256, deps, tell, cancel);
    }
    // What an earlier move was writing when it was cut off.
    for (const name of await list(deps, to)) if (unfinished.test(name)) await files.remove(`${to}/${name}`);
    await files.remove(`${from}/${stampName}`);
    if ((await list(deps, from)).length === 0) await files.remove(from);
  } finally {
    await lock.release();
  }
}

/** Files that are on their way: what came so far goes on at the new place, from the same byte. */
async function movePartials(
  from: string,
  to: string,
  root: string,
  deps: ImportDeps,
  tell: Tell,
  cancel: Cancel,
): Promise<void> {
  const { files, locks } = deps;
  const names = await list(deps, from);
  for (const name of names.filter((each) => each.endsWith('.part'))) {
    const sha256 = name.slice(0, -'.part'.length);
    const lock = await acquire(locks, modelFiles(root, { to: `${root}/${name}`, sha256 }));
    try {
      await files.makeFolder(to, 0o755);
      // The note first: by the file itself what is left is known.
      for (const each of [`${sha256}.json`, `${sha256}.part`])
        if ((await files.stat(`${from}/${each}`))?.kind === 'file')
          await moveFile(`${from}/${each}`, `${to}/${each}`, null, deps, tell, cancel);
    } finally {
      await lock.release();
    }
  }
  // Locks, and notes of what is not a model, are made again when they are needed; what a cut left half is not.
  for (const name of await list(deps, from))
    if (/\.(?:lock|head|import|json)$/.test(name) || unfinished.test(name))
      await files.remove(`${from}/${name}`);
  for (const name of await list(deps, to)) if (unfinished.test(name)) await files.remove(`${to}/${name}`);
  if ((await files.stat(from)) !== null && (await list(deps, from)).length === 0) await files.remove(from);
}

/** @param sha256 of a file that is known to be right, which is then stamped; else null */
async function moveFile(
  from: string,
  to: string,
  sha256: string | null,
  deps: ImportDeps,
  tell: Tell,
  cancel: Cancel,
): Promise<void> {
  const { files, transfers, clock, models } = deps;
  const stamp = async (): Promise<void> => {
    if (sha256 !== null) await writeStamp(files, modelFiles(models, { to, sha256 }), sha256, clock.now());
  };
  const before = await files.stat(from);
  if (before === null) return;
  const { size } = before;
  const verifying = (part: number): void =>
    tell({ ...quietProgress, done: part * size, total: size, phase: 'verifying' });
  const hash = (path: string): Promise<string> => {
    verifying(0);
    return hashFile(path, size, transfers, verifying, cancel);
  };
  const there = await files.stat(to);
  if (there !== null) {
    const same = there.kind === 'file' && there.size === size;
    if (same && (await hash(to)) === (sha256 ?? (await hash(from)))) {
      await stamp();
      await files.remove(from);
      return;
    }
    await setAside(files, to);
  }
  cancel.throwIfCancelled();
  if (await renamed(from, to, deps)) {
    await stamp();
    return;
  }
  const beside = `${parentOf(to)}/.${to.slice(to.lastIndexOf('/') + 1)}.moving`;
  await files.remove(beside);
  const free = await files.freeSpace(parentOf(to));
  if (free < size)
    throw new HearthError('no-space', { path: parentOf(to), needed: size, free, missing: size - free });
  try {
    await copy(from, beside, size, deps, tell, cancel);
    await files.sync(beside);
    const found = await hash(beside);
    // A file that went bad on its old disk comes along as what it is, without its stamp.
    const original = found === sha256 ? found : await hash(from);
    const after = await files.stat(from);
    if (after?.mtime !== before.mtime || after.size !== size)
      throw new HearthError('changed-since', { path: from });
    if (found !== original) throw new HearthError('hash-mismatch', { path: beside });
    cancel.throwIfCancelled();
    await files.rename(beside, to);
    await files.sync(to);
    if (found === sha256) await stamp();
  } catch (thrown) {
    await files.remove(beside).catch(() => {});
    throw thrown;
  }
  await files.remove(from);
}

async function copy(
  from: string,
  to: string,
  size: number,
  { files, processes, clock }: ImportDeps,
  tell: Tell,
  cancel: Cancel,
): Promise<void> {
  let over = false;
  // No modes: some file systems have none.
  const argv = ['cp', '--no-dereference', '--reflink=auto', '--preserve=timestamps', '--', from, to];
  const work = processes.run(argv, {}, cancel).finally(() => {
    over = true;
  });
  const watch = async (): Promise<void> => {
    while (!over) {
      const done = (await files.stat(to))?.size ?? 0;
      tell({ ...quietProgress, done: Math.min(done, size), total: size, phase: 'writing' });
      await Promise.race([work.catch(() => {}), clock.sleep(copyPoll, never)]);
    }
  };
  const [{ exit, stderr }] = await Promise.all([work, watch()]);
  if (exit === 0) return;
  throw new HearthError(
    /No space left/.test(stderr) ? 'no-space' : 'io',
    { path: to },
    { detail: stderr.trim() },
  );
}

/** Whether a new name was enough: not between two file systems. */
async function renamed(from: string, to: string, { files }: ImportDeps): Promise<boolean> {
  try {
    await files.rename(from, to);
  } catch (thrown) {
    if (hasCode(thrown, 'cancelled', 'not-found')) throw thrown;
    return false;
  }
  await files.sync(to);
  return true;
}

/** A folder that Hearth made for a model: it has a model file, or a note about one. */
async function isModel(deps: ImportDeps, folder: string): Promise<boolean> {
  const name = folder.slice(folder.lastIndexOf('/') + 1);
  if (name.startsWith('.') || (await deps.files.stat(folder))?.kind !== 'directory') return false;
  const names = await list(deps, folder);
  return names.some((each) => each === stampName || each === recordName || /\.gguf$/i.test(each));
}

async function sizesIn(deps: ImportDeps, folder: string): Promise<readonly number[]> {
  const stats = await Promise.all(
    (await list(deps, folder)).map((name) => deps.files.stat(`${folder}/${name}`)),
  );
  return stats.flatMap((stat) => (stat?.kind === 'file' ? [stat.size] : []));
}

async function list({ files }: ImportDeps, folder: string): Promise<readonly string[]> {
  try {
    return await files.list(folder);
  } catch (thrown) {
    if (hasCode(thrown, 'not-found', 'io')) return [];
    throw thrown;
  }
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}
