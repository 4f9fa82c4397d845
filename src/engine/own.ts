// SPDX-License-Identifier: GPL-3.0-or-later

import type { Cancel } from '../core/cancel.ts';
import { HearthError, hasCode, toErrorValue } from '../core/errors.ts';
import type { CatalogueProblem } from '../core/models/catalogue.ts';
import { maxRecordBytes, ownFileName, ownHeader, ownId, parseRecord, wrongKind } from '../core/models/own.ts';
import type { OwnHeader, OwnRecord } from '../core/models/own.ts';
import type { CatalogueEntry, OnDisk } from '../core/models/types.ts';
import type { Files } from '../core/ports.ts';
import type { ImportOwn } from '../core/setup/plan.ts';
import { acquire } from './download.ts';
import { readHeader } from './gguf-file.ts';
import { hashFile } from './hash.ts';
import { bring, wayFor } from './import.ts';
import type { ImportDeps } from './import.ts';
import { isVerified, modelFiles, writeStamp } from './model-files.ts';
import { quietProgress } from './run.ts';
import type { StepProgress } from './run.ts';

/** Beside a file that a person added. */
export const recordName = 'own.json';

/** What persons added to the folder of the models; a record that cannot be read is named, and its file stays. */
export async function listRecords(
  files: Files,
  models: string,
  entries: readonly CatalogueEntry[],
): Promise<{ readonly records: readonly OwnRecord[]; readonly problems: readonly CatalogueProblem[] }> {
  const records: OwnRecord[] = [];
  const problems: CatalogueProblem[] = [];
  const known = new Set(entries.map((entry) => entry.id));
  for (const id of await namesIn(files, models)) {
    if (known.has(id) || id.startsWith('.')) continue;
    const file = `${models}/${id}/${recordName}`;
    const read = await readRecord(files, file);
    if (read === null) continue;
    if ('problem' in read) problems.push({ file, entry: null, field: null, problem: read.problem });
    else if (read.record.id !== id)
      problems.push({ file, entry: null, field: null, problem: 'belongs to another folder' });
    else records.push(read.record);
  }
  return { records, problems };
}

/** Null when there is none. */
export async function readRecord(
  files: Files,
  path: string,
): Promise<{ readonly record: OwnRecord } | { readonly problem: string } | null> {
  try {
    return parseRecord(await files.readText(path, maxRecordBytes));
  } catch (thrown) {
    if (hasCode(thrown, 'not-found')) return null;
    const { code, detail } = toErrorValue(thrown);
    return { problem: `cannot be read: ${detail ?? code}` };
  }
}

/**
 * What a file's header says about it.
 * @throws bad-gguf, wrong-kind, not-found, denied, io
 */
export async function inspect(files: Files, path: string, fileName: string): Promise<OwnHeader> {
  const header = await readHeader(files, path);
  const kind = wrongKind(header, fileName);
  if (kind !== null) throw new HearthError('wrong-kind', { path, kind });
  const kept = ownHeader(header, fileName);
  if ('problem' in kept) throw new HearthError('bad-gguf', { path, problem: `it ${kept.problem}` });
  return kept.found;
}

/** The step that would take a file over. @throws bad-gguf, wrong-kind, not-found */
export async function planOwn(
  { path, source }: OnDisk,
  entries: readonly CatalogueEntry[],
  deps: ImportDeps,
  name: string,
  cancel: Cancel,
): Promise<ImportOwn> {
  const { files, models } = deps;
  const stat = await files.stat(path);
  if (stat?.kind !== 'file') throw new HearthError('not-found', { path });
  const found = await inspect(files, path, name);
  const known = new Set(entries.map((entry) => entry.id));
  const there = await namesIn(files, models);
  const taken = new Set<string>();
  for (const id of there) {
    // What was cut off has a folder but no file yet.
    const inside = await namesIn(files, `${models}/${id}`);
    if (inside.some((each) => each.endsWith('.gguf'))) taken.add(id);
  }
  const modelId = ownId(found.name, (id) => known.has(id) || taken.has(id));
  const how = await wayFor(path, stat.mode, deps, cancel);
  const to = `${models}/${modelId}/${ownFileName(name)}`;
  return {
    do: 'import-own',
    modelId,
    name: found.name,
    from: path,
    source,
    to,
    size: stat.size,
    how,
  };
}

/**
 * Takes over a file that no catalogue knows: brought beside its place, hashed, its header read, and only then named. The
 * original is never written to. May be cut off and repeated at any point.
 *
 * @throws bad-gguf, wrong-kind, exists, changed-since, no-space, not-found, busy, io, cancelled
 */
export async function importOwn(
  action: ImportOwn,
  deps: ImportDeps,
  onProgress: (progress: StepProgress) => void,
  cancel: Cancel,
): Promise<void> {
  const { files, models, transfers, clock } = deps;
  const { modelId, from, to, size, source } = action;
  const paths = modelFiles(models, { to, sha256: modelId });
  const record = `${paths.folder}/${recordName}`;
  const beside = `${paths.partialFolder}/${modelId}.import`;
  await files.makeFolder(paths.partialFolder, 0o755);
  const lock = await acquire(deps.locks, paths);
  try {
    if ((await files.stat(to)) !== null) {
      const read = await readRecord(files, record);
      const mine =
        read !== null && 'record' in read && read.record.from === from && read.record.size === size;
      if (mine && (await isVerified(files, paths, read.record.sha256))) return;
      throw new HearthError('exists', { path: to });
    }
    const tell = (phase: 'working' | 'verifying', part: number): void =>
      onProgress({ ...quietProgress, done: part * size, total: size, phase });
    tell('working', 0);
    await files.remove(beside);
    await bring(action, beside, deps, cancel);
    const before = await files.stat(beside);
    tell('verifying', 0);
    const sha256 = await hashFile(beside, size, transfers, (part) => tell('verifying', part), cancel);
    const name = to.slice(to.lastIndexOf('/') + 1);
    const found = await inspect(files, beside, from.slice(from.lastIndexOf('/') + 1));
    const after = await files.stat(beside);
    if (before === null || after?.mtime !== before.mtime || after.size !== size)
      throw new HearthError('changed-since', { path: from });
    cancel.throwIfCancelled();
    await files.sync(beside);
    await files.makeFolder(paths.folder, 0o755);
    const kept: OwnRecord = {
      version: 1,
      id: modelId,
      file: name,
      size,
      sha256,
      source,
      from,
      addedAt: clock.now(),
      ...found,
      // The plan knew by which name the person knows it, which a cache may not tell.
      name: action.name,
    };
    // First the record: without its file it says nothing, and a file without it would be nobody's.
    await files.writeAtomic(record, `${JSON.stringify(kept, null, 2)}\n`, 0o644);
    await files.rename(beside, to);
    await files.sync(to);
    await writeStamp(files, paths, sha256, clock.now());
    if ((await files.stat(to))?.mtime === before.mtime) return;
    // A second name shares what others write: the stamp must not vouch for what came after the hash.
    await files.remove(paths.stamp);
    throw new HearthError('changed-since', { path: from });
  } finally {
    // Only ever a name of ours: the other program's file has its own.
    await files.remove(beside).catch(() => {});
    await lock.release();
  }
}

async function namesIn(files: Files, folder: string): Promise<readonly string[]> {
  try {
    return await files.list(folder);
  } catch (thrown) {
    if (hasCode(thrown, 'not-found', 'io')) return [];
    throw thrown;
  }
}
