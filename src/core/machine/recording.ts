// SPDX-License-Identifier: GPL-3.0-or-later

import * as v from 'valibot';

import { HearthError } from '../errors.ts';
import type { Look } from '../ports.ts';
import type { Recording } from './facts.ts';
import type { ObserveOptions } from './observe.ts';

// A recorded machine is a folder: `root/` with files at their absolute paths, `commands.json`, `notes.json` with what
// a tree of files cannot say, and `machine.json` about the recording itself.

/** Stands in an empty folder, because git keeps none; never listed. */
export const folderMark = '.folder';

const absolutePath = v.pipe(v.string(), v.regex(/^\/(?!\/)/), v.maxLength(1024));
const shortText = v.pipe(v.string(), v.minLength(1), v.maxLength(400));

const recordedCommand = v.object({
  argv: v.pipe(v.array(v.string()), v.minLength(1)),
  stdout: v.string(),
  stderr: v.string(),
  exit: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(255)),
});
export type RecordedCommand = v.InferOutput<typeof recordedCommand>;

const note = v.object({
  /** Bytes of a file whose content was not kept. */
  size: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
  /** What reading it answered instead of content. */
  error: v.optional(v.picklist(['denied', 'io', 'too-large', 'not-text'])),
});
export type Note = v.InferOutput<typeof note>;

const aboutSchema = v.object({
  format: v.literal(1),
  name: v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9-]{0,63}$/)),
  title: shortText,
  kind: v.picklist(['recorded', 'composed']),
  /** Day, as 2026-11-23. */
  date: v.pipe(v.string(), v.isoDate()),
  /** Version of Hearth that looked. */
  hearth: shortText,
  home: absolutePath,
  modelsPath: absolutePath,
  /** How many of each kind were replaced. */
  redactions: v.record(v.string(), v.number()),
  /** Where the formats of a composed machine are described. */
  sources: v.optional(v.array(v.string()), []),
});
export type AboutRecording = v.InferOutput<typeof aboutSchema>;

export interface RecordedMachine {
  readonly folder: string;
  readonly about: AboutRecording;
  readonly commands: readonly RecordedCommand[];
  readonly notes: ReadonlyMap<string, Note>;
}

/** Reads a recording's own files. @throws bad-recording, with what is wrong as detail */
export async function openRecording(disk: Look, folder: string): Promise<RecordedMachine> {
  const root = await disk.stat(`${folder}/root`);
  if (root?.kind !== 'directory') throw badRecording(folder, 'There is no folder named root');
  const [about, commands, notes] = await Promise.all([
    readJson(disk, folder, 'machine.json', aboutSchema),
    readJson(disk, folder, 'commands.json', v.array(recordedCommand)),
    readJson(disk, folder, 'notes.json', v.record(v.string(), note), {}),
  ]);
  return { folder, about, commands, notes: new Map(Object.entries(notes)) };
}

/** What `observeMachine` needs to know to look at a recorded machine. */
export function observeOptions(about: AboutRecording): ObserveOptions {
  const recording: Recording = { name: about.name, title: about.title, kind: about.kind };
  return { home: about.home, modelsPath: about.modelsPath, recording };
}

export function badRecording(folder: string, detail: string): HearthError {
  return new HearthError('bad-recording', { path: folder }, { detail });
}

async function readJson<S extends v.GenericSchema>(
  disk: Look,
  folder: string,
  name: string,
  schema: S,
  otherwise?: v.InferInput<S>,
): Promise<v.InferOutput<S>> {
  const path = `${folder}/${name}`;
  const stat = await disk.stat(path);
  if (stat === null && otherwise !== undefined) return v.parse(schema, otherwise);
  // A link could point anywhere on the disk.
  if (stat?.kind !== 'file') throw badRecording(folder, `There is no file named ${name}`);
  const text = await disk.readText(path, 8 * 1024 * 1024);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw badRecording(folder, `${name} is not JSON`);
  }
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const issue = result.issues[0];
  throw badRecording(folder, `${name}: ${v.getDotPath(issue) ?? 'content'}: ${issue.message}`);
}
