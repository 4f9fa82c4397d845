// SPDX-License-Identifier: GPL-3.0-or-later

import { never } from '../core/cancel.ts';
import { HearthError, hasCode } from '../core/errors.ts';
import { wrongFolder } from '../core/models/folder.ts';
import type { FolderFacts } from '../core/models/folder.ts';
import type { Action, MoveModel } from '../core/setup/plan.ts';
import type { HearthState } from '../core/setup/state.ts';
import { isAlive } from '../core/setup/downloads.ts';
import { refuseAway } from './away.ts';
import { stampOf } from './model-files.ts';
import { markerName } from './move.ts';
import type { Parts } from './parts.ts';
import { busyWith } from './planner.ts';
import { ready, serveRequest } from './plans.ts';

/** Made in a folder that has something else in it. */
const folderName = 'hearth-models';

/**
 * What keeping models in another folder means: each is moved, then what is left, and only then the choice is written
 * down; so that what was cut off can simply be repeated. A service that starts the model gets the new path at the end.
 */
export async function moveActions(
  folder: string,
  state: HearthState,
  parts: Parts,
): Promise<readonly Action[]> {
  const { paths, files, models, settings } = parts;
  await refuseAway(parts);
  const coming = state.downloads.find(isAlive);
  if (coming !== undefined) throw busyWith(state, coming.modelId);
  const now = await realPath(parts, paths.models);
  const usual = await realPath(parts, paths.usualModels);
  const to = await placeIn(await realPath(parts, folder), usual, parts);
  if (to === now) return [];
  const items = await models.movable();
  const facts = await look(to, usual, parts);
  const largestFile = Math.max(0, ...items.map((item) => item.largestFile));
  const reason = wrongFolder(facts, { home: await realPath(parts, paths.home), models: now, largestFile });
  if (reason !== null) throw new HearthError('wrong-folder', { path: to, reason });
  const how = (await deviceOf(now, parts)) === (await deviceOf(to, parts)) ? 'rename' : 'copy';
  const needed = items.reduce((sum, item) => sum + item.size, 0);
  const free = await files.freeSpace(to);
  if (how === 'copy' && free < needed)
    throw new HearthError('no-space', { path: to, needed, free, missing: needed - free });
  const make: readonly Action[] =
    facts.kind === 'nothing' ? [{ do: 'make-folder', path: to, mode: 0o755 }] : [];
  const moves = items
    .filter((item) => item.modelId !== null)
    .map(({ modelId, size }): MoveModel => ({
      do: 'move-model',
      modelId,
      from: `${now}/${modelId}`,
      to: `${to}/${modelId}`,
      size,
      how,
    }));
  const size = items.find((item) => item.modelId === null)?.size ?? 0;
  const rest: MoveModel = { do: 'move-model', modelId: null, from: now, to, size, how };
  const choose: Action = {
    do: 'choose',
    change: { modelsFolder: to === usual ? null : to },
    before: { modelsFolder: settings.read().modelsFolder },
  };
  return [...make, ...moves, rest, choose, ...(await unitActions(to, state, parts))];
}

/** Units that would start the model from where it was; none where none were set up. */
async function unitActions(to: string, state: HearthState, parts: Parts): Promise<readonly Action[]> {
  const offer = ready(state);
  if (offer === null || offer.installed === null) return [];
  const { path } = offer.installed;
  const modelPath = `${to}${path.slice(parts.paths.models.length)}`;
  const request = { ...serveRequest(state, parts), modelPath, stamp: stampOf(modelPath) };
  try {
    const actions = await parts.serving.prepare(request);
    return actions.some((action) => action.do === 'units' && action.verb === 'stop') ? actions : [];
  } catch (thrown) {
    // What serving needs is not there: then nothing was set up either.
    if (hasCode(thrown, 'no-engine', 'no-isolation', 'port-taken')) return [];
    throw thrown;
  }
}

/** The folder itself where it is empty or Hearth's already, else one of its own in it. */
async function placeIn(folder: string, usual: string, parts: Parts): Promise<string> {
  if (folder === usual || !(await isStrange(folder, parts))) return folder;
  return `${folder === '/' ? '' : folder}/${folderName}`;
}

async function isStrange(folder: string, { files }: Parts): Promise<boolean> {
  try {
    const names = await files.list(folder);
    return names.length > 0 && !names.includes(markerName);
  } catch (thrown) {
    if (hasCode(thrown, 'not-found', 'denied', 'io')) return false;
    throw thrown;
  }
}

async function look(path: string, usual: string, parts: Parts): Promise<FolderFacts> {
  const stat = await parts.files.stat(path);
  const above = await nearest(path, parts);
  const [owner] = await ask(parts, ['stat', '-c', '%u', '--', above]);
  const [user] = await ask(parts, ['id', '-u']);
  const [fileSystem = ''] = await ask(parts, ['stat', '-f', '-c', '%T', '--', above]);
  const test = await parts.processes.run(['test', '-w', above, '-a', '-x', above], {}, never);
  return {
    path,
    usual: path === usual,
    kind: stat === null ? 'nothing' : stat.kind === 'directory' ? 'folder' : 'other',
    strange: stat?.kind === 'directory' && (await isStrange(path, parts)),
    writable: test.exit === 0,
    owner: stat === null ? null : Number(owner),
    user: Number(user),
    fileSystem,
  };
}

async function deviceOf(path: string, parts: Parts): Promise<string> {
  return (await ask(parts, ['stat', '-c', '%d', '--', await nearest(path, parts)]))[0] ?? '';
}

/** The folder, or the nearest one above it that is there. */
async function nearest(path: string, { files }: Parts): Promise<string> {
  let place = path;
  while (place !== '' && (await files.stat(place)) === null) place = place.slice(0, place.lastIndexOf('/'));
  return place === '' ? '/' : place;
}

async function realPath(parts: Parts, path: string): Promise<string> {
  const { stdout } = await parts.processes.run(['realpath', '-m', '-z', '--', path], {}, never);
  const real = stdout.replace(/\0$/, '');
  return real === '' ? path : real;
}

async function ask({ processes }: Parts, argv: readonly string[]): Promise<readonly string[]> {
  return (await processes.run(argv, {}, never)).stdout.trim().split('\n');
}
