// SPDX-License-Identifier: GPL-3.0-or-later

import type { Cancel } from '../core/cancel.ts';
import { never } from '../core/cancel.ts';
import { HearthError, hasCode } from '../core/errors.ts';
import type { CatalogueEntry, InstalledModel, PartialDownload } from '../core/models/types.ts';
import type { Files } from '../core/ports.ts';
import { download } from './download.ts';
import type { DownloadDeps } from './download.ts';
import { findElsewhere } from './elsewhere.ts';
import { importModel, planImport } from './import.ts';
import type { ImportDeps } from './import.ts';
import {
  modelFiles,
  partialName,
  readSidecar,
  readStamp,
  stampHolds,
  stampName,
  writeStamp,
} from './model-files.ts';
import type { ModelStore } from './parts.ts';

/** The models folder as the engine sees it. What is on the disk is the state; nothing is remembered. */
export function modelStore(deps: ImportDeps): ModelStore {
  const { files, models } = deps;
  const pathOf = (entry: CatalogueEntry): string => `${models}/${entry.id}/${entry.file.name}`;
  return {
    list: async () => ({
      installed: await listInstalled(files, models),
      partials: await listPartials(files, models),
    }),
    pathOf,
    download: (action, entry, onProgress, cancel) => download(action, entry, deps, onProgress, cancel),
    find: (entries) => findElsewhere(entries, files, deps.home, models),
    planImport: (entry, found) => planImport(entry, found, pathOf(entry), deps, never),
    import: (action, entry, onProgress, cancel) => importModel(action, entry, deps, onProgress, cancel),
    remove: (path) => removeModel(files, models, path),
  };
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
    const bytes = (await files.stat(`${folder}/${sidecar.sha256}.part`))?.size ?? 0;
    if (bytes > 0) {
      found.push({ modelId: sidecar.modelId, bytes: Math.min(bytes, sidecar.size), total: sidecar.size });
    }
  }
  return found;
}

/**
 * Reads a model's file again from end to end and notes that it is right.
 *
 * @throws hash-mismatch (the file stays, but no longer counts as verified), not-found, cancelled
 */
export async function verifyInstalled(
  entry: CatalogueEntry,
  deps: DownloadDeps,
  cancel: Cancel,
): Promise<void> {
  const { files, models, transfers } = deps;
  const to = `${models}/${entry.id}/${entry.file.name}`;
  const paths = modelFiles(models, { to, sha256: entry.file.sha256 });
  const stat = await files.stat(to);
  if (stat === null) throw new HearthError('not-found', { path: to });
  const hash = await transfers.hash(to);
  const stop = cancel.onCancel(() => hash.abandon());
  try {
    const sha256 = await hash.finish(stat.size);
    if (sha256 === entry.file.sha256) {
      await writeStamp(files, paths, sha256, deps.clock.now());
      return;
    }
  } catch (thrown) {
    cancel.throwIfCancelled();
    throw thrown;
  } finally {
    stop();
  }
  await files.remove(paths.stamp);
  throw new HearthError('hash-mismatch', { path: to });
}

/** Takes a model off the disk: the file, its stamp, and its folder when nothing else is in it. */
async function removeModel(files: Files, models: string, path: string): Promise<void> {
  const folder = path.slice(0, path.lastIndexOf('/'));
  const inside = path.startsWith(`${models}/`) && !path.includes('/../') && folder.length > models.length;
  if (!inside) throw new HearthError('denied', { path }, { detail: 'Not in the folder of the models' });
  // The stamp first: a file without one is at worst hashed again, a stamp without a file says nothing.
  await files.remove(`${folder}/${stampName}`);
  await files.remove(path);
  if ((await names(files, folder)).length === 0) await files.remove(folder);
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
