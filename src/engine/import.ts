// SPDX-License-Identifier: GPL-3.0-or-later

import type { Cancel } from '../core/cancel.ts';
import { HearthError } from '../core/errors.ts';
import { importWay } from '../core/models/elsewhere.ts';
import type { CatalogueEntry, OnDisk } from '../core/models/types.ts';
import type { Processes } from '../core/ports.ts';
import type { Import } from '../core/setup/plan.ts';
import { acquire } from './download.ts';
import type { DownloadDeps } from './download.ts';
import { refuse } from './elsewhere.ts';
import { hashFile } from './hash.ts';
import { headerProblem } from './model-header.ts';
import { isVerified, modelFiles, readStamp, setAside, writeStamp } from './model-files.ts';
import type { ModelFiles } from './model-files.ts';
import { quietProgress } from './run.ts';
import type { StepProgress } from './run.ts';

export interface ImportDeps extends DownloadDeps {
  readonly processes: Processes;
  readonly home: string;
  /** The usual folder of the models, where `models` may be another. */
  readonly usualModels: string;
}

/** What bringing a file into a folder needs. */
export type Linking = Pick<ImportDeps, 'files' | 'processes' | 'models'>;

/** How a file that was found would come to its place. Asks the disk, changes nothing; null when it is gone. */
export async function planImport(
  entry: CatalogueEntry,
  found: OnDisk,
  to: string,
  deps: ImportDeps,
  cancel: Cancel,
): Promise<Import | null> {
  const stat = await deps.files.stat(found.path);
  if (stat?.kind !== 'file' || stat.size !== entry.file.size) return null;
  const how = await wayFor(found.path, stat.mode, deps, cancel);
  const { size, sha256 } = entry.file;
  return { do: 'import', modelId: entry.id, from: found.path, source: found.source, to, size, sha256, how };
}

/** How a file can come to the folder of the models. */
export async function wayFor(
  path: string,
  mode: number,
  deps: Linking,
  cancel: Cancel,
): Promise<Import['how']> {
  const { files, processes, models } = deps;
  let folder = models;
  while (folder !== '' && (await files.stat(folder)) === null)
    folder = folder.slice(0, folder.lastIndexOf('/'));
  const ask = async (argv: readonly string[]): Promise<readonly string[]> =>
    (await processes.run(argv, {}, cancel)).stdout.trim().split('\n');
  const [file = '', place = ''] = await ask(['stat', '-c', '%d %u', '--', path, folder || '/']);
  const [fileSystem = ''] = await ask(['stat', '-f', '-c', '%T', '--', path]);
  const [device, owner] = file.split(' ');
  const [ownDevice, ownOwner] = place.split(' ');
  const sameDisk = device !== undefined && device !== '' && device === ownDevice;
  return importWay({
    sameDisk,
    sameVolume: sameDisk || (fileSystem === 'btrfs' && (await sameBtrfs(path, folder || '/', deps, cancel))),
    fileSystem,
    ownFile: owner === ownOwner,
    mode,
  });
}

/** Whether two paths are in one Btrfs: each subvolume has a device number of its own. False where nobody can tell. */
async function sameBtrfs(
  one: string,
  other: string,
  { processes }: Linking,
  cancel: Cancel,
): Promise<boolean> {
  const [first, second] = await Promise.all(
    [one, other].map(async (path) => {
      const argv = ['findmnt', '--noheadings', '--output', 'UUID', '--target', path];
      return (await processes.run(argv, {}, cancel)).stdout.trim();
    }),
  );
  return first !== '' && first === second;
}

/**
 * Takes over a model file of another program: brought beside its place, hashed, compared with the catalogue, and only
 * then named. The other program's file is never written to. May be cut off and repeated at any point.
 *
 * @throws hash-mismatch (the file is then not taken for this model again), bad-gguf, changed-since, no-space,
 * not-found, busy, io, cancelled
 */
