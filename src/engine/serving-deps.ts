// SPDX-License-Identifier: GPL-3.0-or-later

import type { Cancel } from '../core/cancel.ts';
import { HearthError, type ErrorValue } from '../core/errors.ts';
import type { Clock, Files, Http, Paths, Processes, Sha256 } from '../core/ports.ts';
import { logFile, type ServerFiles } from '../core/server/command.ts';
import { parseLoadLog, type ServedBy } from '../core/server/load-log.ts';
import type { Endpoint, ProgramFacts, ServeRequest, ServingWay } from '../core/server/types.ts';
import { readStamp, stampHolds, stampOf } from './model-files.ts';
import type { ServerApi } from './serving-api.ts';
import type { ProcLook, ServingLook } from './serving-look.ts';

export interface ServingDeps {
  readonly processes: Processes;
  readonly http: Http;
  readonly files: Files;
  /** The real /proc and /dev, in practice mode too. */
  readonly proc: ProcLook;
  readonly clock: Clock;
  readonly paths: Paths;
  readonly sha256: Sha256;
  /** Practice: children only, nothing outside its folder. */
  readonly practice: boolean;
  programs(): Promise<ProgramFacts>;
  /** Whether a container image is on this computer. */
  hasImage(image: string): Promise<boolean>;
  /** Port of the model's address as it is kept in the settings. */
  port(): number;
  /** Milliseconds without a request after which a child is let go; units have their own rule. */
  readonly idleAfter?: number;
  /** Called when a server that was ready has ended by itself and is not started again. */
  onDied?(error: ErrorValue): void;
  /** Called when such a server is started again, and when it answers. */
  onRestart?(endpoint: Endpoint | null): void;
  /** Called when the server was let go because nobody asked. */
  onIdle?(): void;
}

/** What both ways of serving share. */
export interface ServingTools {
  readonly deps: ServingDeps;
  readonly api: ServerApi;
  readonly look: ServingLook;
}

/** Most milliseconds that a model may take to load, from a slow disk. */
export const loadLimit = 15 * 60_000;

export function serverFiles(program: string, paths: Paths): ServerFiles {
  return { program, socket: paths.socket, keyFile: paths.keyFile };
}

/**
 * Looks at a server that answers before anything is asked of it: the right model, the promised context, closed to
 * strangers, and without a network.
 *
 * @param request null to take whatever model is there
 * @throws busy, context-too-small, server-unhealthy, no-isolation, model-changed and what the api throws
 */
export async function verify(
  tools: ServingTools,
  way: ServingWay,
  port: number,
  request: ServeRequest | null,
  cancel: Cancel,
): Promise<Endpoint> {
  const { api, look } = tools;
  const pid = await look.server();
  if (pid === null)
    throw new HearthError('no-isolation', {}, { detail: 'The server process was not found.' });
  const isolation = await look.evidence(pid);
  if (!isolation.isolated) {
    const { serverNamespace, ownNamespace, interfaces } = isolation;
    const detail = `server ${serverNamespace}, here ${ownNamespace}, interfaces ${interfaces.join(' ')}`;
    throw new HearthError('no-isolation', { pid }, { detail });
  }
  const props = await api.props(port, cancel);
  await refuseChanged(tools.deps.files, props.modelPath, request?.stamp);
  if (request !== null && (props.alias !== request.alias || props.modelPath !== request.modelPath))
    throw new HearthError('busy', { model: props.alias });
  if (request !== null && props.contextTokens < request.contextTokens) {
    const needed = request.contextTokens;
    throw new HearthError('context-too-small', { actual: props.contextTokens, needed });
  }
  if (!(await api.refusesStrangers(port, cancel)))
    throw new HearthError('server-unhealthy', {}, { detail: 'It answers without the key.' });
  return {
    way,
    modelId: request?.modelId ?? props.alias,
    alias: props.alias,
    baseUrl: `http://127.0.0.1:${port}/v1`,
    port,
    contextTokens: props.contextTokens,
    isolation,
    servedBy: await readServedBy(tools),
  };
}

/**
 * The file that a server has open must still be the one that was checked. Where nothing was ever promised about it (no
 * stamp was asked for, and none is there) there is nothing to break.
 *
 * @throws model-changed
 */
export async function refuseChanged(files: Files, path: string, promised: string | undefined): Promise<void> {
  const stamp = await readStamp(files, promised ?? stampOf(path));
  if (stamp === null && promised === undefined) return;
  const stat = await files.stat(path);
  if (stamp !== null && stat !== null && stampHolds(stamp, stat)) return;
  throw new HearthError('model-changed', { path });
}

/** How long a server that is there may keep silent before it counts as frozen, in milliseconds. */
export const frozenAfter = 8000;

/** @throws server-frozen */
export async function refuseFrozen(
  { look }: ServingTools,
  health: Awaited<ReturnType<ServerApi['health']>>,
): Promise<void> {
  if (health !== 'frozen' || (await look.server()) === null) return;
  throw new HearthError('server-frozen', { after: `${frozenAfter / 1000} s` });
}

/** Most bytes of the log that are read: the load comes first and takes some 20 kB. */
const logCap = 512 * 1024;

async function readServedBy({ deps }: ServingTools): Promise<ServedBy | null> {
  try {
    const range = { offset: 0, length: logCap };
    const bytes = await deps.files.readBytes(logFile(deps.paths.socket), range);
    const nodes = (await deps.proc.list('/dev')).some((name) => isGpuNode(name));
    return parseLoadLog(new TextDecoder().decode(bytes), nodes);
  } catch {
    // A server of an older Hearth wrote none, and a full disk keeps none: then it is not known.
    return null;
  }
}

/** Device files of graphics cards in /dev. */
export function isGpuNode(name: string): boolean {
  return /^(dri|kfd|nvidia.*)$/.test(name);
}
