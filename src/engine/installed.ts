// SPDX-License-Identifier: GPL-3.0-or-later

import { capabilityName } from '../core/tools/capability.ts';
import { never, type Cancel } from '../core/cancel.ts';
import { HearthError, hasCode } from '../core/errors.ts';
import type {
  CatalogueEntry,
  InstalledModel,
  Measured,
  PartialDownload,
  Verified,
} from '../core/models/types.ts';
import { ownEntry } from '../core/models/own.ts';
import type { OwnRecord } from '../core/models/own.ts';
import type { Files } from '../core/ports.ts';
import { acquire, download } from './download.ts';
import type { DownloadDeps } from './download.ts';
import { findElsewhere } from './elsewhere.ts';
import type { Peeks } from './elsewhere.ts';
import { hashFile } from './hash.ts';
import { importModel, planImport } from './import.ts';
import type { ImportDeps } from './import.ts';
import {
  measuredName,
  modelFiles,
  partialName,
  readMeasurement,
  readSidecar,
  readStamp,
  stampHolds,
  stampName,
  writeMeasurement,
  writeStamp,
} from './model-files.ts';
import { movable, moveModels } from './move.ts';
import { importOwn, listRecords, planOwn, recordName } from './own.ts';
import type { ModelStore, ToVerify } from './parts.ts';

/** The models folder as the engine sees it. What is on the disk is the state; nothing is remembered. */
export function modelStore(deps: ImportDeps): ModelStore {
  // The folder may change while Hearth runs, so it is asked for each time.
  const { files } = deps;
  const peeks: Peeks = new Map();
  const pathOf = (entry: CatalogueEntry): string => `${deps.models}/${entry.id}/${entry.file.name}`;
  return {
    list: async (entries) => {
      const { models } = deps;
      const { records, problems } = await listRecords(files, models, entries);
      const installed = await listInstalled(files, models);
      return {
        installed: installed.map((model) => mended(model, records)),
        partials: await listPartials(files, models),
        own: records.map(ownEntry),
        problems,
      };
    },
    pathOf,
    download: (action, entry, onProgress, cancel) => download(action, entry, deps, onProgress, cancel),
    find: async (entries) => {
      const { records } = await listRecords(files, deps.models, entries);
      const taken = new Set(records.map((record) => record.from));
      return findElsewhere(entries, files, deps.home, deps.models, taken, peeks);
    },
    planImport: (entry, found) => planImport(entry, found, pathOf(entry), deps, never),
    import: (action, entry, onProgress, cancel) => importModel(action, entry, deps, onProgress, cancel),
    planOwn: (found, entries, name) => planOwn(found, entries, deps, name, never),
    importOwn: (action, onProgress, cancel) => importOwn(action, deps, onProgress, cancel),
    move: (move, onProgress, cancel) => moveModels(move, deps, onProgress, cancel),
    movable: () => movable(deps),
    hash: async (path, onPart, cancel) => {
      const stat = await files.stat(path);
      if (stat?.kind !== 'file') throw new HearthError('not-found', { path });
      return hashFile(path, stat.size, deps.transfers, onPart, cancel);
    },
    verify: (model, onPart, cancel) => verifyInstalled(model, deps, onPart, cancel),
    keepMeasured: (path, measured) => keepMeasured(files, path, measured),
    discard: (path) => discardPartial(deps, path),
    remove: (path) => removeModel(files, deps.models, path),
  };
}

/** A stamp vouches for a person's own file only where it is the file of the record. */
function mended(model: InstalledModel, records: readonly OwnRecord[]): InstalledModel {
  const record = records.find((each) => each.id === model.modelId);
  if (record === undefined || (model.path.endsWith(`/${record.file}`) && model.size === record.size))
    return model;
  return { ...model, verified: false, verifiedAt: null };
}

/** Model files in their folders, one for each folder. */
export async function listInstalled(files: Files, models: string): Promise<readonly InstalledModel[]> {
  const found: InstalledModel[] = [];
  for (const modelId of await names(files, models)) {
    if (modelId.startsWith('.')) continue;
    const folder = `${models}/${modelId}`;
    const stamp = await readStamp(files, `${folder}/${stampName}`);
    const name = stamp?.file ?? (await names(files, folder)).find((n) => n.endsWith('.gguf'));
    const stat = name === undefined ? null : await files.stat(`${folder}/${name}`);
    if (name === undefined || stat?.kind !== 'file') continue;
    const verified = stamp !== null && stampHolds(stamp, stat);
    found.push({
      modelId,
      path: `${folder}/${name}`,
      size: stat.size,
      verified,
      verifiedAt: verified ? stamp.verifiedAt : null,
      measured: verified ? await readMeasurement(files, folder, stamp.sha256) : null,
    });
  }
  return found;
}

