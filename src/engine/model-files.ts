// SPDX-License-Identifier: GPL-3.0-or-later

import * as v from 'valibot';
import { hasCode } from '../core/errors.ts';
import { readMeasured } from '../core/models/measured.ts';
import type { Measured } from '../core/models/types.ts';
import type { Files } from '../core/ports.ts';
import type { Download } from '../core/setup/plan.ts';

/** Where the files of one model are. Partial ones go by their hash, so that they survive a renamed entry. */
export interface ModelFiles {
  readonly folder: string;
  readonly file: string;
  readonly stamp: string;
  readonly partialFolder: string;
  readonly part: string;
  readonly sidecar: string;
  readonly lock: string;
}

/** Beside a file that is on its way: whose it is, and which version of it. */
export interface Sidecar {
  readonly version: 1;
  readonly modelId: string;
  readonly url: string;
  readonly etag: string | null;
  readonly size: number;
  readonly sha256: string;
}

/** Beside a file whose hash was right: as long as size and time are the same it need not be read again. */
export interface Stamp {
  readonly version: 1;
  readonly file: string;
  readonly sha256: string;
  readonly size: number;
  /** Milliseconds since the epoch, of the file and of the look at it. */
  readonly mtime: number;
  readonly verifiedAt: number;
}

export const stampName = 'verified.json';
export const measuredName = 'measured.json';
export const partialName = '.partial';

/** Where the stamp of a model's file lies. */
export function stampOf(path: string): string {
  return `${path.slice(0, path.lastIndexOf('/'))}/${stampName}`;
}

const hex = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const sidecarSchema = v.object({
  version: v.literal(1),
  modelId: v.string(),
  url: v.string(),
  etag: v.nullable(v.string()),
  size: v.number(),
  sha256: hex,
});
const stampSchema = v.object({
  version: v.literal(1),
  file: v.string(),
  sha256: hex,
  size: v.number(),
  mtime: v.number(),
  verifiedAt: v.number(),
});

export function modelFiles(models: string, action: Pick<Download, 'to' | 'sha256'>): ModelFiles {
  const folder = action.to.slice(0, action.to.lastIndexOf('/'));
  const partialFolder = `${models}/${partialName}`;
  const start = `${partialFolder}/${action.sha256}`;
  return {
    folder,
    file: action.to,
    stamp: stampOf(action.to),
    partialFolder,
    part: `${start}.part`,
    sidecar: `${start}.json`,
    lock: `${start}.lock`,
  };
}

export function readSidecar(files: Files, paths: Pick<ModelFiles, 'sidecar'>): Promise<Sidecar | null> {
  return readSmall(files, paths.sidecar, sidecarSchema);
}

export async function writeSidecar(
  files: Files,
  paths: ModelFiles,
  action: Download,
  etag: string | null,
): Promise<void> {
  const { modelId, url, size, sha256 } = action;
  const sidecar: Sidecar = { version: 1, modelId, url, etag, size, sha256 };
  await files.writeAtomic(paths.sidecar, JSON.stringify(sidecar) + '\n', 0o644);
}

export function readStamp(files: Files, path: string): Promise<Stamp | null> {
  return readSmall(files, path, stampSchema);
}

/** Null when there is none, when it is broken, and when it is of another file. */
export async function readMeasurement(
  files: Files,
  folder: string,
  sha256: string,
): Promise<Measured | null> {
  const text = v.unknown();
  const measured = readMeasured(await readSmall(files, `${folder}/${measuredName}`, text));
  return measured?.sha256 === sha256 ? measured : null;
}

export async function writeMeasurement(files: Files, folder: string, measured: Measured): Promise<void> {
  await files.writeAtomic(`${folder}/${measuredName}`, JSON.stringify(measured) + '\n', 0o644);
}

export async function writeStamp(
  files: Files,
  paths: ModelFiles,
  sha256: string,
  now: number,
): Promise<void> {
  const stat = await files.stat(paths.file);
  if (stat === null) return;
  const file = paths.file.slice(paths.file.lastIndexOf('/') + 1);
  const stamp: Stamp = { version: 1, file, sha256, size: stat.size, mtime: stat.mtime, verifiedAt: now };
  await files.writeAtomic(paths.stamp, JSON.stringify(stamp) + '\n', 0o644);
}

/** Whether a file was found right before and has not been touched since. */
export async function isVerified(files: Files, paths: ModelFiles, sha256: string): Promise<boolean> {
  const [stamp, stat] = [await readStamp(files, paths.stamp), await files.stat(paths.file)];
  return stamp !== null && stat !== null && stampHolds(stamp, stat) && stamp.sha256 === sha256;
}

export function stampHolds(stamp: Stamp, stat: { readonly size: number; readonly mtime: number }): boolean {
  return stamp.size === stat.size && stamp.mtime === stat.mtime;
}

/** Gives a file that is in the way another name, with a number that is free. */
export async function setAside(files: Files, path: string): Promise<void> {
  for (let number = 1; ; number += 1) {
    const name = `${path}.unverified-${number}`;
    if ((await files.stat(name)) !== null) continue;
    await files.rename(path, name);
    return;
  }
}

/** A small JSON file of ours; null when it is gone or makes no sense, because all of them can be made again. */
async function readSmall<T extends v.GenericSchema>(
  files: Files,
  path: string,
  schema: T,
): Promise<v.InferOutput<T> | null> {
  try {
    const parsed = v.safeParse(schema, JSON.parse(await files.readText(path, 65536)));
    return parsed.success ? parsed.output : null;
  } catch (thrown) {
    if (thrown instanceof SyntaxError || hasCode(thrown, 'not-found', 'not-text', 'too-large')) return null;
    throw thrown;
  }
}
