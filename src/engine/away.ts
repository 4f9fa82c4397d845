// SPDX-License-Identifier: GPL-3.0-or-later

import { HearthError } from '../core/errors.ts';
import type { CatalogueProblem } from '../core/models/catalogue.ts';
import type { Offer } from '../core/models/types.ts';
import type { Action } from '../core/setup/plan.ts';
import { markerName } from './move.ts';
import type { Parts } from './parts.ts';

type Asks = Pick<Parts, 'paths' | 'files'>;

/** A chosen folder that is not there: its disk is not connected, or an empty folder stands where it would be. */
async function isAway({ paths, files }: Asks): Promise<boolean> {
  if (paths.models === paths.usualModels) return false;
  return (await files.stat(`${paths.models}/${markerName}`)) === null;
}

/** Nothing is written where a disk is missing. @throws models-away */
export async function refuseAway(parts: Asks): Promise<void> {
  if (await isAway(parts)) throw new HearthError('models-away', { path: parts.paths.models });
}

/** The folder of the models, where it is not there yet. @throws models-away */
export async function folderActions(parts: Asks): Promise<readonly Action[]> {
  await refuseAway(parts);
  const path = parts.paths.models;
  return (await parts.files.stat(path)) === null ? [{ do: 'make-folder', path, mode: 0o755 }] : [];
}

/** A file that is not known to be right is never served. */
export function notVerified({ entry, installed }: Offer): HearthError {
  return new HearthError('not-verified', { name: entry.name, path: installed?.path ?? '' });
}

/** For the shelf: why it is empty. */
export async function awayProblem(parts: Asks): Promise<readonly CatalogueProblem[]> {
  if (!(await isAway(parts))) return [];
  const problem = 'the folder is not there; connect the disk it is on, or keep models in another folder';
  return [{ file: parts.paths.models, entry: null, field: null, problem }];
}