/** Files that are on their way, with how much of them is there. */
export async function listPartials(files: Files, models: string): Promise<readonly PartialDownload[]> {
  const folder = `${models}/${partialName}`;
  const found: PartialDownload[] = [];
  for (const name of await names(files, folder)) {
    if (!name.endsWith('.json')) continue;
    const sidecar = await readSidecar(files, { sidecar: `${folder}/${name}` });
    if (sidecar === null) continue;
    const path = `${folder}/${sidecar.sha256}.part`;
    const bytes = (await files.stat(path))?.size ?? 0;
    if (bytes > 0) {
      const { modelId, size } = sidecar;
      found.push({ modelId, bytes: Math.min(bytes, size), total: size, path });
    }
  }
  return found;
}

/**
 * Reads a model's file again from end to end. A right one is stamped; the stamp of a wrong one is taken away, so that
 * it is not served, and the file itself stays.
 *
 * @param onPart hears which part has been read, 0 to 1
 * @throws not-found, changed-since when somebody writes to it meanwhile, busy, io, cancelled
 */
export async function verifyInstalled(
  { modelId, path, sha256: expected }: ToVerify,
  deps: DownloadDeps,
  onPart: (part: number) => void,
  cancel: Cancel,
): Promise<Verified> {
  const { files, models } = deps;
  const paths = modelFiles(models, { to: path, sha256: expected });
  await files.makeFolder(paths.partialFolder, 0o755);
  const lock = await acquire(deps.locks, paths);
  try {
    const stat = await files.stat(path);
    if (stat?.kind !== 'file') throw new HearthError('not-found', { path });
    const found = await hashFile(path, stat.size, deps.transfers, onPart, cancel);
    const after = await files.stat(path);
    const still = after !== null && after.size === stat.size && after.mtime === stat.mtime;
    const right = found === expected && still;
    if (right) await writeStamp(files, paths, found, deps.clock.now());
    else await files.remove(paths.stamp);
    if (found === expected && !still) throw new HearthError('changed-since', { path });
    return { modelId, path, right, found, expected };
  } finally {
    await lock.release();
  }
}

/** Notes a measurement beside the model's stamp, or takes it away. */
async function keepMeasured(files: Files, path: string, measured: Measured | null): Promise<void> {
  const folder = path.slice(0, path.lastIndexOf('/'));
  if (measured === null) await files.remove(`${folder}/${measuredName}`);
  else await writeMeasurement(files, folder, measured);
}

/** Takes a model off the disk: the file, its stamp, and its folder when nothing else is in it. */
async function removeModel(files: Files, models: string, path: string): Promise<void> {
  const folder = path.slice(0, path.lastIndexOf('/'));
  const inside = path.startsWith(`${models}/`) && !path.includes('/../') && folder.length > models.length;
  if (!inside) throw new HearthError('denied', { path }, { detail: 'Not in the folder of the models' });
  // The stamp first: a file without one is at worst hashed again, a stamp without a file says nothing.
  await files.remove(`${folder}/${stampName}`);
  await files.remove(`${folder}/${measuredName}`);
  await files.remove(`${folder}/${capabilityName}`);
  await files.remove(path);
  await files.remove(`${folder}/${recordName}`);
  if ((await names(files, folder)).length === 0) await files.remove(folder);
}

/** Throws away what came of a download, with what is known about it. Another Hearth may be at it. @throws busy */
async function discardPartial({ files, models, locks }: ImportDeps, path: string): Promise<void> {
  const sha256 = /\/([0-9a-f]{64})\.part$/.exec(path)?.[1];
  if (sha256 === undefined || path !== `${models}/${partialName}/${sha256}.part`)
    throw new HearthError('denied', { path }, { detail: 'Not a partial file of a model' });
  const paths = modelFiles(models, { to: path, sha256 });
  const lock = await acquire(locks, paths);
  try {
    // The bytes first: without them the rest says nothing, the other way round they would be nobody's.
    await files.remove(paths.part);
    await files.remove(paths.sidecar);
  } finally {
    await lock.release();
  }
}

async function names(files: Files, folder: string): Promise<readonly string[]> {
  try {
    return await files.list(folder);
  } catch (thrown) {
    if (hasCode(thrown, 'not-found')) return [];
    // A file where a folder is expected: nothing of ours.
    if (hasCode(thrown, 'io')) return [];
    throw thrown;
  }
}