export async function importModel(
  action: Import,
  entry: CatalogueEntry,
  deps: ImportDeps,
  onProgress: (progress: StepProgress) => void,
  cancel: Cancel,
): Promise<void> {
  const { files, models } = deps;
  const paths = modelFiles(models, action);
  const beside = `${paths.partialFolder}/${action.sha256}.import`;
  await files.makeFolder(paths.partialFolder, 0o755);
  const lock = await acquire(deps.locks, paths);
  try {
    if (await isVerified(files, paths, action.sha256)) return;
    onProgress({ ...quietProgress, total: action.size });
    await files.remove(beside);
    await bring(action, beside, deps, cancel);
    const tell = (part: number): void =>
      onProgress({ ...quietProgress, done: part * action.size, total: action.size, phase: 'verifying' });
    tell(0);
    await check(action, entry, beside, deps, tell, cancel);
    cancel.throwIfCancelled();
    await place(action, paths, beside, deps);
  } finally {
    // Only ever a name of ours: the other program's file has its own.
    await files.remove(beside).catch(() => {});
    await lock.release();
  }
}

/** Blocks shared, else a second name; a copy only where the plan said so. */
export async function bring(
  { from, how, size }: Pick<Import, 'from' | 'how' | 'size'>,
  to: string,
  { files, processes, models }: Linking,
  cancel: Cancel,
): Promise<void> {
  if (((await files.stat(from))?.size ?? -1) !== size) throw new HearthError('not-found', { path: from });
  if (how === 'copy') {
    const free = await files.freeSpace(models);
    if (free < size)
      throw new HearthError('no-space', { path: models, needed: size, free, missing: size - free });
  }
  const copy = ['cp', '--no-dereference', '--preserve=timestamps'];
  const ways = {
    reflink: [
      [...copy, '--reflink=always'],
      ['ln', '--physical'],
    ],
    link: [['ln', '--physical']],
    copy: [[...copy, '--reflink=auto']],
  } as const;
  let problem = '';
  for (const way of ways[how]) {
    const { exit, stderr } = await processes.run([...way, '--', from, to], {}, cancel);
    if (exit === 0) return;
    problem = stderr.trim();
    await files.remove(to);
  }
  throw new HearthError('io', { path: from }, { detail: problem });
}

async function check(
  { from, size, sha256 }: Import,
  entry: CatalogueEntry,
  path: string,
  { files, transfers, models }: ImportDeps,
  onPart: (part: number) => void,
  cancel: Cancel,
): Promise<void> {
  const before = await files.stat(path);
  const found = await hashFile(path, size, transfers, onPart, cancel);
  const original = await files.stat(from);
  const after = await files.stat(path);
  if (after === null || after.size !== before?.size || after.mtime !== before.mtime)
    throw new HearthError('changed-since', { path: from });
  if (found !== sha256) {
    if (original !== null) await refuse(files, models, from, original.mtime);
    throw new HearthError('hash-mismatch', { path: from });
  }
  const problem = await headerProblem(files, path, entry);
  if (problem !== null) throw new HearthError('bad-gguf', { path: from, problem });
}

async function place(
  { from, sha256 }: Import,
  paths: ModelFiles,
  beside: string,
  { files, clock }: ImportDeps,
): Promise<void> {
  const hashed = await files.stat(beside);
  await files.sync(beside);
  await files.makeFolder(paths.folder, 0o755);
  if ((await files.stat(paths.file)) !== null) await setAside(files, paths.file);
  await files.rename(beside, paths.file);
  await files.sync(paths.file);
  await writeStamp(files, paths, sha256, clock.now());
  // What was fetched of it before is not needed any more.
  await files.remove(paths.sidecar);
  await files.remove(paths.part);
  const stamp = await readStamp(files, paths.stamp);
  if (stamp === null || stamp.mtime === hashed?.mtime) return;
  // A second name shares what others write: the stamp must not vouch for what came after the hash.
  await files.remove(paths.stamp);
  throw new HearthError('changed-since', { path: from });
}
